"""A curriculum studied beside the needs an organisation may read, as of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions.coverage_facts import (
    CohortFacts,
    CurriculumFacts,
    curricula_of,
    leavers_of,
)
from parcours.actions.coverage_needs import Needs, news_of, open_needs
from parcours.domain.coverage import Uncovered, uncovered
from parcours.domain.coverage_report import (
    IMAGINED,
    Details,
    Question,
    Scope,
    Scoped,
    compare,
    detail,
)
from parcours.domain.demand import weigh, window_around
from parcours.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Study:
    """What was found, with the names that figures go by; `cohort` None when none ends."""

    curriculum: CurriculumFacts
    curricula: Mapping[int, CurriculumFacts]
    cohort: CohortFacts | None
    needs: Needs
    labels: Mapping[str, str]
    question: Question
    aimed: Scoped
    territory: Scoped

    def scoped(self, scope: Scope) -> Scoped:
        """The figures of a scope."""
        return self.aimed if scope is Scope.AIMED else self.territory

    def details(self, scope: Scope) -> Details:
        """Skill by skill, module by module."""
        return detail(self.question, self.scoped(scope))

    def module_name(self, code: str) -> str:
        """A module, with its curriculum when it is another one; « à imaginer » when none exists."""
        if code.startswith(IMAGINED):
            return f"{self.labels[code.removeprefix(IMAGINED)]} (module à imaginer)"
        for curriculum in self.curricula.values():
            module = curriculum.modules.get(int(code))
            if module is not None:
                other = curriculum.id != self.curriculum.id
                return f"{module.name} ({curriculum.code})" if other else module.name
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Line:
    """A curriculum in short, around the end of its next cohort."""

    curriculum: CurriculumFacts
    cohort: CohortFacts | None
    aimed: Scoped
    territory: Scoped


@dataclass(frozen=True, slots=True)
class Overview:
    """Every curriculum of an organisation, and the skills asked that none teaches enough."""

    lines: list[Line]
    needs: Needs
    uncovered: list[Uncovered]


def overview(session: Session, organisation_id: int, *, today: date) -> Overview:
    """Compare each curriculum with open needs; what none covers is read over needs of any date."""
    curricula, _labels = curricula_of(session, organisation_id, today=today)
    needs = open_needs(session, organisation_id, today=today)
    demand = weigh(needs.asked, None, as_of=today)
    programmes = [one.programme.levels for one in curricula.values()]
    return Overview(
        [_line(curriculum, needs, today) for curriculum in curricula.values()],
        needs,
        [one for one in uncovered(programmes, demand) if one.posts],
    )


def study(
    session: Session,
    organisation_id: int,
    curriculum_id: int,
    *,
    cohort_id: int | None = None,
    today: date,
) -> Study:
    """Compare a curriculum with open needs around the end of one of its cohorts.

    Without `cohort_id`, the next one to end, else the last that ended; without any cohort, needs of
    every date. Raises NotFound when the curriculum or the cohort is not the organisation’s.
    """
    curricula, taught = curricula_of(session, organisation_id, today=today)
    if curriculum_id not in curricula:
        raise NotFound
    curriculum = curricula[curriculum_id]
    cohort = _cohort(curriculum, cohort_id, today)
    needs = open_needs(session, organisation_id, today=today)
    question = Question(
        programme=curriculum.programme,
        others=tuple(one.programme for number, one in curricula.items() if number != curriculum_id),
        needs=needs.asked,
        leavers=leavers_of(session, curriculum_id, today=today),
        spoke_on=news_of(session, organisation_id),
        window=window_around(cohort.ends_on) if cohort else None,
        as_of=today,
    )
    return Study(
        curriculum,
        curricula,
        cohort,
        needs,
        {**taught, **needs.labels},
        question,
        *compare(question),
    )


def _line(curriculum: CurriculumFacts, needs: Needs, today: date) -> Line:
    cohort = _cohort(curriculum, None, today)
    window = window_around(cohort.ends_on) if cohort else None
    question = Question(curriculum.programme, (), needs.asked, (), {}, window, today)
    return Line(curriculum, cohort, *compare(question))


def _cohort(curriculum: CurriculumFacts, cohort_id: int | None, today: date) -> CohortFacts | None:
    if cohort_id is not None:
        for cohort in curriculum.cohorts:
            if cohort.id == cohort_id:
                return cohort
        raise NotFound
    coming = [cohort for cohort in curriculum.cohorts if cohort.ends_on >= today]
    if coming:
        return coming[0]
    return curriculum.cohorts[-1] if curriculum.cohorts else None
