"""Actions of partners: entering one, correcting, confirming, withdrawing it, its dates."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import offer_dates, offers
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.partners import DiscussionKind, OfferEntry
from parcours.features.partners import forms, showing, store
from parcours.features.partners.thread_store import threads_about
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/partenaires")
NEW = dict.fromkeys(offers.FIELDS, "") | {"entry": OfferEntry.DATED.value}
CONFIRMED = "Action confirmée, à la date du jour."


@router.get("/{organisation_id}/actions/nouvelle")
def new_offer(visit: Reading, organisation_id: int) -> Response:
    """An empty form."""
    return _new(visit, organisation_id, NEW)


@router.post("/{organisation_id}/actions")
def enter(deed: Acting, organisation_id: int) -> Response:
    """Write down an action of a partner; one’s own is confirmed at once."""
    if answer := pages.earlier_answer(deed):
        return answer
    store.partner(deed.session, organisation_id)
    try:
        facts = forms.read_offer(deed.form, today=deed.today)
        offer = offers.enter_offer(
            deed.session, deed.actor, organisation_id, facts, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _new(deed, organisation_id, forms.typed_offer(deed.form), refusal.errors)
    is_own = organisation_id == deed.actor.organisation_id
    told = "Action enregistrée." if is_own else "Action proposée : la structure doit la confirmer."
    return pages.done_once(deed, f"/partenaires/actions/{offer.id}", told)


@router.get("/actions/{offer_id}")
def one_offer(visit: Reading, offer_id: int) -> Response:
    """One action: what, where, when, for whom, places."""
    return pages.page(visit, "partners/offer.html", offer_page(visit, offer_id))


@router.get("/actions/{offer_id}/modifier")
def edit_form(visit: Reading, offer_id: int) -> Response:
    """The action, to correct."""
    require(visit.actor, Capability.PUBLISH_OFFERS)
    offer = visibility.writable_offer(visit.session, visit.actor, offer_id)
    return _edited(visit, offer_id, forms.offer_values(offer.model_dump()), version=offer.version)


@router.post("/actions/{offer_id}/modifier")
def edit(deed: Acting, offer_id: int) -> Response:
    """Correct an action; corrected by the partner it concerns, it is confirmed."""
    version, typed = deed.form.integer("version") or 0, forms.typed_offer(deed.form)
    try:
        facts = forms.read_offer(deed.form, today=deed.today)
        offers.edit_offer(
            deed.session, deed.actor, offer_id, facts, version=version, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _edited(deed, offer_id, typed, version=version, errors=refusal.errors)
    except EditConflict as conflict:
        return _conflict(deed, offer_id, typed, conflict)
    return pages.done(f"/partenaires/actions/{offer_id}", "Action enregistrée.")


@router.post("/actions/{offer_id}/confirmation")
def confirm(deed: Acting, offer_id: int) -> Response:
    """The partner concerned says that it still holds."""
    version = deed.form.integer("version") or 0
    offers.confirm_offer(deed.session, deed.actor, offer_id, version=version, today=deed.today)
    back = f"/partenaires/{deed.actor.organisation_id}"
    listed = deed.form.text("back") == "structure"
    return pages.done(back if listed else f"/partenaires/actions/{offer_id}", CONFIRMED)


@router.post("/actions/{offer_id}/retrait")
def withdraw(deed: Acting, offer_id: int) -> Response:
    """Take the action out of the directory, saying why."""
    try:
        reason = deed.form.text("reason", limit=300)
        deed.form.check()
        offers.withdraw_offer(deed.session, deed.actor, offer_id, reason=reason)
    except RuleBroken as refusal:
        return refused(deed, offer_id, refusal, {"reason": deed.form.text("reason")})
    return pages.done(f"/partenaires/actions/{offer_id}", "Action retirée de l’annuaire.")


@router.post("/actions/{offer_id}/retablissement")
def restore(deed: Acting, offer_id: int) -> Response:
    """Put the action back."""
    offers.restore_offer(deed.session, deed.actor, offer_id)
    return pages.done(f"/partenaires/actions/{offer_id}", "Action rétablie.")


@router.post("/actions/{offer_id}/dates")
def add_date(deed: Acting, offer_id: int) -> Response:
    """Announce a date."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.offer(deed.session, offer_id)
    try:
        facts = forms.read_date(deed.form, today=deed.today)
        offer_dates.add_date(deed.session, deed.actor, offer_id, facts, today=deed.today)
    except RuleBroken as refusal:
        return refused(deed, offer_id, refusal, forms.typed_date(deed.form))
    return pages.done_once(deed, f"/partenaires/actions/{offer_id}", "Date annoncée.")


