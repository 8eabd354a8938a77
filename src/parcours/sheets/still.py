"""The archive a workbook is written into: no clock in it, and formulas with their values beside.

openpyxl stamps the hour in two places and writes formulas without what they compute; a program
that reads without calculating would see nothing. Both are settled while the parts go through.
"""

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import IO, Any

STILL = datetime(2000, 1, 1)  # noqa: DTZ001  workbook properties carry no time zone
ZIP_STILL = (2000, 1, 1, 0, 0, 0)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
# What openpyxl writes of a formula: no type, and an empty value.
UNCOUNTED = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?/></c>')
PIECE = 1 << 20

# What each formula of each part computes, by cell.
Values = Mapping[str, Mapping[str, int | float | str]]


class StillArchive(zipfile.ZipFile):
    """A zip whose parts carry no date; `values` are put beside the formulas of their sheets."""

    def __init__(self, target: IO[bytes], values: Values) -> None:
        super().__init__(target, "w", zipfile.ZIP_DEFLATED)
        self._values = values

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """A part from memory."""
        if zinfo_or_arcname == "docProps/core.xml":
            stamp = STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
            data = MODIFIED.sub(rb"\g<1>" + stamp, _bytes(data))
        super().writestr(_still(zinfo_or_arcname), data, zipfile.ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """A part from a file, copied piece by piece whatever its size."""
        if counted := self._values.get(arcname):
            text = Path(filename).read_text(encoding="utf-8")
            self.writestr(arcname, UNCOUNTED.sub(lambda found: _counted(found, counted), text))
            return
        with Path(filename).open("rb") as source, self.open(_still(arcname), "w") as target:
            while piece := source.read(PIECE):
                target.write(piece)


def _still(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIP_STILL)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _bytes(data: Any) -> bytes:
    return data.encode() if isinstance(data, str) else bytes(data)


def _counted(found: re.Match[str], values: Mapping[str, int | float | str]) -> str:
    value = values[found[1]]
    kind = ' t="str"' if isinstance(value, str) else ""
    shown = escape(value, quote=False) if isinstance(value, str) else repr(value)
    return f'<c r="{found[1]}"{found[2]}{kind}><f>{found[3]}</f><v>{shown}</v></c>'
