"""Who will be ready out of a curriculum beside the posts that fall due, date by date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions.coverage_facts import CohortFacts, CurriculumFacts, curricula_of
from parcours.actions.coverage_needs import NeedFacts, open_needs
from parcours.domain.coverage_report import Scope
from parcours.domain.demand import weight
from parcours.domain.errors import NotFound
from parcours.domain.supply import Ending, Moment, due_on, timeline


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments in order; `undated` are the needs that stand in the demand of no day."""

    curriculum: CurriculumFacts
    scope: Scope
    endings: Mapping[str, Ending]
    cohorts: Mapping[str, CohortFacts]
    needs: Mapping[str, NeedFacts]
    moments: Sequence[Moment]
    undated: Sequence[NeedFacts]
    leavers: int
    finished: int


def calendar(
    session: Session, organisation_id: int, curriculum_id: int, scope: Scope | None, *, today: date
) -> Calendar:
    """The cohorts that still run and the needs that hold, of the occupations aimed at or of all.

    Without a scope, the occupations aimed at as soon as somebody said which.

    The part of people who stay to the end is that of the cohorts of this curriculum that ended.
    Raises NotFound when the curriculum is not the organisation’s.
    """
    curricula, _labels = curricula_of(session, organisation_id, today=today)
    if curriculum_id not in curricula:
        raise NotFound
    curriculum = curricula[curriculum_id]
    scope = scope or curriculum.usual_scope
    past = [cohort for cohort in curriculum.cohorts if cohort.ends_on < today]
    leavers, finished = sum(one.leavers for one in past), sum(one.finished for one in past)
    running = {str(one.id): one for one in curriculum.cohorts if one.ends_on >= today}
    endings = {
        code: Ending(code, one.ends_on, one.active, leavers, finished)
        for code, one in running.items()
    }
    needs = {
        code: need
        for code, need in open_needs(session, organisation_id, today=today).by_code.items()
        if _counts(need, scope, curriculum, today)
    }
    return Calendar(
        curriculum,
        scope,
        endings,
        running,
        needs,
        timeline(list(endings.values()), [need.asked for need in needs.values()]),
        [need for need in needs.values() if due_on(need.asked) is None],
        leavers,
        finished,
    )


def _counts(need: NeedFacts, scope: Scope, curriculum: CurriculumFacts, today: date) -> bool:
    is_aimed = scope is Scope.TERRITORY or need.asked.occupation in curriculum.occupations
    return is_aimed and bool(weight(need.asked, None, as_of=today))
