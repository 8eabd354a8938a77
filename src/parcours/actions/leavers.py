"""People who left as the definitions read them: built from what is stored, nothing judged."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.situations import CHUNK, facts_of, situations_of
from parcours.domain.entry_questions import Answers, Question, as_known
from parcours.domain.esf import MAIN
from parcours.domain.esf_facts import EntryFacts, Participation
from parcours.domain.leavers import Leaver
from parcours.models import Exit, ExitSituation, Learner, Pathway, Step

# What a pathway held before its exit: when it opened, and the hours of its steps.
PRESENCES = (
    select(
        col(Pathway.id),
        col(Pathway.opened_on),
        func.sum(col(Step.hours)),
        # Hours are known when every step says its own.
        func.count(col(Step.id)) - func.count(col(Step.hours)),
        col(Learner.entry_status),
    )
    .join(Learner, col(Learner.id) == col(Pathway.learner_id))
    .outerjoin(
        Step,
        (col(Step.pathway_id) == col(Pathway.id))
        & col(Step.cancelled_at).is_(None)
        & col(Step.accepted_at).is_not(None),
    )
    .where(col(Pathway.id).in_(bindparam("pathways", expanding=True)))
    .group_by(col(Pathway.id), col(Pathway.opened_on), col(Learner.entry_status))
)


def leavers_of(
    session: Session,
    exits: Sequence[Exit],
    *,
    as_of: date | None = None,
    said: Mapping[int, list[ExitSituation]] | None = None,
) -> dict[int, Leaver]:
    """By exit, who left; the caller may see them. Entered is the opening of the pathway.

    `as_of`: on what was said of that day or before; `said`: on what the caller has read already.
    A few statements whatever their number.
    """
    ids = [row.id or 0 for row in exits]
    told = situations_of(session, ids, as_of=as_of) if said is None else said
    known = _presences(session, {row.pathway_id for row in exits})
    found = {}
    for row in exits:
        opened_on, hours, status = known[row.pathway_id]
        found[row.id or 0] = leaver_of(
            row,
            told.get(row.id or 0, []),
            entered_on=opened_on,
            hours=hours,
            is_registered=is_registered(status),
        )
    return found


def leaver_of(
    row: Exit,
    situations: Iterable[ExitSituation],
    *,
    entered_on: date | None,
    hours: Decimal | None = None,
    is_registered: bool | None = None,
) -> Leaver:
    """An exit and its situations as the definitions read them."""
    return Leaver(row.exited_on, tuple(map(facts_of, situations)), entered_on, hours, is_registered)


def participation_of(
    learner: Learner,
    *,
    entered_on: date,
    left_on: date | None,
    leaver: Leaver | None,
    answers: Answers | None = None,
) -> Participation:
    """Somebody’s participation as ESF+ reads it: what the file knows, what was asked at entry."""
    return Participation(entered_on, entry_facts(learner, answers or {}), left_on, leaver)


def entry_facts(learner: Learner, answers: Answers) -> EntryFacts:
    """What is known of somebody at entry; what was not asked, or refused, stays unknown."""
    status = reference.entry_statuses().get(learner.entry_status or "")
    level = reference.education_levels().get(learner.education or "")
    codes = status.extra["esf_indicators"].split(";") if status else []
    return EntryFacts(
        born_on=learner.born_on,
        gender=learner.gender,
        status=next((code for code in codes if code in MAIN), None),
        level=(level.extra["esf_indicator"] or None) if level else None,
        is_long_term=status.answer("is_long_term") if status else None,
        is_in_training=status.flag("is_in_training") if status else None,
        is_disabled=as_known(answers.get(Question.DISABILITY)),
        is_from_third_country=as_known(answers.get(Question.THIRD_COUNTRY)),
        has_foreign_background=as_known(answers.get(Question.FOREIGN_BACKGROUND)),
        is_of_minority=as_known(answers.get(Question.MINORITY)),
        is_homeless=as_known(answers.get(Question.HOUSING)),
        is_rural=as_known(answers.get(Question.RURAL)),
    )


def is_registered(status: str | None) -> bool | None:
    """Whether somebody of that situation at entry was registered as a job seeker."""
    item = reference.entry_statuses().get(status or "")
    return item.answer("is_registered") if item else None


def _presences(session: Session, pathways: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    ids = sorted(pathways)
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(PRESENCES, {"pathways": ids[start : start + CHUNK]})
        for pathway_id, opened_on, hours, unsaid, status in rows:
            found[pathway_id] = (opened_on, None if unsaid else hours, status)
    return found
