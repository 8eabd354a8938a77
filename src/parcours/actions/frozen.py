"""The rows of an export kept as they were: packed the same way every time, read as columns."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from parcours.models import Export

LIVE = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Frozen:
    """*Participants* as handed over: codes and headings of its columns, and its rows as text."""

    codes: list[str]
    headings: list[str]
    rows: list[list[str]]

    def by_person(self) -> dict[str, dict[str, str]]:
        """Each person’s cells by column."""
        place = self.codes.index("person")
        return {row[place]: dict(zip(self.codes, row, strict=True)) for row in self.rows}


def pack(codes: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as bytes that `unpack` gives back; the same rows give the same bytes."""
    packer = zlib.compressobj(6)
    head = json.dumps([list(codes), list(headings)], ensure_ascii=False)
    pieces = [packer.compress(head.encode())]
    for row in rows:
        line = json.dumps([as_text(value) for value in row], ensure_ascii=False)
        pieces.append(packer.compress(b"\n" + line.encode()))
    return b"".join([*pieces, packer.flush()])


def unpack(export: Export) -> Frozen:
    """The rows of an export kept."""
    head, *lines = zlib.decompress(export.people).decode().split("\n")
    codes, headings = json.loads(head)
    return Frozen(codes, headings, [json.loads(line) for line in lines])


def as_csv(frozen: Frozen) -> bytes:
    """*Participants* for programs and portals: « ; », French dates, nothing a sheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_still(text) for text in frozen.headings])
    writer.writerows([[_still(text) for text in row] for row in frozen.rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_text(value: Any) -> str:
    """A cell as French readers write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{value:.4f}".replace(".", ",")
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def _still(text: str) -> str:
    # A spreadsheet runs a cell that begins so; an apostrophe makes it text, and is not shown.
    return f"'{text}" if text.startswith(LIVE) else text
