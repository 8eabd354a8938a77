"""A workbook of 100,000 participants and 30 columns, beside openpyxl’s own write-only loop.

    python benchmarks/exports.py [--people N] [--rounds N]
    python benchmarks/exports.py --database [--people N] [--output CODE] [--folder FOLDER]

Both write the same rows (texts, dates, whole numbers, rates, and nothing) to a file, each in a
process of its own, in turn. Ours also cleans texts, styles dates and rates, freezes and filters,
and takes every clock out. A figure is the median of rounds: seconds of CPU, and the peak of memory
above what the process held before its first row. Exit code 1 when ours takes more than 1.3 times
the time of the loop, or its memory grows with the rows (more than 1.3 times the loop’s and 32 MB).

`--database` takes the rows of a synthetic territory instead (built once in FOLDER), through the
very path of the job that makes large workbooks: claimed, read, counted, written, kept. Beside it,
the loop alone writes the same cells of the same sheets, read back from that workbook beforehand:
the difference is what reading, judging, counting and keeping cost. Exit 1 beyond MOST_MB.
"""

import argparse
import datetime
import io
import multiprocessing
import pickle
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, func, insert, literal, select
from sqlmodel import Session, col

from parcours.actions import accounts, export_jobs, exports
from parcours.actions.synthesis import build_synthetic
from parcours.db import Database, upgrade
from parcours.demo.territory import PASSWORD
from parcours.domain.export_jobs import JobState
from parcours.models import (
    Agreement,
    AgreementCohort,
    Cohort,
    Enrolment,
    Export,
    Learner,
    Pathway,
)
from parcours.models.base import utc_now
from parcours.sheets.writing import Column, SheetPlan, write_workbook_to

COLUMNS = 30
MOST_TIMES, SPARE_MB = 1.3, 32
KINDS = ("text", "text", "date", "integer", "percent", "text")
FIRST = datetime.date(2026, 1, 5)
TODAY = datetime.date(2026, 11, 25)
# The bytes of the workbook are kept in the database: memory holds them, and a few hundred people.
MOST_MB = 250


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


def _measure(write: Callable[..., None], asked: tuple[Any, ...], answer: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        before, over, seen = _held(), threading.Event(), [0.0]
        watch = threading.Thread(target=_watch, args=(over, seen))
        watch.start()
        started = time.process_time()
        write(path, *asked)
        seconds = time.process_time() - started
        over.set()
        watch.join()
        answer.put((seconds, max(seen[0] - before, 0), path.stat().st_size / 1e6))


def _watch(over: threading.Event, seen: list[float]) -> None:
    while not over.wait(0.05):
        seen[0] = max(seen[0], _held())


def _held() -> float:
    """What this process holds of its own, in MB: not the pages of a database file it looks at."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def apart(write: Callable[..., None], *asked: Any) -> tuple[float, float, float]:
    """(seconds of CPU, MB of memory, MB of file) of one writing in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_measure, args=(write, asked, answer))
    process.start()
    found: tuple[float, float, float] = answer.get()
    process.join()
    return found


def territory(folder: Path, people: int) -> str:
    """The address of a synthetic territory whose every cohort is under one agreement."""
    path = folder / f"exports-{people}.sqlite3"
    url = f"sqlite:///{path}"
    if path.exists():
        return url
    folder.mkdir(parents=True, exist_ok=True)
    upgrade(url)
    database = Database.open(url)
    with database.writing() as session:
        build_synthetic(
            session, learners=people, seed=1, today=TODAY, password=PASSWORD, partners=2
        )
        _join(session)
    database.dispose()
    return url


