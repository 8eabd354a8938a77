"""Attendance by half-day: what is recorded, what changes, and the rate it makes.

Source: domain notes §4.3 (hours in a company are presences) and at-risk rule ASSIDUITE, which
counts minutes over the half-days recorded, never over those nobody took.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.calendar import HalfDay
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
    """What a person asks to record."""

    status: Status
    late_minutes: int = 0


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


def judge(rate: Fraction | None, recorded: int) -> Assiduity:
    """What a rate over `recorded` half-days calls for; nothing under 10."""
    if rate is None or recorded < WINDOW_MINIMUM or rate >= WATCH_BELOW:
        return Assiduity.FINE
    return Assiduity.ALERT if rate < ALERT_BELOW else Assiduity.WATCH


def unjustified_in_window(marks: Sequence[Mark]) -> int:
    """Unjustified absences among the last 20 recorded half-days (3 call for an act)."""
    return sum(mark.status is Status.UNJUSTIFIED for mark in marks[-WINDOW:])


def check_markable(half_day: HalfDay, *, today: date) -> None:
    """Refuse to mark a half-day that has not come yet."""
    if half_day.on > today:
        raise RuleBroken("Cette demi-journée n’a pas encore eu lieu : revenez ce jour-là.")


def changed_marks(
    current: Mapping[int, Asked], asked: Mapping[int, Asked], expected: Mapping[int, Asked | None]
) -> dict[int, Asked]:
    """Which people’s marks really change, by enrolment.

    `expected` is what the person saw when the page opened (None: nothing recorded, shown as
    present). What somebody else set meanwhile stays where this person touched nothing; a mark
    both set differently raises EditConflict: nothing is overwritten.
    """
    changes: dict[int, Asked] = {}
    theirs: dict[str, object] = {}
    mine: dict[str, object] = {}
    for enrolment_id, wanted in asked.items():
        now = current.get(enrolment_id)
        seen = expected.get(enrolment_id) or Asked(Status.PRESENT)
        if now is None or (now == seen and now != wanted):
            changes[enrolment_id] = wanted
        elif wanted not in {now, seen}:
            theirs[str(enrolment_id)], mine[str(enrolment_id)] = now, wanted
    if theirs:
        raise EditConflict(theirs=theirs, mine=mine, who="")
    return changes
