"""The ribbon: a pathway laid out in time, from left to right, in thousandths of its window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from parcours.domain.pathway import GapSpan
from parcours.domain.words import StepKind

WIDTH = 1000
LANES = 3
MARGIN = timedelta(days=45)
LONGEST_SMALL = timedelta(days=365)


class DrawnStep(Protocol):
    """A step as the ribbon reads it; `state` is `held` or `proposed`."""

    @property
    def kind(self) -> StepKind:
        """What it is about."""

    @property
    def starts_on(self) -> date:
        """First day."""

    @property
    def ends_on(self) -> date | None:
        """Last day, None while open."""

    @property
    def state(self) -> str:
        """`held` or `proposed`."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def sub(self) -> str:
        """Who holds it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A block: `look` is a step’s kind, `proposed`, `wait` or `break`; x and width in ‰."""

    look: str
    x: int
    width: int
    lane: int
    label: str
    sub: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of a month."""

    x: int
    day: date


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A pathway laid out between two days; `today_x` is None when today lies outside."""

    segments: list[Segment]
    ticks: list[Tick]
    today_x: int | None
    today: date
    lanes: int


def lay_out(
    steps: Iterable[DrawnStep],
    gaps: Sequence[GapSpan],
    *,
    opened_on: date,
    closed_on: date | None,
    today: date,
    window: tuple[date, date] | None = None,
) -> Ribbon:
    """Lay a pathway out; without `window`, from its opening to a little after what is known."""
    drawn = list(steps)
    start, end = window or _window(drawn, opened_on, closed_on, today)
    scale = _Scale(start, end)
    segments = [*_gap_segments(gaps, scale), *_step_segments(drawn, scale)]
    return Ribbon(
        sorted(segments, key=lambda segment: (segment.x, segment.lane)),
        _ticks(scale),
        scale.x(today) if start <= today <= end else None,
        today,
        1 + max((segment.lane for segment in segments), default=0),
    )


def last_year(today: date) -> tuple[date, date]:
    """The window of a small ribbon: nine months back, three ahead."""
    return today - LONGEST_SMALL * 3 / 4, today + LONGEST_SMALL / 4


@dataclass(frozen=True, slots=True)
class _Scale:
    start: date
    end: date

    def x(self, day: date) -> int:
        """Where a day begins, clipped to the window."""
        total = max((self.end - self.start).days, 1)
        return min(max((day - self.start).days * WIDTH // total, 0), WIDTH)

    def shows(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether any of these days lies in the window."""
        return starts_on < self.end and (ends_on is None or ends_on >= self.start)

    def span(self, starts_on: date, ends_on: date | None) -> tuple[int, int]:
        """(x, width) of days, both included; at least visible."""
        x = self.x(starts_on)
        right = WIDTH if ends_on is None else self.x(ends_on + timedelta(days=1))
        return min(x, WIDTH - 4), max(right - x, 4)


def _window(
    steps: Sequence[DrawnStep], opened_on: date, closed_on: date | None, today: date
) -> tuple[date, date]:
    known = [step.ends_on or step.starts_on for step in steps]
    last = closed_on or max([today, *known])
    return opened_on, max(last + (MARGIN if closed_on is None else timedelta(days=7)), opened_on)


def _gap_segments(gaps: Iterable[GapSpan], scale: _Scale) -> list[Segment]:
    segments = []
    for gap in gaps:
        if scale.shows(gap.starts_on, gap.ends_on):
            look = "break" if gap.breaks_on else "wait"
            x, width = scale.span(gap.starts_on, gap.ends_on)
            label = f"{gap.days} j" if gap.days else ""
            segments.append(Segment(look, x, width, 0, label, "", gap.starts_on, gap.ends_on))
    return segments


def _step_segments(steps: Iterable[DrawnStep], scale: _Scale) -> list[Segment]:
    segments: list[Segment] = []
    lane_ends = [date.min] * LANES
    for step in sorted(steps, key=lambda step: (step.starts_on, step.ends_on or date.max)):
        if not scale.shows(step.starts_on, step.ends_on):
            continue
        free = (lane for lane in range(LANES) if lane_ends[lane] < step.starts_on)
        lane = next(free, LANES - 1)
        lane_ends[lane] = step.ends_on or date.max
        x, width = scale.span(step.starts_on, step.ends_on)
        look = step.kind.value if step.state == "held" else "proposed"
        segments.append(
            Segment(look, x, width, lane, step.label, step.sub, step.starts_on, step.ends_on)
        )
    return segments


def _ticks(scale: _Scale) -> list[Tick]:
    months = (scale.end.year - scale.start.year) * 12 + scale.end.month - scale.start.month
    every = max(1, -(-months // 8))
    ticks = []
    for number in range(0, months + 1, every):
        month = scale.start.month - 1 + number
        day = date(scale.start.year + month // 12, month % 12 + 1, 1)
        if scale.start <= day <= scale.end:
            ticks.append(Tick(scale.x(day), day))
    return ticks
