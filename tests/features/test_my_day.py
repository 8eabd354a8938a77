"""Ma journée: for every role, each count is the length of the list it opens, whatever the size."""

import html
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import (
    alerts_daily,
    appointments,
    calendars,
    candidates,
    cohorts,
    employers,
    equipment,
    exits,
    introductions,
    learners,
    needs,
    pathways,
    relays,
    selection,
    situations,
    tasks,
)
from parcours.actions.directory import PartnerFacts
from parcours.domain.access import Actor
from parcours.domain.agenda import AppointmentKind
from parcours.domain.equipment import Condition, Nature
from parcours.domain.introductions import Way
from parcours.domain.needs import Requirement, Terms
from parcours.domain.pathway import StepDates
from parcours.domain.selection import Decision, DecisionReason
from parcours.domain.tasks import TaskKind
from parcours.domain.words import StepKind
from parcours.features.home.tiles import ORDER, TEXTS
from parcours.models import Cohort, Pathway, Skill
from tests.features.conftest import Person
from tests.tenancy.territory import PASSWORD, Tenant, two_tenants

WHO = ("counsellor", "trainer", "coordinator", "funder", "organisation_admin", "technical_admin")
TILE = re.compile(
    r'<a class="card tile" href="([^"]+)"><span class="tile-count">([^<]+)</span>'
    r'<span class="tile-label">([^<]+)</span>'
)
IDLE = re.compile(r'<p class="idle">(.*?)</p>', re.S)
IDLE_LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')
CARD = re.compile(r'<section class="card"( id="[^"]+")?>(.*?)</section>', re.S)
NEXT = re.compile(r'<nav class="pager"[^>]*>.*?<a class="btn" href="([^"]+)">[^<]*suivant', re.S)
PILL = re.compile(r'href="(/[a-z]*)"(?: aria-current="page")?>[^<]*<span class="pill[^>]*>([^<]+)<')


