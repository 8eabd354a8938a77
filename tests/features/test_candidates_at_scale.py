"""The candidates of a need where people are many: what the plain engine finds in the same rows."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, update
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    job_searches,
    match_offers,
    match_pools,
    match_tallies,
    skills,
)
from parcours.actions.job_searches import search_of_row
from parcours.actions.match_lists import Shortlist, shortlist
from parcours.actions.need_history import terms_of
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.job_search import UNASKED, JobSearch, SaidBy, filter_terms, metres_between
from parcours.domain.matching import match
from parcours.domain.matching_filters import Filter, Pair, check_terms, levers, status_of
from parcours.domain.matching_ranking import Candidate, Pile, Ranking, Wish, rank
from parcours.domain.matching_rules import DEFAULT, Band, Evidence, Requirement, SkillEntry, Source
from parcours.domain.matching_target import Target
from parcours.domain.needs import AccessMode, Licence, NeedState
from parcours.domain.skills import EvidenceSource
from parcours.domain.taxonomy import Taxonomy
from parcours.domain.words import DataSource, DistrictStatus
from parcours.models import (
    Employer,
    EmployerSite,
    Framework,
    JobSearchRow,
    Learner,
    LearnerAccess,
    MatchTally,
    Need,
    NeedRequirement,
    NeedVersion,
    NeedWish,
    Pathway,
    Skill,
    SkillEvidence,
    SkillWithdrawal,
)
from tests.conftest import TODAY
from tests.features.conftest import Be

PEOPLE, SKILLS, NEEDS = 60, 16, 4
SLOTS = [f"{day}-{half}" for day in range(5) for half in ("am", "pm")]
MODES = [mode.value for mode in AccessMode]


class World:
    """Two organisations, people each sees for a while, needs: all drawn, the same for a seed."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance = database, random.Random(seed)
        with database.writing() as session:
            places = [accounts.create_organisation(session, code=code, name=code, kind="OF")
                      for code in "AB"]  # fmt: skip
            self.owner, self.other = places[0].id, places[1].id
            account = accounts.create_account(
                session, email="a@exemple.fr", name="Ana", password="quatre mots pour essayer"
            )
            self.account = account.id or 0
            for place in places:
                accounts.join(session, account, place, Role.COORDINATOR, starts_on=TODAY)
            self._add_skills(session)
            self._add_people(session)
            session.add(Employer(id=1, organisation_id=self.owner or 0,
                                 partner_id=self.owner or 0,
                                 created_by_id=self.account))  # fmt: skip
            session.flush()
            for number in range(1, NEEDS + 1):
                self._add_need(session, number)
        self.actors = [self.actor("A"), self.actor("B")]

    def actor(self, code: str) -> Actor:
        """Who looks, in one organisation."""
        with self.database.reading() as session:
            return accounts.actor_for(session, "a@exemple.fr", today=TODAY, code=code)

    def day(self, least: int = -900, most: int = 90) -> date:
        """A day around today."""
        return TODAY + timedelta(days=self.chance.randint(least, most))

    def maybe(self, value: Callable[[], Any], share: float = 0.7) -> Any:
        """A value, or nothing."""
        return value() if self.chance.random() < share else None

    def some(self, values: list[Any], most: int) -> list[Any]:
        """A few of them, or none."""
        return sorted(self.chance.sample(values, self.chance.randint(0, most)))

    def _add_skills(self, session: Session) -> None:
        session.add(Framework(code="F", label="F", edition="1"))
        session.flush()
        session.execute(insert(Skill), [
            {"id": one, "code": f"S{one}", "label": f"S{one}", "framework": "F", "position": 0,
             "is_perishable": one % 3 == 0,
             "parent_id": self.chance.randint(1, 4) if one > 4 and one % 4 else None}
            for one in range(1, SKILLS + 1)])  # fmt: skip

    def _add_people(self, session: Session) -> None:
        everybody = range(1, PEOPLE + 1)
        session.execute(insert(Learner), [
            {"id": one, "organisation_id": self.owner, "birth_name": f"NOM{one}",
             "first_names": "Alix", "sort_key": f"n{one}", "born_on": date(1990, 1, 1),
             "source": DataSource.IMPORT, "created_by_id": self.account}
            for one in everybody])  # fmt: skip
        session.execute(insert(LearnerAccess), [
            {"organisation_id": owner, "learner_id": one, "sort_key": f"n{one}",
             "starts_on": self.day(-90, 3), "ends_on": self.maybe(lambda: self.day(4, 90), 0.3)}
            for one in everybody for owner in (self.owner, self.other)
            if owner == self.owner or self.chance.random() < 0.5])  # fmt: skip
        session.execute(insert(Pathway), [
            {"learner_id": one, "organisation_id": self.owner, "opened_on": date(2024, 1, 1),
             "closed_on": self.maybe(lambda: self.day(-300, 0), 0.2),
             "created_by_id": self.account}
            for one in everybody for _again in range(self.chance.choice((0, 1, 1, 1, 2)))
        ])  # fmt: skip
        for one in everybody:
            for _time in range(self.chance.randint(0, 9)):
                self.say_level(session, one)
            if self.chance.random() < 0.7:
                session.add(JobSearchRow(learner_id=one, **self.search()))

    def say_level(self, session: Session, learner_id: int) -> None:
        """A level of somebody, now and then taken back."""
        on = self.day(-1200, 0)
        row = SkillEvidence(
            learner_id=learner_id, skill_id=self.chance.randint(1, SKILLS),
            level=self.chance.randint(0, 4), source=self.chance.choice(list(EvidenceSource)),
            assessed_on=on, organisation_id=self.owner or 0, created_by_id=self.account,
            valid_until=self.maybe(lambda: on + timedelta(days=self.chance.randint(1, 1500)), 0.2),
        )  # fmt: skip
        session.add(row)
        session.flush()
        if self.chance.random() < 0.1:
            session.add(SkillWithdrawal(evidence_id=row.id or 0, reason="Erreur",
                                        created_by_id=self.account))  # fmt: skip

    def search(self) -> dict[str, Any]:
        """What somebody looks for, each answer known or not."""
        hours = self.maybe(lambda: (self.chance.randint(10, 30), self.chance.randint(30, 39)))
        point = self.maybe(self.point)
        return {
            "available_from": self.maybe(lambda: self.day(-30, 90)),
            "contracts": self.maybe(lambda: self.some(["CDI", "CDD", "INT"], 3)),
            "modes": self.maybe(lambda: {
                mode: self.chance.choice((2, 5, 10, 25)) for mode in self.some(MODES, 3)}),
            "is_remote_only": self.maybe(lambda: self.chance.random() < 0.2),
            "licences": self.maybe(lambda: self.some(["B", "AM"], 2)),
            "slots": self.maybe(lambda: self.some(SLOTS, 10)),
            "hours_min": hours and Decimal(hours[0]), "hours_max": hours and Decimal(hours[1]),
            "latitude": point and point[0], "longitude": point and point[1],
        }  # fmt: skip

    def point(self) -> tuple[float, float]:
        """Somewhere within twenty kilometres."""
        return 46.2 + self.chance.uniform(-0.15, 0.15), 5.2 + self.chance.uniform(-0.2, 0.2)

    def _add_need(self, session: Session, number: int) -> None:
        site = None
        if number % 4:
            latitude, longitude = self.point()
            site = EmployerSite(employer_id=1, label="Site", city="Bourg", latitude=latitude,
                                longitude=longitude,
                                district_status=DistrictStatus.TO_CHECK)  # fmt: skip
            session.add(site)
        session.add(Need(id=number, organisation_id=self.owner or 0, employer_id=1,
                         search_text="n", state=NeedState.PUBLISHED, confirmed_on=TODAY,
                         remind_on=TODAY, suspends_on=TODAY + timedelta(days=90), is_shared=True,
                         created_by_id=self.account))  # fmt: skip
        session.flush()
        licence = self.maybe(lambda: Licence("B"), 0.4)
        version = NeedVersion(
            need_id=number, number=1, title=f"Poste {number}", posts=2, certainty="firm",
            starts_on=self.maybe(lambda: self.day(0, 60)), flex_days=self.chance.randint(0, 20),
            contracts=self.some(["CDI", "CDD"], 2), access_modes=self.some(MODES, 3),
            slots=self.some(SLOTS, 3), are_slots_negotiable=number % 2 == 0,
            weekly_hours=self.maybe(lambda: Decimal(self.chance.randint(15, 39))),
            is_remote=number == 3, licence=licence, licence_task=licence and "Livrer",
            site_id=site and site.id,
        )  # fmt: skip
        session.add(version)
        session.flush()
        for skill in self.chance.sample(range(1, SKILLS + 1), self.chance.randint(1, 5)):
            session.add(NeedRequirement(
                version_id=version.id or 0, skill_id=skill, level=self.chance.randint(1, 4),
                weight=self.chance.randint(1, 5), is_essential=self.chance.random() < 0.6,
            ))  # fmt: skip

    def wish(self, session: Session, need_id: int, learner_id: int) -> None:
        """What somebody says of a need."""
        if job_searches.wish_of(session, learner_id, need_id) is None:
            session.add(NeedWish(
                need_id=need_id, learner_id=learner_id, wish=self.chance.choice(list(Wish)),
                distance_km=self.maybe(lambda: self.chance.randint(0, 30), 0.5),
                said_by=SaidBy.PERSON, said_on=TODAY, account_id=self.account,
            ))  # fmt: skip

    def change(self, session: Session) -> None:
        """What a day brings: levels, answers, wishes, files shared no longer, pathways closed."""
        chance = self.chance
        for _time in range(12):
            one = chance.randint(1, PEOPLE)
            self.say_level(session, one)
            self.wish(session, chance.randint(1, NEEDS), chance.randint(1, PEOPLE))
            session.execute(update(JobSearchRow).values(**self.search()).where(
                col(JobSearchRow.learner_id) == chance.randint(1, PEOPLE)))  # fmt: skip
        one = chance.randint(1, PEOPLE)
        session.execute(update(LearnerAccess).values(ends_on=TODAY - timedelta(days=1)).where(
            col(LearnerAccess.learner_id) == one,
            col(LearnerAccess.starts_on) < TODAY - timedelta(days=1)))  # fmt: skip
        session.execute(update(Pathway).values(closed_on=TODAY).where(
            col(Pathway.learner_id) == chance.randint(1, PEOPLE),
            col(Pathway.closed_on).is_(None)))  # fmt: skip


