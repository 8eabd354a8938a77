"""Relais: the lists, one relay, and proposing one."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import relays
from parcours.actions.files import open_file
from parcours.actions.finder_needs import hosting
from parcours.actions.partners import open_offer
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.words import StepKind
from parcours.features.relays import store
from parcours.features.relays.forms import (
    AGREEMENTS,
    ANSWER_LABELS,
    KINDS,
    LABELS,
    REASONS,
    empty,
    read_proposal,
    typed,
    usual_reason,
)
from parcours.features.relays.showing import ShownLink, shown
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.paging import after_day, written
from parcours.web.words import typed_day

router = APIRouter()
SIDES = ("recus", "envoyes")


@router.get("/relais")
def relay_list(visit: RecordedReading, sens: str = "", etat: str = "", apres: str = "") -> Response:
    """Relays received (by default) or sent; those that wait unless all are asked for."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    side = sens if sens in SIDES else SIDES[0]
    return pages.page(visit, "relays/list.html", _listing(visit, side, etat, apres))


@router.get("/relais/{relay_id}")
def relay_page(visit: RecordedReading, relay_id: int) -> Response:
    """One relay: what is proposed, its history, and what one may do."""
    return show(visit, relay_id)


@router.get("/apprenants/{learner_id}/relais/nouveau")
def new_relay(
    visit: RecordedReading,
    learner_id: int,
    cohort: Annotated[str, Query(alias="promotion")] = "",
    offer: Annotated[str, Query(alias="action")] = "",
    need: Annotated[str, Query(alias="besoin")] = "",
) -> Response:
    """The form to propose a relay, to a cohort, for an action or an employer if one is given."""
    require(visit.actor, Capability.WRITE_STEPS)
    cohort_id = int(cohort) if cohort.isdecimal() and len(cohort) < 10 else 0
    found = store.open_cohort(visit.session, cohort_id, today=visit.today) if cohort_id else None
    values = empty(found[0] if found else None, visit.today)
    return _form(visit, learner_id, values | _of_offer(visit, offer) | _of_need(visit, need))


@router.post("/apprenants/{learner_id}/relais")
def propose(deed: Acting, learner_id: int) -> Response:
    """Propose the next step to another organisation."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    visibility.learner(deed.session, deed.actor, learner_id, today=deed.today)
    try:
        proposal = read_proposal(deed.form, today=deed.today)
        relay = relays.propose(deed.session, deed.actor, learner_id, proposal, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form(deed, learner_id, values, errors=refusal.errors)
    message = "Relais proposé. La personne reste sous votre responsabilité jusqu’à la réponse."
    return pages.done_once(deed, f"/relais/{relay.id}", message)


def _of_offer(visit: Visit, text: str) -> dict[str, str]:
    """What a partner’s action says of the step; nothing when it is gone or one’s own."""
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    offer = open_offer(visit.session, number, today=visit.today) if number else None
    if offer is None or offer.organisation_id == visit.actor.organisation_id:
        return {}
    return {
        "receiver": str(offer.organisation_id),
        "kind": offer.kind.value,
        "title": offer.title,
        "planned_start_on": typed_day(offer.next_start),
        "planned_end_on": typed_day(offer.last_day(offer.next_start)),
        "reason": usual_reason(offer.next_start),
    }


def _of_need(visit: Visit, text: str) -> dict[str, str]:
    """The immersion an employer’s need may begin with; nothing when it no longer holds."""
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    found = hosting(visit.session, visit.actor, number, today=visit.today) if number else None
    if found is None:
        return {}
    return {
        "receiver": str(found.employer_id),
        "kind": StepKind.IMMERSION.value,
        "title": found.title,
        "planned_start_on": typed_day(found.starts_on),
        "planned_end_on": typed_day(found.ends_on),
        "reason": usual_reason(found.starts_on),
    }


def show(
    visit: Visit,
    relay_id: int,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    made: ShownLink | None = None,
) -> Response:
    """The page of a relay; `made` is a link just made, said once."""
    require(visit.actor, Capability.READ_LEARNERS)
    found = visibility.relay(visit.session, visit.actor, relay_id, today=visit.today)
    audit.record_reading(visit.session, visit.actor, "relay", found.learner_id)
    row = store.relay(visit.session, visit.actor, relay_id, today=visit.today)
    usual = {
        "starts_on": typed_day(max(row.starts_on, visit.today)),
        "ends_on": typed_day(row.ends_on),
    }
    has_link, contact_email = store.link_of(visit.session, relay_id)
    can_write = visit.actor.can(Capability.WRITE_STEPS)
    context: dict[str, Any] = {
        "relay": shown(row, visit.today),
        "events": store.events(visit.session, relay_id),
        "is_sender": can_write and row.sender_id == visit.actor.organisation_id,
        "is_receiver": can_write and row.receiver_id == visit.actor.organisation_id,
        "has_link": has_link,
        "contact_email": contact_email,
        "reasons": REASONS,
        "labels": ANSWER_LABELS,
        "values": dict.fromkeys(ANSWER_LABELS, "") | usual | (values or {}),
        "errors": errors or {},
        "made": made,
    }
    return pages.page(visit, "relays/relay.html", context, status=422 if errors else 200)


def _listing(visit: Visit, side: str, etat: str, apres: str) -> dict[str, Any]:
    is_waiting = etat != "tous"
    found = store.relays(
        visit.session,
        visit.actor,
        side=side,
        is_waiting=is_waiting,
        today=visit.today,
        after=after_day(apres),
    )
    page = [shown(row, visit.today) for row in found[: store.PAGE_SIZE]]
    audit.record_listing(visit.session, visit.actor, "relay", len(page))
    following = {"sens": side, "etat": etat}
    if len(found) > len(page):
        following["apres"] = written(store.place(page[-1].row, is_waiting=is_waiting))
    return {
        "rows": page,
        "side": side,
        "everything": not is_waiting,
        "next_url": f"/relais?{urlencode(following)}" if "apres" in following else "",
    }


def _form(
    visit: Visit,
    learner_id: int,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="relay")
    cohort_id = int(values["cohort"]) if values["cohort"].isdecimal() else 0
    funders = [code for code, kind in reference.organisation_kinds().items() if _only_funds(kind)]
    context = top(visit, opened, "") | {
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "kinds": KINDS,
        "agreements": AGREEMENTS,
        "partners": store.partners(visit.session, visit.actor, funders),
        "cohort": store.open_cohort(visit.session, cohort_id, today=visit.today),
    }
    return pages.page(visit, "relays/form.html", context, status=422 if errors else 200)


def _only_funds(kind: reference.Code) -> bool:
    return kind.extra["roles"] == "financeur"
