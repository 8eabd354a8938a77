"""A distribution of a cohort over posts: proposed on request, kept, decided pair by pair.

Source: matching notes §4 and §8. A person decides about each pair, with a motive; nothing is sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import coverage_runs, match_runs
from parcours.actions.coverage_calendar import MOST_COMPARED, soonest
from parcours.actions.coverage_facts import CohortFacts, CurriculumFacts, curricula_of
from parcours.actions.coverage_needs import open_posts
from parcours.actions.coverage_people import Hall, hall
from parcours.actions.match_facts import Asked
from parcours.actions.matching import Paired, run_id
from parcours.domain.access import Actor, Capability, require
from parcours.domain.allocation import Mode
from parcours.domain.allocation_runs import (
    ENGINE,
    Shared,
    Sharing,
    result_bytes,
    share_out,
    snapshot,
)
from parcours.domain.coverage_report import Scope
from parcours.domain.coverage_runs import RunKind
from parcours.domain.demand import weight, window_around
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.matching_replay import answer
from parcours.domain.matching_rules import MatchRules
from parcours.domain.prospects import proposals, prospects, question
from parcours.models import AllocationPair, CoverageRun, Learner
from parcours.models.visibility import coverage_run, scope, sees_learner

NOBODY = "Personne de cette promotion ne cherche encore un poste : il n’y a rien à répartir."
NO_POST = "Aucun poste ouvert ne peut être pris à la fin de cette promotion."


@dataclass(frozen=True, slots=True)
class Compared:
    """What a kept result is attached to: a version of a need, on a day, under some rules."""

    run: str
    asked: Asked
    rules: MatchRules
    as_of: date


@dataclass(frozen=True, slots=True)
class Line:
    """A person of an allocation, as its page shows them.

    `points` is what the allocation changes for them beside the best pair taken first, None when
    nothing; `result_id` None for somebody without a post.
    """

    learner_id: int
    need_id: int | None
    result_id: str | None
    other_need_id: int | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """An allocation kept; `hidden` people are no longer seen by the organisation."""

    run: CoverageRun
    mode: Mode
    lines: tuple[Line, ...]
    posts: Mapping[int, int]
    total: int
    best_pair_first: int
    hidden: int


def propose(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    cohort_id: int,
    mode: Mode | None,
    wanted: Scope,
    *,
    today: date,
) -> CoverageRun:
    """Share out the people of a cohort over the posts open when it ends (NotFound, RuleBroken).

    The same people, posts and answers on the same day are the same allocation.
    """
    require(actor, Capability.MANAGE_COHORTS)
    if mode is None:
        raise RuleBroken("Choisissez ce qui est cherché d’abord.", field="mode")
    curriculum, cohort = _cohort(session, actor, curriculum_id, cohort_id, today)
    needs = _needs(session, actor, curriculum, cohort, wanted, today)
    met = hall(session, actor, [cohort.id], needs, today=today)
    _check(met)
    pairs = proposals(prospects(met.people, met.posts.values(), met.ground), met.people)
    asked = Sharing(
        mode,
        tuple(person.ref for person in met.people),
        {ref: met.needs[ref].posts for ref in met.posts},
        tuple(pairs),
        f"{actor.organisation_id}|{cohort.id}|{today.isoformat()}",
    )
    found = share_out(asked)
    run = coverage_runs.keep(
        session, actor, RunKind.ALLOCATION, curriculum, cohort.id, asked.run,
        (snapshot(asked), result_bytes(found)), ENGINE, today=today,
    )  # fmt: skip
    _keep_pairs(session, actor, run.id, found, met)
    audit.record(session, actor, "propose_allocation", "cohort", cohort.id, run=run.id)
    return run


def proposed(
    session: Session, actor: Actor, curriculum_id: int, run_id: str, *, today: date
) -> Proposed:
    """An allocation as it was proposed, without the people one no longer sees (NotFound)."""
    require(actor, Capability.READ_LEARNERS)
    run = coverage_run(session, actor, curriculum_id, run_id)
    if run.kind is not RunKind.ALLOCATION:
        raise NotFound
    asked, result = json.loads(run.input_snapshot), json.loads(run.result)
    results = {row[0]: row[1] for row in session.execute(PAIRS, {"run": run.id})}
    seen = _seen(session, actor, run, today)
    changes = {row[0]: (row[2], row[3]) for row in result["differences"]}
    lines = [
        _line(learner, need, results, changes)
        for learner, need in result["needs"].items()
        if int(learner) in seen
    ]
    return Proposed(
        run,
        Mode(asked["mode"]),
        tuple(lines),
        {int(need): posts for need, posts in asked["posts"].items()},
        result["total"],
        result["best_pair_first"]["total"],
        len(result["needs"]) - len(lines),
    )


def _cohort(
    session: Session, actor: Actor, curriculum_id: int, cohort_id: int, today: date
) -> tuple[CurriculumFacts, CohortFacts]:
    curricula, _labels = curricula_of(session, actor.organisation_id, today=today)
    curriculum = curricula.get(curriculum_id)
    for cohort in curriculum.cohorts if curriculum else ():
        if cohort.id == cohort_id and curriculum is not None:
            return curriculum, cohort
    raise NotFound


def _needs(
    session: Session,
    actor: Actor,
    curriculum: CurriculumFacts,
    cohort: CohortFacts,
    wanted: Scope,
    today: date,
) -> dict[str, Asked]:
    """The needs whose entry date people leaving the cohort can take, the soonest due alone."""
    window = window_around(cohort.ends_on)
    found, asked = open_posts(session, actor.organisation_id, today=today)
    kept = [
        need
        for need in found.by_code.values()
        if weight(need.asked, window, as_of=today)
        and (wanted is Scope.TERRITORY or need.asked.occupation in curriculum.occupations)
    ]
    return {one.asked.code: asked[one.asked.code] for one in soonest(kept)[:MOST_COMPARED]}


def _check(met: Hall) -> None:
    if not met.posts:
        raise RuleBroken(NO_POST, field="promo")
    if not met.people:
        raise RuleBroken(NOBODY, field="promo")


def _keep_pairs(session: Session, actor: Actor, run: str, found: Shared, met: Hall) -> None:
    """Keep the result that explains each pair, as the page of candidates would have."""
    known = set(session.execute(PAIRS, {"run": run}).scalars())
    people = {person.ref: person for person in met.people}
    for learner, need in found.allocation.needs.items():
        if need is None or int(learner) in known:
            continue
        asked = met.needs[need]
        asks = question(met.posts[need], people[learner], met.ground)
        compared = Compared(
            run_id(actor, asked, met.ground.rules, met.ground.as_of),
            asked,
            met.ground.rules,
            met.ground.as_of,
        )
        paired = Paired(int(learner), asks, answer(asks))
        kept = match_runs.keep(session, actor, compared, [paired])
        session.add(
            AllocationPair(
                run_id=run,
                learner_id=int(learner),
                need_id=int(need),
                result_id=kept[int(learner)],
            )
        )
    session.flush()


def _seen(session: Session, actor: Actor, run: CoverageRun, today: date) -> set[int]:
    """The people of an allocation that the organisation still sees."""
    ids = [int(one) for one in json.loads(run.input_snapshot)["learners"]]
    statement = select(col(Learner.id)).where(col(Learner.id).in_(ids), sees_learner(Learner.id))
    return {one or 0 for one in session.execute(statement, scope(actor, today)).scalars()}


def _line(
    learner: str,
    need: str | None,
    results: Mapping[int, str],
    changes: Mapping[str, tuple[str | None, int]],
) -> Line:
    other, points = changes.get(learner, (None, None))
    return Line(
        int(learner),
        int(need) if need else None,
        results.get(int(learner)),
        int(other) if other else None,
        points,
    )


PAIRS: Any = select(col(AllocationPair.learner_id), col(AllocationPair.result_id)).where(
    col(AllocationPair.run_id) == bindparam("run")
)
