"""What a workbook’s markup tells that its values do not: lost formulas, errors, hidden rows."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from parcours.sheets.refusals import SheetRefused

CHUNK = 1024 * 1024
REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
TRUE = {"1", "true"}


@dataclass(slots=True)
class SheetMarks:
    """Facts of one sheet, places being (row, column) counted from 1."""

    lost_formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    is_filtered: bool = False
    last_row: int = 0
    last_column: int = 0
    highest_text: int = -1


@dataclass(slots=True)
class BookMarks:
    """Facts of the workbook: sheets by title, and the epoch of its serial numbers."""

    sheets: dict[str, SheetMarks] = field(default_factory=dict)
    is_1904: bool = False


def read_marks(archive: zipfile.ZipFile) -> BookMarks:
    """Scan a workbook’s markup; SheetRefused when a part is missing or contradicts another."""
    names = {name.lower(): name for name in archive.namelist()}
    book_path = names.get("xl/workbook.xml") or _main_part(archive)
    book = _Book()
    _parse(archive, book_path, book)
    folder, name = posixpath.split(book_path)
    relations = _Relations()
    _parse(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relations)
    texts = _count_texts(archive, names.get("xl/sharedstrings.xml"))
    if "xl/styles.xml" in names:  # Broken, it would silently turn every date into a number.
        _parse(archive, names["xl/styles.xml"], _Handler())
    marks = BookMarks(is_1904=book.is_1904)
    for title, relation in book.sheets:
        target = relations.targets.get(relation)
        if target is None:
            raise SheetRefused("damaged")
        path = posixpath.normpath(posixpath.join(folder, target)).removeprefix("/")
        if target.startswith("/"):
            path = target.removeprefix("/")
        marks.sheets[title] = _scan_sheet(archive, names.get(path.lower(), path), texts)
    return marks


class _Handler:
    """What expat calls; a declared type or entity ends the reading."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens; `tag` comes without its namespace prefix."""

    def end(self, tag: str) -> None:
        """An element closes."""

    def text(self, text: str) -> None:
        """Characters inside an element."""


class _Book(_Handler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.is_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif tag == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in TRUE


class _Relations(_Handler):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _Texts(_Handler):
    count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += tag == "si"


class _Cells(_Handler):
    """Walks a sheet’s cells, with or without their references."""

    def __init__(self) -> None:
        self.marks = SheetMarks()
        self.row = self.column = 0
        self.kind = "n"
        self.formula: list[str] | None = None
        self.value: list[str] | None = None
        self.inside: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._open_cell(attributes)
        elif tag == "v":
            self.inside = self.value = []
        elif tag == "f":
            self.inside = self.formula = []
        elif tag == "is":
            self.value = ["text"]
        elif tag == "row":
            self._open_row(attributes)
        elif tag == "col" and attributes.get("hidden") in TRUE:
            self.marks.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == "autoFilter":
            self.marks.is_filtered = True

    def text(self, text: str) -> None:
        if self.inside is not None:
            self.inside.append(text)

    def end(self, tag: str) -> None:
        if tag in {"v", "f"}:
            self.inside = None
        elif tag == "c":
            self._close_cell()

    def _open_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        self.column = 0
        if attributes.get("hidden") in TRUE:
            self.marks.hidden_rows.add(self.row)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        self.kind = attributes.get("t", "n")
        self.formula = self.value = None
        reference = attributes.get("r")
        if reference:
            found = REFERENCE.match(reference)
            if not found:
                raise SheetRefused("damaged")
            self.column = 0
            for letter in found[1]:
                self.column = self.column * 26 + ord(letter) - 64

    def _close_cell(self) -> None:
        if self.value is None and self.formula is None:
            return
        marks, place = self.marks, (self.row, self.column)
        value = "".join(self.value or ())
        marks.last_row = max(marks.last_row, self.row)
        marks.last_column = max(marks.last_column, self.column)
        if self.kind == "e":
            marks.errors[place] = value or "#VALEUR!"
        elif self.formula is not None and not value and self.kind != "str":
            marks.lost_formulas[place] = "".join(self.formula)
        elif self.kind == "s" and value:
            marks.highest_text = max(marks.highest_text, int(value))
        elif self.kind == "n" and value and float(value) != float(value):
            raise SheetRefused("damaged")


def _scan_sheet(archive: zipfile.ZipFile, path: str, texts: int) -> SheetMarks:
    cells = _Cells()
    _parse(archive, path, cells)
    if cells.marks.highest_text >= texts:
        raise SheetRefused("damaged")
    return cells.marks


def _count_texts(archive: zipfile.ZipFile, path: str | None) -> int:
    texts = _Texts()
    if path:
        _parse(archive, path, texts)
    return texts.count


def _main_part(archive: zipfile.ZipFile) -> str:
    relations = _Relations()
    _parse(archive, "_rels/.rels", relations)
    targets = [path.lstrip("/") for path in relations.targets.values() if "workbook" in path]
    if not targets:
        raise SheetRefused("damaged")
    return targets[0]


def _parse(archive: zipfile.ZipFile, path: str, handler: _Handler) -> None:
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise SheetRefused("hostile")

    parser.StartElementHandler = lambda tag, found: handler.start(tag.rpartition(":")[2], found)
    parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    with archive.open(path) as part:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