def plainly(session: Session, actor: Actor, need_id: int) -> tuple[int, Ranking, dict[Filter, int]]:
    """Everybody one by one, from whole tables; how many; what each constraint keeps out."""
    version = session.execute(
        select(NeedVersion).where(col(NeedVersion.need_id) == need_id)
    ).scalar_one()
    target, asked = target_of(session, version), terms_of(version)
    site = session.get(EmployerSite, version.site_id) if version.site_id else None
    found, blocked, people = [], [], may_be_proposed(session, actor)
    held = evidence(session)
    searches = {row.learner_id: row for row in rows_in(session, JobSearchRow)}
    wishes = {row.learner_id: row for row in rows_in(session, NeedWish) if row.need_id == need_id}
    for one in people:
        score = match(target, held.get(one, []))
        if not any(line.coverage for line in score.lines):
            continue
        row, wish = searches.get(one), wishes.get(one)
        search = search_of_row(row) if row else UNASKED
        metres = None
        if wish and wish.distance_km is not None:
            metres = 1000 * wish.distance_km
        elif search.point and site and site.latitude is not None:
            metres = metres_between(search.point, (site.latitude, site.longitude or 0.0))
        said = search.constraints()
        answers = check_terms(filter_terms(asked, said.contracts), said, metres)
        what = wish.wish if wish else Wish.UNSAID
        found.append(Candidate(str(one), score.pct, score.band, status_of(answers), what))
        if what is not Wish.REFUSES:
            blocked.append(Pair(str(one), "n", 1, score.band, answers))
    with_run = shortlist(session, actor, need_id, today=TODAY).asking.run
    kept = {one: lever.pairs for one, lever in levers(blocked).items() if lever.pairs}
    return len(people), rank(found, run=with_run, about=str(need_id)), kept


