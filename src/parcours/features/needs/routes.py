"""Besoins: the list, noting one, one need and its versions."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import needs
from parcours.actions.need_history import current
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.needs import Terms
from parcours.features.needs import employer_store, forms, showing, store
from parcours.features.needs.showing import Query, show
from parcours.models import Employer, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, RecordedReading, Visit

router = APIRouter(prefix="/besoins")


@router.get("")
def need_list(
    visit: Reading,
    q: str = "",
    etat: str = "",
    metier: str = "",
    commune: str = "",
    certitude: str = "",
    de: str = "",
    avant: str = "",
) -> Response:
    """The needs one may read, the latest first."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    query = Query(q, etat, metier, commune, certitude, de)
    return pages.page(visit, "needs/list.html", _listing(visit, query, showing.place(avant)))


@router.get("/nouveau")
def new_need(visit: Reading, employeur: str = "") -> Response:
    """An empty form, once the employer is known."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    number = showing.place(employeur)
    if number is None:
        return pages.done("/employeurs?pour=besoin")
    values = forms.need_values(Terms("")) | {"is_shared": "oui", "title": ""}
    return form_page(visit, number, values, forms.skill_rows(()))


@router.post("")
def note(deed: Acting) -> Response:
    """Note a need, as a draft; its employer’s words wait to be mapped."""
    if answer := pages.earlier_answer(deed):
        return answer
    employer_id = deed.form.integer("employer") or 0
    try:
        need = _create(deed, employer_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _typed(deed, employer_id, errors=refusal.errors)
    return pages.done_once(deed, f"/besoins/{need}", "Besoin noté. Relisez-le, puis publiez-le.")


@router.get("/{need_id}")
def one_need(visit: RecordedReading, need_id: int) -> Response:
    """One need: what is asked, how fresh it is, what to do."""
    return show(visit, need_id)


@router.get("/{need_id}/versions/{number}")
def one_version(visit: Reading, need_id: int, number: int) -> Response:
    """A need as it was."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    need = visibility.own_need(visit.session, visit.actor, need_id)
    context = showing.content(visit, need_id, number) | {"need": need}
    return pages.page(visit, "needs/version.html", context)


@router.get("/{need_id}/modifier")
def edit_form(visit: Reading, need_id: int) -> Response:
    """The need, to change."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    need = visibility.own_need(visit.session, visit.actor, need_id)
    terms, asked = current(visit.session, need)
    values = forms.need_values(terms) | {"is_shared": "oui" if need.is_shared else ""}
    rows = forms.skill_rows(asked)
    return form_page(visit, need.employer_id, values, rows, need_id=need_id, version=need.version)


@router.post("/{need_id}/modifier")
def edit(deed: Acting, need_id: int) -> Response:
    """Keep another version."""
    version = deed.form.integer("version") or 0
    need = visibility.own_need(deed.session, deed.actor, need_id)
    employer_id = need.employer_id
    try:
        _change(deed, need_id, version)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _typed(deed, employer_id, need_id=need_id, version=version, errors=refusal.errors)
    except EditConflict as conflict:
        pages.undo(deed)
        return _typed(deed, employer_id, need_id=need_id, conflict=conflict)
    return pages.done(f"/besoins/{need_id}", "Besoin enregistré.")


def form_page(
    visit: Visit,
    employer_id: int,
    values: dict[str, Any],
    rows: list[dict[str, str]],
    *,
    need_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    is_conflict: bool = False,
) -> Response:
    """The form of a need."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    employer: Employer = visibility.employer(visit.session, visit.actor, employer_id)
    partner = employer_store.partner(visit.session, employer.partner_id)
    sites = employer_store.sites(visit.session, employer_id)
    context = {
        "employer": employer,
        "partner": partner,
        "sites": [(site.id, site.label) for site in sites],
        "need_id": need_id,
        "version": version,
        "values": values,
        "rows": rows,
        "skills": store.skill_choices(visit.session, visit.actor),
        "contracts": forms.contract_choices(),
        "forms": forms,
        "labels": forms.LABELS,
        "errors": errors or {},
        "is_conflict": is_conflict,
    }
    status = 409 if is_conflict else 422 if errors else 200
    return pages.page(visit, "needs/form.html", context, status=status)


def _create(deed: Deed, employer_id: int) -> int:
    terms = forms.read_terms(deed.form, today=deed.today)
    need = needs.create_need(
        deed.session,
        deed.actor,
        employer_id,
        terms,
        forms.read_requirements(deed.form),
        words=forms.read_words(deed.form),
        is_shared="is_shared" in deed.form.values,
        today=deed.today,
    )
    return need.id or 0


def _change(deed: Deed, need_id: int, version: int) -> None:
    terms = forms.read_terms(deed.form, today=deed.today)
    need = needs.edit_need(
        deed.session,
        deed.actor,
        need_id,
        terms,
        forms.read_requirements(deed.form),
        is_shared="is_shared" in deed.form.values,
        version=version,
        today=deed.today,
    )
    needs.add_words(deed.session, need, forms.read_words(deed.form))


def _typed(
    deed: Deed,
    employer_id: int,
    *,
    need_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    conflict: EditConflict | None = None,
) -> Response:
    if conflict is not None:
        version = int(str(conflict.theirs["version"]))
    return form_page(
        deed,
        employer_id,
        forms.typed_need(deed.form),
        forms.typed_skills(deed.form),
        need_id=need_id,
        version=version,
        errors=errors,
        is_conflict=conflict is not None,
    )


def _listing(visit: Visit, query: Query, before: int | None) -> dict[str, Any]:
    found = store.needs(
        visit.session, visit.actor, query.filters(), today=visit.today, before=before
    )
    rows = found[: store.PAGE_SIZE]
    has_next = len(found) > store.PAGE_SIZE
    return {
        "rows": [(row, showing.fresh(row, visit.today)) for row in rows],
        "is_counted": any(row.counted for row in rows),
        "query": query.values(),
        "is_filtered": any(query.values().values()) or before is not None,
        "next_url": query.url(avant=str(rows[-1].id)) if has_next else "",
        "states": [(code, label) for code, (_, label) in showing.STATES.items()],
        "whose": [(code, label) for code, (_, label) in showing.WHOSE.items()],
        "certainties": forms.CERTAINTIES,
        "cities": [(city, city) for city in store.cities(visit.session, visit.actor)],
    }
