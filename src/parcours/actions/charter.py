"""The charter of professionals: accepted once per version, by oneself."""

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.partners import CHARTER_VERSION
from parcours.models import Account, CharterAcceptance


def accept_charter(session: Session, actor: Actor, *, version: int) -> None:
    """Accept the version one has read; said twice, it counts once (RuleBroken: it has changed)."""
    if version != CHARTER_VERSION:
        raise RuleBroken("La charte a changé depuis : relisez-la avant de l’accepter.")
    # One’s own account is held, so that two clicks at once do not both find nothing.
    session.execute(
        select(col(Account.id))
        .where(col(Account.id) == actor.account_id)
        .with_for_update(key_share=True)
    )
    known = select(col(CharterAcceptance.id)).where(
        col(CharterAcceptance.account_id) == actor.account_id,
        col(CharterAcceptance.version) == version,
    )
    if session.execute(known).first() is None:
        session.add(CharterAcceptance(account_id=actor.account_id, version=version))
        session.flush()
        audit.record(session, actor, "accept", "charter", version)
