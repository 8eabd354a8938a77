"""Opening a partner’s file safely: checked here, read in a child process, given back as cells."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from parcours.domain.intake_table import (
    Cell,
    Forbidden,
    Merge,
    Row,
    Sheet,
    Value,
    Workbook,
    letter_of,
)
from parcours.sheets.archive import sniff
from parcours.sheets.refusals import SheetRefused

TIME_OUT_SECONDS = 20
# Nothing else of the environment reaches the child: no address of a database, no secret.
KEPT_VARIABLES = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT", "LD_LIBRARY_PATH")
LIKELY_NAMES = {"xlsm": {".xlsm"}, "csv": {".csv", ".txt", ".tsv"}}
# A text under one of these names was meant to be a workbook.
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
KIND_NAMES = {
    "csv": "un fichier CSV", "xlsx": "un classeur Excel", "xlsm": "un classeur Excel avec macros",
    "xls": "un classeur Excel 97-2003", "xlsb": "un classeur Excel binaire",
    "ods": "un classeur LibreOffice",
}  # fmt: skip


def open_workbook(data: bytes, file_name: str) -> Workbook:
    """The sheets of a file (.xlsx, .xlsm, .csv, .xls, .xlsb, .ods), told apart by content.

    At most 10 MiB, 20 s and 600 MB, all spent in a child process; SheetRefused (a RuleBroken with
    field `file`) otherwise. Numbers that are never kept are already erased from the cells.
    """
    kind = sniff(data)
    answer = _ask_child(data, kind)
    name = PurePath(file_name.replace("\\", "/")).name[:200]
    suffix = PurePath(name).suffix.lower()
    notices = list(answer["notices"])
    if suffix and suffix not in LIKELY_NAMES.get(kind, {f".{kind}"}):
        notices.insert(0, f"Malgré son nom, ce fichier est {KIND_NAMES[kind]} : il a été lu ainsi.")
    is_1904 = bool(answer["is_1904"])
    sheets = tuple(_sheet(plain, is_1904, PurePath(name).stem) for plain in answer["sheets"])
    if not any(sheet.rows for sheet in sheets):
        raise SheetRefused("empty")
    if kind == "csv" and suffix in WORKBOOKS and not _has_columns(sheets):
        raise SheetRefused("document")
    return Workbook(name, hashlib.sha256(data).hexdigest(), sheets, tuple(notices))


def _has_columns(sheets: tuple[Sheet, ...]) -> bool:
    return any(len(row.cells) > 1 for sheet in sheets for row in sheet.rows)


def _ask_child(data: bytes, kind: str) -> Mapping[str, Any]:
    command = [sys.executable, "-P", "-m", "parcours.sheets.reader", kind]
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 — our own interpreter and module, no shell
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_OUT_SECONDS,
            env={**kept, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetRefused("too_slow") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:  # The child was killed by its limits before it could answer.
        raise SheetRefused("too_large") from error
    if "refused" in answer:
        reason = str(answer["refused"])
        raise SheetRefused("old_excel" if kind == "xls" and reason == "damaged" else reason)
    return dict(answer)


def _sheet(plain: Mapping[str, Any], is_1904: bool, file_stem: str) -> Sheet:
    hidden_rows = set(plain["hidden_rows"])
    return Sheet(
        title=plain["title"] or file_stem or "CSV",
        hidden=plain["hidden"],
        rows=tuple(
            Row(number, tuple(_cell(cell) for cell in cells), number in hidden_rows)
            for number, cells in plain["rows"]
        ),
        merges=tuple(Merge(*merge) for merge in plain["merges"]),
        forbidden=tuple(
            Forbidden(letter_of(column), heading, reason)
            for column, heading, reason in plain["forbidden"]
        ),
        notices=tuple(plain["notices"]),
        is_1904=is_1904,
    )


def _cell(plain: list[Any]) -> Cell:
    column, kind, value, shown, problem = plain
    read: Value = value
    if kind == "d":
        read = date.fromisoformat(value)
    elif kind == "t":
        read = datetime.fromisoformat(value)
    return Cell(letter_of(column), read, shown, problem)
