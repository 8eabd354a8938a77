"""Continuity: from the steps organisations hold, the days that nobody holds.

Source: product definition of continuity. Days are counted inclusively; gaps depend on facts
only, never on today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from parcours.domain.errors import RuleBroken
from parcours.domain.words import StepKind

DEFAULT_TOLERANCE_DAYS = 15
UNCONFIRMED_AFTER_DAYS = 7
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cover:
    """Days an organisation holds, both ends included; `ends_on` None runs on without end."""

    starts_on: date
    ends_on: date | None
    organisation_id: int


class GapSpan(NamedTuple):
    """A maximal run of uncovered days.

    `starts_on` first and `ends_on` last uncovered day (None: open); `breaks_on` None when short.
    """

    starts_on: date
    ends_on: date | None
    breaks_on: date | None
    owner_id: int

    @property
    def days(self) -> int | None:
        """Uncovered days, both ends counted: 11 to 20 March is 10. None while open."""
        return (self.ends_on - self.starts_on).days + 1 if self.ends_on else None


@dataclass(frozen=True, slots=True)
class StepDates:
    """The four dates of a step: what was planned, what was observed."""

    planned_start_on: date
    planned_end_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None

    @property
    def starts_on(self) -> date:
        """The real start, else the planned one."""
        return self.started_on or self.planned_start_on

    @property
    def ends_on(self) -> date | None:
        """The real end, else the planned one, else open."""
        return self.ended_on or self.planned_end_on


def find_gaps(
    *,
    opened_on: date,
    closed_on: date | None,
    covers: Iterable[Cover],
    tolerance_days: int,
    opened_by: int,
) -> list[GapSpan]:
    """The gaps of a pathway in date order, over the days [opened_on, closed_on).

    A gap belongs to the organisation of the covering step that ended last before it, or to
    `opened_by` before the first one. An open gap, or one longer than `tolerance_days`, breaks on
    its first day plus the tolerance.
    """
    gaps: list[GapSpan] = []
    cursor, owner = opened_on, opened_by
    for cover in sorted(covers, key=_reading_order):
        if closed_on is not None and cover.starts_on >= closed_on:
            break
        if cover.ends_on is not None and cover.ends_on < cursor:
            continue
        if cover.starts_on > cursor:
            gaps.append(_gap(cursor, cover.starts_on - ONE_DAY, tolerance_days, owner))
        if cover.ends_on is None:
            return gaps
        cursor, owner = cover.ends_on + ONE_DAY, cover.organisation_id
    if closed_on is None:
        gaps.append(_gap(cursor, None, tolerance_days, owner))
    elif cursor < closed_on:
        gaps.append(_gap(cursor, closed_on - ONE_DAY, tolerance_days, owner))
    return gaps


def check_step(kind: StepKind, dates: StepDates, *, opened_on: date, today: date) -> None:
    """Refuse impossible dates, one French message per field (RuleBroken)."""
    errors: dict[str, str] = {}
    if kind.needs_end and dates.ends_on is None:
        errors["planned_end_on"] = (
            "Une recherche d’emploi accompagnée a toujours une date de fin : indiquez-la."
        )
    if dates.planned_end_on and dates.planned_end_on < dates.planned_start_on:
        errors["planned_end_on"] = "La fin prévue est avant le début prévu."
    if dates.started_on and dates.started_on > today:
        errors["started_on"] = "Le début réel ne peut pas être dans l’avenir."
    if dates.ended_on and dates.ended_on > today:
        errors["ended_on"] = "La fin réelle ne peut pas être dans l’avenir."
    elif dates.ended_on and dates.ended_on < dates.starts_on:
        errors["ended_on"] = "La fin réelle est avant le début."
    if dates.ends_on and dates.ends_on < opened_on and "ended_on" not in errors:
        errors.setdefault(
            "planned_end_on", "L’étape finit avant l’ouverture du parcours : vérifiez les dates."
        )
    if errors:
        raise RuleBroken(errors=errors)


def is_unconfirmed(dates: StepDates, *, today: date) -> bool:
    """A planned start more than 7 days old that nobody confirmed."""
    return dates.started_on is None and (today - dates.planned_start_on).days > (
        UNCONFIRMED_AFTER_DAYS
    )


def _reading_order(cover: Cover) -> tuple[date, date, int]:
    return (cover.starts_on, cover.ends_on or date.max, cover.organisation_id)


def _gap(starts_on: date, ends_on: date | None, tolerance_days: int, owner_id: int) -> GapSpan:
    is_short = ends_on is not None and (ends_on - starts_on).days + 1 <= tolerance_days
    breaks_on = None if is_short else starts_on + timedelta(days=tolerance_days)
    return GapSpan(starts_on, ends_on, breaks_on, owner_id)
