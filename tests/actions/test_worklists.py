"""Worklists, page after page: each row once, filters included, the whole told on every page."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours.actions import accounts, breaks
from parcours.actions.breaks import EVERY_BREAK, BreakFilters, BreakRow, page_of_breaks
from parcours.actions.continuity import COUNT_LIMIT
from parcours.actions.synthesis import build_synthetic
from parcours.actions.worklists import (
    EVERY_START,
    PAGE_SIZE,
    StartFilters,
    UnconfirmedStart,
    unconfirmed_starts,
)
from parcours.domain.access import Actor
from parcours.domain.pathway import StepDates, is_unconfirmed
from parcours.domain.words import DistrictStatus
from parcours.models import Learner, LearnerAccess, Pathway, Step

TODAY = date(2026, 11, 23)
Kept = Callable[[Learner, Pathway], bool]


@pytest.fixture
def partner(session: Session) -> Actor:
    """The coordinator of a partner whose people began late, or never said so."""
    build_synthetic(
        session, learners=400, seed=2, today=TODAY, password="quatre-mots-pour-essayer", partners=2
    )
    # Every fourth step never said that it began; some ends of sharing hide their people.
    session.execute(
        update(Step).where(col(Step.id) % 4 == 0).values(started_on=None, ended_on=None)
    )
    ended = TODAY - timedelta(days=1)
    session.execute(
        update(LearnerAccess).where(col(LearnerAccess.learner_id) % 7 == 0).values(ends_on=ended)
    )
    session.execute(update(Learner).where(col(Learner.id) % 3 == 0).values(referent_id=1))
    return accounts.actor_for(session, "s01@exemple.fr", today=TODAY)


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        (EVERY_START, lambda _learner, _pathway: True),
        (StartFilters(mine=True), lambda learner, _pathway: learner.id % 3 != 0),
        (StartFilters(programme=2), lambda _learner, pathway: pathway.programme_id == 2),
        (
            StartFilters(district=DistrictStatus.INSIDE),
            lambda learner, _pathway: learner.qpv_status is DistrictStatus.INSIDE,
        ),
    ],
)
def test_the_pages_hold_each_start_once(
    session: Session, partner: Actor, filters: StartFilters, keeps: Kept
) -> None:
    found = _pages(session, partner, filters)
    assert [row.step_id for row in found] == _expected(session, partner, keeps)
    assert found


def test_there_is_more_than_a_page(session: Session, partner: Actor) -> None:
    assert len(_pages(session, partner, EVERY_START)) > 2 * PAGE_SIZE


def _pages(session: Session, actor: Actor, filters: StartFilters) -> list[UnconfirmedStart]:
    found: list[UnconfirmedStart] = []
    after = None
    while rows := unconfirmed_starts(session, actor, filters, today=TODAY, after=after):
        found += rows[:PAGE_SIZE]
        if len(rows) <= PAGE_SIZE:
            break
        after = (found[-1].planned_start_on, found[-1].step_id)
    return found


@pytest.mark.parametrize(
    "filters",
    [
        EVERY_BREAK,
        BreakFilters(everywhere=True),
        BreakFilters(everywhere=True, mine=True, programme=2),
        BreakFilters(everywhere=True, district=DistrictStatus.INSIDE),
    ],
)
def test_each_page_of_breaks_tells_how_many_there_are_in_all(
    session: Session, partner: Actor, filters: BreakFilters
) -> None:
    found, wholes = _break_pages(session, partner, filters)
    listed = breaks.breaks(session, partner, filters, today=TODAY, most=10_000)
    assert found == listed
    assert wholes == {min(len(listed), COUNT_LIMIT)}


def test_the_whole_of_breaks_is_told_up_to_a_limit(session: Session, partner: Actor) -> None:
    everywhere = BreakFilters(everywhere=True)
    assert len(breaks.breaks(session, partner, everywhere, today=TODAY, most=10_000)) > COUNT_LIMIT
    unknown = BreakFilters(partner=10_000)
    assert page_of_breaks(session, partner, unknown, today=TODAY) == ([], 0)


def _break_pages(
    session: Session, actor: Actor, filters: BreakFilters
) -> tuple[list[BreakRow], set[int]]:
    found: list[BreakRow] = []
    wholes: set[int] = set()
    after = None
    while True:
        rows, whole = page_of_breaks(session, actor, filters, today=TODAY, after=after)
        found += rows[: breaks.PAGE_SIZE]
        wholes.add(whole)
        if len(rows) <= breaks.PAGE_SIZE:
            return found, wholes
        after = (found[-1].breaks_on, found[-1].pathway_id)


def _expected(session: Session, actor: Actor, keeps: Kept) -> list[int | None]:
    rows = session.execute(
        select(Step, Learner, Pathway)
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(col(Step.organisation_id) == actor.organisation_id)
        .order_by(col(Step.planned_start_on), col(Step.id))
    )
    return [
        step.id
        for step, learner, pathway in rows
        if is_unconfirmed(StepDates(step.planned_start_on, None, step.started_on), today=TODAY)
        and step.accepted_at is not None
        and pathway.closed_on is None
        and (learner.id or 0) % 7 != 0
        and keeps(learner, pathway)
    ]
