"""Where the making of a large workbook stands, at every instant of its life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.export_jobs import (
    MOST_ATTEMPTS,
    SILENCE,
    JobFacts,
    JobState,
    check_restart,
    is_given_up,
    seconds_left,
    share,
    state,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEW = JobFacts(None, None, None, has_failed=False, attempts=0, done=0, total=0)
BEGUN = replace(NEW, started_at=NOW, beat_at=NOW, attempts=1, total=1000)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (NEW, JobState.WAITING),
        (BEGUN, JobState.RUNNING),
        (replace(BEGUN, beat_at=NOW - SILENCE + timedelta(seconds=1)), JobState.RUNNING),
        (replace(BEGUN, beat_at=NOW - SILENCE), JobState.INTERRUPTED),
        (replace(BEGUN, ended_at=NOW), JobState.READY),
        (replace(BEGUN, ended_at=NOW, has_failed=True), JobState.FAILED),
        (replace(NEW, ended_at=NOW, has_failed=True), JobState.FAILED),
    ],
)
def test_where_it_stands(facts: JobFacts, wanted: JobState) -> None:
    assert state(facts, NOW) is wanted
    can_restart = wanted in {JobState.INTERRUPTED, JobState.FAILED}
    if can_restart:
        check_restart(wanted)
    else:
        with pytest.raises(RuleBroken):
            check_restart(wanted)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_it_is_never_said_to_be_whole_before_it_is(done: int, total: int) -> None:
    facts = replace(BEGUN, done=done, total=total)
    assert 0 <= share(facts) <= 99
    assert share(replace(facts, ended_at=NOW)) == 100


def test_how_long_is_left_is_said_once_something_tells() -> None:
    after = NOW + timedelta(seconds=30)
    assert seconds_left(NEW, after) is None
    assert seconds_left(BEGUN, after) is None
    assert seconds_left(replace(BEGUN, done=250), after) == 90
    assert seconds_left(replace(BEGUN, done=1000), after) is None


def test_it_is_given_up_after_three_interruptions() -> None:
    assert [is_given_up(replace(NEW, attempts=number)) for number in (1, 2, 3)] == [
        False, False, True,
    ]  # fmt: skip
    assert MOST_ATTEMPTS == 3
