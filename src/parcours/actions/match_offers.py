"""A learner beside every open need they could take: exact, from needs made ready once a day.

What a version of a need asks is never rewritten: it is made ready to be compared once for all, in
each process. Which needs are open and read by whom, where sites are, and the list of skills are
read each time.
"""

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions import match_facts
from parcours.actions.job_searches import search_of_row
from parcours.actions.match_facts import UNSAID, Asked, Said
from parcours.actions.match_people import levels_of
from parcours.actions.match_rules import params_in_force, rules_of
from parcours.actions.matching import labels
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import digest
from parcours.domain.errors import NotFound
from parcours.domain.job_search import JobSearch, filter_terms, metres_between
from parcours.domain.matching_board import Board
from parcours.domain.matching_filters import Answer, Constraints, Terms, check_terms, status_of
from parcours.domain.matching_ranking import Candidate, Ranking, rank
from parcours.domain.matching_replay import ENGINE
from parcours.domain.matching_rules import MatchRules
from parcours.domain.matching_target import Target
from parcours.domain.needs import NeedState
from parcours.domain.taxonomy import Taxonomy
from parcours.models import EmployerSite, JobSearchRow, Learner, Need, NeedVersion, visibility
from parcours.models.visibility import reads_need

BATCH = 500


@dataclass(frozen=True, slots=True)
class Offers:
    """A learner and the needs they were compared with; `answers` by need that is related."""

    ranking: Ranking
    answers: Mapping[int, tuple[Answer, ...]]
    needs: int


@dataclass(slots=True)
class Shelf:
    """Versions of needs made ready under one list of skills, as of one day and some rules."""

    rules: MatchRules
    today: date
    skills: Sequence[Any]
    taxonomy: Taxonomy
    board: Board = field(default_factory=lambda: Board({}))
    terms: dict[int, tuple[Terms, tuple[str, ...]]] = field(default_factory=dict)

    def put(self, version_id: int, asked: Asked) -> None:
        """Make a version ready."""
        start = asked.terms.starts_on
        target = Target(asked.requirements, self.taxonomy, as_of=self.today, start=start,
                        rules=self.rules)  # fmt: skip
        self.board.put(str(version_id), target)
        terms = filter_terms(asked.terms)
        if terms.weekly_hours is not None:
            terms = replace(terms, weekly_hours=_whole(terms.weekly_hours))
        self.terms[version_id] = terms, asked.terms.contracts

    def terms_for(self, version_id: int, said: Constraints) -> Terms:
        """The terms as the filters read them for somebody: one contract accepted is enough."""
        terms, contracts = self.terms[version_id]
        if said.contracts is None or terms.contract in said.contracts:
            return terms
        accepted = next((one for one in contracts if one in said.contracts), terms.contract)
        return terms if accepted == terms.contract else replace(terms, contract=accepted)


# By database: the shelves of the rules in use, of one day.
_SHELVES: WeakKeyDictionary[Any, dict[str, Shelf]] = WeakKeyDictionary()
_LOCK = Lock()


def needs_for(session: Session, actor: Actor, learner_id: int, *, today: date) -> Offers:
    """Compare a learner the actor sees with every open need the actor reads."""
    require(actor, Capability.FOLLOW_NEEDS)
    values = visibility.scope(actor, today) | {"learner": learner_id}
    seeking = session.execute(SEEKING, values).one_or_none()
    if seeking is None:
        raise NotFound
    rules, search = rules_of(seeking.rules), search_of_row(seeking)
    rows = session.execute(OPEN, {"org": actor.organisation_id, "today": today}).all()
    evidence = levels_of(session, [learner_id]).get(learner_id, ())
    with _LOCK:
        shelf = _shelf(session, rules, today)
        _fill(session, shelf, [row[1] for row in rows])
        scores = shelf.board.scores(evidence)
    open_now = {row[1]: row for row in rows}
    found = {open_now[version][0]: (open_now[version], score)
             for one, score in scores.items() if (version := int(one)) in open_now}  # fmt: skip
    wishes = match_facts.wishes_of_learner(session, learner_id)
    answers = _answers(shelf, search, wishes, [row for row, _score in found.values()])
    run = digest([ENGINE, actor.organisation_id, "needs", rules.sha256, today])[:32]
    ranking = rank(
        (Candidate(str(need), *score, status_of(answers[need]), wishes.get(need, UNSAID).wish)
         for need, (_row, score) in found.items()),
        run=run,
        about=str(learner_id),
    )  # fmt: skip
    return Offers(ranking, answers, len(rows))


