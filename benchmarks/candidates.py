"""One need against many people through the database and the real page, one person against needs.

    python benchmarks/candidates.py [--people 3000 10000 100000] [--needs 5000] [--seed 1]

People of 20 skills each among 910, six out of ten of whom said what they look for, in a SQLite file
made for it and thrown away; each need asks for seven skills. The page is the application’s, in
process, for a signed-in counsellor who sees everybody; « from rows » is the same without a pool.
In the same run, over the same tables: a plain relational division, which finds who holds all that
is essential and scores nobody; and posting arrays of numpy, where it is installed, which score
everybody and know nothing of sight, of constraints, nor of the page. Figures are medians of CPU of
this process. Exit code 1 when a page costs more than its budget at any size.
"""

import argparse
import asyncio
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.matching import BUDGET_MS, Postings, World, _numpy
from benchmarks.measures import PASSWORD, Page, Served, weight
from sqlalchemy import insert, text
from sqlmodel import Session

from parcours.actions import accounts, match_pools
from parcours.actions.match_asked import ask
from parcours.actions.match_facts import taxonomy_around
from parcours.db import Database, upgrade
from parcours.domain.access import Role
from parcours.domain.matching_rules import Evidence, Source
from parcours.domain.needs import AccessMode, NeedState
from parcours.domain.skills import EvidenceSource
from parcours.domain.words import DataSource, DistrictStatus
from parcours.models import (
    Employer,
    EmployerSite,
    Framework,
    JobSearchRow,
    Learner,
    LearnerAccess,
    Need,
    NeedRequirement,
    NeedVersion,
    Pathway,
    Skill,
    SkillEvidence,
)

TODAY = date(2026, 11, 23)
BATCH, ASKED_OF, ROUNDS, WHO = 5_000, 0.6, 15, "conseil@exemple.fr"
SLOTS = [f"{day}-{half}" for day in range(5) for half in ("am", "pm")]
DIVISION = text(
    "SELECT e.learner_id, sum(r.weight) AS held FROM need_requirement r "
    "JOIN skill_evidence e ON e.skill_id = r.skill_id AND e.level >= r.level "
    "JOIN learner_access a ON a.learner_id = e.learner_id AND a.organisation_id = 1 "
    "WHERE r.version_id = :need AND r.is_essential GROUP BY e.learner_id "
    "HAVING count(DISTINCT e.skill_id) = "
    "(SELECT count(*) FROM need_requirement WHERE version_id = :need AND is_essential) "
    "ORDER BY held DESC, e.learner_id LIMIT 40"
)
SOURCES = {Source.DECLARED: EvidenceSource.DECLARED, Source.ASSESSED: EvidenceSource.ASSESSED}


