"""Employers: those one’s organisation knows, where they work, what they need."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import employers
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.needs import employer_forms as forms
from parcours.features.needs import employer_store as store
from parcours.features.needs import showing
from parcours.features.needs.forms import stored, typed
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/employeurs")
CONTACT = employers.CONTACT_FIELDS
EMPTY_SITE = dict.fromkeys(forms.SITE_FIELDS, "")


@router.get("")
def employer_list(visit: Reading, q: str = "", pour: str = "") -> Response:
    """The employers one’s organisation knows, by name."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    rows = store.employers(visit.session, visit.actor, q[:100], today=visit.today)
    context = {"rows": rows, "q": q[:100], "chooses": pour == "besoin"}
    return pages.page(visit, "needs/employers.html", context)


@router.get("/nouveau")
def new_employer(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    return _form(visit, dict.fromkeys(forms.EMPLOYER_FIELDS, ""))


@router.post("")
def add(deed: Acting) -> Response:
    """Note an employer."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        facts, contact = forms.read_employer(deed.form), forms.read_contact(deed.form)
        is_another = deed.form.text("is_another") == "oui"
        row = employers.add_employer(
            deed.session, deed.actor, facts, contact, is_another=is_another
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        again = typed(deed.form, forms.EMPLOYER_FIELDS)
        return _form(deed, again, errors=refusal.errors)
    return pages.done_once(deed, f"/employeurs/{row.id}", "Employeur noté.")


@router.get("/{employer_id}")
def one_employer(visit: Reading, employer_id: int) -> Response:
    """One employer: whom to speak to, where, which needs."""
    return _show(visit, employer_id)


@router.get("/{employer_id}/modifier")
def edit_form(visit: Reading, employer_id: int) -> Response:
    """Whom to speak to, to correct."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    row = visibility.employer(visit.session, visit.actor, employer_id)
    values = stored(row, CONTACT)
    return _form(visit, values, employer_id=employer_id, version=row.version)


@router.post("/{employer_id}/modifier")
def edit(deed: Acting, employer_id: int) -> Response:
    """Correct whom to speak to."""
    version, again = deed.form.integer("version") or 0, typed(deed.form, CONTACT)
    try:
        contact = forms.read_contact(deed.form)
        employers.edit_contact(deed.session, deed.actor, employer_id, contact, version=version)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form(deed, again, employer_id=employer_id, version=version, errors=refusal.errors)
    except EditConflict as conflict:
        return _conflict(deed, employer_id, again, conflict)
    return pages.done(f"/employeurs/{employer_id}", "Fiche enregistrée.")


@router.post("/{employer_id}/lieux")
def add_site(deed: Acting, employer_id: int) -> Response:
    """Note a place of work."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        facts = forms.read_site(deed.form)
        employers.add_site(deed.session, deed.actor, employer_id, facts)
    except RuleBroken as refusal:
        pages.undo(deed)
        again = typed(deed.form, forms.SITE_FIELDS)
        return _show(deed, employer_id, site_values=again, errors=refusal.errors)
    return pages.done_once(deed, f"/employeurs/{employer_id}", "Lieu noté.")


@router.get("/{employer_id}/lieux/{site_id}")
def site_form(visit: Reading, employer_id: int, site_id: int) -> Response:
    """A place of work, to correct."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    site = visibility.employer_site(visit.session, visit.actor, employer_id, site_id)
    return _site_form(visit, employer_id, site_id, stored(site, forms.SITE_FIELDS))


@router.post("/{employer_id}/lieux/{site_id}")
def edit_site(deed: Acting, employer_id: int, site_id: int) -> Response:
    """Correct a place of work."""
    try:
        facts = forms.read_site(deed.form)
        employers.edit_site(deed.session, deed.actor, employer_id, site_id, facts)
    except RuleBroken as refusal:
        pages.undo(deed)
        again = typed(deed.form, forms.SITE_FIELDS)
        return _site_form(deed, employer_id, site_id, again, errors=refusal.errors)
    return pages.done(f"/employeurs/{employer_id}", "Lieu enregistré.")


@router.post("/{employer_id}/code")
def renew_code(deed: Acting, employer_id: int) -> Response:
    """A new code, shown once."""
    code = employers.renew_code(deed.session, deed.actor, employer_id)
    return _show(deed, employer_id, code=code)


def _show(
    visit: Visit,
    employer_id: int,
    *,
    site_values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    code: str | None = None,
) -> Response:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    row = visibility.employer(visit.session, visit.actor, employer_id)
    needs = store.needs_of(visit.session, employer_id)
    context = {
        "row": row,
        "partner": store.partner(visit.session, row.partner_id),
        "size": dict(forms.SIZES).get(row.size or "", ""),
        "sites": store.sites(visit.session, employer_id),
        "needs": [(line, showing.fresh(line, visit.today)) for line in needs],
        "values": site_values or EMPTY_SITE,
        "labels": forms.EMPLOYER_LABELS,
        "errors": errors or {},
        "code": code,
    }
    return pages.page(visit, "needs/employer.html", context, status=422 if errors else 200)


def _conflict(
    deed: Deed, employer_id: int, again: dict[str, str], conflict: EditConflict
) -> Response:
    pages.undo(deed)
    row = visibility.employer(deed.session, deed.actor, employer_id)
    theirs = forms.differences(conflict.theirs, forms.EMPLOYER_LABELS)
    return _form(deed, again, employer_id=employer_id, version=row.version, theirs=theirs)


def _site_form(
    visit: Visit,
    employer_id: int,
    site_id: int,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    row = visibility.employer(visit.session, visit.actor, employer_id)
    context = {
        "row": row,
        "partner": store.partner(visit.session, row.partner_id),
        "site_id": site_id,
        "values": values,
        "labels": forms.EMPLOYER_LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "needs/site.html", context, status=422 if errors else 200)


def _form(
    visit: Visit,
    values: dict[str, str],
    *,
    employer_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    theirs: list[tuple[str, str]] | None = None,
) -> Response:
    context: dict[str, Any] = {
        "values": values,
        "employer_id": employer_id,
        "version": version,
        "labels": forms.EMPLOYER_LABELS,
        "sizes": forms.SIZES,
        "errors": errors or {},
        "theirs": theirs or [],
    }
    status = 409 if theirs else 422 if errors else 200
    return pages.page(visit, "needs/employer_form.html", context, status=status)
