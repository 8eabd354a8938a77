"""What the pages of immersions read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlmodel import Session, col

from parcours.actions.continuity import COUNT_LIMIT
from parcours.actions.immersion_lists import (
    has_ended,
    is_coming,
    is_held,
    is_running,
    lacks_assessment,
)
from parcours.domain.access import Actor
from parcours.domain.calendar import HalfDay
from parcours.domain.company_days import Seen
from parcours.domain.immersions import State, state
from parcours.domain.pathway import StepDates
from parcours.models import (
    Account,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Immersion,
    ImmersionAbsence,
    ImmersionAnswer,
    ImmersionAssessment,
    ImmersionLink,
    Learner,
    Organisation,
    Step,
)
from parcours.models.cohorts import takes_place
from parcours.models.visibility import scope

PAGE_SIZE = 50
# By the word of the address: which immersions of `is_held` are meant; all of them for "".
KINDS: dict[str, Any] = {
    "en-cours": is_running,
    "a-venir": is_coming,
    "terminees": has_ended,
    "sans-bilan": lacks_assessment,
}
LAST = (date.max, 2**62)


@dataclass(frozen=True, slots=True)
class Row:
    """An immersion of a list."""

    step_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    title: str
    dates: StepDates
    is_cancelled: bool
    firm: str | None
    city: str | None
    tutor: str | None
    hired: bool | None
    is_waived: bool
    assessments: int

    def state(self, today: date) -> State:
        """Where it stands on `today`."""
        return state(self.dates, is_cancelled=self.is_cancelled, today=today)

    @property
    def place(self) -> tuple[date, int]:
        """Where the list goes on after it."""
        return self.dates.planned_start_on, self.step_id


def immersions(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    cohort_id: int | None,
    today: date,
    after: tuple[date, int] | None = None,
) -> list[Row]:
    """Immersions one’s organisation holds, the latest first, one more than a page."""
    day, number = after or LAST
    parameters = {
        **scope(actor, today), "cohort": cohort_id, "after_day": day, "after_id": number,
    }  # fmt: skip
    rows = session.execute(_listed(kind, cohort_id is not None), parameters)
    return [_row(row) for row in rows]


def counts(
    session: Session, actor: Actor, *, cohort_id: int | None, today: date
) -> Mapping[str, int]:
    """How many of each kind, up to 100, in one statement."""
    parameters = {**scope(actor, today), "cohort": cohort_id}
    row = session.execute(_counted(cohort_id is not None), parameters).one()
    return dict(zip(KINDS, row, strict=True))


@cache
def _listed(kind: str, of_cohort: bool) -> Any:
    said = (
        select(func.count())
        .select_from(ImmersionAssessment)
        .where(col(ImmersionAssessment.immersion_id) == col(Immersion.id))
        .correlate(Immersion)
        .scalar_subquery()
    )
    place = tuple_(col(Step.planned_start_on), col(Step.id))
    after = tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=BigInteger))
    return (
        select(
            col(Step.id), col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
            col(Learner.first_names), col(Step.title), col(Step.planned_start_on),
            col(Step.planned_end_on), col(Step.started_on), col(Step.ended_on),
            col(Step.cancelled_at), col(Immersion.firm_name), col(Immersion.firm_city),
            col(Immersion.tutor_name), col(Immersion.hired), col(Immersion.waived_at), said,
        )
        .select_from(Step)
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .outerjoin(Immersion, col(Immersion.step_id) == col(Step.id))
        .where(_meant(kind, of_cohort), place < after)
        .order_by(col(Step.planned_start_on).desc(), col(Step.id).desc())
        .limit(PAGE_SIZE + 1)
    )  # fmt: skip


@cache
def _counted(of_cohort: bool) -> Any:
    found = []
    for kind in KINDS:
        some = select(col(Step.id)).where(_meant(kind, of_cohort)).limit(COUNT_LIMIT)
        found.append(select(func.count()).select_from(some.subquery()).scalar_subquery())
    return select(*found)


def _meant(kind: str, of_cohort: bool) -> Any:
    conditions = [is_held()]
    if kind in KINDS:
        conditions.append(KINDS[kind]())
    if of_cohort:
        inside = select(1).where(
            col(Enrolment.learner_id) == col(Step.learner_id),
            col(Enrolment.cohort_id) == bindparam("cohort", type_=Integer),
        )
        conditions.append(exists(inside.correlate(Step)))
    return and_(*conditions)


def _row(row: Any) -> Row:
    dates = StepDates(row[6], row[7], row[8], row[9])
    return Row(
        row[0], row[1], row[2], row[3], row[4], row[5], dates, row[10] is not None, row[11],
        row[12], row[13], row[14], row[15] is not None, row[16],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a tutor said, and who typed it when it was on paper."""

    row: ImmersionAssessment
    typed_by: str | None
    answers: list[ImmersionAnswer]


