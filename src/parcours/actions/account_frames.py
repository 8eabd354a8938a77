"""*Cadres*: the annual account of a training body, line by line, with what is left to fill in.

A line told by rows is two live formulas over *Participants*; a line no fact tells says so, for an
empty cell would be read as a zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from parcours import reference
from parcours.actions import account_sessions
from parcours.actions.export_sheets import RowSheet
from parcours.domain.indicators import EVERYBODY, NOBODY, PEOPLE, UNTOLD, Measure, Tally, is_one_of
from parcours.reference import Code
from parcours.sheets.writing import Column, SheetPlan

TO_FILL_IN = "à remplir"
EVERY = "*"
# Lines counted on half-days instead of people: a trainer counts by the first one signed.
SIGNED, SESSIONS = "signed", account_sessions.TITLE
FIRST: Tally = is_one_of("first", "oui")
NOT_SIGNED: Tally = is_one_of(SIGNED, "non")
FRAMES = (
    Column("Cadre", width=8),
    Column("Ligne", width=10),
    Column("Intitulé", width=52),
    Column("Personnes", "number", 12),
    Column("Heures", "decimal", 14),
    Column("Montant (euros)", "integer", 14),
    Column("D’où cela vient", width=60),
)
# The money of the year: frames C and D tell amounts, the others people and hours.
MONEY = {"C", "D"}


def frames_sheet(sheets: Mapping[str, RowSheet]) -> SheetPlan:
    """Every line of frames C to G, in order."""
    rows = [row for line in reference.account_lines().values() for row in _rows(line, sheets)]
    return SheetPlan("Cadres", FRAMES, rows, filters=False, mark=sheets[PEOPLE].mark)


def measures() -> Iterable[Measure]:
    """The lines rows tell, as figures: people then hours, each with the rows behind it."""
    for line in reference.account_lines().values():
        if not (column := line.extra["column"]):
            continue
        yield from _trainers(line) if column == SIGNED else _trainees(line, column)


def _trainees(line: Code, column: str) -> Iterable[Measure]:
    is_each, value = line.extra["value"] == EVERY, line.extra["value"]
    # A line that counts those who did not say has nobody unknown besides.
    is_known = not is_each and value != UNTOLD
    found = _people(
        line,
        line.label,
        counts=EVERYBODY if is_each else is_one_of(column, value),
        unknown=is_one_of(column, UNTOLD) if is_known else NOBODY,
        each=column if is_each else "",
    )
    text = f"{line.extra['text']} Heures suivies des demi-journées relevées."
    yield found
    yield _hours(line, found, f"{line.label} : heures suivies", text=text, unknown=NOBODY)


def _trainers(line: Code) -> Iterable[Measure]:
    label = "Formateurs qui ont signé leurs séances"
    found = _people(line, label, counts=FIRST, among=FIRST, unknown=NOT_SIGNED, sheet=SESSIONS)
    signed = is_one_of(SIGNED, line.extra["value"])
    yield found
    yield _hours(line, found, f"{label} : heures", counts=signed, among=EVERYBODY)


def _people(line: Code, label: str, **rules: Any) -> Measure:
    return Measure(
        f"{line.code}:personnes",
        f"{line.extra['frame']} · {label} : personnes",
        line.extra["text"],
        source=line.extra["source"],
        reliability=line.extra["reliability"],
        **rules,
    )


def _hours(line: Code, people: Measure, label: str, **rules: Any) -> Measure:
    return replace(
        people,
        code=f"{line.code}:heures",
        label=f"{line.extra['frame']} · {label}",
        sums="hours_done",
        among_sums="hours_done",
        **rules,
    )


def _rows(line: Code, sheets: Mapping[str, RowSheet]) -> Iterable[tuple[Any, ...]]:
    people, column, value = sheets[PEOPLE], line.extra["column"], line.extra["value"]
    if not column:
        yield _left_out(line)
    elif column == SIGNED:
        held = sheets[SESSIONS]
        given = held.formula(is_one_of(SIGNED, value), sums="hours_done")
        yield (line.extra["frame"], line.code, line.label, held.formula(FIRST), given, None,
               line.extra["text"])  # fmt: skip
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
