"""A need compared with everybody one sees, a learner with every need: exact and in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import Session

from parcours import reference
from parcours.actions import match_facts, match_files
from parcours.actions.match_asked import Asking, ask
from parcours.actions.match_facts import UNSAID, Asked, Said, Told
from parcours.actions.match_files import File
from parcours.domain.access import Actor
from parcours.domain.job_search import UNASKED, JobSearch, filter_terms, metres_between
from parcours.domain.matching_filters import Answer, check_terms, status_of
from parcours.domain.matching_ranking import Candidate, Ranking, rank
from parcours.domain.matching_replay import Conditions, Question, Result, answer
from parcours.domain.matching_rules import Band, Evidence, MatchRules
from parcours.domain.matching_target import Target
from parcours.domain.needs import Licence

SILENT = Told(UNASKED, UNSAID)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A need and everybody it was compared with, one by one.

    `people` counts all of them, those without any related skill too; `answers` are the constraints
    of whoever has one.
    """

    asking: Asking
    people: int
    ranking: Ranking
    answers: Mapping[int, tuple[Answer, ...]]


@dataclass(frozen=True, slots=True)
class Paired:
    """Somebody and a need: the question asked of the rules, what came of it, and their file."""

    learner_id: int
    question: Question
    result: Result
    file: File | None = None


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
    asking = ask(session, actor, need_id, today=today, rules=rules, counts_people=True)
    return compare_asked(session, actor, asking)


def compare_asked(session: Session, actor: Actor, asking: Asking) -> Comparison:
    """Compare a need with everybody, from the rows: exact, and slower as people are many."""
    asked, today = asking.asked, asking.as_of
    scores = scored(asking.target, match_facts.levels(session, actor, asking.skills, today))
    said = match_facts.said_of_need(session, actor, asked.need_id, today)
    answers = _answers(asked, scores, said)
    ranking = rank(
        (_candidate(one, scores[one], answers[one], said.get(one, SILENT).said) for one in scores),
        run=asking.run,
        about=str(asked.need_id),
    )
    people = asking.people
    if people is None:
        people = match_facts.count_people(session, actor, today)
    return Comparison(asking, people, ranking, answers)


def pairs(
    session: Session, actor: Actor, asking: Asking, learners: Sequence[int]
) -> dict[int, Paired]:
    """Some people beside the need, in full: every line, today and at the entry date."""
    asked, today = asking.asked, asking.as_of
    files = match_files.files(session, actor, asked.need_id, learners, today)
    shown = match_files.shown(session, actor, asking.skills, learners, today)
    paired = {}
    for one in learners:
        file, can = files[one], shown[one]
        question = Question(
            requirements=asked.requirements,
            evidence=can.evidence,
            taxonomy=asking.taxonomy,
            as_of=today,
            start=asked.terms.starts_on,
            planned=can.planned,
            conditions=conditions(asked, file.search, file.said),
            rules=asking.rules,
            ready=asking.target,
        )
        paired[one] = Paired(one, question, answer(question), file)
    return paired


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


def everybody(ranking: Ranking) -> Iterable[int]:
    """The people of a ranking, in the order they are shown."""
    for group in (ranking.proposable, ranking.to_check, ranking.blocked):
        yield from (int(row.candidate.ref) for row in group)


def _candidate(
    ref: int, score: tuple[int, Band] | None, answers: tuple[Answer, ...], said: Said
) -> Candidate:
    pct, band = score or (None, None)
    return Candidate(str(ref), pct, band, status_of(answers), said.wish)


def _answers(
    asked: Asked, people: Iterable[int], said: Mapping[int, Told]
) -> dict[int, tuple[Answer, ...]]:
    """The six answers of everybody; whoever was asked nothing shares theirs."""
    unasked = check_terms(*conditions(asked, *SILENT))
    return {
        one: check_terms(*conditions(asked, *said[one])) if one in said else unasked
        for one in people
    }


def conditions(asked: Asked, search: JobSearch, said: Said) -> Conditions:
    """What the filters read of somebody beside a need."""
    constraints = search.constraints()
    terms = filter_terms(asked.terms, constraints.contracts)
    return Conditions(terms, constraints, _distance(asked, search, said), labels())


def _distance(asked: Asked, search: JobSearch, said: Said) -> int | None:
    """In metres: what was said for this need, else as the crow flies between two known points."""
    if said.distance_km is not None:
        return 1000 * said.distance_km
    if search.point is None or asked.site is None:
        return None
    return metres_between(search.point, asked.site)


@cache
def labels() -> dict[str, str]:
    """The words of codes that a reason names."""
    labels: dict[str, Any] = {code: row.label for code, row in reference.contract_types().items()}
    return labels | {licence.value: licence.label for licence in Licence}
