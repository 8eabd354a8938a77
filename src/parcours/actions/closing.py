"""To close: half-days without attendance, levels missing this month, starts and assessments.

Each matter is a condition that this list, its counts and the first page of the day share. Whatever
the size, the list is one statement and its counts another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import Session, col

from parcours.actions.continuity import COUNT_LIMIT
from parcours.actions.immersion_lists import lacks_assessment
from parcours.actions.worklists import is_unconfirmed, is_untaken, unconfirmed_before
from parcours.domain.access import Actor, Capability
from parcours.domain.calendar import Half
from parcours.domain.closing import Matter, first_of_month
from parcours.models import (
    Cohort,
    CohortHalfDay,
    Enrolment,
    Immersion,
    Learner,
    Pathway,
    SkillEvidence,
    Step,
)
from parcours.models.visibility import scope, sees_learner

PAGE_SIZE = 50
BEGINNING = (date(1900, 1, 1), 0, 0)
NEEDS = {
    Matter.HALF_DAY: Capability.MARK_ATTENDANCE,
    Matter.LEVEL: Capability.ASSESS_SKILLS,
    Matter.START: Capability.WRITE_STEPS,
    Matter.ASSESSMENT: Capability.WRITE_STEPS,
}
Place = tuple[date, int, int]


@dataclass(frozen=True, slots=True)
class Pending:
    """Something to close: since when, of whom or of which cohort, and the row it is about.

    `key` is a half-day, an enrolment or a step; `place` is where the list goes on after it.
    """

    since: date
    rank: int
    key: int
    matter: Matter
    title: str
    half: Half | None
    cohort_id: int | None
    learner_id: int | None
    birth_name: str | None
    usage_name: str | None
    first_names: str | None
    is_agreed: bool

    @property
    def place(self) -> Place:
        """Where the list goes on."""
        return self.since, self.rank, self.key


def is_level_missing() -> Any:
    """Condition on Enrolment and Cohort: in a cohort of `:org` under way on `:today`, no level
    noted since `:month`, by anybody.
    """
    noted = exists(
        select(1)
        .select_from(SkillEvidence)
        .where(
            col(SkillEvidence.learner_id) == col(Enrolment.learner_id),
            col(SkillEvidence.assessed_on).between(
                bindparam("month", type_=Date), bindparam("today", type_=Date)
            ),
        )
        .correlate(Enrolment)
    )
    return and_(
        col(Cohort.organisation_id) == bindparam("org"),
        col(Cohort.starts_on) <= bindparam("today"),
        col(Cohort.ends_on) >= bindparam("today"),
        col(Enrolment.enrolled_on) <= bindparam("today"),
        or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= bindparam("today")),
        sees_learner(Enrolment.learner_id),
        ~noted,
    )


def matters_of(actor: Actor) -> tuple[Matter, ...]:
    """What the actor’s role closes."""
    return tuple(matter for matter in Matter if actor.can(NEEDS[matter]))


def pending(
    session: Session,
    actor: Actor,
    matters: Sequence[Matter],
    *,
    today: date,
    cohort_id: int | None = None,
    after: Place | None = None,
) -> list[Pending]:
    """What is left to close, the oldest first, one more row than a page when another follows."""
    wanted = tuple(matter for matter in matters_of(actor) if matter in matters)
    if not wanted:
        return []
    since, rank, key = after or BEGINNING
    values = {**_parameters(actor, today, cohort_id), "since": since, "rank": rank, "key": key}
    rows = session.execute(_listed(wanted, cohort_id is not None), values)
    return [_pending(row) for row in rows]


def counts(
    session: Session, actor: Actor, *, today: date, cohort_id: int | None = None
) -> Mapping[Matter, int]:
    """How many of each the actor’s role closes, each up to 100, in one statement."""
    wanted = matters_of(actor)
    if not wanted:
        return {}
    statement = _counted(wanted, cohort_id is not None)
    row = session.execute(statement, _parameters(actor, today, cohort_id)).one()
    return dict(zip(wanted, row, strict=True))


def _parameters(actor: Actor, today: date, cohort_id: int | None) -> dict[str, Any]:
    return {
        **scope(actor, today),
        "before": unconfirmed_before(today),
        "month": first_of_month(today),
        "cohort": cohort_id,
    }


def _pending(row: Any) -> Pending:
    matter = Matter(row.matter)
    half = Half(row.half) if row.half else None
    return Pending(
        row.since, row.rank, row.key, matter, row.title, half, row.cohort_id, row.learner_id,
        row.birth_name, row.usage_name, row.first_names, bool(row.agreed),
    )  # fmt: skip


@cache
def _listed(matters: tuple[Matter, ...], of_cohort: bool) -> Any:
    arms = [_page_of(matter, of_cohort) for matter in matters]
    rows = union_all(*arms).subquery("pending")
    return select(rows).order_by(rows.c.since, rows.c.rank, rows.c.key).limit(PAGE_SIZE + 1)


def _page_of(matter: Matter, of_cohort: bool) -> Any:
    """The rows of one matter that a page may need: those after the last one shown."""
    rows = ARMS[matter](of_cohort).subquery()
    place = tuple_(rows.c.since, rows.c.rank, rows.c.key)
    after = tuple_(
        bindparam("since", type_=Date),
        bindparam("rank", type_=Integer),
        bindparam("key", type_=BigInteger),
    )
    page = select(rows).where(place > after).order_by(rows.c.since, rows.c.key)
    return select(page.limit(PAGE_SIZE + 1).subquery())


@cache
def _counted(matters: tuple[Matter, ...], of_cohort: bool) -> Any:
    found = []
    for matter in matters:
        some = ARMS[matter](of_cohort).limit(COUNT_LIMIT).subquery()
        found.append(select(func.count()).select_from(some).scalar_subquery())
    return select(*found)


def _arm(
    matter: Matter,
    since: Any,
    key: Any,
    title: Any,
    *,
    half: Any = None,
    cohort_id: Any = None,
    agreed: Any = None,
    of_somebody: bool = True,
) -> Any:
    nobody = cast(null(), Text)
    columns = {
        "since": since,
        "rank": literal(list(Matter).index(matter), Integer),
        "key": key,
        "matter": literal(matter.value, Text),
        "title": title,
        "half": cast(null() if half is None else half, Text),
        "cohort_id": cast(null(), Integer) if cohort_id is None else cohort_id,
        "learner_id": col(Learner.id) if of_somebody else cast(null(), Integer),
        "birth_name": col(Learner.birth_name) if of_somebody else nobody,
        "usage_name": col(Learner.usage_name) if of_somebody else nobody,
        "first_names": col(Learner.first_names) if of_somebody else nobody,
        "agreed": literal(1, Integer) if agreed is None else agreed,
    }
    return select(*(column.label(name) for name, column in columns.items()))


def _half_days(of_cohort: bool) -> Any:
    held_on, number = col(CohortHalfDay.held_on), col(CohortHalfDay.id)
    arm = _arm(
        Matter.HALF_DAY, held_on, number, col(Cohort.name), half=col(CohortHalfDay.half),
        cohort_id=col(Cohort.id), of_somebody=False,
    )  # fmt: skip
    arm = arm.select_from(CohortHalfDay).join(
        Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id)
    )
    arm = arm.where(is_untaken())
    return arm.where(col(Cohort.id) == bindparam("cohort")) if of_cohort else arm


def _levels(of_cohort: bool) -> Any:
    month = bindparam("month", type_=Date)
    since = case((col(Enrolment.enrolled_on) > month, col(Enrolment.enrolled_on)), else_=month)
    arm = _arm(Matter.LEVEL, since, col(Enrolment.id), col(Cohort.name), cohort_id=col(Cohort.id))
    arm = (
        arm.select_from(Enrolment)
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(is_level_missing())
    )
    return arm.where(col(Cohort.id) == bindparam("cohort")) if of_cohort else arm


def _starts(of_cohort: bool) -> Any:
    arm = _arm(Matter.START, col(Step.planned_start_on), col(Step.id), col(Step.title))
    arm = (
        arm.select_from(Step)
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(is_unconfirmed())
    )
    return arm.where(_is_in_cohort()) if of_cohort else arm


def _assessments(of_cohort: bool) -> Any:
    since = func.coalesce(col(Step.ended_on), col(Step.planned_end_on))
    agreed = case((col(Immersion.id).is_not(None), 1), else_=0)
    arm = _arm(Matter.ASSESSMENT, since, col(Step.id), col(Step.title), agreed=agreed)
    arm = (
        arm.select_from(Step)
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .outerjoin(Immersion, col(Immersion.step_id) == col(Step.id))
        .where(lacks_assessment())
    )
    return arm.where(_is_in_cohort()) if of_cohort else arm


def _is_in_cohort() -> Any:
    return exists(
        select(1)
        .select_from(Enrolment)
        .where(
            col(Enrolment.learner_id) == col(Step.learner_id),
            col(Enrolment.cohort_id) == bindparam("cohort"),
        )
        .correlate(Step)
    )


ARMS = {
    Matter.HALF_DAY: _half_days,
    Matter.LEVEL: _levels,
    Matter.START: _starts,
    Matter.ASSESSMENT: _assessments,
}
