"""Dirty workbooks built on the spot: invented people, every trap written down where it is used."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import openpyxl

HEADINGS = ("Nom", "Prénom", "Date de naissance")
SHEET_PART = "xl/worksheets/sheet1.xml"


def book(
    *rows: Sequence[Any],
    title: str = "Liste",
    merges: Iterable[str] = (),
    dress: Callable[[Any], None] | None = None,
) -> bytes:
    """A one-sheet workbook; `dress` may touch the openpyxl worksheet before it is saved."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    if dress:
        dress(sheet)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def repacked(
    content: bytes,
    change: Callable[[str, bytes], bytes | None] = lambda name, data: data,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """The archive with each part changed (None drops it) and parts added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                made.writestr(name, data)
        for name, data in (extra or {}).items():
            made.writestr(name, data)
    return target.getvalue()


def with_sheet_xml(content: bytes, old: str, new: str) -> bytes:
    """The workbook with a piece of its first sheet’s markup replaced."""

    def change(name: str, data: bytes) -> bytes:
        if name != SHEET_PART:
            return data
        assert old.encode() in data, f"{old} is not in the sheet"
        return data.replace(old.encode(), new.encode())

    return repacked(content, change)


def with_rows_xml(content: bytes, rows: str) -> bytes:
    """The workbook with raw rows added at the end of its first sheet."""
    return with_sheet_xml(content, "</sheetData>", rows + "</sheetData>")
