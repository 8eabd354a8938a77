"""Hundreds of people asking for the places of one cohort at once, from several processes."""

from collections.abc import Callable
from datetime import date
from multiprocessing.queues import SimpleQueue
from typing import Any

from sqlmodel import Session

from parcours.actions import candidates, cohorts, learners, selection
from parcours.actions.cohorts import CohortFacts
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.selection import Decision, DecisionReason
from parcours.models import Candidate, Cohort
from tests.durability import people
from tests.durability.updates import PROCESSES

# (cohort, who asks, today): who is a learner, or a candidate.
Ask = Callable[[Session, Actor, int, int, date], None]


def enrol(session: Session, actor: Actor, cohort_id: int, learner_id: int, today: date) -> None:
    """Give a learner a place."""
    cohorts.enrol(session, actor, cohort_id, learner_id, today=today)


def admit(session: Session, actor: Actor, cohort_id: int, candidate_id: int, today: date) -> None:
    """Admit a candidate as they stand."""
    version = session.get_one(Candidate, candidate_id).version
    judgement = selection.Judgement(Decision.ADMITTED, DecisionReason.CRITERIA_MET)
    selection.decide(session, actor, cohort_id, {candidate_id: version}, judgement, today=today)


def a_cohort(database: Database, actor: Actor, today: date, *, places: int) -> int:
    """A cohort that begins today."""
    with database.writing() as session:
        facts = CohortFacts("PLACES", "Promotion d’essai", today, today, capacity=places)
        cohort: Cohort = cohorts.create_cohort(session, actor, facts)
        return cohort.id or 0


def many_learners(database: Database, actor: Actor, today: date, count: int) -> list[int]:
    """People known, without a pathway."""
    with database.writing() as session:
        rows = [
            learners.create_learner(
                session, actor, people.facts(number), today=today, is_another=True
            )
            for number in range(count)
        ]
        return [row.id or 0 for row in rows]


def many_candidates(
    database: Database, actor: Actor, cohort_id: int, learner_ids: list[int], today: date
) -> list[int]:
    """The same people, candidates of the cohort."""
    with database.writing() as session:
        return [
            candidates.apply_for(session, actor, cohort_id, number, today=today).id or 0
            for number in learner_ids
        ]


def all_at_once(
    url: str,
    ask: Ask,
    actor: Actor,
    cohort_id: int,
    asking: list[int],
    today: date,
    *,
    processes: int,
) -> tuple[int, list[str], list[str]]:
    """(how many got a place, what the others were told, errors)."""
    start, outcomes = PROCESSES.Barrier(processes), PROCESSES.SimpleQueue()
    shares = [asking[number::processes] for number in range(processes)]
    started = [
        PROCESSES.Process(
            target=_ask_each, args=(url, ask, actor, cohort_id, share, today, start, outcomes)
        )
        for share in shares
    ]
    for process in started:
        process.start()
    told = [outcomes.get() for _ in started]
    for process in started:
        process.join()
    return (
        sum(entered for entered, _, _ in told),
        [text for _, refusals, _ in told for text in refusals],
        [text for _, _, errors in told for text in errors],
    )


def _ask_each(
    url: str,
    ask: Ask,
    actor: Actor,
    cohort_id: int,
    asking: list[int],
    today: date,
    start: Any,
    outcomes: "SimpleQueue[tuple[int, list[str], list[str]]]",
) -> None:
    database = Database.open(url)
    entered, refusals, errors = 0, [], []
    start.wait()
    for number in asking:
        try:
            with database.writing() as session:
                ask(session, actor, cohort_id, number, today)
            entered += 1
        except RuleBroken as refusal:
            refusals.append(str(refusal))
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:300])
    database.dispose()
    outcomes.put((entered, refusals, errors))
