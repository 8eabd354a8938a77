"""What juries decided: one person or a whole cohort, corrected in sight, skills with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import certification_facts
from parcours.actions.skills import Said, evidence, take_back
from parcours.domain.access import Actor, Capability, require
from parcours.domain.certification import CERTIFIED_LEVEL, JuryOutcome, check_result
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.skills import EvidenceSource
from parcours.models import (
    Certification,
    CertificationBlock,
    Enrolment,
    JuryResult,
    Learner,
    ResultEvidence,
    SkillEvidence,
    visibility,
)

TAKEN_BACK = "Résultat de jury corrigé"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A jury: its day, the sheet, and the block it decides of; no block, the whole title."""

    certification_id: int
    block_id: int | None
    jury_on: date
    note: str | None = None


def record_result(
    session: Session,
    actor: Actor,
    learner_id: int,
    sitting: Sitting,
    outcome: JuryOutcome,
    *,
    today: date,
    cohort_id: int | None = None,
) -> JuryResult:
    """What a jury decided of one person; said again for the same day, it is a correction.

    An obtained block writes a certified level of each of its skills, a correction takes it back.
    Raises NotFound (a person, a title or a block out of sight), RuleBroken (days).
    """
    require(actor, Capability.ASSESS_SKILLS)
    learner = visibility.learner(session, actor, learner_id, today=today, lock=True)
    sheet = _sheet(session, actor, sitting)
    check_result(outcome, sitting.jury_on, learner.born_on, today=today)
    row = _known(session, actor, [learner_id], sitting).get(learner_id)
    if row is not None and row.outcome is outcome:
        return row
    return _write(session, actor, learner_id, sheet, sitting, outcome, row, cohort_id)


def record_jury(
    session: Session,
    actor: Actor,
    cohort_id: int,
    sitting: Sitting,
    outcomes: Mapping[int, JuryOutcome],
    *,
    today: date,
) -> int:
    """A jury’s decisions for people of a cohort at once; how many were new or changed.

    Raises NotFound (somebody who is not in the cohort), RuleBroken (nobody, days).
    """
    require(actor, Capability.ASSESS_SKILLS)
    visibility.cohort(session, actor, cohort_id)
    sheet = _sheet(session, actor, sitting)
    if not outcomes:
        raise RuleBroken("Choisissez un résultat pour une personne au moins.", field="outcome")
    for learner_id, born_on in _born(session, cohort_id, outcomes).items():
        check_result(outcomes[learner_id], sitting.jury_on, born_on, today=today)
    known = _known(session, actor, outcomes, sitting)
    changed = [
        (key, outcome)
        for key, outcome in sorted(outcomes.items())
        if key not in known or known[key].outcome is not outcome
    ]
    for key, outcome in changed:
        _write(session, actor, key, sheet, sitting, outcome, known.get(key), cohort_id)
    return len(changed)


def correct_result(
    session: Session,
    actor: Actor,
    result_id: int,
    outcome: JuryOutcome,
    jury_on: date,
    *,
    version: int,
    today: date,
) -> JuryResult:
    """Correct what was noted of a jury: its decision, its day.

    Raises NotFound (another organisation’s), EditConflict, RuleBroken (days, a day already noted).
    """
    require(actor, Capability.ASSESS_SKILLS)
    row = own_result(session, actor, result_id, today=today, lock=True)
    if row.version != version:
        raise EditConflict(
            theirs={"outcome": row.outcome, "jury_on": row.jury_on},
            mine={"outcome": outcome, "jury_on": jury_on},
            who="",
        )
    learner = session.get_one(Learner, row.learner_id)
    check_result(outcome, jury_on, learner.born_on, today=today)
    sitting = Sitting(row.certification_id, row.block_id, jury_on, row.note)
    other = _known(session, actor, [row.learner_id], sitting).get(row.learner_id)
    if other is not None and other.id != row.id:
        raise RuleBroken("Un résultat est déjà noté pour ce jury.", field="jury_on")
    sheet = session.get_one(Certification, row.certification_id)
    return _write(session, actor, row.learner_id, sheet, sitting, outcome, row, row.cohort_id)


def remove_result(
    session: Session, actor: Actor, result_id: int, *, version: int, today: date
) -> None:
    """Remove what was noted of the wrong person; the journal keeps it, its levels are taken back.

    Raises NotFound (another organisation’s), EditConflict.
    """
    require(actor, Capability.ASSESS_SKILLS)
    row = own_result(session, actor, result_id, today=today, lock=True)
    if row.version != version:
        raise EditConflict(theirs={"outcome": row.outcome}, mine={}, who="")
    _take_back(session, actor, row)
    audit.record(
        session,
        actor,
        "remove_result",
        "learner",
        row.learner_id,
        certification=row.certification_id,
        block=row.block_id,
        outcome=row.outcome.value,
        jury_on=row.jury_on.isoformat(),
    )
    session.delete(row)
    session.flush()


