"""Cases of the score as they are exchanged, read with the fields allowed and nothing else.

Source: product §7. What else a case says about somebody is not read: it cannot change a result.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from parcours.domain.canonical import read_ratio
from parcours.domain.errors import RuleBroken
from parcours.domain.matching import Planned
from parcours.domain.matching_rules import (
    DEFAULT,
    HIGHEST,
    MOST_WEIGHT,
    Evidence,
    MatchRules,
    Requirement,
    SkillEntry,
    Source,
    check_rules,
)
from parcours.domain.taxonomy import Taxonomy

SOURCES = {
    "prevu": Source.PLANNED,
    "declare": Source.DECLARED,
    "observe": Source.OBSERVED,
    "evalue": Source.ASSESSED,
    "certifie": Source.CERTIFIED,
}
# The names parameters are exchanged by.
PARAMETERS = {
    "narrower": "child",
    "broader": "parent",
    "sibling": "neighbour",
    "max_children": "most_children",
    "essential_penalty": "essential_share",
    "decay_grace": "grace_months",
    "decay_span": "fading_months",
    "decay_floor": "fading_floor",
}


class Case(NamedTuple):
    """A need and a person, as of a day."""

    name: Any
    requirements: tuple[Requirement, ...]
    evidence: tuple[Evidence, ...]
    as_of: date
    start: date | None


class ProjectedCase(NamedTuple):
    """A case with modules to come; `case` is None when the file does not say of whom it speaks."""

    name: Any
    start: date | None
    planned: tuple[Planned, ...]
    case: Case | None


class CaseFile(NamedTuple):
    """All that a file of cases asks to compute."""

    taxonomy: Taxonomy
    rules: MatchRules
    cases: tuple[Case, ...]
    projections: tuple[ProjectedCase, ...]


def read_case_file(document: Any) -> CaseFile:
    """The cases of a document; RuleBroken names every case that cannot be read, and why."""
    if not isinstance(document, dict) or not isinstance(document.get("cases"), list):
        raise RuleBroken("Le fichier doit être un objet JSON avec une liste « cases ».")
    taxonomy = _taxonomy(_table(document, "taxonomy", "Le référentiel (« taxonomy »)"))
    rules = _rules(_table(document, "params", "Les paramètres (« params »)"))
    cases = _each(document["cases"], "Cas", lambda row: _case(row, rules))
    by_name = {str(case.name): case for case in cases}
    rows = document.get("projection") or []
    if not isinstance(rows, list):
        raise RuleBroken("« projection » doit être une liste.")
    projections = _each(rows, "Projection", lambda row: _projection(row, rules, by_name))
    return CaseFile(taxonomy, rules, tuple(cases), tuple(projections))


def _each(rows: list[Any], what: str, read: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    """Every row read, or every refusal told at once, each with the name of its row."""
    found, refusals = [], []
    for number, row in enumerate(rows, 1):
        name = row.get("id", number) if isinstance(row, dict) else number
        try:
            if not isinstance(row, dict):
                raise RuleBroken("ce n’est pas un objet JSON.")
            found.append(read(row))
        except RuleBroken as refusal:
            refusals.append(f"{what} {name} : {refusal}")
    if refusals:
        raise RuleBroken("\n".join(refusals))
    return found


def _table(document: Mapping[str, Any], key: str, label: str) -> Mapping[str, Any]:
    found = document.get(key) or {}
    if not isinstance(found, dict):
        raise RuleBroken(f"{label} doit être un objet JSON.")
    return found


def _taxonomy(table: Mapping[str, Any]) -> Taxonomy:
    parents, perishable = table.get("parent") or {}, table.get("perishable") or []
    if not isinstance(parents, dict) or not isinstance(perishable, list):
        raise RuleBroken("Le référentiel a une table « parent » et une liste « perishable ».")
    fading = {_text(code, "perishable") for code in perishable}
    for code, parent in parents.items():
        if parent is not None:
            _text(parent, f"parent de {code}")
    return Taxonomy(
        SkillEntry(code, parents.get(code), code in fading) for code in sorted({*parents, *fading})
    )


def _rules(table: Mapping[str, Any]) -> MatchRules:
    """The parameters of the file over the usual ones; an unknown name is a mistake to tell."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name not in PARAMETERS:
            raise RuleBroken(f"Paramètre inconnu : « {name} ».")
        is_share = isinstance(getattr(DEFAULT, PARAMETERS[name]), Fraction)
        found[PARAMETERS[name]] = _share(value, name) if is_share else _whole(value, name, 0, 1200)
    rules = replace(DEFAULT, **found)
    check_rules(rules)
    return rules


