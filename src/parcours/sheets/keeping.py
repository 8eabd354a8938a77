"""A file between its preview and its confirmation: cells only, forbidden numbers already erased.

The bytes a partner sent may hold numbers that must never be stored; what was read does not.
"""

import json
import zlib
from dataclasses import astuple
from datetime import date, datetime
from typing import Any

from parcours.domain.intake_table import Cell, Forbidden, Merge, Row, Sheet, Value, Workbook


def pack(workbook: Workbook) -> bytes:
    """The workbook as bytes that `unpack` gives back."""
    plain = {
        "file_name": workbook.file_name,
        "sha256": workbook.sha256,
        "notices": workbook.notices,
        "sheets": [_plain_sheet(sheet) for sheet in workbook.sheets],
    }
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode())


def unpack(content: bytes) -> Workbook:
    """The reverse of `pack`."""
    plain = json.loads(zlib.decompress(content))
    sheets = tuple(_sheet(sheet) for sheet in plain["sheets"])
    return Workbook(plain["file_name"], plain["sha256"], sheets, tuple(plain["notices"]))


def _plain_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "hidden": sheet.hidden,
        "rows": [
            [row.number, row.hidden, [_plain_cell(cell) for cell in row.cells]]
            for row in sheet.rows
        ],
        "merges": [astuple(merge) for merge in sheet.merges],
        "forbidden": [astuple(item) for item in sheet.forbidden],
        "notices": sheet.notices,
        "is_1904": sheet.is_1904,
    }


def _sheet(plain: dict[str, Any]) -> Sheet:
    return Sheet(
        title=plain["title"],
        hidden=plain["hidden"],
        rows=tuple(
            Row(number, tuple(map(_cell, cells)), hidden) for number, hidden, cells in plain["rows"]
        ),
        merges=tuple(Merge(*merge) for merge in plain["merges"]),
        forbidden=tuple(Forbidden(*item) for item in plain["forbidden"]),
        notices=tuple(plain["notices"]),
        is_1904=plain["is_1904"],
    )


def _plain_cell(cell: Cell) -> list[Any]:
    value, kind = cell.value, ""
    if isinstance(value, datetime):
        value, kind = value.isoformat(), "t"
    elif isinstance(value, date):
        value, kind = value.isoformat(), "d"
    return [cell.column, kind, value, cell.shown, cell.problem]


def _cell(plain: list[Any]) -> Cell:
    column, kind, value, shown, problem = plain
    read: Value = value
    if kind == "t":
        read = datetime.fromisoformat(value)
    elif kind == "d":
        read = date.fromisoformat(value)
    return Cell(column, read, shown, problem)
