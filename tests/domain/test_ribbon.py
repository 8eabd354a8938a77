"""The ribbon’s layout: everything inside its window, steps apart, gaps never hidden."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.pathway import GapSpan
from parcours.domain.ribbon import LANES, WIDTH, Ribbon, last_year, lay_out
from parcours.domain.words import StepKind

JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 31)
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Step:
    """A step as the ribbon reads it."""

    starts_on: date
    ends_on: date | None
    kind: StepKind = StepKind.TRAINING
    state: str = "held"
    label: str = "Promo GEN"
    sub: str = "École Revermont"


def year(steps: list[Step], gaps: list[GapSpan] | None = None) -> Ribbon:
    return lay_out(
        steps,
        gaps or [],
        opened_on=JANUARY,
        closed_on=None,
        today=TODAY,
        window=(JANUARY, DECEMBER),
    )


def gap(starts_on: date, ends_on: date | None, breaks_on: date | None) -> GapSpan:
    return GapSpan(starts_on, ends_on, breaks_on, owner_id=1)


def test_a_step_lies_where_its_days_are() -> None:
    (segment,) = year([Step(date(2026, 7, 2), date(2026, 12, 30))]).segments
    assert (segment.look, segment.x, segment.width, segment.lane) == ("training", 500, 500, 0)


def test_an_open_step_runs_to_the_edge() -> None:
    (segment,) = year([Step(date(2026, 7, 2), None)]).segments
    assert segment.x + segment.width == WIDTH


def test_a_single_day_is_still_visible() -> None:
    (segment,) = year([Step(DECEMBER - timedelta(days=1), DECEMBER)]).segments
    assert segment.width >= 4
    assert segment.x + segment.width <= WIDTH


def test_what_lies_outside_the_window_is_left_out() -> None:
    steps = [Step(date(2025, 1, 1), date(2025, 6, 1)), Step(date(2027, 2, 1), None)]
    assert year(steps, [gap(date(2025, 6, 2), date(2025, 7, 1), None)]).segments == []


def test_a_long_gap_is_a_break_and_a_short_one_a_wait() -> None:
    gaps = [
        gap(date(2026, 2, 1), date(2026, 2, 10), None),
        gap(date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 16)),
        gap(date(2026, 10, 1), None, date(2026, 10, 16)),
    ]
    looks = [(s.look, s.label, s.breaks_on) for s in year([], gaps).segments]
    assert looks == [
        ("wait", "10 j", None),
        ("break", "31 j", date(2026, 3, 16)),
        ("break", "", date(2026, 10, 16)),
    ]


def test_a_proposed_step_looks_proposed_whatever_its_kind() -> None:
    (segment,) = year([Step(date(2026, 7, 1), date(2026, 8, 1), state="proposed")]).segments
    assert segment.look == "proposed"


def test_overlapping_steps_are_drawn_on_lanes() -> None:
    steps = [
        Step(date(2026, 1, 1), date(2026, 6, 30)),
        Step(date(2026, 3, 1), date(2026, 4, 30)),
        Step(date(2026, 5, 1), date(2026, 8, 31)),
        Step(date(2026, 7, 1), date(2026, 9, 30)),
    ]
    ribbon = year(steps)
    assert [segment.lane for segment in ribbon.segments] == [0, 1, 1, 0]
    assert ribbon.lanes == 2


def test_a_follow_up_never_lies_over_a_gap() -> None:
    """A responsibility is not an activity: it covers no day, on the drawing either."""
    follow_up = Step(date(2026, 1, 1), None, StepKind.FOLLOW_UP)
    ribbon = year([follow_up], [gap(date(2026, 2, 1), None, date(2026, 2, 16))])
    assert [(segment.look, segment.lane) for segment in ribbon.segments] == [
        ("follow_up", 1),
        ("break", 0),
    ]


def test_a_step_is_drawn_after_the_gap_it_begins_with() -> None:
    proposed = Step(date(2026, 2, 1), date(2026, 3, 1), state="proposed")
    ribbon = year([proposed], [gap(date(2026, 2, 1), None, date(2026, 2, 16))])
    assert [segment.look for segment in ribbon.segments] == ["break", "proposed"]


def test_today_is_marked_only_inside_the_window() -> None:
    assert year([]).today_x == 892
    old = lay_out(
        [], [], opened_on=date(2024, 1, 1), closed_on=date(2024, 6, 1), today=TODAY, window=None
    )
    assert old.today_x is None


def test_without_a_window_it_runs_from_the_opening_to_a_little_after_what_is_known() -> None:
    ends_on = date(2027, 1, 31)
    ribbon = lay_out(
        [Step(date(2026, 7, 1), ends_on)], [], opened_on=JANUARY, closed_on=None, today=TODAY
    )
    assert ribbon.scale.start == JANUARY
    assert ends_on < ribbon.scale.end <= ends_on + timedelta(days=60)


def test_months_are_first_days_and_few() -> None:
    ticks = year([]).ticks
    assert all(tick.day.day == 1 for tick in ticks)
    assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})
    assert len(ticks) <= 9


def test_the_window_of_a_small_ribbon_is_a_year_around_today() -> None:
    start, end = last_year(TODAY)
    assert start < TODAY < end
    assert 360 <= (end - start).days <= 366


days = st.dates(date(2025, 6, 1), date(2027, 6, 1))
spans = st.tuples(days, st.none() | st.integers(0, 400)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=5))
def test_every_block_stays_inside_and_can_be_seen(
    steps: list[tuple[date, date | None]], gaps: list[tuple[date, date | None]]
) -> None:
    ribbon = year([Step(*span) for span in steps], [gap(*span, None) for span in gaps])
    for segment in ribbon.segments:
        assert 0 <= segment.x < segment.x + segment.width <= WIDTH
        assert 0 <= segment.lane < LANES
    assert ribbon.lanes <= LANES


@given(st.lists(spans, max_size=6))
def test_steps_of_one_lane_do_not_overlap(steps: list[tuple[date, date | None]]) -> None:
    """But in the last lane, which takes all that is left."""
    ribbon = year([Step(*span) for span in steps])
    for lane in range(LANES - 1):
        mine = [segment for segment in ribbon.segments if segment.lane == lane]
        for before, after in pairwise(mine):
            assert before.ends_on is not None
            assert before.ends_on < after.starts_on
