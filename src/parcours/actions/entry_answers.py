"""What FSE+ asks at entry: recording and correcting answers, erasing them, reading them.

They are kept by the organisation that holds the cohort, for its agreements that ask for FSE+ and
for no other use: no list, no search, no matching and no partner reads them. The journal says that
answers were written or read, and never what they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.entry_questions import (
    Answer,
    Question,
    changed,
    check_answers,
    questions_for,
)
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.words import DataSource
from parcours.models import (
    Account,
    Agreement,
    AgreementCohort,
    Cohort,
    Enrolment,
    EntryAnswerChange,
    EntryAnswers,
    visibility,
)
from parcours.models.base import utc_now

SUBJECT = "entry_answers"
FSE = "fse"
NOBODY_ASKS = (
    "Aucune convention de votre structure ne demande ces réponses pour cette entrée : ne les "
    "recueillez pas."
)
ASKING: Any = (
    select(col(Agreement.outputs), col(Agreement.minority_instruction))
    .join(AgreementCohort, col(AgreementCohort.agreement_id) == col(Agreement.id))
    .where(
        col(AgreementCohort.cohort_id) == bindparam("cohort"),
        col(Agreement.organisation_id) == bindparam("org"),
        col(Agreement.starts_on) <= bindparam("until"),
        col(Agreement.ends_on) >= bindparam("since"),
    )
)
KNOWN: Any = select(EntryAnswers).where(
    col(EntryAnswers.enrolment_id).in_(bindparam("chunk", expanding=True)),
    col(EntryAnswers.asked_on) <= bindparam("as_of"),
)


# The entries of a person into cohorts of one’s organisation that an agreement covers.
ENTRIES: Any = (
    select(
        col(Enrolment.id),
        col(Enrolment.enrolled_on),
        col(Cohort.name),
        col(Agreement.outputs),
        col(Agreement.minority_instruction),
        EntryAnswers,
    )
    .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
    .join(Agreement, col(Agreement.id) == col(AgreementCohort.agreement_id))
    .outerjoin(EntryAnswers, col(EntryAnswers.enrolment_id) == col(Enrolment.id))
    .where(
        col(Enrolment.learner_id) == bindparam("learner"),
        col(Cohort.organisation_id) == bindparam("org"),
        col(Agreement.organisation_id) == bindparam("org"),
        col(Agreement.starts_on) <= col(Enrolment.enrolled_on),
        col(Agreement.ends_on) >= col(Enrolment.enrolled_on),
    )
    .order_by(col(Enrolment.enrolled_on).desc(), col(Enrolment.id).desc())
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose answers an agreement asks for: how many are still to be asked."""

    enrolment_id: int
    entered_on: date
    cohort: str
    missing: int
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody answered and when; no day keeps that of before, or is today."""

    asked_on: date | None = None
    answers: Mapping[Question, Answer | None] = field(default_factory=dict)
    source: DataSource = DataSource.SCREEN


def asks(agreement: Agreement) -> tuple[Question, ...]:
    """The questions an agreement asks at entry: none unless it expects FSE+ figures."""
    if FSE not in agreement.outputs:
        return ()
    return questions_for(has_instruction=bool(agreement.minority_instruction))


def asked_in(
    session: Session, cohort_id: int, organisation_id: int, *, since: date, until: date
) -> tuple[Question, ...]:
    """The questions the agreements over a cohort ask of who enters between two days."""
    rows = session.execute(
        ASKING, {"cohort": cohort_id, "org": organisation_id, "since": since, "until": until}
    )
    instructions = [instruction for outputs, instruction in rows if FSE in outputs]
    return questions_for(has_instruction=any(instructions)) if instructions else ()


def asked_of(session: Session, actor: Actor, enrolment: Enrolment) -> tuple[Question, ...]:
    """The questions asked of one entry; none when no agreement needs them."""
    on = enrolment.enrolled_on
    return asked_in(session, enrolment.cohort_id, actor.organisation_id, since=on, until=on)


def entries_of(session: Session, actor: Actor, learner_id: int) -> list[Entry]:
    """The entries of a person the caller opened whose answers are asked, the latest first.

    Nobody’s for those who may not ask.
    """
    if not actor.can(Capability.ASK_AT_ENTRY):
        return []
    told = {"learner": learner_id, "org": actor.organisation_id}
    found: dict[int, Entry] = {}
    for key, on, cohort, outputs, instruction, row in session.execute(ENTRIES, told):
        if FSE in outputs:
            given = answers_of(row)
            questions = questions_for(has_instruction=bool(instruction))
            missing = sum(given.get(item) is None for item in questions)
            known = found.get(key)
            most = max(missing, known.missing) if known else missing
            found[key] = Entry(key, on, cohort, most, row is not None)
    return list(found.values())


def record_answers(
    session: Session, actor: Actor, enrolment_id: int, asked: Record, *, version: int, today: date
) -> EntryAnswers:
    """Write or correct the answers of an entry; each correction keeps what was there.

    `version`: the one that was read, 0 where nobody had answered. Raises RuleBroken, EditConflict.
    """
    require(actor, Capability.ASK_AT_ENTRY)
    enrolment = visibility.own_enrolment(session, actor, enrolment_id, today=today, lock=True)
    questions = asked_of(session, actor, enrolment)
    if not questions:
        raise RuleBroken(NOBODY_ASKS)
    row = session.get(EntryAnswers, enrolment_id, populate_existing=True)
    if version != (row.version if row else 0):
        raise _conflict(session, row, asked)
    kept = answers_of(row)
    answers = {**kept, **asked.answers}
    # An instruction may be withdrawn since: what was answered under it is not asked again.
    news = {item: answer for item, answer in answers.items() if answer is not kept.get(item)}
    asked_on = asked.asked_on or (row.asked_on if row else today)
    check_answers(answers, asked_on, (*questions, *(set(Question) - set(news))), today=today)
    if row is None:
        row = _first(actor, enrolment, asked_on, asked.source)
        session.add(row)
    else:
        _correct(session, actor, row, answers)
        row.asked_on, row.source = asked_on, asked.source
    act = "record" if row.version == 1 else "correct"
    audit.record(session, actor, act, SUBJECT, enrolment_id, learner_id=row.learner_id)
    for question in Question:
        setattr(row, question.value, answers.get(question))
    session.flush()
    return row


def erase_answers(
    session: Session, actor: Actor, enrolment_id: int, *, version: int, today: date
) -> None:
    """Erase the answers of an entry and their history, as the person asks; the trace stays."""
    require(actor, Capability.ASK_AT_ENTRY)
    visibility.own_enrolment(session, actor, enrolment_id, today=today, lock=True)
    row = session.get(EntryAnswers, enrolment_id, populate_existing=True)
    if row is None:
        raise NotFound
    if row.version != version:
        raise _conflict(session, row, Record(row.asked_on))
    change = EntryAnswerChange
    session.execute(delete(change).where(col(change.enrolment_id) == enrolment_id))
    session.delete(row)
    audit.record(session, actor, "erase", SUBJECT, enrolment_id, learner_id=row.learner_id)
    session.flush()


def known_on(
    session: Session, enrolments: Iterable[int], as_of: date
) -> dict[int, dict[Question, Answer | None]]:
    """By entry, the answers recorded and dated of a day at most; the caller may count them."""
    rows = session.execute(KNOWN, {"chunk": sorted(set(enrolments)), "as_of": as_of}).scalars()
    return {row.enrolment_id: answers_of(row) for row in rows}


def answers_of(row: EntryAnswers | None) -> dict[Question, Answer | None]:
    """The answers of a row; none when nobody answered."""
    if row is None:
        return {}
    return {question: getattr(row, question.value) for question in Question}


def author_of(session: Session, row: EntryAnswers) -> str:
    """Who wrote what a row says now."""
    return session.get_one(Account, row.edited_by_id or row.created_by_id).name


def history_of(session: Session, enrolment_id: int) -> Sequence[tuple[EntryAnswerChange, str]]:
    """The corrections of an entry the caller opened, the latest first, and by whom."""
    rows = session.execute(
        select(EntryAnswerChange, col(Account.name))
        .join(Account, col(Account.id) == col(EntryAnswerChange.account_id))
        .where(col(EntryAnswerChange.enrolment_id) == enrolment_id)
        .order_by(col(EntryAnswerChange.id).desc())
    )
    return [(row[0], row[1]) for row in rows]


def _first(actor: Actor, enrolment: Enrolment, asked_on: date, source: DataSource) -> EntryAnswers:
    return EntryAnswers(
        enrolment_id=enrolment.id or 0,
        learner_id=enrolment.learner_id,
        organisation_id=actor.organisation_id,
        asked_on=asked_on,
        source=source,
        created_by_id=actor.account_id,
    )


def _correct(
    session: Session,
    actor: Actor,
    row: EntryAnswers,
    answers: Mapping[Question, Answer | None],
) -> None:
    row.version += 1
    row.edited_at, row.edited_by_id = utc_now(), actor.account_id
    for question, (before, after) in changed(answers_of(row), answers).items():
        session.add(
            EntryAnswerChange(
                enrolment_id=row.enrolment_id,
                question=question,
                before=before,
                after=after,
                version=row.version,
                account_id=actor.account_id,
            )
        )


def _conflict(session: Session, row: EntryAnswers | None, asked: Record) -> EditConflict:
    if row is None:
        return EditConflict(theirs={}, mine={}, who="une autre personne, qui les a effacées")
    pairs = changed(asked.answers, answers_of(row))
    theirs: dict[str, object] = {item.value: pair[1] for item, pair in pairs.items()}
    mine: dict[str, object] = {item.value: pair[0] for item, pair in pairs.items()}
    return EditConflict(theirs=theirs, mine=mine, who=author_of(session, row))