@router.post("/actions/{offer_id}/dates/{date_id}/places")
def take_places(deed: Acting, offer_id: int, date_id: int) -> Response:
    """Say how many places of a date are taken."""
    visibility.offer(deed.session, offer_id)
    name = f"taken-{date_id}"
    try:
        taken = deed.form.integer(name)
        deed.form.check()
        offer_dates.take_places(deed.session, deed.actor, offer_id, date_id, taken=taken or 0)
    except RuleBroken as refusal:
        at_field = RuleBroken(" ".join(refusal.errors.values()), field=name)
        return refused(deed, offer_id, at_field, {name: deed.form.text(name)})
    return pages.done(f"/partenaires/actions/{offer_id}", "Places mises à jour.")


@router.post("/actions/{offer_id}/dates/{date_id}/annulation")
def cancel_date(deed: Acting, offer_id: int, date_id: int) -> Response:
    """A date that will not take place."""
    offer_dates.cancel_date(deed.session, deed.actor, offer_id, date_id)
    return pages.done(f"/partenaires/actions/{offer_id}", "Date annulée.")


@router.post("/actions/{offer_id}/dates/{date_id}/retablissement")
def restore_date(deed: Acting, offer_id: int, date_id: int) -> Response:
    """It takes place after all."""
    offer_dates.restore_date(deed.session, deed.actor, offer_id, date_id)
    return pages.done(f"/partenaires/actions/{offer_id}", "Date rétablie.")


def offer_page(visit: Visit, offer_id: int) -> dict[str, Any]:
    """What the page of an action shows."""
    row = store.offer_row(visit.session, offer_id)
    found = showing.shown(visit, [row])[0]
    same = store.same_offers(visit.session, row.offer, today=visit.today)
    mine = visit.actor.organisation_id
    is_own = row.offer.organisation_id == mine
    may_publish = showing.may_publish(visit.actor)
    is_ours = is_own or (
        row.offer.entered_by_organisation_id == mine and row.offer.confirmed_on is None
    )
    return {
        "found": found,
        "offer": row.offer,
        "rows": store.dates_of(visit.session, offer_id, since=visit.today),
        "same": same,
        "other_options": [(item.offer.id, item.organisation) for item in same],
        "threads": threads_about(visit.session, visit.actor, offer_id=offer_id),
        "programmes": dict(store.programmes(visit.session)),
        "is_own": is_own,
        "may_write": is_ours and may_publish,
        "may_publish": may_publish,
        "may_propose": visit.actor.can(Capability.WRITE_STEPS),
        "labels": forms.DATE_LABELS | {"reason": "Motif", "text": "Message", "how": "Comment"},
        "thread_kinds": [(kind.value, kind.label) for kind in DiscussionKind],
        "values": dict.fromkeys((*forms.DATE_LABELS, "reason", "kind", "text", "other"), ""),
        "errors": {},
    }


def refused(deed: Deed, offer_id: int, refusal: RuleBroken, typed: dict[str, str]) -> Response:
    """The page of the action again, with what was typed and what to mend."""
    pages.undo(deed)
    context = offer_page(deed, offer_id)
    context["values"] |= typed
    context["errors"] = refusal.errors
    return pages.page(deed, "partners/offer.html", context, status=422)


def _new(
    visit: Visit,
    organisation_id: int,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
) -> Response:
    require(visit.actor, Capability.PUBLISH_OFFERS)
    holder = store.partner(visit.session, organisation_id)
    return _form(visit, values, errors, holder=holder.name, cancel=f"/partenaires/{holder.id}",
                 action=f"/partenaires/{holder.id}/actions",
                 is_own=organisation_id == visit.actor.organisation_id)  # fmt: skip


def _edited(
    visit: Visit,
    offer_id: int,
    values: dict[str, str],
    *,
    version: int,
    errors: dict[str, str] | None = None,
    theirs: dict[str, object] | None = None,
) -> Response:
    visibility.writable_offer(visit.session, visit.actor, offer_id)
    row = store.offer_row(visit.session, offer_id)
    here = f"/partenaires/actions/{offer_id}"
    return _form(visit, values, errors, holder=row.organisation, cancel=here,
                 action=f"{here}/modifier", version=version, theirs=theirs,
                 is_own=row.offer.organisation_id == visit.actor.organisation_id)  # fmt: skip


def _conflict(deed: Deed, offer_id: int, typed: dict[str, str], conflict: EditConflict) -> Response:
    pages.undo(deed)
    version = visibility.offer(deed.session, offer_id).version
    return _edited(deed, offer_id, typed, version=version, theirs=conflict.theirs)


def _form(
    visit: Visit, values: dict[str, str], errors: dict[str, str] | None, **more: Any
) -> Response:
    theirs = more.pop("theirs", None)
    context = {
        "values": values,
        "errors": errors or {},
        "labels": forms.OFFER_LABELS,
        "kinds": showing.KINDS,
        "entries": [(entry.value, entry.label) for entry in OfferEntry],
        "programmes": store.programmes(visit.session),
        "theirs": forms.differences(theirs, values, forms.OFFER_LABELS),
        "version": 0,
        **more,
    }
    status = 409 if theirs else 422 if errors else 200
    return pages.page(visit, "partners/offer_form.html", context, status=status)