def may_be_proposed(session: Session, actor: Actor) -> list[int]:
    """Those the organisation sees today whose pathway is open."""
    seen = session.execute(select(LearnerAccess).where(
        col(LearnerAccess.organisation_id) == actor.organisation_id)).scalars()  # fmt: skip
    opened = {row.learner_id for row in session.execute(select(Pathway)).scalars()
              if row.closed_on is None}  # fmt: skip
    return [row.learner_id for row in seen if row.learner_id in opened
            and row.starts_on <= TODAY <= (row.ends_on or TODAY)]  # fmt: skip


def rows_in(session: Session, table: Any) -> list[Any]:
    """A table, whole."""
    return list(session.execute(select(table)).scalars())


def evidence(session: Session) -> dict[int, list[Evidence]]:
    """By person, the last word on each skill that nobody took back."""
    gone = {row.evidence_id for row in rows_in(session, SkillWithdrawal)}
    last: dict[int, dict[int, Evidence]] = {}
    for row in sorted(rows_in(session, SkillEvidence), key=lambda row: (row.assessed_on, row.id)):
        if row.id not in gone:
            last.setdefault(row.learner_id, {})[row.skill_id] = Evidence(
                f"S{row.skill_id}", row.level, Source(row.source.value), row.assessed_on,
                row.valid_until)  # fmt: skip
    return {one: list(by_skill.values()) for one, by_skill in last.items()}


