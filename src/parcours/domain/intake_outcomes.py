"""A partner’s table of exits: who left, when, for what, and what was said months after."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from parcours.domain.identity import clean_name, fold
from parcours.domain.intake import LearnerIntake, read_learner_rows
from parcours.domain.intake_cells import DateRule, read_date
from parcours.domain.intake_milestones import FOLLOW_UPS
from parcours.domain.intake_record import LearnerRow
from parcours.domain.intake_table import CellError, ColumnMap, Row, Sheet
from parcours.domain.intake_words import is_unknown
from parcours.domain.outcomes import lasts_months

IDENTITY = ("birth_name", "usage_name", "first_names", "full_name", "born_on")
JOB = "EMPLOI_NP"
# What a cell says of a situation, folded, as a code of the list; a job’s waits for its contract.
SITUATIONS = {
    "emploi": JOB, "en emploi": JOB, "salarie": JOB, "salariee": JOB, "en poste": JOB,
    "travaille": JOB, "embauche": JOB, "cdi": JOB, "cdd": JOB, "interim": JOB,
    "formation qualifiante": "FORMATION_QUALIF", "formation certifiante": "FORMATION_QUALIF",
    "formation prequalifiante": "FORMATION_PREQUALIF", "formation": "FORMATION_NP",
    "en formation": "FORMATION_NP", "poursuite de formation": "FORMATION_NP",
    "creation": "CREATION", "creation d entreprise": "CREATION", "a son compte": "CREATION",
    "recherche": "CHOMAGE", "recherche d emploi": "CHOMAGE", "en recherche d emploi": "CHOMAGE",
    "en recherche": "CHOMAGE", "chomage": "CHOMAGE", "demandeur d emploi": "CHOMAGE",
    "sans emploi": "CHOMAGE", "de": "CHOMAGE", "inactif": "INACTIF", "inactive": "INACTIF",
    "sans nouvelle": "SANS_NOUVELLE", "sans nouvelles": "SANS_NOUVELLE",
    "injoignable": "SANS_NOUVELLE", "abandon": "ABANDON", "retraite": "RETRAITE",
    "demenagement": "DEMENAGEMENT",
}  # fmt: skip
CONTRACTS = {
    "cdi": "CDI", "cdd": "CDD", "interim": "INTERIM", "mission d interim": "INTERIM",
    "cddi": "CDDI", "apprentissage": "APPRENTISSAGE", "contrat d apprentissage": "APPRENTISSAGE",
    "contrat pro": "PROFESSIONNALISATION", "professionnalisation": "PROFESSIONNALISATION",
    "pec": "PEC", "cui cie": "CUI_CIE", "cui": "PEC", "saisonnier": "CDD_SAISONNIER",
    "portage": "PORTAGE", "fonction publique": "FONCTION_PUBLIQUE", "creation": "CREATION",
    "service civique": "SERVICE_CIVIQUE", "autre": "AUTRE",
}  # fmt: skip
# The situation a contract tells, where its length does not decide.
TOLD_BY = {
    "CDI": "CDI_NON_AIDE", "CDDI": "EMBAUCHE_SIAE", "PEC": "CONTRAT_AIDE",
    "CUI_CIE": "CONTRAT_AIDE",
    "FONCTION_PUBLIQUE": "FONCTION_PUBLIQUE", "CREATION": "CREATION",
}  # fmt: skip
BY_LENGTH = {"CDD": ("CDD_6P", "CDD_M6"), "INTERIM": ("INTERIM_6P", "INTERIM_M6")}
UNREACHABLE = {"injoignable", "pas joignable", "ne repond pas", "pas de reponse"}
A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class SaidLater:
    """What a cell says of a follow-up: a situation, « injoignable », or that nobody knows.

    `field` names its column.
    """

    delay: str
    situation: str | None = None
    is_unreachable: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An exit as a line tells it; None is unknown."""

    number: int
    person: LearnerRow
    exited_on: date | None = None
    situation: str | None = None
    contract: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    employer: str | None = None
    later: tuple[SaidLater, ...] = ()

    @property
    def told(self) -> str:
        """« CDD 3 mois », « formation qualifiante », « non documentée »: what the line comes to."""
        if self.contract in BY_LENGTH and self.starts_on and self.ends_on:
            months = round(((self.ends_on - self.starts_on).days + 1) / A_MONTH)
            return f"{'CDD' if self.contract == 'CDD' else 'intérim'} {months} mois"
        if self.contract is not None:
            return self.contract
        return TALLY.get(self.situation or "", self.situation or "non documentée")


