"""Who did or read what, written in the caller’s transaction: no trace, no act."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from sqlmodel import Session

from parcours.domain.access import Actor
from parcours.models import AuditEntry
from parcours.models.base import utc_now

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
APPEND = AuditEntry.__table__.insert()  # type: ignore[attr-defined]


def record(
    session: Session,
    actor: Actor | None,
    act: str,
    subject: str,
    subject_id: int | None = None,
    *,
    learner_id: int | None = None,
    **details: Any,
) -> None:
    """Append one act to the journal. `details` are JSON values and never a person’s data."""
    session.add(
        AuditEntry(
            account_id=actor.account_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            role=actor.role if actor else None,
            act=act,
            subject=subject,
            subject_id=subject_id,
            learner_id=learner_id,
            request_id=request_id.get(),
            details=details,
        )
    )


def record_reading(session: Session, actor: Actor, subject: str, learner_id: int) -> None:
    """Append the reading of one person’s file; written at once, so a failure refuses the page."""
    _write_now(
        session, actor, act="read", subject=subject, subject_id=learner_id, learner_id=learner_id
    )


def record_listing(session: Session, actor: Actor, subject: str, count: int) -> None:
    """Append the reading of a list that names `count` people."""
    _write_now(session, actor, act="list", subject=subject, details={"count": count})


def record_naming(
    session: Session, actor: Actor, act: str, subject: str, subject_id: int, ids: Iterable[int]
) -> None:
    """Append to each person’s journal that what names them was taken away."""
    base = _by(actor) | {"act": act, "subject": subject, "subject_id": subject_id}
    at = utc_now()
    rows = [{**base, "at": at, "learner_id": learner_id} for learner_id in ids]
    if rows:
        session.connection().execute(APPEND, rows)


def _write_now(session: Session, actor: Actor, **values: Any) -> None:
    # Every page read leaves a trace: a plain row costs six times less than a flushed object.
    session.connection().execute(APPEND, {**_by(actor), **values})


def _by(actor: Actor) -> dict[str, Any]:
    return {
        "account_id": actor.account_id,
        "organisation_id": actor.organisation_id,
        "role": actor.role,
        "request_id": request_id.get(),
        "details": {},
    }
