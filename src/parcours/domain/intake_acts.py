"""Mediation acts as partners note them in a sheet, line by line; names stay to match."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from parcours.domain.identity import fold
from parcours.domain.intake_attendance import row_name
from parcours.domain.intake_cells import DateRule, read_date
from parcours.domain.intake_columns import month_mixed_columns
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_table import Cell, CellError, ColumnMap, IgnoredRow, Row, Sheet
from parcours.domain.intake_words import is_unknown, yes_no
from parcours.domain.mediation import LONGEST, ActivityKind, Autonomy, Part, read_minutes

LONGEST_TEXT = 120
# Words of a theme, for those who do not write its label; two themes at once are a doubt.
THEMES = {
    "COURRIEL": r"courriels?|mails?|messagerie|e mails?|emails?",
    "SECURITE": r"mots? de passe|arnaques?|securite|vie privee|hameconnage",
    "FRANCE_TRAVAIL": r"france travail|pole emploi",
    "DEMARCHES": r"demarches?|administrati(?:f|ve|ves|fs)|caf|ameli|impots|prefecture|cpam|msa",
    "APPAREIL": r"prise en main|prendre en main|ordinateur|smartphone|tablette|clavier|souris",
    "NAVIGATION": r"navigation|navigateur|naviguer|recherche internet|chercher sur internet",
    "CONNEXION": r"connexion|wifi|forfait|box internet",
    "BUREAUTIQUE": r"bureautique|traitement de texte|tableur|word|excel|fichiers?",
    "EQUIPEMENT": r"equipement|achat|reconditionne",
    "FABRICATION": r"fabrication|fab lab|impression 3d|decoupe laser",
    "OFFRES": r"offres?|candidatures?|recherche d emploi",
    "VALORISER": r"cv|lettre de motivation|valoriser|competences",
    "FORMATION": r"formations?",
}
AUTONOMIES = (
    (Autonomy.GUIDED, r"accompagnee?( e)?( pas a pas)?|guidee?( e)?|pas a pas|assistee?( e)?"
                      r"|(pas|non|peu) autonome|debutante?|aucune"),
    (Autonomy.PARTLY, r"(en partie|partiellement|semi|moyennement|assez) ?(autonome)?|partielle"
                      r"|avec aide"),
    (Autonomy.ALONE, r"(tout a fait|tres|totalement)? ?autonome|seule?|totale|autonomie"),
)  # fmt: skip
KINDS = (
    (ActivityKind.INFORMATION, r".*\b(information|reunion)s?\b.*"),
    (ActivityKind.WORKSHOP, r".*\b(atelier|collectif|collective|groupe|collectifs)s?\b.*"),
    (ActivityKind.INDIVIDUAL, r".*\b(individuel|individuelle|rdv|rendez vous|entretien)s?\b.*"),
)  # fmt: skip
UNCLEAR = "Durée peu claire : écrivez 45 min, 1 h 30, ou un titre de colonne en minutes ou heures."


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act as a line says it."""

    number: int
    name_text: str
    born_on: date | None
    held_on: date
    minutes: int
    theme: str
    kind: ActivityKind = ActivityKind.INDIVIDUAL
    autonomy: Autonomy | None = None
    part: Part = Part.TAKES
    place: str | None = None
    title: str | None = None


