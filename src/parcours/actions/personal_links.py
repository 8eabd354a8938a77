"""Links that answer without an account: single use, a code sent apart, hashes only.

Opening a link shows nobody and changes nothing: mail scanners and previews open links too. What a
link is about, and until when it may answer, is its room’s business.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours.models.base import utc_now
from parcours.models.links import PersonalLink

CODE_DIGITS = 6
MOST_FAILURES = 5
Link = TypeVar("Link", bound=PersonalLink)


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


def use_up(session: Session, table: type[Link], token: str) -> Link | None:
    """Mark a link as used, in the transaction of the answer it gave; None when there is none."""
    found = find(session, table, token)
    if found is not None:
        found.used_at = utc_now()
        session.flush()
    return found


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
