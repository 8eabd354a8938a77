"""*Cadres*: the annual account of a training body, line by line, with what is left to fill in.

A line told by rows is two live formulas over *Participants*; a line no fact tells says so, for an
empty cell would be read as a zero.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from parcours import reference
from parcours.actions.export_sheets import RowSheet
from parcours.domain.indicators import UNTOLD, Measure, is_one_of
from parcours.reference import Code
from parcours.sheets.writing import Column, SheetPlan

TO_FILL_IN = "à remplir"
EVERY = "*"
FRAMES = (
    Column("Cadre", width=8),
    Column("Ligne", width=10),
    Column("Intitulé", width=52),
    Column("Personnes", "number", 12),
    Column("Heures suivies", "decimal", 14),
    Column("Montant (euros)", "integer", 14),
    Column("D’où cela vient", width=60),
)
# The money of the year: frames C and D tell amounts, the others people and hours.
MONEY = {"C", "D"}


def frames_sheet(people: RowSheet) -> SheetPlan:
    """Every line of frames C to G, in order."""
    rows = [row for line in reference.account_lines().values() for row in _rows(line, people)]
    return SheetPlan("Cadres", FRAMES, rows, filters=False, mark=people.mark)


def measures() -> Iterable[Measure]:
    """The lines rows tell, as figures: people then hours, each with the rows behind it."""
    for line in reference.account_lines().values():
        if not (column := line.extra["column"]):
            continue
        is_each = line.extra["value"] == EVERY
        found = Measure(
            f"{line.code}:personnes",
            f"{line.extra['frame']} · {line.label} : personnes",
            line.extra["text"],
            ((),) if is_each else is_one_of(column, line.extra["value"]),
            unknown=is_one_of(column, UNTOLD),
            each=column if is_each else "",
            source=line.extra["source"],
            reliability=line.extra["reliability"],
        )
        yield found
        yield replace(
            found,
            code=f"{line.code}:heures",
            label=f"{line.extra['frame']} · {line.label} : heures suivies",
            text=f"{line.extra['text']} Heures suivies des demi-journées relevées.",
            unknown=(),
            sums="hours_done",
            among_sums="hours_done",
        )


def _rows(line: Code, people: RowSheet) -> Iterable[tuple[Any, ...]]:
    column, value = line.extra["column"], line.extra["value"]
    if not column:
        yield _left_out(line)
    elif value == EVERY:
        for found in people.tallies.values(column):
            yield _told(line, people, column, found, f"{line.label} : {found}")
    else:
        yield _told(line, people, column, value, line.label)


def _told(line: Code, people: RowSheet, column: str, value: str, label: str) -> tuple[Any, ...]:
    whom = is_one_of(column, value)
    hours = people.formula(whom, sums="hours_done")
    return (line.extra["frame"], line.code, label, people.formula(whom), hours, None,
            line.extra["text"])  # fmt: skip


def _left_out(line: Code) -> tuple[Any, ...]:
    frame = line.extra["frame"]
    told = (None, None, TO_FILL_IN) if frame in MONEY else (TO_FILL_IN, TO_FILL_IN, None)
    return (frame, line.code, line.label, *told, line.extra["text"])
