"""A need made ready to be compared with many people: its lines, and what each skill is worth there.

Source: matching notes §2.2 to §2.4. Everything is a whole number of units of the scale (2304 for a
full coverage by default), so that a score is exact and cheap.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from operator import mul

from parcours.domain.matching_rules import (
    DEFAULT,
    HIGHEST,
    LEVEL_PARTS,
    Band,
    Evidence,
    MatchRules,
    Requirement,
    freshness,
    scale_of,
)
from parcours.domain.taxonomy import Relation, Taxonomy

Worth = tuple[int, Relation, tuple[int, ...]]


def percent(share: Fraction) -> int:
    """A share out of 100, halves upwards: what the screens show.

    >>> percent(Fraction(5, 8)), percent(Fraction(91, 160))
    (63, 57)
    """
    return rounded(share.numerator, share.denominator)


def rounded(top: int, bottom: int) -> int:
    """`percent` of a fraction that is not reduced."""
    return (200 * top + bottom) // (2 * bottom)


def merge(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """One line a skill (highest level and weight, essential if any is); essentials first."""
    found: dict[str, Requirement] = {}
    for asked in requirements:
        known = found.get(asked.skill, asked)
        found[asked.skill] = Requirement(
            asked.skill,
            max(known.level, asked.level),
            max(known.weight, asked.weight),
            known.is_essential or asked.is_essential,
        )
    order = sorted(
        found.values(), key=lambda line: (not line.is_essential, -line.weight, line.skill)
    )
    return tuple(order)


class Target:
    """A need made ready to be compared with many people, as of a day."""

    def __init__(
        self,
        requirements: Iterable[Requirement],
        taxonomy: Taxonomy,
        *,
        as_of: date,
        start: date | None = None,
        rules: MatchRules = DEFAULT,
    ) -> None:
        self.lines = merge(requirements)
        self.taxonomy, self.rules, self.as_of = taxonomy, rules, as_of
        self.start = start
        self.valid_on = max(as_of, start) if start else as_of
        self.scale = scale_of(rules)
        self.total = sum(line.weight for line in self.lines)
        self.weights = [line.weight for line in self.lines]
        self.essentials = [line.weight if line.is_essential else 0 for line in self.lines]
        self.essential = sum(self.essentials)
        # What is left of a day, once for all the people who showed something on it.
        self._fresh: dict[date, int] = {}
        # What each relation is worth: asked of the rules once, not for each pair.
        self.parts = {relation: relation.worth(rules) for relation in Relation}
        self.worth: dict[str, list[Worth]] = {}
        for place, line in enumerate(self.lines):
            for held, relation in taxonomy.related(line.skill, rules).items():
                levels = _levels(line.level, self.parts[relation])
                self.worth.setdefault(held, []).append((place, relation, levels))

    def is_over(self, valid_until: date | None) -> bool:
        """Whether a certificate no longer holds on the entry date, nor today."""
        return valid_until is not None and valid_until < self.valid_on

    def kept(self, skill: str, on: date | None, valid_until: date | None) -> int:
        """What time leaves of an evidence: nothing once expired, less for what fades."""
        if self.is_over(valid_until):
            return 0
        if on is None or not self.taxonomy.is_perishable(skill):
            return self.scale.fresh
        if on not in self._fresh:
            self._fresh[on] = freshness(on, self.as_of, self.rules, self.scale)
        return self._fresh[on]

    def units(self, evidence: Iterable[Evidence]) -> list[int]:
        """The best coverage of each line, in units of the scale; a sum never, always the best."""
        best = [0] * len(self.lines)
        for item in evidence:
            for place, _relation, levels in self.worth.get(item.skill, ()):
                found = levels[item.level] * self.kept(item.skill, item.on, item.valid_until)
                best[place] = max(best[place], found)
        return best

    def score(self, units: Sequence[int]) -> tuple[int, int]:
        """The score as a fraction, not reduced; its denominator is the same for everybody."""
        unit, scale = self.scale.unit, self.scale
        covered = sum(map(mul, self.weights, units))
        if not self.essential:
            return covered, self.total * unit
        held = sum(map(mul, self.essentials, units))
        top = covered * (scale.kept * self.essential * unit + scale.share * held)
        return top, self.total * unit * scale.share_parts * self.essential * unit

    def reaches(self, evidence: Iterable[Evidence]) -> list[bool]:
        """Whether each line is reached at its level, time aside."""
        full = self.scale.exact * LEVEL_PARTS
        found = [False] * len(self.lines)
        for item in evidence:
            if item.skill in self.worth and not self.is_over(item.valid_until):
                for place, _relation, levels in self.worth[item.skill]:
                    found[place] = found[place] or levels[item.level] == full
        return found

    def band(self, score: tuple[int, int], units: Sequence[int], reaches: Sequence[bool]) -> Band:
        """Facts first: an essential not reached is never ready, one at zero is to prepare."""
        rules = self.rules
        if _is_from(score, rules.ready_from) and self._all_essential(reaches):
            return Band.READY
        if _is_from(score, rules.with_support_from) and self._all_essential(units):
            return Band.WITH_SUPPORT
        return Band.TO_PREPARE if _is_from(score, rules.to_prepare_from) else Band.FAR

    def shown(self, units: Sequence[int], evidence: Iterable[Evidence]) -> tuple[int, Band]:
        """The number and the band of a score alone, for lists."""
        score = self.score(units)
        # Levels reached matter to those whose score could be ready, and to nobody else.
        may_be_ready = _is_from(score, self.rules.ready_from)
        reaches = self.reaches(evidence) if may_be_ready else ()
        return rounded(*score), self.band(score, units, reaches)

    def _all_essential(self, by_line: Sequence[object]) -> bool:
        return all(
            found for line, found in zip(self.lines, by_line, strict=True) if line.is_essential
        )


def _is_from(score: tuple[int, int], least: Fraction) -> bool:
    """Whether a score, not reduced, reaches a threshold."""
    return score[0] * least.denominator >= least.numerator * score[1]


@cache
def _levels(asked: int, worth: int) -> tuple[int, ...]:
    """What each level held, 0 to 4, is worth for the level asked, freshness aside."""
    return tuple(worth * LEVEL_PARTS * min(held, asked) // asked for held in range(HIGHEST + 1))
