"""The continuity of the people an organisation sees: counted in one pass over their steps."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Session, col

from parcours.actions.working_days import public_holidays
from parcours.domain.access import Actor, Capability, require
from parcours.domain.relays import Answer
from parcours.domain.territory import (
    Held,
    Hole,
    Passage,
    Place,
    RelayFact,
    RelayFigures,
    Span,
    Standing,
    WorkingDays,
    coverage,
    passages,
    relay_figures,
    standing,
)
from parcours.domain.words import DistrictStatus, StepKind
from parcours.models import LearnerAccess, Organisation, Pathway, Relay, Step
from parcours.models.visibility import ACCESS, access_is_open, scope

COVERING = [kind for kind in StepKind if kind.covers]


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose pathways are counted; None counts all of them."""

    programme_id: int | None = None
    district: DistrictStatus | None = None
    opened_from: date | None = None


class Pair(NamedTuple):
    """From an organisation to another; `target_id` None when nobody is known to come next."""

    origin_id: int
    target_id: int | None


@dataclass(slots=True)
class Between:
    """What happens between two organisations: waits of who passed, who waits, who is lost."""

    waits: list[int] = field(default_factory=list)
    waiting: int = 0
    lost: int = 0


Flow = tuple[Place, Place | Standing]


@dataclass(slots=True)
class Continuity:
    """The figures of a territory on a day."""

    pathways: int = 0
    covered: int = 0
    total: int = 0
    longest: Hole | None = None
    pairs: dict[Pair, Between] = field(default_factory=lambda: defaultdict(Between))
    flows: Counter[Flow] = field(default_factory=Counter)
    relays: RelayFigures = field(default_factory=RelayFigures)

    @property
    def share(self) -> Fraction | None:
        """The part covered, None when no working day counts."""
        return Fraction(self.covered, self.total) if self.total else None

    @property
    def waiting(self) -> int:
        """People with no step running, for 90 days at most."""
        return sum(pair.waiting for pair in self.pairs.values())

    @property
    def lost(self) -> int:
        """People with no step for more than 90 days."""
        return sum(pair.lost for pair in self.pairs.values())


class _Row(NamedTuple):
    pathway_id: int
    organisation_id: int
    kind: StepKind
    starts_on: date
    ends_on: date | None
    closed_on: date | None


def continuity_of(session: Session, actor: Actor, filters: Filters, *, today: date) -> Continuity:
    """Count the pathways of the people the actor’s organisation sees, at all partners.

    Three statements whatever the size; the pass over the steps is in proportion to them.
    """
    require(actor, Capability.SEE_TERRITORY)
    parameters = scope(actor, today) | _values(filters)
    rows = session.connection().execute(_steps(_shape(filters)), parameters).all()
    awaited: dict[int, int] = {
        row[0]: row[1]
        for row in session.connection().execute(_awaited(_shape(filters)), parameters)
    }
    working = _working_days(session, actor, rows, today)
    found = Continuity(relays=_relays(session, filters, parameters, today))
    for pathway_id, group in groupby(map(_Row._make, rows), key=itemgetter(0)):
        _count(found, list(group), awaited.get(pathway_id), working, today)
    return found


def _count(
    found: Continuity, rows: list[_Row], awaited: int | None, working: WorkingDays, today: date
) -> None:
    """Add one pathway."""
    closed_on = rows[0].closed_on
    last = min(today, closed_on) if closed_on else today
    covers = coverage([Span(row.starts_on, row.ends_on) for row in rows], last, working)
    if not covers.total:
        return
    found.pathways += 1
    found.covered += covers.covered
    found.total += covers.total
    if covers.longest and covers.longest.days > (found.longest.days if found.longest else 0):
        found.longest = covers.longest
    steps = [Held(Place(row.organisation_id, row.kind), row.starts_on, row.ends_on) for row in rows]
    for passage in passages(steps, last, working):
        _add_passage(found, passage)
    stopped = standing(steps, closed_on=closed_on, today=today)
    if stopped is not None:
        place, how = stopped
        coming = [step for step in steps if step.starts_on > today]
        target = min(coming, key=lambda step: step.starts_on).place[0] if coming else awaited
        pair = found.pairs[Pair(place.organisation_id, target)]
        pair.waiting += how is Standing.WAITING
        pair.lost += how is Standing.LOST
        found.flows[place, how] += 1


def _add_passage(found: Continuity, passage: Passage) -> None:
    origin, target = passage.origin, passage.target
    found.flows[origin, target] += 1
    if origin.organisation_id != target.organisation_id:
        pair = Pair(origin.organisation_id, target.organisation_id)
        found.pairs[pair].waits.append(passage.days)


def _working_days(session: Session, actor: Actor, rows: Any, today: date) -> WorkingDays:
    """From the first start to today, in the region of the organisation that counts."""
    first = min((row[3] for row in rows), default=today)
    organisation = session.get_one(Organisation, actor.organisation_id)
    off = public_holidays(first, today, organisation.holiday_region)
    return WorkingDays(min(first, today), today, off)


def _relays(
    session: Session, filters: Filters, parameters: dict[str, Any], today: date
) -> RelayFigures:
    """Relays counted by the dates that matter: few rows, however many relays."""
    rows = session.connection().execute(_relay_dates(_shape(filters)), parameters).all()
    return relay_figures(_each(rows), today)


def _each(rows: Any) -> Iterator[RelayFact]:
    for due_on, answer, answered_on, count in rows:
        fact = RelayFact(due_on, answer, answered_on)
        for _ in range(count):
            yield fact


_Shape = tuple[bool, bool, bool]


def _shape(filters: Filters) -> _Shape:
    return (
        filters.programme_id is not None,
        filters.district is not None,
        filters.opened_from is not None,
    )


def _values(filters: Filters) -> dict[str, Any]:
    return {
        "programme": filters.programme_id,
        "district": filters.district,
        "opened_from": filters.opened_from,
    }


def _of_seen(statement: Any, shape: _Shape) -> Any:
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
def _steps(shape: _Shape) -> Any:
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
def _awaited(shape: _Shape) -> Any:
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
def _relay_dates(shape: _Shape) -> Any:
    facts = col(Relay.due_on), col(Relay.answer), col(Relay.answered_on)
    statement = (
        select(*facts, func.count())
        .select_from(Relay)
        .join(Pathway, col(Pathway.id) == col(Relay.pathway_id))
        .where(col(Relay.answer).is_distinct_from(Answer.WITHDRAWN))
        .group_by(*facts)
    )
    return _of_seen(statement, shape)
