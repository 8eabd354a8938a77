"""Leaving: an account or an organisation closes only once nobody is held by it alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import closing_steps, relay_answers
from parcours.actions.referents import GONE, PAGE_SIZE, accompanies, give, is_followed_now
from parcours.actions.replacements import end_all_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import (
    Account,
    Learner,
    Membership,
    Organisation,
    Pathway,
    SignInSession,
    Step,
    Task,
)
from parcours.models.base import utc_now
from parcours.models.visibility import scope, sees_learner

PersonRow = tuple[int, str, str | None, str, date, str]


def close_account(
    session: Session, actor: Actor, account_id: int, *, to: int | None, today: date
) -> int:
    """Let somebody leave one’s organisation, their people entrusted to `to`; how many were.

    The account opens nothing here from now on, and nothing at all when it acts nowhere else.
    Raises RuleBroken while it alone accompanies people and `to` names nobody who can. Closing
    what is closed changes nothing.
    """
    require(actor, Capability.MANAGE_ACCOUNTS)
    account = _lock_accounts(session, (account_id, to)).get(account_id)
    known = _memberships(session, actor, account_id)
    if account is None or not known:
        raise NotFound
    leaving = [row for row in known if row.ends_on is None or row.ends_on >= today]
    if not leaving or account.disabled_at is not None:
        return 0
    if account_id == actor.account_id:
        raise RuleBroken("Votre propre compte se ferme par une autre personne de la structure.")
    moved = _entrust_all(session, actor, account_id, to, today=today)
    _end_memberships(session, leaving, today)
    end_all_of(session, actor, account_id, today=today)
    session.execute(
        update(Task)
        .where(
            col(Task.account_id) == account_id,
            col(Task.organisation_id) == actor.organisation_id,
            col(Task.done_at).is_(None),
        )
        .values(account_id=to)
    )
    if not _acts_elsewhere(session, actor, account_id, today):
        account.disabled_at = utc_now()
    session.flush()
    audit.record(session, actor, "close", "account", account_id, to=to, people=moved)
    return moved


def close_organisation(session: Session, actor: Actor, *, today: date) -> None:
    """Close one’s organisation; refused while it alone holds people on an open pathway.

    Relays that wait for its answer are declined: who proposed them looks elsewhere at once. Its
    steps end, so that the gaps they leave show.
    """
    require(actor, Capability.MANAGE_ACCOUNTS)
    # People before the organisation, in the order of those who answer a relay.
    relay_answers.decline_all(session, actor, words=closing_steps.REASON, today=today)
    closing_steps.lock_held(session, actor, today=today)
    organisation = _locked(session, actor)
    count = count_held_alone(session, actor, today=today)
    if count:
        raise RuleBroken(
            f"Votre structure est seule à tenir {_people(count)} : proposez un relais ou closez "
            "leur parcours d’abord. La coordination en trouve la liste dans « Sans référent », "
            "« Tenues par nous seuls »."
        )
    closing_steps.end_held(session, actor, today=today)
    organisation.closed_on = today
    rows = session.execute(
        select(Membership).where(
            col(Membership.organisation_id) == actor.organisation_id, _lasts(today)
        )
    ).scalars()
    leaving = list(rows)
    _end_memberships(session, leaving, today)
    for account_id in sorted({row.account_id for row in leaving}):
        if not _acts_elsewhere(session, actor, account_id, today):
            session.get_one(Account, account_id).disabled_at = utc_now()
    audit.record(session, actor, "close", "organisation", actor.organisation_id)


def _locked(session: Session, actor: Actor) -> Organisation:
    # Whoever writes a step of this organisation refers to the row: they are waited for.
    found: Organisation = session.execute(
        select(Organisation)
        .where(col(Organisation.id) == actor.organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    return found


def accompanied_by(
    session: Session, actor: Actor, account_id: int, *, after: tuple[str, int] = ("", 0)
) -> list[PersonRow]:
    """People on an open pathway that one account accompanies; one row more than a page."""
    require(actor, Capability.MANAGE_COHORTS)
    return _listed(session, _accompanied(actor, account_id), after, {})


def held_alone(
    session: Session, actor: Actor, *, today: date, after: tuple[str, int] = ("", 0)
) -> list[PersonRow]:
    """People on an open pathway whom no other organisation holds; one row more than a page."""
    require(actor, Capability.MANAGE_COHORTS)
    return _listed(session, _alone(), after, scope(actor, today))


def count_accompanied(session: Session, actor: Actor, account_id: int) -> int:
    """How many people on an open pathway an account accompanies in one’s organisation."""
    counted = select(func.count()).select_from(Learner).where(_accompanied(actor, account_id))
    return int(session.execute(counted).scalar_one())


def count_held_alone(session: Session, actor: Actor, *, today: date) -> int:
    """How many people on an open pathway one’s organisation alone holds."""
    counted = select(func.count()).select_from(Learner).where(_alone())
    return int(session.execute(counted, scope(actor, today)).scalar_one())


def _accompanied(actor: Actor, account_id: int) -> Any:
    return and_(
        col(Learner.organisation_id) == actor.organisation_id,
        col(Learner.referent_id) == account_id,
        is_followed_now(),
    )


def _alone() -> Any:
    """Condition: of `:org`’s people, on an open pathway it opened or holds a step of, no step of
    another organisation going on or to come on `:today`. One that closed holds nobody.
    """
    ours = exists(_lasting_step().where(col(Step.organisation_id) == bindparam("org")))
    others = exists(
        _lasting_step()
        .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
        .where(col(Step.organisation_id) != bindparam("org"), col(Organisation.closed_on).is_(None))
    )
    alone = (
        select(1)
        .select_from(Pathway)
        .where(
            col(Pathway.learner_id) == col(Learner.id),
            col(Pathway.closed_on).is_(None),
            or_(col(Pathway.organisation_id) == bindparam("org"), ours),
            ~others,
        )
        .correlate(Learner)
    )
    return and_(sees_learner(Learner.id), exists(alone))


def _lasting_step() -> Any:
    ends_on = func.coalesce(col(Step.ended_on), col(Step.planned_end_on))
    return (
        select(1)
        .select_from(Step)
        .where(
            col(Step.pathway_id) == col(Pathway.id),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            or_(ends_on.is_(None), ends_on >= bindparam("today")),
        )
        .correlate(Pathway)
    )


def _listed(
    session: Session, condition: Any, after: tuple[str, int], parameters: dict[str, Any]
) -> list[PersonRow]:
    rows = session.execute(
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.born_on),
            col(Learner.sort_key),
        )
        .where(
            condition,
            or_(
                col(Learner.sort_key) > after[0],
                and_(col(Learner.sort_key) == after[0], col(Learner.id) > after[1]),
            ),
        )
        .order_by(col(Learner.sort_key), col(Learner.id))
        .limit(PAGE_SIZE + 1),
        parameters,
    )
    return [tuple(row) for row in rows]


def _entrust_all(
    session: Session, actor: Actor, account_id: int, to: int | None, *, today: date
) -> int:
    people = list(
        session.execute(
            select(Learner)
            .where(
                col(Learner.organisation_id) == actor.organisation_id,
                col(Learner.referent_id) == account_id,
            )
            .order_by(col(Learner.id))
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).scalars()
    )
    held = count_accompanied(session, actor, account_id)
    if to is None and held:
        message = f"Cette personne accompagne seule {_people(held)} : choisissez à qui les confier."
        raise RuleBroken(message, field="to")
    if to is None:
        return 0
    able = select(col(Account.id)).where(col(Account.id) == to, accompanies(Account.id))
    parameters = {"org": actor.organisation_id, "today": today}
    if to == account_id or session.execute(able, parameters).first() is None:
        raise RuleBroken(GONE, field="to")
    return sum(give(session, actor, learner, to) for learner in people)


def _lock_accounts(session: Session, account_ids: Sequence[int | None]) -> dict[int, Account]:
    """Both accounts, in one order for all: whoever entrusts them somebody meanwhile waits.

    Not against rows that only refer to them: who wrote one first would wait for us, and we for it.
    """
    rows = session.execute(
        select(Account)
        .where(col(Account.id).in_([number for number in account_ids if number is not None]))
        .order_by(col(Account.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalars()
    return {row.id or 0: row for row in rows}


def _memberships(session: Session, actor: Actor, account_id: int) -> list[Membership]:
    rows = session.execute(
        select(Membership)
        .where(
            col(Membership.account_id) == account_id,
            col(Membership.organisation_id) == actor.organisation_id,
        )
        .execution_options(populate_existing=True)
    ).scalars()
    return list(rows)


def _end_memberships(session: Session, leaving: Sequence[Membership], today: date) -> None:
    for row in leaving:
        row.ends_on = max(row.starts_on, today - timedelta(days=1))
    session.flush()
    session.execute(
        update(SignInSession)
        .where(
            col(SignInSession.membership_id).in_([row.id for row in leaving]),
            col(SignInSession.ended_at).is_(None),
        )
        .values(ended_at=utc_now())
    )


def _acts_elsewhere(session: Session, actor: Actor, account_id: int, today: date) -> bool:
    lasting = select(col(Membership.id)).where(
        col(Membership.account_id) == account_id,
        col(Membership.organisation_id) != actor.organisation_id,
        _lasts(today),
    )
    return session.execute(lasting).first() is not None


def _lasts(today: date) -> Any:
    return or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= today)


def _people(count: int) -> str:
    return "une personne" if count == 1 else f"{count} personnes"
