"""Whose pathways a territory counts: selections, what holds them, and the rows they read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import col

from parcours.domain.relays import Answer
from parcours.domain.words import DistrictStatus, StepKind
from parcours.models import LearnerAccess, Pathway, Relay, Step
from parcours.models.visibility import ACCESS, access_is_open

COVERING = [kind for kind in StepKind if kind.covers]
# What selects a pathway.
FACTS = col(Pathway.programme_id), ACCESS.qpv_status, col(Pathway.opened_on)
Shape = tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose pathways are counted; None counts all of them."""

    programme_id: int | None = None
    district: DistrictStatus | None = None
    opened_from: date | None = None

    def keeps(
        self, programme_id: int | None, district: DistrictStatus | None, opened_on: date
    ) -> bool:
        """Whether a pathway is among those counted."""
        return (
            self.programme_id in {None, programme_id}
            and self.district in {None, district}
            and (self.opened_from is None or opened_on >= self.opened_from)
        )


def beside(filters: Filters, starts: Sequence[date | None], usual: Filters) -> list[Filters]:
    """The selections this one may be subtracted from, `starts` being the first days one may ask.

    Those that hold all of it. The usual one is shown as it is: a wider one is judged beside it.
    """
    if filters == usual:
        return []
    from_days = [
        start
        for start in (*starts, filters.opened_from)
        if start is None or (filters.opened_from is not None and start <= filters.opened_from)
    ]
    parts = {filters.programme_id, None}, {filters.district, None}, from_days
    found = {Filters(*values) for values in product(*parts)} - {filters}
    is_wider = (filters.programme_id, filters.district) == (None, None)
    return sorted(found | {usual} if is_wider else found, key=repr)


def widest(asked: Sequence[Filters]) -> Filters:
    """The selection that holds those asked for."""
    programmes = {filters.programme_id for filters in asked}
    districts = {filters.district for filters in asked}
    starts = [filters.opened_from for filters in asked]
    return Filters(
        programmes.pop() if len(programmes) == 1 else None,
        districts.pop() if len(districts) == 1 else None,
        None if None in starts else min(start for start in starts if start),
    )


def shape_of(filters: Filters) -> Shape:
    """Which conditions a selection sets: one statement for each combination."""
    return (
        filters.programme_id is not None,
        filters.district is not None,
        filters.opened_from is not None,
    )


def values(filters: Filters) -> dict[str, Any]:
    """What the statements are told of a selection."""
    return {
        "programme": filters.programme_id,
        "district": filters.district,
        "opened_from": filters.opened_from,
    }


def _of_seen(statement: Any, shape: Shape) -> Any:
    """Keep the pathways of people the organisation sees, as filtered."""
    has_programme, has_district, has_start = shape
    statement = statement.join(
        LearnerAccess.__table__,  # type: ignore[attr-defined]
        and_(ACCESS.learner_id == col(Pathway.learner_id), access_is_open()),
    )
    if has_programme:
        statement = statement.where(col(Pathway.programme_id) == bindparam("programme"))
    if has_district:
        statement = statement.where(
            ACCESS.qpv_status == bindparam("district", type_=ACCESS.qpv_status.type)
        )
    if has_start:
        statement = statement.where(col(Pathway.opened_on) >= bindparam("opened_from"))
    return statement


@cache
def steps_of(shape: Shape) -> Any:
    """The steps held, by pathway, and what selects the pathway."""
    starts_on = func.coalesce(col(Step.started_on), col(Step.planned_start_on))
    ends_on = func.coalesce(col(Step.ended_on), col(Step.planned_end_on))
    statement = (
        select(
            col(Step.pathway_id),
            col(Step.organisation_id),
            col(Step.kind),
            starts_on,
            ends_on,
            col(Pathway.closed_on),
            *FACTS,
        )
        .select_from(Step)
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            col(Step.kind).in_(COVERING),
        )
        .order_by(col(Step.pathway_id))
    )
    return _of_seen(statement, shape)


@cache
def awaited_of(shape: Shape) -> Any:
    """Who was asked to take the person on and did not answer yet, by pathway."""
    statement = (
        select(col(Relay.pathway_id), col(Relay.receiver_id))
        .select_from(Relay)
        .join(Pathway, col(Pathway.id) == col(Relay.pathway_id))
        .where(col(Relay.answer).is_(None), col(Relay.expires_on) >= bindparam("today"))
        .order_by(col(Relay.pathway_id), col(Relay.due_on).desc(), col(Relay.id).desc())
    )
    return _of_seen(statement, shape)


@cache
def relay_dates(shape: Shape) -> Any:
    """The dates of relays that matter, and how many have them."""
    dates = col(Relay.due_on), col(Relay.answer), col(Relay.answered_on)
    statement = (
        select(*dates, func.count(), *FACTS)
        .select_from(Relay)
        .join(Pathway, col(Pathway.id) == col(Relay.pathway_id))
        .where(col(Relay.answer).is_distinct_from(Answer.WITHDRAWN))
        .group_by(*dates, *FACTS)
    )
    return _of_seen(statement, shape)
