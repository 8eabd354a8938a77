"""The score of a person for a need: absolute, deterministic, in whole numbers, explained by lines.

Source: matching notes §2. `score = C × (1 − share·(1 − C_E))`: C the weighted coverage of what is
asked, C_E that of the essentials alone. It depends on skills, levels and dates and on nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.matching_rules import Band, Evidence, Requirement, Source
from parcours.domain.matching_target import Target, percent, rounded
from parcours.domain.taxonomy import Relation


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What covers one requirement: the evidence cited, how, and how much.

    `worth` is what the relation counts for under the rules; `reaches` tells whether the level is
    reached, time aside; `expired` is the certificate that would have covered it.
    """

    requirement: Requirement
    coverage: Fraction
    is_known: bool
    reaches: bool = False
    evidence: Evidence | None = None
    relation: Relation | None = None
    worth: Fraction = Fraction(0)
    is_faded: bool = False
    expired: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The score of a pair and all it is made of; None everywhere when nothing is asked.

    `gains` holds, for each line not fully covered, the score with that line alone at its level.
    """

    lines: tuple[LineMatch, ...]
    score: Fraction | None
    coverage: Fraction | None
    essential_coverage: Fraction | None
    band: Band | None
    solidity: Fraction | None
    gains: tuple[tuple[Requirement, int], ...]
    as_of: date

    @property
    def pct(self) -> int | None:
        """The whole number shown, out of 100."""
        return None if self.score is None else percent(self.score)


class Planned(NamedTuple):
    """A level a module brings on the day it ends."""

    skill: str
    level: int
    ends_on: date


class Projection(NamedTuple):
    """The score today, and once the modules ended on or before the entry date are done."""

    today: Match
    at_entry: Match


class _Cited(NamedTuple):
    """An evidence and its coverage; the order is total, so that the one cited never varies."""

    units: int
    relation: Relation
    strength: int
    on: date
    level: int
    until: date
    skill: str
    evidence: Evidence


def match(target: Target, evidence: Iterable[Evidence]) -> Match:
    """Score a person for a need, with the line of each requirement."""
    if not target.lines:
        return Match((), None, None, None, None, None, (), target.as_of)
    held = tuple(evidence)
    cited = [_cited(target, place, held) for place in range(len(target.lines))]
    units = [best.units if best else 0 for best in cited]
    reaches = target.reaches(held)
    lines = tuple(
        replace(_line(target, place, best, held), reaches=reaches[place])
        for place, best in enumerate(cited)
    )
    score = target.score(units)
    return Match(
        lines=lines,
        score=Fraction(*score),
        coverage=_weighted(lines),
        essential_coverage=_weighted([one for one in lines if one.requirement.is_essential]),
        band=target.band(score, units, reaches),
        solidity=_solidity(lines),
        gains=_gains(target, units),
        as_of=target.as_of,
    )


def planned_evidence(planned: Iterable[Planned], start: date | None) -> tuple[Evidence, ...]:
    """What modules will have brought by an entry date; nothing when that date is unknown."""
    return tuple(
        Evidence(module.skill, module.level, Source.PLANNED, module.ends_on)
        for module in planned
        if start is not None and module.ends_on <= start
    )


def project(target: Target, evidence: Iterable[Evidence], planned: Iterable[Planned]) -> Projection:
    """Both scores, always shown together: « aujourd’hui 57 → à l’entrée 100 »."""
    held = tuple(evidence)
    coming = planned_evidence(planned, target.start)
    return Projection(match(target, held), match(target, (*held, *coming)))


def _cited(target: Target, place: int, evidence: Iterable[Evidence]) -> _Cited | None:
    """The evidence that covers a line best; None when none covers it."""
    found = (
        _Cited(units, relation, item.source.strength, *_order(item), item)
        for item, relation, units in _answers(target, place, evidence)
        if units
    )
    return max(found, key=lambda cited: cited[:-1], default=None)


def _order(item: Evidence) -> tuple[date, int, date, str]:
    return item.on or date.min, item.level, item.valid_until or date.max, item.skill


def _answers(
    target: Target, place: int, evidence: Iterable[Evidence]
) -> Iterable[tuple[Evidence, Relation, int]]:
    """Each evidence related to a line, its relation, and what it covers."""
    for item in evidence:
        for at, relation, levels in target.worth.get(item.skill, ()):
            if at == place:
                units = levels[item.level] * target.kept(item.skill, item.on, item.valid_until)
                yield item, relation, units


def _line(
    target: Target, place: int, cited: _Cited | None, evidence: Sequence[Evidence]
) -> LineMatch:
    asked, scale = target.lines[place], target.scale
    line = LineMatch(
        requirement=asked,
        coverage=Fraction(cited.units if cited else 0, scale.unit),
        is_known=asked.skill in target.taxonomy,
    )
    if cited is None:
        return replace(line, expired=_expired(target, asked.skill, evidence))
    item = cited.evidence
    kept = target.kept(item.skill, item.on, item.valid_until)
    return replace(
        line,
        evidence=item,
        relation=cited.relation,
        worth=Fraction(target.parts[cited.relation], scale.exact),
        is_faded=kept < scale.fresh,
    )


def _expired(target: Target, skill: str, evidence: Iterable[Evidence]) -> Evidence | None:
    """The last certificate of a skill that no longer holds on the entry date."""
    over = [
        item
        for item in evidence
        if item.skill == skill
        and skill in target.worth
        and item.level
        and target.is_over(item.valid_until)
    ]
    return max(
        over,
        key=lambda item: (item.valid_until, item.level, item.source.strength, _order(item)),
        default=None,
    )


def _weighted(lines: Sequence[LineMatch]) -> Fraction:
    """The coverage of some lines, by weight; full when there is none to cover."""
    total = sum(line.requirement.weight for line in lines)
    covered = sum((line.requirement.weight * line.coverage for line in lines), Fraction(0))
    return covered / total if total else Fraction(1)


def _solidity(lines: Sequence[LineMatch]) -> Fraction | None:
    """The part of what is covered that somebody else than the person saw; None of nothing."""
    by_line = [(line.requirement.weight * line.coverage, line.evidence) for line in lines]
    total = sum((part for part, _item in by_line), Fraction(0))
    solid = [part for part, item in by_line if item is not None and item.source.is_solid]
    return sum(solid, Fraction(0)) / total if total else None


def _gains(target: Target, units: Sequence[int]) -> tuple[tuple[Requirement, int], ...]:
    """The score shown if one line alone were at its level; the most useful first."""
    found = []
    for place, asked in enumerate(target.lines):
        if units[place] < target.scale.unit:
            better = [*units[:place], target.scale.unit, *units[place + 1 :]]
            found.append((asked, rounded(*target.score(better))))
    return tuple(sorted(found, key=lambda gain: -gain[1]))
