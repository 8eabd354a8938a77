"""What an organisation may settle of the alerts: its limits, and what is kept."""

import json

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from parcours.domain.alerts import DEFAULT
from parcours.domain.alerts_settling import BOUNDS, check_settled, read_parameters, settle, settled
from parcours.domain.alerts_thresholds import Thresholds
from parcours.domain.canonical import canonical
from parcours.domain.errors import RuleBroken

USUAL = settled(DEFAULT)


def test_the_values_parcours_starts_with_are_within_the_limits() -> None:
    check_settled(DEFAULT)
    assert USUAL["watch_below"] == 90
    assert settle(USUAL, 3) == Thresholds(version="alertes-1/3")


@pytest.mark.parametrize("name", BOUNDS)
def test_beyond_a_limit_the_field_says_it(name: str) -> None:
    bounds = BOUNDS[name]
    for value in (bounds.least - 1, bounds.most + 1):
        with pytest.raises(RuleBroken) as refusal:
            settle(USUAL | {name: value}, 1)
        assert str(bounds.most) in refusal.value.errors[name]
        assert str(bounds.least) in refusal.value.errors[name]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"window": 10, "window_minimum": 11}, "window_minimum"),
        ({"watch_below": 70, "alert_below": 71}, "alert_below"),
        ({"vigilance_after_days": 14}, "reminder_after_days"),
    ],
)
def test_thresholds_agree_with_one_another(changes: dict[str, int], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        settle(USUAL | changes, 1)
    assert set(refusal.value.errors) == {field}


def test_nobody_goes_round_the_limits() -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_settled(Thresholds(closure_after_days=4000, window=40))
    assert set(refusal.value.errors) == {"closure_after_days", "window"}


def put_in_order(values: dict[str, int]) -> dict[str, int]:
    """The same numbers, those that must grow in growing order."""
    ordered = dict(values)
    for names in (LADDER, RATES, LENGTHS):
        ordered |= zip(names, sorted(values[name] for name in names), strict=True)
    return ordered


WITHIN = {name: st.integers(bounds.least, bounds.most) for name, bounds in BOUNDS.items()}
LADDER = ("reminder_after_days", "vigilance_after_days", "alert_after_days",
          "interruption_after_days", "closure_after_days")  # fmt: skip
RATES = ("alert_below", "watch_below")
LENGTHS = ("window_minimum", "window")


@given(st.fixed_dictionaries(WITHIN).map(put_in_order), st.integers(1, 10_000))
def test_what_is_kept_reads_back_exactly(values: dict[str, int], number: int) -> None:
    try:
        thresholds = settle(values, number)
    except RuleBroken:
        reject()
    assert settled(thresholds) == values
    stored = json.loads(canonical(thresholds.as_parameters()))
    assert read_parameters(stored) == thresholds
    assert len(thresholds.version) <= 40


def test_a_number_added_later_keeps_its_first_value() -> None:
    stored = {
        name: value for name, value in DEFAULT.as_parameters().items() if name != "trend_points"
    }
    assert read_parameters(stored | {"given_up": 3}) == DEFAULT
