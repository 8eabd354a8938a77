"""Introductions on screen: proposing, agreeing, sending, the employer’s page, who sees what."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import (
    accounts,
    employers,
    introduction_daily,
    introductions,
    learners,
    needs,
    pathways,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.employers import Contact
from parcours.actions.introductions import Agreement
from parcours.actions.learners import LearnerFacts
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.introductions import State, Way
from parcours.domain.needs import NeedState, Requirement, Terms
from parcours.models import Employer, Introduction, Learner, Need, Skill
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

ONE = "/mises-en-relation/1"
PRESENTATION = "Sait monter une page web et aime travailler en équipe."
HTMX = {"HX-Request": "true"}
OTHER_EMAIL = "lise.counsellor@clic.exemple.fr"


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("MDE")


def actor(session: Session, email: str = "nadia.counsellor@mde.exemple.fr") -> Actor:
    """Somebody, to prepare what a test needs."""
    return accounts.actor_for(session, email, today=TODAY)


def met(session: Session, who: Actor, name: str) -> Learner:
    """Somebody followed, with an open pathway."""
    facts = LearnerFacts(birth_name=name, first_names="Amina", born_on=date(1990, 3, 12))
    learner = learners.create_learner(session, who, facts, today=TODAY, is_another=True)
    pathways.open_pathway(session, who, learner, opened_on=date(2026, 2, 1))
    return learner


@pytest.fixture
def need(nadia: Person, session: Session) -> Need:
    """A published need of one post, and somebody to propose it to."""
    skill = Skill(code="html", label="HTML", framework="parcours")
    session.add(skill)
    session.flush()
    who = actor(session)
    facts = PartnerFacts("Studio Revermont", employers.KIND, "Bourg", "rh@studio.exemple.fr")
    employer = employers.add_employer(session, who, facts, Contact(contact_name="Igor Bonnet"))
    made = needs.create_need(session, who, employer.id or 0, Terms("Intégratrice", 1),
                             [Requirement(skill.id or 0, 3, 4, True)], today=TODAY)  # fmt: skip
    needs.publish(session, who, made.id or 0, version=1, today=TODAY)
    met(session, who, "Traoré")
    session.commit()
    return made


def introduced(
    session: Session, *, to: str = "agreed", email: str = "", on: date = TODAY
) -> Introduction:
    """An introduction of the first person, as far as asked."""
    who = actor(session, email) if email else actor(session)
    learner = session.execute(
        select(Learner).where(col(Learner.organisation_id) == who.organisation_id)
    ).scalars().first()  # fmt: skip
    row = introductions.propose(session, who, 1, (learner and learner.id) or 0, today=on)
    if to != "proposed":
        agreement = Agreement("Elle dit oui.", on, PRESENTATION)
        introductions.agree(session, who, row.id or 0, agreement, version=1, today=on)
    if to == "sent":
        introductions.send(session, who, row.id or 0, way=Way.PHONE, version=2, today=on)
    session.commit()
    return row


def stored(session: Session) -> Introduction:
    """The first introduction, as it is now."""
    session.rollback()
    row = session.get_one(Introduction, 1)
    session.refresh(row)
    session.expunge(row)
    session.rollback()
    return row


def visitor(app: FastAPI) -> Person:
    """Somebody without an account."""
    return Person(TestClient(app, base_url="https://testserver"))


def test_from_the_proposal_to_the_job(
    nadia: Person, need: Need, session: Session, app: FastAPI
) -> None:
    page = nadia.visit("/besoins/1/mises-en-relation/nouvelle?personne=1")
    page = nadia.submit(page, "/besoins/1/mises-en-relation", proposal="Elle en parle.")
    assert "Proposée à la personne" in page.text
    said = {"said": "Elle dit oui.", "agreed_way": "in_person", "presentation": PRESENTATION}
    page = nadia.submit(page, f"{ONE}/accord", **said)
    page = nadia.submit(page, f"{ONE}/envoi", way="link")
    found = re.search(r"https://testserver(/reponse-mise-en-relation/\S+?)<", page.html)
    code = re.search(r'class="num">(\d{6})<', page.html)
    assert found
    assert code
    path = found[1]
    igor = visitor(app)
    door = igor.visit(path)
    assert "TRAORÉ" not in door.html.upper()
    assert PRESENTATION not in door.html
    page = igor.submit(door, path, code=code[1])
    assert PRESENTATION in page.text
    assert not re.search("score|rang|absence|RSA|né·e", page.text)
    typed = {"answer": "hired", "on": "7/12/2026", "name": "Igor Bonnet, gérant"}
    assert "Merci" in igor.submit(page, f"{path}/reponse", **typed).text
    igor.visit(path, status=410)
    row = stored(session)
    assert (row.state, row.hired_on) == (State.HIRED, date(2026, 12, 7))
    assert session.get_one(Need, 1).state is NeedState.FILLED
    session.rollback()
    page = nadia.visit(ONE)
    assert "par le lien personnel" in page.text
    draft = nadia.visit("/apprenants/1/emploi?mise-en-relation=1")
    assert "Brouillon d’après la mise en relation" in draft.text
    form = draft.form("/apprenants/1/sorties")
    assert (form.fields["employer"], form.fields["need_id"]) == ("Studio Revermont", "1")
    typed = {"contract_type": "CDI", "situation": ""}
    page = nadia.submit(draft, "/apprenants/1/sorties", **typed)
    assert "voir le besoin de l’employeur" in page.text
    assert "Mise en relation « Intégratrice » : Embauche" in nadia.visit(
        "/apprenants/1/fil"
    ).text  # fmt: skip


def test_an_answer_on_paper_is_marked_so(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="sent")
    page = nadia.visit(ONE)
    typed = {"answer": "not_retained", "reason": "skills", "way": "paper", "name": "Igor"}
    page = nadia.submit(page, f"{ONE}/reponse", **typed)
    assert "Non retenue par l’employeur, d’après papier" in page.text
    assert "Il manque une compétence du poste" in page.text


@pytest.mark.parametrize(
    ("act", "to", "typed", "message"),
    [
        ("accord", "proposed", {"presentation": "x"}, "Notez ce qui a été dit"),
        ("accord", "proposed", {"said": "Oui", "agreed_on": "1/12/2026", "presentation": "x"},
         "pas encore venu"),
        ("refus", "proposed", {}, "Choisissez la raison"),
        ("envoi", "agreed", {}, "Choisissez comment"),
        ("reponse", "sent", {"way": "phone"}, "Choisissez une réponse"),
        ("reponse", "sent", {"answer": "hired"}, "comment la réponse est venue"),
        ("reponse", "sent", {"answer": "hired", "way": "phone"}, "jour de l’embauche"),
        ("reponse", "sent", {"answer": "not_retained", "way": "phone", "words": "gardé"},
         "Choisissez la raison"),
        ("refus", "sent", {"person_reason": "other"}, "Précisez la raison"),
    ],
)  # fmt: skip
def test_refused_and_nothing_lost(
    nadia: Person, need: Need, session: Session, act: str, to: str, typed: dict[str, Any],
    message: str,
) -> None:  # fmt: skip
    introduced(session, to=to)
    before = stored(session).version
    page = nadia.submit(nadia.visit(ONE), f"{ONE}/{act}", status=422, **typed)
    assert message in page.text
    assert all(value in page.html for value in typed.values())
    assert stored(session).version == before


def test_a_second_editor_is_told(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="sent")
    page = nadia.visit(ONE)
    nadia.submit(page, f"{ONE}/reponse", answer="interested", way="phone")
    again = nadia.submit(page, f"{ONE}/reponse", 409, answer="met", way="phone", _once="")
    assert "en même temps que vous" in again.text
    assert stored(session).state is State.INTERVIEW


def test_a_double_click_and_an_illegal_act(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="proposed")
    page = nadia.visit(ONE)
    form = page.form(f"{ONE}/accord").fields
    typed = {**form, "said": "Oui", "presentation": PRESENTATION}
    for _ in range(2):
        answer = nadia.client.post(f"{ONE}/accord", data=typed, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, ONE)
    assert stored(session).version == 2
    refused = nadia.client.post(f"{ONE}/reouverture", data={"_csrf": form["_csrf"], "version": "2"})
    assert refused.status_code == 422
    assert "elle est déjà en cours" in refused.text


def test_as_htmx(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="proposed")
    typed = {**nadia.visit(ONE).form(f"{ONE}/refus").fields, "person_reason": "pay"}
    answer = nadia.client.post(f"{ONE}/refus", data=typed, headers=HTMX)
    assert answer.status_code == 200
    assert "Abandonnée" in answer.text
    page = nadia.submit(nadia.visit(ONE), f"{ONE}/reouverture")
    assert "Proposée à la personne" in page.text


def test_the_tile_counts_its_list(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="sent", on=TODAY - timedelta(days=10))
    introduction_daily.run(session, today=TODAY)
    session.commit()
    home = nadia.visit("/")
    assert re.search(r'a-relancer"><span class="tile-count">1<', home.html)
    page = nadia.visit("/mises-en-relation?voir=a-relancer")
    assert page.html.count("<tr>") == 2
    assert "à relancer" in page.text
    assert "Relancer un employeur sans réponse" in nadia.visit("/taches").text
    for query in ("voir=closes", "etat=hired", "de=autres", "voir=jamais&avant=1&etat=x"):
        assert "Aucune mise en relation ne correspond" in nadia.visit(
            f"/mises-en-relation?{query}"
        ).text  # fmt: skip


def test_another_organisation_s_person_is_veiled_to_who_follows_the_need(
    nadia: Person, need: Need, session: Session, be: Be
) -> None:
    lise = be("CLIC", name="Lise Morel")
    met(session, actor(session, OTHER_EMAIL), "Diallo")
    introduced(session, to="sent", email=OTHER_EMAIL)
    for path in ("/besoins/1", "/mises-en-relation", ONE):
        page = nadia.visit(path)
        assert "DIALLO" not in page.html.upper()
        assert "Structure CLIC" in page.text
    assert PRESENTATION not in page.text
    assert page.html.count("<form") == nadia.visit("/besoins/1").html.count("deconnexion")
    assert "DIALLO" in lise.visit(ONE).html.upper()
    outsider = be("AUTRE", Role.COORDINATOR, "Zoé Autre")
    assert "Proposé à 1 personne pour 1 poste" in outsider.visit("/besoins/1").text
    for path in (ONE, f"{ONE}/courrier", f"{ONE}/courrier.pdf"):
        outsider.visit(path, status=404)
    for who in (outsider, nadia):
        token = who.visit("/besoins").form("/deconnexion").fields["_csrf"]
        for act in ("accord", "refus", "envoi", "lien", "reponse", "reouverture"):
            typed = {"_csrf": token, "version": "3", "way": "phone", "answer": "hired",
                     "on": "7/12/2026", "said": "x", "presentation": "x", "agreed_on": "23/11/2026",
                     "person_reason": "pay"}  # fmt: skip
            assert who.client.post(f"{ONE}/{act}", data=typed).status_code == 404, act


def test_the_letter_comes_after_the_agreement(nadia: Person, need: Need, session: Session) -> None:
    introduced(session, to="proposed")
    assert nadia.client.get(f"{ONE}/courrier").status_code == 422
    typed = {"said": "Oui", "presentation": PRESENTATION}
    nadia.submit(nadia.visit(ONE), f"{ONE}/accord", **typed)
    assert PRESENTATION in nadia.visit(f"{ONE}/courrier").text
    file = nadia.client.get(f"{ONE}/courrier.pdf")
    assert file.content[:5] == b"%PDF-"
    assert "Traor" not in file.headers["content-disposition"]


def test_codes_cannot_be_guessed_through_a_link(
    nadia: Person, need: Need, session: Session, app: FastAPI
) -> None:
    introduced(session)
    page = nadia.submit(nadia.visit(ONE), f"{ONE}/envoi", way="link")
    found = re.search(r"https://testserver(/reponse-mise-en-relation/\S+?)<", page.html)
    assert found
    guess = visitor(app)
    door = guess.visit(found[1])
    for number in range(5):
        last = guess.client.post(
            found[1], data={**door.form(found[1]).fields, "code": f"{number:06d}"}
        )
    assert last.status_code in (410, 422)
    assert "bloqué" in guess.visit(found[1], status=410).text
    guess.visit("/reponse-mise-en-relation/inconnu", status=404)
    # Giving the employer another code opens the door again.
    employer = session.execute(select(Employer)).scalars().one()
    digits = employers.renew_code(session, actor(session), employer.id or 0)
    session.commit()
    assert PRESENTATION in guess.submit(guess.visit(found[1]), found[1], code=digits).text


def test_delays_are_the_organisation_s(be: Be, nadia: Person, session: Session) -> None:
    pierre = be("MDE", Role.COORDINATOR, "Pierre Lambert")
    page = pierre.visit("/reglages/mises-en-relation")
    refused = pierre.submit(page, "/reglages/mises-en-relation", 422, reminder="9", closing="9")
    assert "La clôture vient après la relance" in refused.text
    done = pierre.submit(page, "/reglages/mises-en-relation", reminder="3", closing="8")
    assert "Délais enregistrés" in done.text
    assert nadia.client.get("/reglages/mises-en-relation").status_code == 403


def test_the_list_costs_the_same_whatever_its_size(
    nadia: Person, need: Need, session: Session, database: Database
) -> None:
    def count(path: str) -> int:
        asked: list[str] = []

        def note(*arguments: Any) -> None:
            asked.append(arguments[2])

        event.listen(database.engine, "before_cursor_execute", note)
        nadia.visit(path)
        event.remove(database.engine, "before_cursor_execute", note)
        return len(asked)

    who = actor(session)
    introduced(session, to="sent")
    before = [count(path) for path in ("/mises-en-relation", "/besoins/1")]
    for number in range(8):
        learner = met(session, who, f"Nom{'abcdefgh'[number]}")
        introductions.propose(session, who, 1, learner.id or 0, today=TODAY)
    session.commit()
    assert [count(path) for path in ("/mises-en-relation", "/besoins/1")] == before


def test_somebody_is_found_by_a_few_letters(nadia: Person, need: Need, session: Session) -> None:
    page: Page = nadia.visit("/besoins/1/mises-en-relation/nouvelle")
    refused = nadia.submit(page, "/besoins/1/mises-en-relation", 422, proposal="gardé")
    assert "Choisissez la personne" in refused.text
    assert "gardé" in refused.html
    made = nadia.submit(page, "/besoins/1/mises-en-relation", person="traor")
    assert "TRAORÉ" in made.text.upper()
    again = nadia.visit("/besoins/1/mises-en-relation/nouvelle?personne=1")
    refused = nadia.submit(again, "/besoins/1/mises-en-relation", 422)
    assert "déjà mise en relation" in refused.text
