"""What the pages of cohorts read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.errors import NotFound
from parcours.domain.identity import shown_name
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Curriculum,
    Enrolment,
    Learner,
    LearnerAccess,
    Module,
    ModuleSkill,
    Programme,
    Skill,
)
from parcours.models.cohorts import takes_place
from parcours.models.visibility import access_is_open, scope, sees_learner

CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort of the list."""

    id: int
    name: str
    code: str
    programme: str | None
    starts_on: date
    ends_on: date
    capacity: int
    enrolled: int
    left_to_take: int


@dataclass(frozen=True, slots=True)
class Period:
    """A place somebody has or had in a cohort, with how many half-days say something of them."""

    enrolment_id: int
    enrolled_on: date
    left_on: date | None
    left_reason: str | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a cohort and their periods in it; `is_known` when the actor sees their file."""

    learner_id: int
    name: str
    is_known: bool
    periods: list[Period]

    @property
    def place(self) -> int | None:
        """The enrolment that holds their place; None once they left."""
        last = self.periods[-1]
        return last.enrolment_id if last.left_on is None else None

    @property
    def recorded(self) -> int:
        """Half-days recorded, over all their periods."""
        return sum(period.recorded for period in self.periods)


def _enrolled() -> Any:
    return (
        select(func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.cohort_id) == col(Cohort.id), col(Enrolment.left_on).is_(None))
        .correlate(Cohort)
        .scalar_subquery()
    )


def _left_to_take() -> Any:
    return (
        select(func.count())
        .select_from(CohortHalfDay)
        .where(
            col(CohortHalfDay.cohort_id) == col(Cohort.id),
            col(CohortHalfDay.taken_at).is_(None),
            takes_place(),
            col(CohortHalfDay.held_on) <= bindparam("today"),
        )
        .correlate(Cohort)
        .scalar_subquery()
    )


def _cohorts() -> Any:
    return (
        select(
            col(Cohort.id),
            col(Cohort.name),
            col(Cohort.code),
            col(Programme.name),
            col(Cohort.starts_on),
            col(Cohort.ends_on),
            col(Cohort.capacity),
            _enrolled(),
            _left_to_take(),
        )
        .outerjoin(Programme, col(Programme.id) == col(Cohort.programme_id))
        .where(col(Cohort.organisation_id) == bindparam("org"))
        .order_by(col(Cohort.starts_on).desc(), col(Cohort.id).desc())
        .limit(200)
    )


COHORTS = _cohorts()


def cohorts(session: Session, actor: Actor, *, today: date) -> list[CohortRow]:
    """The cohorts of one’s organisation, the latest first."""
    rows = session.execute(COHORTS, {"org": actor.organisation_id, "today": today})
    return [CohortRow(*row) for row in rows]


FRAMEWORK = (
    select(Programme, Curriculum)
    .select_from(Cohort)
    .outerjoin(Programme, col(Programme.id) == col(Cohort.programme_id))
    .outerjoin(Curriculum, col(Curriculum.id) == col(Cohort.curriculum_id))
    .where(col(Cohort.id) == bindparam("cohort"))
)
HALF_DAYS = (
    select(CohortHalfDay)
    .where(col(CohortHalfDay.cohort_id) == bindparam("cohort"))
    .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
)
MODULES = (
    select(
        col(Module.id),
        col(Module.position),
        col(Module.name),
        col(Module.hours),
        col(Skill.label),
        col(ModuleSkill.level),
    )
    .outerjoin(ModuleSkill, col(ModuleSkill.module_id) == col(Module.id))
    .outerjoin(Skill, col(Skill.id) == col(ModuleSkill.skill_id))
    .where(col(Module.curriculum_id) == bindparam("curriculum"))
    .order_by(col(Module.position), col(Skill.label))
)


def framework(session: Session, cohort: Cohort) -> tuple[Programme | None, Curriculum | None]:
    """The programme and the curriculum of a cohort the caller has opened."""
    row = session.execute(FRAMEWORK, {"cohort": cohort.id}).one()
    return row[0], row[1]


def members(session: Session, actor: Actor, cohort_id: int, *, today: date) -> list[Member]:
    """Everybody of a cohort the caller has opened, by name; whoever came back is there once."""
    found: dict[int, Member] = {}
    for row in session.execute(MEMBERS, scope(actor, today) | {"cohort": cohort_id}):
        name = shown_name(row[1], row[3], row[2])
        member = found.setdefault(row[0], Member(row[0], name, row[4], []))
        member.periods.append(Period(*row[5:]))
    return list(found.values())


def _members() -> Any:
    recorded = (
        select(func.count())
        .select_from(AttendanceMark)
        .where(col(AttendanceMark.enrolment_id) == col(Enrolment.id))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
        col(Learner.first_names), sees_learner(Learner.id), col(Enrolment.id),
        col(Enrolment.enrolled_on), col(Enrolment.left_on), col(Enrolment.left_reason),
        recorded,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(col(Enrolment.cohort_id) == bindparam("cohort"))
        .order_by(col(Learner.sort_key), col(Learner.id), col(Enrolment.enrolled_on))
    )


MEMBERS = _members()


def member(
    session: Session, actor: Actor, cohort_id: int, enrolment_id: int, *, today: date
) -> Member:
    """Somebody who has a place in a cohort the caller has opened, else NotFound."""
    for found in members(session, actor, cohort_id, today=today):
        if found.place == enrolment_id:
            return found
    raise NotFound


def half_days(session: Session, cohort_id: int) -> list[CohortHalfDay]:
    """The calendar of a cohort the caller has opened."""
    return list(session.execute(HALF_DAYS, {"cohort": cohort_id}).scalars())


def modules(
    session: Session, curriculum_id: int | None
) -> list[tuple[int, str, Decimal, list[tuple[str, int]]]]:
    """The modules of a curriculum: (position, name, hours, [(skill, level)])."""
    rows = session.execute(MODULES, {"curriculum": curriculum_id})
    found: dict[int, tuple[int, str, Decimal, list[tuple[str, int]]]] = {}
    for module_id, position, name, hours, skill, level in rows:
        entry = found.setdefault(module_id or 0, (position, name, hours, []))
        if skill is not None:
            entry[3].append((skill, level))
    return list(found.values())


def choices(session: Session, actor: Actor) -> dict[str, list[tuple[int, str]]]:
    """Programmes of the territory and curricula of one’s organisation."""
    programmes = session.execute(
        select(col(Programme.id), col(Programme.name)).order_by(col(Programme.name))
    )
    curricula = session.execute(
        select(col(Curriculum.id), col(Curriculum.name))
        .where(col(Curriculum.organisation_id) == actor.organisation_id)
        .order_by(col(Curriculum.name))
    )
    return {
        "programme": [(row[0] or 0, row[1]) for row in programmes],
        "curriculum": [(row[0] or 0, row[1]) for row in curricula],
    }


def candidates(
    session: Session, actor: Actor, cohort_id: int, words: tuple[str, ...], *, today: date
) -> list[tuple[int, str, str | None, str, date]]:
    """People one sees who are not in the cohort and whose names hold the words."""
    inside = select(col(Enrolment.learner_id)).where(
        col(Enrolment.cohort_id) == cohort_id, col(Enrolment.left_on).is_(None)
    )
    statement = (
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.born_on),
        )
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
        .where(access_is_open(), col(Learner.id).not_in(inside))
        .order_by(col(LearnerAccess.sort_key), col(Learner.id))
        .limit(CANDIDATES)
    )
    for word in words:
        statement = statement.where(col(LearnerAccess.sort_key).contains(word, autoescape=True))
    rows = session.execute(statement, scope(actor, today))
    return [(row[0] or 0, row[1], row[2], row[3], row[4]) for row in rows]
