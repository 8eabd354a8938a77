"""One need against a hundred thousand people, and one person against five thousand needs.

    python benchmarks/matching.py [--learners N] [--skills 20] [--needs 5000] [--seed S]

Beside a plain relational division in SQLite over the same facts, which finds who holds everything
and scores nobody, and beside posting arrays of numpy where it is installed, which score everybody.
All are measured in one run, in turns, in CPU of this process; every page is checked to be the same
as numpy’s. Exit code 1 when a page costs more than its budget or differs.
"""

import argparse
import gc
import random
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from parcours.domain.matching import match
from parcours.domain.matching_board import Board
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_pool import Pool
from parcours.domain.matching_rules import Evidence, Requirement, SkillEntry, Source
from parcours.domain.matching_search import Search
from parcours.domain.matching_target import Target
from parcours.domain.taxonomy import Taxonomy

TODAY = date(2026, 11, 23)
BUDGET_MS = 150.0
PAGE = 40
FAMILIES, FAMILY, WIDE = 60, 9, 40
DIVISION = """
    SELECT e.learner, sum(r.weight) AS held FROM requirement r
    JOIN evidence e ON e.skill = r.skill AND e.level >= r.level
    GROUP BY e.learner HAVING count(*) = (SELECT count(*) FROM requirement)
    ORDER BY held DESC, e.learner LIMIT 40
"""
People = list[tuple[int, list[Evidence]]]


class World:
    """A reference list and people with skills, some common and most rare, the same for a seed."""

    def __init__(self, learners: int, skills: int, seed: int) -> None:
        self.chance = random.Random(seed)
        entries = [SkillEntry(f"P{family:02}") for family in range(FAMILIES)]
        for family in range(FAMILIES):
            width = WIDE if family % 6 == 0 else FAMILY
            entries += [
                SkillEntry(f"S{family:02}-{n:02}", f"P{family:02}", (family + n) % 10 == 0)
                for n in range(width)
            ]
        self.taxonomy = Taxonomy(entries)
        self.codes = [entry.code for entry in entries]
        self.chance.shuffle(self.codes)
        # The commonest skill is held by four people out of five, the rarest by a few in a thousand.
        self.weights = [1 / (rank + 8) for rank in range(len(self.codes))]
        self.learners, self.skills = learners, skills

    def people(self) -> Iterator[tuple[int, list[Evidence]]]:
        """Everybody, one by one."""
        for number in range(self.learners):
            drawn: dict[str, None] = {}
            while len(drawn) < self.skills:
                more = self.chance.choices(self.codes, self.weights, k=self.skills)
                drawn |= dict.fromkeys(more)
            yield number, [self._evidence(code) for code in list(drawn)[: self.skills]]

    def need(self) -> tuple[Requirement, ...]:
        """Seven skills, the common ones asked as often as they are held."""
        asked = self.chance.choices(self.codes, self.weights, k=7)
        return tuple(
            Requirement(code, self.chance.randint(1, 4), self.chance.randint(1, 5), place < 4)
            for place, code in enumerate(asked)
        )

    def target(self) -> Target:
        """A need ready to be compared."""
        return Target(self.need(), self.taxonomy, as_of=TODAY, start=date(2027, 3, 1))

    def _evidence(self, code: str) -> Evidence:
        on = TODAY - timedelta(days=self.chance.randint(1, 1500))
        until = TODAY + timedelta(days=self.chance.randint(-100, 900))
        return Evidence(
            code,
            self.chance.randint(1, 4),
            self.chance.choice([Source.DECLARED, Source.ASSESSED]),
            on,
            until if self.chance.random() < 0.03 else None,
        )


