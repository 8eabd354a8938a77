"""Attendance: the rate counts minutes recorded, and nobody’s mark is lost."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.attendance import (
    USUAL,
    Asked,
    Assiduity,
    Mark,
    Sheet,
    Status,
    assiduity,
    changed_marks,
    check_markable,
    check_reopening,
    unjustified_in_window,
    watch,
)
from parcours.domain.calendar import Half, HalfDay, Setting
from parcours.domain.errors import EditConflict, RuleBroken

MINUTES = 210
PRESENT, ABSENT, JUSTIFIED = (
    Asked(Status.PRESENT),
    Asked(Status.UNJUSTIFIED),
    Asked(Status.JUSTIFIED),
)
LETTERS = {
    "P": Status.PRESENT,
    "A": Status.UNJUSTIFIED,
    "J": Status.JUSTIFIED,
    "D": Status.REMOTE,
    "E": Status.IN_COMPANY,
}
marks_of_any_kind = st.lists(
    st.builds(Mark, st.sampled_from(Status), st.integers(1, 480), st.integers(0, 600)), max_size=40
)


def marks(letters: str) -> list[Mark]:
    """`PPA`: two presences, then an unjustified absence, 3 h 30 each."""
    return [Mark(LETTERS[letter], MINUTES) for letter in letters]


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        # Oracles of rule ASSIDUITE (§5); the limits are strict.
        ("P" * 20, Assiduity.FINE),
        ("P" * 18 + "A" * 2, Assiduity.FINE),
        ("P" * 17 + "A" * 3, Assiduity.WATCH),
        ("P" * 16 + "A" * 4, Assiduity.WATCH),
        ("P" * 15 + "A" * 5, Assiduity.ALERT),
        ("P" * 7 + "A" * 2, Assiduity.FINE),
        ("P" * 10, Assiduity.FINE),
        ("", Assiduity.FINE),
        # Ten are enough, nine are not.
        ("A" * 9, Assiduity.FINE),
        ("A" * 10, Assiduity.ALERT),
        # A justified absence is an absence; a company or a distance is a presence.
        ("P" * 15 + "J" * 5, Assiduity.ALERT),
        ("P" * 10 + "D" * 5 + "E" * 5, Assiduity.FINE),
        # Only the last twenty count.
        ("A" * 30 + "P" * 20, Assiduity.FINE),
        ("P" * 30 + "A" * 5 + "P" * 15, Assiduity.ALERT),
    ],
)
def test_watch(letters: str, says: Assiduity) -> None:
    assert watch(marks(letters)) is says


def test_lateness_counts_minutes() -> None:
    late = [Mark(Status.LATE, MINUTES, 30), Mark(Status.PRESENT, MINUTES)]
    assert assiduity(late) == Fraction(13, 14)


@pytest.mark.parametrize(
    ("status", "late", "minutes"),
    [
        (Status.PRESENT, 0, 210),
        (Status.REMOTE, 0, 210),
        (Status.IN_COMPANY, 0, 210),
        (Status.LATE, 0, 210),
        (Status.LATE, 30, 180),
        (Status.LATE, 210, 0),
        (Status.LATE, 240, 0),
        (Status.JUSTIFIED, 0, 0),
        (Status.UNJUSTIFIED, 0, 0),
    ],
)
def test_minutes_attended(status: Status, late: int, minutes: int) -> None:
    assert Mark(status, MINUTES, late).minutes == minutes


def test_half_days_weigh_what_they_last() -> None:
    assert assiduity([Mark(Status.PRESENT, 240), Mark(Status.JUSTIFIED, 120)]) == Fraction(2, 3)


def test_nothing_recorded_is_no_rate() -> None:
    assert assiduity([]) is None
    assert assiduity([Mark(Status.PRESENT, 0)]) is None


@given(marks_of_any_kind)
def test_a_rate_is_between_nought_and_one(rows: list[Mark]) -> None:
    rate = assiduity(rows)
    assert (rate is None) == (not rows)
    assert rate is None or 0 <= rate <= 1


@given(marks_of_any_kind, st.integers(1, 480))
def test_a_presence_never_lowers_a_rate_nor_an_absence_raises_it(
    rows: list[Mark], minutes: int
) -> None:
    before = assiduity(rows)
    with_presence = assiduity([*rows, Mark(Status.PRESENT, minutes)])
    with_absence = assiduity([*rows, Mark(Status.UNJUSTIFIED, minutes)])
    assert with_presence is not None
    assert with_absence is not None
    assert before is None or with_absence <= before <= with_presence


@given(marks_of_any_kind)
def test_an_alert_always_rests_on_ten_half_days_under_the_limit(rows: list[Mark]) -> None:
    if watch(rows) is not Assiduity.FINE:
        rate = assiduity(rows[-20:])
        assert len(rows) >= 10
        assert rate is not None
        assert rate < Fraction(9, 10)


@pytest.mark.parametrize(
    ("letters", "count"), [("AAA", 3), ("APAPA", 3), ("JJJ", 0), ("AAA" + "P" * 20, 0), ("", 0)]
)
def test_unjustified_in_window(letters: str, count: int) -> None:
    assert unjustified_in_window(marks(letters)) == count


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 22), date(2020, 1, 1)])
def test_today_and_before_can_be_marked(day: date) -> None:
    check_markable(Sheet(HalfDay(day, Half.PM)), today=date(2026, 11, 23))


def test_tomorrow_cannot_be_marked() -> None:
    with pytest.raises(RuleBroken, match="pas encore eu lieu"):
        check_markable(Sheet(HalfDay(date(2026, 11, 24), Half.AM)), today=date(2026, 11, 23))


HELD = HalfDay(date(2026, 11, 2), Half.AM)


@pytest.mark.parametrize(
    ("sheet", "until"),
    [
        (Sheet(HELD, is_taken=True), date(2026, 11, 16)),
        (Sheet(HELD, is_taken=True, correction_days=0), date(2026, 11, 2)),
        (Sheet(HELD, is_taken=True, reopened_until=date(2026, 12, 3)), date(2026, 12, 3)),
        # Reopened and closed again long ago: the usual window is never shortened.
        (Sheet(HELD, is_taken=True, reopened_until=date(2026, 11, 4)), date(2026, 11, 16)),
    ],
)
def test_a_sheet_locks_the_day_after_its_last(sheet: Sheet, until: date) -> None:
    check_markable(sheet, today=until)
    with pytest.raises(RuleBroken, match="n’est pas verrouillée"):
        check_reopening(sheet, "Erreur", today=until)
    after = until + timedelta(days=1)
    with pytest.raises(RuleBroken, match="verrouillée"):
        check_markable(sheet, today=after)
    check_reopening(sheet, "Justificatif reçu", today=after)
    with pytest.raises(RuleBroken, match="pourquoi"):
        check_reopening(sheet, "  ", today=after)


def test_a_sheet_nobody_took_is_never_locked() -> None:
    check_markable(Sheet(HELD), today=date(2027, 6, 1))


def test_a_cancelled_half_day_is_not_marked() -> None:
    with pytest.raises(RuleBroken, match="annulée"):
        check_markable(Sheet(HELD, is_cancelled=True), today=HELD.on)


def test_everybody_is_where_the_calendar_says() -> None:
    """At a distance, untouched lines leave what a colleague noted meanwhile."""
    asked = {41: Asked(Status.REMOTE), 57: Asked(Status.REMOTE)}
    found = changed_marks({41: ABSENT}, asked, {}, usual=USUAL[Setting.REMOTE])
    assert found == {57: Asked(Status.REMOTE)}


@pytest.mark.parametrize(
    ("now", "seen", "wanted", "change"),
    [
        (None, None, PRESENT, PRESENT),  # Nothing recorded: the default is recorded too.
        (None, None, ABSENT, ABSENT),
        (PRESENT, PRESENT, PRESENT, None),
        (PRESENT, PRESENT, ABSENT, ABSENT),
        (ABSENT, PRESENT, PRESENT, None),  # Somebody else’s mark stays.
        (ABSENT, None, PRESENT, None),
        (ABSENT, PRESENT, ABSENT, None),  # Both say the same.
        (Asked(Status.LATE, 15), Asked(Status.LATE, 15), Asked(Status.LATE, 30),
         Asked(Status.LATE, 30)),
    ],
)  # fmt: skip
def test_changed_marks(
    now: Asked | None, seen: Asked | None, wanted: Asked, change: Asked | None
) -> None:
    current = {} if now is None else {41: now}
    assert changed_marks(current, {41: wanted}, {41: seen}) == (
        {} if change is None else {41: change}
    )


def test_two_people_who_disagree_are_told_and_nothing_is_kept() -> None:
    current = {41: ABSENT, 57: PRESENT}
    asked = {41: JUSTIFIED, 57: ABSENT}
    with pytest.raises(EditConflict) as conflict:
        changed_marks(current, asked, {41: PRESENT, 57: PRESENT})
    assert conflict.value.theirs == {"41": ABSENT}
    assert conflict.value.mine == {"41": JUSTIFIED}


def test_those_not_asked_about_are_left_alone() -> None:
    assert changed_marks({41: ABSENT, 57: PRESENT}, {57: ABSENT}, {57: PRESENT}) == {57: ABSENT}


people = st.integers(1, 6)
asks = st.builds(Asked, st.sampled_from(Status))


@given(st.dictionaries(people, asks), st.dictionaries(people, asks), st.dictionaries(people, asks))
def test_no_mark_of_somebody_else_is_ever_overwritten(
    current: dict[int, Asked], asked: dict[int, Asked], expected: dict[int, Asked]
) -> None:
    try:
        changes = changed_marks(current, asked, expected)
    except EditConflict:
        return
    assert changes.keys() <= asked.keys()
    for key, wanted in changes.items():
        assert wanted == asked[key] != current.get(key)
        assert key not in current or current[key] == expected.get(key, PRESENT)


@given(st.dictionaries(people, asks), st.dictionaries(people, asks))
def test_saving_the_same_page_twice_changes_nothing_more(
    current: dict[int, Asked], asked: dict[int, Asked]
) -> None:
    saved = current | changed_marks(current, asked, current)
    assert {key: saved[key] for key in asked} == asked
    assert changed_marks(saved, asked, current) == {}
