"""A cohort’s half-days in a company beside each person’s immersion: both must tell one story.

Source: domain notes §4.3: hours in a company are presences outside the centre, never absences.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from parcours.domain.attendance import Status
from parcours.domain.calendar import HalfDay, Setting
from parcours.domain.words import Word


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days in a company, both ends included; an immersion without an end runs on."""

    starts_on: date
    ends_on: date | None

    def meets(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A half-day of the cohort during somebody’s immersion, and what its sheet says of them."""

    slot: HalfDay
    setting: Setting
    status: Status | None = None


class Disagreement(Word):
    """Where the calendar, the sheet and the immersion do not say the same."""

    ELSEWHERE = "elsewhere", "le calendrier ne dit pas « en entreprise »"
    NOT_THERE = "not_there", "la feuille ne dit pas « entreprise »"
    ABSENT = "absent", "absence sur la feuille, aucune heure manquée notée ici"
    MISSED = "missed", "heures manquées notées ici, aucune absence sur la feuille"


def company_periods(half_days: Iterable[tuple[HalfDay, Setting]]) -> list[Period]:
    """The runs of half-days in a company; a half-day anywhere else ends a run."""
    found: list[Period] = []
    before: Setting | None = None
    for slot, setting in sorted(half_days, key=lambda item: item[0]):
        if setting is Setting.COMPANY:
            starts_on = found.pop().starts_on if before is Setting.COMPANY else slot.on
            found.append(Period(starts_on, slot.on))
        before = setting
    return found


def without_place(period: Period, places: Mapping[int, Iterable[Period]]) -> list[int]:
    """Who, of those `places` names, has no immersion on any day of a period."""
    return [
        who for who, theirs in places.items() if not any(period.meets(place) for place in theirs)
    ]


def disagreements(
    seen: Iterable[Seen], missed_on: Iterable[date]
) -> list[tuple[HalfDay, Disagreement]]:
    """Half-day by half-day, in order, where the sheet and the immersion tell two stories."""
    rows = sorted(seen, key=lambda row: row.slot)
    missed = set(missed_on)
    absent = {row.slot.on for row in rows if row.status is not None and _says_absence(row.status)}
    taken = {row.slot.on for row in rows if row.status is not None}
    found = []
    for row in rows:
        told = _of_half_day(row, missed)
        if told is None and row.slot.on in missed & taken and row.slot.on not in absent:
            told = Disagreement.MISSED if row.status is not None else None
        if told is not None:
            found.append((row.slot, told))
    return found


def _of_half_day(row: Seen, missed: set[date]) -> Disagreement | None:
    if row.status is not None and not row.status.is_presence:
        return None if row.slot.on in missed else Disagreement.ABSENT
    if row.setting is not Setting.COMPANY and row.status is not Status.IN_COMPANY:
        return Disagreement.ELSEWHERE
    is_elsewhere = row.status in (Status.PRESENT, Status.REMOTE)
    return Disagreement.NOT_THERE if is_elsewhere else None


def _says_absence(status: Status) -> bool:
    return not status.is_presence or status is Status.LATE
