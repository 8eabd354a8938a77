"""A curriculum beside the needs of employers, in its two scopes: what its page, its workbook say.

Source: matching notes §3. A course owes nothing to the jobs it does not prepare for, so figures
come for the occupations aimed at and for the whole territory. Every open need is either counted or
said not to be, and why: the totals are those of the list of needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.coverage import (
    Gain,
    Module,
    Uncovered,
    Unreached,
    alignment,
    best_pairs,
    gains,
    levels_of,
    losses,
    uncovered,
    unreached,
    within_budget,
)
from parcours.domain.coverage_verdicts import SkillRow, Surplus, skill_rows, surplus
from parcours.domain.demand import Demand, Levels, Need, Window, in_scope, weigh, weight
from parcours.domain.survey import survey_rounds
from parcours.domain.words import Word

# Pairs are tried among as many modules: beyond, a page would wait for what nobody reads.
MOST_PAIRED = 30
IMAGINED = "imagined:"


class Scope(Word):
    """Which needs a curriculum is compared with."""

    AIMED = "aimed", "Métiers visés"
    TERRITORY = "territory", "Tout le territoire"


class Counting(Word):
    """What becomes of an open need in the comparison."""

    COUNTED = "counted", "Compté"
    NO_SKILL = "no_skill", "Sans compétence : à compléter"
    OUT_OF_WINDOW = "out_of_window", "Trop tôt ou trop tard pour cette promotion"
    STALE = "stale", "Sans nouvelle depuis 90 jours"
    OTHER_OCCUPATION = "other_occupation", "Un autre métier"


class Tally(NamedTuple):
    """How many needs, and their posts, became what."""

    counting: Counting
    needs: int
    posts: int


@dataclass(frozen=True, slots=True)
class Programme:
    """A curriculum as compared: modules, ROME families it prepares for, ends of its cohorts."""

    code: str
    modules: tuple[Module, ...]
    aims: frozenset[str] = frozenset()
    ends_on: tuple[date, ...] = ()

    @property
    def levels(self) -> dict[str, int]:
        """The highest level of each skill it teaches."""
        return levels_of(self.modules)

    def ends_in(self, window: Window | None) -> bool:
        """Whether a cohort of it ends in time for the needs of a window."""
        return window is None or any(
            window.first_on <= day <= window.last_on for day in self.ends_on
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared: a curriculum, the others of the house, the open needs, who left.

    `leavers` are the levels each person who left was seen at; `spoke_on` the days each employer
    gave news; `window` None compares with needs of any date.
    """

    programme: Programme
    others: tuple[Programme, ...]
    needs: tuple[Need, ...]
    leavers: tuple[Levels, ...]
    spoke_on: dict[str, tuple[date, ...]]
    window: Window | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Scoped:
    """The figures of a scope: `covered` posts out of `demand.total` are answered."""

    scope: Scope
    demand: Demand
    alignment: Fraction | None
    covered: Fraction
    rounds: int
    tallies: tuple[Tally, ...]
    states: dict[str, Counting]


@dataclass(frozen=True, slots=True)
class Details:
    """Skill by skill and module by module, in one scope."""

    skills: list[SkillRow]
    gains: list[Gain]
    by_hour: list[Gain]
    pairs: list[Gain]
    modules: list[Surplus]
    losses: list[Gain]
    uncovered: list[Uncovered]
    unreached: list[Unreached]
    are_pairs_cut: bool


def compare(question: Question) -> tuple[Scoped, Scoped]:
    """The occupations aimed at, then the whole territory."""
    whole = weigh(question.needs, question.window, as_of=question.as_of)
    return _compare(question, Scope.AIMED, whole), _compare(question, Scope.TERRITORY, whole)


