"""Canonical JSON: the same facts give the same bytes, and their sha256 names them.

Source: matching notes §9. Sorted keys, ISO dates, integers and "num/den" strings, no float, NFC
text: what was shown can be computed again and compared byte for byte.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any


def canonical(value: Any) -> bytes:
    """The bytes of a value; TypeError for what has no single writing (a float, an instant).

    >>> canonical({"b": Fraction(1, 2), "a": [date(2026, 11, 23), None]})
    b'{"a":["2026-11-23",null],"b":"1/2"}'
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def joined(written: Mapping[str, bytes]) -> bytes:
    """What `canonical` writes of a mapping whose values are written already; its keys are ASCII.

    >>> joined({"b": canonical([1]), "a": canonical(None)}) == canonical({"a": None, "b": [1]})
    True
    """
    pairs = (b'"%s":%s' % (key.encode(), value) for key, value in sorted(written.items()))
    return b"{%s}" % b",".join(pairs)


def digest(value: Any) -> str:
    """The sha256 of what `canonical` writes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def ratio(value: Fraction | int | None) -> str | None:
    """A fraction as it is kept and exchanged: `215/288`, `1/1`; None stays None."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def read_ratio(text: str) -> Fraction:
    """What `ratio` wrote; ValueError for anything else (`0.5` is not an exchange format)."""
    top, bar, bottom = text.partition("/")
    if not bar or not top.lstrip("-").isdecimal() or not bottom.isdecimal() or not int(bottom):
        raise ValueError(text)
    return Fraction(int(top), int(bottom))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str and value.isascii():
        return value
    if kind is int or value is None:
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Fraction):
        return ratio(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, AbstractSet):
        return sorted((_plain(item) for item in value), key=canonical)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical writing")


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Keys are texts; two that NFC makes one would lose a value."""
    if not all(isinstance(key, str) for key in value):
        raise TypeError("a key of a canonical mapping is a text")
    found = {unicodedata.normalize("NFC", key): _plain(item) for key, item in value.items()}
    if len(found) != len(value):
        raise TypeError("two keys are the same text")
    return found
