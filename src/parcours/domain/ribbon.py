"""The ribbon: a pathway laid out in time, from left to right, in thousandths of its window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple, Protocol

from parcours.domain.pathway import GapSpan
from parcours.domain.words import StepKind

WIDTH = 1000
NARROWEST = 4
LANES = 3
MARGIN = timedelta(days=45)
LONGEST_SMALL = timedelta(days=365)
_READING_ORDER = attrgetter("x", "lane")


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


class Segment(NamedTuple):
    """A block: `look` is a step’s kind, `proposed`, `wait` or `break`; x and width in ‰.

    `breaks_on` is the day a break becomes one, None for everything else.
    """

    look: str
    x: int
    width: int
    lane: int
    label: str
    sub: str
    starts_on: date
    ends_on: date | None
    breaks_on: date | None = None


class Tick(NamedTuple):
    """The first of a month."""

    x: int
    day: date


class Scale:
    """Days of a window, both ends included, as thousandths of its width."""

    __slots__ = ("_days", "_origin", "end", "start")

    def __init__(self, start: date, end: date) -> None:
        self.start, self.end = start, end
        self._origin = start.toordinal()
        self._days = max(end.toordinal() - self._origin, 1)

    def x(self, day: date) -> int:
        """Where a day begins, clipped to the window."""
        return self._at(day.toordinal())

    def shows(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether any of these days lies in the window."""
        return starts_on < self.end and (ends_on is None or ends_on >= self.start)

    def span(self, starts_on: date, ends_on: date | None) -> tuple[int, int]:
        """(x, width) of days, both included; at least visible."""
        x = self._at(starts_on.toordinal())
        right = WIDTH if ends_on is None else self._at(ends_on.toordinal() + 1)
        return min(x, WIDTH - NARROWEST), max(right - x, NARROWEST)

    def _at(self, ordinal: int) -> int:
        x = (ordinal - self._origin) * WIDTH // self._days
        return 0 if x < 0 else min(x, WIDTH)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A pathway laid out between two days; `today_x` is None when today lies outside."""

    segments: list[Segment]
    scale: Scale
    today_x: int | None
    today: date
    lanes: int

    @property
    def ticks(self) -> list[Tick]:
        """The months of its window, eight or nine at most; small ribbons have no use for them."""
        return _ticks(self.scale)


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
    scale = Scale(start, end)
    segments = [*_gap_segments(gaps, scale), *_step_segments(drawn, scale)]
    # Gaps stand first and sorting is stable: at one place a step is drawn over its gap.
    segments.sort(key=_READING_ORDER)
    return Ribbon(
        segments,
        scale,
        scale.x(today) if start <= today <= end else None,
        today,
        1 + max((segment.lane for segment in segments), default=0),
    )


def last_year(today: date) -> tuple[date, date]:
    """The window of a small ribbon: nine months back, three ahead."""
    return today - LONGEST_SMALL * 3 / 4, today + LONGEST_SMALL / 4


def _window(
    steps: Sequence[DrawnStep], opened_on: date, closed_on: date | None, today: date
) -> tuple[date, date]:
    known = [step.ends_on or step.starts_on for step in steps]
    last = closed_on or max([today, *known])
    return opened_on, max(last + (MARGIN if closed_on is None else timedelta(days=7)), opened_on)


def _gap_segments(gaps: Iterable[GapSpan], scale: Scale) -> list[Segment]:
    segments = []
    for gap in gaps:
        start, end, breaks_on = gap.starts_on, gap.ends_on, gap.breaks_on
        if scale.shows(start, end):
            look = "break" if breaks_on else "wait"
            x, width = scale.span(start, end)
            label = f"{gap.days} j" if end else ""
            segments.append(Segment(look, x, width, 0, label, "", start, end, breaks_on))
    return segments


def _step_segments(steps: Iterable[DrawnStep], scale: Scale) -> list[Segment]:
    segments: list[Segment] = []
    lane_ends = [date.min] * LANES
    for step in sorted(steps, key=lambda step: (step.starts_on, step.ends_on or date.max)):
        start, end = step.starts_on, step.ends_on
        if not scale.shows(start, end):
            continue
        lane = _free_lane(lane_ends, start, from_lane=0 if step.kind.covers else 1)
        lane_ends[lane] = max(lane_ends[lane], end or date.max)
        x, width = scale.span(start, end)
        look = step.kind if step.state == "held" else "proposed"
        segments.append(Segment(look, x, width, lane, step.label, step.sub, start, end))
    return segments


def _free_lane(lane_ends: Sequence[date], starts_on: date, *, from_lane: int) -> int:
    """Where a step is drawn; what does not cover never lies over a gap, which it would hide."""
    for lane in range(from_lane, LANES):
        if lane_ends[lane] < starts_on:
            return lane
    return LANES - 1


def _ticks(scale: Scale) -> list[Tick]:
    months = (scale.end.year - scale.start.year) * 12 + scale.end.month - scale.start.month
    every = max(1, -(-months // 8))
    ticks = []
    for number in range(0, months + 1, every):
        month = scale.start.month - 1 + number
        day = date(scale.start.year + month // 12, month % 12 + 1, 1)
        if scale.start <= day <= scale.end:
            ticks.append(Tick(scale.x(day), day))
    return ticks
