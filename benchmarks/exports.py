"""A workbook of 100,000 participants and 30 columns, beside openpyxl’s own write-only loop.

    python benchmarks/exports.py [--people N] [--rounds N]

Both write the same rows (texts, dates, whole numbers, rates, and nothing) to a file, each in a
process of its own, in turn. Ours also cleans texts, styles dates and rates, freezes and filters,
and takes every clock out. A figure is the median of rounds: seconds of CPU, and the peak of memory
above what the process held before its first row. Exit code 1 when ours takes more than 1.3 times
the time of the loop, or its memory grows with the rows (more than 1.3 times the loop’s and 32 MB).
"""

import argparse
import datetime
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from parcours.sheets.writing import Column, SheetPlan, write_workbook_to

COLUMNS = 30
MOST_TIMES, SPARE_MB = 1.3, 32
KINDS = ("text", "text", "date", "integer", "percent", "text")
FIRST = datetime.date(2026, 1, 5)


def rows(people: int) -> Iterator[list[Any]]:
    """The same rows each time: five columns of each kind, a sixth of them empty."""
    for number in range(people):
        day = FIRST + datetime.timedelta(days=number % 300)
        one = [f"P-{number:07d}", ("Femme", "Homme")[number % 2], day, number % 97,
               (number % 100) / 100, None]  # fmt: skip
        yield one * (COLUMNS // len(one))


def ours(path: Path, people: int) -> None:
    """Our sheet."""
    columns = [Column(f"Colonne {place}", KINDS[place % len(KINDS)]) for place in range(COLUMNS)]
    with path.open("wb") as target:
        write_workbook_to(target, [SheetPlan("Participants", columns, rows(people))], title="x")


def loop(path: Path, people: int) -> None:
    """What openpyxl’s documentation shows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Participants")
    for row in rows(people):
        sheet.append(row)
    book.save(path)


def _measure(write: Callable[[Path, int], None], people: int, answer: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        before, started = _peak(), time.process_time()
        write(path, people)
        seconds = time.process_time() - started
        answer.put((seconds, _peak() - before, path.stat().st_size / 1e6))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(write: Callable[[Path, int], None], people: int) -> tuple[float, float, float]:
    """(seconds of CPU, MB of memory, MB of file) of one writing in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_measure, args=(write, people, answer))
    process.start()
    found: tuple[float, float, float] = answer.get()
    process.join()
    return found


def main() -> int:
    """Print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "openpyxl": []}
    for _ in range(options.rounds):
        found["ours"].append(apart(ours, options.people))
        found["openpyxl"].append(apart(loop, options.people))
    told = {}
    for name, measured in found.items():
        told[name] = [statistics.median(column) for column in zip(*measured, strict=True)]
        seconds, memory, size = told[name]
        print(f"{name:>9} {seconds:7.2f} s CPU {memory:7.1f} MB held {size:7.1f} MB file")
    ratio = told["ours"][0] / told["openpyxl"][0]
    print(f"{ratio:.2f} times openpyxl’s loop, {options.people} people × {COLUMNS} columns")
    is_flat = told["ours"][1] <= MOST_TIMES * told["openpyxl"][1] + SPARE_MB
    return 0 if ratio <= MOST_TIMES and is_flat else 1


if __name__ == "__main__":
    sys.exit(main())
