"""What an organisation may settle of the early-warning rules, and within which limits.

The limits keep two promises. No rule can be silenced by a number: each speaks in the end. And
what an alert counts stays what the trainer sees: the sheet shows the last twenty half-days, so no
window is longer. A relay’s working days are settled with its other delays, on their own page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from parcours.domain.alerts_thresholds import DEFAULT, Thresholds
from parcours.domain.attendance import WINDOW
from parcours.domain.canonical import read_ratio
from parcours.domain.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most a threshold may be, in whole numbers; `is_rate`: in percent."""

    least: int
    most: int
    is_rate: bool = False

    def holds(self, value: int | Fraction) -> bool:
        """Whether a threshold is within them."""
        number = value * 100 if self.is_rate else value
        return self.least <= number <= self.most


BOUNDS: dict[str, Bounds] = {
    "window": Bounds(10, WINDOW),
    "window_minimum": Bounds(4, WINDOW),
    "watch_below": Bounds(50, 100, is_rate=True),
    "alert_below": Bounds(40, 100, is_rate=True),
    "unjustified_limit": Bounds(1, 10),
    "no_show_minimum": Bounds(2, 10),
    "recording_working_days": Bounds(1, 10),
    "reminder_after_days": Bounds(3, 60),
    "vigilance_after_days": Bounds(4, 90),
    "alert_after_days": Bounds(5, 120),
    "interruption_after_days": Bounds(6, 180),
    "closure_after_days": Bounds(30, 365),
    "long_wait_days": Bounds(7, 120),
    "long_wait_notice_days": Bounds(0, 60),
    "start_within_days": Bounds(7, 90),
}


def settle(values: Mapping[str, int], number: int) -> Thresholds:
    """The thresholds of an organisation’s version `number`, from whole numbers (rates in percent).

    RuleBroken names every field out of its limits, then those that do not agree.
    """
    typed = {
        name: Fraction(values[name], 100) if bounds.is_rate else values[name]
        for name, bounds in BOUNDS.items()
    }
    _check(typed)
    changes: dict[str, Any] = {**typed, "version": f"{DEFAULT.version}/{number}"}
    return replace(DEFAULT, **changes)


def settled(thresholds: Thresholds) -> dict[str, int]:
    """What may be settled, in whole numbers, rates in percent."""
    found = {}
    for name, bounds in BOUNDS.items():
        value = getattr(thresholds, name)
        found[name] = int(value * 100) if bounds.is_rate else value
    return found


def check_settled(thresholds: Thresholds) -> None:
    """Refuse what is out of the limits (RuleBroken by field): no caller goes round them."""
    _check({name: getattr(thresholds, name) for name in BOUNDS})


def read_parameters(stored: Mapping[str, int | str]) -> Thresholds:
    """What `Thresholds.as_parameters` wrote; a number it did not know keeps its first value."""
    known = {item.name for item in fields(Thresholds)}
    values: dict[str, Any] = {
        name: read_ratio(value) if isinstance(value, str) and name != "version" else value
        for name, value in stored.items()
        if name in known
    }
    return replace(DEFAULT, **values)


def _check(values: Mapping[str, int | Fraction]) -> None:
    errors = {
        name: f"De {bounds.least} à {bounds.most}{' %' if bounds.is_rate else ''}."
        for name, bounds in BOUNDS.items()
        if not bounds.holds(values[name])
    }
    if errors:
        raise RuleBroken(errors=errors)
