"""Every number of the early-warning rules, in one version that can be stored and replayed.

Source: matching notes §5 (`alertes-1`) and §9 (what is kept of a version of rules).
"""

from dataclasses import dataclass, fields
from fractions import Fraction

from parcours.domain.alerts_words import Level
from parcours.domain.attendance import (
    ALERT_BELOW,
    UNJUSTIFIED_LIMIT,
    WATCH_BELOW,
    WINDOW,
    WINDOW_MINIMUM,
)
from parcours.domain.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every number the rules use; other numbers need another `version`.

    Units: windows and limits of attendance in recorded half-days, rates as exact fractions,
    `recording_working_days` and `relay_working_days` in working days, the rest in calendar days.
    The five days of the ladder are exceeded, not reached: 14 is silent, 15 speaks.
    `long_wait_notice_days` and `trend_points` are ours, the rest is matching notes §5.
    """

    version: str = "alertes-1"
    window: int = WINDOW
    window_minimum: int = WINDOW_MINIMUM
    watch_below: Fraction = WATCH_BELOW
    alert_below: Fraction = ALERT_BELOW
    unjustified_limit: int = UNJUSTIFIED_LIMIT
    no_show_minimum: int = 4
    recording_working_days: int = 3
    reminder_after_days: int = 14
    vigilance_after_days: int = 30
    alert_after_days: int = 45
    interruption_after_days: int = 90
    closure_after_days: int = 180
    long_wait_days: int = 45
    long_wait_notice_days: int = 30
    relay_working_days: int = 5
    start_within_days: int = 30
    trend_recent: int = 10
    trend_points: int = 5

    def __post_init__(self) -> None:
        errors = _incoherences(self)
        if errors:
            raise RuleBroken(errors=errors)

    @property
    def ladder(self) -> tuple[tuple[int, Level], ...]:
        """Rule SANS_ETAPE: the days to exceed and the level reached, lowest first."""
        return (
            (self.reminder_after_days, Level.REMINDER),
            (self.vigilance_after_days, Level.VIGILANCE),
            (self.alert_after_days, Level.ALERT),
            (self.interruption_after_days, Level.INTERRUPTION),
            (self.closure_after_days, Level.CLOSURE),
        )

    def as_parameters(self) -> dict[str, int | str]:
        """As stored with the version of the rules: integers and `num/den`, never a float."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
            for name, value in values.items()
        }


def _incoherences(values: Thresholds) -> dict[str, str]:
    errors: dict[str, str] = {}
    for item in fields(values):
        value = getattr(values, item.name)
        if isinstance(value, int) and value < 1 and item.name != "long_wait_notice_days":
            errors[item.name] = "Ce seuil est un nombre entier, 1 au moins."
    if values.long_wait_notice_days < 0:
        errors["long_wait_notice_days"] = "Ce délai ne peut pas être négatif."
    if not 0 < values.alert_below <= values.watch_below <= 1:
        errors["alert_below"] = "Le taux d’alerte est au plus celui de vigilance, entre 0 et 100 %."
    if values.window_minimum > values.window:
        errors["window_minimum"] = "Ce minimum dépasse le nombre de demi-journées observées."
    days = [threshold for threshold, _ in values.ladder]
    if days != sorted(set(days)):
        errors["reminder_after_days"] = "Du rappel à la clôture, les délais doivent augmenter."
    if not values.version.strip():
        errors["version"] = "Donnez un nom à cette version des seuils."
    return errors


# Built last: making thresholds checks them.
DEFAULT = Thresholds()
