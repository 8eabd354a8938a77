"""A synthetic territory: the same for the same seed, true to the product’s rules, of any size."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import continuity_check
from parcours.actions.standings import stale_standings
from parcours.actions.synthesis import build_synthetic
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.errors import RuleBroken
from parcours.models import (
    Agreement,
    AttendanceMark,
    CohortHalfDay,
    Enrolment,
    Exit,
    ExitSituation,
    FollowUp,
    Gap,
    Learner,
    LearnerAccess,
    Organisation,
    Pathway,
    Sharing,
    Step,
)

LEARNERS = 600
PASSWORD = "quatre-mots-pour-essayer"
TODAY = date(2026, 11, 23)
WITHOUT_INSTANTS = (Learner, LearnerAccess, Pathway, Step, Gap, Sharing, Exit, Agreement, FollowUp)


@pytest.fixture
def territory(session: Session) -> Session:
    """A small territory, already built."""
    _build(session)
    return session


def test_the_gaps_are_those_of_the_rule(territory: Session) -> None:
    assert not continuity_check.differences(territory)
    assert not stale_standings(territory)
    assert _count(territory, Gap) > LEARNERS / 2


def test_every_situation_of_the_screens_is_there(territory: Session) -> None:
    is_open, hub = col(Gap.ends_on).is_(None), _organisation(territory, "S00")
    late = col(Step.planned_start_on) < TODAY - timedelta(days=7)
    for model, condition in (
        (Gap, is_open & (col(Gap.breaks_on) <= TODAY)),
        (Gap, is_open & (col(Gap.breaks_on) > TODAY)),
        (Gap, col(Gap.breaks_on).is_(None)),
        (Gap, col(Gap.owner_id) == hub),
        (Step, col(Step.accepted_at).is_(None)),
        (Step, col(Step.started_on).is_(None) & late),
        (ExitSituation, col(ExitSituation.situation).is_(None)),
        (FollowUp, col(FollowUp.outcome).is_(None)),
    ):
        assert _count(territory, model, condition), str(condition)
    steps = _count(territory, Step) / LEARNERS
    assert 2 <= steps <= 4, "about three steps a person"


def test_the_maison_de_l_emploi_sees_a_third_by_sharing(territory: Session) -> None:
    hub = _organisation(territory, "S00")
    seen = _count(territory, LearnerAccess, col(LearnerAccess.organisation_id) == hub)
    assert 0.25 < seen / LEARNERS < 0.42
    assert seen == _count(territory, Sharing)
    assert _count(territory, LearnerAccess) == LEARNERS + seen


def test_cohorts_are_full_and_have_a_history(territory: Session) -> None:
    sizes = territory.execute(
        select(func.count()).select_from(Enrolment).group_by(col(Enrolment.cohort_id))
    ).scalars()
    assert max(sizes) == 25
    taken = territory.execute(
        select(func.count())
        .select_from(CohortHalfDay)
        .where(col(CohortHalfDay.taken_at).is_not(None))
        .group_by(col(CohortHalfDay.cohort_id))
    ).scalars()
    assert min(taken) >= 20
    assert _count(territory, AttendanceMark) == 22 * _count(territory, Enrolment)


def test_the_same_seed_gives_the_same_territory(database: Database) -> None:
    first = _contents(database, seed=7)
    assert first == _contents(database, seed=7)
    assert first != _contents(database, seed=8)


def test_one_may_sign_in_in_each_role(session: Session) -> None:
    opened = _build(session)
    assert {role for _email, role in opened} >= {
        Role.COUNSELLOR,
        Role.COORDINATOR,
        Role.TRAINER,
        Role.FUNDER,
    }


def test_a_database_in_use_is_refused(territory: Session) -> None:
    before = _count(territory, Learner)
    with pytest.raises(RuleBroken, match="déjà utilisée"):
        _build(territory)
    assert _count(territory, Learner) == before


def test_the_database_numbers_what_comes_next(territory: Session) -> None:
    """Rows came with their numbers; the next ones must not meet them (PostgreSQL’s sequences)."""
    last = territory.execute(select(func.max(col(Pathway.id)))).scalar_one()
    known = territory.get_one(Pathway, last)
    kept = known.model_dump(include={"learner_id", "organisation_id", "opened_on", "created_by_id"})
    pathway = Pathway(**kept)
    territory.add(pathway)
    territory.flush()
    assert pathway.id == last + 1


def _build(session: Session, seed: int = 1) -> list[tuple[str, Role]]:
    return build_synthetic(session, learners=LEARNERS, seed=seed, today=TODAY, password=PASSWORD)


def _contents(database: Database, seed: int) -> list[list[tuple[Any, ...]]]:
    """What a seed builds, then undone."""
    engine = database.engine.execution_options(parcours_write=True)
    with Session(engine) as session:
        _build(session, seed)
        found = [_rows(session, model) for model in WITHOUT_INSTANTS]
        session.rollback()
    return found


def _rows(session: Session, model: type[Any]) -> list[tuple[Any, ...]]:
    """Every fact of a table but row numbers and instants (one’s sequences do not go back)."""
    kept = [
        column
        for column in model.__table__.c
        if not column.name.endswith(("_id", "_at")) and column.name != "id"
    ]
    return sorted((tuple(row) for row in session.execute(select(*kept))), key=repr)


def _organisation(session: Session, code: str) -> int:
    return session.execute(
        select(col(Organisation.id)).where(col(Organisation.code) == code)
    ).scalar_one()


def _count(session: Session, model: type[Any], *conditions: Any) -> int:
    rows = select(func.count()).select_from(model).where(*conditions)
    return session.execute(rows).scalar_one()
