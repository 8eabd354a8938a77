"""CSV files as offices export them: which encoding, which separator, no row lost."""

import csv
import io
import re
from dataclasses import dataclass

DELIMITERS = ";\t,|"
FRENCH = set("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÎÏÔÙÛÇŒ’«»–°€ñãáíóúÑ")
ENCODING_NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "cp1252": "Windows (cp1252)", "mac_roman": "Mac (MacRoman)",
    "cp850": "DOS (cp850)",
}  # fmt: skip
DELIMITER_NAMES = {";": "point-virgule", "\t": "tabulation", ",": "virgule", "|": "barre"}
SAMPLED_ROWS = 60
SAMPLED_WORDS = 5


@dataclass(frozen=True, slots=True)
class Delimited:
    """A CSV’s records (numbered as a spreadsheet shows them) and how it was read."""

    records: list[list[str]]
    notices: list[str]


def read_delimited(data: bytes) -> Delimited:
    """Every record of a CSV; an undecodable byte stays as a lone surrogate for the cell to cite."""
    encoding = _encoding_of(data)
    # What UTF-16 cannot read has no byte of its own to keep: the replacement sign cites the cell.
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    text = data.decode(encoding, errors=errors).replace("\x00", "")
    text = text.removeprefix("\ufeff")
    declared = re.match(r'^"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else _delimiter_of(text)
    records, is_broken = _records(text, delimiter)
    notices = [_how(encoding, delimiter, text)]
    if is_broken:
        notices.append("Des guillemets ne sont pas refermés : le fichier a été lu ligne à ligne.")
    return Delimited(records, notices)


def _encoding_of(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start, half = data[:2000], max(len(data[:2000]) // 2, 1)
    if start[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    if start[::2].count(0) > 0.7 * half:
        return "utf-16-be"
    if _is_mostly_utf8(data):
        return "utf-8"
    return max(("cp1252", "mac_roman", "cp850"), key=lambda name: _frenchness(data, name))


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="surrogateescape")
    lost = sum("\udc80" <= letter <= "\udcff" for letter in text)
    return lost == 0 or sum(letter > "\x7f" for letter in text) - lost > 3 * lost


def _frenchness(data: bytes, encoding: str) -> int:
    """Accents where French has them; an accented capital inside a lower-case word counts against.

    Equal scores keep the first encoding tried: cp1252, by far the most frequent.
    """
    text = data.decode(encoding, errors="surrogateescape")
    total = 0
    for before, letter in zip(" " + text, text, strict=False):
        if letter > "\x7f":
            is_odd = letter not in FRENCH or (letter.isupper() and before.islower())
            total += -2 if is_odd else 1
    return total


def _delimiter_of(text: str) -> str:
    """The separator that gives the most rows of one same width."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> float:
    start = "".join(text.splitlines(keepends=True)[:SAMPLED_ROWS])
    records, _ = _records(start, delimiter)
    widths = [len(record) for record in records if any(record)]
    if not widths:
        return 0
    usual = max(set(widths), key=widths.count)
    return widths.count(usual) / len(widths) + min(usual, 50) / 200 if usual > 1 else 0


def _records(text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    # The limit is the whole process’s: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        return list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ), False
    except csv.Error as error:
        # A quote opened and never closed would swallow every row below it in one cell.
        if "unexpected end of data" in str(error):
            lines = [line.split(delimiter) for line in text.splitlines()]
            return [[_unquoted(value) for value in line] for line in lines], True
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), False


def _unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if re.fullmatch(r'".*"', value) else value


def _how(encoding: str, delimiter: str, text: str) -> str:
    words = dict.fromkeys(re.findall(r"[^\W\d_]*[À-ÿŒœ][^\W\d_]*", text))
    sample = ", ".join(list(words)[:SAMPLED_WORDS])
    accents = f" Vérifiez les accents : {sample}." if sample else ""
    separator = DELIMITER_NAMES.get(delimiter, delimiter)
    return f"Fichier CSV lu en {ENCODING_NAMES[encoding]}, séparateur : {separator}.{accents}"
