"""Hours really followed: what was recorded alone counts, by place, lateness taken off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.attendance import Mark, Status
from parcours.domain.calendar import Setting
from parcours.domain.errors import RuleBroken
from parcours.domain.realisation import check_certifiable, realised

DAY = date(2026, 11, 9)
STATUSES = st.sampled_from(list(Status))


def test_minutes_are_added_by_place() -> None:
    found = realised(
        [
            (DAY, Mark(Status.PRESENT, 210)),
            (DAY, Mark(Status.LATE, 210, 30)),
            (DAY + timedelta(1), Mark(Status.REMOTE, 210)),
            (DAY + timedelta(2), Mark(Status.IN_COMPANY, 180)),
            (DAY + timedelta(3), Mark(Status.JUSTIFIED, 210)),
            (DAY + timedelta(4), Mark(Status.UNJUSTIFIED, 210)),
            (DAY + timedelta(7), None),
        ]
    )
    assert found.minutes == {
        Setting.ON_SITE: 390,
        Setting.REMOTE: 210,
        Setting.COMPANY: 180,
    }
    assert (found.total, found.planned, found.unrecorded) == (780, 1230, 1)
    # From the first day followed to the last one, absences aside.
    assert (found.first, found.last) == (DAY, DAY + timedelta(2))


def test_nothing_recorded_is_nothing_followed() -> None:
    found = realised([(DAY, None), (DAY, None)])
    assert (found.total, found.planned, found.unrecorded) == (0, 0, 2)
    assert (found.first, found.last) == (None, None)
    with pytest.raises(RuleBroken, match="émargez d’abord"):
        check_certifiable(found, is_training=True)


def test_a_certificate_is_for_a_training() -> None:
    found = realised([(DAY, Mark(Status.PRESENT, 210))])
    check_certifiable(found, is_training=True)
    with pytest.raises(RuleBroken, match="pour une formation"):
        check_certifiable(found, is_training=False)


@given(
    st.lists(st.tuples(STATUSES, st.integers(1, 360), st.integers(0, 400))),
    st.integers(0, 5),
)
def test_never_more_than_planned_and_unrecorded_days_change_nothing(
    marks: list[tuple[Status, int, int]], unrecorded: int
) -> None:
    days = [(DAY, Mark(status, planned, late)) for status, planned, late in marks]
    found = realised(days)
    assert 0 <= found.total <= found.planned == sum(planned for _, planned, _ in marks)
    more = realised([*days, *[(DAY, None)] * unrecorded])
    assert (more.minutes, more.planned) == (found.minutes, found.planned)
    assert more.unrecorded == unrecorded
