"""Entry criteria of a programme as data: rules a file answers, criteria people note, targets.

Source: product, idea 4 and features 22 and 61: no programme is a concept in code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parcours.domain.entry import EntryRule
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.words import Word


class TargetRule(Word):
    """Whom a target may count, told by what the file says at entry."""

    WOMEN = "women", "Femmes"
    UP_TO_BAC = "up_to_bac", "Peu qualifié·es (niveau bac au plus)"
    DISTRICT = "district", "Habitant·es d’un quartier prioritaire (QPV)"
    UNDER_26 = "under_26", "Moins de 26 ans"
    RSA = "rsa", "Bénéficiaires du RSA"
    OUT_OF_WORK = "out_of_work", "Ni en emploi, ni en formation"


@dataclass(frozen=True, slots=True)
class Noted:
    """A criterion that people note from 0 to 3."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Target:
    """The share of a group a programme aims at, in whole percents."""

    rule: TargetRule
    percent: int


def read_noted(criteria: Iterable[Mapping[str, Any]]) -> tuple[Noted, ...]:
    """The criteria of a programme that people note: neither a target nor a rule of the file."""
    rules = {rule.value for rule in EntryRule}
    return tuple(
        Noted(str(item["code"]), str(item["label"]))
        for item in criteria
        if "target" not in item and item["code"] not in rules
    )


def read_targets(criteria: Iterable[Mapping[str, Any]]) -> tuple[Target, ...]:
    """The targets of a programme that the product can count."""
    rules = {rule.value: rule for rule in TargetRule}
    return tuple(
        Target(rules[item["code"]], int(item["target"]))
        for item in criteria
        if "target" in item and item["code"] in rules
    )


def criteria_of(
    rules: Iterable[EntryRule], noted: Iterable[str], targets: Mapping[TargetRule, int]
) -> list[dict[str, Any]]:
    """A programme’s entry criteria as they are kept.

    Raises RuleBroken: a target that is no percentage, two criteria of the same name.
    """
    errors: dict[str, str] = {}
    labels = [label.strip() for label in noted if label.strip()]
    codes = [fold(label).replace(" ", "_")[:40] for label in labels]
    known = {rule.value for rule in EntryRule}
    if len(set(codes)) < len(codes) or not all(codes) or known & set(codes):
        errors["noted"] = "Chaque critère noté a son propre nom, avec des lettres."
    for rule, percent in targets.items():
        if not 1 <= percent <= 100:
            errors[f"target_{rule.value}"] = "Une cible va de 1 à 100 %."
    if errors:
        raise RuleBroken(errors=errors)
    chosen = set(rules)
    return [
        *({"code": rule.value, "label": rule.label} for rule in EntryRule if rule in chosen),
        *({"code": code, "label": label} for code, label in zip(codes, labels, strict=True)),
        *(
            {"code": rule.value, "label": rule.label, "target": targets[rule]}
            for rule in TargetRule
            if rule in targets
        ),
    ]
