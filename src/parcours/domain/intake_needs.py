"""A partner’s list of employers’ needs, row by row: what is asked, what is refused, what to check.

Nothing is invented: a word that names no known skill stays the employer’s word, to map by a person.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from parcours.domain.identity import clean_name, fold
from parcours.domain.intake_cells import DateRule, read_date, read_number
from parcours.domain.intake_contacts import read_email
from parcours.domain.intake_need_words import (
    SkillAsked,
    contracts_of,
    hours_of,
    place_of,
    skills_of,
    slots_of,
)
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_table import CellError, ColumnMap, IgnoredRow, Row, Sheet
from parcours.domain.needs import MOST_POSTS, ROME
from parcours.domain.partners import is_siret

SAID = ("contract", "hours", "place", "licence")
SAID_LABELS = {
    "contract": "Contrat",
    "hours": "Horaires",
    "place": "Lieu",
    "licence": "Permis",
}
NO_SKILL = (
    "Aucune compétence demandée : écrivez-en une au moins, par exemple « Tableur (autonome) »."
)


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need as a row tells it; `said` keeps the employer’s words where a code says less."""

    number: int
    employer: str
    title: str
    posts: int = 1
    siret: str | None = None
    siret_to_check: str | None = None
    rome: str | None = None
    contracts: tuple[str, ...] = ()
    starts_on: date | None = None
    postcode: str | None = None
    city: str | None = None
    is_remote: bool = False
    weekly_hours: Decimal | None = None
    slots: tuple[str, ...] = ()
    skills: tuple[SkillAsked, ...] = ()
    email: str | None = None
    said: str | None = None


