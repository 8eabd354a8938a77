"""Weeks, hours, what may be said of an appointment; the lines of a feed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain import ics
from parcours.domain.agenda import (
    Outcome,
    Rhythm,
    check_appointment,
    check_outcome,
    instant,
    monday_of,
    occurrences,
    read_hour,
    read_week,
    week_of,
)
from parcours.domain.errors import RuleBroken

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9h", time(9)),
        ("9 h 30", time(9, 30)),
        ("14:05", time(14, 5)),
        ("9.15", time(9, 15)),
        ("08H00", time(8)),
        ("9", time(9)),
        ("24h", None),
        ("9h60", None),
        ("930", None),
        ("", None),
        ("midi", None),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, read: time | None) -> None:
    assert read_hour(typed) == read


@given(st.dates(date(2000, 1, 3), date(2190, 12, 31)))
def test_the_week_of_a_day_is_the_one_its_monday_opens(day: date) -> None:
    assert read_week(week_of(day)) == monday_of(day)


@pytest.mark.parametrize("text", ["", "2026-W00", "2026-W54", "1999-W01", "2026-48", "x"])
def test_what_is_no_week_is_none(text: str) -> None:
    assert read_week(text) is None


def test_an_hour_is_the_instant_french_clocks_show_it() -> None:
    assert instant(date(2026, 11, 23), time(9)) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert instant(date(2026, 7, 1), time(9)) == datetime(2026, 7, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "wrong"),
    [
        (TODAY, time(10), time(9), {"ends_at"}),
        (TODAY, time(9), time(9), {"ends_at"}),
        (date(2062, 1, 1), time(9), time(10), {"held_on"}),
        (date(2024, 1, 1), time(9), time(10), {"held_on"}),
        (date(2027, 3, 28), time(2, 30), time(4), {"starts_at"}),
    ],
)
def test_days_out_of_reach_and_hours_that_do_not_exist_are_refused(
    day: date, starts: time, ends: time, wrong: set[str]
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_appointment(day, starts, ends, today=TODAY)
    assert set(refusal.value.errors) == wrong


def test_an_appointment_of_today_is_accepted() -> None:
    check_appointment(TODAY, time(9), time(10), today=TODAY)


def test_what_has_not_happened_can_only_be_cancelled_and_says_why() -> None:
    tomorrow = date(2026, 11, 24)
    for outcome in (Outcome.KEPT, Outcome.MISSED):
        check_outcome(outcome, TODAY, "", today=TODAY)
        with pytest.raises(RuleBroken):
            check_outcome(outcome, tomorrow, "", today=TODAY)
    check_outcome(Outcome.CANCELLED, tomorrow, "souffrante", today=TODAY)
    with pytest.raises(RuleBroken):
        check_outcome(Outcome.CANCELLED, tomorrow, " ", today=TODAY)


@given(st.text(max_size=300))
def test_a_line_folds_every_75_octets_and_unfolds_to_itself(text: str) -> None:
    line = f"SUMMARY:{ics.escaped(text)}"
    folded = ics.folded(line)
    assert folded.endswith(b"\r\n")
    pieces = folded[:-2].split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    # Each piece is whole characters: readers that decode line by line find no half of one.
    assert "".join([pieces[0].decode(), *(p.decode()[1:] for p in pieces[1:])]) == line


def test_marks_that_mean_something_are_escaped() -> None:
    assert ics.escaped("a;b,c\\d\r\ne\x00\x07f") == "a\\;b\\,c\\\\d\\nef"


def test_a_feed_is_the_same_bytes_for_the_same_facts() -> None:
    stamp = datetime(2026, 11, 1, 8, tzinfo=UTC)
    event = ics.Event("1@h", stamp, date(2026, 11, 23), date(2026, 11, 24), "Fin d’étape")
    feed = ics.calendar("Parcours", [event]).decode()
    assert feed.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert feed.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    for line in (
        "UID:1@h",
        "DTSTAMP:20261101T080000Z",
        "DTSTART;VALUE=DATE:20261123",
        "DTEND;VALUE=DATE:20261124",
        "SUMMARY:Fin d’étape",
        "TRANSP:TRANSPARENT",
    ):
        assert f"\r\n{line}\r\n" in feed
    assert ics.calendar("Parcours", [event]).decode() == feed


@pytest.mark.parametrize(
    ("rhythm", "until", "off", "days"),
    [
        (Rhythm.WEEKLY, date(2026, 12, 7), (), ["11-23", "11-30", "12-07"]),
        (Rhythm.WEEKLY, date(2026, 12, 6), (), ["11-23", "11-30"]),
        (Rhythm.FORTNIGHTLY, date(2026, 12, 21), (), ["11-23", "12-07", "12-21"]),
        (Rhythm.WEEKLY, date(2026, 12, 7), (date(2026, 11, 30),), ["11-23", "12-07"]),
        # What somebody typed is kept, a day off or not.
        (Rhythm.WEEKLY, date(2026, 11, 30), (TODAY,), ["11-23", "11-30"]),
    ],
)
def test_a_series_comes_back_on_its_day(
    rhythm: Rhythm, until: date, off: tuple[date, ...], days: list[str]
) -> None:
    assert [f"{day:%m-%d}" for day in occurrences(TODAY, rhythm, until, off)] == days


@pytest.mark.parametrize("until", [date(2026, 11, 22), date(2026, 11, 29), date(2027, 11, 24)])
def test_a_series_has_a_second_day_and_lasts_a_year_at_most(until: date) -> None:
    with pytest.raises(RuleBroken) as refusal:
        occurrences(TODAY, Rhythm.WEEKLY, until, ())
    assert set(refusal.value.errors) == {"until"}


@given(
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.sampled_from(Rhythm),
    st.integers(14, 365),
    st.sets(st.integers(1, 365)),
)
def test_days_of_a_series_are_in_order_bounded_and_never_off(
    first: date, rhythm: Rhythm, length: int, off: set[int]
) -> None:
    days_off = {first + timedelta(days=number) for number in off}
    days = occurrences(first, rhythm, first + timedelta(days=length), days_off)
    assert days[0] == first
    assert days == sorted(set(days))
    assert len(days) <= 53
    assert not days_off & set(days[1:])
    assert {(day - first) % rhythm.step for day in days} == {timedelta()}
    assert days[-1] <= first + timedelta(days=length)
