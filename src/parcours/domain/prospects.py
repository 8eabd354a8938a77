"""People who will be ready on a day, compared with needs as they stand at each entry date.

Source: matching notes §2.4 (projection), §2.5 (constraints) and §4 (capable supply, allocation):
what the modules under way bring counts where they end on or before the entry date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours.domain import needs
from parcours.domain.allocation import Proposal
from parcours.domain.job_search import UNASKED, JobSearch, filter_terms, metres_between
from parcours.domain.matching import Planned, planned_evidence
from parcours.domain.matching_filters import check_terms, status_of
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_replay import Conditions, Question
from parcours.domain.matching_rules import Evidence, MatchRules, Requirement
from parcours.domain.matching_target import Target
from parcours.domain.supply import Prospect
from parcours.domain.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they are compared: what they showed, what is coming, what they look for.

    `said` holds, by need, the wish and the distance in kilometres when they know it.
    """

    ref: str
    ready_on: date
    evidence: tuple[Evidence, ...] = ()
    planned: tuple[Planned, ...] = ()
    search: JobSearch = UNASKED
    said: Mapping[str, tuple[Wish, int | None]] | None = None

    def wish(self, need: str) -> Wish:
        """What they say of a need."""
        return (self.said or {}).get(need, (Wish.UNSAID, None))[0]


@dataclass(frozen=True, slots=True)
class Post:
    """A need as people are compared with it."""

    ref: str
    terms: needs.Terms
    requirements: tuple[Requirement, ...]
    site: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What all the pairs of a comparison share."""

    taxonomy: Taxonomy
    rules: MatchRules
    as_of: date
    labels: Mapping[str, str]


def prospects(people: Sequence[Person], posts: Iterable[Post], ground: Ground) -> list[Prospect]:
    """Every pair where the person covers something at the entry date; the others say nothing."""
    found = []
    for post in posts:
        target = _target(post, ground)
        for person in people:
            held = person.evidence + planned_evidence(person.planned, target.start)
            units = target.units(held)
            if any(units):
                status = status_of(check_terms(*conditions(post, person, ground.labels)))
                pct, _band = target.shown(units, held)
                found.append(Prospect(person.ref, post.ref, person.ready_on, pct, status))
    return found


def proposals(found: Iterable[Prospect], people: Iterable[Person]) -> list[Proposal]:
    """The same pairs with the wish of each person, as an allocation reads them."""
    by_ref = {person.ref: person for person in people}
    return [
        Proposal(one.learner, one.need, one.pct_at_entry, one.status,
                 by_ref[one.learner].wish(one.need))
        for one in found
    ]  # fmt: skip


def question(post: Post, person: Person, ground: Ground) -> Question:
    """One pair in full, as the page of candidates asks it."""
    return Question(
        requirements=post.requirements,
        evidence=person.evidence,
        taxonomy=ground.taxonomy,
        as_of=ground.as_of,
        start=post.terms.starts_on,
        planned=person.planned,
        conditions=conditions(post, person, ground.labels),
        rules=ground.rules,
    )


def conditions(post: Post, person: Person, labels: Mapping[str, Any]) -> Conditions:
    """What the filters read of a pair; a distance somebody said comes before a computed one."""
    constraints = person.search.constraints()
    terms = filter_terms(post.terms, constraints.contracts)
    _wish, said_km = (person.said or {}).get(post.ref, (Wish.UNSAID, None))
    if said_km is not None:
        return Conditions(terms, constraints, 1000 * said_km, labels)
    if person.search.point is None or post.site is None:
        return Conditions(terms, constraints, None, labels)
    return Conditions(terms, constraints, metres_between(person.search.point, post.site), labels)


def _target(post: Post, ground: Ground) -> Target:
    return Target(
        post.requirements,
        ground.taxonomy,
        as_of=ground.as_of,
        start=post.terms.starts_on,
        rules=ground.rules,
    )
