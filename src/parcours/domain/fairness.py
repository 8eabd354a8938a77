"""Who is proposed and hired, group by group: a question to examine, never a verdict on anybody.

Source: matching notes §8. Counted apart from the score, which reads none of this. A group under
twenty people says no share, nor does one where a few went on or a few did not; sizes are told to
the nearest ten and shares to the nearest twentieth, so that subtracting groups, or two reports,
finds nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.dates import age_on
from parcours.domain.disclosure import Thresholds, shows_rate
from parcours.domain.match_acts import Choice
from parcours.domain.matching_filters import Status
from parcours.domain.words import DistrictStatus, Gender, Word

FEWEST_IN_GROUP = 20
QUESTION_UNDER = Fraction(4, 5)
FEWEST_DECISIONS = 30
LIMITS = Thresholds(denominator=FEWEST_IN_GROUP)
SIZE_STEP, SHARE_STEPS = 10, 20


class Dimension(Word):
    """What groups are made of."""

    GENDER = "gender", "Genre"
    AGE = "age", "Âge"
    DISTRICT = "district", "Quartier prioritaire (QPV)"


class Milestone(Word):
    """How far somebody went."""

    PROPOSED = "proposed", "Proposées pour un besoin"
    HIRED = "hired", "Recrutées"


class AgeBand(Word):
    """Ages as funders count them."""

    YOUNG = "under_26", "moins de 26 ans"
    MIDDLE = "26_44", "26 à 44 ans"
    OLDER = "45_on", "45 ans ou plus"


EVERYBODY, UNSAID = "people", "unsaid"
GROUPS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.GENDER: {one.value: one.label for one in Gender} | {UNSAID: "non renseigné"},
    Dimension.AGE: {one.value: one.label for one in AgeBand},
    Dimension.DISTRICT: {one.value: one.label for one in DistrictStatus}
    | {UNSAID: "non renseigné"},
}
# By « people », then by milestone: by dimension, how many in each group.
Counted = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Person:
    """The groups somebody is counted in, and how far they went."""

    groups: Mapping[Dimension, str]
    milestones: frozenset[Milestone]


@dataclass(frozen=True, slots=True)
class Rate:
    """A group at a milestone; `about` people, to the nearest ten, None under twenty.

    `share` is to the nearest twentieth, None when it could tell of somebody. `is_question`: under
    four fifths of the group that fares best.
    """

    group: str
    about: int | None
    share: Fraction | None
    is_question: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision beside the order shown: was it about one of the first, in which status."""

    choice: Choice
    is_first: bool
    status: Status
    has_motive: bool


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often people decide otherwise than the order shown; `later` decides nothing yet."""

    decisions: int
    followed: int
    others_proposed: int
    first_set_aside: int
    with_motive: int
    later: int

    @property
    def differing(self) -> int:
        """Decisions that differ from the order."""
        return self.others_proposed + self.first_set_aside

    @property
    def is_always_followed(self) -> bool:
        """Over thirty decisions and the first suggestion was followed each time: tell somebody."""
        return self.decisions >= FEWEST_DECISIONS and not self.differing


def groups_of(
    gender: Gender | None, born_on: date, district: DistrictStatus | None, *, as_of: date
) -> dict[Dimension, str]:
    """The groups somebody is counted in on a day."""
    age = age_on(born_on, as_of)
    band = AgeBand.YOUNG if age < 26 else AgeBand.MIDDLE if age < 45 else AgeBand.OLDER
    return {
        Dimension.GENDER: gender.value if gender else UNSAID,
        Dimension.AGE: band.value,
        Dimension.DISTRICT: district.value if district else UNSAID,
    }


def count(people: Iterable[Person]) -> dict[str, dict[str, dict[str, int]]]:
    """Everybody in each group, and whoever went to each milestone."""
    found = {
        kind: {one.value: dict.fromkeys(GROUPS[one], 0) for one in Dimension}
        for kind in (EVERYBODY, *(milestone.value for milestone in Milestone))
    }
    for person in people:
        for kind in (EVERYBODY, *(milestone.value for milestone in person.milestones)):
            for dimension, group in person.groups.items():
                found[kind][dimension.value][group] += 1
    return found


def rates(found: Counted, dimension: Dimension, milestone: Milestone) -> list[Rate]:
    """The groups of a dimension where somebody is, each beside the one that fares best."""
    people, reached = found[EVERYBODY][dimension.value], found[milestone.value][dimension.value]
    shares = {
        group: Fraction(reached[group], number)
        for group, number in people.items()
        if shows_rate(reached[group], number, LIMITS)
    }
    best = max(shares.values(), default=Fraction(0))
    return [
        Rate(
            group,
            _nearest(Fraction(number, SIZE_STEP)) * SIZE_STEP
            if number >= FEWEST_IN_GROUP
            else None,
            _twentieths(shares.get(group)),
            group in shares and shares[group] < best * QUESTION_UNDER,
        )
        for group in GROUPS[dimension]
        if (number := people[group])
    ]


def overrides(decisions: Iterable[Decided]) -> Overrides:
    """Decisions counted beside the order shown."""
    told = list(decisions)
    settled = [one for one in told if one.choice is not Choice.LATER]
    others = [one for one in settled if one.choice is Choice.PROPOSE and not one.is_first]
    aside = [one for one in settled if one.choice is Choice.NOT and one.is_first]
    return Overrides(
        len(settled),
        sum(one.choice is Choice.PROPOSE and one.is_first for one in settled),
        len(others),
        len(aside),
        sum(one.has_motive for one in others + aside),
        len(told) - len(settled),
    )


def _about(number: int) -> int | None:
    is_enough = number >= FEWEST_IN_GROUP
    return _nearest(Fraction(number, SIZE_STEP)) * SIZE_STEP if is_enough else None


def _twentieths(share: Fraction | None) -> Fraction | None:
    return None if share is None else Fraction(_nearest(share * SHARE_STEPS), SHARE_STEPS)


def _nearest(value: Fraction) -> int:
    """The nearest whole number, half up."""
    return int(value + Fraction(1, 2))
