"""What people answered when they entered: most to all, some refused, a few were not asked."""

import random
from contextlib import suppress
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import supported_entities
from parcours.actions.entry_answers import Record, asks, record_answers
from parcours.actions.outcome_entries import entries_of
from parcours.domain.access import Actor
from parcours.domain.entry_questions import Answer, Question
from parcours.domain.errors import NotFound
from parcours.domain.supported_entities import Declaration, Declared, Entity
from parcours.domain.words import DataSource
from parcours.models import Agreement

SEED = 11
# One in so many answers yes.
YES_IN = {
    Question.DISABILITY: 9,
    Question.THIRD_COUNTRY: 5,
    Question.FOREIGN_BACKGROUND: 4,
    Question.HOUSING: 12,
    Question.RURAL: 6,
}


def tell_entries(session: Session, actor: Actor, agreement: Agreement, today: date) -> None:
    """The questionnaires of an agreement’s people, and what it declares of entities."""
    questions = asks(agreement)
    if not questions:
        return
    chance = random.Random(SEED)  # noqa: S311  invented answers, not secrets
    entries, _ = entries_of(session, agreement, today)
    for number, found in enumerate(entries.values()):
        enrolment = found[0][0]
        record = _record(chance, questions, enrolment.enrolled_on, today, number)
        # Every seventh was not asked yet.
        if number % 7 != 3:
            with suppress(NotFound):
                record_answers(session, actor, enrolment.id or 0, record, version=0, today=today)
    _declare(session, actor, agreement, today)


def _record(
    chance: random.Random,
    questions: tuple[Question, ...],
    entered_on: date,
    today: date,
    number: int,
) -> Record:
    answers: dict[Question, Answer | None] = {}
    for question in questions:
        is_yes = chance.randrange(YES_IN[question]) == 0
        answers[question] = Answer.YES if is_yes else Answer.NO
    if number % 5 == 1:
        answers[Question.DISABILITY] = Answer.REFUSED
    if number % 9 == 4:
        answers[Question.RURAL] = None
    asked_on = min(entered_on + timedelta(days=number % 4), today)
    return Record(asked_on, answers, DataSource.PAPER if number % 3 else DataSource.SCREEN)


def _declare(session: Session, actor: Actor, agreement: Agreement, today: date) -> None:
    declared_on = max(agreement.starts_on, today - timedelta(days=30))
    proof = "Conventions de stage signées avec chaque entreprise"
    supported_entities.declare(
        session,
        actor,
        agreement.id or 0,
        {
            Entity.ADMINISTRATION: Declaration(Declared.NOT_CONCERNED, declared_on),
            Entity.FIRM: Declaration(Declared.COUNTED, declared_on, 6, proof),
        },
        instruction=None,
        version=agreement.version,
        today=today,
    )
