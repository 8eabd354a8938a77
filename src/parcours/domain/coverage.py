"""What a curriculum teaches beside what employers ask: coverage, alignment, and what would help.

Source: matching notes §3. Exact skills only: a taught neighbour is not the skill asked. Alignment
is monotone and submodular, so the module of greatest gain is a safe next one; posts unlocked are
not, which is why pairs of modules are shown too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from parcours.domain.demand import Demand, Levels, Weighed, reached
from parcours.domain.matching_rules import Requirement


@dataclass(frozen=True, slots=True)
class Module:
    """What a module teaches, to which exit level; `hours` unknown is None.

    A foundation (Pix, French, citizenship) is shown and never proposed for removal.
    """

    code: str
    teaches: Levels
    hours: int | None = None
    is_foundation: bool = False


class Gain(NamedTuple):
    """What a module would add to a curriculum, or what a kept one holds up.

    `points` is a share (13/84 is 15.5 points out of 100), `posts` those of needs whose essentials
    all become reached, `employers` those of the needs covered better.
    """

    modules: tuple[str, ...]
    points: Fraction
    posts: Fraction
    employers: int
    hours: int | None

    @property
    def points_per_100_hours(self) -> Fraction | None:
        """None when the hours are unknown or none."""
        return self.points * 100 / self.hours if self.hours else None


class Uncovered(NamedTuple):
    """A skill asked beyond what is taught: the posts it weighs, and who asks."""

    skill: str
    posts: Fraction
    employers: int
    needs: tuple[str, ...]


class Unreached(NamedTuple):
    """A need whose essentials no programme reaches; `missing` is None when it asks for nothing."""

    need: str
    posts: int
    missing: tuple[str, ...] | None


def levels_of(modules: Iterable[Module]) -> dict[str, int]:
    """The highest exit level of each skill taught."""
    found: dict[str, int] = {}
    for module in modules:
        for skill, level in module.teaches.items():
            found[skill] = max(level, found.get(skill, 0))
    return found


def coverage(levels: Levels, lines: Sequence[Requirement]) -> Fraction | None:
    """The part of a need’s requirements that is taught, by weight; None when nothing is asked."""
    if not lines:
        return None
    covered = sum(
        (line.weight * reached(levels.get(line.skill, 0), line) for line in lines), Fraction(0)
    )
    return covered / sum(line.weight for line in lines)


def alignment(levels: Levels, demand: Demand) -> Fraction | None:
    """Coverage weighed by the posts of each need; None without any need that says its skills."""
    return demand.worth(levels) / demand.total if demand.total else None


def gain(modules: Iterable[Module], added: Sequence[Module], demand: Demand) -> Gain:
    """What adding modules would bring to a curriculum."""
    before = levels_of(modules)
    after = before | {
        skill: level for skill, level in levels_of(added).items() if level > before.get(skill, 0)
    }
    more = demand.worth(after) - demand.worth(before)
    better = _better(before, after, demand)
    new = [
        one for one in better if is_reached(after, one.lines) and not is_reached(before, one.lines)
    ]
    hours = [module.hours for module in added]
    return Gain(
        modules=tuple(module.code for module in added),
        points=more / demand.total if demand.total else Fraction(0),
        posts=sum((one.weight for one in new), Fraction(0)),
        employers=len({one.need.employer for one in better}),
        hours=None if None in hours else sum(one or 0 for one in hours),
    )


def gains(modules: Sequence[Module], candidates: Sequence[Module], demand: Demand) -> list[Gain]:
    """What each module that could be added would bring, the greatest gain first."""
    found = [gain(modules, [module], demand) for module in candidates]
    return sorted(found, key=lambda one: (-one.points, -one.posts, one.modules))


def losses(modules: Sequence[Module], demand: Demand) -> list[Gain]:
    """What taking each module away would lose, the greatest loss first."""
    found = [
        gain([other for other in modules if other is not module], [module], demand)
        for module in modules
    ]
    return sorted(found, key=lambda one: (-one.points, -one.posts, one.modules))


def best_pairs(
    modules: Sequence[Module],
    candidates: Sequence[Module],
    demand: Demand,
    *,
    most: int = 10,
) -> list[Gain]:
    """The pairs that unlock more posts together than one by one, the most posts first."""
    alone = {module.code: gain(modules, [module], demand).posts for module in candidates}
    by_code = {module.code: module for module in candidates}
    found = [
        gain(modules, [by_code[one], by_code[other]], demand)
        for one, other in combinations(sorted(alone), 2)
    ]
    better = [pair for pair in found if pair.posts > sum(alone[code] for code in pair.modules)]
    return sorted(better, key=lambda one: (-one.posts, -one.points, one.modules))[:most]


def within_budget(
    modules: Sequence[Module],
    candidates: Sequence[Module],
    demand: Demand,
    *,
    hours: int,
    is_by_hour: bool,
) -> Gain:
    """The modules taken one by one while hours last, by gain or by gain an hour; show both.

    A module of unknown hours cannot be planned. Nothing is taken that would bring nothing.
    """
    chosen: list[Module] = []
    left = [module for module in candidates if module.hours]
    while left:
        room = hours - sum(module.hours or 0 for module in chosen)
        fits = [module for module in left if (module.hours or 0) <= room]
        next_ones = [(gain([*modules, *chosen], [module], demand), module) for module in fits]
        useful = [(found, module) for found, module in next_ones if found.points]
        if not useful:
            break
        _best, module = min(useful, key=lambda pair: _order(pair[0], is_by_hour))
        chosen.append(module)
        left.remove(module)
    return gain(modules, chosen, demand)


def uncovered(programmes: Sequence[Levels], demand: Demand) -> list[Uncovered]:
    """The skills asked beyond what the best programme teaches, the most posts first."""
    posts: dict[str, Fraction] = {}
    asking: dict[str, list[Weighed]] = {}
    for one in demand.needs:
        for line in one.lines:
            part = 1 - max(
                (reached(levels.get(line.skill, 0), line) for levels in programmes),
                default=Fraction(0),
            )
            posts[line.skill] = posts.get(line.skill, Fraction(0)) + one.weight * part
            if part:
                asking.setdefault(line.skill, []).append(one)
    found = [
        Uncovered(
            skill,
            total,
            len({one.need.employer for one in asking.get(skill, ())}),
            tuple(one.need.code for one in asking.get(skill, ())),
        )
        for skill, total in posts.items()
    ]
    return sorted(found, key=lambda one: (-one.posts, one.skill))


def unreached(programmes: Sequence[Levels], demand: Demand) -> list[Unreached]:
    """The needs no programme makes people ready for, with the least missing; empty ones last."""
    found = []
    for one in demand.needs:
        if not one.lines:
            found.append(Unreached(one.need.code, one.need.posts, None))
            continue
        missing = min(
            (_missing(levels, one.lines) for levels in [*programmes, {}]),
            key=lambda skills: (len(skills), skills),
        )
        if missing:
            found.append(Unreached(one.need.code, one.need.posts, missing))
    return sorted(found, key=lambda one: (one.missing is None, -one.posts, one.need))


def is_reached(levels: Levels, lines: Sequence[Requirement]) -> bool:
    """Whether every essential of a need is taught to its level; a need must ask for something."""
    return bool(lines) and not _missing(levels, lines)


def _better(before: Levels, after: Levels, demand: Demand) -> list[Weighed]:
    """The needs answered better, each once."""
    found = {
        one.need.code: one
        for skill, level in after.items()
        if before.get(skill, 0) < level
        for one in demand.asking.get(skill, ())
        for line in one.lines
        if line.skill == skill and before.get(skill, 0) < min(level, line.level)
    }
    return list(found.values())


def _missing(levels: Levels, lines: Iterable[Requirement]) -> tuple[str, ...]:
    return tuple(
        sorted(
            line.skill
            for line in lines
            if line.is_essential and levels.get(line.skill, 0) < line.level
        )
    )


def _order(found: Gain, is_by_hour: bool) -> tuple[Fraction, Fraction, tuple[str, ...]]:
    by_hour = found.points_per_100_hours or Fraction(0)
    return -(by_hour if is_by_hour else found.points), -found.posts, found.modules
