"""What somebody really followed of a training, as a « certificat de réalisation » says it.

Source: labour code, art. R. 6332-26 and domain notes §4.3: hours done, in a centre, at a distance
or in a company; hours in a company are presences. Only what was recorded counts, lateness taken
off; a half-day nobody recorded makes no hour and is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from parcours.domain.attendance import Mark, Status
from parcours.domain.calendar import Setting
from parcours.domain.errors import RuleBroken

PLACES = {Status.REMOTE: Setting.REMOTE, Status.IN_COMPANY: Setting.COMPANY}


@dataclass(frozen=True, slots=True)
class Realised:
    """Minutes followed by place, minutes planned of what was recorded, half-days nobody recorded.

    `first` and `last` are the first and last day on which something was followed.
    """

    minutes: dict[Setting, int]
    planned: int
    unrecorded: int
    first: date | None
    last: date | None

    @property
    def total(self) -> int:
        """Minutes followed, wherever it was."""
        return sum(self.minutes.values())


def realised(half_days: Iterable[tuple[date, Mark | None]]) -> Realised:
    """Add up the half-days of a person that took place: (day, what was recorded or None)."""
    minutes = dict.fromkeys(Setting, 0)
    planned = unrecorded = 0
    followed: list[date] = []
    for day, mark in half_days:
        if mark is None:
            unrecorded += 1
            continue
        planned += mark.planned_minutes
        if mark.minutes:
            minutes[PLACES.get(mark.status, Setting.ON_SITE)] += mark.minutes
            followed.append(day)
    return Realised(
        minutes, planned, unrecorded, min(followed, default=None), max(followed, default=None)
    )


def check_certifiable(found: Realised, *, is_training: bool) -> None:
    """Refuse a certificate of something that is no training, or of which no hour was recorded."""
    if not is_training:
        raise RuleBroken("Un certificat de réalisation se fait pour une formation.")
    if found.total == 0:
        raise RuleBroken(
            "Aucune heure suivie n’est relevée sur cette période : émargez d’abord, ou changez "
            "les dates."
        )
