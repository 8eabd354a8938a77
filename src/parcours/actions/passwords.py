"""Passwords: chosen by their owner alone, changed by who knows the current one."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.accounts import check_password, hash_password
from parcours.actions.sign_in import SignedIn, confirm_password
from parcours.models import Account, SignInSession


def change(
    session: Session, current: SignedIn, known: str, chosen: str, *, address: str, now: datetime
) -> bool:
    """Change one’s own password; False when `known` is not the current one, the try counted.

    Every other browser signed in with the account is signed out. Raises RuleBroken (too many
    tries, too short, too easy to guess).
    """
    if not confirm_password(session, current, known, address=address, now=now):
        return False
    account = session.get_one(Account, current.actor.account_id)
    keep(session, account, chosen)
    end_sessions(session, account, now=now, but=current.session_id)
    audit.record(session, current.actor, "change_password", "account", account.id)
    return True


def keep(session: Session, account: Account, chosen: str) -> None:
    """Keep a password somebody chose for themselves (RuleBroken: too short, too easy)."""
    check_password(chosen, about=(account.email.split("@")[0], account.name, "parcours"))
    account.password_hash = hash_password(chosen)
    session.flush()


def end_sessions(session: Session, account: Account, *, now: datetime, but: int = 0) -> None:
    """Sign the account out of every browser, except the session `but`."""
    session.execute(
        update(SignInSession)
        .where(
            col(SignInSession.account_id) == account.id,
            col(SignInSession.id) != but,
            col(SignInSession.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
