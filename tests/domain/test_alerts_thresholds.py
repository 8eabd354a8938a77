"""Thresholds of early warning: what is refused, what is allowed, how they are stored."""

from dataclasses import replace
from fractions import Fraction

import pytest

from parcours.domain.alerts import DEFAULT
from parcours.domain.errors import RuleBroken


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"window": 5}, "window_minimum"),
        ({"alert_below": Fraction(95, 100)}, "alert_below"),
        ({"alert_below": Fraction(0)}, "alert_below"),
        ({"watch_below": Fraction(101, 100)}, "alert_below"),
        ({"vigilance_after_days": 14}, "reminder_after_days"),
        ({"closure_after_days": 60}, "reminder_after_days"),
        ({"relay_working_days": 0}, "relay_working_days"),
        ({"long_wait_notice_days": -1}, "long_wait_notice_days"),
        ({"version": " "}, "version"),
    ],
)
def test_incoherent_thresholds_are_refused_at_their_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        replace(DEFAULT, **changes)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    "changes",
    [
        {"window_minimum": 20},
        {"alert_below": Fraction(9, 10)},
        {"watch_below": Fraction(1)},
        {"alert_below": Fraction(1, 2)},
        {"relay_working_days": 1},
        {"long_wait_notice_days": 0},
    ],
)
def test_limits_themselves_are_allowed(changes: dict[str, object]) -> None:
    replace(DEFAULT, version="essai", **changes)  # type: ignore[arg-type]


def test_thresholds_are_stored_exactly() -> None:
    stored = DEFAULT.as_parameters()
    assert stored["version"] == "alertes-1"
    assert (stored["watch_below"], stored["alert_below"]) == ("9/10", "4/5")
    assert stored["relay_working_days"] == 5
    assert all(isinstance(value, int | str) for value in stored.values())
