"""The definitions as the product ships them, and the version that counts on a day."""

from datetime import date
from functools import cache

from parcours import reference
from parcours.domain.definitions import Definition, definition_of, in_force, one_in_force
from parcours.domain.errors import NotFound
from parcours.domain.leavers import Parameters
from parcours.reference import Code


@cache
def definitions() -> tuple[Definition, ...]:
    """Every version of every definition of an exit, those no longer valid too."""
    return tuple(definition_of(row.extra) for row in reference.outcome_definitions().values())


def exit_rules() -> tuple[str, ...]:
    """What an agreement may call a positive exit, by code: each of them sorts people who left."""
    return tuple(dict.fromkeys(item.code for item in definitions()))


def definitions_on(day: date) -> list[Definition]:
    """The version of each definition that counts on a day."""
    return in_force(definitions(), day)


def definition_on(code: str, day: date) -> Definition:
    """The version of one definition that counts on a day, else NotFound."""
    return one_in_force(definitions(), code, day)


def definition_named(name: str) -> Definition:
    """A version by its name, `iae-1`, valid or not: an old figure can be counted again."""
    for item in definitions():
        if item.name == name:
            return item
    raise NotFound("Cette définition n’existe pas.")


def esf_rules_on(day: date) -> tuple[str, Parameters]:
    """The rules ESF+ participants are counted by on a day: their name and their figures."""
    found: Code | None = None
    for row in reference.esf_rules().values():
        until = row.extra["valid_to"]
        is_valid = row.extra["valid_from"] <= day.isoformat() <= (until or "9999-12-31")
        if is_valid and (found is None or int(row.extra["version"]) > int(found.extra["version"])):
            found = row
    if found is None:
        raise NotFound("Aucune règle FSE+ n’est valable à cette date.")
    return found.code, Parameters.read(found.extra["parameters"])