@dataclass(slots=True)
class ActsIntake:
    """Everything a sheet says; each line below the headings is in one of the lists, or blank."""

    rows: list[ActRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    blank: int = 0

    @property
    def read(self) -> int:
        """Lines below the headings; = rows + rejected + ignored + blank."""
        return len(self.rows) + len(self.rejected) + len(self.ignored) + self.blank


def read_acts(
    sheet: Sheet, column_map: ColumnMap, themes: Mapping[str, str], today: date
) -> ActsIntake:
    """Typed acts; `themes` are the labels of the closed list by code. Nothing is guessed."""
    found, lines = ActsIntake(), []
    for row in sheet.rows:
        if row.number <= column_map.header_row:
            continue
        if reason := _why_ignored(sheet, row, column_map):
            found.ignored.append(IgnoredRow(row.number, reason))
            continue
        lines.append(row)
        reader = _Line(sheet, row, column_map, today, found)
        act = reader.act(themes)
        if act is None:
            found.rejected.append(row.number)
        else:
            found.rows.append(act)
    found.warnings += month_mixed_columns(sheet, column_map, lines)
    taken = len(found.rows) + len(found.rejected) + len(found.ignored)
    found.blank = max(sheet.last_row - column_map.header_row - taken, 0)
    return found


def theme_of(text: str, themes: Mapping[str, str]) -> str | None:
    """The code of a theme written by its code, its label or its words; None when in doubt."""
    words = fold(text)
    for code, label in themes.items():
        if words in {fold(code), fold(label)}:
            return code
    named = [code for code, shape in THEMES.items() if re.search(rf"\b({shape})\b", words)]
    return named[0] if len(named) == 1 and named[0] in themes else None


def autonomy_of(text: str) -> Autonomy | None:
    """How autonomous the words say somebody is; None when they are others."""
    words = fold(text)
    for level, shape in AUTONOMIES:
        if words == fold(level.label) or re.fullmatch(shape, words):
            return level
    return None


def kind_of(text: str) -> ActivityKind | None:
    """Individual, workshop or information; None for other words."""
    words = fold(text)
    return next((kind for kind, shape in KINDS if re.fullmatch(shape, words)), None)


def minutes_of(cell: Cell, heading: str) -> int | None:
    """The length of a cell; a bare number is what the heading says, else 5 minutes or more."""
    units = set(fold(heading).split())
    if re.fullmatch(r"\d+([.,]\d+)?", cell.text):
        number = float(cell.text.replace(",", "."))
        if units & {"min", "mn", "minutes", "minute"}:
            return round(number)
        if units & {"h", "heures", "heure"}:
            return round(number * 60)
    return read_minutes(cell.text)


def _why_ignored(sheet: Sheet, row: Row, column_map: ColumnMap) -> str | None:
    if is_repeated_header(sheet, row, column_map):
        return "en-tête répété"
    if reason := footer_reason(row, column_map):
        return reason
    if all(row.cell(column).is_blank for column in column_map.columns.values()):
        return "rien dans les colonnes retenues"
    return None


class _Line:
    """Reads one line cell by cell, noting each error at its place."""

    def __init__(
        self, sheet: Sheet, row: Row, column_map: ColumnMap, today: date, found: ActsIntake
    ) -> None:
        self.sheet, self.row, self.map, self.today = sheet, row, column_map, today
        self.found, self.is_refused = found, False

    def act(self, themes: Mapping[str, str]) -> ActRow | None:
        """The act of the line; None when something it needs is missing or unclear."""
        name = row_name(self.row, self.map)
        if not name:
            column = next(code for code in ("full_name", "birth_name", "usage_name", "first_names")
                          if code in self.map.columns)  # fmt: skip
            self._refuse(column, "Nom manquant : indiquez qui est concerné par cette ligne.")
        on, minutes, theme, kind = self._day(), self._minutes(), self._theme(themes), self._kind()
        part = Part.LEADS if yes_no(self._text("part")) else Part.TAKES
        if part is Part.LEADS and kind is not ActivityKind.WORKSHOP:
            self._refuse("part", "On transmet à d’autres : la nature doit être « atelier ».")
        autonomy, place, title = self._autonomy(), self._short("place"), self._short("title")
        if self.is_refused or on is None or minutes is None or theme is None or kind is None:
            return None
        return ActRow(self.row.number, name, self._born(), on, minutes, theme, kind,
                      None if part is Part.LEADS else autonomy, part, place, title)  # fmt: skip

    def _day(self) -> date | None:
        read = read_date(self._cell("on"), self._rule("on"))
        if read.value is None:
            self._refuse("on", read.message or "Indiquez le jour de l’acte.")
        elif read.value > self.today:
            self._refuse("on", "Ce jour n’est pas encore venu.")
        return read.value

    def _born(self) -> date | None:
        rule = DateRule(self.today, is_birth=True, is_1904=self.sheet.is_1904)
        return read_date(self._cell("born_on"), rule).value

    def _minutes(self) -> int | None:
        cell = self._cell("minutes")
        heading = self.sheet.spread(self.map.header_row).get(self.map.columns["minutes"])
        found = None if cell.problem else minutes_of(cell, heading.text if heading else "")
        if found is None:
            message = "Indiquez la durée de l’acte." if cell.is_blank else UNCLEAR
            self._refuse("minutes", cell.problem or message)
        elif not 1 <= found <= LONGEST:
            self._refuse("minutes", "Une durée va de 1 minute à 12 heures.")
        return found

    def _theme(self, themes: Mapping[str, str]) -> str | None:
        text = self._text("theme")
        found = theme_of(text, themes)
        if found is None:
            self._refuse(
                "theme",
                "Thème non reconnu : écrivez le nom d’un thème de la liste de Parcours."
                if text
                else "Indiquez le thème de l’acte.",
            )
        return found

    def _kind(self) -> ActivityKind | None:
        text = self._text("kind")
        found = kind_of(text) if text else ActivityKind.INDIVIDUAL
        if found is None:
            self._refuse("kind", "Écrivez individuel, atelier ou information.")
        return found

    def _autonomy(self) -> Autonomy | None:
        text = self._text("autonomy")
        found = autonomy_of(text)
        if found is None and text and not is_unknown(text):
            message = "Autonomie non reconnue : laissée de côté."
            self.found.warnings.append(self._at("autonomy", message, rejects=False))
        return found

    def _short(self, code: str) -> str | None:
        text = " ".join(self._text(code).split())
        if len(text) > LONGEST_TEXT:
            message = f"Texte trop long (maximum {LONGEST_TEXT} caractères) : laissé de côté."
            self.found.warnings.append(self._at(code, message, rejects=False))
            return None
        return text or None

    def _rule(self, code: str) -> DateRule:
        is_month_first = code in self.map.month_first
        return DateRule(self.today, is_1904=self.sheet.is_1904, is_month_first=is_month_first)

    def _cell(self, code: str) -> Cell:
        return self.row.cell(self.map.columns.get(code))

    def _text(self, code: str) -> str:
        return self._cell(code).text

    def _refuse(self, code: str, message: str) -> None:
        self.is_refused = True
        self.found.errors.append(self._at(code, message, rejects=True))

    def _at(self, code: str, message: str, *, rejects: bool) -> CellError:
        column = self.map.columns.get(code, "")
        place = (self.sheet.title, self.row.number, column, self.row.cell(column).text)
        return CellError(*place, message, code, code, rejects)
