"""The breaks to avoid: people no step holds soon, or no more, the most urgent first."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Integer, Subquery, and_, bindparam, func, select
from sqlmodel import Session, col

from parcours.actions.continuity import COUNT_LIMIT, HORIZON, RibbonFacts, ribbon_facts
from parcours.actions.under_way import RECEIVER, UNDER_WAY, UnderWay, unsaid_step, waiting_relay
from parcours.actions.urgent_gaps import Shape, urgent_gaps
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
from parcours.models.visibility import scope

PAGE_SIZE = 30
WEEK = timedelta(days=7)
LAST_ID = 2**63 - 1
BEGINNING = (date(1900, 1, 1), 0)


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
        return Shape(owner, self.mine, self.programme is not None, self.district is not None)

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
    parameters = _parameters(actor, filters, today, after)
    found = _found(session, filters, parameters | {"most": most, "counted": most})
    return _as_rows(session, found)


def page_of_breaks(
    session: Session,
    actor: Actor,
    filters: BreakFilters = EVERY_BREAK,
    *,
    today: date,
    after: tuple[date, int] | None = None,
) -> tuple[list[BreakRow], int]:
    """A page of breaks, and how many all the pages hold together, up to COUNT_LIMIT.

    The first page is counted by the statement that reads it; the next ones ask from the beginning.
    """
    parameters = _parameters(actor, filters, today, after)
    counted = PAGE_SIZE + 1 if after else COUNT_LIMIT
    found = _found(session, filters, parameters | {"most": PAGE_SIZE + 1, "counted": counted})
    if not after:
        return _as_rows(session, found), found[0].whole if found else 0
    begun = _parameters(actor, filters, today, None) | {"counted": COUNT_LIMIT}
    whole = session.connection().execute(_counted(filters.shape), begun).scalar_one()
    return _as_rows(session, found), int(whole)


def _found(session: Session, filters: BreakFilters, parameters: dict[str, Any]) -> Any:
    return session.connection().execute(_breaks(filters.shape), parameters).all()


def _as_rows(session: Session, found: Any) -> list[BreakRow]:
    facts = ribbon_facts(session, [(row[0], row[8], row[9]) for row in found])
    return [BreakRow(*(*row[:8], facts[row[0]], UnderWay(*row[10:-1]))) for row in found]


def _parameters(
    actor: Actor, filters: BreakFilters, today: date, after: tuple[date, int] | None
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
    }


@cache
def _counted(shape: Shape) -> Any:
    return select(func.count()).select_from(urgent_gaps(shape))


def _page(shape: Shape) -> Subquery:
    listed = urgent_gaps(shape)
    return (
        select(listed, func.count().over().label("whole"))
        .order_by(listed.c.breaks_on, listed.c.pathway_id)
        .limit(bindparam("most", type_=Integer))
        .subquery("page")
    )


@cache
def _breaks(shape: Shape) -> Any:
    # The page’s gaps first, along the index, counted with those of the next pages; the rest joins
    # the rows of one page.
    urgent = _page(shape)
    of_pathway = col(Gap.pathway_id) == urgent.c.pathway_id
    return (
        select(
            urgent.c.pathway_id,
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Gap.starts_on),
            urgent.c.breaks_on,
            col(Organisation.name),
            col(Pathway.opened_on),
            col(Pathway.closed_on),
            *UNDER_WAY,
            urgent.c.whole,
        )
        .select_from(urgent)
        .join(Pathway, col(Pathway.id) == urgent.c.pathway_id)
        .join(Learner, col(Learner.id) == col(Pathway.learner_id))
        .join(Gap, and_(of_pathway, col(Gap.breaks_on) == urgent.c.breaks_on))
        .join(Organisation, col(Organisation.id) == col(Gap.owner_id))
        .outerjoin(Relay, col(Relay.id) == waiting_relay(urgent))
        .outerjoin(RECEIVER, col(RECEIVER.id) == col(Relay.receiver_id))
        .outerjoin(Step, col(Step.id) == unsaid_step(urgent))
        .order_by(urgent.c.breaks_on, urgent.c.pathway_id)
    )
