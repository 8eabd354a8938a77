"""What a workbook is written from: rows put aside as they are read, and what they count.

People are read a few hundred at a time and each of their sheets is put aside at once: a hundred
thousand of them hold no more memory than a thousand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from parcours.actions import export_rows
from parcours.actions.account_frames import frames_sheet
from parcours.actions.counted_sheets import COUNTED
from parcours.actions.export_method import method
from parcours.actions.export_quality import COUNTED_ALONE, quality_sheet
from parcours.actions.export_sheets import RowSheet, summary
from parcours.actions.outcome_columns import COLUMNS, cells, needs_of
from parcours.actions.outcome_entries import CHUNK, MANY, count_of
from parcours.actions.outcome_rows import People, gather_by_chunks
from parcours.actions.outputs import Output
from parcours.actions.spools import Spool
from parcours.domain.indicators import PEOPLE, Measure, expanded
from parcours.models import Agreement, ExportLayout
from parcours.sheets.parting import MOST_ROWS
from parcours.sheets.writing import Column, SheetPlan

# Told of each step of the work: how many rows are done, of how many.
Told = Callable[[int, int], None]


def nobody(_done: int, _total: int) -> None:
    """For work too short to be followed."""


@dataclass(slots=True)
class Beside:
    """What the sheets beside *Participants* are written from; `ids`: whose rows those are."""

    steps: Spool = field(default_factory=Spool)
    exits: Spool = field(default_factory=Spool)
    genders: dict[str, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    passing: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a workbook is written from."""

    output: Output
    sheets: Mapping[str, RowSheet]
    measures: list[Measure]
    beside: Beside
    read: int

    @property
    def count(self) -> int:
        """Everything there was to read and there is to write."""
        rows = sum(len(sheet.rows) for sheet in self.sheets.values())
        return self.read + rows + len(self.beside.steps) + len(self.beside.exits)


def gathered(
    session: Session,
    agreement: Agreement,
    chosen: Output,
    *,
    as_of: date,
    layout: ExportLayout | None = None,
    is_whole: bool = True,
    told: Told = nobody,
    most_rows: int = MOST_ROWS,
) -> Book:
    """The rows of an output and what is counted on them; the caller may see the agreement.

    `is_whole`: with what the other sheets tell; figures alone have no need of it. Raises RuleBroken
    when the rows that are counted are more than a sheet holds.
    """
    measures = chosen.measures(as_of)
    columns = _columns(chosen, layout) if is_whole else _counted_on(chosen, measures)
    rows, beside, done = Spool(), Beside(), 0
    total = count_of(session, agreement, as_of) if told is not nobody else 0
    needs, size = needs_of(columns), CHUNK if is_whole else MANY
    for chunk in gather_by_chunks(session, agreement, as_of=as_of, needs=needs, size=size):
        rows.extend(cells(item, tuple(columns)) for item in chunk.participants)
        _put_beside(session, agreement, chosen, chunk, beside, as_of, is_whole=is_whole)
        done += len(chunk.participants) + chunk.passing
        # Reading them is about as long as writing them.
        told(done, 2 * total)
    sheets = {PEOPLE: RowSheet(PEOPLE, columns, rows)}
    sheets |= _counted_beside(session, agreement, chosen, beside, as_of)
    for title, sheet in sheets.items():
        sheet.check_room(most_rows)
        alone = COUNTED_ALONE if title == PEOPLE and is_whole else ()
        sheet.tallies.prepare((item for item in measures if item.sheet == title), also=alone)
    return Book(chosen, sheets, expanded(measures, sheets[PEOPLE].tallies), beside, done)


def sheet_plans(
    session: Session, agreement: Agreement, book: Book, *, as_of: date
) -> Sequence[SheetPlan]:
    """The sheets of a workbook, in order."""
    people, beside = book.sheets[PEOPLE], book.beside
    plans = [
        summary(book.measures, book.sheets, book.output.charted),
        *([frames_sheet(book.sheets)] if "frames" in book.output.sheets else []),
        people.plan(),
        *(sheet.plan() for name, sheet in book.sheets.items() if name != PEOPLE),
        SheetPlan("Étapes", export_rows.STEPS, beside.steps),
        SheetPlan("Sorties et suivis", export_rows.EXITS, beside.exits),
    ]
    if "half_days" in book.output.sheets:
        marks = export_rows.half_day_rows(session, agreement, beside.names, as_of)
        plans.append(SheetPlan("Demi-journées", export_rows.HALF_DAYS, marks))
    return [
        *plans,
        quality_sheet(session, agreement, people, as_of=as_of),
        method(session, agreement, book.output, book.measures, as_of=as_of, passing=beside.passing),
    ]


def _columns(chosen: Output, layout: ExportLayout | None) -> dict[str, Column]:
    if layout is None:
        return {code: COLUMNS[code].column for code in chosen.columns}
    return {
        code: replace(COLUMNS[code].column, heading=heading) for code, heading in layout.columns
    }


def _counted_on(chosen: Output, measures: Iterable[Measure]) -> dict[str, Column]:
    """The columns of people that figures are counted on: a page shows no row."""
    read = {name for item in measures if item.sheet == PEOPLE for name in item.columns}
    return {code: COLUMNS[code].column for code in chosen.columns if code in read}


def _counted_beside(
    session: Session, agreement: Agreement, chosen: Output, beside: Beside, as_of: date
) -> dict[str, RowSheet]:
    """The rows an output counts besides people."""
    asked = [sheet for name, sheet in COUNTED.items() if name in chosen.sheets]
    return {
        one.title: RowSheet(
            one.title,
            one.columns,
            Spool(one.rows(session, agreement, as_of, lambda: beside.genders)),
        )
        for one in asked
    }


def _put_beside(
    session: Session,
    agreement: Agreement,
    chosen: Output,
    chunk: People,
    beside: Beside,
    as_of: date,
    *,
    is_whole: bool,
) -> None:
    people = chunk.participants
    beside.passing += chunk.passing
    if "candidates" in chosen.sheets:
        beside.genders |= export_rows.genders_of(people)
    if not is_whole:
        return
    beside.ids += [item.learner.id or 0 for item in people]
    beside.steps.extend(export_rows.step_rows(session, agreement, people, as_of))
    beside.exits.extend(export_rows.exit_rows(session, people, as_of))
    if "half_days" in chosen.sheets:
        beside.names |= {item.learner.id or 0: item.pseudonym for item in people}
