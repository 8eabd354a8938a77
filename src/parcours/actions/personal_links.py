"""Links that answer without an account: single use, a code sent apart, hashes only.

Opening a link shows nobody and changes nothing: mail scanners and previews open links too. What a
link is about, and until when it may answer, is its room’s business.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours.models import Introduction, Need
from parcours.models.base import utc_now
from parcours.models.links import PersonalLink

CODE_DIGITS = 6
MOST_FAILURES = 5
Link = TypeVar("Link", bound=PersonalLink)
Subject = TypeVar("Subject")
Row = TypeVar("Row", Need, Introduction)


class LinkState(StrEnum):
    """What a link can still do, and why not."""

    READY = "ready"
    UNKNOWN = "unknown"
    USED = "used"
    ENDED = "ended"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Secret:
    """A token and a code, drawn once; only what is derived of them is stored."""

    token: str
    code: str

    @property
    def hashes(self) -> dict[str, Any]:
        """The columns of the link that holds them."""
        return {
            "token_hash": _hash(self.token),
            "code_hash": _hash(f"{self.token}:{self.code}"),
        }


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is said once, when a link is made: neither the token nor the code is kept."""

    number: int
    token: str
    code: str


@dataclass(frozen=True, slots=True)
class Links(Generic[Link, Subject]):
    """The links of a room: their table, what one is about, and until when it may be answered.

    `read` gives what a link is about, locked for an answer when its verbs do not lock it
    themselves. `opens` says whether a code is the link’s, and counts a wrong one.
    """

    table: type[Link]
    read: Callable[[Session, Link, bool], Subject]
    is_open: Callable[[Session, Subject, date], bool]
    opens: Callable[[Session, Link, str, str], bool]


class Entered(NamedTuple, Generic[Link, Subject]):
    """Where a link stands once its code is typed; what it is about, when the code was right."""

    where: LinkState
    link: Link | None = None
    subject: Subject | None = None


def look(session: Session, links: Links[Link, Subject], token: str, *, today: date) -> LinkState:
    """What a link can do on `today`; nothing is shown of what it is about."""
    link = find(session, links.table, token)
    if link is None:
        return LinkState.UNKNOWN
    is_open = links.is_open(session, links.read(session, link, False), today)
    return state(link, is_open=is_open, today=today)


def enter(
    session: Session, links: Links[Link, Subject], token: str, code: str, *, today: date
) -> Entered[Link, Subject]:
    """What the link of a token is about, when the code is right; a wrong code is counted.

    The caller commits either way: a count that is taken back would let codes be guessed.
    """
    known = find(session, links.table, token)
    if known is None:
        return Entered(LinkState.UNKNOWN)
    # What it is about first, then the link, as those do who make and end links: in the other
    # order two transactions could wait for each other.
    subject = links.read(session, known, True)
    link = find(session, links.table, token, lock=True) or known
    is_open = links.is_open(session, subject, today)
    where = state(link, is_open=is_open, today=today)
    if where is not LinkState.READY:
        return Entered(where)
    if not links.opens(session, link, token, code):
        return Entered(state(link, is_open=is_open, today=today))
    return Entered(where, link, subject)


def draw() -> Secret:
    """A token nobody can guess, and a code people can say on the telephone."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    return Secret(secrets.token_urlsafe(24), code)


def find(session: Session, table: type[Link], token: str, *, lock: bool = False) -> Link | None:
    """The link of a token, None when there is none; `lock` keeps other uses of it waiting."""
    statement = select(table).where(col(table.token_hash) == _hash(token))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: Link | None = session.execute(statement).scalar_one_or_none()
    return found


def read_row(session: Session, table: type[Row], number: int, *, lock: bool) -> Row:
    """What a link is about; `lock` keeps its other writers waiting."""
    statement = select(table).where(col(table.id) == number)
    if lock:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    found: Row = session.execute(statement).scalar_one()
    return found


def state(link: PersonalLink, *, is_open: bool, today: date) -> LinkState:
    """What a link can do on `today`; `is_open`: an answer still counts where it leads."""
    if link.used_at is not None:
        return LinkState.USED
    if link.ended_at is not None:
        return LinkState.ENDED
    if link.failures >= MOST_FAILURES:
        return LinkState.LOCKED
    return LinkState.READY if is_open and today <= link.expires_on else LinkState.EXPIRED


def opens(session: Session, link: PersonalLink, token: str, code: str) -> bool:
    """Whether the code is the link’s; a wrong one is counted.

    The caller commits either way: a count that is taken back would let codes be guessed.
    """
    given = _hash(f"{token}:{''.join(code.split())}")
    if secrets.compare_digest(given, link.code_hash):
        return True
    link.failures += 1
    session.flush()
    return False


def use_up(session: Session, link: PersonalLink) -> None:
    """Mark a link as used, in the transaction of the answer it gives."""
    link.used_at = utc_now()
    session.flush()


def end_all(session: Session, table: type[PersonalLink], *whose: Any) -> int:
    """Let none of these links answer any more; returns how many still could."""
    result = session.execute(
        update(table)
        .where(*whose, col(table.used_at).is_(None), col(table.ended_at).is_(None))
        .values(ended_at=utc_now())
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
