"""The directory: organisations, one of them with its actions, adding one without an account."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from parcours import reference
from parcours.actions import directory
from parcours.actions.partners import waiting
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.partners import DiscussionKind
from parcours.features.partners import forms, showing, store
from parcours.features.partners.showing import Asked
from parcours.features.partners.thread_store import threads_about
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter(prefix="/partenaires")


@router.get("")
def partner_list(visit: Reading, asked: Annotated[Asked, Depends()], apres: str = "") -> Response:
    """The organisations of the territory, by name."""
    return pages.page(visit, "partners/list.html", _listing(visit, asked, apres))


@router.get("/nouveau")
def new_partner(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.PUBLISH_OFFERS)
    return _form(visit, dict.fromkeys(directory.FIELDS, ""))


@router.post("")
def add(deed: Acting) -> Response:
    """Write a partner without an account in the directory."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        facts = forms.read_partner(deed.form)
        is_another = deed.form.text("is_another") == "oui"
        row = directory.add_partner(deed.session, deed.actor, facts, is_another=is_another)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form(deed, forms.typed_partner(deed.form), errors=refusal.errors)
    return pages.done_once(deed, f"/partenaires/{row.id}", "Structure ajoutée à l’annuaire.")


@router.get("/{organisation_id}")
def one_partner(visit: Reading, organisation_id: int) -> Response:
    """One organisation and what it offers."""
    return pages.page(visit, "partners/partner.html", partner_page(visit, organisation_id))


@router.get("/{organisation_id}/modifier")
def edit_form(visit: Reading, organisation_id: int) -> Response:
    """The entry, to correct."""
    require(visit.actor, Capability.PUBLISH_OFFERS)
    row = visibility.writable_partner(visit.session, visit.actor, organisation_id)
    values = {name: getattr(row, name) or "" for name in directory.FIELDS}
    return _form(visit, values, organisation_id=organisation_id, version=row.version)


@router.post("/{organisation_id}/modifier")
def edit(deed: Acting, organisation_id: int) -> Response:
    """Correct an entry."""
    version = deed.form.integer("version") or 0
    try:
        facts = forms.read_partner(deed.form)
        directory.correct_partner(
            deed.session, deed.actor, organisation_id, facts, version=version, today=deed.today
        )
    except RuleBroken as refusal:
        return _refused(deed, organisation_id, version, errors=refusal.errors)
    except EditConflict as conflict:
        return _refused(deed, organisation_id, conflict=conflict)
    return pages.done(f"/partenaires/{organisation_id}", "Fiche enregistrée.")


@router.post("/{organisation_id}/confirmation")
def confirm(deed: Acting, organisation_id: int) -> Response:
    """The organisation confirms its own entry."""
    version = deed.form.integer("version") or 0
    directory.confirm_partner(
        deed.session, deed.actor, organisation_id, version=version, today=deed.today
    )
    return pages.done(f"/partenaires/{organisation_id}", "Fiche confirmée, à la date du jour.")


def partner_page(visit: Visit, organisation_id: int) -> dict[str, Any]:
    """What the page of an organisation shows, in six statements."""
    row = store.partner(visit.session, organisation_id)
    has_account, added_by, alike = store.details(visit.session, row, today=visit.today)
    is_own = organisation_id == visit.actor.organisation_id
    is_ours = is_own or (
        row.added_by_organisation_id == visit.actor.organisation_id and row.confirmed_on is None
    )
    offers = showing.shown(visit, store.offers_of(visit.session, organisation_id))
    return {
        "row": row,
        "kind": showing.kind_label(row.kind),
        "fresh": showing.fresh(row.confirmed_on, row.created_at, visit.today),
        "has_account": has_account,
        "added_by": added_by,
        "alike": alike,
        "offers": [offer for offer in offers if not (offer.is_over or offer.offer.withdrawn_at)],
        "gone": [offer for offer in offers if offer.is_over or offer.offer.withdrawn_at],
        "threads": threads_about(visit.session, visit.actor, organisation_id=organisation_id),
        "is_own": is_own,
        "may_publish": showing.may_publish(visit.actor),
        "may_write": is_ours and showing.may_publish(visit.actor),
        "may_propose": visit.actor.can(Capability.WRITE_STEPS),
        "thread_kinds": [(kind.value, kind.label) for kind in DiscussionKind],
        "same": (),
        "values": {"kind": "", "text": ""},
        "errors": {},
    }


def _listing(visit: Visit, asked: Asked, after: str) -> dict[str, Any]:
    found = store.directory(
        visit.session, asked.filters(), today=visit.today, after=showing.number(after)
    )
    rows = found[: store.PAGE_SIZE]
    more = {"apres": str(rows[-1].id)} if len(found) > store.PAGE_SIZE else {}
    return {
        "rows": [
            (row, showing.kind_label(row.kind),
             showing.fresh(row.confirmed_on, row.created_at, visit.today))
            for row in rows
        ],
        "query": asked.query(),
        "is_filtered": any(asked.query().values()),
        "map_url": asked.url("/partenaires/carte"),
        "next_url": asked.url("/partenaires", **more) if more else "",
        "may_publish": showing.may_publish(visit.actor),
        "waiting": waiting(visit.session, visit.actor, today=visit.today),
        **showing.choices(visit),
    }  # fmt: skip


def _refused(
    deed: Acting,
    organisation_id: int,
    version: int = 0,
    *,
    errors: dict[str, str] | None = None,
    conflict: EditConflict | None = None,
) -> Response:
    pages.undo(deed)
    row = visibility.writable_partner(deed.session, deed.actor, organisation_id)
    return _form(
        deed,
        forms.typed_partner(deed.form),
        organisation_id=organisation_id,
        version=row.version if conflict else version,
        errors=errors,
        theirs=conflict.theirs if conflict else None,
    )


def _form(
    visit: Visit,
    values: dict[str, str],
    *,
    organisation_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    theirs: dict[str, object] | None = None,
) -> Response:
    context = {
        "values": values,
        "organisation_id": organisation_id,
        "version": version,
        "labels": forms.PARTNER_LABELS,
        "natures": reference.options(reference.organisation_kinds()),
        "errors": errors or {},
        "theirs": forms.differences(theirs, values, forms.PARTNER_LABELS),
    }
    status = 409 if theirs else 422 if errors else 200
    return pages.page(visit, "partners/form.html", context, status=status)
