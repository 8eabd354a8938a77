"""What the quality of data is judged on: statements over an agreement or a cohort, built once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlmodel import Session, col

from parcours.actions.entry_answers import asks
from parcours.actions.worklists import is_unconfirmed, unconfirmed_before
from parcours.domain.entry_questions import Question
from parcours.models import (
    Agreement,
    AgreementCohort,
    Cohort,
    CohortHalfDay,
    Enrolment,
    EntryAnswers,
    Exit,
    ExitSituation,
    FollowUp,
    FollowUpTry,
    Learner,
    Pathway,
    Step,
)
from parcours.models.cohorts import takes_place
from parcours.models.outcomes import is_at_exit, is_current

SINCE_EVER = date(1900, 1, 1)
CHUNK = 1_000
SOME: Any = bindparam("chunk", expanding=True)
# What the rules read of a situation (actions/situations.facts_of).
SITUATION = (
    "observed_on", "situation", "contract_type", "contract_starts_on", "contract_ends_on",
    "employer", "proof_seen_on", "siret", "employer_kind", "weekly_hours", "related_to_training",
    "qualification", "qualified_on", "improvement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose quality is judged: the people of an agreement, or those of one cohort.

    Either `agreement_id` or `cohort_id` is given; `holder_id` teaches them; people entered from
    `starts_on` to `ends_on`, and what came of them counts from `since`. `asked`: what FSE+ asks of
    them at entry, nothing where no agreement needs it.
    """

    holder_id: int
    since: date
    starts_on: date
    ends_on: date
    agreement_id: int | None = None
    cohort_id: int | None = None
    asked: tuple[Question, ...] = ()


def of_agreement(agreement: Agreement) -> Scope:
    """The people an agreement counts; the caller may see it."""
    period = (agreement.starts_on, agreement.ends_on)
    return Scope(
        agreement.organisation_id,
        agreement.starts_on,
        *period,
        agreement_id=agreement.id,
        asked=asks(agreement),
    )


def of_cohort(cohort: Cohort, asked: tuple[Question, ...] = ()) -> Scope:
    """Everybody who entered a cohort; the caller may see it. `asked`: of them at entry."""
    return Scope(
        cohort.organisation_id,
        cohort.starts_on,
        SINCE_EVER,
        date.max,
        cohort_id=cohort.id,
        asked=asked,
    )


def rows(session: Session, name: str, scope: Scope, as_of: date, chunk: Sequence[int] = ()) -> Any:
    """The rows of one of the statements below, as known on a day, of some of the people."""
    statement = _statement(name, scope.cohort_id is None)
    return session.execute(
        statement,
        {
            "agreement": scope.agreement_id,
            "cohort": scope.cohort_id,
            "holder": scope.holder_id,
            "since": scope.since,
            "starts_on": scope.starts_on,
            "until": min(scope.ends_on, as_of),
            "as_of": as_of,
            "chunk": list(chunk),
            # Steps are confirmed by whoever holds them, among the people it sees.
            "org": scope.holder_id,
            "today": as_of,
            "before": unconfirmed_before(as_of),
        },
    )


def chunks(session: Session, scope: Scope, as_of: date) -> Iterator[list[int]]:
    """The people judged, by first entry, some at a time."""
    ids = list(rows(session, "in_order", scope, as_of).scalars())
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


@cache
def _statement(name: str, of_agreement: bool) -> Any:
    return STATEMENTS[name](of_agreement)


def _entered(of_agreement: bool) -> list[Any]:
    """Conditions on Enrolment: one of the people judged."""
    return [
        _is_covered(Enrolment.cohort_id, of_agreement),
        col(Enrolment.enrolled_on) >= bindparam("starts_on"),
        col(Enrolment.enrolled_on) <= bindparam("until"),
    ]


def _is_covered(cohort_id: Any, of_agreement: bool) -> Any:
    if not of_agreement:
        return col(cohort_id) == bindparam("cohort")
    paid = select(col(AgreementCohort.cohort_id)).where(
        col(AgreementCohort.agreement_id) == bindparam("agreement")
    )
    return col(cohort_id).in_(paid)


def _in_order(of_agreement: bool) -> Any:
    return (
        select(col(Enrolment.learner_id))
        .where(*_entered(of_agreement))
        .group_by(col(Enrolment.learner_id))
        .order_by(func.min(col(Enrolment.enrolled_on)), col(Enrolment.learner_id))
    )