def target_of(session: Session, version: NeedVersion) -> Target:
    """The need, under the whole reference list."""
    entries = session.execute(select(Skill)).scalars().all()
    rows = session.execute(select(NeedRequirement).where(
        col(NeedRequirement.version_id) == version.id)).scalars()  # fmt: skip
    asked = [Requirement(f"S{row.skill_id}", row.level, row.weight, row.is_essential)
             for row in rows]  # fmt: skip
    taxonomy = Taxonomy(
        SkillEntry(one.code, one.parent_id and f"S{one.parent_id}", one.is_perishable)
        for one in entries
    )
    return Target(asked, taxonomy, as_of=TODAY, start=version.starts_on, rules=DEFAULT)


def rows_of(found: Shortlist) -> list[tuple[Any, ...]]:
    """What the page shows of each."""
    return [(row.rank, row.candidate.ref, row.candidate.pct, row.candidate.band,
             row.candidate.status, row.candidate.wish) for row in found.rows]  # fmt: skip


def check(session: Session, actor: Actor, need_id: int, size: int = 7) -> int:
    """Every page of every pile is what the plain engine gives; how many people it ranks."""
    people, ranking, kept_out = plainly(session, actor, need_id)
    for pile in Pile:
        wanted = ranking.pile(pile)
        for start in range(0, max(1, len(wanted)), size):
            found = shortlist(session, actor, need_id, pile, start=start, size=size, today=TODAY)
            assert found.people == people
            assert found.counts == {one: len(ranking.pile(one)) for one in Pile}
            assert found.levers == (kept_out if pile is Pile.BLOCKED else {})
            expected = [(row.rank, row.candidate.ref, row.candidate.pct, row.candidate.band,
                         row.candidate.status, row.candidate.wish)
                        for row in wanted[start : start + size]]  # fmt: skip
            assert rows_of(found) == expected
    return sum(len(ranking.pile(pile)) for pile in Pile)


@pytest.fixture
def world(database: Database, request: pytest.FixtureRequest) -> World:
    """A world and its pool."""
    made = World(database, getattr(request, "param", 7))
    with database.reading() as session:
        match_pools.build(session)
    return made


@pytest.mark.parametrize("world", range(4), indirect=True)
def test_the_page_is_the_plain_engine_s_before_and_after_each_change(world: World) -> None:
    ranked = 0
    for _day in range(4):
        for reading in (world.database.reading, world.database.writing):
            with reading() as session:
                for actor in world.actors:
                    ranked += sum(check(session, actor, need) for need in range(1, NEEDS + 1))
                assert match_pools.is_ready(session)
        with world.database.writing() as session:
            world.change(session)
    assert ranked > 400


