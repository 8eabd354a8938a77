"""The columns an output may hold, each with how it is read from what is known of a person.

A new column is one entry. A column people count on always holds a word: what nobody told is
« Non renseigné », so that a count of it is a filter, and an empty cell is never taken for a zero.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from parcours import reference
from parcours.actions.definitions import exit_rules
from parcours.actions.outcome_rows import AIMS, ANSWERS, HOURS, JURIES, WEEKS, Facts
from parcours.domain.dates import age_on
from parcours.domain.esf import READERS
from parcours.domain.indicators import UNTOLD
from parcours.domain.outcomes import SituationKind
from parcours.domain.training_account import aim_line, speciality_line
from parcours.models import ExitSituation
from parcours.sheets.writing import Column

HERE = "Pas de sortie notée"
YES, NO = "oui", "non"
COMPLETE, INCOMPLETE = "Complet", "Incomplet"
RULES = exit_rules()
MOST_AT_BAC = {"1", "2", "3", "4"}


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column: its code, its heading and form, what it needs, and how its cell is read."""

    code: str
    column: Column
    cell: Callable[[Facts], Any]
    needs: str = ""
    group: str = "Entrée"


def age_band(age: int) -> str:
    """The bands of ESF+, at entry; 30–54 counts in no indicator."""
    if age < 18:
        return "moins de 18 ans"
    if age < 30:
        return "18–29 ans"
    return "30–54 ans" if age < 55 else "55 ans et plus"


def situation_label(row: ExitSituation) -> str:
    """The situation; health, death and court decisions leave as « Retrait », nothing more."""
    item = reference.exit_types().get(row.situation or "")
    if item is not None and item.flag("sensitive"):
        return SituationKind.WITHDRAWN.label
    return label_of(reference.exit_types(), row.situation)


def label_of(codes: Any, code: str | None) -> str:
    """The label of a code, « Non renseigné » without one."""
    return reference.label(codes, code) if code else UNTOLD


