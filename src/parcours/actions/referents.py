"""Who accompanies a person: « je l’accompagne », its undoing, entrusting people to a colleague."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, bindparam, cast, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.accounts import is_current
from parcours.actions.history import record_change
from parcours.domain.access import MATRIX, Actor, Capability, Role, require
from parcours.domain.errors import RuleBroken
from parcours.models import Account, AuditEntry, Learner, Membership, Pathway, visibility

FOLLOWING = tuple(role for role in Role if Capability.WRITE_LEARNERS in MATRIX[role])
PAGE_SIZE = 30
GONE = "Ce compte n’agit plus pour votre structure : choisissez une autre personne."


def take_up(session: Session, actor: Actor, learner_id: int, *, today: date) -> None:
    """« Je l’accompagne »: the actor becomes the person’s referent; who was is kept, to undo it."""
    require(actor, Capability.WRITE_LEARNERS)
    lock_able(session, actor, actor.account_id, today=today)
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    if learner.referent_id == actor.account_id:
        return
    before = learner.referent_id
    _set(session, actor, learner, actor.account_id)
    audit.record(
        session, actor, "take_up", "learner", learner_id, learner_id=learner_id, before=before
    )


def let_go(session: Session, actor: Actor, learner_id: int, *, today: date) -> None:
    """Undo it: the referent is again whoever was, if they still may be; else nobody.

    Whoever has no referent is on the list « Sans référent » of the coordinators.
    """
    require(actor, Capability.WRITE_LEARNERS)
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    if learner.referent_id != actor.account_id:
        return
    before = _taken_from(session, actor, learner_id)
    if before is not None and not _is_able(session, actor, before, today=today):
        before = None
    _set(session, actor, learner, before)
    audit.record(session, actor, "let_go", "learner", learner_id, learner_id=learner_id)


def entrust(
    session: Session, actor: Actor, learner_ids: Iterable[int], account_id: int, *, today: date
) -> int:
    """Make a colleague the referent of people of one’s organisation; how many changed hands."""
    require(actor, Capability.MANAGE_COHORTS)
    lock_able(session, actor, account_id, today=today)
    changed = 0
    for learner_id in sorted(set(learner_ids)):
        learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
        changed += give(session, actor, learner, account_id)
    return changed


def give(session: Session, actor: Actor, learner: Learner, account_id: int) -> bool:
    """Change the referent of a locked file, with its trace; whether it changed."""
    if learner.referent_id == account_id:
        return False
    before = learner.referent_id
    _set(session, actor, learner, account_id)
    audit.record(
        session, actor, "entrust", "learner", learner.id, learner_id=learner.id, before=before
    )
    return True


def lock_able(session: Session, actor: Actor, account_id: int, *, today: date) -> Account:
    """An account that may accompany people of the actor’s organisation, locked until the end.

    Its closing waits, or was first and refuses this: nobody is entrusted to somebody who leaves.
    """
    row: Account | None = session.execute(
        select(Account)
        .where(col(Account.id) == account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None or not _is_able(session, actor, account_id, today=today):
        raise RuleBroken(GONE, field="to")
    return row


def colleagues(session: Session, actor: Actor, *, today: date) -> list[tuple[int, str]]:
    """The accounts of one’s organisation that may accompany people: (id, name)."""
    rows = session.execute(
        select(col(Account.id), col(Account.name))
        .where(accompanies(Account.id))
        .order_by(col(Account.name), col(Account.id)),
        {"org": actor.organisation_id, "today": today},
    )
    return [(row[0], row[1]) for row in rows]


def accompanies(account_id: Any) -> Any:
    """Condition: the account may accompany people of `:org` on `:today`."""
    holder, running = aliased(Account), aliased(Membership)
    return exists(
        select(1)
        .select_from(running)
        .join(holder, col(holder.id) == col(running.account_id))
        .where(
            col(running.account_id) == account_id,
            col(running.organisation_id) == bindparam("org"),
            col(running.role).in_(FOLLOWING),
            col(holder.disabled_at).is_(None),
            is_current(running),
        )
        .correlate_except(running, holder)
    )


def without_referent(
    session: Session, actor: Actor, *, today: date, after: tuple[str, int] = ("", 0)
) -> list[tuple[int, str, str | None, str, date, str, str | None]]:
    """People of one’s organisation on an open pathway whom nobody accompanies, by name; one row
    more than a page: (id, birth name, usage name, first names, born on, sort key, who left).
    """
    require(actor, Capability.MANAGE_COHORTS)
    gone = Account.__table__.alias("gone")  # type: ignore[attr-defined]
    # Few accounts left, many people are accompanied: by the accounts, nobody else is walked past.
    left = _left(session, actor, today)
    rows = session.execute(
        select(
            col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
            col(Learner.first_names), col(Learner.born_on), col(Learner.sort_key), gone.c.name,
        )
        .outerjoin(gone, gone.c.id == col(Learner.referent_id))
        .where(
            col(Learner.organisation_id) == bindparam("org"),
            or_(
                col(Learner.sort_key) > after[0],
                and_(col(Learner.sort_key) == after[0], col(Learner.id) > after[1]),
            ),
            is_followed_now(),
            or_(col(Learner.referent_id).is_(None), col(Learner.referent_id).in_(left)),
        )
        .order_by(col(Learner.sort_key), col(Learner.id))
        .limit(PAGE_SIZE + 1),
        {"org": actor.organisation_id, "today": today},
    )  # fmt: skip
    return [tuple(row) for row in rows]


def is_followed_now() -> Any:
    """Condition: the person is on an open pathway."""
    return exists(
        select(1)
        .select_from(Pathway)
        .where(col(Pathway.learner_id) == col(Learner.id), col(Pathway.closed_on).is_(None))
    )


def _left(session: Session, actor: Actor, today: date) -> list[int]:
    """The accounts that acted for one’s organisation and may accompany nobody there any more."""
    rows = session.execute(
        select(col(Membership.account_id))
        .where(
            col(Membership.organisation_id) == bindparam("org"),
            ~accompanies(Membership.account_id),
        )
        .distinct(),
        {"org": actor.organisation_id, "today": today},
    )
    return list(rows.scalars())


def _is_able(session: Session, actor: Actor, account_id: int, *, today: date) -> bool:
    able = select(accompanies(cast(bindparam("account"), Integer)))
    parameters = {"org": actor.organisation_id, "today": today, "account": account_id}
    return bool(session.execute(able, parameters).scalar_one())


def _set(session: Session, actor: Actor, learner: Learner, account_id: int | None) -> None:
    names = [
        session.get_one(Account, number).name if number else None
        for number in (learner.referent_id, account_id)
    ]
    learner.version += 1
    record_change(session, actor, learner, "referent", *names)
    learner.referent_id = account_id
    session.flush()


def _taken_from(session: Session, actor: Actor, learner_id: int) -> int | None:
    """Whom the actor last took the person over from, as the journal says."""
    details = session.execute(
        select(col(AuditEntry.details))
        .where(
            col(AuditEntry.learner_id) == learner_id,
            col(AuditEntry.act) == "take_up",
            col(AuditEntry.account_id) == actor.account_id,
            col(AuditEntry.organisation_id) == actor.organisation_id,
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    before = (details or {}).get("before")
    return int(before) if before else None