@pytest.fixture
def readers(world: World) -> Callable[[int], Shortlist]:
    """A page as the pool gives it."""

    def read(need_id: int) -> Shortlist:
        with world.database.reading() as session:
            return shortlist(session, world.actors[0], need_id, today=TODAY)

    return read


def test_what_one_just_wrote_is_on_the_next_page(
    world: World, readers: Callable[[int], Shortlist]
) -> None:
    """A level, a wish, answers, a file no longer shared: through the verbs people use."""
    actor = world.actors[0]
    who = int(readers(1).rows[0].candidate.ref) if readers(1).rows else 1
    with world.database.writing() as session:
        people = may_be_proposed(session, actor)
        who = who if who in people else people[0]
        said = skills.Said(TODAY, EvidenceSource.OBSERVED)
        line = session.execute(select(NeedRequirement).limit(1)).scalar_one()
        skills.record_level(session, actor, who, line.skill_id, 4, said, today=TODAY)
        version = session.get(JobSearchRow, who)
        job_searches.set_search(session, actor, who, JobSearch(TODAY + timedelta(days=800)),
                                said_by=SaidBy.PERSON, version=version.version if version else 0,
                                today=TODAY)  # fmt: skip
    with world.database.reading() as session:
        assert check(session, actor, 1)
    with world.database.writing() as session:
        wish = job_searches.wish_of(session, who, 1)
        job_searches.set_wish(session, actor, who, 1, Wish.REFUSES, said_by=SaidBy.PERSON,
                              version=wish.version if wish else 0, today=TODAY)  # fmt: skip
    assert readers(1).counts[Pile.REFUSED]
    with world.database.reading() as session:
        check(session, actor, 1)


def test_what_is_not_committed_is_nobody_s(
    world: World, readers: Callable[[int], Shortlist]
) -> None:
    """A writer reads rows, its own too; undone, they were never in what others read."""
    before = rows_of(readers(2)), readers(2).counts
    with world.database.writing() as session:
        for one in range(1, PEOPLE + 1):
            world.say_level(session, one)
        for actor in world.actors:
            check(session, actor, 2)
        session.rollback()
    assert (rows_of(readers(2)), readers(2).counts) == before
    with world.database.reading() as session:
        check(session, world.actors[0], 2)


def test_a_skill_that_fades_from_now_on_makes_the_pool_again(
    world: World, readers: Callable[[int], Shortlist]
) -> None:
    with world.database.writing() as session:
        session.execute(update(Skill).values(is_perishable=True))
    for need in range(1, NEEDS + 1):
        readers(need)
    with world.database.reading() as session:
        assert not match_pools.is_ready(session)
        check(session, world.actors[0], 1)
        match_pools.build(session)
        check(session, world.actors[0], 1)
        assert match_pools.is_ready(session)


def test_changes_are_forgotten_once_no_pool_waits_for_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parcours.models import MatchChange

    with world.database.writing() as session:
        assert match_pools.prune(session) == 0
        session.execute(update(MatchChange).values(on=TODAY - timedelta(days=4000)))
        assert match_pools.prune(session) > PEOPLE
    with world.database.reading() as session:
        check(session, world.actors[0], 1)
        monkeypatch.setattr(match_pools, "LONGEST_REST", -1.0)
        shortlist(session, world.actors[0], 1, today=TODAY)
        assert not match_pools.is_ready(session)


def test_too_many_changes_at_once_make_the_pool_again(
    world: World, readers: Callable[[int], Shortlist], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_pools, "MANY_CHANGES", 3)
    with world.database.writing() as session:
        world.change(session)
    readers(1)
    with world.database.reading() as session:
        assert not match_pools.is_ready(session)
        check(session, world.actors[0], 1)