class Postings:
    """The same search with an array of people, coverages and dates for each skill."""

    def __init__(self, numpy: Any, people: People) -> None:
        self.numpy, self.size = numpy, len(people)
        rows: dict[str, list[tuple[int, int, int, int]]] = {}
        for position, (_ref, items) in enumerate(people):
            for item in items:
                until = item.valid_until.toordinal() if item.valid_until else 10**7
                on = item.on.toordinal() if item.on else 0
                rows.setdefault(item.skill, []).append((position, item.level, on, until))
        self.by_skill = {skill: numpy.array(found).T.copy() for skill, found in rows.items()}

    def page(self, target: Target) -> list[int]:
        """The numbers shown of the first page, best band first."""
        numpy = self.numpy
        covered = numpy.zeros((len(target.lines), self.size), dtype=numpy.int64)
        reaches = numpy.zeros((len(target.lines), self.size), dtype=bool)
        for skill, worths in target.worth.items():
            if skill not in self.by_skill:
                continue
            who, level, on, until = self.by_skill[skill]
            valid = until >= target.valid_on.toordinal()
            fresh = self._fresh(target, skill, on)
            for place, _relation, levels in worths:
                worth = numpy.array(levels)[level] * valid
                covered[place, who] = numpy.maximum(covered[place, who], worth * fresh)
                reaches[place, who] |= worth == 12 * target.scale.exact
        return self._shown(target, covered, reaches)

    def _fresh(self, target: Target, skill: str, on: Any) -> Any:
        if not target.taxonomy.is_perishable(skill):
            return target.scale.fresh
        days, place = self.numpy.unique(on, return_inverse=True)
        kept = [target.kept(skill, date.fromordinal(int(day)), None) for day in days]
        return self.numpy.array(kept)[place]

    def _shown(self, target: Target, covered: Any, reaches: Any) -> list[int]:
        """Scores in 64-bit integers, which they fit; then the first page alone is sorted."""
        numpy, rules = self.numpy, target.rules
        weights = numpy.array([[line.weight] for line in target.lines])
        essential = numpy.array([line.is_essential for line in target.lines])
        num = (covered * weights).sum(0)
        held = (covered * weights)[essential].sum(0)
        full = target.essential * target.scale.unit
        top = num * (full + held)
        bottom = target.total * target.scale.unit * 2 * full
        pct = (200 * top + bottom) // (2 * bottom)
        steps = (rules.ready_from, rules.with_support_from, rules.to_prepare_from)
        ready, support, prepare = (top * s.denominator >= s.numerator * bottom for s in steps)
        ready &= reaches[essential].all(0)
        support &= (covered[essential] > 0).all(0)
        band = numpy.where(ready, 3, numpy.where(support, 2, numpy.where(prepare, 1, 0)))
        key = (band * 101 + pct)[top > 0]
        best = numpy.partition(key, len(key) - PAGE)[-PAGE:] if len(key) > PAGE else key
        return [int(one) % 101 for one in sorted(best, reverse=True)]


def main() -> int:
    """Measure in turns, print, compare with the budget."""
    options = _options()
    world = World(options.learners, options.skills, options.seed)
    people = list(world.people())
    gc.collect()
    before = _memory()
    pool, building = _timed(lambda: Pool.of(world.taxonomy, iter(people)))
    gc.collect()
    print(
        f"{options.learners} people × {options.skills} skills among {len(world.codes)}; the pool: "
        f"{building / 1000:.1f} s to build, {_memory() - before:.0f} MB"
    )
    targets = [world.target() for _ in range(options.rounds)]
    is_within = _one_need(pool, people, targets)
    return 0 if _one_person(world, people, options) and is_within else 1


