"""What each figure means: the text of each definition, its source, its version, its doubts."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions.definitions import definition_named, definitions, definitions_on
from parcours.domain.access import Capability
from parcours.domain.definitions import CONFIRMED, Definition
from parcours.domain.errors import NotAllowed, NotFound
from parcours.domain.leavers import Parameters
from parcours.domain.outcomes import EmployerKind, ExitClass
from parcours.reference import Code
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter(prefix="/definitions")
REQUIRED = {"gender": "genre", "status": "situation", "level": "niveau"}


@router.get("")
def definition_list(visit: Reading) -> Response:
    """Every definition in force, and the indicators of ESF+."""
    _require(visit)
    current = definitions_on(visit.today)
    context = {
        "definitions": current,
        "past": [item for item in definitions() if item not in current],
        "indicators": [_of_code(row) for row in reference.esf_indicators().values()],
        "rules": list(reference.esf_rules().values()),
    }
    return pages.page(visit, "outcomes/definitions.html", context)


@router.get("/{name}")
def one_definition(visit: Reading, name: str) -> Response:
    """A version of a definition, or an indicator of ESF+."""
    _require(visit)
    code = reference.esf_indicators().get(name) or reference.esf_rules().get(name)
    shown = _of_code(code) if code else _of_definition(definition_named(name))
    return pages.page(visit, "outcomes/definition.html", shown)


def _require(visit: Visit) -> None:
    able = (Capability.EXPORT_OUTCOMES, Capability.RECORD_EXITS)
    if not any(visit.actor.can(item) for item in able):
        raise NotAllowed("Les définitions servent à qui note des sorties ou lit des résultats.")


def _of_definition(item: Definition) -> dict[str, Any]:
    versions = [other for other in definitions() if other.code == item.code and other != item]
    return {
        "name": item.name,
        "title": item.label,
        "scheme": item.scheme,
        "texts": [("Ce qui compte", item.text), ("Le taux", item.counted)],
        "version": item.version,
        "valid": (item.valid_from, item.valid_to),
        "source": item.source,
        "reliability": item.reliability,
        "is_confirmed": item.is_confirmed,
        "doubt": item.doubt,
        "parameters": _parameters(item.parameters),
        "versions": versions,
    }


def _of_code(row: Code) -> dict[str, Any]:
    extra = row.extra
    if not extra["valid_from"]:
        raise NotFound
    return {
        "name": row.code,
        "title": row.label,
        "scheme": "FSE+",
        "texts": [("Ce qui compte", extra["text"])],
        "version": extra["version"],
        "valid": (_day(extra["valid_from"]), _day(extra["valid_to"])),
        "source": extra["source"],
        "reliability": extra["reliability"],
        "is_confirmed": extra["reliability"] == CONFIRMED and not extra["doubt"],
        "doubt": extra["doubt"],
        "parameters": _parameters(Parameters.read(extra.get("parameters", ""))),
        "versions": [],
    }


def _parameters(found: Parameters) -> list[tuple[str, str]]:
    names = reference.definition_parameters()
    return [(names[name].label, _value(name, value)) for name, value in found.values.items()]


def _value(name: str, value: str) -> str:
    words: dict[str, str] = {
        **{item.value: item.label.lower() for item in ExitClass},
        **{item.value: item.label.lower() for item in EmployerKind},
        **REQUIRED,
    }
    if name in {"positive", "excluded", "required"}:
        return ", ".join(words[part] for part in value.split(","))
    if value in {"0", "1"} and name in {
        "durable_inclusive", "unknown_in_denominator", "needs_proof", "in_target_job",
    }:  # fmt: skip
        return "oui" if value == "1" else "non"
    return value.replace(".", ",")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
