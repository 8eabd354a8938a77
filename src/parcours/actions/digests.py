"""Digests: everything due to one professional becomes one e-mail a day, the urgent few apart."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from parcours.actions.messages import Recipient, enqueue
from parcours.domain.messages import (
    MessageKind,
    digest_lines,
    digest_subject,
    link,
    urgent_left,
)
from parcours.models import Message
from parcours.models.messages import is_waiting

# A digest is read, not studied: beyond, it says how many more there are.
DIGEST_LINES = 30


def make_digests(session: Session, *, today: date, base_url: str) -> None:
    """Everything due to one professional becomes one e-mail, the few urgent ones apart."""
    pending = list(
        session.execute(
            select(Message)
            .where(
                col(Message.account_id).is_not(None),
                col(Message.released_on).is_(None),
                col(Message.due_on) <= today,
                is_waiting(),
            )
            .order_by(col(Message.account_id), col(Message.due_on), col(Message.id))
            # Another sending that groups the same points is waited for: its digest is then seen.
            .with_for_update()
        ).scalars()
    )
    told = _told_today(session, {message.account_id for message in pending}, today)
    for account_id, group in groupby(pending, key=lambda message: message.account_id):
        kinds = told.get(account_id, [])
        left = urgent_left(sum(kind.is_urgent for kind in kinds))
        points = []
        for message in group:
            if message.kind.is_urgent and left > 0:
                message.released_on, left = today, left - 1
            else:
                points.append(message)
        if points and MessageKind.DIGEST not in kinds:
            _make_digest(session, points, today, base_url)


def _told_today(
    session: Session, accounts: Iterable[int | None], today: date
) -> dict[int | None, list[MessageKind]]:
    """What already left today for these accounts, or waits for a server."""
    rows = session.execute(
        select(col(Message.account_id), col(Message.kind)).where(
            col(Message.account_id).in_(list(accounts)),
            or_(
                col(Message.released_on) == today,
                and_(
                    col(Message.released_on).is_not(None),
                    col(Message.failed_at).is_(None),
                    is_waiting(),
                ),
            ),
        )
    )
    told: dict[int | None, list[MessageKind]] = {}
    for account_id, kind in rows:
        told.setdefault(account_id, []).append(kind)
    return told


def _make_digest(session: Session, points: list[Message], today: date, base_url: str) -> None:
    first = points[0]
    lines = [(point.subject, link(base_url, point.path)) for point in points[:DIGEST_LINES]]
    if len(points) > DIGEST_LINES:
        lines.append((f"et {len(points) - DIGEST_LINES} autres", ""))
    digest = enqueue(
        session,
        MessageKind.DIGEST,
        Recipient(account_id=first.account_id),
        organisation_id=first.organisation_id,
        due_on=today,
        key=f"digest:{first.account_id}:{today}",
        facts={"points": digest_lines(lines)},
    )
    digest.subject, digest.released_on = digest_subject(len(points)), today
    for point in points:
        point.digest_id = digest.id