@dataclass
class Filling:
    """Puts what waits in a tenant, as many of each as asked for."""

    session: Session
    tenant: Tenant
    today: date

    def all(self, number: Callable[[], int]) -> None:
        """Everything, each in a number of its own."""
        for add in (
            self.task, self.meeting, self.start, self.broken, self.relay, self.left,
            self.immersion, self.loan, self.need, self.candidate, self.introduction,
        ):  # fmt: skip
            for index in range(number()):
                add(index)
        self.cohort(min(number(), 8))
        alerts_daily.run(self.session, today=self.today)
        self.session.commit()

    def task(self, index: int) -> None:
        """A task of anybody’s, of somebody, of a role; late, due or to come."""
        actor = self._actor(index)
        tasks.give(
            self.session,
            organisation_id=actor.organisation_id,
            kind=TaskKind.OWN,
            due_on=self.today + timedelta(days=index % 3 - 1),
            account_id=actor.account_id if index % 2 else None,
            for_role=None if index % 4 else actor.role,
            title="À faire",
        )

    def meeting(self, index: int) -> None:
        """An appointment of somebody, today or tomorrow."""
        facts = appointments.AppointmentFacts(
            AppointmentKind.PHONE, self.today + timedelta(days=index // 4 % 2), time(9), time(10)
        )
        appointments.make(self.session, self._actor(index), facts, today=self.today)

    def start(self, index: int) -> None:
        """A step that was to start, weeks ago or yesterday."""
        planned = self.today - timedelta(days=20 if index % 2 else 1)
        self._step(StepDates(planned, self.today + timedelta(days=40)))

    def broken(self, index: int) -> None:
        """A person whose only step ended or soon does."""
        end = self.today + timedelta(days=index - 15)
        start = self.today - timedelta(days=60)
        self._step(StepDates(start, end, start))

    def relay(self, index: int) -> None:
        """A relay received or sent, to answer."""
        pair = [self.tenant.actors["coordinator"], self.tenant.actors["partner"]]
        sender, receiver = pair if index % 2 else pair[::-1]
        learner = self._person(sender)
        start = self.today + timedelta(days=10)
        proposal = relays.Proposal(
            receiver.organisation_id,
            pathways.StepFacts(StepKind.WORKSHOP, "Suite", StepDates(start, None)),
            "Raison",
        )
        relays.propose(self.session, sender, learner, proposal, today=self.today)

    def left(self, index: int) -> None:
        """Somebody who left today or weeks ago, situation unknown or known without proof."""
        on = self.today - timedelta(days=30 if index % 3 == 1 else 0)
        pathway = self._step(StepDates(on, None, on))
        situation = "CHOMAGE" if index % 2 else None
        record = situations.SituationRecord(observed_on=on, situation=situation)
        lead = self.tenant.actors["coordinator"]
        exits.record_exit(
            self.session, lead, pathway, record, today=self.today, closes_pathway=True
        )

    def immersion(self, index: int) -> None:
        """An immersion that ended, or still runs; nobody said how it went."""
        start = self.today - timedelta(days=12)
        end = self.today + timedelta(days=2 if index % 3 == 0 else -1)
        self._step(StepDates(start, end, start), StepKind.IMMERSION)

    def candidate(self, index: int) -> None:
        """A candidate: refused, or not decided yet; some are held by a step."""
        lead = self.tenant.actors["coordinator"]
        pathway = self._step(StepDates(self.today - timedelta(days=9), self.today + timedelta(9)))
        learner_id = self.session.get_one(Pathway, pathway).learner_id
        cohort = self.session.execute(
            select(Cohort).where(col(Cohort.organisation_id) == lead.organisation_id).limit(1)
        ).scalar_one()
        row = candidates.apply_for(
            self.session, lead, cohort.id or 0, learner_id, today=self.today, words="Candidature"
        )
        if index % 3:
            judgement = selection.Judgement(
                Decision.REFUSED, DecisionReason.COHORT_FULL, "Plus de place"
            )
            versions = {row.id or 0: row.version}
            selection.decide(
                self.session, lead, cohort.id or 0, versions, judgement, today=self.today
            )

    def need(self, index: int) -> None:
        """A need published months ago or today, or a draft; words of its employer left to map."""
        lead, day = self.tenant.actors["coordinator"], self.today
        facts = PartnerFacts(f"Entreprise {chr(65 + index % 26)}{index}", employers.KIND)
        firm = employers.add_employer(self.session, lead, facts, employers.Contact())
        taught = col(Skill.code) == f"html-{self.tenant.mark}"
        skill = self.session.execute(select(col(Skill.id)).where(taught)).scalar_one()
        made = needs.create_need(
            self.session,
            lead,
            firm.id or 0,
            Terms(f"Poste {index}"),
            (Requirement(skill or 0, 2, 4, True),),
            words=[needs.AskedWord("Rigueur")] if index % 2 else [],
            is_shared=False,
            today=day,
        )
        if index % 3:
            day -= timedelta(days=100 if index % 3 == 1 else 0)
            needs.publish(self.session, lead, made.id or 0, version=made.version, today=day)

    def introduction(self, index: int) -> None:
        """Somebody presented to an employer, who is silent since today or for a week or two."""
        lead, day = self.tenant.actors["coordinator"], self.today - timedelta(days=10 * (index % 3))
        facts = PartnerFacts(f"Société {chr(65 + index % 26)}{index}", employers.KIND)
        firm = employers.add_employer(self.session, lead, facts, employers.Contact())
        taught = col(Skill.code) == f"html-{self.tenant.mark}"
        skill = self.session.execute(select(col(Skill.id)).where(taught)).scalar_one()
        asked = (Requirement(skill or 0, 2, 4, True),)
        need = needs.create_need(
            self.session, lead, firm.id or 0, Terms(f"Métier {index}"), asked, today=day
        )
        needs.publish(self.session, lead, need.id or 0, version=1, today=day)
        learner_id = self._person(lead)
        row = introductions.propose(self.session, lead, need.id or 0, learner_id, today=day)
        agreement = introductions.Agreement("Oui", day, "Présentation")
        introductions.agree(self.session, lead, row.id or 0, agreement, version=1, today=day)
        introductions.send(self.session, lead, row.id or 0, way=Way.PHONE, version=2, today=day)

    def loan(self, index: int) -> None:
        """Hardware due last week or next week; some of it came back."""
        lead = self.tenant.actors["coordinator"]
        facts = equipment.ItemFacts("PORTABLE", "Ordinateur", f"R-{index:03d}")
        item = equipment.add_item(self.session, lead, facts)
        row = equipment.hand_over(
            self.session,
            lead,
            item.id or 0,
            self._person(lead),
            nature=Nature.LOAN,
            handed_on=self.today - timedelta(days=40),
            due_on=self.today + timedelta(days=7 if index % 3 == 2 else -7),
            today=self.today,
        )
        if index % 5 == 4:
            equipment.take_back(
                self.session,
                lead,
                row.id or 0,
                returned_on=self.today,
                condition=Condition.GOOD,
                today=self.today,
            )

    def cohort(self, people: int) -> None:
        """A cohort of these days, with half-days today and people without a level."""
        facts = cohorts.CohortFacts(
            code="AUJ",
            name="Promotion du jour",
            starts_on=self.today - timedelta(days=10),
            ends_on=self.today + timedelta(days=3),
            capacity=8,
        )
        lead = self.tenant.actors["coordinator"]
        made = cohorts.create_cohort(self.session, lead, facts)
        calendars.plan_half_days(self.session, lead, made.id or 0)
        for _ in range(people):
            cohorts.enrol(self.session, lead, made.id or 0, self._person(lead), today=self.today)

    def _actor(self, index: int) -> Actor:
        names = ("counsellor", "trainer", "coordinator", "partner")
        return self.tenant.actors[names[index % len(names)]]

    def _person(self, actor: Actor) -> int:
        facts = learners.LearnerFacts(
            birth_name="Traoré", first_names="Amina", born_on=date(1990, 3, 12)
        )
        learner = learners.create_learner(
            self.session, actor, facts, today=self.today, is_another=True
        )
        opened = self.today - timedelta(days=90)
        pathways.open_pathway(self.session, actor, learner, opened_on=opened)
        return learner.id or 0

    def _step(self, dates: StepDates, kind: StepKind = StepKind.WORKSHOP) -> int:
        lead = self.tenant.actors["coordinator"]
        facts = learners.LearnerFacts(
            birth_name="Diallo", first_names="Moussa", born_on=date(1990, 3, 12)
        )
        learner = learners.create_learner(
            self.session, lead, facts, today=self.today, is_another=True
        )
        opened = self.today - timedelta(days=90)
        pathway = pathways.open_pathway(self.session, lead, learner, opened_on=opened)
        step = pathways.StepFacts(kind, "Atelier", dates)
        pathways.add_step(self.session, lead, pathway, step, today=self.today)
        return pathway.id or 0


@pytest.fixture
def tenant(session: Session, today: date) -> Tenant:
    """A whole tenant, beside another one whose rows are never counted."""
    found, _ = two_tenants(session, today)
    session.commit()
    return found


def signed_in(app: FastAPI, tenant: Tenant, who: str) -> Person:
    """Somebody of the tenant, at a browser."""
    person = Person(TestClient(app, base_url="https://testserver"))
    page = person.visit("/connexion")
    page = person.submit(page, "/connexion", email=tenant.email(who), password=PASSWORD)
    if page.response.url.path == "/structure":
        organisation = str(tenant.actors[who].membership_id)
        person.submit(page, "/structure", membership=organisation)
    return person


def length(person: Person, url: str) -> int:
    """How many rows the list at an address has, all its pages followed."""
    rows, follows = 0, html.unescape(url)
    while follows:
        page = person.visit(follows).html
        fragment = urlsplit(url).fragment
        cards = CARD.findall(page)
        card = next(body for name, body in cards if not fragment or f'"{fragment}"' in name)
        body = card.partition("<tbody>")[2] if "<tbody>" in card else card
        rows += body.count("<tr>") + body.count('<li class="badges">')
        found = NEXT.search(page)
        follows = html.unescape(found[1]) if found and not fragment else ""
    return rows


def idle_of(page: str) -> list[tuple[str, int, str]]:
    """What waits for nothing, in one line: address, zero, label."""
    found = IDLE.search(page)
    links = IDLE_LINK.findall(found[1]) if found else []
    return [(url, 0, html.unescape(label)) for url, label in links]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("seed", range(3))
def test_each_count_is_the_length_of_the_list_it_opens(
    app: FastAPI, session: Session, tenant: Tenant, today: date, who: str, seed: int
) -> None:
    chance = random.Random(seed)
    # Few enough of each that no list of people passes 99, where a count says no more.
    Filling(session, tenant, today).all(lambda: chance.randrange(13) * bool(seed))
    person = signed_in(app, tenant, who)
    page = person.visit("/").html
    found = [(url, int(count), html.unescape(label)) for url, count, label in TILE.findall(page)]
    assert all(count for _, count, _ in found)
    found += idle_of(page)
    labels = [TEXTS[name][0] for name in ORDER[tenant.actors[who].role]]
    assert sorted(label for _, _, label in found) == sorted(labels)
    shown = [label for _, _, label in found[: len(TILE.findall(page))]]
    assert shown == [label for label in labels if label in shown]
    for url, count, label in found:
        assert length(person, url) == count, label
    # The menu says the same, on this page and on the others.
    counts = {url: count for url, count, _ in found}
    pills = PILL.findall(page)
    if pills:
        assert pills == PILL.findall(person.visit("/relais").html)
    for url, count in pills:
        assert counts[url] == int(count)


def test_the_counts_are_not_all_zero(
    app: FastAPI, session: Session, tenant: Tenant, today: date
) -> None:
    """The test above looks at something: every tile of every role counts something."""
    Filling(session, tenant, today).all(lambda: 35)
    for who in WHO:
        page = _home(app, tenant, who)
        assert not idle_of(page), who


def test_past_99_a_count_says_so(
    app: FastAPI, session: Session, tenant: Tenant, today: date
) -> None:
    filling = Filling(session, tenant, today)
    for _ in range(100):
        filling.task(1)
        filling.task(2)
    session.commit()
    counts = {url: count for url, count, _ in TILE.findall(_home(app, tenant, "trainer"))}
    assert counts["/taches?quand=jour"] == "99+"


@pytest.mark.parametrize("who", WHO)
def test_the_first_page_asks_the_same_questions_whatever_the_size(
    app: FastAPI, session: Session, tenant: Tenant, today: date, who: str
) -> None:
    person = signed_in(app, tenant, who)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(app.state.database.engine, "before_cursor_execute", note)
    few = _statements(person, asked)
    Filling(session, tenant, today).all(lambda: 12)
    many = _statements(person, asked)
    assert few == many
    assert few <= 8


def _home(app: FastAPI, tenant: Tenant, who: str) -> str:
    return signed_in(app, tenant, who).visit("/").html


def _statements(person: Person, asked: list[str]) -> int:
    asked.clear()
    person.visit("/")
    return sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in asked)
