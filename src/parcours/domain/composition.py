"""What a group would look like against a programme’s targets, while it is being chosen.

Source: product, features 22 and 42. A target is about a whole group: nothing here weighs anybody
by who they are. What a file does not tell stays unknown, and the answer says what depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from parcours.domain.criteria import Target, TargetRule
from parcours.domain.dates import age_on
from parcours.domain.entry import UP_TO_BAC, WITHOUT_WORK, Known, education_is_known
from parcours.domain.words import DistrictStatus, Gender, Word

ADULT_AGE = 26


class Reach(Word):
    """Whether a group reaches a target, as far as the files tell."""

    REACHED = "reached", "atteint"
    DEPENDS = "depends", "à préciser"
    SHORT = "short", "pas atteint"


@dataclass(frozen=True, slots=True)
class Public:
    """What a target may read of a person, and nothing else; None is unknown."""

    born_on: date | None = None
    gender: Gender | None = None
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A target against a group: who is in it, who is not, of whom nobody knows."""

    target: Target
    met: int
    others: int
    unknown: int
    places: int

    @property
    def total(self) -> int:
        """Everybody counted."""
        return self.met + self.others + self.unknown

    @property
    def least(self) -> Fraction | None:
        """The share if none of those unknown is in the public; None of a group of nobody."""
        return Fraction(self.met, self.total) if self.total else None

    @property
    def most(self) -> Fraction | None:
        """The share if all of those unknown are."""
        return Fraction(self.met + self.unknown, self.total) if self.total else None

    @property
    def reach(self) -> Reach | None:
        """Against the target; « à préciser » when it depends on people nobody asked."""
        least, most, aim = self.least, self.most, Fraction(self.target.percent, 100)
        if least is None or most is None:
            return None
        if least >= aim:
            return Reach.REACHED
        return Reach.SHORT if most < aim else Reach.DEPENDS

    @property
    def missing(self) -> int:
        """How many more people of the public the full group would need, from those known."""
        return max(ceil(Fraction(self.target.percent * self.places, 100)) - self.met, 0)


def composition(
    targets: Sequence[Target], people: Sequence[Public], *, places: int, starts_on: date
) -> list[Share]:
    """Each target against a group as it would begin on `starts_on`."""
    found = []
    for target in targets:
        answers = [_belongs(target.rule, person, starts_on) for person in people]
        counts = (answers.count(True), answers.count(False), answers.count(None))
        found.append(Share(target, *counts, places))
    return found


def _belongs(rule: TargetRule, person: Public, starts_on: date) -> bool | None:
    """Whether a person is of the public a target counts; None when the file does not tell."""
    known = person.known
    if rule is TargetRule.WOMEN:
        return None if person.gender is None else person.gender is Gender.WOMAN
    if rule is TargetRule.UNDER_26:
        born = person.born_on
        return None if born is None else age_on(born, starts_on) < ADULT_AGE
    if known is None:
        return None
    if rule is TargetRule.UP_TO_BAC:
        return known.education in UP_TO_BAC if education_is_known(known.education) else None
    if rule is TargetRule.RSA:
        return known.receives_rsa
    if rule is TargetRule.OUT_OF_WORK:
        return None if known.entry_status is None else known.entry_status in WITHOUT_WORK
    is_told = known.district in (DistrictStatus.INSIDE, DistrictStatus.OUTSIDE)
    return known.district is DistrictStatus.INSIDE if is_told else None
