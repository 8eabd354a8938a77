"""Rows put aside in order and read again as often as needed, without holding them in memory."""

import pickle
import weakref
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

NEAR = 2_000


class Spool:
    """Rows in the order they came: the first few in memory, the others in a file without a name.

    The file is the process’s own and goes with it; it holds what the workbook will.
    """

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._near: list[Any] = []
        self._file: IO[bytes] | None = None
        self._count = 0
        self.extend(rows)

    def extend(self, rows: Iterable[Any]) -> None:
        """Add rows after the others."""
        for row in rows:
            self._near.append(row)
            self._count += 1
            if len(self._near) >= NEAR:
                self._put_away()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        if self._file is not None:
            position = 0
            end = self._file.seek(0, 2)
            while position < end:
                self._file.seek(position)
                rows = pickle.load(self._file)  # noqa: S301  written by this very process
                position = self._file.tell()
                yield from rows
        yield from self._near

    def _put_away(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115  closed with the last reader of the rows
            weakref.finalize(self, self._file.close)
        self._file.seek(0, 2)
        pickle.dump(self._near, self._file, pickle.HIGHEST_PROTOCOL)
        self._near = []
