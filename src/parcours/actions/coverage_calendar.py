"""Who will be ready out of a curriculum beside the posts that fall due, date by date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions.coverage_facts import CohortFacts, CurriculumFacts, curricula_of
from parcours.actions.coverage_needs import NeedFacts, open_posts
from parcours.actions.coverage_people import hall
from parcours.actions.match_facts import Asked
from parcours.domain.access import Actor
from parcours.domain.coverage_report import Scope
from parcours.domain.demand import weight
from parcours.domain.errors import NotFound
from parcours.domain.prospects import prospects
from parcours.domain.supply import (
    Capable,
    Ending,
    Fit,
    Moment,
    capable_supply,
    due_on,
    fits,
    timeline,
)

# Everybody is compared with every need shown: beyond, the soonest are, and the page says so.
MOST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments in order; `undated` are the needs that stand in the demand of no day.

    `placed` were hired already: neither they nor the posts they took are counted.
    """

    curriculum: CurriculumFacts
    scope: Scope
    endings: Mapping[str, Ending]
    cohorts: Mapping[str, CohortFacts]
    needs: Mapping[str, NeedFacts]
    asked: Mapping[str, Asked]
    moments: Sequence[Moment]
    undated: Sequence[NeedFacts]
    leavers: int
    finished: int

    @property
    def placed(self) -> int:
        """How many people of the cohorts that still run were hired already."""
        return sum(one.placed for one in self.cohorts.values())


@dataclass(frozen=True, slots=True)
class CapableSupply:
    """Of the people who will be ready, those whose projected score and constraints fit a need.

    `people` were compared with `compared` needs, the soonest due first.
    """

    people: int
    compared: int
    dates: Sequence[Capable]
    fits: Sequence[Fit]

    def on(self, day: date) -> int:
        """How many people are capable of one need at least, that day."""
        reached = [one.learners for one in self.dates if one.on <= day]
        return reached[-1] if reached else 0


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
    held, asked = open_posts(session, organisation_id, today=today)
    needs = {
        code: need for code, need in held.by_code.items() if _counts(need, scope, curriculum, today)
    }
    return Calendar(
        curriculum,
        scope,
        endings,
        running,
        needs,
        asked,
        timeline(list(endings.values()), [need.asked for need in needs.values()]),
        [need for need in needs.values() if due_on(need.asked) is None],
        leavers,
        finished,
    )


def capable_of(session: Session, actor: Actor, found: Calendar, *, today: date) -> CapableSupply:
    """Who, of the cohorts of a calendar, could do the jobs of its needs, and when."""
    needs = soonest(found.needs.values())[:MOST_COMPARED]
    cohorts = [one.id for one in found.cohorts.values()]
    asked = {need.asked.code: found.asked[need.asked.code] for need in needs}
    met = hall(session, actor, cohorts, asked, today=today)
    pairs = prospects(met.people, met.posts.values(), met.ground)
    return CapableSupply(
        len(met.people),
        len(met.posts),
        capable_supply(pairs),
        fits([need.asked for need in needs], pairs),
    )


def soonest(needs: Iterable[NeedFacts]) -> list[NeedFacts]:
    """Needs by the day they fall due, those without a date last."""
    return sorted(needs, key=lambda one: (due_on(one.asked) or date.max, one.id))


def _counts(need: NeedFacts, scope: Scope, curriculum: CurriculumFacts, today: date) -> bool:
    is_aimed = scope is Scope.TERRITORY or need.asked.occupation in curriculum.occupations
    return is_aimed and bool(weight(need.asked, None, as_of=today))