def _case(row: Mapping[str, Any], rules: MatchRules) -> Case:
    as_of = _date(row.get("as_of"), "as_of")
    if as_of is None:
        raise RuleBroken("la date du calcul (« as_of ») manque.")
    requirements = tuple(_requirement(one, rules) for one in _list(row, "requirements"))
    evidence = tuple(_evidence(one) for one in _list(row, "evidence"))
    return Case(row.get("id"), requirements, evidence, as_of, _date(row.get("start"), "start"))


def _projection(
    row: Mapping[str, Any], rules: MatchRules, by_name: Mapping[str, Case]
) -> ProjectedCase:
    """Whose score is projected: its own facts, or those of a case it names."""
    start = _date(row.get("start"), "start")
    planned = tuple(_planned(one) for one in row.get("planned") or [])
    case = None
    if "requirements" in row:
        case = _case(row, rules)
    elif "case" in row:
        case = by_name.get(str(row["case"]))
        if case is None:
            raise RuleBroken(f"aucun cas ne s’appelle « {row['case']} ».")
    return ProjectedCase(row.get("id"), start, planned, case)


def _requirement(row: Any, rules: MatchRules) -> Requirement:
    one = _object(row, "requirements")
    is_essential = one.get("essential")
    if not isinstance(is_essential, bool):
        raise RuleBroken("« essential » vaut true ou false.")
    usual = rules.essential_weight if is_essential else rules.wanted_weight
    return Requirement(
        _text(one.get("skill"), "skill"),
        _whole(one.get("level"), "level", 1, HIGHEST),
        _whole(one.get("weight", usual), "weight", 1, MOST_WEIGHT),
        is_essential,
    )


def _evidence(row: Any) -> Evidence:
    one = _object(row, "evidence")
    source = one.get("source", "declare")
    if not isinstance(source, str) or source not in SOURCES:
        raise RuleBroken(f"« source » est l’une de : {', '.join(SOURCES)}.")
    return Evidence(
        _text(one.get("skill"), "skill"),
        _whole(one.get("level"), "level", 0, HIGHEST),
        SOURCES[source],
        _date(one.get("on"), "on"),
        _date(one.get("valid_until"), "valid_until"),
    )


def _planned(row: Any) -> Planned:
    if not isinstance(row, list) or len(row) != 3:
        raise RuleBroken("« planned » est une liste de [compétence, niveau, date de fin].")
    ends_on = _date(row[2], "planned")
    if ends_on is None:
        raise RuleBroken("un module prévu a une date de fin.")
    return Planned(_text(row[0], "planned"), _whole(row[1], "planned", 0, HIGHEST), ends_on)


def _list(row: Mapping[str, Any], key: str) -> list[Any]:
    found = row.get(key)
    if not isinstance(found, list):
        raise RuleBroken(f"la liste « {key} » manque.")
    return found


def _object(row: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise RuleBroken(f"« {key} » est une liste d’objets JSON.")
    return row


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise RuleBroken(f"« {name} » : un code de compétence est attendu.")
    return value


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise RuleBroken(f"« {name} » : un nombre entier de {least} à {most} est attendu.")
    return value


def _share(value: Any, name: str) -> Fraction:
    try:
        return read_ratio(value)
    except (AttributeError, ValueError):
        raise RuleBroken(f"« {name} » : une fraction est attendue, par exemple « 1/2 ».") from None


def _date(value: Any, name: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RuleBroken(f"« {name} » : une date est attendue, par exemple 2026-11-23.") from None
