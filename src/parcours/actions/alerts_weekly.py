"""Once a week, a line in the digest of those who act: the vigilances to look at again.

An alert is told at once and gives a task; a vigilance is a list, and a line a week (matching notes
§5). Whoever follows the people is told; the coordinators where the organisation does not own them.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlmodel import Session, col

from parcours.actions.alerts import is_heard
from parcours.actions.messages import Recipient, enqueue
from parcours.actions.relay_messages import and_substitutes, managers
from parcours.domain.alerts import Level
from parcours.domain.messages import MessageKind
from parcours.models import AlertEpisode, Learner, Message

PATH = f"/alertes?qui=structure&niveau={Level.VIGILANCE.value}"


def run(session: Session, *, today: date) -> int:
    """Tell each account once a week, on the first day something is there; how many were told."""
    year, week, _ = today.isocalendar()
    told = _to_tell(session, today)
    keys = {number: f"vigilances:{year}-{week}:{number}" for number in told}
    known = set(session.scalars(KNOWN, {"keys": list(keys.values())}))
    new = [number for number in sorted(told) if keys[number] not in known]
    for number in new:
        enqueue(
            session,
            MessageKind.VIGILANCES,
            Recipient(account_id=number),
            organisation_id=told[number],
            due_on=today,
            key=keys[number],
            path=PATH,
        )
    return len(new)


def _to_tell(session: Session, today: date) -> dict[int, int]:
    """The accounts to tell, and for which organisation."""
    followers: dict[int, set[int]] = defaultdict(set)
    for acting, owner, referent_id in session.connection().execute(ACTING, {"today": today}):
        if owner == acting and referent_id is not None:
            followers[acting].add(referent_id)
        else:
            followers[acting] |= managers(session, acting, today)
    found: dict[int, int] = {}
    for organisation_id, accounts in sorted(followers.items()):
        for number in and_substitutes(session, organisation_id, accounts, today):
            found.setdefault(number, organisation_id)
    return found


def _acting(column: Any, *conditions: Any) -> Any:
    return (
        select(column.label("acting"), col(Learner.organisation_id), col(Learner.referent_id))
        .select_from(AlertEpisode)
        .outerjoin(Learner, col(Learner.id) == col(AlertEpisode.learner_id))
        .where(
            col(AlertEpisode.closed_on).is_(None),
            col(AlertEpisode.level) == Level.VIGILANCE,
            is_heard(),
            *conditions,
        )
    )


ACTING = union(
    _acting(col(AlertEpisode.organisation_id)),
    _acting(col(AlertEpisode.second_id), col(AlertEpisode.second_acts)),
)
KNOWN = select(col(Message.once_key)).where(
    col(Message.once_key).in_(bindparam("keys", expanding=True))
)
