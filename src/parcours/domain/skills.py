"""Skills: four levels, evidence that is never rewritten, and progress on what was seen twice.

Source: matching notes §1.2 (four levels everywhere; DigComp and Pix n → ⌈n/2⌉) and product,
features 18 to 20. A level is a fact with a date, a source and an author; a correction is another
one. What nobody evaluated is unknown, never zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

FOUR, EIGHT = 4, 8
LEVELS = {0: "pas encore", 1: "notions", 2: "avec aide", 3: "autonome", 4: "expert"}


class EvidenceSource(Word):
    """Who says so, from the weakest to the strongest."""

    DECLARED = "declared", "dit par la personne"
    OBSERVED = "observed", "observé"
    ASSESSED = "assessed", "évalué"
    CERTIFIED = "certified", "certifié"


class Moment(Word):
    """When in a training a positioning took place."""

    ENTRY = "entry", "à l’entrée"
    MIDDLE = "middle", "en cours"
    EXIT = "exit", "à la sortie"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A level somebody stood at on a day; `rank` orders what was said the same day."""

    skill_id: int
    level: int
    on: date
    rank: int
    source: EvidenceSource = EvidenceSource.OBSERVED
    moment: Moment | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """From a positioning to a later one, on the `common` skills both hold, and on nothing else."""

    first: Fraction
    last: Fraction
    common: int

    @property
    def change(self) -> Fraction:
        """Levels gained on average; lost when negative."""
        return self.last - self.first


def four_levels(level: int, scale: int) -> int:
    """A level of a scale of four or eight, on the four levels; RuleBroken when it is none.

    >>> [four_levels(level, 8) for level in range(9)]
    [0, 1, 1, 2, 2, 3, 3, 4, 4]
    """
    if scale not in (FOUR, EIGHT) or not 0 <= level <= scale:
        raise RuleBroken(f"Un niveau de cette échelle va de 0 à {scale}.", field="level")
    return level if scale == FOUR else -(-level // 2)


def stated(level: int, scale: int) -> str | None:
    """A level in the words of its own scale, kept beside the four; None when it is one of them.

    >>> stated(3, 8), stated(3, 4)
    ('3 sur 8', None)
    """
    return f"{level} sur {scale}" if scale != FOUR else None


def four_levels_of_share(share: Fraction) -> int:
    """A share of all there is to know on the four levels: ⌈4 × share⌉, which is ⌈n/2⌉ of n on 8.

    >>> [four_levels_of_share(Fraction(n, 100)) for n in (0, 1, 25, 26, 80, 100)]
    [0, 1, 1, 2, 4, 4]
    """
    return -(-4 * share.numerator // share.denominator)


def check_evidence(
    level: int, on: date, valid_until: date | None, born_on: date, *, today: date
) -> None:
    """Refuse a level that is none, a day to come or before the birth, an end before the day."""
    errors: dict[str, str] = {}
    if level not in LEVELS:
        errors["level"] = "Choisissez un niveau, de 0 à 4."
    if on > today:
        errors["assessed_on"] = "Ce jour n’est pas encore venu."
    elif on < born_on:
        errors["assessed_on"] = "La personne n’était pas née."
    if valid_until is not None and valid_until < on:
        errors["valid_until"] = "La validité finit avant d’avoir commencé."
    if errors:
        raise RuleBroken(errors=errors)


def latest(evidence: Iterable[Evidence]) -> dict[int, Evidence]:
    """The last word on each skill: the latest day, and that day what was said last."""
    found: dict[int, Evidence] = {}
    for item in evidence:
        known = found.get(item.skill_id)
        if known is None or (item.on, item.rank) > (known.on, known.rank):
            found[item.skill_id] = item
    return found


def positioning(evidence: Iterable[Evidence], moment: Moment) -> dict[int, int]:
    """The level of each skill at a moment: the first one said at entry, the last one after."""
    told = [item for item in evidence if item.moment is moment]
    if moment is Moment.ENTRY:
        told.sort(key=lambda item: (item.on, item.rank), reverse=True)
        return {item.skill_id: item.level for item in told}
    return {skill: item.level for skill, item in latest(told).items()}


def progress(first: Mapping[int, int], last: Mapping[int, int]) -> Progress | None:
    """How far somebody came, on the skills evaluated both times; None when there is none."""
    common = first.keys() & last.keys()
    if not common:
        return None
    return Progress(
        Fraction(sum(first[skill] for skill in common), len(common)),
        Fraction(sum(last[skill] for skill in common), len(common)),
        len(common),
    )
