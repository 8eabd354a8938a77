"""The forms of a programme and of a curriculum; lists are typed one item a line."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from parcours.actions.curricula import ModuleFacts
from parcours.domain.identity import fold
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS
from parcours.web.forms import Form

PROGRAMME_LABELS = {
    "name": "Nom",
    "code": "Code",
    "starts_on": "Début",
    "ends_on": "Fin",
    "tolerance_days": "Tolérance en jours",
    "criteria": "Critères d’entrée",
    "follow_ups": "Suivis après la sortie",
}
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
        entry_criteria=[_criterion(line) for line in _lines(form, "criteria")],
        follow_ups=form.all("follow_ups") or None,
    )
    form.check()
    return facts


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


def _criterion(line: str) -> dict[str, Any]:
    label, _, target = (part.strip() for part in line.partition(":"))
    criterion = {"code": fold(label).replace(" ", "_")[:40], "label": label}
    return criterion | ({"target": target} if target else {})


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
