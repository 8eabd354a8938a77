"""Follow-ups: the list of those to make, one with what to say or print, tries and the answer."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import follow_ups, news, situations
from parcours.actions.messages import contact_of
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.follow_ups import State
from parcours.domain.identity import shown_name
from parcours.domain.messages import Channel, channel_for, compose, told_parts
from parcours.features.outcomes import showing, store
from parcours.features.outcomes.forms import (
    LABELS,
    choices,
    empty,
    read_situation,
    read_try,
    typed,
)
from parcours.models import FollowUp, Learner, visibility
from parcours.resources import resource_dir
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.paging import after_day, written
from parcours.web.words import long_day, typed_day

router = APIRouter(prefix="/suivis")
SCRIPT = "messages/follow_up.txt"
# What the answer « toujours le même emploi » repeats of the exit.
SAME = (
    "situation", "contract_type", "contract_starts_on", "contract_ends_on", "employer", "siret",
    "employer_kind", "weekly_hours", "related_to_training",
)  # fmt: skip


@router.get("")
def follow_up_list(
    visit: RecordedReading, etat: str = "", delai: str = "", qui: str = "", apres: str = ""
) -> Response:
    """Follow-ups of one’s organisation: those to make, unless the filters say otherwise."""
    require(visit.actor, Capability.RECORD_EXITS)
    state = State(etat) if etat in set(State) else State.DUE
    delay = delai if delai in follow_ups.delays() else ""
    wanted = store.Wanted(state, delay, qui == "moi")
    rows = store.follow_ups(
        visit.session, visit.actor, wanted, today=visit.today, after=after_day(apres)
    )
    count = store.count_follow_ups(visit.session, visit.actor, wanted, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "follow_up", len(rows))
    return pages.page(visit, "outcomes/follow_ups.html", _list_context(visit, rows, wanted, count))


@router.get("/{follow_up_id}")
def one_follow_up(visit: RecordedReading, follow_up_id: int) -> Response:
    """A follow-up: where it stands, what to say, the tries, and the answer."""
    require(visit.actor, Capability.RECORD_EXITS)
    return _page(visit, follow_up_id)


@router.get("/{follow_up_id}/papier")
def paper(visit: RecordedReading, follow_up_id: int, moyen: str = "letter") -> Response:
    """The letter, or the script of the call, to print."""
    require(visit.actor, Capability.RECORD_EXITS)
    row, learner = _known(visit, follow_up_id)
    channel = Channel.PHONE if moyen == Channel.PHONE else Channel.LETTER
    context = _context(visit, row, learner) | {
        "channel": channel,
        "body": _body(visit, row, learner, channel),
        "parts": told_parts(_body(visit, row, learner, channel)),
    }
    return pages.page(visit, "outcomes/paper.html", context)


@router.post("/{follow_up_id}/essais")
def record_try(deed: Acting, follow_up_id: int) -> Response:
    """Note a try."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        said = read_try(deed.form, today=deed.today)
        follow_ups.record_try(deed.session, deed.actor, follow_up_id, said, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, follow_up_id, tried=values, errors=refusal.errors)
    return pages.done_once(deed, f"/suivis/{follow_up_id}", "Essai noté.")


@router.post("/{follow_up_id}/reponse")
def record_answer(deed: Acting, follow_up_id: int) -> Response:
    """Keep the answer."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        said = read_situation(deed.form, today=deed.today)
        if deed.form.text("same") == "oui":
            said = _same_job(deed, follow_up_id, said)
        news.record_answer(deed.session, deed.actor, follow_up_id, said, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, follow_up_id, values=values, errors=refusal.errors)
    return pages.done_once(deed, f"/suivis/{follow_up_id}", "Réponse notée.")


def _same_job(
    deed: Deed, follow_up_id: int, said: situations.SituationRecord
) -> situations.SituationRecord:
    row = visibility.follow_up(deed.session, deed.actor, follow_up_id, today=deed.today)
    first = situations.situations_of(deed.session, [row.exit_id])[row.exit_id][0]
    if not situations.facts_of(first).is_job:
        raise RuleBroken("La sortie n’est pas un emploi : dites la situation.", field="situation")
    return replace(said, **{name: getattr(first, name) for name in SAME})


def _list_context(
    visit: Visit, rows: list[store.FollowUpLine], wanted: store.Wanted, count: int
) -> dict[str, Any]:
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    query = {
        "etat": wanted.state.value,
        "delai": wanted.delay,
        "qui": "moi" if wanted.mine else "",
    }
    last = page[-1][0] if page else None
    place = written((last.due_on, last.id or 0)) if last and more else ""
    return {
        "rows": [
            (shown_name(birth, first, usage), showing.follow_up(row, visit.today), phone)
            for row, birth, usage, first, phone in page
        ],
        "count": count,
        "state": wanted.state,
        "query": query,
        "states": [(item.value, item.label) for item in State],
        "delays": reference.options(reference.follow_up_delays()),
        "next_url": f"/suivis?{urlencode({**query, 'apres': place})}" if place else "",
    }


def _known(visit: Visit, follow_up_id: int) -> tuple[FollowUp, Learner]:
    row = visibility.follow_up(visit.session, visit.actor, follow_up_id, today=visit.today)
    learner = visibility.learner(visit.session, visit.actor, row.learner_id, today=visit.today)
    audit.record_reading(visit.session, visit.actor, "follow_up", row.learner_id)
    return row, learner


def _context(visit: Visit, row: FollowUp, learner: Learner) -> dict[str, Any]:
    return {
        "row": row,
        "learner": learner,
        "name": shown_name(learner.birth_name, learner.first_names, learner.usage_name),
        "asked": showing.follow_up(row, visit.today),
        "organisation": visit.actor.organisation_name,
    }


def _page(
    visit: Visit,
    follow_up_id: int,
    *,
    values: dict[str, Any] | None = None,
    tried: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    row, learner = _known(visit, follow_up_id)
    told = situations.situations_of(visit.session, [row.exit_id])[row.exit_id]
    answer = next((item for item in told if item.follow_up_id == row.id), None)
    organisation_id, day = visit.actor.organisation_id, min(row.due_on, visit.today)
    context = _context(visit, row, learner) | {
        "first": showing.situation(told[0], organisation_id),
        "answer": showing.situation(answer, organisation_id) if answer else None,
        "tries": follow_ups.tries_of(visit.session, [follow_up_id]),
        "most_tries": follow_ups.delays()[row.delay].tries,
        "parts": told_parts(_body(visit, row, learner, Channel.PHONE)),
        "has_job": situations.facts_of(told[0]).is_job,
        "proposed": channel_for(contact_of(learner)).label,
        "values": values or empty(day, told_by="person"),
        "tried": tried or empty(visit.today),
        "observed_on": typed_day(day),
        "labels": LABELS,
        "choices": choices(at_exit=False),
        "errors": errors or {},
        "can_try": row.outcome in {None, State.UNKNOWN, State.UNREACHABLE}
        and visit.today >= row.opens_on,
    }
    return pages.page(visit, "outcomes/follow_up.html", context, status=422 if errors else 200)


def _body(visit: Visit, row: FollowUp, learner: Learner, channel: Channel) -> str:
    source = (resource_dir("templates") / SCRIPT).read_text(encoding="utf-8")
    facts = {
        "first_names": learner.first_names,
        "author": visit.actor.name,
        "organisation": visit.actor.organisation_name,
        "due_on": long_day(row.due_on),
    }
    return compose(source, channel, facts)
