"""Deciding of candidates: admitting enrols, waiting keeps an order, a place freed is proposed.

Nobody is decided of by a rule: each decision is a person’s, with a reason, and stays in the
history when another replaces it. Source: product, feature 22.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import cohort_places, cohorts, relay_answers
from parcours.actions.candidate_facts import locked, relay_of, tell
from parcours.actions.relay_facts import Speaker
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.domain.relays import DeclineReason
from parcours.domain.selection import (
    CandidateAct,
    Decision,
    DecisionReason,
    check_decision,
    check_window,
    moved,
)
from parcours.domain.words import DataSource
from parcours.models import Candidate, Cohort, Enrolment, visibility

NOT_OPEN = (
    "Le dossier de {count} n’est plus ouvert à votre structure : demandez un accord de partage ou "
    "un nouveau relais."
)
# What a decision answers to the partner whose relay waits; any other is « autre raison ».
_DECLINED = {
    DecisionReason.CONDITIONS: DeclineReason.NOT_ELIGIBLE,
    DecisionReason.PREREQUISITES: DeclineReason.NOT_ELIGIBLE,
    DecisionReason.UNAVAILABLE: DeclineReason.DATES,
    DecisionReason.UNREACHABLE: DeclineReason.UNREACHABLE,
    DecisionReason.COHORT_FULL: DeclineReason.NO_PLACE,
    DecisionReason.FOUND_JOB: DeclineReason.OTHER_SOLUTION,
    DecisionReason.OTHER_TRAINING: DeclineReason.OTHER_SOLUTION,
    DecisionReason.CHANGED_MIND: DeclineReason.PERSON_DECLINES,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with its reason from the list, and words."""

    decision: Decision
    reason: DecisionReason | None
    words: str | None = None


def set_window(
    session: Session,
    actor: Actor,
    cohort_id: int,
    *,
    opens_on: date | None,
    closes_on: date | None,
    version: int,
) -> Cohort:
    """Say when people may apply to a cohort (EditConflict when somebody changed it since)."""
    require(actor, Capability.MANAGE_COHORTS)
    visibility.cohort(session, actor, cohort_id)
    cohort = cohorts.lock(session, cohort_id)
    if cohort.version != version:
        theirs = {
            "opens_on": cohort.applications_open_on,
            "closes_on": cohort.applications_close_on,
        }
        raise EditConflict(theirs={**theirs}, mine={}, who="")
    check_window(opens_on, closes_on, ends_on=cohort.ends_on)
    cohort.applications_open_on, cohort.applications_close_on = opens_on, closes_on
    cohort.version += 1
    session.flush()
    audit.record(session, actor, "set_window", "cohort", cohort_id)
    return cohort


