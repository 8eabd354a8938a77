"""Papers people take away, as blocks: written once, then shown as a page or as a PDF file."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts with their names, one a line."""

    rows: list[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; the first column names the line."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Signature:
    """Where, when and by whom it is signed, with room for a stamp."""

    place: str
    name: str
    kind: str = "signature"


Block = Text | Facts | Table | Signature


@dataclass(frozen=True, slots=True)
class Document:
    """A sheet of paper: who writes, what it is, its blocks, small words at the foot."""

    title: str
    sender: list[str]
    written_on: date
    blocks: list[Block] = field(default_factory=list)
    foot: str = ""
