"""The code an employer is told once, by voice or on paper: it opens every link it receives.

Only a salted hash is kept. A link keeps the hash it was made with, so that a reminder can leave
without anybody there to say a code.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from parcours.actions.personal_links import CODE_DIGITS
from parcours.models import IntroductionLink, NeedLink


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


def opens(session: Session, link: NeedLink | IntroductionLink, _token: str, code: str) -> bool:
    """Whether the code is right; a wrong one is counted, and the caller commits either way."""
    given = _hash(f"{link.code_salt}:{''.join(code.split())}")
    if secrets.compare_digest(given, link.code_hash):
        return True
    link.failures += 1
    session.flush()
    return False


def change_code(session: Session, table: Any, about: ColumnElement[bool], code: Code) -> None:
    """Links of `table` that still wait open with another code from now on."""
    session.execute(
        update(table)
        .where(about, col(table.used_at).is_(None), col(table.ended_at).is_(None))
        .values(code_hash=code.hashed, code_salt=code.salt, failures=0)
        .execution_options(synchronize_session=False)
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
