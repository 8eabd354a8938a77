"""The rows an agreement’s figures are counted on, pseudonymised, as known on a day."""

import hashlib
import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.definitions import definition_on
from parcours.actions.exits import ExitRow as Left
from parcours.actions.leavers import is_registered, leaver_of
from parcours.actions.outcome_entries import Entries, entries_of, in_order
from parcours.actions.situations import situations_of
from parcours.domain.attendance import Mark, assiduity
from parcours.domain.indicators import Participant, age_at_entry
from parcours.domain.outcomes import ExitClass, SituationKind
from parcours.models import (
    Agreement,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Exit,
    ExitSituation,
    Learner,
    Step,
)
from parcours.models.cohorts import takes_place

PSEUDONYM_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
PSEUDONYM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a participant, held by the agreement’s organisation."""

    pseudonym: str
    kind: str
    title: str
    planned_start_on: date
    planned_end_on: date | None
    started_on: date | None
    ended_on: date | None
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class ExitRow:
    """An exit of a participant, as facts and by each rule."""

    pseudonym: str
    exited_on: date
    situation: str
    contract: str
    contract_starts_on: date | None
    contract_ends_on: date | None
    proof_seen_on: date | None
    related_to_training: bool | None
    iae: str
    gen: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a workbook is made of."""

    participants: list[Participant]
    steps: list[StepRow]
    exits: list[ExitRow]


def gather(session: Session, agreement: Agreement, *, as_of: date) -> Rows:
    """The rows of an agreement known on `as_of`: people once, by their first entry.

    The caller checked that the actor may see the agreement. Order: first entry, then learner.
    """
    entries, learners = entries_of(session, agreement, as_of)
    exits = _last_exits(session, agreement, list(entries), as_of)
    rates = _attendance(session, entries, as_of)
    order = in_order(entries)
    participants = [
        _participant(
            pseudonym(agreement, key),
            learners[key],
            entries[key],
            exits.get(key),
            rates.get(key),
            as_of,
        )
        for key in order
    ]
    return Rows(
        participants,
        _step_rows(session, agreement, order, as_of),
        [
            _exit_row(agreement, exits[key], person)
            for key, person in zip(order, participants, strict=True)
            if key in exits
        ],
    )


def counted(session: Session, agreement: Agreement, *, as_of: date) -> list[Participant]:
    """The participants as figures count them: pseudonym and attendance, never read, left out."""
    entries, learners = entries_of(session, agreement, as_of)
    exits = _last_exits(session, agreement, list(entries), as_of)
    return [
        _participant("", learners[key], entries[key], exits.get(key), None, as_of)
        for key in in_order(entries)
    ]


def pseudonym(agreement: Agreement, learner_id: int) -> str:
    """A name that is the same in every workbook of one agreement, and in no other."""
    digest = hmac.new(
        agreement.pseudonym_key.encode(), str(learner_id).encode(), hashlib.sha256
    ).digest()
    number, letters = int.from_bytes(digest, "big"), ""
    for _ in range(PSEUDONYM_LENGTH):
        number, rest = divmod(number, len(PSEUDONYM_LETTERS))
        letters += PSEUDONYM_LETTERS[rest]
    return f"P-{letters}"


def _last_exits(
    session: Session, agreement: Agreement, ids: list[int], as_of: date
) -> dict[int, Left]:
    rows = session.execute(
        select(Exit)
        .where(
            col(Exit.learner_id).in_(ids),
            col(Exit.organisation_id) == agreement.organisation_id,
            col(Exit.exited_on) >= agreement.starts_on,
            col(Exit.exited_on) <= as_of,
        )
        .order_by(col(Exit.exited_on), col(Exit.id))
    ).scalars()
    last = {row.learner_id: row for row in rows}
    told = situations_of(session, [row.id or 0 for row in last.values()], as_of=as_of)
    # An exit whose own situation is dated later, by a correction, is not known yet.
    return {key: Left(row, told[row.id or 0]) for key, row in last.items() if row.id in told}