def _answers(
    shelf: Shelf, search: JobSearch, wishes: Mapping[int, Said], rows: Sequence[Any]
) -> dict[int, tuple[Answer, ...]]:
    """The six answers for each need: what the person said is read once for all."""
    said, words = search.constraints(), labels()
    if said.hours is not None:
        said = replace(said, hours=(_whole(said.hours[0]), _whole(said.hours[1])))
    found = {}
    for need, version, latitude, longitude in rows:
        metres = None
        wish = wishes.get(need)
        if wish is not None and wish.distance_km is not None:
            metres = 1000 * wish.distance_km
        elif search.point is not None and latitude is not None:
            metres = metres_between(search.point, (latitude, longitude))
        found[need] = check_terms(shelf.terms_for(version, said), said, metres, words)
    return found


def _whole(hours: Fraction | int) -> Fraction | int:
    """The same number, an integer where it is one: much quicker to compare thousands of times."""
    return hours.numerator if hours.denominator == 1 else hours


def _shelf(session: Session, rules: MatchRules, today: date) -> Shelf:
    """The shelf of these rules today; one of its own for a session that writes.

    What a writer has not committed must stay its own; a list of skills that changed in any way
    makes another shelf.
    """
    skills = match_facts.skills(session)
    bind = session.get_bind()
    if "parcours_only" not in bind.get_execution_options():
        return Shelf(rules, today, skills, match_facts.taxonomy_of(skills))
    shelves = _SHELVES.setdefault(bind.engine.pool, {})
    kept = shelves.get(rules.sha256)
    if kept is None or kept.today != today or kept.skills != skills:
        for name in [name for name, one in shelves.items() if one.today != today]:
            del shelves[name]
        kept = Shelf(rules, today, skills, match_facts.taxonomy_of(skills))
        shelves[rules.sha256] = kept
    return kept


def _fill(session: Session, shelf: Shelf, versions: Sequence[int]) -> None:
    """Make ready what is not yet; a version that stands no more stays until the day ends."""
    missing = [one for one in versions if one not in shelf.terms]
    for start in range(0, len(missing), BATCH):
        for version_id, asked in match_facts.versions(session, missing[start : start + BATCH]):
            shelf.put(version_id, asked)
    if len(missing) > BATCH:
        # They stay until the day ends: looking for garbage among them, page after page, took a
        # third of the time of a page with 5,000 needs.
        gc.collect()
        gc.freeze()


def _seeking() -> Any:
    """What `:learner` looks for, if `:org` sees them, and the rules `:org` compares with."""
    table = JobSearchRow.__table__  # type: ignore[attr-defined]
    search = [one for one in table.columns if one.name != "learner_id"]
    return (
        select(params_in_force(bindparam("org")).label("rules"), *search)
        .select_from(Learner)
        .outerjoin(JobSearchRow, col(JobSearchRow.learner_id) == col(Learner.id))
        .where(col(Learner.id) == bindparam("learner"), visibility.sees_learner(Learner.id))
    )


SEEKING = _seeking()
OPEN = (
    select(
        col(Need.id), col(NeedVersion.id), col(EmployerSite.latitude), col(EmployerSite.longitude)
    )
    .join(NeedVersion, col(NeedVersion.need_id) == col(Need.id))
    .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
    .where(
        col(NeedVersion.number) == col(Need.version),
        col(Need.state) == NeedState.PUBLISHED,
        col(Need.suspends_on) > bindparam("today"),
        reads_need(),
    )
    .order_by(col(Need.id))
)
