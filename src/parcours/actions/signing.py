"""Codes with which a group signs its presence, and the signatures given with them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import calendars
from parcours.domain.access import Actor, Capability, require
from parcours.domain.attendance import USUAL, Asked
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import RuleBroken
from parcours.domain.signing import (
    DIGITS,
    LIVES,
    Signer,
    SigningWay,
    check_signable,
    is_alive,
    recognise,
)
from parcours.domain.words import DataSource
from parcours.models import (
    AttendanceMark,
    CohortHalfDay,
    Enrolment,
    Learner,
    SignInAttempt,
    SigningCode,
    visibility,
)

PACE_WINDOW = timedelta(minutes=5)
# A whole room may come from one address: a group that mistypes is not stopped, a machine is.
MOST_UNKNOWN = 60


class CodeState(StrEnum):
    """What a code can do."""

    READY = "ready"
    UNKNOWN = "unknown"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class NewCode:
    """What is said once: the code, never kept, and until when it works."""

    code: str
    way: SigningWay
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """The half-day a code opens, and the people of its group, by name."""

    code_id: int
    way: SigningWay
    half_day: CohortHalfDay
    group: list[Signer]
    names: dict[int, str]
    signed: frozenset[int]


def make_code(
    session: Session,
    actor: Actor,
    cohort_id: int,
    half_day: HalfDay,
    way: SigningWay,
    *,
    now: datetime,
    today: date,
) -> NewCode:
    """A new code for a half-day of today; it ends those of the same way made before.

    Raises RuleBroken (another day, called off), NotFound.
    """
    require(actor, Capability.MARK_ATTENDANCE)
    visibility.cohort(session, actor, cohort_id)
    slot = calendars.locked(session, cohort_id, half_day)
    if half_day.on != today or slot.cancelled_at is not None:
        raise RuleBroken("On signe le jour même, pour une demi-journée qui a lieu.")
    _end_earlier(session, slot, way, now)
    code = _free_code(session, way, now)
    row = SigningCode(
        half_day_id=slot.id or 0,
        way=way,
        code_hash=_hash(code),
        expires_at=now + LIVES[way],
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "open_signing", "half_day", slot.id, way=way.value)
    return NewCode(code, way, row.expires_at)


def enter(
    session: Session, code: str, *, address: str, now: datetime
) -> tuple[CodeState, Room | None]:
    """The room a typed code opens, else what is wrong with it; a code that is none is counted.

    The caller commits either way. Raises RuleBroken once too many were none.
    """
    key = _hash(f"address:{address}")
    _check_pace(session, key, now)
    found = session.execute(
        select(SigningCode)
        .where(col(SigningCode.code_hash) == _hash("".join(code.split())))
        .order_by(col(SigningCode.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        session.add(SignInAttempt(account_key=_hash("none"), address_key=key, at=now))
        return CodeState.UNKNOWN, None
    if not is_alive(found.expires_at, found.failures, found.ended_at, now=now):
        return CodeState.OVER, None
    return CodeState.READY, _room(session, found)


def sign_as(session: Session, room: Room, born_on: date, name: str, *, now: datetime) -> None:
    """Sign for the person of the group born that day.

    Raises RuleBroken; the caller counts a failure then (`count_failure`).
    """
    person = recognise(room.group, born_on, name)
    sign(session, room, person.enrolment_id, now=now)


def sign(session: Session, room: Room, enrolment_id: int, *, now: datetime) -> None:
    """Write one signature; somebody nobody recorded yet is recorded where the calendar says.

    Raises RuleBroken (not of the group, already signed, recorded absent).
    """
    if enrolment_id not in room.names:
        raise RuleBroken("Cette personne n’est pas dans ce groupe aujourd’hui.")
    slot = session.get_one(CohortHalfDay, room.half_day.id, with_for_update=True)
    mark = session.get(AttendanceMark, (slot.id, enrolment_id))
    known = Asked(mark.status, mark.late_minutes, mark.reason) if mark else None
    check_signable(known, is_signed=mark is not None and mark.signed_at is not None)
    if mark is None:
        mark = _first_mark(session, room, slot, enrolment_id)
        slot.signed_at = slot.signed_by_id = None
        slot.version += 1
    mark.signed_at, mark.signed_way = now, room.way
    session.add(mark)
    session.flush()
    audit.record(
        session, None, "sign", "half_day", slot.id, enrolment=enrolment_id, way=room.way.value
    )


def count_failure(session: Session, code: str) -> None:
    """One more date that was nobody’s: a code guessed at too often stops."""
    row = session.execute(
        select(SigningCode)
        .where(col(SigningCode.code_hash) == _hash("".join(code.split())))
        .order_by(col(SigningCode.id).desc())
        .limit(1)
        .with_for_update()
    ).scalar_one_or_none()
    if row is not None:
        row.failures += 1
        session.flush()


def _check_pace(session: Session, key: str, now: datetime) -> None:
    tries = session.execute(
        select(func.count()).where(
            col(SignInAttempt.address_key) == key, col(SignInAttempt.at) > now - PACE_WINDOW
        )
    ).scalar_one()
    if tries >= MOST_UNKNOWN:
        raise RuleBroken("Trop de codes essayés. Attendez cinq minutes, ou signez sur papier.")


def _first_mark(
    session: Session, room: Room, slot: CohortHalfDay, enrolment_id: int
) -> AttendanceMark:
    opened_by = session.get_one(SigningCode, room.code_id).created_by_id
    return AttendanceMark(
        half_day_id=slot.id or 0,
        enrolment_id=enrolment_id,
        status=USUAL[slot.setting],
        source=DataSource.LEARNER,
        recorded_by_id=opened_by,
    )


def _room(session: Session, code: SigningCode) -> Room:
    slot = session.get_one(CohortHalfDay, code.half_day_id)
    rows = session.execute(_group(slot)).all()
    signed = session.execute(
        select(col(AttendanceMark.enrolment_id)).where(
            col(AttendanceMark.half_day_id) == slot.id, col(AttendanceMark.signed_at).is_not(None)
        )
    ).scalars()
    return Room(
        code.id or 0,
        code.way,
        slot,
        [Signer(row[0], row[1], f"{row[2]} {row[3]} {row[4] or ''}") for row in rows],
        {row[0]: f"{row[2]} {row[4] or row[3]}" for row in rows},
        frozenset(signed),
    )


def _group(slot: CohortHalfDay) -> Any:
    return (
        select(
            col(Enrolment.id),
            col(Learner.born_on),
            col(Learner.first_names),
            col(Learner.birth_name),
            col(Learner.usage_name),
        )
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(
            col(Enrolment.cohort_id) == slot.cohort_id,
            col(Enrolment.enrolled_on) <= slot.held_on,
            col(Enrolment.left_on).is_(None) | (col(Enrolment.left_on) >= slot.held_on),
        )
        .order_by(col(Learner.sort_key), col(Learner.id))
    )


def _end_earlier(session: Session, slot: CohortHalfDay, way: SigningWay, now: datetime) -> None:
    rows = session.execute(
        select(SigningCode).where(
            col(SigningCode.half_day_id) == slot.id,
            col(SigningCode.way) == way,
            col(SigningCode.ended_at).is_(None),
        )
    ).scalars()
    for row in rows:
        row.ended_at = now


def _free_code(session: Session, way: SigningWay, now: datetime) -> str:
    while True:
        code = f"{secrets.randbelow(10 ** DIGITS[way]):0{DIGITS[way]}d}"
        taken = select(col(SigningCode.id)).where(
            col(SigningCode.code_hash) == _hash(code), col(SigningCode.expires_at) > now
        )
        if session.execute(taken).first() is None:
            return code


def _hash(code: str) -> str:
    return hmac.new(b"signing", code.encode(), hashlib.sha256).hexdigest()
