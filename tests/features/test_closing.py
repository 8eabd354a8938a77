"""À clôturer: exactly the seeded cases, each count its rows, each row the act that closes it."""

import random
import re
from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    attendance,
    calendars,
    cohorts,
    immersion_assessments,
    immersions,
    learners,
    pathways,
    skills,
)
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Asked, Status
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.immersions import Answer, Behaviour, Firm, ImmersionFacts, Said, WouldHire
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.models import Cohort, Learner, Skill
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person

SLUGS = ("emargements", "niveaux", "debuts", "bilans")
MONDAY = date(2026, 11, 9)
MONTH = date(2026, 11, 1)


def on(offset: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(days=offset)


class Seeding:
    """Enters what is to close, and beside it what only looks like it."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.session, self.actor = session, actor
        self.people = 0

    def person(self, name: str, cohort: Cohort | None = None, *, left: bool = False) -> int:
        """Somebody with an open pathway, in a cohort if one is given."""
        facts = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 3, 12), city="Viriat"
        )
        learner = learners.create_learner(
            self.session, self.actor, facts, today=TODAY, is_another=True
        )
        pathways.open_pathway(self.session, self.actor, learner, opened_on=date(2026, 9, 1))
        if cohort is not None:
            # Enrolled on the first day: the step of the cohort has begun.
            day = min(cohort.starts_on, TODAY)
            enrolment = cohorts.enrol(
                self.session, self.actor, cohort.id or 0, learner.id or 0, today=day
            )
            enrolment.left_on = on(-1) if left else None
        self.session.flush()
        return learner.id or 0

    def cohort(self, code: str, start: int, end: int) -> Cohort:
        """A cohort, its calendar empty."""
        facts = cohorts.CohortFacts(code, f"Promo {code}", on(start), on(end), 40)
        return cohorts.create_cohort(self.session, self.actor, facts)

    def half_day(self, cohort: Cohort, slot: HalfDay, *, taken: bool = False) -> None:
        """A half-day, its sheet taken or not."""
        number = cohort.id or 0
        calendars.add_half_day(self.session, self.actor, number, slot)
        if taken:
            asked = dict.fromkeys(cohorts.roster(self.session, cohort), Asked(Status.PRESENT))
            attendance.mark_half_day(self.session, self.actor, number, slot, asked, today=TODAY)

    def level(self, learner_id: int, day: date) -> None:
        """A level noted on a day."""
        skill = self.session.execute(select(col(Skill.id)).limit(1)).scalar_one()
        said = skills.Said(day)
        skills.record_level(self.session, self.actor, learner_id, skill or 0, 2, said, today=TODAY)

    def step(self, learner_id: int, kind: StepKind, dates: StepDates) -> int:
        """A step, as it was planned and as it was."""
        learner = self.session.get_one(Learner, learner_id)
        pathway = pathways.current_pathway(self.session, learner)
        assert pathway
        facts = pathways.StepFacts(kind, kind.label, dates)
        row = pathways.add_step(self.session, self.actor, pathway, facts, today=TODAY)
        return row.id or 0

    def immersion(self, learner_id: int, start: int, end: int) -> int:
        """An immersion whose company is known."""
        pathway = immersions.open_pathway_of(self.session, self.actor, learner_id, today=TODAY)
        assert pathway
        row = immersions.plan(
            self.session, self.actor, pathway.id or 0, ImmersionFacts(Firm("Garage Roy")),
            starts_on=on(start), ends_on=on(end), today=TODAY,
        )  # fmt: skip
        return row.step_id

    def assess(self, step_id: int) -> None:
        """What the tutor wrote."""
        said = Said("Roy", dict.fromkeys(Behaviour, Answer.OFTEN), WouldHire.YES)
        immersion_assessments.answer_on_paper(
            self.session, self.actor, step_id, said, answered_on=TODAY, today=TODAY
        )


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def seeding(sophie: Person, session: Session) -> Seeding:
    """Her hand, in her organisation; CléA is in use."""
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    skills.use_framework(session, "clea-numerique")
    return Seeding(session, actor)


def seed(seeding: Seeding) -> Cohort:
    """One of each to close, and every near miss."""
    running = seeding.cohort("GEN", -30, 30)
    seeding.half_day(running, HalfDay(MONDAY, Half.AM))
    for name, day in (("Avant", MONTH - timedelta(days=1)), ("Sans", None)):
        learner_id = seeding.person(name, running)
        if day:
            seeding.level(learner_id, day)
    _near_misses(seeding, running)
    late, soon = seeding.person("Tard"), seeding.person("Tôt")
    seeding.step(late, StepKind.WORKSHOP, StepDates(on(-8), on(20)))
    seeding.step(soon, StepKind.WORKSHOP, StepDates(on(-7), on(20)))
    _immersions(seeding)
    seeding.session.commit()
    return running


def _near_misses(seeding: Seeding, running: Cohort) -> None:
    seeding.half_day(running, HalfDay(MONDAY, Half.PM), taken=True)
    seeding.half_day(running, HalfDay(on(1), Half.AM))
    cancelled = HalfDay(on(-3), Half.AM)
    seeding.half_day(running, cancelled)
    calendars.cancel(
        seeding.session, seeding.actor, running.id or 0, cancelled, reason="Salle fermée"
    )
    for name, day in (("Premier", MONTH), ("Hier", on(-1))):
        seeding.level(seeding.person(name, running), day)
    seeding.person("Partie", running, left=True)
    seeding.person("Ancienne", seeding.cohort("VIEUX", -90, -1))
    coming = seeding.cohort("APRES", 10, 90)
    seeding.person("Future", coming)


def _immersions(seeding: Seeding) -> None:
    seeding.immersion(seeding.person("Sans bilan"), -20, -1)
    seeding.immersion(seeding.person("Dernier jour"), -20, 0)
    seeding.assess(seeding.immersion(seeding.person("Avec bilan"), -20, -1))
    dropped = seeding.immersion(seeding.person("Annulée"), -20, -1)
    pathways.cancel_step(seeding.session, seeding.actor, dropped, reason="Fermée", today=TODAY)
    waived = seeding.immersion(seeding.person("Non attendu"), -20, -1)
    immersion_assessments.do_without(
        seeding.session, seeding.actor, waived, reason="Fermée", today=TODAY
    )
    dates = StepDates(on(-20), on(30), on(-20), on(-2))
    seeding.step(seeding.person("Écourtée"), StepKind.IMMERSION, dates)


def names(person: Person, url: str) -> list[str]:
    """What the rows of a list are about, its pages followed, in order."""
    found: list[str] = []
    while url:
        html = person.visit(url).html
        rows = re.findall(r'<th scope="row">(.*?)<br>', html.partition("<tbody>")[2], re.S)
        found += [re.sub(r"<[^>]+>", "", row).strip() for row in rows]
        follows = re.search(r'<nav class="pager".*?href="([^"]+)"', html, re.S)
        url = follows[1].replace("&amp;", "&") if follows else ""
    return found


def told(person: Person, url: str = "/a-cloturer") -> list[int]:
    """The counts of a page, in order."""
    return [int(count) for count in re.findall(r"\((\d+)\)</a>", person.visit(url).html)]


def test_exactly_the_seeded_cases(sophie: Person, seeding: Seeding) -> None:
    seed(seeding)
    expected = {
        "emargements": ["Promo GEN"],
        "niveaux": ["Alix AVANT", "Alix SANS"],
        "debuts": ["Alix TARD"],
        "bilans": ["Alix ÉCOURTÉE", "Alix SANS BILAN"],
    }
    for slug, rows in expected.items():
        assert names(sophie, f"/a-cloturer?quoi={slug}") == rows, slug
    assert told(sophie) == [1, 2, 1, 2]
    assert sorted(names(sophie, "/a-cloturer")) == sorted(chain.from_iterable(expected.values()))
    # The starts are those of the worklist.
    page = sophie.visit("/ruptures/debuts")
    assert page.html.count('<li class="badges">') == 1


def test_the_oldest_comes_first(sophie: Person, seeding: Seeding) -> None:
    seed(seeding)
    days = re.findall(r'<td><time datetime="([^"]+)"', sophie.visit("/a-cloturer").html)
    assert days == sorted(days)
    assert len(days) == 6


def test_a_cohort_keeps_what_is_its_own(sophie: Person, seeding: Seeding) -> None:
    running = seed(seeding)
    url = "/a-cloturer?promotion=1"
    assert told(sophie, url) == [1, 2, 0, 0]
    assert sorted(names(sophie, url)) == ["Alix AVANT", "Alix SANS", "Promo GEN"]
    seeding.immersion(seeding.person("De la promo", running), -9, -2)
    seeding.session.commit()
    assert names(sophie, f"{url}&quoi=bilans") == ["Alix DE LA PROMO"]


def test_each_row_offers_the_act_that_closes_it(sophie: Person, seeding: Seeding) -> None:
    seed(seeding)
    page = sophie.visit("/a-cloturer")
    start = re.search(r'action="(/etapes/\d+/debut)"', page.html)
    assert start
    page = sophie.submit(page, start[1])
    assert page.response.url.path == "/a-cloturer"
    assert told(sophie)[2] == 0
    sheet = re.search(r'href="(/promotions/1/emargement/2026-11-09-am)"', page.html) or re.search(
        r'href="(/promotions/1/emargement/2026-11-09-am)"', sophie.visit("/a-cloturer").html
    )
    assert sheet
    marks = sophie.visit(sheet[1])
    sophie.submit(marks, sheet[1])
    assert told(sophie)[0] == 0
    number = re.findall(
        r'href="/apprenants/(\d+)/competences#skill"', sophie.visit("/a-cloturer").html
    )[0]
    url = f"/apprenants/{number}/competences"
    sophie.submit(sophie.visit(url), url, skill="1", level="2")
    assert told(sophie)[1] == 1
    bilans = sophie.visit("/a-cloturer?quoi=bilans").html
    step = re.findall(r'href="(/immersions/\d+)/bilan"', bilans)[0]
    said = dict.fromkeys((behaviour.value for behaviour in Behaviour), "often")
    said |= {"would_hire": "yes", "name": "Roy"}
    sophie.submit(sophie.visit(f"{step}/bilan"), f"{step}/bilan", **said)
    assert told(sophie)[3] == 1
    # What nobody knows the company of is completed first.
    assert re.search(r'href="/immersions/\d+/modifier">Compléter', bilans)


def test_a_sheet_three_working_days_late_says_so(sophie: Person, seeding: Seeding) -> None:
    """Rule EMARGEMENT_NON_SAISI: 11 November is a holiday; Monday the 9th speaks on the 13th."""
    running = seeding.cohort("GEN", -30, 30)
    late, recent = HalfDay(on(-5), Half.AM), HalfDay(on(-3), Half.AM)
    for slot in (late, recent):
        seeding.half_day(running, slot)
    seeding.session.commit()
    html = sophie.visit("/a-cloturer").html
    rows = html.partition("<tbody>")[2].split("</tr>")
    assert ["3 jours ouvrés passés" in row for row in rows[:2]] == [True, False]


def test_each_role_closes_what_it_may(be: Be, sophie: Person, seeding: Seeding) -> None:
    seed(seeding)
    trainer = be("ECOLE", Role.TRAINER, "Theo Roy")
    assert told(trainer) == [1, 2, 1, 2]
    counsellor = be("ECOLE", Role.COUNSELLOR, "Nadia Belkacem")
    assert told(counsellor) == [2, 1, 2]
    assert names(counsellor, "/a-cloturer?quoi=emargements") == []
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    assert told(other) == [0, 0, 0, 0]
    assert "Tout est clôturé" in other.visit("/a-cloturer").text
    other.visit("/a-cloturer?promotion=1", status=404)
    be("FONDS", Role.FUNDER, "Fanny Durand").visit("/a-cloturer", status=403)


@pytest.mark.parametrize("seed_number", range(2))
def test_counts_are_the_rows_they_open_at_any_size(
    sophie: Person, seeding: Seeding, session: Session, count: Count, seed_number: int
) -> None:
    chance = random.Random(seed_number)
    running = seed(seeding)
    few = count(sophie, "/a-cloturer")
    for number in range(chance.randrange(30, 40)):
        seeding.person(f"Nom {number}", running if chance.random() < 0.7 else None)
    for number in range(chance.randrange(60, 80)):
        learner_id = seeding.person(f"Pas {number}")
        start = on(-chance.randrange(1, 30))
        kind = chance.choice([StepKind.IMMERSION, StepKind.WORKSHOP])
        started = start if chance.random() < 0.5 else None
        end = start + timedelta(days=chance.randrange(20))
        seeding.step(learner_id, kind, StepDates(start, end, started))
    session.commit()
    # Working days are read for the half-days a page shows, when it shows any.
    assert count(sophie, "/a-cloturer") <= few <= 8
    counts = told(sophie)
    assert [len(names(sophie, f"/a-cloturer?quoi={slug}")) for slug in SLUGS] == counts
    everything = names(sophie, "/a-cloturer")
    assert len(everything) == sum(counts) > 50
    assert [len(names(sophie, f"/a-cloturer?quoi={slug}&promotion=1")) for slug in SLUGS] == told(
        sophie, "/a-cloturer?promotion=1"
    )


def test_addresses_that_lead_nowhere_begin_the_list(sophie: Person, seeding: Seeding) -> None:
    seed(seeding)
    for end in ("quoi=autre", "apres=hier", "apres=2026-13-01~1~2", "promotion=abc", "promotion="):
        assert len(names(sophie, f"/a-cloturer?{end}")) == 6, end
    sophie.visit(f"/a-cloturer?promotion={'9' * 25}")