def _attendance(session: Session, entries: Entries, as_of: date) -> dict[int, Fraction]:
    owners = {
        enrolment.id: learner_id for learner_id, rows in entries.items() for enrolment, _ in rows
    }
    marks: dict[int, list[Mark]] = defaultdict(list)
    for enrolment_id, status, minutes, late in session.execute(
        select(
            col(AttendanceMark.enrolment_id),
            col(AttendanceMark.status),
            col(CohortHalfDay.minutes),
            col(AttendanceMark.late_minutes),
        )
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .where(
            col(AttendanceMark.enrolment_id).in_(list(owners)),
            col(CohortHalfDay.held_on) <= as_of,
            takes_place(),
        )
    ):
        marks[owners[enrolment_id]].append(Mark(status, minutes, late))
    rates = {key: assiduity(rows) for key, rows in marks.items()}
    return {key: rate for key, rate in rates.items() if rate is not None}


def _participant(
    name: str,
    learner: Learner,
    entries: list[tuple[Enrolment, Cohort]],
    left: Left | None,
    rate: Fraction | None,
    as_of: date,
) -> Participant:
    first, last = entries[0][0], entries[-1]
    education = reference.education_levels().get(learner.education or "")
    status = reference.entry_statuses().get(learner.entry_status or "")
    indicators = status.extra["esf_indicators"] if status else ""
    classes = _classes(left, learner.entry_status, first.enrolled_on, as_of)
    left_on = last[0].left_on or (last[1].ends_on if last[1].ends_on <= as_of else None)
    return Participant(
        pseudonym=name,
        cohort=entries[0][1].name,
        gender=learner.gender.label if learner.gender else None,
        age=age_at_entry(learner.born_on, first.enrolled_on),
        education=education.label if education else None,
        education_indicator=(education.extra["esf_indicator"] or None) if education else None,
        entry_status=status.label if status else None,
        status_indicators=tuple(part for part in indicators.split(";") if part),
        receives_rsa=learner.receives_rsa,
        district=learner.qpv_status.label if learner.qpv_status else None,
        district_code=learner.qpv_code,
        entered_on=first.enrolled_on,
        left_on=left_on if left_on and left_on <= as_of else None,
        attendance=rate,
        exited_on=left.exit.exited_on if left else None,
        situation=_situation(left.first) if left else None,
        iae=classes.get("iae"),
        gen=classes.get("gen"),
    )


def _classes(
    left: Left | None, status: str | None, entered_on: date, as_of: date
) -> dict[str, ExitClass]:
    if left is None:
        return {}
    leaver = leaver_of(
        left.exit, left.situations, entered_on=entered_on, is_registered=is_registered(status)
    )
    return {
        code: definition_on(code, as_of).classify(leaver, as_of=as_of) for code in ("iae", "gen")
    }


def _step_rows(
    session: Session, agreement: Agreement, ids: list[int], as_of: date
) -> list[StepRow]:
    rows = session.execute(
        select(Step)
        .where(
            col(Step.learner_id).in_(ids),
            col(Step.organisation_id) == agreement.organisation_id,
            col(Step.cancelled_at).is_(None),
            col(Step.accepted_at).is_not(None),
            col(Step.planned_start_on) <= as_of,
        )
        .order_by(col(Step.planned_start_on), col(Step.id))
    ).scalars()
    place = {key: number for number, key in enumerate(ids)}
    return [
        StepRow(
            pseudonym(agreement, row.learner_id),
            row.kind.label,
            row.title,
            row.planned_start_on,
            row.planned_end_on,
            _known(row.started_on, as_of),
            _known(row.ended_on, as_of),
            row.hours,
        )
        for row in sorted(rows, key=lambda row: place[row.learner_id])
    ]


def _exit_row(agreement: Agreement, left: Left, person: Participant) -> ExitRow:
    row = left.first
    return ExitRow(
        pseudonym(agreement, row.learner_id),
        left.exit.exited_on,
        _situation(row),
        _label(reference.contract_types(), row.contract_type),
        row.contract_starts_on,
        row.contract_ends_on,
        row.proof_seen_on,
        row.related_to_training,
        person.iae.label if person.iae else "",
        person.gen.label if person.gen else "",
    )


def _situation(row: ExitSituation) -> str:
    """The situation; health, death and court decisions leave as « Retrait », nothing more."""
    item = reference.exit_types().get(row.situation or "")
    if item is not None and item.flag("sensitive"):
        return SituationKind.WITHDRAWN.label
    return _label(reference.exit_types(), row.situation)


def _label(codes: Any, code: str | None) -> str:
    return reference.label(codes, code) if code else "Non renseignée"


def _known(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None
