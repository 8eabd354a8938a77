"""What already waits about a pathway about to break: joined to the rows of a worklist."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from parcours.models import Organisation, Relay, Step


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What already waits about a pathway: a partner’s answer, or a date one’s organisation holds.

    `relay_id` was proposed to `receiver`, who may answer until `expires_on`; the step `step_id`
    should have begun (`has_begun` False) or ended on `day` and nobody said so.
    """

    relay_id: int | None
    receiver: str | None
    expires_on: date | None
    step_id: int | None
    step: str | None
    has_begun: bool
    day: date | None


RECEIVER = aliased(Organisation)
# In the order of UnderWay.
UNDER_WAY: tuple[Any, ...] = (
    col(Relay.id),
    col(RECEIVER.name),
    col(Relay.expires_on),
    col(Step.id),
    col(Step.title),
    col(Step.started_on).is_not(None),
    case(
        (col(Step.started_on).is_(None), col(Step.planned_start_on)), else_=col(Step.planned_end_on)
    ),
)


def waiting_relay(urgent: Subquery) -> Any:
    """The relay of a pathway that waits for an answer, the first sent."""
    return (
        select(func.min(col(Relay.id)))
        .where(
            col(Relay.pathway_id) == urgent.c.pathway_id,
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= bindparam("today"),
        )
        .correlate(urgent)
        .scalar_subquery()
    )


def unsaid_step(urgent: Subquery) -> Any:
    """A step one’s organisation holds whose start, else whose end, passed without a word."""
    return (
        select(func.min(col(Step.id)))
        .where(
            col(Step.pathway_id) == urgent.c.pathway_id,
            col(Step.organisation_id) == bindparam("org"),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            or_(
                and_(
                    col(Step.started_on).is_(None),
                    col(Step.planned_start_on) <= bindparam("today"),
                ),
                and_(col(Step.ended_on).is_(None), col(Step.planned_end_on) < bindparam("today")),
            ),
        )
        .correlate(urgent)
        .scalar_subquery()
    )
