"""What became of people after their exit: follow-ups answered, tried in vain, left to make."""

import random
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import follow_ups, news, situations
from parcours.demo.cohorts import SOPHIE
from parcours.demo.stories import LISE, NADIA
from parcours.domain.access import Actor
from parcours.domain.follow_ups import State, Teller, TryOutcome
from parcours.domain.messages import Channel
from parcours.features.outcomes import store
from parcours.models import FollowUp

TRIED = ("4-semaines", "3-mois", "6-mois")
SHOWN = 40


def follow_up(
    session: Session, actors: dict[str, Actor], today: date, chance: random.Random
) -> None:
    """Past follow-ups: most answered, some unreachable, some never asked; the others wait."""
    for email in (SOPHIE, NADIA, LISE):
        for state in (State.NOT_ASKED, State.DUE):
            rows = store.follow_ups(session, actors[email], store.Wanted(state), today=today)
            for row, *_ in rows[:SHOWN]:
                if row.delay in TRIED or chance.random() < 0.3:
                    _tell(session, actors[email], row, today, chance)


def _tell(
    session: Session, actor: Actor, row: FollowUp, today: date, chance: random.Random
) -> None:
    draw, last = chance.random(), min(row.closes_on, today)
    if draw < 0.55 and row.due_on <= today:
        _answer(session, actor, row, today, chance)
    elif draw < 0.75:
        for number in range(3 if draw < 0.68 else 1):
            day = max(row.opens_on, last - timedelta(days=2 * number))
            tried = follow_ups.TryRecord(day, TryOutcome.NO_ANSWER, Channel.PHONE)
            follow_ups.record_try(session, actor, row.id or 0, tried, today=today)


def _answer(
    session: Session, actor: Actor, row: FollowUp, today: date, chance: random.Random
) -> None:
    first = situations.record_of(situations.situations_of(session, [row.exit_id])[row.exit_id][0])
    if situations.facts_of(first).is_job and chance.random() < 0.7:
        said = replace(first, observed_on=row.due_on, told_by=Teller.PERSON)
        start = said.contract_starts_on
        if start is not None and start > row.due_on:
            said = situations.SituationRecord(row.due_on, "CHOMAGE", told_by=Teller.PERSON)
    else:
        code = chance.choice(("CHOMAGE", "CHOMAGE", "FORMATION_QUALIF", "EMPLOI_NP"))
        said = situations.SituationRecord(row.due_on, code, told_by=Teller.PERSON)
    news.record_answer(session, actor, row.id or 0, said, today=today)