def _join(session: Session) -> None:
    first = session.execute(select(Agreement).order_by(col(Agreement.id)).limit(1)).scalar_one()
    session.execute(delete(AgreementCohort))
    for key in session.execute(select(col(Cohort.id))).scalars():
        session.add(AgreementCohort(agreement_id=first.id or 0, cohort_id=key or 0))
    first.starts_on, first.ends_on = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
    # Only some of them are in training: the others come in by its first cohort.
    came = select(col(Enrolment.learner_id))
    cohort = select(func.min(col(Cohort.id))).scalar_subquery()
    others = select(
        cohort, col(Learner.id), col(Pathway.opened_on), literal(first.created_by_id),
        literal(utc_now(), type_=col(Enrolment.created_at).type),
    ).join(Pathway, col(Pathway.learner_id) == col(Learner.id)).where(
        col(Learner.id).not_in(came)
    )  # fmt: skip
    names = ["cohort_id", "learner_id", "enrolled_on", "created_by_id", "created_at"]
    session.execute(insert(Enrolment).from_select(names, others))


def asked(url: str, output: str) -> tuple[Database, int]:
    """A job asked for, as the page asks for it."""
    database = Database.open(url)
    with database.writing() as session:
        actor = accounts.actor_for(session, "s01@exemple.fr", today=TODAY)
        request = exports.requested(
            session, actor, 1, as_of=TODAY, today=TODAY, code=output, layout_id=None
        )
        return database, export_jobs.ask(session, actor, request, today=TODAY).id or 0


def through_the_job(path: Path, url: str, output: str) -> None:
    """Make a workbook as the process of large workbooks does; its bytes end in the database."""
    database, job = asked(url, output)
    if export_jobs.run(database, job) is not JobState.READY:
        raise SystemExit("the workbook was not made")
    path.write_text(str(job))


def bare(path: Path, cells: Path) -> None:
    """The loop over the cells of a workbook already made, spread out one sheet after another."""
    book = Workbook(write_only=True)
    with cells.open("rb") as source:
        while title := pickle.load(source):
            sheet = book.create_sheet(title)
            while rows := pickle.load(source):
                for row in rows:
                    sheet.append(row)
    book.save(path)


def spread(content: bytes, path: Path) -> dict[str, int]:
    """Write the cells of a workbook to be read again at little cost; how many rows a sheet."""
    found = {}
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    with path.open("wb") as target:
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python()
            found[title] = len(rows)
            pickle.dump(title, target)
            for start in range(0, len(rows), 2000):
                pickle.dump([_cells(row) for row in rows[start : start + 2000]], target)
            pickle.dump([], target)
        pickle.dump("", target)
    return found


def _cells(row: list[Any]) -> list[Any]:
    return [None if cell == "" else cell for cell in row]


def from_database(people: int, output: str, folder: Path) -> int:
    """Print the job and the loop over the same cells, each in a process of its own."""
    url = territory(folder, people)
    ours_s, ours_mb, _ = apart(through_the_job, url, output)
    database = Database.open(url)
    with database.reading() as session:
        kept = session.execute(select(Export).order_by(col(Export.id).desc()).limit(1)).scalar_one()
        size, count = len(kept.content or b"") / 1e6, kept.participants
        cells = folder / "cells.pickle"
        sheets = spread(kept.content or b"", cells)
    database.dispose()
    loop_s, loop_mb, _ = apart(bare, cells)
    cells.unlink()
    print(f"{output}, {count} participants: {sheets}, {size:.1f} MB")
    print(f"  the job {ours_s:7.2f} s CPU {ours_mb:7.1f} MB held")
    print(f" openpyxl {loop_s:7.2f} s CPU {loop_mb:7.1f} MB held")
    print(f"{ours_s / loop_s:.2f} times openpyxl’s loop over the same cells")
    return 0 if ours_mb <= MOST_MB else 1


def main() -> int:
    """Print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", action="store_true", help="rows of a database, by the job")
    parser.add_argument("--output", default="fse")
    kept = Path(tempfile.gettempdir()) / "parcours-exports"
    parser.add_argument("--folder", type=Path, default=kept)
    options = parser.parse_args()
    if options.database:
        return from_database(options.people, options.output, options.folder)
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
