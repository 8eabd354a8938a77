"""A need compared with everybody one sees, a learner with every need: exact and in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import Session

from parcours import reference
from parcours.actions import match_facts
from parcours.actions.job_searches import search_of
from parcours.actions.match_facts import Asked, Said
from parcours.actions.match_rules import rules_in_force
from parcours.actions.match_teaching import planned_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import digest
from parcours.domain.job_search import UNASKED, JobSearch, filter_terms, metres_between
from parcours.domain.matching_board import Board
from parcours.domain.matching_filters import Answer, check_terms, status_of
from parcours.domain.matching_ranking import Candidate, Ranking, Wish, rank
from parcours.domain.matching_replay import ENGINE, Conditions, Question, Result, answer
from parcours.domain.matching_rules import Band, Evidence, MatchRules
from parcours.domain.matching_target import Target
from parcours.domain.needs import Licence
from parcours.domain.taxonomy import Taxonomy
from parcours.models import visibility

UNSAID = Said(Wish.UNSAID, None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A need and everybody it was compared with.

    `people` counts all of them, those without any related skill too; `answers` are the constraints
    of whoever has one. `run` names this comparison and orders equals.
    """

    asked: Asked
    rules: MatchRules
    taxonomy: Taxonomy
    as_of: date
    run: str
    people: int
    ranking: Ranking
    answers: Mapping[int, tuple[Answer, ...]]
    skills: Mapping[int, str]
    searches: Mapping[int, JobSearch]
    wishes: Mapping[int, Said]


@dataclass(frozen=True, slots=True)
class Paired:
    """Somebody and a need: the question asked of the rules, and what came of it."""

    learner_id: int
    question: Question
    result: Result


@dataclass(frozen=True, slots=True)
class Offers:
    """A learner and the needs they were compared with; `pairs` by need."""

    ranking: Ranking
    answers: Mapping[int, tuple[Answer, ...]]
    asked: Mapping[int, Asked]
    needs: int


