"""What the score may read, and its parameters as a dated version that can be previewed.

Source: matching notes §2.1 to §2.4. The classes below are the whole allow-list: nothing else about
a person or an employer reaches the score, which is a matter of law (art. L1132-1, notes §8).
"""

from dataclasses import asdict, dataclass, fields
from datetime import date
from fractions import Fraction
from functools import cache
from math import lcm
from typing import Any, NamedTuple

from parcours.domain.canonical import digest
from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

HIGHEST = 4
MOST_WEIGHT = 5
# Levels 1 to 4 divide 12: a level over another is a whole number of twelfths.
LEVEL_PARTS = 12


class Source(Word):
    """Who says so, from the weakest to the strongest; a module to come is the weakest."""

    PLANNED = "planned", "prévu"
    DECLARED = "declared", "déclaré"
    OBSERVED = "observed", "observé"
    ASSESSED = "assessed", "évalué"
    CERTIFIED = "certified", "certifié"

    @property
    def strength(self) -> int:
        """Its place among the sources; the score never reads it."""
        return list(Source).index(self)

    @property
    def is_solid(self) -> bool:
        """Somebody other than the person saw it."""
        return self not in (Source.PLANNED, Source.DECLARED)


class Band(Word):
    """How ready somebody is, in words before any number; the best first."""

    READY = "ready", "Prêt"
    WITH_SUPPORT = "with_support", "Prêt avec appui"
    TO_PREPARE = "to_prepare", "À préparer"
    FAR = "far", "Éloigné"

    @property
    def place(self) -> int:
        """0 for the best."""
        return BAND_PLACES[self]


BAND_PLACES = {band: place for place, band in enumerate(Band)}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill a need asks for: level 1 to 4, weight 1 to 5, essential or wanted."""

    skill: str
    level: int
    weight: int
    is_essential: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A level somebody showed, 0 to 4; `on` and `valid_until` are unknown or endless when None."""

    skill: str
    level: int
    source: Source = Source.DECLARED
    on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """A skill of the reference list: its one direct parent, and whether it fades with time."""

    code: str
    parent: str | None = None
    is_perishable: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class MatchRules:
    """The parameters of the score; another set of them is another version.

    `child`, `parent` and `neighbour` are what a related skill is worth at most; `essential_share`
    the part of the score that missing essentials can take away; a perishable skill fades from the
    month after `grace_months`, over `fading_months`, down to `fading_floor`.
    """

    child: Fraction = Fraction(3, 4)
    parent: Fraction = Fraction(1, 2)
    neighbour: Fraction = Fraction(1, 2)
    most_children: int = 12
    essential_share: Fraction = Fraction(1, 2)
    grace_months: int = 12
    fading_months: int = 24
    fading_floor: Fraction = Fraction(1, 2)
    ready_from: Fraction = Fraction(4, 5)
    with_support_from: Fraction = Fraction(3, 5)
    to_prepare_from: Fraction = Fraction(3, 10)
    essential_weight: int = 4
    wanted_weight: int = 2
    code: str = "appariement-1"

    def as_facts(self) -> dict[str, Any]:
        """The parameters as they are kept and compared."""
        return {
            name: Fraction(value) if name in SHARES else value
            for name, value in asdict(self).items()
        }

    @property
    def sha256(self) -> str:
        """The name of this version: two sets of the same values are one."""
        return digest(self.as_facts())


class Scale(NamedTuple):
    """The whole numbers the score is made of: a full coverage is `unit` (2304 by default)."""

    unit: int
    exact: int
    child: int
    parent: int
    neighbour: int
    fresh: int
    faded: int
    lost_a_month: int
    kept: int
    share: int
    share_parts: int


DEFAULT = MatchRules()
SHARES = frozenset(one.name for one in fields(MatchRules) if isinstance(one.default, Fraction))


@cache
def scale_of(rules: MatchRules) -> Scale:
    """Every fraction of the rules over common denominators, so that scores stay whole numbers."""
    parts = lcm(*(part.denominator for part in (rules.child, rules.parent, rules.neighbour)))
    loss = 1 - rules.fading_floor
    fresh = loss.denominator * rules.fading_months
    share = rules.essential_share
    return Scale(
        unit=parts * LEVEL_PARTS * fresh,
        exact=parts,
        child=int(rules.child * parts),
        parent=int(rules.parent * parts),
        neighbour=int(rules.neighbour * parts),
        fresh=fresh,
        faded=int(rules.fading_floor * fresh),
        lost_a_month=loss.numerator,
        kept=share.denominator - share.numerator,
        share=share.numerator,
        share_parts=share.denominator,
    )


def check_rules(rules: MatchRules) -> None:
    """Refuse parameters that would make the score say something else than it says.

    A related skill is never worth more than the skill itself, and bands stand in their order.
    """
    errors = {
        name: "Indiquez une part entre 0 et 1."
        for name in ("child", "parent", "neighbour", "essential_share", "fading_floor")
        if not 0 <= getattr(rules, name) <= 1
    }
    if rules.most_children < 0:
        errors["most_children"] = "Indiquez un nombre de compétences, 0 ou plus."
    if rules.grace_months < 0:
        errors["grace_months"] = "Indiquez un nombre de mois, 0 ou plus."
    if rules.fading_months < 1:
        errors["fading_months"] = "Indiquez un nombre de mois, 1 ou plus."
    if not 0 < rules.to_prepare_from < rules.with_support_from < rules.ready_from <= 1:
        errors["ready_from"] = "Les seuils vont en montant : à préparer, avec appui, prêt."
    for name in ("essential_weight", "wanted_weight"):
        if not 1 <= getattr(rules, name) <= MOST_WEIGHT:
            errors[name] = f"Un poids va de 1 à {MOST_WEIGHT}."
    if errors:
        raise RuleBroken(errors=errors)


def full_months(on: date, as_of: date) -> int:
    """Full calendar months from a day to another; none when the day is still to come.

    >>> full_months(date(2025, 10, 24), date(2026, 11, 23))
    12
    >>> full_months(date(2025, 10, 23), date(2026, 11, 23))
    13
    """
    months = 12 * (as_of.year - on.year) + as_of.month - on.month
    return max(0, months - (as_of.day < on.day))


def freshness(on: date | None, as_of: date, rules: MatchRules, scale: Scale | None = None) -> int:
    """What time left of a perishable skill, out of `scale_of(rules).fresh`.

    `scale` is that of the rules, when it is at hand: asking for it costs more than the rest.
    """
    scale = scale or scale_of(rules)
    if on is None:
        return scale.fresh
    late = full_months(on, as_of) - rules.grace_months
    if late <= 0:
        return scale.fresh
    if late >= rules.fading_months:
        return scale.faded
    return scale.fresh - scale.lost_a_month * late
