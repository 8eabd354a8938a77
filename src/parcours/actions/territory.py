"""The continuity of the people an organisation sees: counted in one pass over their steps."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlmodel import Session

from parcours.actions.territory_selection import awaited_of, relay_dates, steps_of
from parcours.actions.working_days import public_holidays
from parcours.domain.access import Actor, Capability, require
from parcours.domain.territory import (
    Coverage,
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
from parcours.domain.territory_parts import Dimension
from parcours.domain.words import DistrictStatus, StepKind
from parcours.models import Organisation
from parcours.models.visibility import scope


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


Parts = dict[Hashable, Continuity]


class _Row(NamedTuple):
    pathway_id: int
    organisation_id: int
    kind: StepKind
    starts_on: date
    ends_on: date | None
    closed_on: date | None
    programme_id: int | None
    district: DistrictStatus | None
    opened_on: date


def continuity_of(
    session: Session, actor: Actor, *, since: date | None = None, today: date
) -> Continuity:
    """Count the pathways of the people the actor’s organisation sees, at all partners."""
    return continuity_by(session, actor, None, since=since, today=today)[0]


def continuity_by(
    session: Session,
    actor: Actor,
    dimension: Dimension | None,
    *,
    since: date | None = None,
    today: date,
) -> tuple[Continuity, Parts]:
    """The same, and by part of a dimension: what is opened `since` a day is in one part.

    Three statements whatever the size; the pass over the steps is in proportion to them.
    """
    require(actor, Capability.SEE_TERRITORY)
    is_dated = since is not None
    connection = session.connection()
    parameters = scope(actor, today) | ({"since": since} if is_dated else {})
    rows = connection.execute(steps_of(is_dated=is_dated), parameters).all()
    awaited: dict[int, int] = {
        row[0]: row[1] for row in connection.execute(awaited_of(is_dated=is_dated), parameters)
    }
    working = _working_days(session, actor, rows, today)
    dates = connection.execute(relay_dates(is_dated=is_dated), parameters).all()
    whole, parts = Continuity(), defaultdict[Hashable, Continuity](Continuity)
    _count_relays(dates, whole, parts, dimension, today)
    for pathway_id, group in groupby(map(_Row._make, rows), key=itemgetter(0)):
        steps = list(group)
        inside = [parts[dimension.part(*steps[0][6:])]] if dimension else []
        _count([whole, *inside], steps, awaited.get(pathway_id), working, today)
    return whole, dict(parts)


def _count(
    found: Sequence[Continuity],
    rows: list[_Row],
    awaited: int | None,
    working: WorkingDays,
    today: date,
) -> None:
    """Add one pathway to each selection that holds it."""
    closed_on = rows[0].closed_on
    last = min(today, closed_on) if closed_on else today
    covers = coverage([Span(row.starts_on, row.ends_on) for row in rows], last, working)
    if not covers.total:
        return
    steps = [Held(Place(row.organisation_id, row.kind), row.starts_on, row.ends_on) for row in rows]
    moves = passages(steps, last, working)
    stopped = standing(steps, closed_on=closed_on, today=today)
    for one in found:
        _add_coverage(one, covers)
        for passage in moves:
            _add_passage(one, passage)
        if stopped is not None:
            _add_stop(one, stopped, steps, awaited, today)


def _add_coverage(found: Continuity, covers: Coverage) -> None:
    found.pathways += 1
    found.covered += covers.covered
    found.total += covers.total
    if covers.longest and covers.longest.days > (found.longest.days if found.longest else 0):
        found.longest = covers.longest


def _add_stop(
    found: Continuity,
    stopped: tuple[Place, Standing],
    steps: Sequence[Held],
    awaited: int | None,
    today: date,
) -> None:
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


def _count_relays(
    dates: Any, whole: Continuity, parts: Parts, dimension: Dimension | None, today: date
) -> None:
    """Relays counted by the dates that matter: few rows, however many relays."""
    facts: dict[Hashable, list[RelayFact]] = defaultdict(list)
    for due_on, answer, answered_on, count, *told in dates:
        part = dimension.part(*told) if dimension else None
        facts[part] += [RelayFact(due_on, answer, answered_on)] * count
    whole.relays = relay_figures(chain.from_iterable(facts.values()), today)
    if dimension:
        for part, inside in facts.items():
            parts[part].relays = relay_figures(inside, today)
