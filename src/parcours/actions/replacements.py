"""Standing for a colleague between two days: arranged, ended early, read by whoever asks.

Nothing is moved: on each day the lists ask who stands for whom, so the people come back by
themselves the day after the last, and the history keeps both names.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.referents import lock_able
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import Account, Replacement
from parcours.models.base import utc_now
from parcours.models.visibility import replacement_runs

LIMIT = 60
STANDS = (
    "Cette personne remplace déjà quelqu’un sur une partie de ces jours : mettez fin à ce "
    "remplacement et confiez-le à une autre."
)


@dataclass(frozen=True, slots=True)
class ReplacementRow:
    """A replacement as its list shows it."""

    replacement_id: int
    replaced_id: int
    replaced: str
    substitute: str
    starts_on: date
    ends_on: date
    is_cancelled: bool


def arrange(
    session: Session,
    actor: Actor,
    *,
    replaced_id: int,
    substitute_id: int,
    starts_on: date,
    ends_on: date,
    today: date,
) -> Replacement:
    """Let a colleague stand for somebody, for oneself or, as a coordinator or administrator, for
    others (RuleBroken: dates, the same person, somebody who left, two at once).
    """
    if replaced_id != actor.account_id and not arranges_for_others(actor):
        require(actor, Capability.MANAGE_COHORTS)
    _check(replaced_id, substitute_id, starts_on, ends_on, today)
    for account_id in sorted((replaced_id, substitute_id)):
        _lock(session, actor, account_id, today, is_replaced=account_id == replaced_id)
    _check_alone(session, actor, replaced_id, substitute_id, starts_on, ends_on)
    row = Replacement(
        organisation_id=actor.organisation_id,
        replaced_id=replaced_id,
        substitute_id=substitute_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "arrange", "replacement", row.id)
    return row


def end(session: Session, actor: Actor, replacement_id: int, *, today: date) -> None:
    """End a replacement at once: the days that passed stay in the history."""
    row: Replacement | None = session.execute(
        select(Replacement)
        .where(
            col(Replacement.id) == replacement_id,
            col(Replacement.organisation_id) == actor.organisation_id,
        )
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    if row is None or not (row.replaced_id == actor.account_id or arranges_for_others(actor)):
        raise NotFound
    if row.cancelled_at is None and row.ends_on >= today:
        _end(actor, row, today)
        session.flush()
        audit.record(session, actor, "end", "replacement", row.id)


def end_all_of(session: Session, actor: Actor, account_id: int, *, today: date) -> None:
    """End what an account that leaves stood for, or was replaced for."""
    rows = session.execute(
        select(Replacement).where(
            col(Replacement.organisation_id) == actor.organisation_id,
            or_(
                col(Replacement.substitute_id) == account_id,
                col(Replacement.replaced_id) == account_id,
            ),
            col(Replacement.ends_on) >= today,
            col(Replacement.cancelled_at).is_(None),
        )
    ).scalars()
    for row in rows:
        _end(actor, row, today)


def of_organisation(session: Session, actor: Actor) -> list[ReplacementRow]:
    """The replacements of one’s organisation, those that end last first."""
    replaced, substitute = aliased(Account), aliased(Account)
    rows = session.execute(
        select(
            col(Replacement.id),
            col(Replacement.replaced_id),
            col(replaced.name),
            col(substitute.name),
            col(Replacement.starts_on),
            col(Replacement.ends_on),
            col(Replacement.cancelled_at).is_not(None),
        )
        .join(replaced, col(replaced.id) == col(Replacement.replaced_id))
        .join(substitute, col(substitute.id) == col(Replacement.substitute_id))
        .where(col(Replacement.organisation_id) == actor.organisation_id)
        .order_by(col(Replacement.ends_on).desc(), col(Replacement.id).desc())
        .limit(LIMIT)
    )
    return [ReplacementRow(*row) for row in rows]


def standing_for(
    session: Session, organisation_id: int, account_ids: set[int], *, today: date
) -> set[int]:
    """The accounts that stand today for some of these in an organisation."""
    rows = session.execute(
        select(col(Replacement.substitute_id))
        .join(Account, col(Account.id) == col(Replacement.substitute_id))
        .where(
            col(Replacement.organisation_id) == organisation_id,
            col(Replacement.replaced_id).in_(account_ids),
            col(Account.disabled_at).is_(None),
            *replacement_runs(),
        ),
        {"today": today},
    )
    return set(rows.scalars())


def arranges_for_others(actor: Actor) -> bool:
    """Whether the actor arranges the replacements of the whole organisation."""
    return actor.can(Capability.MANAGE_COHORTS) or actor.can(Capability.MANAGE_ACCOUNTS)


def _end(actor: Actor, row: Replacement, today: date) -> None:
    if row.starts_on < today:
        row.ends_on = today - timedelta(days=1)
    else:
        row.cancelled_at, row.cancelled_by_id = utc_now(), actor.account_id


def _check(
    replaced_id: int, substitute_id: int, starts_on: date, ends_on: date, today: date
) -> None:
    errors: dict[str, str] = {}
    if replaced_id == substitute_id:
        errors["substitute"] = "Choisissez une autre personne pour le remplacement."
    if ends_on < starts_on:
        errors["ends_on"] = "Le dernier jour est avant le premier."
    elif ends_on < today:
        errors["ends_on"] = "Ces jours sont déjà passés."
    if errors:
        raise RuleBroken(errors=errors)


def _lock(
    session: Session, actor: Actor, account_id: int, today: date, *, is_replaced: bool
) -> None:
    try:
        lock_able(session, actor, account_id, today=today)
    except RuleBroken as refusal:
        field = "replaced" if is_replaced else "substitute"
        raise RuleBroken(str(refusal), field=field) from None


def _check_alone(
    session: Session,
    actor: Actor,
    replaced_id: int,
    substitute_id: int,
    starts_on: date,
    ends_on: date,
) -> None:
    """Refuse two substitutes at once, and a chain: nobody stands for whom an absent person
    replaces.
    """
    running = session.execute(
        select(col(Replacement.replaced_id)).where(
            col(Replacement.organisation_id) == actor.organisation_id,
            or_(
                col(Replacement.replaced_id).in_((replaced_id, substitute_id)),
                col(Replacement.substitute_id) == replaced_id,
            ),
            col(Replacement.starts_on) <= ends_on,
            col(Replacement.ends_on) >= starts_on,
            col(Replacement.cancelled_at).is_(None),
        )
    ).all()
    for (absent_id,) in running:
        if absent_id == replaced_id:
            message = "Un remplacement est déjà prévu sur une partie de ces jours."
            raise RuleBroken(message, field="starts_on")
        if absent_id == substitute_id:
            message = "Cette personne est elle-même remplacée sur une partie de ces jours."
            raise RuleBroken(message, field="substitute")
        raise RuleBroken(STANDS, field="replaced")
