"""The whole figures behind tests/durability: updates at once, deaths while writing, two tenants.

    python benchmarks/durability.py updates            8 processes × 100 read-then-write updates
    python benchmarks/durability.py kills --times 50   kill -9 while people are entered, imported
    python benchmarks/durability.py tenants            every request of one tenant as the other

On a SQLite file in a temporary folder, or on PostgreSQL when PARCOURS_TEST_POSTGRESQL says where
(« embedded »: the one of the development environment). Exit 1 when a figure is not what it must be.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import make_url

from parcours.db import Database, upgrade
from parcours.models import Learner
from tests import databases
from tests.durability import deaths, people, updates
from tests.tenancy import replays
from tests.tenancy.browsing import Request

TODAY = date(2026, 11, 23)
TRIES = 300
ALIKE_MS = 5.0
KILLED = {"entering": deaths.ENTERING, "confirming an import": deaths.CONFIRMING}


def main() -> int:
    """Run what is asked; 0 when the figures are those the program promises."""
    asked = _arguments()
    with _server(), _database() as url:
        engine = url.partition(":")[0]
        print(f"{engine}, {asked.what}")
        run = {"updates": _updates, "kills": _kills, "tenants": _tenants}[asked.what]
        return run(url, asked)


def _updates(url: str, asked: argparse.Namespace) -> int:
    database = Database.open(url)
    actor = people.open_house(database, TODAY)
    learner_id = updates.a_learner(database, actor, TODAY, has_pathway=False)
    start = time.monotonic()
    done, _, errors = updates.at_once(
        url,
        updates.increment,
        actor,
        learner_id,
        processes=asked.processes,
        times=asked.times or 100,
        today=TODAY,
    )
    with database.reading() as session:
        found = session.get_one(Learner, learner_id).version - 1
    database.dispose()
    wanted = asked.processes * (asked.times or 100)
    print(f"{found} of {wanted} updates, {len(errors)} errors, {time.monotonic() - start:.1f} s")
    print(*sorted(set(errors)), sep="\n", end="")
    return int(errors != [] or found != wanted or done != wanted)


def _kills(url: str, asked: argparse.Namespace) -> int:
    database = Database.open(url)
    is_clean = True
    for name, writing in KILLED.items():
        actor = people.open_house(database, TODAY)
        toll = deaths.kill_during(
            url, writing, actor, kills=asked.times or 50, size=asked.size, today=TODAY
        )
        is_clean &= toll.is_clean
        print(
            f"{name}: {toll.kills} kills, {toll.while_writing} before it said « saved », "
            f"acknowledged and lost {len(toll.lost)}, half there {len(toll.halves)}, "
            f"damage {toll.damage or 'none'}"
        )
    database.dispose()
    return int(not is_clean)


def _tenants(url: str, asked: argparse.Namespace) -> int:
    template = make_url(url).database if databases.postgresql_url() else _migrated()
    problems: list[str] = []
    with replays.built(template or "", TODAY, each=asked.each) as world:
        met = {request.route for request in world.requests(world.tenants[0])}
        count = 0
        for who in world.tenants[1].actors:
            for replay in (
                replays.replay_everything(world, who),
                replays.replay_swapped(world, who, most=asked.each),
            ):
                count += replay.count
                problems += replay.problems
        print(f"{count} replays over {len(met)} of {len(world.routes.all())} routes")
        print(f"{len(problems)} leaks, writings or failures", *problems, sep="\n")
        slower = _median_difference(world)
        print(f"another’s identifier answers {slower:+.2f} ms after an unknown one (median)")
    return int(problems != [] or abs(slower) > ALIKE_MS)


def _median_difference(world: replays.World) -> float:
    browser = world.browser(world.tenants[1], "coordinator")
    times: dict[str, list[float]] = {"1": [], "999983": []}
    with world.copy():
        for _ in range(TRIES):
            for number, seconds in times.items():
                request = Request("GET", f"/apprenants/{number}", "")
                start = time.perf_counter()
                assert browser.send(request).status_code == 404
                seconds.append(time.perf_counter() - start)
    theirs, unknown = (statistics.median(seconds) for seconds in times.values())
    return (theirs - unknown) * 1000


def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return databases.migrated_sqlite(Path(folder))


@contextmanager
def _server() -> Iterator[None]:
    with ExitStack() as stack:
        if databases.postgresql_url() == "embedded":
            stack.callback(databases.start_embedded())
        yield


@contextmanager
def _database() -> Iterator[str]:
    server = databases.postgresql_url()
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/parcours.sqlite3"
            upgrade(url)
            yield url
        return
    with databases.empty_postgresql(server) as url:
        upgrade(url)
        yield url


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("updates", "kills", "tenants"))
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--times", type=int, default=None, help="updates of each, or kills")
    parser.add_argument("--each", type=int, default=20, help="addresses and forms of each route")
    parser.add_argument("--size", type=int, default=200, help="people of one writing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