def _people(of_agreement: bool) -> Any:
    return (
        select(
            col(Enrolment.id).label("enrolment_id"),
            col(Enrolment.learner_id),
            col(Enrolment.cohort_id),
            col(Cohort.name).label("cohort"),
            col(Enrolment.enrolled_on),
            col(Enrolment.left_on),
            col(Cohort.ends_on),
            col(Enrolment.created_at),
            col(Learner.gender),
            col(Learner.born_on),
            col(Learner.education),
            col(Learner.entry_status),
            col(Learner.receives_rsa),
            col(Learner.qpv_status),
            col(Learner.qpv_code),
            *(getattr(EntryAnswers, question.value) for question in Question),
        )
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .outerjoin(EntryAnswers, _answered())
        .where(*_entered(of_agreement), col(Enrolment.learner_id).in_(SOME))
        .order_by(col(Enrolment.enrolled_on), col(Enrolment.id))
    )


def _answered() -> Any:
    """The answers of an entry, as known on the day."""
    return and_(
        col(EntryAnswers.enrolment_id) == col(Enrolment.id),
        col(EntryAnswers.asked_on) <= bindparam("as_of"),
    )


def _counted_exits() -> list[Any]:
    """Conditions on Exit: noted by the holder, in the period, of one of the people judged."""
    return [
        col(Exit.learner_id).in_(SOME),
        col(Exit.organisation_id) == bindparam("holder"),
        col(Exit.exited_on) >= bindparam("since"),
        col(Exit.exited_on) <= bindparam("as_of"),
    ]


def _exits(_of_agreement: bool) -> Any:
    said = [getattr(ExitSituation, name) for name in SITUATION]
    return (
        select(
            col(Exit.id).label("exit_id"),
            col(Exit.learner_id),
            col(Exit.exited_on),
            col(Exit.created_at).label("entered_at"),
            *said,
        )
        .join(ExitSituation, and_(col(ExitSituation.exit_id) == col(Exit.id), is_at_exit()))
        .where(*_counted_exits())
        .order_by(col(Exit.exited_on), col(Exit.id))
    )


def _follow_ups(_of_agreement: bool) -> Any:
    answers = and_(
        col(ExitSituation.follow_up_id) == col(FollowUp.id),
        col(ExitSituation.observed_on) <= bindparam("as_of"),
        is_current(),
    )
    return (
        select(
            col(FollowUp.id),
            col(FollowUp.exit_id),
            col(FollowUp.delay),
            col(FollowUp.due_on),
            col(FollowUp.opens_on),
            col(FollowUp.closes_on),
            col(FollowUp.outcome),
            col(ExitSituation.observed_on).label("answered_on"),
            col(ExitSituation.created_at).label("answered_at"),
        )
        .join(Exit, col(Exit.id) == col(FollowUp.exit_id))
        .outerjoin(ExitSituation, answers)
        .where(*_counted_exits())
        .order_by(col(FollowUp.id))
    )


def _tries(_of_agreement: bool) -> Any:
    return (
        select(col(FollowUpTry.follow_up_id), col(FollowUpTry.tried_on), col(FollowUpTry.outcome))
        .join(FollowUp, col(FollowUp.id) == col(FollowUpTry.follow_up_id))
        .join(Exit, col(Exit.id) == col(FollowUp.exit_id))
        .where(*_counted_exits(), col(FollowUpTry.tried_on) <= bindparam("as_of"))
        .order_by(col(FollowUpTry.id))
    )


def _starts(_of_agreement: bool) -> Any:
    """Steps whose start passed a week ago; `waits`: as the list of starts to confirm has them."""
    return (
        select(
            col(Step.id),
            col(Step.learner_id),
            col(Step.planned_start_on),
            col(Step.title),
            case((is_unconfirmed(), 1), else_=0).label("waits"),
        )
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(
            col(Step.learner_id).in_(SOME),
            col(Step.organisation_id) == bindparam("holder"),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            col(Step.planned_start_on) >= bindparam("since"),
            col(Step.planned_start_on) < bindparam("before"),
        )
        .order_by(col(Step.planned_start_on), col(Step.id))
    )


def _half_days(of_agreement: bool) -> Any:
    found: Any = (
        select(
            col(CohortHalfDay.id),
            col(CohortHalfDay.cohort_id),
            col(Cohort.name).label("cohort"),
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(CohortHalfDay.taken_at),
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .where(
            _is_covered(CohortHalfDay.cohort_id, of_agreement),
            takes_place(),
            col(CohortHalfDay.held_on) <= bindparam("until"),
        )
        .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.id))
    )
    if of_agreement:
        found = found.where(col(CohortHalfDay.held_on) >= bindparam("starts_on"))
    return found


STATEMENTS: dict[str, Callable[[bool], Any]] = {
    "in_order": _in_order,
    "people": _people,
    "exits": _exits,
    "follow_ups": _follow_ups,
    "tries": _tries,
    "starts": _starts,
    "half_days": _half_days,
}
