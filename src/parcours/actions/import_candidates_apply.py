"""Writing a planned list of candidates through the same verbs as the screens."""

from datetime import date

from sqlmodel import Session

from parcours.actions import candidates, information_meetings, selection
from parcours.actions.import_candidates import CandidatePayload
from parcours.actions.import_learners_apply import fill, person
from parcours.actions.import_plans import Plan, Verdict
from parcours.domain.access import Actor
from parcours.domain.intake_record import LearnerRow
from parcours.domain.selection import DecisionReason, Origin
from parcours.domain.words import DataSource
from parcours.models import Candidate, Cohort, Learner


def apply_candidates(
    session: Session, actor: Actor, cohort: Cohort, plan: Plan, *, today: date
) -> None:
    """Write what the plan says: the people first seen, their candidacy, its notes and decision."""
    made: dict[int, Learner] = {}
    entered: dict[int, Candidate] = {}
    for fate in plan.rows:
        if fate.verdict in {Verdict.REJECTED, Verdict.TO_DECIDE} or fate.payload is None:
            continue
        payload: CandidatePayload = fate.payload
        learner = person(session, actor, payload.person, made, today)
        made[fate.row] = learner
        if payload.is_past:
            continue
        fill(session, actor, payload.person, learner, today)
        row = payload.stored or entered.get(learner.id or 0)
        if row is None:
            row = _apply_for(session, actor, cohort, learner, payload, today)
        entered[learner.id or 0] = row
        _tell(session, actor, row, payload, today)


def _apply_for(
    session: Session,
    actor: Actor,
    cohort: Cohort,
    learner: Learner,
    payload: CandidatePayload,
    today: date,
) -> Candidate:
    return candidates.apply_for(
        session,
        actor,
        cohort.id or 0,
        learner.id or 0,
        today=today,
        applied_on=payload.read.applied_on,
        origin=Origin.IMPORT,
        words=_words(payload.person.row),
    )


def _tell(
    session: Session, actor: Actor, row: Candidate, payload: CandidatePayload, today: date
) -> None:
    number, cohort_id = row.id or 0, row.cohort_id
    if payload.read.meeting is not None and row.meeting is None:
        versions, meeting = {number: row.version}, payload.read.meeting
        information_meetings.note_meeting(session, actor, cohort_id, versions, meeting, today=today)
    marks = [candidates.Mark(mark.label, mark.value, mark.out_of) for mark in payload.marks]
    if marks or payload.grades:
        grades = {code: (level, None) for code, level in payload.grades.items()}
        candidates.note_file(
            session,
            actor,
            number,
            grades,
            marks,
            version=row.version,
            today=today,
            source=DataSource.IMPORT,
        )
    if payload.decision is not None and row.decision is None:
        judgement = selection.Judgement(
            payload.decision, DecisionReason.FROM_FILE, payload.read.words
        )
        selection.decide(
            session,
            actor,
            cohort_id,
            {number: row.version},
            judgement,
            today=today,
            source=DataSource.IMPORT,
        )


def _words(row: LearnerRow) -> str | None:
    other = [f"autre téléphone : {row.other_phone}"] if row.other_phone else []
    return " ; ".join(filter(None, [row.observations, *row.notes, *other])) or None
