"""Entry conditions: what a scheme or an action asks, and what the file of a person answers.

Source: product, §2 and features 14 and 22. Only these rules read facts about the person; what is
unknown never closes a door.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours.domain.dates import age_on
from parcours.domain.words import DistrictStatus, Word

Ages = tuple[int | None, int | None]
WITHOUT_WORK = frozenset({"DE_LT12", "DELD", "DETLD", "SANS_EMPLOI_NON_INSCRIT", "INACTIF"})
REGISTERED = frozenset({"DE_LT12", "DELD", "DETLD"})
UP_TO_BAC = frozenset({"1", "2", "3", "4"})
ABOVE_BAC = frozenset({"5", "6", "7", "8"})


class Eligibility(Word):
    """Whether a person may enter, as far as the file tells."""

    YES = "yes", "Peut entrer"
    CHECK = "check", "À vérifier"
    NO = "no", "Conditions non remplies"


class EntryRule(Word):
    """The entry rules a scheme may choose from, which the file of a person can answer."""

    FREE = "free", "Gratuit pour la personne"
    OUT_OF_WORK = "out_of_work", "Ni en emploi, ni en formation"
    REGISTERED = "registered", "Inscription comme demandeur·euse d’emploi"
    RSA = "rsa", "Bénéficiaire du RSA"
    DISTRICT = "district", "Habiter un quartier prioritaire (QPV)"
    UP_TO_BAC = "up_to_bac", "Niveau bac au plus"
    UNDER_26 = "under_26", "Moins de 26 ans au premier jour"
    ADULT = "adult", "18 ans au premier jour"


AGES: dict[EntryRule, Ages] = {EntryRule.UNDER_26: (None, 25), EntryRule.ADULT: (18, None)}
# The file tells them as they were at entry: a « no » of then is a question to ask today.
MAY_HAVE_CHANGED = frozenset({EntryRule.OUT_OF_WORK, EntryRule.REGISTERED, EntryRule.RSA})


@dataclass(frozen=True, slots=True)
class Known:
    """What entry rules may read of a person, and nothing else; None is unknown."""

    born_on: date
    entry_status: str | None = None
    education: str | None = None
    receives_rsa: bool | None = None
    district: DistrictStatus | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """An entry condition: a rule the file can answer, or words to go through with the person.

    `ages`: the youngest and the oldest one may be on the first day, both included.
    """

    label: str
    rule: EntryRule | None = None
    ages: Ages | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one condition, in a sentence."""

    verdict: Eligibility
    text: str


def read_conditions(criteria: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions among a scheme’s criteria: a target is about a whole group, not a person."""
    rules = {rule.value: rule for rule in EntryRule}
    return tuple(
        Condition(str(criterion["label"]), rules.get(str(criterion.get("code"))))
        for criterion in criteria
        if "target" not in criterion
    )


def check(condition: Condition, known: Known, *, starts_on: date) -> Check:
    """What the file says of a condition on the first day of a step."""
    ages = condition.ages or (AGES.get(condition.rule) if condition.rule else None)
    if ages is not None:
        answer: bool | None = _is_between(age_on(known.born_on, starts_on), ages)
    elif condition.rule is not None:
        answer = _answer(condition.rule, known)
    else:
        return Check(Eligibility.CHECK, f"{condition.label} : à voir avec la personne")
    if answer is None:
        return Check(Eligibility.CHECK, f"{condition.label} : la fiche ne le dit pas")
    if answer:
        return Check(Eligibility.YES, condition.label)
    if condition.rule in MAY_HAVE_CHANGED:
        return Check(
            Eligibility.CHECK,
            f"{condition.label} : ce n’était pas le cas à l’entrée, demandez ce qu’il en est",
        )
    return Check(Eligibility.NO, f"{condition.label} : la fiche dit le contraire")


def education_is_known(level: str | None) -> bool:
    """Whether a level can be set against « bac »: a foreign diploma or no answer cannot."""
    return level in UP_TO_BAC | ABOVE_BAC


def _answer(rule: EntryRule, known: Known) -> bool | None:
    """Whether the rule is met; None when the file does not tell."""
    status, level = known.entry_status, known.education
    if rule is EntryRule.OUT_OF_WORK:
        return None if status is None else status in WITHOUT_WORK
    if rule is EntryRule.REGISTERED:
        return None if status is None else status in REGISTERED
    if rule is EntryRule.RSA:
        return known.receives_rsa
    if rule is EntryRule.DISTRICT:
        is_told = known.district in (DistrictStatus.INSIDE, DistrictStatus.OUTSIDE)
        return known.district is DistrictStatus.INSIDE if is_told else None
    if rule is EntryRule.UP_TO_BAC:
        return level in UP_TO_BAC if education_is_known(level) else None
    return True


def _is_between(age: int, ages: Ages) -> bool:
    youngest, oldest = ages
    return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)
