"""Candidates of a cohort: who applies, and what is noted of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.candidate_facts import check_versions, tell
from parcours.actions.cohorts import lock as lock_cohort
from parcours.actions.pathways import current_pathway, open_pathway
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.domain.selection import (
    CandidateAct,
    Origin,
    check_grade,
    check_mark,
    is_window_open,
)
from parcours.domain.words import DataSource
from parcours.models import (
    Candidate,
    CandidateGrade,
    CandidateMark,
    Cohort,
    Enrolment,
    visibility,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a test, on its own scale when it is known."""

    label: str
    value: Decimal
    out_of: Decimal | None = None
    taken_on: date | None = None


Grades = Mapping[str, tuple[int, str | None]]


def apply_for(
    session: Session,
    actor: Actor,
    cohort_id: int,
    learner_id: int,
    *,
    today: date,
    applied_on: date | None = None,
    origin: Origin = Origin.OWN,
    words: str | None = None,
) -> Candidate:
    """Somebody one sees asks to enter a cohort of one’s organisation.

    A pathway opens with the candidacy when none is, so that whoever does not enter is seen among
    the breaks. Raises RuleBroken: already there, window closed on the day they applied.
    """
    require(actor, Capability.SELECT_CANDIDATES)
    visibility.cohort(session, actor, cohort_id)
    # The cohort before the learner, as whoever gives a place does: two who write never wait for
    # each other.
    cohort = lock_cohort(session, cohort_id)
    day = applied_on or today
    if day > today:
        raise RuleBroken("Cette candidature est datée de l’avenir.", field="applied_on")
    _check_window(cohort, day)
    learner = visibility.learner(session, actor, learner_id, today=today, lock=True)
    _check_new(session, cohort_id, learner_id)
    pathway = current_pathway(session, learner)
    if pathway is None or pathway.closed_on is not None:
        after = pathway.closed_on if pathway and pathway.closed_on else day
        opened_on = min(max(day, after), today)
        open_pathway(session, actor, learner, opened_on=opened_on, programme_id=cohort.programme_id)
    row = Candidate(
        cohort_id=cohort_id,
        learner_id=learner_id,
        origin=origin,
        applied_on=day,
        created_by_id=actor.account_id,
    )
    return _store(session, actor, row, today, words)


def take_from_relay(
    session: Session, actor: Actor, cohort_id: int, relay_id: int, *, today: date
) -> Candidate:
    """The person of a relay proposed for a cohort becomes one of its candidates.

    The relay still waits for its answer: deciding of the candidate gives it.
    """
    require(actor, Capability.SELECT_CANDIDATES)
    visibility.cohort(session, actor, cohort_id)
    lock_cohort(session, cohort_id)
    relay = visibility.relay(session, actor, relay_id, today=today, lock=True)
    if relay.cohort_id != cohort_id or relay.answer is not None or relay.expires_on < today:
        raise RuleBroken("Ce relais n’attend pas de réponse pour cette promotion.")
    _check_new(session, cohort_id, relay.learner_id)
    row = Candidate(
        cohort_id=cohort_id,
        learner_id=relay.learner_id,
        relay_id=relay_id,
        origin=Origin.RELAY,
        applied_on=relay.sent_on,
        created_by_id=actor.account_id,
    )
    return _store(session, actor, row, today)


def note_file(
    session: Session,
    actor: Actor,
    candidate_id: int,
    grades: Grades,
    marks: Sequence[Mark] = (),
    *,
    version: int,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> Candidate:
    """Note criteria from 0 to 3 with words, and the marks of tests; what was noted before stays.

    Raises EditConflict when somebody noted something since, RuleBroken.
    """
    require(actor, Capability.SELECT_CANDIDATES)
    row = visibility.candidate(session, actor, candidate_id, lock=True)
    check_versions([row], {candidate_id: version})
    _check_notes(grades, marks, today)
    for code, (level, words) in grades.items():
        session.add(
            CandidateGrade(
                candidate_id=candidate_id,
                criterion=code,
                level=level,
                words=words,
                source=source,
                created_by_id=actor.account_id,
            )
        )
    for mark in marks:
        _add_mark(session, actor, row, mark, source)
    row.version += 1
    session.flush()
    audit.record(session, actor, "note", "candidate", row.id, learner_id=row.learner_id)
    return row


def _add_mark(
    session: Session, actor: Actor, row: Candidate, mark: Mark, source: DataSource
) -> None:
    session.add(
        CandidateMark(
            candidate_id=row.id or 0,
            label=mark.label,
            value=mark.value,
            out_of=mark.out_of,
            taken_on=mark.taken_on,
            source=source,
            created_by_id=actor.account_id,
        )
    )


def _store(
    session: Session, actor: Actor, row: Candidate, today: date, words: str | None = None
) -> Candidate:
    session.add(row)
    session.flush()
    tell(session, actor, row, CandidateAct.APPLIED, today=today, words=words)
    return row


def _check_window(cohort: Cohort, day: date) -> None:
    if not is_window_open(cohort.applications_open_on, cohort.applications_close_on, day):
        raise RuleBroken(
            "Les candidatures ne sont pas ouvertes à cette date : changez la période de "
            "candidature, ou la date de cette candidature.",
            field="applied_on",
        )


def _check_new(session: Session, cohort_id: int, learner_id: int) -> None:
    for table in (Candidate, Enrolment):
        same = select(col(table.id)).where(
            col(table.cohort_id) == cohort_id, col(table.learner_id) == learner_id
        )
        if session.execute(same).first():
            where = "candidate à" if table is Candidate else "inscrite dans"
            raise RuleBroken(f"Cette personne est déjà {where} cette promotion.", field="learner")


def _check_notes(grades: Grades, marks: Sequence[Mark], today: date) -> None:
    if not grades and not marks:
        raise RuleBroken("Notez un critère ou un test au moins.")
    for level, words in grades.values():
        check_grade(level)
        if looks_like_nir(words or ""):
            raise RuleBroken("Un numéro de sécurité sociale ne s’écrit nulle part.")
    for mark in marks:
        check_mark(mark.value, mark.out_of)
        if mark.taken_on is not None and mark.taken_on > today:
            raise RuleBroken("Ce test est daté de l’avenir.", field="taken_on")
