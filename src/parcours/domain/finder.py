"""The next step: what would leave the fewest days without one, and whether the person may enter.

Source: product, §2 and feature 14. Who the person is orders nothing: only entry conditions read
facts about them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from parcours.domain.entry import Check, Condition, Eligibility, Known, check
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS, Cover, GapSpan, find_gaps
from parcours.domain.words import StepKind

ONE_DAY, BRIDGE = timedelta(days=1), timedelta(days=91)
ELIGIBILITIES = tuple(Eligibility)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A next step somebody offers: a cohort, a partner’s action…

    `starts_on` is its next start (today where one enters all the year round); `places` None is
    unknown; `doubts` are questions its organisation alone can answer; `relay_id` is the relay by
    which it was already asked for this person, `candidacy_id` what they asked themselves, where the
    one who looks may read it. A `is_bridge` one only waits for something better.
    """

    source: str
    id: int
    kind: StepKind
    organisation_id: int
    organisation: str
    title: str
    starts_on: date
    ends_on: date | None = None
    places: int | None = None
    city: str = ""
    conditions: tuple[Condition, ...] = ()
    doubts: tuple[str, ...] = ()
    relay_id: int | None = None
    candidacy_id: int | None = None
    is_bridge: bool = False

    @property
    def is_full(self) -> bool:
        """No place left, for sure."""
        return self.places is not None and self.places < 1


@dataclass(frozen=True, slots=True)
class HeldDays:
    """An open pathway as the finder reads it: its opening and the days organisations hold."""

    opened_on: date
    covers: tuple[Cover, ...]
    tolerance_days: int = DEFAULT_TOLERANCE_DAYS


@dataclass(frozen=True, slots=True)
class Fit:
    """A candidate measured on one pathway.

    `days`: from the person’s first uncovered day on, the days without a step that it would leave,
    of which `days_ahead` are still to come. What follows the last step held has no known length and
    is not counted: `then_from` is its first day, None when nothing is left open.
    """

    candidate: Candidate
    starts_on: date
    checks: tuple[Check, ...]
    gaps: tuple[GapSpan, ...]
    days: int
    days_ahead: int
    then_from: date | None

    @property
    def eligibility(self) -> Eligibility:
        """The worst of its conditions."""
        verdicts = {check.verdict for check in self.checks}
        order = (Eligibility.NO, Eligibility.CHECK)
        return next((word for word in order if word in verdicts), Eligibility.YES)

    @property
    def can_be_proposed(self) -> bool:
        """There may be a place, no condition says no, and nobody was asked yet."""
        is_open = not self.candidate.is_full and self.candidate.relay_id is None
        return is_open and self.eligibility is not Eligibility.NO


def gap_to_fill(pathway: HeldDays, *, today: date) -> GapSpan | None:
    """The gap running today, else the next one; None when somebody holds the person for good."""
    return next(iter(_gaps_from(pathway, today)), None)


def rank(
    candidates: Iterable[Candidate], pathway: HeldDays, known: Known, *, today: date
) -> list[Fit]:
    """The candidates that would hold the person on at least one uncovered day, the best first.

    Those with a place, then the full ones, then those whose conditions say no; inside each, fewest
    days without a step, then those they may enter before those to check, then the earliest start,
    then the longest.
    """
    wanted = _gaps_from(pathway, today)
    fits = (_fit(candidate, pathway, wanted, known, today) for candidate in candidates)
    return in_order(fit for fit in fits if fit is not None)


def in_order(fits: Iterable[Fit]) -> list[Fit]:
    """The best first, as `rank` tells."""
    return sorted(fits, key=_order)


def best(fits: Iterable[Fit]) -> Fit | None:
    """The one to propose, among fits in order: never a full one, a bridge for want of another."""
    open_ones = sorted(
        (fit for fit in fits if fit.can_be_proposed), key=lambda fit: fit.candidate.is_bridge
    )
    return next(iter(open_ones), None)


def bridge(gap: GapSpan, fit: Fit | None, *, today: date) -> tuple[date, date] | None:
    """The days a step of one’s own could hold meanwhile: first and last, None when there are none.

    From today, or the first uncovered day, to the eve of the step to propose; without one, to the
    end of the gap, and for three months where it has none.
    """
    first = max(gap.starts_on, today)
    last = gap.ends_on or first + BRIDGE
    if fit is not None:
        last = min(last, fit.starts_on - ONE_DAY)
    return (first, last) if last >= first else None


def _fit(
    candidate: Candidate,
    pathway: HeldDays,
    wanted: Sequence[GapSpan],
    known: Known,
    today: date,
) -> Fit | None:
    starts_on, ends_on = max(candidate.starts_on, today), candidate.ends_on
    if not any(_meet(gap, starts_on, ends_on) for gap in wanted):
        return None
    cover = Cover(starts_on, ends_on, candidate.organisation_id)
    gaps = _gaps(replace(pathway, covers=(*pathway.covers, cover)))
    left = [gap for gap in gaps if gap.starts_on >= wanted[0].starts_on]
    checks = tuple(check(item, known, starts_on=starts_on) for item in candidate.conditions)
    checks += tuple(Check(Eligibility.CHECK, doubt) for doubt in candidate.doubts)
    return Fit(
        candidate=candidate,
        starts_on=starts_on,
        checks=checks,
        gaps=tuple(gaps),
        days=sum(gap.days or 0 for gap in left),
        days_ahead=sum(_days_from(gap, today) for gap in left),
        then_from=next((gap.starts_on for gap in left if gap.ends_on is None), None),
    )


def _gaps(pathway: HeldDays) -> list[GapSpan]:
    # Whose they are is not asked here.
    return find_gaps(
        opened_on=pathway.opened_on,
        closed_on=None,
        covers=pathway.covers,
        tolerance_days=pathway.tolerance_days,
        opened_by=0,
    )


def _gaps_from(pathway: HeldDays, today: date) -> list[GapSpan]:
    return [gap for gap in _gaps(pathway) if gap.ends_on is None or gap.ends_on >= today]


def _meet(gap: GapSpan, starts_on: date, ends_on: date | None) -> bool:
    if ends_on is not None and (ends_on < starts_on or ends_on < gap.starts_on):
        return False
    return gap.ends_on is None or starts_on <= gap.ends_on


def _days_from(gap: GapSpan, today: date) -> int:
    return 0 if gap.ends_on is None else (gap.ends_on - max(gap.starts_on, today)).days + 1


def _order(fit: Fit) -> tuple[Any, ...]:
    candidate, eligibility = fit.candidate, fit.eligibility
    end = candidate.ends_on or date.max
    return (
        eligibility is Eligibility.NO,
        candidate.is_full,
        fit.days,
        ELIGIBILITIES.index(eligibility),
        fit.starts_on,
        -end.toordinal(),
        candidate.organisation,
        candidate.title,
        candidate.source,
        candidate.id,
    )