@dataclass(slots=True)
class NeedIntake:
    """Everything a list says; an error that `rejects` keeps its row out, a warning loses nothing
    but its cell.
    """

    rows: list[NeedRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    blank: int = 0


@dataclass(frozen=True, slots=True)
class _Reader:
    """A row, with where each field stands in it."""

    sheet: Sheet
    row: Row
    columns: ColumnMap
    found: NeedIntake
    today: date

    def text(self, code: str) -> str:
        return self.row.cell(self.columns.columns.get(code)).text

    def refuse(self, code: str, kind: str, message: str) -> None:
        self.found.errors.append(self._error(code, kind, message, rejects=True))

    def warn(self, code: str, kind: str, message: str) -> None:
        self.found.warnings.append(self._error(code, kind, message, rejects=False))

    def _error(self, code: str, kind: str, message: str, *, rejects: bool) -> CellError:
        column = self.columns.columns.get(code, "A")
        value = self.text(code)
        return CellError(
            self.sheet.title, self.row.number, column, value, message, kind, code, rejects
        )


def read_needs(sheet: Sheet, column_map: ColumnMap, today: date) -> NeedIntake:
    """The needs of a sheet whose columns are known; every row below the headings is accounted for.

    A row without a skill, or whose posts are no number, is refused; a SIRET that does not hold is
    kept to check.
    """
    found = NeedIntake()
    for row in sheet.rows:
        if row.number <= column_map.header_row:
            continue
        if reason := _why_ignored(sheet, row, column_map):
            found.ignored.append(IgnoredRow(row.number, reason))
            continue
        refused = len(found.errors)
        read = _read(_Reader(sheet, row, column_map, found, today))
        if len(found.errors) > refused:
            found.rejected.append(row.number)
        else:
            found.rows.append(read)
    taken = len(found.rows) + len(found.rejected) + len(found.ignored)
    found.blank = max(sheet.last_row - column_map.header_row - taken, 0)
    return found


def _why_ignored(sheet: Sheet, row: Row, column_map: ColumnMap) -> str | None:
    if is_repeated_header(sheet, row, column_map):
        return "en-tête répété"
    cells = [row.cell(column) for column in column_map.columns.values()]
    if all(cell.is_blank for cell in cells):
        return "rien dans les colonnes retenues"
    title = row.cell(column_map.columns.get("title"))
    return footer_reason(row, column_map) if title.is_blank else None


def _read(at: _Reader) -> NeedRow:
    siret, to_check = _siret(at)
    postcode, city, is_remote = place_of(at.text("place"))
    return NeedRow(
        number=at.row.number,
        employer=_named(at, "employer", "Nom de l’employeur manquant."),
        title=_named(at, "title", "Nom du poste manquant."),
        posts=_posts(at),
        siret=siret,
        siret_to_check=to_check,
        rome=_rome(at),
        contracts=_contracts(at),
        starts_on=_start(at),
        postcode=postcode,
        city=city,
        is_remote=is_remote,
        weekly_hours=hours_of(at.text("hours")),
        slots=slots_of(at.text("hours")),
        skills=_skills(at),
        email=_email(at),
        said=_said(at),
    )


def _named(at: _Reader, code: str, message: str) -> str:
    name = clean_name(at.text(code))[:200]
    if not name:
        at.refuse(code, f"{code}_missing", message)
    return name


def _posts(at: _Reader) -> int:
    cell = at.row.cell(at.columns.columns.get("posts"))
    if cell.is_blank:
        return 1
    number = read_number(cell)
    if number is None or number != int(number):
        at.refuse("posts", "posts_text", "Écrivez le nombre de postes en chiffres.")
    elif number < 1:
        message = "Un besoin compte au moins un poste : corrigez ce nombre."
        at.refuse("posts", "posts_negative", message)
    elif number > MOST_POSTS:
        at.refuse("posts", "posts_many", f"Plus de {MOST_POSTS} postes : vérifiez ce nombre.")
    else:
        return int(number)
    return 1


def _siret(at: _Reader) -> tuple[str | None, str | None]:
    typed = at.text("siret")
    digits = re.sub(r"[\s.\-]", "", typed).removesuffix(".0")
    if not typed or is_siret(digits):
        return digits or None, None
    message = (
        "Ce SIRET ne tombe pas juste : vérifiez ses 14 chiffres. Il est gardé, marqué à vérifier."
    )
    at.warn("siret", "siret_check", message)
    return None, typed[:30]


def _rome(at: _Reader) -> str | None:
    typed = at.text("rome").upper().replace(" ", "")
    if not typed:
        return None
    if found := ROME.search(typed[:5]):
        return found[0]
    at.warn("rome", "rome_code", "Un code ROME est une lettre et quatre chiffres, comme M1805.")
    return None


def _contracts(at: _Reader) -> tuple[str, ...]:
    typed = at.text("contract")
    found = contracts_of(typed)
    if typed and not found:
        at.warn("contract", "contract", "Contrat non reconnu : il est gardé en toutes lettres.")
    return found


def _start(at: _Reader) -> date | None:
    column = at.columns.columns.get("starts_on", "")
    rule = DateRule(
        at.today,
        is_1904=at.sheet.is_1904,
        is_month_first="starts_on" in at.columns.month_first,
        allows_month=True,
    )
    read = read_date(at.row.cell(column), rule)
    if read.message:
        at.warn("starts_on", "date", read.message)
    return read.value


def _skills(at: _Reader) -> tuple[SkillAsked, ...]:
    essential = skills_of(at.text("skills"), is_essential=True)
    if not essential:
        at.refuse("skills", "no_skill", NO_SKILL)
    return _once((*essential, *skills_of(at.text("desired"), is_essential=False)))


def _once(asked: Iterable[SkillAsked]) -> tuple[SkillAsked, ...]:
    found: dict[str, SkillAsked] = {}
    for item in asked:
        found.setdefault(fold(item.text), item)
    return tuple(found.values())


def _email(at: _Reader) -> str | None:
    text = at.text("contact")
    return read_email(text).value if "@" in text else None


def _said(at: _Reader) -> str | None:
    """What the employer wrote where a code says less; a licence too, until a task explains it."""
    said = [(code, at.text(code)) for code in SAID]
    if fold(at.text("licence")) in {"non", "n", "0", "sans"}:
        said = [pair for pair in said if pair[0] != "licence"]
    elif at.text("licence"):
        message = (
            "Le permis n’est exigé qu’avec la tâche qui demande de conduire : à préciser sur le "
            "besoin."
        )
        at.warn("licence", "licence_task", message)
    return "\n".join(f"{SAID_LABELS[code]} : {text}" for code, text in said if text) or None
