"""Rows beyond what a sheet of Excel holds: parted in order, and said to be."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

# Excel opens no sheet of more rows than that, headings included.
MOST_ROWS = 1_048_576


def parts_of(rows: Iterable[Any], room: int) -> Iterator[Iterator[Any]]:
    """The rows, `room` at a time; each part is read before the next, and the first may be empty."""
    left = iter(rows)
    yield islice(left, room)
    for first in left:
        yield chain([first], islice(left, room - 1))


def told_parts(title: str, parts: int, most_rows: int) -> tuple[str, str]:
    """What *Méthode* says of a sheet parted."""
    most = f"{most_rows:,}".replace(",", "\u202f")
    return (
        "Feuille en plusieurs parties",
        f"« {title} » continue sur {parts} feuilles, jusqu’à « {title} {parts} » : une feuille ne "
        f"tient que {most} lignes. Aucune ligne ne manque.",
    )
