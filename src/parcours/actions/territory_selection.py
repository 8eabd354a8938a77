"""Whose pathways a territory counts, and the rows they read."""

from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import col

from parcours.domain.relays import Answer
from parcours.domain.words import StepKind
from parcours.models import LearnerAccess, Pathway, Relay, Step
from parcours.models.visibility import ACCESS, access_is_open

COVERING = [kind for kind in StepKind if kind.covers]
# What tells the part a pathway is in.
FACTS = col(Pathway.programme_id), ACCESS.qpv_status, col(Pathway.opened_on)


def _of_seen(statement: Any, *, is_dated: bool) -> Any:
    """Keep the pathways of people the organisation sees, opened since a day if one is given."""
    statement = statement.join(
        LearnerAccess.__table__,  # type: ignore[attr-defined]
        and_(ACCESS.learner_id == col(Pathway.learner_id), access_is_open()),
    )
    if is_dated:
        statement = statement.where(col(Pathway.opened_on) >= bindparam("since"))
    return statement


@cache
def steps_of(*, is_dated: bool) -> Any:
    """The steps held, by pathway, and what tells the part it is in."""
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
    return _of_seen(statement, is_dated=is_dated)


@cache
def awaited_of(*, is_dated: bool) -> Any:
    """Who was asked to take the person on and did not answer yet, by pathway."""
    statement = (
        select(col(Relay.pathway_id), col(Relay.receiver_id))
        .select_from(Relay)
        .join(Pathway, col(Pathway.id) == col(Relay.pathway_id))
        .where(col(Relay.answer).is_(None), col(Relay.expires_on) >= bindparam("today"))
        .order_by(col(Relay.pathway_id), col(Relay.due_on).desc(), col(Relay.id).desc())
    )
    return _of_seen(statement, is_dated=is_dated)


@cache
def relay_dates(*, is_dated: bool) -> Any:
    """The dates of relays that matter, and how many have them."""
    dates = col(Relay.due_on), col(Relay.answer), col(Relay.answered_on)
    statement = (
        select(*dates, func.count(), *FACTS)
        .select_from(Relay)
        .join(Pathway, col(Pathway.id) == col(Relay.pathway_id))
        .where(col(Relay.answer).is_distinct_from(Answer.WITHDRAWN))
        .group_by(*dates, *FACTS)
    )
    return _of_seen(statement, is_dated=is_dated)
