"""The people who will leave a curriculum’s cohorts, as needs are compared with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions import match_facts
from parcours.actions.job_searches import search_of_row
from parcours.actions.match_facts import Asked
from parcours.actions.match_people import levels_of
from parcours.actions.match_rules import rules_in_force
from parcours.actions.match_teaching import planned_of
from parcours.domain.access import Actor
from parcours.domain.job_search import UNASKED, JobSearch
from parcours.domain.matching_ranking import Wish
from parcours.domain.needs import Licence
from parcours.domain.prospects import Ground, Person, Post
from parcours.models import (
    Cohort,
    Enrolment,
    JobSearchRow,
    NeedWish,
)
from parcours.models.visibility import is_placed, scope

# By person: the day they are ready, what they look for, what they say of needs.
Met = dict[int, tuple[date, JobSearch, dict[str, tuple[Wish, int | None]]]]


@dataclass(frozen=True, slots=True)
class Hall:
    """People and posts made ready to be compared; `needs` are the versions that were read."""

    people: tuple[Person, ...]
    posts: Mapping[str, Post]
    needs: Mapping[str, Asked]
    ground: Ground


def hall(
    session: Session,
    actor: Actor,
    cohorts: Collection[int],
    asked: Mapping[str, Asked],
    *,
    today: date,
) -> Hall:
    """The people of some cohorts that the actor may propose, and the needs given: five statements.

    Whoever was hired through an introduction is no longer looking: the post they took is no longer
    open either.
    """
    skills = {line.skill for one in asked.values() for line in one.requirements}
    ground = Ground(
        match_facts.taxonomy_around(session, skills),
        rules_in_force(session, actor.organisation_id),
        today,
        _labels(),
    )
    found = _people(session, actor, cohorts, today)
    held = levels_of(session, found)
    planned = planned_of(session, list(found), today)
    people = tuple(
        Person(str(key), ready, held.get(key, ()), planned.get(key, ()), search, said)
        for key, (ready, search, said) in sorted(found.items())
    )
    return Hall(people, {key: _post(one) for key, one in asked.items()}, asked, ground)


def _people(session: Session, actor: Actor, cohorts: Collection[int], today: date) -> Met:
    """Whoever is still in a cohort and looks for work: when they are ready, what they said."""
    found: Met = {}
    asked = scope(actor, today) | {"cohorts": list(cohorts)}
    for row in session.execute(ENROLLED, asked):
        search = UNASKED if row.searched is None else search_of_row(row)
        ready, _search, said = found.setdefault(row.learner_id, (row.ends_on, search, {}))
        found[row.learner_id] = max(ready, row.ends_on), search, said
        if row.need_id is not None:
            said[str(row.need_id)] = row.wish, row.distance_km
    return found


def _post(one: Asked) -> Post:
    return Post(str(one.need_id), one.terms, one.requirements, one.site)


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, Any] = {code: row.label for code, row in reference.contract_types().items()}
    return labels | {licence.value: licence.label for licence in Licence}


ENROLLED: Any = (
    select(
        col(Enrolment.learner_id),
        col(Cohort.ends_on),
        col(NeedWish.need_id),
        col(NeedWish.wish),
        col(NeedWish.distance_km),
        col(JobSearchRow.learner_id).label("searched"),
        *(column for column in JobSearchRow.__table__.columns  # type: ignore[attr-defined]
          if column.name != "learner_id"),
    )
    .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
    .outerjoin(JobSearchRow, col(JobSearchRow.learner_id) == col(Enrolment.learner_id))
    .outerjoin(NeedWish, col(NeedWish.learner_id) == col(Enrolment.learner_id))
    .where(
        col(Enrolment.cohort_id).in_(bindparam("cohorts", expanding=True)),
        col(Enrolment.left_on).is_(None),
        col(Cohort.ends_on) >= bindparam("today"),
        match_facts.may_be_proposed(Enrolment.learner_id),
        ~is_placed(Enrolment.learner_id),
    )
)  # fmt: skip
