"""The field’s code lists as shipped: exact codes and labels, with source and reliability."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from parcours.resources import resource_dir


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a list, its French label and what else the list says of it."""

    code: str
    label: str
    extra: Mapping[str, str]

    def flag(self, name: str) -> bool:
        """Whether the column `name` holds 1."""
        return self.extra.get(name) == "1"

    def answer(self, name: str) -> bool | None:
        """A flag the list may not know: None when it says `unknown`."""
        return None if self.extra.get(name) == "unknown" else self.flag(name)


def entry_statuses() -> Mapping[str, Code]:
    """Employment situation at entry; `is_registered`, `is_long_term`: 1, nothing, or unknown."""
    return _load("entry_statuses")


def education_levels() -> Mapping[str, Code]:
    """Highest level completed (2019 scale), with ISCED class and ESF+ indicator."""
    return _load("education_levels")


def public_criteria() -> Mapping[str, Code]:
    """Criteria of publics; `sensitive` ones are not offered on screens."""
    return _load("public_criteria")


def contract_types() -> Mapping[str, Code]:
    """Contracts: `is_employment`, `needs_end`, `iae_class` (a class, or `by_length`), flags."""
    return _load("contract_types")


def exit_types() -> Mapping[str, Code]:
    """Situations at exit: `situation` (kind), `iae_class`, `overrides_contract`, `sensitive`.

    A sensitive one (health, justice) stays inside the organisation that recorded it.
    """
    return _load("exit_types")


def outcome_definitions() -> Mapping[str, Code]:
    """Versions of each scheme’s definition of an exit (domain/definitions.py reads them)."""
    return _load("outcome_definitions")


def definition_parameters() -> Mapping[str, Code]:
    """What the parameters of definitions are called."""
    return _load("definition_parameters")


def esf_indicators() -> Mapping[str, Code]:
    """ESF+ common indicators: words, unit, moment, doubts."""
    return _load("esf_indicators")


def esf_rules() -> Mapping[str, Code]:
    """Versions of the rules ESF+ participants are counted by: `parameters`."""
    return _load("esf_rules")


def follow_up_delays() -> Mapping[str, Code]:
    """Delays of follow-ups after an exit: when due, how long open, how many tries."""
    return _load("follow_up_delays")


def absence_reasons() -> Mapping[str, Code]:
    """Reasons of absence: a closed list, never a medical text."""
    return _load("absence_reasons")


def organisation_kinds() -> Mapping[str, Code]:
    """Kinds of partners: `roles` (parted by « ; »), `is_funder`.

    `is_sensitive`: naming the partner reveals something private of the people it sends.
    """
    return _load("organisation_kinds")


def qpv_formats() -> Mapping[str, Code]:
    """Generations of district codes by prefix: `generation`, `pattern`, dates of validity."""
    return _load("qpv_formats")


def holiday_regions() -> Mapping[str, Code]:
    """Regions with public holidays of their own (subdivisions of the package `holidays`)."""
    return _load("holiday_regions")


def occupations() -> Mapping[str, Code]:
    """Digital occupations of the ROME, for as long as no whole list is loaded: `parent`."""
    return _load("occupations")


def frameworks() -> Mapping[str, Code]:
    """Frameworks of skills shipped with the product: `version`, `valid_until` of an RNCP sheet."""
    return _load("frameworks")


def skills() -> Mapping[str, Code]:
    """Their skills: `framework`, `domain`, `block` (RNCP), `scale` (how many levels it has)."""
    return _load("skills")


def account_lines() -> Mapping[str, Code]:
    """Lines of a training body’s annual account: `frame`, and the `column` and `value` counted.

    A line without a column is one no fact held here tells; `*` is every value of the column.
    """
    return _load("account_lines")


def act_themes() -> Mapping[str, Code]:
    """Themes of mediation acts: `data_inclusion`, the public thematic code each belongs to."""
    return _load("act_themes")


def equipment_kinds() -> Mapping[str, Code]:
    """Kinds of hardware that is lent or given."""
    return _load("equipment_kinds")


def engagements() -> Mapping[str, Code]:
    """Weekly hours expected by default: `weekly_minutes`, from `starts_on`."""
    return _load("engagements")


def engagement_motives() -> Mapping[str, Code]:
    """Why the weekly hours are adapted to a person: a closed list, never a medical text."""
    return _load("engagement_motives")


def certifications() -> Mapping[str, Code]:
    """Titles and certificates by number: `kind`, `grade`, `valid_until`, `framework` of skills."""
    return _load("certifications")


def certification_blocks() -> Mapping[str, Code]:
    """Their blocks, in order: `certification`; of those with `is_option` one is enough."""
    return _load("certification_blocks")


def block_equivalences() -> Mapping[str, Code]:
    """Which block of a new sheet counts for which of the `old` one: `old`, `new`."""
    return _load("block_equivalences")


def options(codes: Mapping[str, Code]) -> list[tuple[str, str]]:
    """(code, label) pairs of a list, as a form’s choices."""
    return [(code, item.label) for code, item in codes.items()]


def label(codes: Mapping[str, Code], code: str | None) -> str:
    """The label of a code, "" when there is none."""
    return codes[code].label if code is not None and code in codes else (code or "")


@cache
def _load(name: str) -> Mapping[str, Code]:
    path = resource_dir("fixtures") / "reference" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType({row["code"]: Code(row["code"], row["label"], row) for row in rows})
