"""Every stored gap rebuilt from the facts, beside the bare limit.

    python benchmarks/gaps.py [--folder FOLDER] [--learners 100000]

On a synthetic territory in a SQLite file kept in FOLDER (the one of benchmarks/pages.py when it is
the same). Three rounds, in transactions that are taken back; the figure is their median, in seconds
of a whole rebuilding. « bare » is the limit: the same steps read and the same gaps deleted and
written again through the raw driver, with no rule in between. Exit code 1 when the rebuilding takes
a minute or more, or when a rebuilt gap differs from the one that was stored.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measures import Size, Territory, on_sqlite
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import continuity, continuity_check
from parcours.models import Pathway

ROUNDS = 3
LIMIT = 60.0
READ = (
    "SELECT pathway_id, organisation_id, planned_start_on, planned_end_on, started_on, ended_on "
    "FROM step WHERE accepted_at IS NOT NULL AND cancelled_at IS NULL"
)
COLUMNS = "pathway_id, starts_on, learner_id, ends_on, days, breaks_on, owner_id"
WRITE = f"INSERT INTO gap ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"


def main() -> int:
    """Print the two figures and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("parcours-bench"))
    parser.add_argument("--learners", type=int, default=100_000)
    options = parser.parse_args()
    territory = on_sqlite(options.folder, Size(options.learners))
    rebuilt, bare, wrong = [], [], 0
    for _ in range(ROUNDS):
        seconds, differences = rebuild(territory)
        rebuilt.append(seconds)
        wrong += differences
        bare.append(rewrite(territory))
    seconds, limit = statistics.median(rebuilt), statistics.median(bare)
    print(f"{options.learners} pathways rebuilt in {seconds:.1f} s; bare {limit:.1f} s;")
    print(f"ratio {seconds / limit:.1f}; {wrong} difference(s)")
    return int(seconds >= LIMIT or wrong > 0)


def rebuild(territory: Territory) -> tuple[float, int]:
    """Seconds to rebuild every gap, and how many differ from what was stored."""
    engine = territory.database.engine
    with territory.database.reading() as session:
        ids = [key or 0 for key in session.execute(select(col(Pathway.id))).scalars()]
        before = len(continuity_check.differences(session))
    with Session(engine.execution_options(parcours_write=True)) as session:
        start = time.perf_counter()
        continuity.refresh_all(session, ids)
        seconds = time.perf_counter() - start
        after = len(continuity_check.differences(session))
        session.rollback()
    return seconds, before + after


def rewrite(territory: Territory) -> float:
    """Seconds the driver alone takes to read the steps and to write the gaps again."""
    raw = territory.database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        start = time.perf_counter()
        cursor.execute(READ)
        cursor.fetchall()
        rows = cursor.execute(f"SELECT {COLUMNS} FROM gap").fetchall()
        cursor.execute("DELETE FROM gap")
        cursor.executemany(WRITE, rows)
        return time.perf_counter() - start
    finally:
        raw.rollback()
        raw.close()


if __name__ == "__main__":
    sys.exit(main())
