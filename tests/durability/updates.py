"""Several processes writing to the same rows at once, through the program’s own sessions."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import cohorts, exits, learners, pathways, relay_answers, situations
from parcours.actions.cohorts import CohortFacts
from parcours.actions.relay_facts import Speaker
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.relays import DeclineReason
from parcours.models import Learner, Relay, visibility
from tests.durability import people

# A server that forks from a fresh interpreter: the program is loaded once, never half copied.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.durability.updates", "tests.durability.deaths"])

Deed = Callable[[Session, Actor, int, date], None]


def increment(session: Session, actor: Actor, learner_id: int, today: date) -> None:
    """Read a row, think, write what was read plus one: the update that is so easily lost."""
    learner = visibility.learner(session, actor, learner_id, today=today, lock=True)
    learner.version += 1


def move_pathway(session: Session, actor: Actor, learner_id: int, today: date) -> None:
    """One of the acts that move a pathway and its gaps, drawn by chance."""
    learner = visibility.learner(session, actor, learner_id, today=today)
    pathway = pathways.current_pathway(session, learner)
    assert pathway is not None
    pathway_id = pathway.id or 0
    draw = random.random()
    if draw < 0.04:
        pathways.close_pathway(session, actor, pathway_id, closed_on=today, today=today)
    elif draw < 0.08:
        exits.record_exit(
            session, actor, pathway_id, situations.SituationRecord(today), today=today
        )
    else:
        begins = random.randint(10, 50)
        step = people.add_step(session, actor, pathway, start=begins, days=2, today=today)
        if draw > 0.8:
            pathways.cancel_step(session, actor, step, reason="Essai", today=today)


def answer_first(session: Session, actor: Actor, learner_id: int, today: date) -> None:
    """Answer, one way or the other, one of the relays proposed for somebody, drawn by chance."""
    ids = session.execute(select(col(Relay.id)).where(col(Relay.learner_id) == learner_id))
    relay_id = random.choice(list(ids.scalars())) or 0
    relay = session.get_one(Relay, relay_id)
    speaker = Speaker(relay.receiver_id, "Quelqu’un")
    if random.random() < 0.7:
        relay_answers.accept(
            session, relay_id, speaker, starts_on=None, ends_on=None, words=None, today=today
        )
    else:
        relay_answers.decline(
            session, relay_id, speaker, reason=DeclineReason.NO_PLACE, words=None, today=today
        )


def open_pathway(session: Session, actor: Actor, learner_id: int, today: date) -> None:
    """A place in a cohort of its own, which opens a pathway for who has none."""
    code = f"PROMO-{random.getrandbits(60)}"
    facts = CohortFacts(code, "Promotion d’essai", today, today, capacity=1)
    cohort = cohorts.create_cohort(session, actor, facts)
    cohorts.enrol(session, actor, cohort.id or 0, learner_id, today=today)


def correct(session: Session, actor: Actor, learner_id: int, today: date) -> None:
    """Correct a file just read: every correction counts in its version and its history."""
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    facts = replace(learners.facts_of(session, learner), city=f"Ville {random.getrandbits(60)}")
    version = learner.version
    learners.edit_learner(session, actor, learner_id, facts, version=version, today=today)


def at_once(
    url: str, deed: Deed, actor: Actor, learner_id: int, *, processes: int, times: int, today: date
) -> tuple[int, int, list[str]]:
    """(done, refused by a rule, errors) of `processes` × `times` deeds started together."""
    start, outcomes = PROCESSES.Barrier(processes), PROCESSES.SimpleQueue()
    shared = (url, deed, actor, learner_id, times, today, start, outcomes)
    started = [PROCESSES.Process(target=_repeat, args=shared) for _ in range(processes)]
    for process in started:
        process.start()
    told = [outcomes.get() for _ in started]
    for process in started:
        process.join()
    return (
        sum(done for done, _, _ in told),
        sum(refused for _, refused, _ in told),
        [error for _, _, errors in told for error in errors],
    )


def a_learner(database: Database, actor: Actor, today: date, *, has_pathway: bool) -> int:
    """Somebody to write about."""
    with database.writing() as session:
        row: Learner = learners.create_learner(session, actor, people.facts(1), today=today)
        if has_pathway:
            people.begin(session, actor, row, today=today)
        return row.id or 0


def _repeat(
    url: str,
    deed: Deed,
    actor: Actor,
    learner_id: int,
    times: int,
    today: date,
    start: Any,
    outcomes: "SimpleQueue[tuple[int, int, list[str]]]",
) -> None:
    database = Database.open(url)
    done, refused, errors = 0, 0, []
    start.wait()
    for _ in range(times):
        try:
            with database.writing() as session:
                deed(session, actor, learner_id, today)
            done += 1
        except RuleBroken:
            refused += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:300])
    database.dispose()
    outcomes.put((done, refused, errors))
