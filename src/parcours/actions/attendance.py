"""Taking the attendance of a half-day, for the whole group at once."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import calendars
from parcours.domain.access import Actor, Capability, require
from parcours.domain.attendance import (
    USUAL,
    Asked,
    Sheet,
    Status,
    changed_marks,
    check_markable,
    check_reopening,
)
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.words import DataSource
from parcours.models import AttendanceMark, CohortHalfDay, Enrolment, Organisation, visibility
from parcours.models.base import utc_now
from parcours.reference import absence_reasons

LONGEST_LATENESS = 240
REOPENED = timedelta(days=7)


def mark_half_day(
    session: Session,
    actor: Actor,
    cohort_id: int,
    half_day: HalfDay,
    asked: Mapping[int, Asked],
    *,
    expected: Mapping[int, Asked | None] | None = None,
    today: date,
    source: DataSource = DataSource.SCREEN,
    is_complete: bool = True,
) -> int:
    """Record who was there, by enrolment; returns how many marks changed.

    `expected` is what the person saw when the page opened (nothing recorded when not given).
    `is_complete` says the half-day is taken for everybody. Raises NotFound (another
    organisation’s cohort, or no such half-day), RuleBroken, EditConflict: nothing is written then.
    """
    require(actor, Capability.MARK_ATTENDANCE)
    visibility.cohort(session, actor, cohort_id)
    slot = calendars.locked(session, cohort_id, half_day)
    _check_asked(session, slot, asked)
    stored = _marks(session, slot)
    current = {
        key: Asked(mark.status, mark.late_minutes, mark.reason) for key, mark in stored.items()
    }
    changes = changed_marks(current, asked, expected or {}, usual=USUAL[slot.setting])
    if changes or slot.taken_at is None:
        check_markable(sheet_of(slot, correction_days(session, actor)), today=today)
    new = {key: wanted for key, wanted in changes.items() if key not in stored}
    _insert(session, actor, slot, new, source)
    for key, mark in stored.items():
        if key in changes:
            _correct(session, actor, slot, mark, changes[key], source)
    if is_complete and slot.taken_at is None:
        slot.taken_at, slot.taken_by_id = utc_now(), actor.account_id
    if changes:
        slot.signed_at = slot.signed_by_id = None
    slot.version += 1
    session.flush()
    audit.record(
        session, actor, "mark", "half_day", slot.id, cohort=cohort_id, changed=len(changes)
    )
    return len(changes)


def reopen(
    session: Session, actor: Actor, cohort_id: int, half_day: HalfDay, *, reason: str, today: date
) -> date:
    """Open a locked sheet again for as long as corrections usually take; the last day it is open.

    Who, when and why stay in the journal. Raises RuleBroken (not locked, no reason).
    """
    require(actor, Capability.MARK_ATTENDANCE)
    visibility.cohort(session, actor, cohort_id)
    slot = calendars.locked(session, cohort_id, half_day)
    check_reopening(sheet_of(slot, correction_days(session, actor)), reason, today=today)
    slot.reopened_until = today + REOPENED
    slot.signed_at = slot.signed_by_id = None
    slot.version += 1
    session.flush()
    audit.record(
        session, actor, "reopen", "half_day", slot.id, cohort=cohort_id, reason=reason.strip()[:200]
    )
    return slot.reopened_until


def countersign(
    session: Session, actor: Actor, cohort_id: int, half_day: HalfDay, *, today: date
) -> None:
    """The trainer stands for a sheet that was taken; a correction asks for it again."""
    require(actor, Capability.MARK_ATTENDANCE)
    visibility.cohort(session, actor, cohort_id)
    slot = calendars.locked(session, cohort_id, half_day)
    if slot.taken_at is None or slot.cancelled_at is not None or half_day.on > today:
        raise RuleBroken("Enregistrez d’abord la feuille : elle se signe ensuite.")
    if slot.signed_at is not None:
        raise RuleBroken("Cette feuille est déjà signée.")
    slot.signed_at, slot.signed_by_id = utc_now(), actor.account_id
    slot.version += 1
    session.flush()
    audit.record(session, actor, "countersign", "half_day", slot.id, cohort=cohort_id)


def sheet_of(slot: CohortHalfDay, days: int) -> Sheet:
    """What the rules read of a half-day whose sheet may be corrected for `days` days."""
    return Sheet(
        HalfDay(slot.held_on, slot.half),
        is_taken=slot.taken_at is not None,
        is_cancelled=slot.cancelled_at is not None,
        correction_days=days,
        reopened_until=slot.reopened_until,
    )


def correction_days(session: Session, actor: Actor) -> int:
    """How many days after a half-day one’s organisation still corrects its sheet."""
    found = select(col(Organisation.correction_days)).where(
        col(Organisation.id) == actor.organisation_id
    )
    return int(session.execute(found).scalar_one())


def _check_asked(session: Session, slot: CohortHalfDay, asked: Mapping[int, Asked]) -> None:
    known = set(
        session.execute(
            select(col(Enrolment.id)).where(
                col(Enrolment.cohort_id) == slot.cohort_id,
                col(Enrolment.enrolled_on) <= slot.held_on,
                col(Enrolment.left_on).is_(None) | (col(Enrolment.left_on) >= slot.held_on),
            )
        ).scalars()
    )
    if not set(asked) <= known:
        raise NotFound
    for wanted in asked.values():
        if not 0 <= wanted.late_minutes <= LONGEST_LATENESS:
            raise RuleBroken("Un retard se compte entre 1 et 240 minutes.")
        if wanted.reason is not None and wanted.reason not in absence_reasons():
            raise RuleBroken("Choisissez un motif de la liste.")


def _marks(session: Session, slot: CohortHalfDay) -> dict[int, AttendanceMark]:
    rows = session.execute(
        select(AttendanceMark).where(col(AttendanceMark.half_day_id) == slot.id)
    ).scalars()
    return {row.enrolment_id: row for row in rows}


def _insert(
    session: Session,
    actor: Actor,
    slot: CohortHalfDay,
    new: Mapping[int, Asked],
    source: DataSource,
) -> None:
    now = utc_now()
    rows = [
        {
            "half_day_id": slot.id,
            "enrolment_id": enrolment_id,
            "status": wanted.status,
            "late_minutes": _lateness(wanted),
            "reason": _reason(wanted),
            "source": source,
            "recorded_by_id": actor.account_id,
            "recorded_at": now,
        }
        for enrolment_id, wanted in new.items()
    ]
    if rows:
        session.execute(insert(AttendanceMark), rows)


def _lateness(wanted: Asked) -> int:
    return wanted.late_minutes if wanted.status is Status.LATE else 0


def _reason(wanted: Asked) -> str | None:
    return None if wanted.status.is_presence else wanted.reason


def _correct(
    session: Session,
    actor: Actor,
    slot: CohortHalfDay,
    mark: AttendanceMark,
    wanted: Asked,
    source: DataSource,
) -> None:
    before = mark.status
    mark.status, mark.late_minutes = wanted.status, _lateness(wanted)
    mark.reason = _reason(wanted)
    mark.recorded_at, mark.recorded_by_id, mark.source = utc_now(), actor.account_id, source
    audit.record(
        session,
        actor,
        "correct_mark",
        "half_day",
        slot.id,
        enrolment=mark.enrolment_id,
        status=[before.value, wanted.status.value],
    )
