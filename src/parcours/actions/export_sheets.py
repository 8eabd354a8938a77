"""The sheets of a workbook: what is counted, over which rows, and what was told of each person."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from openpyxl.utils import get_column_letter

from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import (
    PEOPLE,
    Figure,
    Measure,
    Row,
    Tallies,
    Tally,
    and_also,
    filters_of,
)
from parcours.domain.words import Gender
from parcours.sheets.parting import MOST_ROWS
from parcours.sheets.writing import Bars, Column, Formula, SheetPlan

GENDERS = tuple(gender.label for gender in Gender)
WOMEN_AND_MEN = tuple(Column(label, "number", 10) for label in GENDERS)
SUMMARY = (
    Column("Code", width=20),
    Column("Figure", width=52),
    Column("Nombre", "number", 10),
    Column("Parmi", "number", 10),
    Column("Part", "percent", 9),
    Column("Inconnus", "integer", 10),
    *WOMEN_AND_MEN,
    Column("Filtre à poser sur les lignes", width=40),
)
WHOLE = "0"


class Rows(Sized, Iterable[Row], Protocol):
    """Rows in order, that may be read again."""


@dataclass(frozen=True, slots=True)
class RowSheet:
    """A sheet of rows figures are counted on: its columns by code, and its rows.

    `mark` is said above the headings of each sheet counted on it, its rows being one lower.
    """

    title: str
    columns: Mapping[str, Column]
    rows: Rows
    mark: str = ""
    tallies: Tallies = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tallies", Tallies(tuple(self.columns), self.rows))

    @property
    def headings(self) -> dict[str, str]:
        """The heading of each column."""
        return {code: column.heading for code, column in self.columns.items()}

    def plan(self) -> SheetPlan:
        """The sheet as it is written."""
        return SheetPlan(self.title, tuple(self.columns.values()), self.rows, mark=self.mark)

    def check_room(self, most_rows: int = MOST_ROWS) -> None:
        """Refuse rows that one sheet cannot hold: figures are formulas over a single sheet."""
        if len(self.rows) + self.first - 1 > most_rows:
            raise RuleBroken(
                f"« {self.title} » aurait {len(self.rows)} lignes : une feuille n’en tient que "
                f"{most_rows - self.first + 1}. Partagez la convention en périodes plus courtes.",
                field="as_of",
            )

    @property
    def first(self) -> int:
        """The row where rows begin, on this sheet and on those that count it."""
        return 3 if self.mark else 2

    def range(self, code: str) -> str:
        """Where the cells of a column are, for a formula of another sheet."""
        letter = get_column_letter(list(self.columns).index(code) + 1)
        last = max(self.first + len(self.rows) - 1, self.first)
        return f"{self.title}!${letter}${self.first}:${letter}${last}"

    def formula(self, tally: Tally, *, sums: str = "") -> Formula:
        """A tally as a live formula, with what it counts today."""
        value = self.tallies.count(tally, sums=sums)
        terms = [self._term(term, sums) for term in tally]
        return Formula("+".join(terms) or WHOLE, _plain(value))

    def _term(self, term: Iterable[tuple[str, str]], sums: str) -> str:
        wanted = ",".join(f"{self.range(code)},{_criterion(value)}" for code, value in term)
        if sums:
            within = self.range(sums)
            return f"SUMIFS({within},{wanted})" if wanted else f"SUM({within})"
        return (
            f"COUNTIFS({wanted})" if wanted else f"COUNTA({self.range(next(iter(self.columns)))})"
        )


def summary(
    measures: Sequence[Measure],
    sheets: Mapping[str, RowSheet],
    charted: Sequence[tuple[str, str]],
) -> SheetPlan:
    """*Synthèse*: each figure as live formulas over its rows, and charts of the main ones."""
    counted = sheets[PEOPLE]
    rows = [
        _summary_row(place, measure, sheets[measure.sheet])
        for place, measure in enumerate(measures, start=counted.first)
    ]
    charts = tuple(_charts(measures, charted, counted.first))
    return SheetPlan("Synthèse", SUMMARY, rows, charts=charts, mark=counted.mark)


def figures(measures: Sequence[Measure], sheets: Mapping[str, RowSheet]) -> list[Figure]:
    """The same figures as numbers, for a page."""
    return [sheets[measure.sheet].tallies.figure(measure) for measure in measures]


def _summary_row(place: int, measure: Measure, sheet: RowSheet) -> Sequence[Any]:
    found = sheet.tallies.figure(measure)
    rate = found.rate
    split = "gender" in sheet.columns
    return (
        measure.code,
        measure.label,
        sheet.formula(measure.counts, sums=measure.sums),
        sheet.formula(measure.among, sums=measure.among_sums),
        Formula(
            f'IF(D{place}<={measure.minimum},"",C{place}/D{place})',
            "" if rate is None else float(rate),
        ),
        sheet.formula(measure.unknown) if measure.unknown else None,
        *(
            sheet.formula(and_also(measure.counts, "gender", gender), sums=measure.sums)
            if split and all(code != "gender" for term in measure.counts for code, _ in term)
            else None
            for gender in GENDERS
        ),
        f"{sheet.title} : {filters_of(measure, sheet.headings) or 'toutes les lignes'}",
    )


def _charts(
    measures: Sequence[Measure], charted: Sequence[tuple[str, str]], first: int
) -> Iterable[Bars]:
    for beginning, title in charted:
        places = [
            place
            for place, measure in enumerate(measures, start=first)
            if measure.code.startswith(beginning)
        ]
        if places:
            yield Bars(title, labels=2, numbers=3, first=places[0], last=places[-1])


def _criterion(value: str) -> str:
    """A value as a criterion: exactly this text, its jokers and quotes taken for themselves."""
    for mark in "~*?":
        value = value.replace(mark, f"~{mark}")
    doubled = value.replace('"', '""')
    return f'"={doubled}"'


def _plain(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)
