"""What a route asks for: the actor with a session to read, or with a form and one to write."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlmodel import Session

from parcours.actions import sign_in
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.web import security
from parcours.web.forms import Form, posted
from parcours.web.turns import Turns

PARIS = ZoneInfo("Europe/Paris")


class NotSignedIn(Exception):
    """Nobody is signed in: the page asked for comes after the sign-in."""


class FormRefused(Exception):
    """The form’s token is missing or not this session’s."""


@dataclass(slots=True)
class Visit:
    """A page being read: who reads it, with which session, on which day."""

    request: Request
    session: Session
    signed_in: sign_in.SignedIn
    today: date

    @property
    def actor(self) -> Actor:
        """Who acts, for which organisation."""
        return self.signed_in.actor


@dataclass(slots=True)
class Deed(Visit):
    """A form being taken: a visit whose session writes and commits before the answer leaves."""

    form: Form


@dataclass(slots=True)
class AnonymousForm:
    """A form sent by somebody who is not signed in."""

    request: Request
    session: Session
    form: Form
    today: date
    now: datetime


def today_of(request: Request) -> date:
    """Today in France, or the day set for tests and demonstrations."""
    fixed: date | None = request.app.state.settings.today
    return fixed or datetime.now(PARIS).date()


def database_of(request: Request) -> Database:
    """The database this application serves."""
    database: Database = request.app.state.database
    return database


def reading(request: Request) -> Iterator[Visit]:
    """A signed-in visit that can only read."""
    with database_of(request).reading() as session:
        visit = _visit(request, session)
        yield visit
    _touch(request, visit)


def turns_of(request: Request) -> Turns:
    """The queue of those who write to the database this application serves."""
    turns: Turns = request.app.state.turns
    return turns


async def turn(request: Request) -> AsyncIterator[None]:
    """One’s turn to write, held until the transaction has ended."""
    async with turns_of(request).taken():
        yield


Turn = Annotated[None, Depends(turn, scope="function")]


def recorded_reading(request: Request, _turn: Turn) -> Iterator[Visit]:
    """A signed-in visit to people’s files: its trace is written in the same transaction."""
    with database_of(request).recorded_reading() as session:
        visit = _visit(request, session)
        yield visit
    _touch(request, visit)


# The form is read whole before the turn is asked for: a slow line keeps nobody waiting.
def acting(request: Request, form: Annotated[Form, Depends(posted)], _turn: Turn) -> Iterator[Deed]:
    """A signed-in person’s form, its token checked, in one transaction."""
    with database_of(request).writing() as session:
        visit = _visit(request, session)
        if not security.same_token(form.text("_csrf"), visit.signed_in.csrf_token):
            raise FormRefused
        yield Deed(request, session, visit.signed_in, visit.today, form)


def anonymous_form(
    request: Request, form: Annotated[Form, Depends(posted)], _turn: Turn
) -> Iterator[AnonymousForm]:
    """A form of somebody not signed in, its token bound to the visitor’s cookie."""
    visitor = request.cookies.get(security.VISITOR_COOKIE, "")
    expected = security.visitor_csrf(request.app.state.settings.secret_key, visitor)
    if not visitor or not security.same_token(form.text("_csrf"), expected):
        raise FormRefused
    with database_of(request).writing() as session:
        yield AnonymousForm(request, session, form, today_of(request), datetime.now(UTC))


# `scope="function"` closes the transaction before the answer is sent: a commit that fails is
# a page that says so, never a page that says « enregistré » first.
Reading = Annotated[Visit, Depends(reading, scope="function")]
RecordedReading = Annotated[Visit, Depends(recorded_reading, scope="function")]
Acting = Annotated[Deed, Depends(acting, scope="function")]
Anonymous = Annotated[AnonymousForm, Depends(anonymous_form, scope="function")]


def _visit(request: Request, session: Session) -> Visit:
    today = today_of(request)
    token = request.cookies.get(security.SESSION_COOKIE)
    current = (
        sign_in.signed_in(session, token, today=today, now=datetime.now(UTC)) if token else None
    )
    if current is None:
        raise NotSignedIn
    return Visit(request, session, current, today)


def _touch(request: Request, visit: Visit) -> None:
    now = datetime.now(UTC)
    if now - visit.signed_in.seen_at > sign_in.TOUCH_AFTER:
        with database_of(request).writing() as session:
            sign_in.touch(session, visit.signed_in, now=now)
