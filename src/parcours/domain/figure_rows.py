"""The rows behind a figure: each in one part, so that the parts add up to what is printed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parcours.domain.indicators import Measure, Row, Tally
from parcours.domain.words import Word


class Part(Word):
    """Where a row stands with regard to a figure."""

    COUNTED = "counted", "Comptés"
    OTHERS = "others", "Parmi, sans être comptés"
    UNKNOWN = "unknown", "Inconnus"
    OUT = "out", "Hors du dénominateur"


def parted(measure: Measure, columns: Sequence[str], rows: Sequence[Row]) -> dict[Part, list[int]]:
    """The places of the rows, part by part; every row is in exactly one.

    `COUNTED` is the numerator; with `OTHERS`, and `UNKNOWN` where the measure keeps them in its
    denominator, it makes the denominator.
    """
    places = {name: place for place, name in enumerate(columns)}
    found: dict[Part, list[int]] = {part: [] for part in Part}
    for number, row in enumerate(rows):
        found[_part(measure, places, row)].append(number)
    return found


def holds(tally: Tally, places: Mapping[str, int], row: Row) -> bool:
    """Whether a tally holds a row."""
    return any(all(row[places[name]] == value for name, value in term) for term in tally)


def keeps_unknown(measure: Measure) -> bool:
    """Whether the unknown stand in the denominator, as they do when it is everybody."""
    return all(any(set(among) <= set(term) for among in measure.among) for term in measure.unknown)


def reason(measure: Measure, headings: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """Why a row is where it is, by the cells the figure reads: « EECR04 : Non concerné »."""
    names = dict.fromkeys(
        name
        for tally in (measure.counts, measure.among, measure.unknown)
        for term in tally
        for name, _ in term
    )
    return ", ".join(f"{headings[name]} : {row[name]}" for name in names)


def amount(value: Any) -> Decimal:
    """A cell to be added up, as a workbook or a row kept writes it; nothing is zero."""
    if value is None or value == "":
        return Decimal(0)
    return Decimal(str(value).replace(",", "."))


def names_of(measure: Measure) -> list[str]:
    """The columns a figure reads."""
    terms = [*measure.counts, *measure.among, *measure.unknown]
    read = [name for term in terms for name, _ in term]
    added = [measure.sums, measure.among_sums, measure.each]
    return list(dict.fromkeys(name for name in [*read, *added] if name))


def _part(measure: Measure, places: Mapping[str, int], row: Row) -> Part:
    if holds(measure.counts, places, row):
        return Part.COUNTED
    if holds(measure.unknown, places, row):
        return Part.UNKNOWN
    return Part.OTHERS if holds(measure.among, places, row) else Part.OUT
