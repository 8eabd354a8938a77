"""Noting mediation acts: one person or a whole workshop at once, corrected with a history."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.mediation import ActivityFacts, Taking, check_activity
from parcours.domain.words import DataSource
from parcours.models import Act, Activity, ActivityChange, Learner, visibility
from parcours.models.base import utc_now
from parcours.models.visibility import scope, sees_learner

PRESENT, TAKEN_OFF = "présent·e", "retiré·e"


def record_activity(
    session: Session,
    actor: Actor,
    facts: ActivityFacts,
    people: Mapping[int, Taking],
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> Activity:
    """Note an activity and one act for each person (NotFound for somebody not seen, RuleBroken)."""
    require(actor, Capability.WRITE_STEPS)
    _check_seen(session, actor, people, today)
    check_activity(facts, people, themes=reference.act_themes(), today=today)
    row = Activity(
        **asdict(facts),
        organisation_id=actor.organisation_id,
        source=source,
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    if people:
        rows = [_act(actor, row, learner, taking) for learner, taking in sorted(people.items())]
        session.execute(insert(Act), rows)
    _trace(session, actor, "note", row, people)
    return row


def correct_activity(
    session: Session,
    actor: Actor,
    activity_id: int,
    facts: ActivityFacts,
    people: Mapping[int, Taking],
    *,
    version: int,
    today: date,
) -> Activity:
    """Say it otherwise; what was said before stays (EditConflict when somebody did meanwhile).

    People the actor no longer sees keep their part as it was.
    """
    require(actor, Capability.WRITE_STEPS)
    row = visibility.activity(session, actor, activity_id, lock=True)
    if row.version != version:
        raise EditConflict(theirs=asdict(facts_of(row)), mine=asdict(facts), who="")
    if row.cancelled_at is not None:
        raise RuleBroken("Cette activité est annulée : rétablissez-la avant de la corriger.")
    acts = acts_of(session, row)
    seen = seen_among(session, actor, acts, today=today)
    _check_seen(session, actor, set(people) - set(acts), today)
    if not set(people) & set(acts) <= seen:
        raise NotFound
    hidden = {key: _taking(act) for key, act in acts.items() if key not in seen and _is_in(act)}
    check_activity(facts, {**hidden, **people}, themes=reference.act_themes(), today=today)
    _correct_facts(session, actor, row, facts)
    for learner_id in sorted(seen | set(people)):
        _correct_part(session, actor, row, acts.get(learner_id), learner_id, people)
    row.version += 1
    session.flush()
    _trace(session, actor, "correct", row, set(acts) | set(people))
    return row


def cancel_activity(session: Session, actor: Actor, activity_id: int, *, reason: str) -> Activity:
    """It did not take place after all: it counts no more, and stays with the reason."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.activity(session, actor, activity_id, lock=True)
    if row.cancelled_at is not None:
        return row
    if not reason.strip():
        raise RuleBroken("Dites en quelques mots pourquoi vous l’annulez.", field="reason")
    row.cancelled_at, row.cancelled_by_id = utc_now(), actor.account_id
    row.cancel_reason = reason.strip()
    _touch(session, actor, row, "cancel", "annulation", None, row.cancel_reason)
    return row


def restore_activity(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Undo a cancellation."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.activity(session, actor, activity_id, lock=True)
    if row.cancelled_at is None:
        return row
    before = row.cancel_reason
    row.cancelled_at = row.cancelled_by_id = row.cancel_reason = None
    _touch(session, actor, row, "restore", "annulation", before, None)
    return row


def facts_of(row: Activity) -> ActivityFacts:
    """What a stored activity says."""
    return ActivityFacts(
        row.kind, row.theme, row.held_on, row.minutes, row.place, row.title, row.heads
    )


def acts_of(session: Session, row: Activity) -> dict[int, Act]:
    """Every part in an activity by learner, those taken off included."""
    found = session.execute(select(Act).where(col(Act.activity_id) == row.id)).scalars()
    return {act.learner_id: act for act in found}


def seen_among(
    session: Session, actor: Actor, learner_ids: Collection[int], *, today: date
) -> set[int]:
    """Which of these people the actor sees."""
    if not learner_ids:
        return set()
    rows = session.execute(
        select(col(Learner.id)).where(
            col(Learner.id).in_(list(learner_ids)), sees_learner(Learner.id)
        ),
        scope(actor, today),
    ).scalars()
    return {number for number in rows if number is not None}


def _check_seen(session: Session, actor: Actor, learner_ids: Collection[int], today: date) -> None:
    if seen_among(session, actor, learner_ids, today=today) != set(learner_ids):
        raise NotFound


def _act(actor: Actor, row: Activity, learner_id: int, taking: Taking) -> dict[str, Any]:
    return {
        "activity_id": row.id,
        "learner_id": learner_id,
        "part": taking.part,
        "autonomy": taking.autonomy,
        "created_at": utc_now(),
        "created_by_id": actor.account_id,
    }


def _correct_facts(session: Session, actor: Actor, row: Activity, facts: ActivityFacts) -> None:
    before, after = asdict(facts_of(row)), asdict(facts)
    for name, value in after.items():
        if value != before[name]:
            setattr(row, name, value)
            _note(session, actor, row, name, before[name], value)


def _correct_part(
    session: Session,
    actor: Actor,
    row: Activity,
    act: Act | None,
    learner_id: int,
    people: Mapping[int, Taking],
) -> None:
    asked = people.get(learner_id)
    if act is None:
        if asked is not None:
            session.add(Act(**_act(actor, row, learner_id, asked)))
            _note(session, actor, row, "present", None, PRESENT, learner_id)
        return
    if asked is None:
        if _is_in(act):
            act.withdrawn_at, act.withdrawn_by_id = utc_now(), actor.account_id
            _note(session, actor, row, "present", PRESENT, TAKEN_OFF, learner_id)
        return
    if not _is_in(act):
        act.withdrawn_at = act.withdrawn_by_id = None
        _note(session, actor, row, "present", TAKEN_OFF, PRESENT, learner_id)
    for name in ("part", "autonomy"):
        if getattr(act, name) != getattr(asked, name):
            _note(session, actor, row, name, getattr(act, name), getattr(asked, name), learner_id)
            setattr(act, name, getattr(asked, name))


def _is_in(act: Act) -> bool:
    return act.withdrawn_at is None


def _taking(act: Act) -> Taking:
    return Taking(act.part, act.autonomy)


def _note(
    session: Session,
    actor: Actor,
    row: Activity,
    field: str,
    before: object,
    after: object,
    learner_id: int | None = None,
) -> None:
    session.add(
        ActivityChange(
            activity_id=row.id or 0,
            learner_id=learner_id,
            field=field,
            before=_plain(before),
            after=_plain(after),
            by_id=actor.account_id,
        )
    )


def _plain(value: object) -> str | None:
    if value is None:
        return None
    return value.value if isinstance(value, StrEnum) else str(value)


def _touch(
    session: Session,
    actor: Actor,
    row: Activity,
    act: str,
    field: str,
    before: str | None,
    after: str | None,
) -> None:
    _note(session, actor, row, field, before, after)
    row.version += 1
    session.flush()
    _trace(session, actor, act, row, acts_of(session, row))


def _trace(
    session: Session, actor: Actor, act: str, row: Activity, learner_ids: Collection[int]
) -> None:
    """One entry of the journal for each person; one about nobody when nobody is named."""
    people: list[int | None] = [*sorted(learner_ids)]
    for learner_id in people or [None]:
        audit.record(session, actor, act, "activity", row.id, learner_id=learner_id)