@dataclass(slots=True)
class OutcomeIntake:
    """Every line that may enter, and what was wrong."""

    people: LearnerIntake
    rows: list[OutcomeRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines come to the same."""
        return dict(Counter(row.told for row in self.rows))


TALLY = {
    "FORMATION_QUALIF": "formation qualifiante",
    "FORMATION_PREQUALIF": "formation préqualifiante",
    "FORMATION_NP": "formation",
    "CREATION": "création",
    "CHOMAGE": "recherche",
    "SANS_NOUVELLE": "sans nouvelles",
    JOB: "emploi",
}


def read_outcomes(sheet: Sheet, column_map: ColumnMap, today: date) -> OutcomeIntake:
    """The exits of a sheet; a date nobody can read rejects its line, a word its cell alone."""
    names = {code: column_map.columns[code] for code in IDENTITY if code in column_map.columns}
    people = read_learner_rows(sheet, replace(column_map, columns=names), today)
    found = OutcomeIntake(people, errors=list(people.errors), warnings=list(people.warnings))
    for person in people.accepted:
        _read_row(_Line(sheet, sheet.row(person.number), column_map, today, found), person)
    return found


@dataclass(slots=True)
class _Line:
    sheet: Sheet
    row: Row
    map: ColumnMap
    today: date
    found: OutcomeIntake

    def text(self, code: str) -> str:
        return self.row.cell(self.map.columns.get(code)).text

    def day(self, code: str) -> date | None:
        rule = DateRule(
            self.today, is_1904=self.sheet.is_1904, is_month_first=code in self.map.month_first
        )
        read = read_date(self.row.cell(self.map.columns.get(code)), rule)
        if read.message:
            self.refuse(code, read.message)
        return read.value

    def refuse(self, code: str, message: str, *, rejects: bool = True) -> None:
        column = self.map.columns.get(code, "")
        place = (self.sheet.title, self.row.number, column, self.row.cell(column).text)
        error = CellError(*place, message, f"{code}_unread", code, rejects)
        (self.found.errors if rejects else self.found.warnings).append(error)


def _read_row(line: _Line, person: LearnerRow) -> None:
    before = len(line.found.errors)
    exited_on = line.day("exited_on")
    if exited_on is None and len(line.found.errors) == before:
        line.refuse("exited_on", "Date de sortie manquante : indiquez-la (13/03/2026).")
    row = OutcomeRow(
        person.number,
        person,
        exited_on,
        _situation(line, "exit_situation"),
        _contract(line),
        line.day("contract_starts_on"),
        line.day("contract_ends_on"),
        clean_name(line.text("employer"))[:200] or None,
        tuple(_later(line)),
    )
    if len(line.found.errors) == before:
        line.found.rows.append(replace(row, situation=_code(row)))


def _situation(line: _Line, code: str) -> str | None:
    text = line.text(code)
    if not text or (is_unknown(text) and fold(text) not in SITUATIONS):
        return None
    found = SITUATIONS.get(fold(text))
    if found is None:
        line.refuse(code, "Situation non reconnue : à choisir dans la fiche.", rejects=False)
    return found


def _contract(line: _Line) -> str | None:
    words = fold(line.text("contract"))
    bare = fold(line.text("contract").partition("(")[0])
    found = CONTRACTS.get(words) or CONTRACTS.get(bare)
    if words and found is None and not is_unknown(line.text("contract")):
        line.refuse("contract", "Contrat non reconnu : à choisir dans la fiche.", rejects=False)
    return found


def _code(row: OutcomeRow) -> str | None:
    """The situation of the list that the words, the contract and its length come to."""
    if row.contract is None or row.situation not in {None, JOB}:
        return row.situation
    if row.contract in BY_LENGTH and row.starts_on and row.ends_on:
        long, short = BY_LENGTH[row.contract]
        return long if lasts_months(row.starts_on, row.ends_on, 6) else short
    return TOLD_BY.get(row.contract, JOB)


def _later(line: _Line) -> Iterator[SaidLater]:
    for code, delay in FOLLOW_UPS.items():
        text = line.text(code)
        if not text:
            continue
        if fold(text) in UNREACHABLE:
            yield SaidLater(delay, is_unreachable=True, field=code)
        elif not fold(text) or (is_unknown(text) and fold(text) not in SITUATIONS):
            yield SaidLater(delay, field=code)
        elif situation := _situation(line, code):
            yield SaidLater(delay, situation, field=code)