def decide(
    session: Session,
    actor: Actor,
    cohort_id: int,
    versions: Mapping[int, int],
    judgement: Judgement,
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> int:
    """Decide of candidates, all or none: admitting takes a place, or says that there is none.

    `versions` are the candidates as they were read. Raises RuleBroken (no place left, reason),
    EditConflict (somebody wrote about one of them since), NotFound.
    """
    require(actor, Capability.MANAGE_COHORTS)
    check_decision(judgement.decision, judgement.reason, judgement.words)
    if looks_like_nir(judgement.words or ""):
        raise RuleBroken("Un numéro de sécurité sociale ne s’écrit nulle part.", field="words")
    visibility.cohort(session, actor, cohort_id)
    cohort = cohorts.lock(session, cohort_id)
    rows = locked(session, actor, cohort_id, versions)
    for row in rows:
        _leave(session, actor, cohort, row, judgement, today)
        if judgement.decision is Decision.ADMITTED:
            _admit(session, actor, row, judgement, today=today, source=source)
        elif judgement.decision is not Decision.WAITING:
            _answer_relay(session, actor, row, judgement, today)
        _write(session, actor, row, judgement, today)
        session.flush()
        tell(session, actor, row, CandidateAct.DECIDED, today=today, words=judgement.words)
    session.flush()
    return len(rows)


def reopen(
    session: Session, actor: Actor, candidate_id: int, *, words: str, version: int, today: date
) -> Candidate:
    """Take a decision back, saying why: a place it took is free again."""
    require(actor, Capability.MANAGE_COHORTS)
    cohort, row = _locked(session, actor, candidate_id, version)
    if row.decision is None:
        raise RuleBroken("Rien n’est décidé pour cette personne.")
    if not words.strip():
        raise RuleBroken("Dites pourquoi la décision est retirée.", field="why")
    if row.decision is Decision.ADMITTED:
        cohort_places.give_back_place(
            session, actor, cohort, row.learner_id, reason=words.strip()[:200], today=today
        )
    row.decision = row.reason = row.words = row.decided_on = row.decided_by_id = None
    row.rank = row.offered_on = None
    row.version += 1
    session.flush()
    _close_ranks(session, cohort.id or 0)
    tell(session, actor, row, CandidateAct.REOPENED, today=today, words=words.strip())
    return row


def offer_place(
    session: Session, actor: Actor, candidate_id: int, *, version: int, today: date
) -> Candidate:
    """Note that a freed place was proposed to somebody who waits; they are not admitted by it."""
    require(actor, Capability.MANAGE_COHORTS)
    cohort, row = _locked(session, actor, candidate_id, version)
    if row.decision is not Decision.WAITING:
        raise RuleBroken("Cette personne n’est pas sur la liste d’attente.")
    if cohorts.places_left(session, cohort) < 1:
        raise RuleBroken(f"Les {cohort.capacity} places de la promotion sont prises.")
    row.offered_on = today
    row.version += 1
    tell(session, actor, row, CandidateAct.PLACE_OFFERED, today=today)
    session.flush()
    return row


def move_in_queue(
    session: Session, actor: Actor, candidate_id: int, *, to: int, version: int, today: date
) -> Candidate:
    """Put somebody at another place of the waiting list; the others keep their order."""
    require(actor, Capability.MANAGE_COHORTS)
    cohort, row = _locked(session, actor, candidate_id, version)
    if row.decision is not Decision.WAITING:
        raise RuleBroken("Cette personne n’est pas sur la liste d’attente.", field="rank")
    queue = _queue(session, cohort.id or 0)
    _number(queue, moved([item.id or 0 for item in queue], candidate_id, to))
    row.version += 1
    session.flush()
    tell(session, actor, row, CandidateAct.MOVED, today=today)
    return row


def _leave(
    session: Session,
    actor: Actor,
    cohort: Cohort,
    row: Candidate,
    judgement: Judgement,
    today: date,
) -> None:
    """What the decision before held is given back: a place, or a rank."""
    if row.decision is Decision.ADMITTED and judgement.decision is not Decision.ADMITTED:
        label = judgement.reason.label if judgement.reason else ""
        reason = f"{judgement.decision.label} : {label}"[:200]
        cohort_places.give_back_place(
            session, actor, cohort, row.learner_id, reason=reason, today=today
        )


def _admit(
    session: Session,
    actor: Actor,
    row: Candidate,
    judgement: Judgement,
    *,
    today: date,
    source: DataSource,
) -> None:
    if _has_place(session, row):
        return
    if relay := relay_of(session, row, today):
        relay_answers.accept(
            session,
            relay.id or 0,
            Speaker.of(actor),
            starts_on=None,
            ends_on=None,
            words=judgement.words,
            today=today,
        )
        return
    try:
        cohorts.enrol(session, actor, row.cohort_id, row.learner_id, today=today, source=source)
    except NotFound:
        raise RuleBroken(NOT_OPEN.format(count="cette personne")) from None


def _answer_relay(
    session: Session, actor: Actor, row: Candidate, judgement: Judgement, today: date
) -> None:
    """The partner who proposed the person is told, and looks elsewhere."""
    relay = relay_of(session, row, today)
    if relay is None or judgement.reason is None:
        return
    reason = _DECLINED.get(judgement.reason, DeclineReason.OTHER)
    words = judgement.words or judgement.reason.label
    relay_answers.decline(
        session, relay.id or 0, Speaker.of(actor), reason=reason, words=words, today=today
    )


def _write(
    session: Session, actor: Actor, row: Candidate, judgement: Judgement, today: date
) -> None:
    was_waiting = row.decision is Decision.WAITING
    if judgement.decision is Decision.WAITING:
        row.rank = row.rank or len(_queue(session, row.cohort_id)) + 1
    else:
        row.rank = row.offered_on = None
    row.decision, row.reason, row.words = judgement.decision, judgement.reason, judgement.words
    row.decided_on, row.decided_by_id = today, actor.account_id
    row.version += 1
    session.flush()
    if was_waiting and row.rank is None:
        _close_ranks(session, row.cohort_id)


def _locked(
    session: Session, actor: Actor, candidate_id: int, version: int
) -> tuple[Cohort, Candidate]:
    """The cohort first, then the candidate: the order every decision locks them in."""
    cohort_id = visibility.candidate(session, actor, candidate_id).cohort_id
    cohort = cohorts.lock(session, cohort_id)
    return cohort, locked(session, actor, cohort_id, {candidate_id: version})[0]


def _has_place(session: Session, row: Candidate) -> bool:
    found = select(col(Enrolment.id)).where(
        col(Enrolment.cohort_id) == row.cohort_id,
        col(Enrolment.learner_id) == row.learner_id,
        col(Enrolment.left_on).is_(None),
    )
    return session.execute(found).first() is not None


def _queue(session: Session, cohort_id: int) -> list[Candidate]:
    statement = (
        select(Candidate)
        .where(col(Candidate.cohort_id) == cohort_id, col(Candidate.rank).is_not(None))
        .order_by(col(Candidate.rank), col(Candidate.id))
    )
    return list(session.execute(statement).scalars())


def _close_ranks(session: Session, cohort_id: int) -> None:
    queue = _queue(session, cohort_id)
    _number(queue, [row.id or 0 for row in queue])


def _number(queue: Sequence[Candidate], order: Sequence[int]) -> None:
    places = {number: place for place, number in enumerate(order, start=1)}
    for row in queue:
        row.rank = places[row.id or 0]