def compare(
    session: Session,
    actor: Actor,
    need_id: int,
    *,
    today: date,
    rules: MatchRules | None = None,
) -> Comparison:
    """Compare a need the actor reads with everybody they may propose (NotFound otherwise).

    `rules` are those in force unless given, to see what others would change.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    need = visibility.need(session, actor, need_id)
    asked = match_facts.asked_of(session, need_id, need.version)
    rules = rules or rules_in_force(session, actor.organisation_id)
    taxonomy = match_facts.taxonomy_around(session, list(asked.skill_ids))
    target = _target(asked, taxonomy, rules, today)
    skills = match_facts.skill_ids(session, target.worth)
    scores = scored(target, match_facts.levels(session, actor, skills, today))
    searches = match_facts.searches(session, actor, today)
    wishes = match_facts.wishes_of_need(session, actor, need_id, today)
    answers = _answers(asked, scores, searches, wishes)
    run = run_id(actor, asked, rules, today)
    ranking = rank(
        (_candidate(one, scores[one], answers[one], wishes.get(one, UNSAID)) for one in scores),
        run=run,
        about=str(need_id),
    )
    people = match_facts.count_people(session, actor, today)
    return Comparison(
        asked, rules, taxonomy, today, run, people, ranking, answers, skills, searches, wishes
    )


def pairs(
    session: Session, actor: Actor, found: Comparison, learners: Sequence[int]
) -> dict[int, Paired]:
    """Some people the comparison holds, in full: every line, today and at the entry date."""
    taxonomy, asked = found.taxonomy, found.asked
    held = match_facts.levels_among(session, actor, found.skills, learners, found.as_of)
    planned = planned_of(session, learners, found.as_of)
    searches, wishes = found.searches, found.wishes
    paired = {}
    for one in learners:
        question = Question(
            requirements=asked.requirements,
            evidence=held.get(one, ()),
            taxonomy=taxonomy,
            as_of=found.as_of,
            start=asked.terms.starts_on,
            planned=planned.get(one, ()),
            conditions=_conditions(asked, searches.get(one, UNASKED), wishes.get(one, UNSAID)),
            rules=found.rules,
        )
        paired[one] = Paired(one, question, answer(question))
    return paired


def needs_for(session: Session, actor: Actor, learner_id: int, *, today: date) -> Offers:
    """Compare a learner the actor sees with every open need the actor reads."""
    require(actor, Capability.FOLLOW_NEEDS)
    visibility.learner(session, actor, learner_id, today=today)
    asked = {one.need_id: one for one in match_facts.open_needs(session, actor, today)}
    rules = rules_in_force(session, actor.organisation_id)
    taxonomy = match_facts.taxonomy_around(session)
    board = Board({str(key): _target(one, taxonomy, rules, today) for key, one in asked.items()})
    run = digest([ENGINE, actor.organisation_id, "needs", rules.sha256, today])[:32]
    evidence = match_facts.levels_of(session, learner_id)
    offers = board.offers(evidence, run=run, learner=str(learner_id))
    search, _version = search_of(session, learner_id)
    wishes = match_facts.wishes_of_learner(session, learner_id)
    answers = {
        int(one.need): check_terms(
            *_conditions(asked[int(one.need)], search, wishes.get(int(one.need), UNSAID))
        )
        for one in offers
    }
    ranking = rank(
        (_candidate(int(one.need), (one.pct, one.band), answers[int(one.need)],
                    wishes.get(int(one.need), UNSAID)) for one in offers),
        run=run,
        about=str(learner_id),
    )  # fmt: skip
    return Offers(ranking, answers, asked, len(asked))


def scored(
    target: Target, held: Mapping[int, tuple[Evidence, ...]]
) -> dict[int, tuple[int, Band] | None]:
    """The number and band of everybody who covers something; the same levels are scored once.

    None where the need asks for no skill: it cannot be evaluated.
    """
    known: dict[tuple[Evidence, ...], tuple[int, Band] | None] = {}
    found: dict[int, tuple[int, Band] | None] = {}
    for learner_id, evidence in held.items():
        if evidence not in known:
            units = target.units(evidence)
            known[evidence] = target.shown(units, evidence) if any(units) else None
        if (score := known[evidence]) is not None:
            found[learner_id] = score
    return found


def run_id(actor: Actor, asked: Asked, rules: MatchRules, today: date) -> str:
    """The name of a comparison: the same question, the same day, the same name."""
    facts = [ENGINE, actor.organisation_id, asked.need_id, asked.version, rules.sha256, today]
    return digest(facts)[:32]


def everybody(ranking: Ranking) -> Iterable[int]:
    """The people of a ranking, in the order they are shown."""
    for group in (ranking.proposable, ranking.to_check, ranking.blocked):
        yield from (int(row.candidate.ref) for row in group)


def _target(asked: Asked, taxonomy: Taxonomy, rules: MatchRules, today: date) -> Target:
    start = asked.terms.starts_on
    return Target(asked.requirements, taxonomy, as_of=today, start=start, rules=rules)


def _candidate(
    ref: int, score: tuple[int, Band] | None, answers: tuple[Answer, ...], said: Said
) -> Candidate:
    pct, band = score or (None, None)
    return Candidate(str(ref), pct, band, status_of(answers), said.wish)


def _answers(
    asked: Asked,
    people: Iterable[int],
    searches: Mapping[int, JobSearch],
    wishes: Mapping[int, Said],
) -> dict[int, tuple[Answer, ...]]:
    """The six answers of everybody; whoever was asked nothing shares theirs."""
    unasked = check_terms(*_conditions(asked, UNASKED, UNSAID))
    return {
        one: check_terms(*_conditions(asked, searches.get(one, UNASKED), wishes.get(one, UNSAID)))
        if one in searches or one in wishes
        else unasked
        for one in people
    }


def _conditions(asked: Asked, search: JobSearch, said: Said) -> Conditions:
    constraints = search.constraints()
    terms = filter_terms(asked.terms, constraints.contracts)
    return Conditions(terms, constraints, _distance(asked, search, said), _labels())


def _distance(asked: Asked, search: JobSearch, said: Said) -> int | None:
    """In metres: what was said for this need, else as the crow flies between two known points."""
    if said.distance_km is not None:
        return 1000 * said.distance_km
    if search.point is None or asked.site is None:
        return None
    return metres_between(search.point, asked.site)


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, Any] = {code: row.label for code, row in reference.contract_types().items()}
    return labels | {licence.value: licence.label for licence in Licence}