def test_the_screen_is_the_same_from_rows_and_from_the_pool(
    be: Be, database: Database, session: Session
) -> None:
    """From the pool, eight statements are read, sign-in and navigation too; one more from rows."""
    nadia = be("MDE", Role.COORDINATOR)
    session.commit()
    World(database, 9)
    with database.writing() as writing:
        found = accounts.organisation_of_code(writing, "MDE")
        owner = found and found.id
        writing.execute(update(Need).values(is_shared=True))
        writing.execute(insert(LearnerAccess), [
            {"organisation_id": owner, "learner_id": one, "sort_key": f"n{one}",
             "starts_on": TODAY} for one in range(1, PEOPLE + 1)])  # fmt: skip
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute",
                 lambda *arguments: asked.append(arguments[2]))  # fmt: skip
    urls = [f"/besoins/{need}/candidats?etat={tab}" for need in range(1, NEEDS + 1)
            for tab in ("proposables", "a-verifier", "ecartes", "refus")]  # fmt: skip
    pages = [nadia.visit(url).text for url in urls]
    del asked[:]
    nadia.visit("/besoins/1/candidats?etat=a-verifier")
    reads = [one for one in asked if one.lstrip("( \n").startswith("SELECT")]
    assert len(reads) <= 9, reads
    with database.reading() as reading:
        match_pools.build(reading)
    assert [nadia.visit(url).text for url in urls] == pages
    del asked[:]
    nadia.visit("/besoins/1/candidats?etat=a-verifier")
    reads = [one for one in asked if one.lstrip("( \n").startswith("SELECT")]
    assert len(reads) <= 8, reads


def test_all_against_all_counts_what_the_pages_show(world: World) -> None:
    actor, told = world.actors[1], []

    def run(**options: Any) -> int:
        return match_tallies.count_all(
            world.database, actor, today=TODAY, progress=lambda *done: told.append(done), **options
        )

    assert run() == NEEDS
    assert told == [(0, NEEDS), (NEEDS, NEEDS)]
    with world.database.reading() as session:
        kept = {row.need_id: row for row in session.execute(select(MatchTally)).scalars()}
        empty = []
        for need in range(1, NEEDS + 1):
            people, ranking, _levers = plainly(session, actor, need)
            row = kept[need]
            assert row.people == people
            for pile in Pile:
                assert getattr(row, pile.value) == len(ranking.pile(pile))
            bands = [one.band for _rank, one in (*ranking.proposable, *ranking.to_check)]
            assert all(getattr(row, band.value) == bands.count(band) for band in Band)
            if not {Band.READY, Band.WITH_SUPPORT} & set(bands):
                empty.append(need)
        uncovered = match_tallies.uncovered(session, actor, TODAY)
        assert [one.need_id for one in uncovered] == empty
    # Cut short, it goes on where it stopped; asked again, it counts all.
    assert run() == 0
    with world.database.writing() as session:
        session.execute(delete(MatchTally).where(col(MatchTally.need_id) == 2))
    assert (run(), run(again=True)) == (1, NEEDS)


def test_the_needs_of_somebody_are_the_plain_engine_s(world: World) -> None:
    """Before and after changes, from needs made ready once; a writer reads its own."""
    for _day in range(2):
        for reading in (world.database.reading, world.database.writing):
            with reading() as session:
                people = may_be_proposed(session, world.actors[0])
                check_needs(session, world.actors[0], people[:12])
        with world.database.writing() as session:
            world.change(session)
            session.execute(update(EmployerSite).values(latitude=46.3))
            session.execute(update(Skill).values(is_perishable=True).where(col(Skill.id) == 5))
            number = session.execute(select(NeedVersion).limit(1)).scalar_one()
            session.execute(update(Need).values(state=NeedState.CLOSED).where(
                col(Need.id) == number.need_id))  # fmt: skip


def check_needs(session: Session, actor: Actor, learners: list[int]) -> None:
    """Each open need that covers something of some people: all that the page of a need shows."""
    opened = select(col(Need.id)).where(col(Need.state) == NeedState.PUBLISHED)
    rankings = {str(need): plainly(session, actor, need or 0)[1]
                for need in session.execute(opened).scalars().all()}  # fmt: skip
    for learner_id in learners:
        offers = match_offers.needs_for(session, actor, learner_id, today=TODAY)
        said = [row.candidate for pile in Pile for row in offers.ranking.pile(pile)]
        wanted = {
            (need, one.pct, one.band, one.status, one.wish)
            for need, ranking in rankings.items()
            for pile in Pile
            for _rank, one in ranking.pile(pile)
            if one.ref == str(learner_id)
        }
        assert {(one.ref, one.pct, one.band, one.status, one.wish) for one in said} == wanted