def main() -> int:
    """Measure at each size, tell, compare with the budget."""
    options = _options()
    is_within = [_measured(people, options) for people in options.people]
    return 0 if all(is_within) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, nargs="+", default=[3_000, 10_000, 100_000])
    parser.add_argument("--needs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _measured(people: int, options: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candidates.sqlite3"
        upgrade(url)
        database = Database.open(url)
        world = Filled(database, people, options)
        database.dispose()
        served = Served(url, Path(folder))
        is_within = asyncio.run(_pages(served, world))
        served.database.dispose()
    return is_within


async def _pages(served: Served, world: "Filled") -> bool:
    """Both ways of the page, then what stands beside."""
    print(f"\n{world.learners} people × 20 skills, {world.needs} needs", flush=True)
    asks = [served.get(Page("", WHO, f"/besoins/{need}/candidats", 0)) for need in _some(world)]
    learners = [served.get(Page("", WHO, f"/apprenants/{one}/besoins", 0)) for one in range(1, 16)]
    match_pools.FEW, few = 10**9, match_pools.FEW
    slow = await _median(asks[: 3 if world.learners > 20_000 else ROUNDS])
    _tell("the page, from rows", slow, None, await _statements(served, asks[0]))
    gc.collect()
    match_pools.FEW, clock = few, time.process_time()
    with served.database.reading() as session:
        match_pools.build(session)
        spent = time.process_time() - clock
        with match_pools.held(session, taxonomy_around(session)) as pool:
            print(f"  the pool: {spent:.1f} s of CPU to build, holds {weight(pool):.0f} MB")
    await asks[0]()
    page = await _median(asks)
    is_used = world.learners > few
    _tell("the page, from the pool", page, page, await _statements(served, asks[0]))
    tabs = [served.get(Page("", WHO, f"/besoins/{need}/candidats?etat=ecartes&debut=200", 0))
            for need in _some(world)]  # fmt: skip
    _tell("  set aside, a later page, with levers", await _median(tabs), page, None)
    _tell_beside(served, world, page)
    own = await _median(learners)
    _tell(f"one person against {world.needs} needs, its page", own, None,
          await _statements(served, learners[0]))  # fmt: skip
    shown = page if is_used else slow
    print(f"  shown to people at this size: from {'the pool' if is_used else 'rows'}")
    return max(shown, own) <= BUDGET_MS


def _some(world: "Filled") -> range:
    return range(1, 1 + min(ROUNDS, world.needs))


async def _median(asks: list[Any]) -> float:
    """Milliseconds of CPU of one page."""
    found = []
    for asked in asks:
        start = time.process_time()
        await asked()
        found.append((time.process_time() - start) * 1000)
    return statistics.median(found)


async def _statements(served: Served, asked: Any) -> str:
    sent = [sql for sql, _values in await served.queries(asked)]
    writes = sum(sql.startswith("INSERT") for sql in sent)
    return f"{len(sent) - writes} statements read, {writes} written (its trace)"


def _tell(name: str, figure: float, beside: float | None, more: str | None) -> None:
    ratio = f"  ×{figure / beside:.2f}" if beside else f"  budget {BUDGET_MS:.0f}"
    print(f"  {name:45} {figure:8.1f} ms{ratio}  {more or ''}", flush=True)


def _tell_beside(served: Served, world: "Filled", page: float) -> None:
    """The division and numpy, on the same needs."""
    spent: dict[str, list[float]] = {"sql": [], "numpy": []}
    postings = Postings(_numpy(), world.kept) if _numpy() else None
    with served.database.reading() as session:
        actor = accounts.actor_for(session, WHO, today=TODAY)
        for number, need in enumerate(_some(world)):
            if number < (3 if world.learners > 20_000 else ROUNDS):
                spent["sql"].append(_timed(lambda need=need: _divided(session, need)))
            if postings:
                target = ask(session, actor, need, today=TODAY).target
                spent["numpy"].append(_timed(lambda target=target: postings.page(target)))
    _tell("beside: a relational division (no score)", statistics.median(spent["sql"]), page, None)
    if postings:
        figure = statistics.median(spent["numpy"])
        _tell("beside: numpy posting arrays (no page)", figure, page, None)


def _timed(act: Any) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def _divided(session: Session, need: int) -> list[Any]:
    return list(session.execute(DIVISION, {"need": need}))


class Filled(World):
    """The world of `benchmarks/matching.py`, written in a database."""

    def __init__(self, database: Database, people: int, options: argparse.Namespace) -> None:
        super().__init__(people, 20, options.seed)
        self.needs = options.needs
        # What numpy is given: the same facts, read from memory.
        self.kept: list[tuple[int, list[Evidence]]] = []
        with database.writing() as session:
            self._add_places(session)
            self._add_skills(session)
            for batch in self._batches():
                self._add_people(session, batch)
            self._add_needs(session)
            session.execute(text("ANALYZE"))

    def _batches(self) -> Iterator[list[tuple[int, list[Evidence]]]]:
        batch = []
        for number, items in self.people():
            batch.append((number + 1, items))
            self.kept.append((number, items))
            if len(batch) == BATCH:
                yield batch
                batch = []
        yield batch

    def _add_places(self, session: Session) -> None:
        school = accounts.create_organisation(session, code="S", name="École", kind="OF")
        account = accounts.create_account(session, email=WHO, name="C D", password=PASSWORD)
        accounts.join(session, account, school, Role.COUNSELLOR, starts_on=TODAY)
        session.add(Framework(code="F", label="F", edition="1"))
        session.flush()
        session.add(Employer(id=1, organisation_id=1, partner_id=1, created_by_id=1))
        session.flush()
        session.add(EmployerSite(id=1, employer_id=1, label="Site", latitude=46.2, longitude=5.2,
                                 district_status=DistrictStatus.TO_CHECK))  # fmt: skip

    def _add_skills(self, session: Session) -> None:
        entries = list(self.taxonomy.entries.values())
        self.numbers = {entry.code: number for number, entry in enumerate(entries, 1)}
        session.execute(insert(Skill), [
            {"id": self.numbers[one.code], "code": one.code, "label": one.code, "framework": "F",
             "position": 0, "is_perishable": one.is_perishable,
             "parent_id": self.numbers.get(one.parent or "")} for one in entries])  # fmt: skip

    def _add_people(self, session: Session, batch: list[tuple[int, list[Evidence]]]) -> None:
        if not batch:
            return
        session.execute(insert(Learner), [
            {"id": one, "organisation_id": 1, "birth_name": f"N{one}", "first_names": "A",
             "sort_key": f"n{one}", "born_on": date(1990, 1, 1), "source": DataSource.IMPORT,
             "created_by_id": 1} for one, _items in batch])  # fmt: skip
        session.execute(insert(LearnerAccess), [
            {"organisation_id": 1, "learner_id": one, "sort_key": f"n{one}",
             "starts_on": TODAY - timedelta(days=one % 700)} for one, _items in batch
        ])  # fmt: skip
        session.execute(insert(Pathway), [
            {"learner_id": one, "organisation_id": 1, "opened_on": TODAY, "created_by_id": 1}
            for one, _items in batch])  # fmt: skip
        session.execute(insert(SkillEvidence), [
            {"learner_id": one, "skill_id": self.numbers[item.skill], "level": item.level,
             "source": SOURCES[item.source], "assessed_on": item.on,
             "valid_until": item.valid_until and max(item.valid_until, item.on or TODAY),
             "organisation_id": 1, "created_by_id": 1} for one, items in batch for item in items
        ])  # fmt: skip
        session.execute(insert(JobSearchRow), [
            {"learner_id": one} | self._search() for one, _items in batch
            if self.chance.random() < ASKED_OF])  # fmt: skip

    def _search(self) -> dict[str, Any]:
        chance = self.chance
        least = chance.randint(15, 30)
        return {
            "available_from": TODAY + timedelta(days=chance.randint(-60, 200)),
            "contracts": chance.choice((["CDI"], ["CDD"], ["CDI", "CDD"], ["CDI", "CDD", "INT"])),
            "modes": {mode.value: chance.choice((3, 5, 8, 10, 15, 20, 30, 50))
                      for mode in chance.sample(list(AccessMode), 2)},
            "is_remote_only": chance.random() < 0.05,
            "licences": ["B"] if chance.random() < 0.5 else [],
            "slots": sorted(chance.sample(SLOTS, chance.choice((4, 8, 10, 10, 10)))),
            "hours_min": Decimal(least), "hours_max": Decimal(least + chance.randint(3, 15)),
            "latitude": 46.2 + chance.uniform(-0.3, 0.3),
            "longitude": 5.2 + chance.uniform(-0.4, 0.4),
        }  # fmt: skip

    def _add_needs(self, session: Session) -> None:
        numbers, chance = range(1, self.needs + 1), random.Random(7)
        session.execute(insert(Need), [
            {"id": one, "organisation_id": 1, "employer_id": 1, "search_text": "n",
             "state": NeedState.PUBLISHED, "confirmed_on": TODAY, "remind_on": TODAY,
             "suspends_on": TODAY + timedelta(days=90), "created_by_id": 1} for one in numbers
        ])  # fmt: skip
        session.execute(insert(NeedVersion), [
            {"id": one, "need_id": one, "number": 1, "title": f"Poste {one}", "posts": 2,
             "certainty": "firm", "starts_on": TODAY + timedelta(days=chance.randint(0, 120)),
             "flex_days": 15, "contracts": chance.choice((["CDI"], ["CDD", "CDI"])),
             "access_modes": [], "slots": chance.sample(SLOTS, chance.randint(0, 3)),
             "weekly_hours": Decimal(chance.choice((24, 30, 35))), "site_id": 1}
            for one in numbers])  # fmt: skip
        rows = []
        for one in numbers:
            asked = {line.skill: line for line in self.need()}
            rows += [
                {"version_id": one, "skill_id": self.numbers[line.skill], "level": line.level,
                 "weight": line.weight, "is_essential": line.is_essential}
                for line in asked.values()]  # fmt: skip
        session.execute(insert(NeedRequirement), rows)


if __name__ == "__main__":
    sys.exit(main())