def _one_need(pool: Pool, people: People, targets: list[Target]) -> bool:
    """One need against everybody, three ways in turns."""
    numpy = _numpy()
    before = _memory()
    postings = Postings(numpy, people) if numpy else None
    if postings:
        print(f"numpy {numpy.__version__}: {_memory() - before:.0f} MB of posting arrays")
    connection = _database(people)
    figures: dict[str, list[float]] = {"search": [], "page": [], "sql": [], "numpy": []}
    scored, is_same = [], True
    for target in targets:
        search, spent = _timed(lambda target=target: _page(pool, target))
        figures["search"].append(spent)
        page, counts = search
        told, more = _timed(lambda target=target, page=page: _explain(people, target, page))
        figures["page"].append(spent + more)
        scored.append(sum(counts.values()))
        assert len(told) == len(page)
        figures["sql"].append(_timed(lambda target=target: _divide(connection, target))[1])
        if postings:
            shown, spent = _timed(lambda target=target: postings.page(target))
            figures["numpy"].append(spent)
            is_same &= shown == [one.pct for one in page]
    print(f"one need: {statistics.median(scored):.0f} people score something (median)")
    median = _told("first page, explained", figures["page"])
    _told("  the search alone", figures["search"], beside=median)
    _told("  relational division in SQLite (scores nobody)", figures["sql"], beside=median)
    _told("  numpy posting arrays (page not explained)", figures["numpy"], beside=median)
    if postings:
        print(f"  numpy shows the same numbers: {'yes' if is_same else 'NO'}")
    return is_same and median <= BUDGET_MS


def _one_person(world: World, people: People, options: argparse.Namespace) -> bool:
    """One person against many needs."""
    targets = {f"N{number:05}": world.target() for number in range(options.needs)}
    board, building = _timed(lambda: Board(targets))
    print(f"{options.needs} needs: {building:.0f} ms to index")
    found = []
    for number in range(options.rounds):
        held = people[number * 97 % len(people)][1]
        offers, spent = _timed(lambda held=held: board.offers(held, run="r", learner="P"))
        first = [targets[one.need] for one in offers[:PAGE]]
        told, more = _timed(lambda held=held, first=first: [_said(one, held) for one in first])
        assert len(told) == min(PAGE, len(offers))
        found.append(spent + more)
    return _told("one person, first page explained", found) <= BUDGET_MS


def _page(pool: Pool, target: Target) -> tuple[Any, Any]:
    search = Search(pool, target)
    return search.page("run", "need", limit=PAGE), search.counts


def _explain(people: People, target: Target, page: Any) -> list[Any]:
    return [_said(target, people[one.ref][1]) for one in page]


def _said(target: Target, held: list[Evidence]) -> Any:
    return explain(match(target, held), target.taxonomy).texts


def _database(people: People) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE evidence (learner INTEGER, skill TEXT, level INTEGER);"
        "CREATE TABLE requirement (skill TEXT, level INTEGER, weight INTEGER);"
    )
    rows = ((ref, item.skill, item.level) for ref, items in people for item in items)
    connection.executemany("INSERT INTO evidence VALUES (?, ?, ?)", rows)
    connection.execute("CREATE INDEX by_skill ON evidence (skill, level, learner)")
    connection.execute("ANALYZE")
    return connection


def _divide(connection: sqlite3.Connection, target: Target) -> list[Any]:
    connection.execute("DELETE FROM requirement")
    rows = [(line.skill, line.level, line.weight) for line in target.lines if line.is_essential]
    connection.executemany("INSERT INTO requirement VALUES (?, ?, ?)", rows)
    return connection.execute(DIVISION).fetchall()


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and its milliseconds of CPU."""
    start = time.process_time()
    found = act()
    return found, (time.process_time() - start) * 1000


def _told(name: str, figures: list[float], beside: float | None = None) -> float:
    if not figures:
        print(f"{name:52} absent")
        return 0.0
    median = statistics.median(figures)
    ratio = f"  ×{median / beside:.2f}" if beside else f"  budget {BUDGET_MS:.0f}"
    print(f"{name:52} median {median:7.1f} ms, worst {max(figures):7.1f} ms{ratio}")
    return median


def _memory() -> float:
    """Megabytes this process holds; at its widest where the system does not tell more."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        # What is resident and not a file: SQLite maps its own into memory.
        resident, shared = (int(one) for one in pages.read_text().split()[1:3])
        return (resident - shared) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _numpy() -> Any:
    try:
        return import_module("numpy")
    except ImportError:
        return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("learners", 100_000), ("skills", 20), ("needs", 5_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--rounds", type=int, default=25)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
