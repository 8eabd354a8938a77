"""Links by which somebody without an account answers once: what relays, needs… have in common.

Opening a link shows nobody and changes nothing: mail scanners and previews open links too. Only
hashes are kept, of the token and of the code said apart; a code guessed too often locks the link.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, col

from parcours.models import PersonalLink
from parcours.models.base import utc_now

CODE_DIGITS = 6
MOST_FAILURES = 5


class LinkState(StrEnum):
    """What a link can still do, and why not."""

    READY = "ready"
    UNKNOWN = "unknown"
    USED = "used"
    ENDED = "ended"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as kept: salted, hashed."""

    salt: str
    hashed: str


def new_code() -> tuple[str, Code]:
    """Six digits to say once, and how they are kept."""
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    salt = secrets.token_hex(16)
    return digits, Code(salt, _hash(f"{salt}:{digits}"))


def make(
    session: Session, code: Code, *, expires_on: date, need_id: int, made_by_id: int | None
) -> str:
    """A new link; returns its token, said once."""
    token = secrets.token_urlsafe(24)
    session.add(
        PersonalLink(
            need_id=need_id,
            token_hash=_hash(token),
            code_hash=code.hashed,
            code_salt=code.salt,
            expires_on=expires_on,
            created_by_id=made_by_id,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, *, lock: bool = False) -> PersonalLink | None:
    """The link of a token, whatever it can still do."""
    statement = select(PersonalLink).where(col(PersonalLink.token_hash) == _hash(token))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: PersonalLink | None = session.execute(statement).scalar_one_or_none()
    return found


def state(link: PersonalLink | None, *, is_open: bool, today: date) -> LinkState:
    """What a link can do on `today`; `is_open`: an answer still counts."""
    if link is None:
        return LinkState.UNKNOWN
    if link.used_at is not None:
        return LinkState.USED
    if link.ended_at is not None:
        return LinkState.ENDED
    if link.failures >= MOST_FAILURES:
        return LinkState.LOCKED
    return LinkState.READY if is_open and today <= link.expires_on else LinkState.EXPIRED


def opens(session: Session, link: PersonalLink, code: str) -> bool:
    """Whether the code is right; a wrong one is counted, and the caller commits either way."""
    given = _hash(f"{link.code_salt}:{''.join(code.split())}")
    if secrets.compare_digest(given, link.code_hash):
        return True
    link.failures += 1
    session.flush()
    return False


def use_up(session: Session, link: PersonalLink) -> None:
    """Mark a link as used, in the transaction of the answer it gave."""
    link.used_at = utc_now()
    session.flush()


def end_all(session: Session, about: ColumnElement[bool]) -> int:
    """Let no link about something answer any more; returns how many still could."""
    result = session.execute(
        update(PersonalLink).where(about, *_is_live()).values(ended_at=utc_now())
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def change_code(session: Session, about: ColumnElement[bool], code: Code) -> None:
    """Links that still wait open with another code from now on."""
    session.execute(
        update(PersonalLink)
        .where(about, *_is_live())
        .values(code_hash=code.hashed, code_salt=code.salt, failures=0)
        .execution_options(synchronize_session=False)
    )


def _is_live() -> tuple[ColumnElement[bool], ...]:
    return col(PersonalLink.used_at).is_(None), col(PersonalLink.ended_at).is_(None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
