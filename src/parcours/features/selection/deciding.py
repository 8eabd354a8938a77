"""What is asked for several candidates at once: an invitation, a decision."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import information_meetings, selection
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.selection import showing, store
from parcours.features.selection.forms import (
    CHOICES,
    LABELS,
    read_invitation,
    read_judgement,
    read_ticked,
    typed,
)
from parcours.features.selection.routes import CHANGED, everybody, ticks
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit
from parcours.web.words import plural

router = APIRouter(prefix="/promotions/{cohort_id}/candidats")


@router.get("/invitation")
def invitation_form(visit: RecordedReading, cohort_id: int) -> Response:
    """When and where those ticked are invited."""
    require(visit.actor, Capability.SELECT_CANDIDATES)
    return _page(visit, cohort_id, "invite", dict.fromkeys(LABELS, ""), ticks(visit))


@router.post("/invitation")
def invite(deed: Acting, cohort_id: int) -> Response:
    """Invite them, each in the way they prefer."""
    if answer := pages.earlier_answer(deed):
        return answer
    ticked = read_ticked(deed.form)
    try:
        invitation = read_invitation(deed.form, today=deed.today)
        sent = information_meetings.invite(
            deed.session, deed.actor, cohort_id, ticked, invitation, today=deed.today
        )
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, cohort_id, "invite", refusal)
    message = f"{plural(len(ticked), 'personne')} invitée{'s' * (len(ticked) > 1)}."
    message += (
        f" {plural(len(sent), 'convocation')} à envoyer, à imprimer ou à dire : voyez Messages."
    )
    return pages.done_once(deed, f"/promotions/{cohort_id}/candidats?etat=invites", message)


@router.get("/decision")
def decision_form(visit: RecordedReading, cohort_id: int) -> Response:
    """The decision on those ticked, beside the group it would make."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _page(visit, cohort_id, "decide", dict.fromkeys(LABELS, ""), ticks(visit))


@router.post("/decision")
def decide(deed: Acting, cohort_id: int) -> Response:
    """Decide of them all, or of none."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.cohort(deed.session, deed.actor, cohort_id)
    ticked = read_ticked(deed.form)
    try:
        judgement = read_judgement(deed.form)
        count = selection.decide(
            deed.session, deed.actor, cohort_id, ticked, judgement, today=deed.today
        )
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, cohort_id, "decide", refusal)
    message = f"{judgement.decision.label} : décision enregistrée pour {plural(count, 'personne')}."
    return pages.done_once(deed, f"/promotions/{cohort_id}/candidats", message)


def _invited(people: int, prepared: int) -> str:
    invited = plural(people, "personne invitée", "personnes invitées")
    ready = plural(prepared, "convocation")
    return f"{invited}. {ready} à envoyer, imprimer ou dire : voir Messages."


def _refused(
    deed: Acting, cohort_id: int, act: str, refusal: RuleBroken | EditConflict
) -> Response:
    pages.undo(deed)
    ticked = frozenset(read_ticked(deed.form))
    is_conflict = isinstance(refusal, EditConflict)
    told = {"": CHANGED} if isinstance(refusal, EditConflict) else refusal.errors
    # What is wrong with somebody’s place is shown by the names.
    errors = {"who" if name == "learner" else name: text for name, text in told.items()}
    status = 409 if is_conflict else 422
    return _page(deed, cohort_id, act, typed(deed.form), ticked, errors=errors, status=status)


def _page(
    visit: Visit,
    cohort_id: int,
    act: str,
    values: dict[str, str],
    ticked: frozenset[int],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    found = everybody(visit, cohort)
    chosen = [person for person in found.people if person.row.id in ticked]
    entered = store.entered(visit.session, cohort_id)
    audit.record_listing(visit.session, visit.actor, "candidate", len(chosen))
    context: dict[str, Any] = {
        "cohort": cohort,
        "chosen": chosen,
        "noted": showing.noted_of(found.programme),
        "places": cohort.capacity - len(entered),
        "shares": showing.group(found, entered, ticked, cohort),
        "choices": CHOICES,
        "values": values,
        "labels": LABELS,
        "errors": errors or {},
    }
    template = "selection/invite.html" if act == "invite" else "selection/decide.html"
    return pages.page(visit, template, context, status=status)
