"""The score in sentences: the total, a line for each requirement, and what would bring nearer.

Source: matching notes §2.8 and §7. The penalty shown is the rounded coverage minus the score shown,
so that the numbers printed always add up.
"""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.matching import LineMatch, Match
from parcours.domain.matching_rules import Evidence, Requirement, Source
from parcours.domain.matching_target import percent
from parcours.domain.taxonomy import Relation, Taxonomy

NOT_EVALUABLE = "Non évaluable : aucune compétence renseignée sur ce besoin."
SHARES = {
    Fraction(1): "comptée entièrement",
    Fraction(3, 4): "comptée aux trois quarts",
    Fraction(2, 3): "comptée aux deux tiers",
    Fraction(1, 2): "comptée pour moitié",
    Fraction(1, 3): "comptée pour un tiers",
    Fraction(1, 4): "comptée pour un quart",
}


class LineText(NamedTuple):
    """What is said of one requirement."""

    match: LineMatch
    text: str


class Gain(NamedTuple):
    """What would bring the person nearer: a skill at the level asked, and the score it makes."""

    requirement: Requirement
    pct: int
    text: str


class Explanation(NamedTuple):
    """The sentences of a score, in the order people read them."""

    head: str
    lines: tuple[LineText, ...] = ()
    gains: tuple[Gain, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them, as they are kept and printed."""
        lines, gains = (line.text for line in self.lines), (gain.text for gain in self.gains)
        return (self.head, *lines, *gains)


def explain(match: Match, taxonomy: Taxonomy) -> Explanation:
    """The sentences of a score; the labels are those of the reference list."""
    if match.score is None:
        return Explanation(NOT_EVALUABLE)
    by_skill = {line.requirement.skill: line for line in match.lines}
    return Explanation(
        head=_head(match),
        lines=tuple(LineText(line, _line(line, match, taxonomy)) for line in match.lines),
        gains=tuple(
            Gain(asked, pct, _gain(by_skill[asked.skill], pct, taxonomy))
            for asked, pct in match.gains
        ),
    )


def _head(match: Match) -> str:
    pct, coverage = match.pct or 0, percent(match.coverage or Fraction(0))
    penalty = ""
    if coverage > pct:
        held = percent(match.essential_coverage or Fraction(0))
        penalty = f", moins {coverage - pct} (indispensables couvertes à {held} %)"
    return f"Score {pct} / 100 : couverture {coverage}{penalty}."


def _line(line: LineMatch, match: Match, taxonomy: Taxonomy) -> str:
    asked = line.requirement
    kind = "indispensable" if asked.is_essential else "souhaitée"
    said = _said(line, match, taxonomy)
    return f"{taxonomy.label(asked.skill)} ({kind}, poids {asked.weight}) : {said}."


def _said(line: LineMatch, match: Match, taxonomy: Taxonomy) -> str:
    asked, item = line.requirement, line.evidence
    if not line.is_known:
        return "hors référentiel, comptée comme non acquise : à rapprocher d’une compétence connue"
    if item is None:
        return _missing(line, match)
    if line.relation is not Relation.EXACT:
        return _related(line, item, taxonomy)
    reached = f"niveau {item.level} pour {asked.level} attendu"
    if line.coverage == 1:
        return f"{_acquired(item.source, item.on)}, {reached}, {item.source.label}"
    return f"{reached}{_faded(line)} ({percent(line.coverage)} %)"


def _acquired(source: Source, on: date | None) -> str:
    """A level to come says the day it comes."""
    return f"acquise le {on:%d/%m/%Y}" if source is Source.PLANNED and on else "acquise"


def _missing(line: LineMatch, match: Match) -> str:
    until = line.expired.valid_until if line.expired else None
    if until is None:
        return f"non acquise, niveau {line.requirement.level} attendu"
    when = "" if until < match.as_of else " à la date d’entrée"
    return f"certificat expiré{when} (valable jusqu’au {until:%d/%m/%Y})"


def _related(line: LineMatch, item: Evidence, taxonomy: Taxonomy) -> str:
    held = f"« {taxonomy.label(item.skill)} » niveau {item.level}"
    told = {
        Relation.CHILD: f"{held} en fait partie",
        Relation.PARENT: f"compétence plus générale {held}",
        Relation.NEIGHBOUR: f"compétence voisine {held}",
    }[line.relation or Relation.NEIGHBOUR]
    return f"{told}, {_share(line)}{_faded(line)} ({percent(line.coverage)} %)"


def _share(line: LineMatch) -> str:
    """What the relation is worth under the rules of this score."""
    return SHARES.get(line.worth, f"comptée à {percent(line.worth)} %")


def _faded(line: LineMatch) -> str:
    return ", à rafraîchir" if line.is_faded else ""


def _gain(line: LineMatch, pct: int, taxonomy: Taxonomy) -> str:
    asked = line.requirement
    label = taxonomy.label(asked.skill)
    if line.evidence is not None and line.is_faded and _is_enough(line):
        return f"Après remise à niveau de {label} : {pct}."
    if line.evidence is None and line.expired and line.expired.level >= asked.level:
        return f"Après renouvellement de {label} : {pct}."
    return f"Avec {label} au niveau {asked.level} : {pct}."


def _is_enough(line: LineMatch) -> bool:
    """Whether only time is missing to the level asked."""
    item, asked = line.evidence, line.requirement
    return item is not None and item.skill == asked.skill and item.level >= asked.level
