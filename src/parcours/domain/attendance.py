"""Attendance by half-day: what is recorded, what changes, and the rate it makes.

Source: domain notes §4.3 (hours in a company are presences) and at-risk rule ASSIDUITE, which
counts minutes over the half-days recorded, never over those nobody took.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from parcours.domain.calendar import HalfDay, Setting
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.words import Word

WINDOW = 20
WINDOW_MINIMUM = 10
WATCH_BELOW = Fraction(9, 10)
ALERT_BELOW = Fraction(8, 10)
UNJUSTIFIED_LIMIT = 3


class Status(Word):
    """What was recorded for one person on one half-day."""

    PRESENT = "present", "Présent"
    UNJUSTIFIED = "unjustified", "Absent"
    JUSTIFIED = "justified", "Justifié"
    LATE = "late", "Retard"
    REMOTE = "remote", "Distance"
    IN_COMPANY = "in_company", "Entreprise"

    @property
    def is_presence(self) -> bool:
        """Present, late, at a distance or in a company: the person followed."""
        return self is not Status.JUSTIFIED and self is not Status.UNJUSTIFIED


# What is shown for somebody nobody recorded yet: the group is where the calendar says.
USUAL = {
    Setting.ON_SITE: Status.PRESENT,
    Setting.REMOTE: Status.REMOTE,
    Setting.COMPANY: Status.IN_COMPANY,
}


class Assiduity(Word):
    """What the rate of the last half-days calls for."""

    FINE = "fine", "assiduité tenue"
    WATCH = "watch", "vigilance"
    ALERT = "alert", "alerte"


@dataclass(frozen=True, slots=True)
class Mark:
    """One recorded half-day of one person."""

    status: Status
    planned_minutes: int
    late_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Minutes attended; lateness takes its own minutes off, never more than the half-day."""
        if not self.status.is_presence:
            return 0
        return max(self.planned_minutes - self.late_minutes, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks to record; `reason` is a code of the closed list, for absences alone."""

    status: Status
    late_minutes: int = 0
    reason: str | None = None


def assiduity(marks: Iterable[Mark]) -> Fraction | None:
    """Minutes attended over minutes planned of what was recorded; None when nothing was."""
    planned = attended = 0
    for mark in marks:
        planned += mark.planned_minutes
        attended += mark.minutes
    return Fraction(attended, planned) if planned else None


def watch(marks: Sequence[Mark]) -> Assiduity:
    """Rule ASSIDUITE over the last 20 recorded half-days, oldest first; silent under 10."""
    recent = marks[-WINDOW:]
    return judge(assiduity(recent), len(recent))


def judge(
    rate: Fraction | None,
    recorded: int,
    *,
    minimum: int = WINDOW_MINIMUM,
    watch_below: Fraction = WATCH_BELOW,
    alert_below: Fraction = ALERT_BELOW,
) -> Assiduity:
    """What a rate over `recorded` half-days calls for; nothing under `minimum`."""
    if rate is None or recorded < minimum or rate >= watch_below:
        return Assiduity.FINE
    return Assiduity.ALERT if rate < alert_below else Assiduity.WATCH


def unjustified_in_window(marks: Sequence[Mark]) -> int:
    """Unjustified absences among the last 20 recorded half-days (3 call for an act)."""
    return sum(mark.status is Status.UNJUSTIFIED for mark in marks[-WINDOW:])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A half-day’s sheet: whether it was taken, called off, and until when it may be corrected.

    `correction_days` after the half-day it locks itself; somebody who says why reopens it, up to
    `reopened_until` included. A sheet nobody took is never locked: better late than lost.
    """

    half_day: HalfDay
    is_taken: bool = False
    is_cancelled: bool = False
    correction_days: int = 14
    reopened_until: date | None = None

    @property
    def open_until(self) -> date:
        """The last day on which it may be corrected."""
        usual = self.half_day.on + timedelta(days=self.correction_days)
        return max(usual, self.reopened_until or usual)

    def is_locked(self, today: date) -> bool:
        """Taken, and its time for corrections is over."""
        return self.is_taken and today > self.open_until


def check_markable(sheet: Sheet, *, today: date) -> None:
    """Refuse to mark a half-day that has not come yet, does not take place, or is locked."""
    if sheet.half_day.on > today:
        raise RuleBroken("Cette demi-journée n’a pas encore eu lieu : revenez ce jour-là.")
    if sheet.is_cancelled:
        raise RuleBroken("Cette demi-journée est annulée : rétablissez-la avant d’émarger.")
    if sheet.is_locked(today):
        raise RuleBroken(
            "Cette feuille est verrouillée : rouvrez-la en disant pourquoi, puis corrigez."
        )


def check_reopening(sheet: Sheet, reason: str, *, today: date) -> None:
    """Only a locked sheet is reopened, and somebody says why."""
    if not sheet.is_locked(today):
        raise RuleBroken("Cette feuille n’est pas verrouillée : corrigez-la directement.")
    if not reason.strip():
        raise RuleBroken("Dites pourquoi cette feuille doit être corrigée.", field="reason")


def changed_marks(
    current: Mapping[int, Asked],
    asked: Mapping[int, Asked],
    expected: Mapping[int, Asked | None],
    *,
    usual: Status = Status.PRESENT,
) -> dict[int, Asked]:
    """Which people’s marks really change, by enrolment.

    `expected` is what the person saw when the page opened (None: nothing recorded, shown as
    `usual`). What somebody else set meanwhile stays where this person touched nothing; a mark
    both set differently raises EditConflict: nothing is overwritten.
    """
    changes: dict[int, Asked] = {}
    theirs: dict[str, object] = {}
    mine: dict[str, object] = {}
    for enrolment_id, wanted in asked.items():
        now = current.get(enrolment_id)
        seen = expected.get(enrolment_id) or Asked(usual)
        if now is None or (now == seen and now != wanted):
            changes[enrolment_id] = wanted
        elif wanted not in {now, seen}:
            theirs[str(enrolment_id)], mine[str(enrolment_id)] = now, wanted
    if theirs:
        raise EditConflict(theirs=theirs, mine=mine, who="")
    return changes
