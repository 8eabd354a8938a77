"""The agenda as a feed for calendars elsewhere: no name, no title anybody wrote, no file.

What leaves Parcours is read by others: by default an entry says what it is and when. A place is
written by hand and may be somebody’s home: it stays here, one link away.
Initials are added only where the person who made the link asked for them.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from parcours.actions import calendar_links
from parcours.actions.appointments import AppointmentRow
from parcours.actions.calendar_links import TooManyReadings, Use
from parcours.domain import ics
from parcours.domain.agenda import Outcome, instant
from parcours.domain.ics import Event
from parcours.features.agenda.entries import Read, read
from parcours.features.agenda.store import HalfDayRow, Period, SessionRow
from parcours.web.deps import Turn, database_of, today_of

router = APIRouter()
BEFORE, AFTER = timedelta(days=14), timedelta(days=120)
MOST_OF_A_SORT = 300
ONE_DAY = timedelta(days=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"


@router.get("/agenda/flux/{token}.ics", name="feed")
def feed(request: Request, token: str, _turn: Turn) -> Response:
    """The feed of a link; 404 once it is revoked, 304 when nothing has changed."""
    database, today = database_of(request), today_of(request)
    try:
        with database.writing() as session:
            used = calendar_links.use(session, token, today=today, now=datetime.now(UTC))
    except TooManyReadings as refusal:
        wait = {"Retry-After": str(int(refusal.wait.total_seconds()) + 1)}
        return Response(status_code=429, headers=wait)
    with database.reading() as session:
        content = _content(session, used, today, request)
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    return Response(content, media_type=CONTENT_TYPE, headers={"ETag": mark})


def _content(session: Session, used: Use, today: date, request: Request) -> bytes:
    period = Period(today - BEFORE, today + AFTER, today, MOST_OF_A_SORT)
    found = read(session, used.actor, period, mine=True)
    place = _Place(str(request.base_url).rstrip("/"), request.url.hostname or "parcours", used)
    return ics.calendar("Parcours", place.events(found))


class _Place:
    """Where the feed is served from, and for which link: what every event is written with."""

    def __init__(self, address: str, host: str, used: Use) -> None:
        self.address, self.host, self.used = address, host, used

    def events(self, found: Read) -> Iterator[Event]:
        """The events of what was read, without anything that names a person."""
        for row in found.appointments:
            yield self._appointment(row)
        for half_day in found.half_days:
            yield self._half_day(half_day)
        for session in found.sessions:
            yield self._session(session)
        for step in found.steps:
            what = "Fin" if step.is_end else "Début"
            summary = f"{what} d’étape{self._initials(step.birth_name, step.first_names)}"
            name = f"etape-{step.step_id}-{'fin' if step.is_end else 'debut'}"
            yield self._whole_day(name, step.on, summary)
        for task in found.tasks:
            initials = self._initials(task.birth_name, task.first_names)
            yield self._whole_day(f"tache-{task.id}", task.due_on, f"{task.kind.label}{initials}")
        for relay in found.relays:
            initials = self._initials(relay.birth_name, relay.first_names)
            yield self._whole_day(
                f"relais-{relay.id}", relay.due_on, f"Répondre à un relais{initials}"
            )

    def _appointment(self, row: AppointmentRow) -> Event:
        return Event(
            f"rendez-vous-{row.id}@{self.host}",
            _utc(row.updated_at),
            instant(row.held_on, row.starts_at),
            instant(row.held_on, row.ends_at),
            f"Rendez-vous{self._initials(row.birth_name, row.first_names)}"
            + (", noté par un·e collègue" if row.made_by else ""),
            f"{self.address}/agenda/rendez-vous/{row.id}",
            row.version - 1,
            row.outcome is Outcome.CANCELLED,
        )

    def _half_day(self, row: HalfDayRow) -> Event:
        name, summary = f"demi-journee-{row.id}", f"{row.cohort}, {row.half.label}"
        if row.starts_at is None:
            return self._whole_day(name, row.held_on, summary)
        start = instant(row.held_on, row.starts_at)
        return Event(
            f"{name}@{self.host}",
            _utc(self.used.created_at),
            start,
            start + timedelta(minutes=row.minutes),
            summary,
            url=self._url(row.held_on),
        )

    def _session(self, row: SessionRow) -> Event:
        name = f"atelier-{row.id}"
        if row.from_time is None or row.to_time is None:
            return self._whole_day(name, row.on, row.title)
        return Event(
            f"{name}@{self.host}",
            _utc(self.used.created_at),
            instant(row.on, row.from_time),
            instant(row.on, row.to_time),
            row.title,
            url=self._url(row.on),
        )

    def _whole_day(self, name: str, day: date, summary: str) -> Event:
        stamp = _utc(self.used.created_at)
        uid = f"{name}@{self.host}"
        return Event(uid, stamp, day, day + ONE_DAY, summary, url=self._url(day))

    def _initials(self, birth_name: str | None, first_names: str | None) -> str:
        if not self.used.has_initials or not birth_name or not first_names:
            return ""
        return f" {first_names[:1].upper()}. {birth_name[:1].upper()}."

    def _url(self, day: date) -> str:
        return f"{self.address}/agenda?jour={day.isoformat()}"


def _utc(instant_: datetime) -> datetime:
    return instant_.astimezone(UTC)
