"""« Proposer une répartition » on screen: asked, read, decided, refused, and kept from others."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlmodel import Session

from parcours.actions import (
    accounts,
    cohorts,
    coverage_runs,
    curricula,
    employers,
    introduction_answers,
    introductions,
    job_searches,
    learners,
    needs,
    pathways,
    skills,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.introduction_answers import Answer
from parcours.actions.introductions import Agreement
from parcours.actions.learners import LearnerFacts
from parcours.domain.access import Actor, Role
from parcours.domain.introductions import Act, Way
from parcours.domain.job_search import SaidBy
from parcours.domain.matching_ranking import Wish
from parcours.domain.needs import Certainty, Requirement, Terms
from parcours.domain.skills import EvidenceSource
from parcours.models import AllocationPair, CoverageRun, MatchDecision, MatchResult
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

END = date(2027, 2, 26)
CALENDAR, RUNS = "/adequation/1/calendrier", "/adequation/1/repartitions"
Join = Callable[..., int]


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def lead(sophie: Person, session: Session) -> Actor:
    """The same, with a curriculum that teaches SQL by the end of February, and a cohort."""
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    modules = [curricula.ModuleFacts("Données", Decimal(35), (("SQL", "SQL", 2),))]
    made = curricula.create_curriculum(session, actor, code="K", name="Web", modules=modules)
    extra = [curricula.ModuleFacts("HTML", Decimal(35), (("HTML", "HTML", 3),))]
    curricula.create_curriculum(session, actor, code="X", name="Autre", modules=extra)
    facts = cohorts.CohortFacts("G", "Promo G", date(2026, 9, 1), END, 12, curriculum_id=made.id)
    cohorts.create_cohort(session, actor, facts)
    session.commit()
    return actor


@pytest.fixture
def join(session: Session, lead: Actor) -> Join:
    """Somebody of the cohort, at some level of HTML."""

    def enter(name: str, html: int) -> int:
        facts = LearnerFacts(name, "Alix", date(1990, 5, 1))
        found = learners.create_learner(session, lead, facts, today=TODAY, is_another=True)
        pathways.open_pathway(session, lead, found, opened_on=date(2026, 9, 1))
        number = found.id or 0
        cohorts.enrol(session, lead, 1, number, enrolled_on=date(2026, 9, 1), today=TODAY)
        said = skills.Said(TODAY, EvidenceSource.DECLARED)
        if html:
            codes = needs.skills_by_code(session)
            skills.record_level(session, lead, number, codes["HTML"], html, said, today=TODAY)
        session.commit()
        return number

    return enter


def ask(session: Session, actor: Actor, title: str, html: int, posts: int = 1) -> int:
    """A published need for when the cohort ends: HTML at some level, and SQL."""
    facts = PartnerFacts(f"Studio {title}", employers.KIND)
    employer = employers.add_employer(session, actor, facts, employers.Contact())
    codes = needs.skills_by_code(session)
    asked = [Requirement(codes["HTML"], html, 5, True), Requirement(codes["SQL"], 2, 3, True)]
    terms = Terms(title, posts, Certainty.FIRM, "M1855", starts_on=date(2027, 3, 1))
    need = needs.create_need(session, actor, employer.id or 0, terms, asked, today=TODAY)
    number = need.id or 0
    needs.publish(session, actor, number, version=1, today=TODAY)
    session.commit()
    return number


def asked(sophie: Person, mode: str = "total") -> Page:
    """An allocation of the cohort over the posts of the territory."""
    return sophie.submit(sophie.visit(CALENDAR), RUNS, mode=mode, promo="1", portee="territoire")


def the_run(session: Session) -> CoverageRun:
    """The only run kept."""
    session.rollback()
    row = session.execute(select(CoverageRun)).scalar_one()
    session.expunge_all()
    session.rollback()
    return row


def test_who_could_do_the_jobs_is_told_date_by_date(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    ask(session, lead, "Intégratrice", 3)
    join("Martin", 3)
    join("Petit", 0)
    page = sophie.visit(f"{CALENDAR}?portee=territoire")
    assert "2 personnes comparées, 1 besoin" in page.text
    # Martin has the HTML and will have the SQL; Petit will have the SQL alone, at 23.
    row = '<td class="num">1</td><td class="num">1</td><td class="num">1</td>'
    assert row in page.html
    assert "assez de personnes à temps" in page.text


def test_p5_as_asked_then_decided_and_computed_again(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    first, second = ask(session, lead, "Intégratrice", 3), ask(session, lead, "Développeur", 4)
    one, other = join("Martin", 4), join("Petit", 3)
    page = asked(sophie)
    assert "2 personnes auraient un poste" in page.text
    run = the_run(session)
    pairs = session.execute(select(AllocationPair)).scalars().all()
    assert {row.learner_id: row.need_id for row in pairs} == {one: second, other: first}
    results = [row.result_id for row in pairs]
    session.rollback()
    assert coverage_runs.replay_run(session, run.id).different == ()
    kept = session.get_one(MatchResult, results[0])
    assert coverage_runs.replay_run(session, kept.run_id).different == ()
    for secret in ("Martin", "Petit", "Alix"):
        assert secret not in run.input_snapshot + run.result
    session.rollback()
    here = f"{RUNS}/{run.id}/personnes/{one}"
    page = sophie.visit(f"{RUNS}/{run.id}")
    refused = sophie.submit(page, here, 422, choice="refuse_nothing", motive="")
    assert "open><summary>Décider<" in refused.html
    done = sophie.submit(refused, here, choice="propose", motive="Elle en a envie")
    assert "Décision notée" in done.text
    decision = session.execute(select(MatchDecision)).scalar_one()
    assert (decision.learner_id, decision.need_id, decision.motive) == (
        one, second, "Elle en a envie",
    )  # fmt: skip
    session.rollback()
    # Sent again, the same form leads to the same page and writes nothing more.
    sophie.submit(refused, here, choice="propose", motive="Elle en a envie")
    assert len(session.execute(select(MatchDecision)).all()) == 1


def test_the_same_question_on_the_same_day_is_the_same_run(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    ask(session, lead, "Intégratrice", 3)
    join("Martin", 3)
    asked(sophie)
    asked(sophie)
    run = the_run(session)
    asked(sophie, "places")
    session.rollback()
    assert len(session.execute(select(CoverageRun)).all()) == 2
    session.rollback()
    page = sophie.visit("/adequation/1/calculs")
    assert run.id in page.html
    assert page.html.count("demandée par Sophie Garnier") == 2


def test_what_cannot_be_shared_out_is_told(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    form = {"_csrf": sophie.visit("/cursus/nouveau").form("/cursus").fields["_csrf"]}

    def refused(**typed: str) -> str:
        answer = sophie.client.post(RUNS, data=form | typed)
        assert answer.status_code == 422
        return Page(answer).text

    assert "Choisissez ce qui est cherché d’abord." in refused(promo="1", portee="territoire")
    assert "Choisissez une promotion." in refused(mode="total")
    assert "Aucun poste ouvert" in refused(promo="1", mode="total", portee="territoire")
    ask(session, lead, "Intégratrice", 3)
    assert "Personne de cette promotion" in refused(promo="1", mode="total", portee="territoire")
    answer = sophie.client.post(RUNS, data=form | {"promo": "99", "mode": "total"})
    assert answer.status_code == 404


def test_a_refusal_and_a_hiring_leave_the_allocation(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    need = ask(session, lead, "Intégratrice", 3, posts=2)
    hired, unwilling, willing = join("Martin", 3), join("Petit", 3), join("Durand", 3)
    job_searches.set_wish(session, lead, unwilling, need, Wish.REFUSES, said_by=SaidBy.PERSON,
                          version=0, today=TODAY)  # fmt: skip
    _hire(session, lead, need, hired)
    page = sophie.visit(f"{CALENDAR}?portee=territoire")
    # One post of two is taken, by one of three people: the other two are left for one post.
    assert "2 personnes prêtes, 1 déjà embauchée (non comptée)" in page.text
    assert '<td class="num text-nowrap">2</td><td class="num">1</td>' in page.html
    asked(sophie)
    run = the_run(session)
    (pair,) = session.execute(select(AllocationPair)).scalars().all()
    assert (pair.learner_id, pair.need_id) == (willing, need)
    assert str(hired) not in json.loads(run.input_snapshot)["learners"]


def _hire(session: Session, actor: Actor, need: int, learner: int) -> None:
    row = introductions.propose(session, actor, need, learner, today=TODAY)
    said = Agreement("Oui", TODAY, "Sait monter une page web.", Way.IN_PERSON)
    introductions.agree(session, actor, row.id or 0, said, version=1, today=TODAY)
    introductions.send(session, actor, row.id or 0, way=Way.PHONE, version=2, today=TODAY)
    introduction_answers.answer(
        session, actor, row.id or 0, Answer(Act.HIRED, END, way=Way.PHONE),
        by_name="Employeur", version=3, today=TODAY,
    )  # fmt: skip
    session.commit()


def test_others_see_nothing_of_it(
    sophie: Person, lead: Actor, join: Join, session: Session, be: Be
) -> None:
    ask(session, lead, "Intégratrice", 3)
    learner = join("Martin", 3)
    asked(sophie)
    run = the_run(session)
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    token = {"_csrf": other.visit("/cursus/nouveau").form("/cursus").fields["_csrf"]}
    other.visit(f"{RUNS}/{run.id}", 404)
    other.visit("/adequation/1/calculs", 404)
    typed = token | {"promo": "1", "mode": "total", "choice": "propose", "motive": "x"}
    for url in (RUNS, f"{RUNS}/{run.id}/personnes/{learner}", "/adequation/1/calculs"):
        assert other.client.post(url, data=typed).status_code == 404
    trainer = be("ECOLE", Role.TRAINER, "Thomas Perrin")
    assert "Proposer une répartition" not in trainer.visit(CALENDAR).text
    assert "Martin" in trainer.visit(f"{RUNS}/{run.id}").text.title()
    token = {"_csrf": trainer.visit("/actes/nouveau").form("/actes").fields["_csrf"]}
    answer = trainer.client.post(RUNS, data=token | {"promo": "1", "mode": "total"})
    assert answer.status_code == 403
    be("FSE", Role.FUNDER, "Claire Vidal").visit(f"{RUNS}/{run.id}", 403)


def test_htmx_gets_the_same_answers(
    sophie: Person, lead: Actor, join: Join, session: Session
) -> None:
    ask(session, lead, "Intégratrice", 3)
    join("Martin", 3)
    part = {"HX-Request": "true"}
    fields = sophie.visit(CALENDAR).form(RUNS).fields | {"portee": "territoire"}
    answer = sophie.client.post(RUNS, data=fields, headers=part, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{RUNS}/")
    wrong = sophie.client.post(RUNS, data=fields | {"mode": ""}, headers=part)
    assert wrong.status_code == 422
    assert "Choisissez ce qui est cherché d’abord." in wrong.text
