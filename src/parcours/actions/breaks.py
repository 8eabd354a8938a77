"""The breaks to avoid: people no step holds soon, or no more, the most urgent first."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.continuity import COUNT_LIMIT, HORIZON, RibbonFacts, is_to_avoid, ribbon_facts
from parcours.domain.access import Actor
from parcours.domain.words import DistrictStatus
from parcours.models import (
    Gap,
    Learner,
    Organisation,
    Pathway,
    Relay,
    Step,
)
from parcours.models.visibility import is_mine, scope, sees_learner

PAGE_SIZE = 30
WEEK = timedelta(days=7)
LAST_ID = 2**63 - 1
BEGINNING = (date(1900, 1, 1), 0)
# (parameter that holds the owner, mine, of a programme, of a district)
Shape = tuple[str, bool, bool, bool]


class Coming(StrEnum):
    """Which breaks: those that happened, those of the next days; all of them by default."""

    BROKEN = "rompu"
    WITHIN_WEEK = "7"
    WITHIN_MONTH = "30"
    ALL = ""


@dataclass(frozen=True, slots=True)
class BreakFilters:
    """The filters of the breaks, as their address carries them.

    `everywhere` adds the people the actor sees whose gap another organisation owns; `partner`
    keeps the gaps one organisation owns; `mine` the people the actor follows.
    """

    everywhere: bool = False
    mine: bool = False
    programme: int | None = None
    partner: int | None = None
    district: DistrictStatus | None = None
    coming: Coming = Coming.ALL

    @property
    def shape(self) -> Shape:
        """What the statement depends on; values are parameters."""
        owner = "partner" if self.partner else ("" if self.everywhere else "org")
        return owner, self.mine, self.programme is not None, self.district is not None

    def period(self, today: date) -> tuple[tuple[date, int], date]:
        """(the first break comes after this day and pathway, the last breaks on this day)."""
        # A whole day is left out by starting after its last pathway.
        tomorrow = (today, LAST_ID)
        return {
            Coming.BROKEN: (BEGINNING, today),
            Coming.WITHIN_WEEK: (tomorrow, today + WEEK),
            Coming.WITHIN_MONTH: (tomorrow, today + HORIZON),
            Coming.ALL: (BEGINNING, today + HORIZON),
        }[self.coming]


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


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A person about to fall, or fallen, between two steps."""

    pathway_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    starts_on: date
    breaks_on: date
    owner: str
    facts: RibbonFacts
    under_way: UnderWay


EVERY_BREAK = BreakFilters()


def breaks(
    session: Session,
    actor: Actor,
    filters: BreakFilters = EVERY_BREAK,
    *,
    today: date,
    after: tuple[date, int] | None = None,
    most: int = PAGE_SIZE + 1,
) -> list[BreakRow]:
    """Breaks of the next 30 days and those already broken, the most urgent first.

    At most `most` rows: unless said, one more than PAGE_SIZE when another page follows.
    """
    parameters = _parameters(actor, filters, today, after, most)
    found: Any = session.connection().execute(_breaks(filters.shape), parameters).all()
    facts = ribbon_facts(session, [(row[0], row[8], row[9]) for row in found])
    return [BreakRow(*(*row[:8], facts[row[0]], UnderWay(*row[10:]))) for row in found]


def how_many(session: Session, actor: Actor, filters: BreakFilters, *, today: date) -> int:
    """How many breaks the whole list holds, all its pages together, up to COUNT_LIMIT."""
    parameters = _parameters(actor, filters, today, None, COUNT_LIMIT)
    return int(session.connection().execute(_counted(filters.shape), parameters).scalar_one())


def _parameters(
    actor: Actor,
    filters: BreakFilters,
    today: date,
    after: tuple[date, int] | None,
    most: int,
) -> dict[str, Any]:
    first, until = filters.period(today)
    after_day, after_id = max(after or first, first)
    return {
        **scope(actor, today),
        "until": until,
        "account": actor.account_id,
        "after_day": after_day,
        "after_id": after_id,
        "programme": filters.programme,
        "partner": filters.partner,
        "district": filters.district,
        "most": most,
    }


def _urgent(shape: Shape) -> Subquery:
    owner, of_mine, has_programme, has_district = shape
    page = (
        select(col(Gap.pathway_id), col(Gap.starts_on), col(Gap.breaks_on), col(Gap.owner_id))
        .where(
            is_to_avoid(),
            tuple_(col(Gap.breaks_on), col(Gap.pathway_id))
            > tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=BigInteger)),
        )
        .order_by(col(Gap.breaks_on), col(Gap.pathway_id))
        .limit(bindparam("most", type_=Integer))
    )
    if owner:
        page = page.where(col(Gap.owner_id) == bindparam(owner))
    if has_programme:
        page = page.where(_is(Pathway, Gap.pathway_id, Pathway.programme_id, "programme"))
    if of_mine:
        followed = exists().where(
            col(Learner.id) == col(Gap.learner_id), is_mine(col(Learner.referent_id))
        )
        page = page.where(followed)
    if has_district:
        page = page.where(_is(Learner, Gap.learner_id, Learner.qpv_status, "district"))
    return page.where(sees_learner(Gap.learner_id)).subquery("urgent")


def _is(model: Any, key: Any, column: Any, parameter: str) -> Any:
    return exists().where(
        col(model.id) == key, col(column) == bindparam(parameter, type_=column.type)
    )


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


@cache
def _counted(shape: Shape) -> Any:
    return select(func.count()).select_from(_urgent(shape))


@cache
def _breaks(shape: Shape) -> Any:
    # The page’s gaps first, along the index; the rest joins fifty rows.
    urgent = _urgent(shape)
    return (
        select(
            urgent.c.pathway_id,
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            urgent.c.starts_on,
            urgent.c.breaks_on,
            col(Organisation.name),
            col(Pathway.opened_on),
            col(Pathway.closed_on),
            *UNDER_WAY,
        )
        .select_from(urgent)
        .join(Pathway, col(Pathway.id) == urgent.c.pathway_id)
        .join(Learner, col(Learner.id) == col(Pathway.learner_id))
        .join(Organisation, col(Organisation.id) == urgent.c.owner_id)
        .outerjoin(Relay, col(Relay.id) == _waiting_relay(urgent))
        .outerjoin(RECEIVER, col(RECEIVER.id) == col(Relay.receiver_id))
        .outerjoin(Step, col(Step.id) == _unsaid_step(urgent))
        .order_by(urgent.c.breaks_on, urgent.c.pathway_id)
    )


def _waiting_relay(urgent: Subquery) -> Any:
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


def _unsaid_step(urgent: Subquery) -> Any:
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
