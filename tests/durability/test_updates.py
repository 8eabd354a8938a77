"""Writers at the same moment: no update is lost, no rule is passed by two at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import continuity_check, pathways, relays
from parcours.actions.standings import stale_standings
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.domain.pathway import StepDates
from parcours.domain.relays import Answer
from parcours.domain.words import StepKind
from parcours.models import Exit, Learner, Pathway, Relay, Step
from tests.durability import people, updates

PROCESSES = 4
TIMES = 25

pytestmark = pytest.mark.database


def test_no_update_is_lost(file_database: Database, database_url: str, today: date) -> None:
    """Bar C1 in small; `python benchmarks/durability.py updates` gives the whole figure."""
    actor = people.open_house(file_database, today)
    learner_id = updates.a_learner(file_database, actor, today, has_pathway=False)
    done, _, errors = _at_once(database_url, updates.increment, actor, learner_id, today)
    assert not errors
    with file_database.reading() as session:
        version = session.get_one(Learner, learner_id).version
    assert (done, version - 1) == (PROCESSES * TIMES, PROCESSES * TIMES)


def test_no_correction_is_lost(file_database: Database, database_url: str, today: date) -> None:
    actor = people.open_house(file_database, today)
    learner_id = updates.a_learner(file_database, actor, today, has_pathway=False)
    done, _, errors = _at_once(database_url, updates.correct, actor, learner_id, today, times=8)
    assert not errors
    with file_database.reading() as session:
        assert session.get_one(Learner, learner_id).version == done + 1


@pytest.mark.parametrize("again", range(2))
def test_changes_of_one_pathway_at_once_leave_its_gaps_right(
    file_database: Database, database_url: str, today: date, again: int
) -> None:
    """Steps added and cancelled, the pathway closed: nobody waits for ever, nothing is stale."""
    actor = people.open_house(file_database, today)
    learner_id = updates.a_learner(file_database, actor, today, has_pathway=True)
    _, _, errors = _at_once(database_url, updates.move_pathway, actor, learner_id, today, times=6)
    assert not errors
    with file_database.reading() as session:
        assert continuity_check.differences(session) == []
        assert stale_standings(session) == []
        assert _count(session, Exit) <= 1


def test_one_pathway_is_open_at_a_time(
    file_database: Database, database_url: str, today: date
) -> None:
    """Two cohorts that give the same person a place at once open one pathway."""
    actor = people.open_house(file_database, today)
    learner_id = updates.a_learner(file_database, actor, today, has_pathway=False)
    done, refused, errors = _at_once(
        database_url, updates.open_pathway, actor, learner_id, today, times=1
    )
    assert (done, refused, errors) == (PROCESSES, 0, [])
    with file_database.reading() as session:
        assert _count(session, Pathway) == 1


@pytest.mark.parametrize("again", range(2))
def test_answers_at_once_cannot_both_win(
    file_database: Database, database_url: str, today: date, again: int
) -> None:
    """Three partners are asked for the same days; their people answer as they like."""
    sender, *partners = (people.open_house(file_database, today) for _ in range(4))
    learner_id = updates.a_learner(file_database, sender, today, has_pathway=True)
    dates = StepDates(today + timedelta(days=30), today + timedelta(days=90))
    facts = pathways.StepFacts(StepKind.TRAINING, "Promotion", dates)
    with file_database.writing() as session:
        for partner in partners:
            proposal = relays.Proposal(partner.organisation_id, facts, "Essai")
            relays.propose(session, sender, learner_id, proposal, today=today)
    done, _, errors = _at_once(
        database_url, updates.answer_first, sender, learner_id, today, times=12
    )
    assert not errors
    with file_database.reading() as session:
        assert continuity_check.differences(session) == []
        answers = session.execute(select(col(Relay.answer))).scalars().all()
        held = session.execute(
            select(func.count()).where(
                col(Step.kind) == StepKind.TRAINING, col(Step.accepted_at).is_not(None)
            )
        ).scalar_one()
    assert None not in answers
    assert held == answers.count(Answer.ACCEPTED) <= 1
    # Every answer but those the rules gave was given by somebody.
    assert done == len(answers) - answers.count(Answer.WITHDRAWN)


def _at_once(
    url: str,
    deed: updates.Deed,
    actor: Actor,
    learner_id: int,
    today: date,
    times: int = TIMES,
) -> tuple[int, int, list[str]]:
    return updates.at_once(
        url, deed, actor, learner_id, processes=PROCESSES, times=times, today=today
    )


def _count(session: Session, table: type[Exit | Pathway]) -> int:
    return int(session.execute(select(func.count(col(table.id)))).scalar_one())