def assessments(session: Session, immersion_id: int) -> list[Assessment]:
    """What was said of an immersion the caller has opened, the latest first; two statements."""
    rows = session.execute(
        select(ImmersionAssessment, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(ImmersionAssessment.typed_by_id))
        .where(col(ImmersionAssessment.immersion_id) == immersion_id)
        .order_by(col(ImmersionAssessment.id).desc())
    ).all()
    answers = session.execute(
        select(ImmersionAnswer)
        .join(
            ImmersionAssessment, col(ImmersionAssessment.id) == col(ImmersionAnswer.assessment_id)
        )
        .where(col(ImmersionAssessment.immersion_id) == immersion_id)
    ).scalars()
    by_assessment: dict[int, list[ImmersionAnswer]] = {}
    for answer in answers:
        by_assessment.setdefault(answer.assessment_id, []).append(answer)
    return [Assessment(row, name, by_assessment.get(row.id or 0, [])) for row, name in rows]


def absences(session: Session, immersion_id: int) -> list[ImmersionAbsence]:
    """The hours missed of an immersion the caller has opened, day by day."""
    return list(
        session.execute(
            select(ImmersionAbsence)
            .where(col(ImmersionAbsence.immersion_id) == immersion_id)
            .order_by(col(ImmersionAbsence.missed_on))
        ).scalars()
    )


def waiting_link(session: Session, immersion_id: int, *, today: date) -> date | None:
    """Until when a link made before may still answer; None when none may."""
    found: date | None = session.execute(
        select(func.max(col(ImmersionLink.expires_on))).where(
            col(ImmersionLink.immersion_id) == immersion_id,
            col(ImmersionLink.used_at).is_(None),
            col(ImmersionLink.ended_at).is_(None),
            col(ImmersionLink.expires_on) >= today,
        )
    ).scalar_one()
    return found


def seen(session: Session, actor: Actor, learner_id: int, dates: StepDates) -> list[Seen]:
    """The half-days of one’s cohorts the person was in on these days, and what sheets say."""
    last = dates.ends_on or date.max
    rows = session.execute(
        select(
            col(CohortHalfDay.held_on), col(CohortHalfDay.half), col(CohortHalfDay.setting),
            col(AttendanceMark.status),
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .join(Enrolment, col(Enrolment.cohort_id) == col(Cohort.id))
        .outerjoin(
            AttendanceMark,
            and_(
                col(AttendanceMark.half_day_id) == col(CohortHalfDay.id),
                col(AttendanceMark.enrolment_id) == col(Enrolment.id),
            ),
        )
        .where(
            col(Cohort.organisation_id) == actor.organisation_id,
            col(Enrolment.learner_id) == learner_id,
            col(CohortHalfDay.held_on).between(dates.starts_on, last),
            col(CohortHalfDay.held_on) >= col(Enrolment.enrolled_on),
            or_(
                col(Enrolment.left_on).is_(None),
                col(CohortHalfDay.held_on) <= col(Enrolment.left_on),
            ),
            takes_place(),
        )
        .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
    )  # fmt: skip
    return [Seen(HalfDay(row[0], row[1]), row[2], row[3]) for row in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """What a tutor reads of an immersion: who, when, and for which organisation."""

    birth_name: str
    first_names: str
    organisation: str
    dates: StepDates


def told_to_tutor(session: Session, immersion_id: int) -> Told:
    """What the link of an immersion shows, its code having been given."""
    row = session.execute(
        select(
            col(Learner.birth_name), col(Learner.first_names), col(Organisation.name),
            col(Step.planned_start_on), col(Step.planned_end_on), col(Step.started_on),
            col(Step.ended_on),
        )
        .select_from(Immersion)
        .join(Step, col(Step.id) == col(Immersion.step_id))
        .join(Learner, col(Learner.id) == col(Immersion.learner_id))
        .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
        .where(col(Immersion.id) == immersion_id)
    ).one()  # fmt: skip
    return Told(row[0], row[1], row[2], StepDates(*row[3:]))