def own_result(
    session: Session, actor: Actor, result_id: int, *, today: date, lock: bool = False
) -> JuryResult:
    """A result one’s organisation noted of somebody it still sees, else NotFound."""
    statement = select(JuryResult).where(
        col(JuryResult.id) == result_id,
        col(JuryResult.organisation_id) == actor.organisation_id,
    )
    if lock:
        statement = statement.with_for_update()
    row: JuryResult | None = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound
    visibility.learner(session, actor, row.learner_id, today=today)
    return row


def _sheet(session: Session, actor: Actor, sitting: Sitting) -> Certification:
    sheet = certification_facts.sheet(session, actor, sitting.certification_id)
    if sitting.block_id is not None:
        block = session.get(CertificationBlock, sitting.block_id)
        if block is None or block.certification_id != sheet.id:
            raise NotFound
    return sheet


def _born(session: Session, cohort_id: int, people: Iterable[int]) -> dict[int, date]:
    ids = sorted(set(people))
    inside = select(col(Enrolment.learner_id)).where(col(Enrolment.cohort_id) == cohort_id)
    rows = session.execute(
        select(col(Learner.id), col(Learner.born_on))
        .where(col(Learner.id).in_(ids), col(Learner.id).in_(inside))
        .order_by(col(Learner.id))
        # Two who enter the same jury at once: the second finds what the first one noted.
        .with_for_update(of=Learner)
    ).all()
    if len(rows) != len(ids):
        raise NotFound
    return {row[0] or 0: row[1] for row in rows}


def _known(
    session: Session, actor: Actor, people: Iterable[int], sitting: Sitting
) -> dict[int, JuryResult]:
    """What one’s organisation noted already of the same jury, by person."""
    about = (
        col(JuryResult.block_id) == sitting.block_id
        if sitting.block_id is not None
        else col(JuryResult.block_id).is_(None)
    )
    rows = session.execute(
        select(JuryResult).where(
            col(JuryResult.learner_id).in_(sorted(set(people))),
            col(JuryResult.organisation_id) == actor.organisation_id,
            col(JuryResult.certification_id) == sitting.certification_id,
            about,
            col(JuryResult.jury_on) == sitting.jury_on,
        )
    ).scalars()
    return {row.learner_id: row for row in rows}


def _write(
    session: Session,
    actor: Actor,
    learner_id: int,
    sheet: Certification,
    sitting: Sitting,
    outcome: JuryOutcome,
    row: JuryResult | None,
    cohort_id: int | None,
) -> JuryResult:
    row = _kept(session, actor, learner_id, sitting, outcome, row, cohort_id)
    session.flush()
    if outcome is JuryOutcome.OBTAINED:
        _certify(session, actor, row, sheet)
    audit.record(
        session,
        actor,
        "jury",
        "learner",
        learner_id,
        certification=sheet.id,
        block=sitting.block_id,
        outcome=outcome.value,
    )
    return row


def _kept(
    session: Session,
    actor: Actor,
    learner_id: int,
    sitting: Sitting,
    outcome: JuryOutcome,
    row: JuryResult | None,
    cohort_id: int | None,
) -> JuryResult:
    """The row of a decision: a new one, or the one it corrects."""
    if row is None:
        row = JuryResult(
            learner_id=learner_id,
            certification_id=sitting.certification_id,
            block_id=sitting.block_id,
            outcome=outcome,
            jury_on=sitting.jury_on,
            cohort_id=cohort_id,
            note=sitting.note,
            organisation_id=actor.organisation_id,
            created_by_id=actor.account_id,
        )
        session.add(row)
    else:
        _take_back(session, actor, row)
        row.outcome, row.jury_on, row.version = outcome, sitting.jury_on, row.version + 1
        row.note = sitting.note or row.note
    return row


def _certify(session: Session, actor: Actor, row: JuryResult, sheet: Certification) -> None:
    """A certified level of each skill the block, or the whole title, is about."""
    skills = certification_facts.skills_of(session, sheet, row.block_id)
    what = sheet.code
    if row.block_id is not None:
        what = session.get_one(CertificationBlock, row.block_id).code
    said = Said(row.jury_on, EvidenceSource.CERTIFIED, note=f"Jury : {what}")
    values = [evidence(actor, row.learner_id, skill, CERTIFIED_LEVEL, said) for skill in skills]
    if not values:
        return
    made = session.execute(insert(SkillEvidence).returning(col(SkillEvidence.id)), values)
    session.add_all(
        ResultEvidence(result_id=row.id or 0, evidence_id=number or 0) for number in made.scalars()
    )
    session.flush()


def _take_back(session: Session, actor: Actor, row: JuryResult) -> None:
    """The levels a result gave count no more; they stay written."""
    ids = session.execute(
        select(col(ResultEvidence.evidence_id)).where(col(ResultEvidence.result_id) == row.id)
    ).scalars()
    take_back(session, actor, list(ids), reason=TAKEN_BACK)
    session.execute(delete(ResultEvidence).where(col(ResultEvidence.result_id) == row.id))
