"""Row sheets beside *Participants*: steps, exits and follow-ups, candidates, half-days."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.follow_ups import delays, follow_ups_of, tries_of
from parcours.actions.outcome_columns import hours, label_of, situation_label
from parcours.actions.outcome_entries import SOME, told
from parcours.actions.outcome_hours import half_days
from parcours.actions.outcome_rows import Facts
from parcours.actions.pseudonyms import pseudonym
from parcours.actions.situations import CHUNK, facts_of
from parcours.domain.attendance import Mark
from parcours.domain.follow_ups import FollowUpFacts, State, Try, kept_job, state
from parcours.domain.indicators import UNTOLD
from parcours.models import (
    Agreement,
    AgreementCohort,
    Candidate,
    Cohort,
    ExitSituation,
    FollowUp,
    FollowUpTry,
    Step,
)
from parcours.sheets.writing import Column

PERSON = Column("Participant", width=14)
STEPS = (
    PERSON,
    Column("Nature", width=24),
    Column("Étape", width=40),
    Column("Début prévu", "date", 12),
    Column("Fin prévue", "date", 12),
    Column("Début réel", "date", 12),
    Column("Fin réelle", "date", 12),
    Column("Heures", "decimal", 10),
)
EXITS = (
    PERSON,
    Column("Ligne", width=22),
    Column("Date", "date", 12),
    Column("État", width=20),
    Column("Situation", width=40),
    Column("Contrat", width=30),
    Column("Début du contrat", "date", 12),
    Column("Fin du contrat", "date", 12),
    Column("Heures par semaine", "decimal", 10),
    Column("Justificatif vu le", "date", 12),
    Column("En lien avec la formation", width=14),
    Column("Même employeur", width=14),
)
CANDIDATES = {
    "person": PERSON,
    "cohort": Column("Promotion", width=34),
    "gender": Column("Genre"),
    "origin": Column("Origine", width=26),
    "applied_on": Column("Candidature", "date", 12),
    "decision": Column("Décision", width=18),
    "decided_on": Column("Décidée le", "date", 12),
}
HALF_DAYS = (
    PERSON,
    Column("Date", "date", 12),
    Column("Demi-journée", width=14),
    Column("Heures prévues", "decimal", 10),
    Column("Relevé", width=14),
    Column("Heures suivies", "decimal", 10),
    Column("Motif d’absence", width=30),
)
OPEN = "En cours"
HELD = (
    select(Step)
    .where(
        col(Step.learner_id).in_(SOME),
        # By person, not by holder: see SOME_ENTRIES.
        col(Step.organisation_id) + 0 == bindparam("holder"),
        col(Step.cancelled_at).is_(None),
        col(Step.accepted_at).is_not(None),
        col(Step.planned_start_on) <= bindparam("as_of"),
    )
    .order_by(col(Step.planned_start_on), col(Step.id))
)
ASKED = (
    select(Candidate, col(Cohort.name))
    .join(Cohort, col(Cohort.id) == col(Candidate.cohort_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
    .where(
        col(AgreementCohort.agreement_id) == bindparam("agreement"),
        col(Candidate.applied_on) <= bindparam("as_of"),
    )
    .order_by(col(Candidate.applied_on), col(Candidate.id))
)


def step_rows(
    session: Session, agreement: Agreement, people: Sequence[Facts], as_of: date
) -> list[tuple[Any, ...]]:
    """Steps of a chunk of participants held by the agreement’s organisation, person by person."""
    by_person: dict[int, list[Step]] = defaultdict(list)
    chunk = [item.learner.id or 0 for item in people]
    for row in session.execute(HELD, told(agreement, as_of, chunk)).scalars():
        by_person[row.learner_id].append(row)
    return [
        (
            item.pseudonym,
            row.kind.label,
            row.title,
            row.planned_start_on,
            row.planned_end_on,
            _known(row.started_on, as_of),
            _known(row.ended_on, as_of),
            row.hours,
        )
        for item in people
        for row in by_person[item.learner.id or 0]
    ]


def exit_rows(session: Session, people: Sequence[Facts], as_of: date) -> list[tuple[Any, ...]]:
    """Each exit, what was said since, and each follow-up with where it stood on the day."""
    exits = [item.left.exit.id or 0 for item in people if item.left]
    planned, tried = _follow_ups(session, exits, as_of)
    rows: list[tuple[Any, ...]] = []
    for item in people:
        if item.left is None:
            continue
        said = item.left.situations
        answers = {row.follow_up_id or 0: row for row in said if row.follow_up_id is not None}
        for row in said:
            if row.follow_up_id is None:
                name = "Sortie" if row is item.left.first else "Situation signalée"
                rows.append(_said(item, name, row.observed_on, row))
        for follow_up in planned[item.left.exit.id or 0]:
            answer = answers.get(follow_up.id or 0)
            where = _state(follow_up, tried[follow_up.id or 0], answer, as_of)
            name = f"Suivi : {reference.label(reference.follow_up_delays(), follow_up.delay)}"
            kept = kept_job(facts_of(item.left.first), facts_of(answer)) if answer else None
            rows.append(_said(item, name, follow_up.due_on, answer, where.label, kept))
    return rows


def candidate_rows(
    session: Session, agreement: Agreement, genders: Mapping[str, str], as_of: date
) -> Iterator[tuple[Any, ...]]:
    """Who asked to enter the cohorts, and the last decision up to the day.

    `genders`: of those who entered, by pseudonym.
    """
    for row, cohort in session.execute(ASKED, told(agreement, as_of)):
        name = pseudonym(agreement, row.learner_id)
        is_decided = row.decided_on is not None and row.decided_on <= as_of
        yield (
            name,
            cohort,
            genders.get(name, UNTOLD),
            row.origin.label,
            row.applied_on,
            row.decision.label if is_decided else OPEN,
            row.decided_on if is_decided else None,
        )


def genders_of(people: Sequence[Facts]) -> dict[str, str]:
    """The gender each of them says, by pseudonym."""
    return {item.pseudonym: item.learner.gender.label for item in people if item.learner.gender}


def half_day_rows(
    session: Session, agreement: Agreement, names: Mapping[int, str], as_of: date
) -> Iterator[tuple[Any, ...]]:
    """Every half-day recorded, one line each, as they are read; `names` by learner."""
    reasons = reference.absence_reasons()
    for key, on, half, planned, status, late, reason in half_days(session, agreement, as_of):
        if key in names:
            done = Mark(status, planned, late).minutes
            yield (names[key], on, half.label, hours(planned), status.label, hours(done),
                   reference.label(reasons, reason) or None)  # fmt: skip


def _follow_ups(
    session: Session, exits: list[int], as_of: date
) -> tuple[dict[int, list[FollowUp]], dict[int, list[FollowUpTry]]]:
    planned: dict[int, list[FollowUp]] = defaultdict(list)
    tried: dict[int, list[FollowUpTry]] = defaultdict(list)
    for start in range(0, len(exits), CHUNK):
        rows = follow_ups_of(session, *exits[start : start + CHUNK])
        for row in rows:
            planned[row.exit_id].append(row)
        for attempt in tries_of(session, [row.id or 0 for row in rows]):
            if attempt.tried_on <= as_of:
                tried[attempt.follow_up_id].append(attempt)
    return planned, tried


def _state(
    row: FollowUp, tries: list[FollowUpTry], answer: ExitSituation | None, as_of: date
) -> State:
    facts = FollowUpFacts(
        row.opens_on,
        row.closes_on,
        delays()[row.delay].tries,
        tuple(Try(item.tried_on, item.outcome) for item in tries),
        is_answered=answer is not None,
        is_cancelled=row.outcome is State.CANCELLED,
    )
    return state(facts, as_of)


def _said(
    item: Facts,
    name: str,
    on: date,
    row: ExitSituation | None,
    where: str | None = None,
    kept: bool | None = None,
) -> tuple[Any, ...]:
    if row is None:
        return (item.pseudonym, name, on, where, *[None] * 8)
    return (
        item.pseudonym,
        name,
        on,
        where,
        situation_label(row),
        label_of(reference.contract_types(), row.contract_type),
        row.contract_starts_on,
        row.contract_ends_on,
        row.weekly_hours,
        row.proof_seen_on,
        row.related_to_training,
        kept,
    )


def _known(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None