def hours(minutes: int) -> Decimal:
    """Minutes as hours, to the hundredth."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _answer(value: bool | None) -> str:
    return UNTOLD if value is None else (YES if value else NO)


def _age(facts: Facts) -> int:
    return age_on(facts.learner.born_on, facts.first[0].enrolled_on)


def _low_level(facts: Facts) -> str:
    code = facts.learner.education
    known = reference.education_levels().get(code or "")
    if known is None or not known.extra["esf_indicator"]:
        return UNTOLD
    return _answer(code in MOST_AT_BAC)


def _entered_late(facts: Facts) -> int:
    enrolment = facts.first[0]
    return max((enrolment.created_at.date() - enrolment.enrolled_on).days, 0)


def _at_exit(name: str) -> Callable[[Facts], Any]:
    return lambda facts: getattr(facts.left.first, name) if facts.left else None


def _situation(facts: Facts) -> str:
    return situation_label(facts.left.first) if facts.left else HERE


def _contract(facts: Facts) -> str:
    if facts.left is None:
        return HERE
    return label_of(reference.contract_types(), facts.left.first.contract_type)


def _proof(facts: Facts) -> str:
    return _answer(facts.left.first.proof_seen_on is not None) if facts.left else HERE


def _exit_class(code: str) -> Callable[[Facts], str]:
    def cell(facts: Facts) -> str:
        found = facts.exit_class(code)
        return found.label if found else HERE

    return cell


def _assiduity_band(facts: Facts) -> str:
    if not facts.hours.planned:
        return UNTOLD
    rate = Decimal(facts.hours.done) / facts.hours.planned
    if rate >= Decimal("0.9"):
        return "90 % et plus"
    return "de 75 à 90 %" if rate >= Decimal("0.75") else "moins de 75 %"


def _rate(facts: Facts) -> float | None:
    return facts.hours.done / facts.hours.planned if facts.hours.planned else None


def _account_type(facts: Facts) -> str:
    """The kind of trainee of frame F-1, as far as the situation at entry tells it."""
    status = facts.participation.entry.status
    known = {"EECO02": "Personnes en recherche d’emploi", "EECO05": "Salariés"}
    return known.get(status or "", "Autres" if status else UNTOLD)


def _weeks(name: str) -> Callable[[Facts], int | None]:
    return lambda facts: getattr(facts.weeks, name) if facts.weeks else None


def _person() -> Iterable[OutputColumn]:
    def entry(code: str, heading: str, cell: Any, kind: str = "text", width: int = 16) -> Any:
        return OutputColumn(code, Column(heading, kind, width), cell)

    yield entry("person", "Participant", lambda facts: facts.pseudonym, width=14)
    yield entry("cohort", "Promotion", lambda facts: facts.first[1].name, width=34)
    yield entry("gender", "Genre", lambda facts: _label(facts.learner.gender))
    yield entry("age", "Âge à l’entrée", _age, "integer", 10)
    yield entry("age_band", "Tranche d’âge", lambda facts: age_band(_age(facts)), width=18)
    yield entry("young", "Moins de 26 ans", lambda facts: _answer(_age(facts) < 26), width=12)
    levels = reference.education_levels()
    yield entry("level", "Niveau à l’entrée", lambda f: label_of(levels, f.learner.education),
                width=34)  # fmt: skip
    yield entry("low_level", "Bac ou moins", _low_level, width=14)
    statuses = reference.entry_statuses()
    yield entry("status", "Situation à l’entrée",
                lambda f: label_of(statuses, f.learner.entry_status), width=34)  # fmt: skip
    yield entry("rsa", "RSA", lambda facts: _answer(facts.learner.receives_rsa), width=14)
    yield entry("district", "QPV", lambda facts: _label(facts.learner.qpv_status), width=14)
    yield entry("district_code", "Code du quartier", lambda f: f.learner.qpv_code or UNTOLD)
    yield entry("entered_on", "Entrée", lambda facts: facts.first[0].enrolled_on, "date", 12)
    yield entry("left_on", "Fin", lambda facts: facts.participation.left_on, "date", 12)
    yield entry("typed_on", "Saisie de l’entrée", lambda f: f.first[0].created_at.date(), "date",
                12)  # fmt: skip
    yield entry("typed_after", "Délai de saisie (jours)", _entered_late, "integer", 12)


def _label(word: Any) -> str:
    return word.label if word else UNTOLD


def _presence() -> Iterable[OutputColumn]:
    def entry(code: str, heading: str, cell: Any, kind: str = "decimal", needs: str = HOURS) -> Any:
        return OutputColumn(code, Column(heading, kind, 14), cell, needs, "Heures et certification")

    yield entry("hours_planned", "Heures prévues relevées", lambda f: hours(f.hours.planned))
    yield entry("hours_done", "Heures suivies", lambda facts: hours(facts.hours.done))
    yield entry("hours_excused", "Heures d’absence justifiée", lambda f: hours(f.hours.excused))
    yield entry("hours_missed", "Heures d’absence non justifiée", lambda f: hours(f.hours.missed))
    yield entry("assiduity", "Assiduité", _rate, "percent")
    yield entry("assiduity_band", "Tranche d’assiduité", _assiduity_band, "text")
    yield entry("title", "Certification", lambda f: f.title or UNTOLD, "text", JURIES)
    yield entry("weeks_asked", "Semaines avec engagement", _weeks("asked"), "integer", WEEKS)
    yield entry("weeks_met", "Semaines atteintes ici", _weeks("met"), "integer", WEEKS)
    yield entry("activity_hours", "Heures d’activité tenues ici",
                lambda facts: hours(facts.weeks.done) if facts.weeks else None,
                needs=WEEKS)  # fmt: skip
    yield entry("account_type", "Type (cadre F-1)", _account_type, "text", "")
    yield entry("account_aim", "Objectif (cadre F-3)", lambda f: aim_line(f.aimed), "text", AIMS)
    yield entry("account_speciality", "Spécialité (cadre F-4)",
                lambda facts: speciality_line(facts.aimed), "text", AIMS)  # fmt: skip


def _exit() -> Iterable[OutputColumn]:
    def entry(code: str, heading: str, cell: Any, kind: str = "text", width: int = 16) -> Any:
        return OutputColumn(code, Column(heading, kind, width), cell, group="Sortie")

    yield entry("has_left", "Sortie notée", lambda facts: _answer(facts.left is not None))
    yield entry("exited_on", "Date de sortie", _left_day, "date", 12)
    yield entry("situation", "Situation à la sortie", _situation, width=34)
    yield entry("contract", "Contrat", _contract, width=28)
    yield entry("contract_from", "Début du contrat", _at_exit("contract_starts_on"), "date", 12)
    yield entry("contract_to", "Fin du contrat", _at_exit("contract_ends_on"), "date", 12)
    yield entry("proof", "Justificatif vu", _proof, width=14)
    for code in RULES:
        heading = f"Sortie selon {code}"
        yield entry(f"exit:{code}", heading, _exit_class(code), width=28)


def _left_day(facts: Facts) -> date | None:
    return facts.left.exit.exited_on if facts.left else None


def _esf() -> Iterable[OutputColumn]:
    yield OutputColumn(
        "complete",
        Column("Dossier FSE+", width=12),
        lambda facts: INCOMPLETE if facts.lacking else COMPLETE,
        ANSWERS,
        group="Indicateurs FSE+",
    )
    for code in READERS:
        yield OutputColumn(
            code, Column(code, width=16), _reading(code), ANSWERS, group="Indicateurs FSE+"
        )


def _reading(code: str) -> Callable[[Facts], str]:
    return lambda facts: facts.esf(code).label


COLUMNS = {item.code: item for item in (*_person(), *_presence(), *_exit(), *_esf())}
HEADINGS = {code: item.column.heading for code, item in COLUMNS.items()}


def cells(facts: Facts, codes: Sequence[str]) -> tuple[Any, ...]:
    """Somebody’s row: a cell a column."""
    return tuple([COLUMNS[code].cell(facts) for code in codes])


def needs_of(codes: Iterable[str]) -> set[str]:
    """What has to be read for these columns."""
    return {COLUMNS[code].needs for code in codes} - {""}
