"""The agenda: weeks, hours as people type them, appointments and what came of them.

An appointment is a day and hours on French clocks, whatever the season; the instant follows from
them. What it became is a fact somebody records, never a guess from its date.
"""

import re
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

PARIS = ZoneInfo("Europe/Paris")
HOUR = re.compile(r"^(\d{1,2})\s*(?:h|:|\.)\s*(\d{1,2})?$|^(\d{1,2})$")
WEEK = re.compile(r"^(20\d\d|21\d\d)-W(\d\d)$")
FURTHEST = timedelta(days=730)
# An appointment that already took place may be noted afterwards, but not years later.
EARLIEST = timedelta(days=365)
# A series is planned for a year at most: what comes after is decided when one is there.
LONGEST_SERIES = timedelta(days=365)


class AppointmentKind(Word):
    """What an appointment is for."""

    FIRST = "first", "Premier entretien"
    FOLLOW_UP = "follow_up", "Entretien de suivi"
    PHONE = "phone", "Appel téléphonique"
    EMPLOYER = "employer", "Rencontre avec un employeur"
    WORKSHOP = "workshop", "Atelier"
    PARTNERS = "partners", "Réunion de partenaires"
    OTHER = "other", "Autre rendez-vous"


class Rhythm(Word):
    """How often an appointment comes back, on the same day of the week."""

    WEEKLY = "weekly", "Chaque semaine"
    FORTNIGHTLY = "fortnightly", "Toutes les deux semaines"

    @property
    def step(self) -> timedelta:
        """From one time to the next."""
        return timedelta(weeks=1 if self is Rhythm.WEEKLY else 2)


class Outcome(Word):
    """What became of an appointment."""

    KEPT = "kept", "Tenu"
    MISSED = "missed", "Manqué"
    CANCELLED = "cancelled", "Annulé"


def read_hour(text: str) -> time | None:
    """`9h`, `9 h 30`, `14:05`, `9`; None when it is no hour of the day."""
    match = HOUR.match(text.strip().lower())
    if not match:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def instant(day: date, hour: time) -> datetime:
    """The instant, in UTC, at which French clocks show this hour; the first one when two do."""
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def exists_on(day: date, hour: time) -> bool:
    """Whether French clocks show this hour that day: in March one hour is skipped."""
    local = instant(day, hour).astimezone(PARIS)
    return (local.date(), local.time()) == (day, hour)


def read_week(text: str) -> date | None:
    """The Monday of `2026-W48`; None when it is no week."""
    match = WEEK.match(text)
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None


def week_of(day: date) -> str:
    """The week of a day, as addresses write it."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def check_appointment(held_on: date, starts_at: time, ends_at: time, *, today: date) -> None:
    """Refuse days out of reach, hours that do not exist or do not follow each other."""
    errors: dict[str, str] = {}
    if not today - EARLIEST <= held_on <= today + FURTHEST:
        errors["held_on"] = "Ce jour est trop loin : vérifiez l’année."
    for name, hour in (("starts_at", starts_at), ("ends_at", ends_at)):
        if not exists_on(held_on, hour):
            errors[name] = "Cette heure n’existe pas ce jour-là : on passe à l’heure d’été."
    if ends_at <= starts_at:
        errors.setdefault("ends_at", "La fin est avant le début.")
    if errors:
        raise RuleBroken(errors=errors)


def occurrences(first: date, rhythm: Rhythm, until: date, days_off: Container[date]) -> list[date]:
    """The days of a series, `first` always, `until` included; RuleBroken at the field to mend.

    A day off (public holiday, closure) has no appointment: the next ones keep their day.
    """
    if until < first + rhythm.step:
        raise RuleBroken("Le dernier jour est avant le deuxième rendez-vous.", field="until")
    if until > first + LONGEST_SERIES:
        raise RuleBroken("Un an au plus : la suite se décidera à ce moment-là.", field="until")
    count = (until - first) // rhythm.step
    days = (first + rhythm.step * number for number in range(1, count + 1))
    return [first, *(day for day in days if day not in days_off)]


def check_outcome(outcome: Outcome, held_on: date, reason: str, *, today: date) -> None:
    """What has not happened yet can only be cancelled; a cancellation says why."""
    if outcome is Outcome.CANCELLED and not reason.strip():
        raise RuleBroken("Dites pourquoi en quelques mots.", field="reason")
    if outcome is not Outcome.CANCELLED and held_on > today:
        raise RuleBroken("Ce rendez-vous n’a pas encore eu lieu : il peut seulement être annulé.")