def detail(question: Question, scoped: Scoped) -> Details:
    """What helps, what would be lost, what nobody covers."""
    modules, demand = question.programme.modules, scoped.demand
    candidates = candidates_of(question, demand)
    found = [one for one in gains(modules, candidates, demand) if one.points]
    by_code = {one.code: one for one in candidates}
    paired = [by_code[one.modules[0]] for one in found[:MOST_PAIRED]]
    ending = [one.levels for one in question.others if one.ends_in(question.window)]
    programmes = [question.programme.levels, *ending]
    return Details(
        skills=skill_rows(modules, demand, question.leavers),
        gains=found,
        by_hour=sorted(
            (one for one in found if one.points_per_100_hours),
            key=lambda one: (-(one.points_per_100_hours or 0), -one.posts, one.modules),
        ),
        pairs=best_pairs(modules, paired, demand),
        modules=surplus(modules, demand, rounds=scoped.rounds),
        losses=losses(modules, demand),
        uncovered=[one for one in uncovered(programmes, demand) if one.posts],
        unreached=unreached(programmes, demand),
        are_pairs_cut=len(found) > MOST_PAIRED,
    )


class Budget(NamedTuple):
    """What hours would best be spent on, taken by gain and by gain an hour: both are shown."""

    hours: int
    by_gain: Gain
    by_hour: Gain


def budget(question: Question, scoped: Scoped, hours: int) -> Budget | None:
    """The next modules within some hours; None when no module of known hours would help."""
    modules, demand = question.programme.modules, scoped.demand
    candidates = candidates_of(question, demand)
    by_gain, by_hour = (
        within_budget(modules, candidates, demand, hours=hours, is_by_hour=is_by_hour)
        for is_by_hour in (False, True)
    )
    return Budget(hours, by_gain, by_hour) if by_gain.modules or by_hour.modules else None


def candidates_of(question: Question, demand: Demand) -> list[Module]:
    """The modules that could be added: those of the other curricula, and those to imagine.

    A module is imagined for each skill that neither this curriculum nor a module elsewhere brings
    to the level asked; nobody knows its hours yet.
    """
    taught = question.programme.levels
    known = [
        module
        for other in question.others
        for module in other.modules
        if any(
            min(level, demand.highest(skill)) > taught.get(skill, 0)
            for skill, level in module.teaches.items()
        )
    ]
    reached = levels_of([*question.programme.modules, *known])
    imagined = [
        Module(f"{IMAGINED}{one.skill}", {one.skill: demand.highest(one.skill)})
        for one in uncovered([reached], demand)
        if one.posts
    ]
    return known + imagined


def _compare(question: Question, scope: Scope, whole: Demand) -> Scoped:
    """The alignment in one scope, and what became of each open need."""
    aims = question.programme.aims
    demand = whole if scope is Scope.TERRITORY else in_scope(whole, aims)
    levels = question.programme.levels
    states = {need.code: _counting(question, need, scope) for need in question.needs}
    employers = {one.need.employer for one in demand.needs}
    spoke = {name: days for name, days in question.spoke_on.items() if name in employers}
    return Scoped(
        scope,
        demand,
        alignment(levels, demand),
        demand.worth(levels),
        survey_rounds(spoke),
        _tallies(question.needs, states),
        states,
    )


def _counting(question: Question, need: Need, scope: Scope) -> Counting:
    if scope is Scope.AIMED and need.occupation not in question.programme.aims:
        return Counting.OTHER_OCCUPATION
    if not weight(need, None, as_of=question.as_of):
        return Counting.STALE
    if not weight(need, question.window, as_of=question.as_of):
        return Counting.OUT_OF_WINDOW
    return Counting.COUNTED if need.requirements else Counting.NO_SKILL


def _tallies(needs: Sequence[Need], states: dict[str, Counting]) -> tuple[Tally, ...]:
    found = []
    for counting in Counting:
        posts = [need.posts for need in needs if states[need.code] is counting]
        if posts:
            found.append(Tally(counting, len(posts), sum(posts)))
    return tuple(found)
