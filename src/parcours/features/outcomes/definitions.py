"""What each figure means: the text of each definition, its source, its version, its doubts."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions.definitions import definition_named, definitions, definitions_on
from parcours.actions.follow_ups import delays, usual_delays
from parcours.domain.access import Capability
from parcours.domain.definitions import CONFIRMED, Definition
from parcours.domain.errors import NotAllowed, NotFound
from parcours.domain.leavers import Parameters
from parcours.domain.outcomes import EmployerKind, ExitClass
from parcours.domain.supported_entities import Entity
from parcours.reference import Code
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter(prefix="/definitions")
NO_EXIT = (
    "Une convention ne peut donc pas le choisir comme définition d’une sortie positive, qui range "
    "une sortie d’un côté ou de l’autre. "
)
FROM_FSE = "Une convention l’obtient par la sortie « FSE+ : participants et indicateurs »."
COUNTS_ENTRIES = "Cet indicateur compte des participants, tels qu’ils étaient à l’entrée. "
COUNTS_ENTITIES = "Cet indicateur compte des organismes soutenus, et personne qui sort. "
COUNTS_RESULTS = (
    "Cet indicateur compte un résultat parmi d’autres, et une même personne compte dans plusieurs. "
)
SAYS_WHO = (
    "Ces règles disent qui est un participant FSE+ et quel dossier est complet : elles ne classent "
    "aucune sortie, et une convention ne les choisit pas comme définition d’une sortie positive."
)
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
    shown = _of_code(code) if code else _of_definition(definition_named(name), visit.today)
    return pages.page(visit, "outcomes/definition.html", shown)


def _require(visit: Visit) -> None:
    able = (Capability.EXPORT_OUTCOMES, Capability.RECORD_EXITS)
    if not any(visit.actor.can(item) for item in able):
        raise NotAllowed("Les définitions servent à qui note des sorties ou lit des résultats.")


def _of_definition(item: Definition, today: date) -> dict[str, Any]:
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
        "use": _use(item, today),
        "is_exit_rule": _is_in_force(item, today),
    }


def _is_in_force(item: Definition, today: date) -> bool:
    return item in definitions_on(today)


def _use(item: Definition, today: date) -> str:
    """What an agreement may do with a definition, and what it then has to ask people."""
    if not _is_in_force(item, today):
        return (
            "Cette version ne compte pas aujourd’hui : une convention lit celle qui est en vigueur "
            "à la date d’arrêt."
        )
    said = "Une convention peut la choisir comme définition d’une sortie positive."
    months = item.parameters.integer("months") if item.parameters.integer("tolerance_days") else 0
    asked = next((code for code in delays().values() if months and code.months == months), None)
    if asked is None:
        return said
    where = asked.label[0].lower() + asked.label[1:]
    chosen = "" if asked.code in usual_delays() else ", que le programme doit demander"
    return (
        f"{said} Elle lit la situation {where} : il y faut le suivi {where}{chosen}. Sans réponse, "
        "la sortie reste non documentée."
    )


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
        "use": _why_not(row.code),
        "is_exit_rule": False,
    }


def _why_not(code: str) -> str:
    """Why an agreement cannot sort its exits by what is no definition of one."""
    if code in {entity.value for entity in Entity}:
        return COUNTS_ENTITIES + NO_EXIT + FROM_FSE
    if code in reference.esf_rules():
        return SAYS_WHO
    what = COUNTS_RESULTS if code.startswith("EECR") else COUNTS_ENTRIES
    return what + NO_EXIT + FROM_FSE


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
