"""Figures of an agreement: counts over rows, each with its denominator and its unknowns.

A measure says what it counts as conditions on columns of a sheet, so that the number handed over,
the live formula beside it and the filter a reader puts on the rows are one and the same thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

UNTOLD = "Non renseigné"
CHECKED, PARTLY = "confirmé", "en partie confirmé"
PEOPLE = "Participants"

Row = Sequence[Any]
# Columns counted together, and the one they add up.
_Key = tuple[tuple[str, ...], str]
# Every condition of a term holds; the terms of a tally never hold together, and are added up.
Term = tuple[tuple[str, str], ...]
Tally = tuple[Term, ...]
EVERYBODY: Tally = ((),)
NOBODY: Tally = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure to count. `sums` and `among_sums` name columns added up instead of counted.

    `each` names a column: the measure is repeated for each of its values (`expanded`). `minimum`:
    the rate is not given unless there are more people than that. `sheet` holds the rows.
    """

    code: str
    label: str
    text: str
    counts: Tally
    among: Tally = EVERYBODY
    unknown: Tally = NOBODY
    sums: str = ""
    among_sums: str = ""
    each: str = ""
    minimum: int = 0
    sheet: str = PEOPLE
    source: str = "Parcours"
    reliability: str = CHECKED

    @property
    def columns(self) -> set[str]:
        """The columns it is counted on."""
        told = _names((*self.counts, *self.among, *self.unknown))
        return (told | {self.sums, self.among_sums, self.each}) - {""}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure counted: how many, among how many, how many unknown."""

    measure: Measure
    count: int | Decimal
    among: int | Decimal
    unknown: int

    @property
    def rate(self) -> Fraction | None:
        """Count over denominator; None when there is nobody, or too few to give it."""
        if not self.among or self.among <= self.measure.minimum:
            return None
        return Fraction(self.count) / Fraction(self.among)


class Tallies:
    """Counts over rows, each set of columns walked once whatever the number of measures."""

    def __init__(self, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self._places = {name: place for place, name in enumerate(columns)}
        self._rows = rows
        self._groups: dict[tuple[tuple[str, ...], str], dict[tuple[Any, ...], Any]] = {}

    def prepare(self, measures: Iterable[Measure], *, also: Iterable[str] = ()) -> None:
        """Walk the rows once for everything measures will ask, and for columns counted alone."""
        wanted: set[_Key] = {((name,), "") for name in also if name in self._places}
        for measure in measures:
            each = {measure.each} if measure.each else set()
            if each:
                wanted.add(((measure.each,), ""))
            for tally, sums in (
                (measure.counts, measure.sums),
                (measure.among, measure.among_sums),
                (measure.unknown, ""),
            ):
                names = _names(tally) | (each if tally is measure.counts else set())
                wanted.add((tuple(sorted(names)), sums))
                if tally is measure.counts and "gender" in self._places:
                    wanted.add((tuple(sorted(names | {"gender"})), sums))
        self._group(wanted - set(self._groups))

    def values(self, column: str) -> list[str]:
        """Every value a column holds, in order."""
        return sorted(str(value) for (value,) in self._grouped((column,), "") if value)

    def count(self, tally: Tally, *, sums: str = "") -> int | Decimal:
        """How many rows a tally holds, or what their column `sums` adds up to."""
        names = tuple(sorted(_names(tally)))
        groups = self._grouped(names, sums)
        found: int | Decimal = 0
        for term in tally:
            wanted = [(names.index(name), value) for name, value in term]
            found += sum(
                amount
                for values, amount in groups.items()
                if all(values[place] == value for place, value in wanted)
            )
        return found

    def figure(self, measure: Measure) -> Figure:
        """A measure counted."""
        return Figure(
            measure,
            self.count(measure.counts, sums=measure.sums),
            self.count(measure.among, sums=measure.among_sums),
            int(self.count(measure.unknown)),
        )

    def _grouped(self, names: tuple[str, ...], sums: str) -> dict[tuple[Any, ...], Any]:
        if (names, sums) not in self._groups:
            self._group({(names, sums)})
        return self._groups[names, sums]

    def _group(self, wanted: Iterable[_Key]) -> None:
        """Count the rows by the values of each set of columns, all of them in one walk."""
        asked: list[tuple[_Key, list[int], int | None, dict[tuple[Any, ...], Any]]] = [
            (key, [self._places[name] for name in key[0]], self._places.get(key[1]), {})
            for key in sorted(wanted)
        ]
        for row in self._rows:
            for _, places, sums, groups in asked:
                values = tuple([row[place] for place in places])
                amount = 1 if sums is None else row[sums] or 0
                groups[values] = groups.get(values, 0) + amount
        self._groups |= {key: groups for key, _, _, groups in asked}


def is_one_of(column: str, *values: str) -> Tally:
    """A tally of the rows whose column holds one of these values."""
    return tuple(((column, value),) for value in values)


def and_also(tally: Tally, column: str, value: str) -> Tally:
    """A tally narrowed by one more condition."""
    return tuple((*term, (column, value)) for term in tally)


def expanded(measures: Iterable[Measure], tallies: Tallies) -> list[Measure]:
    """The measures, those with `each` repeated for each value their column holds, in order."""
    found: list[Measure] = []
    for measure in measures:
        if not measure.each:
            found.append(measure)
            continue
        for value in tallies.values(measure.each):
            found.append(
                replace(
                    measure,
                    code=f"{measure.code}:{value}",
                    label=f"{measure.label} : {value}",
                    counts=and_also(measure.counts, measure.each, value),
                )
            )
    return found


def filters_of(measure: Measure, headings: Mapping[str, str]) -> str:
    """How a reader finds a count again: « Genre = Femme », alternatives parted by « , ou »."""
    return ", ou ".join(
        ", et ".join(f"{headings[name]} = {value}" for name, value in term)
        for term in measure.counts
        if term
    )


def _names(tally: Tally) -> set[str]:
    return {name for term in tally for name, _ in term}
