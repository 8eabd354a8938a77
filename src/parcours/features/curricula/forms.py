"""The forms of a programme and of a curriculum; lists are typed one item a line."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from parcours.actions.curricula import ModuleFacts
from parcours.domain.criteria import TargetRule, criteria_of, read_noted, read_targets
from parcours.domain.entry import EntryRule
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS
from parcours.models import Programme
from parcours.web.forms import Form
from parcours.web.words import typed_day

PROGRAMME_LABELS = {
    "name": "Nom",
    "code": "Code",
    "starts_on": "Début",
    "ends_on": "Fin",
    "tolerance_days": "Tolérance en jours",
    "rules": "Conditions que la fiche peut dire",
    "noted": "Critères notés de 0 à 3",
    **{f"target_{rule.value}": rule.label for rule in TargetRule},
    "follow_ups": "Suivis après la sortie",
}
TARGETS = [(f"target_{rule.value}", rule.label) for rule in TargetRule]
RULES = [(rule.value, rule.label) for rule in EntryRule]
CURRICULUM_LABELS = {
    "name": "Nom",
    "code": "Code",
    "rncp_code": "Fiche RNCP",
    "modules": "Modules",
}
SKILL = re.compile(r"^(?P<label>.+?)\s*(?:[(:]\s*(?:niveau\s*)?(?P<level>[1-4])\s*\)?)?$")
USUAL_LEVEL = 2


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """A programme as typed."""

    code: str
    name: str
    starts_on: date
    ends_on: date | None
    tolerance_days: int
    entry_criteria: list[dict[str, Any]]
    follow_ups: list[str] | None


def read_programme(form: Form, *, today: date) -> ProgrammeFacts:
    """The programme typed, or RuleBroken with one message per field to mend."""
    starts_on = form.day("starts_on", near=today)
    if starts_on is None:
        form.errors.setdefault("starts_on", "Indiquez ce jour.")
    tolerance = form.integer("tolerance_days")
    facts = ProgrammeFacts(
        code=form.required("code", "Donnez un code court, par exemple GEN.", limit=40),
        name=form.required("name", "Donnez un nom au programme.", limit=200),
        starts_on=starts_on or today,
        ends_on=form.day("ends_on", near=today),
        tolerance_days=DEFAULT_TOLERANCE_DAYS if tolerance is None else tolerance,
        entry_criteria=_criteria(form),
        follow_ups=form.all("follow_ups") or None,
    )
    form.check()
    return facts


def typed_programme(form: Form) -> dict[str, Any]:
    """What was typed of a programme."""
    lists = {name: form.all(name) for name in ("rules", "follow_ups")}
    return {name: form.text(name) for name in PROGRAMME_LABELS} | lists


def stored_programme(programme: Programme) -> dict[str, Any]:
    """A stored programme as the form shows it."""
    criteria = programme.entry_criteria
    known = {rule.value for rule in EntryRule}
    targets = {f"target_{item.rule.value}": str(item.percent) for item in read_targets(criteria)}
    return {
        **blank_programme(),
        "name": programme.name,
        "code": programme.code,
        "starts_on": typed_day(programme.starts_on),
        "ends_on": typed_day(programme.ends_on),
        "tolerance_days": str(programme.tolerance_days),
        "rules": [
            item["code"] for item in criteria if "target" not in item and item["code"] in known
        ],
        "noted": "\n".join(item.label for item in read_noted(criteria)),
        "follow_ups": programme.follow_ups or [],
        **targets,
    }


def blank_programme() -> dict[str, Any]:
    """A form nobody filled yet."""
    return dict.fromkeys(PROGRAMME_LABELS, "") | {"rules": [], "follow_ups": []}


def read_modules(form: Form) -> list[ModuleFacts]:
    """One module a line: `nom ; heures ; compétence (niveau), compétence (niveau)`."""
    modules = []
    for line in _lines(form, "modules"):
        name, hours, *skills = [part.strip() for part in line.split(";")] + [""] * 2
        number = _hours(hours)
        if not name or number is None:
            form.errors["modules"] = f"« {line} » : écrivez le nom, un point-virgule, les heures."
            break
        modules.append(ModuleFacts(name[:200], number, _skills(skills[0])))
    if not modules:
        form.errors.setdefault("modules", "Donnez au moins un module.")
    return modules


def _criteria(form: Form) -> list[dict[str, Any]]:
    """The entry criteria typed; what is wrong with them is noted in the form’s errors."""
    chosen = set(form.all("rules"))
    targets = {
        rule: percent
        for rule in TargetRule
        if (percent := form.integer(f"target_{rule.value}")) is not None
    }
    rules = [rule for rule in EntryRule if rule.value in chosen]
    try:
        return criteria_of(rules, _lines(form, "noted"), targets)
    except RuleBroken as refusal:
        form.errors.update(refusal.errors)
        return []


def _skills(text: str) -> list[tuple[str, str, int]]:
    found = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = SKILL.match(part)
        label = (match["label"] if match else part)[:200]
        level = int(match["level"]) if match and match["level"] else USUAL_LEVEL
        code = fold(label).replace(" ", "-")[:60]
        found[code] = (code, label, level)
    return list(found.values())


def _hours(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ".").removesuffix("h").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10_000 else None


def _lines(form: Form, name: str) -> list[str]:
    return [line.strip() for line in form.text(name, limit=5000).splitlines() if line.strip()]
