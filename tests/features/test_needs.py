"""Needs on screen: noting, publishing, mapping words, a link for the employer, who sees what."""

import re
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import accounts, learners, need_links, needs, pathways
from parcours.actions.learners import LearnerFacts
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.needs import NeedState, Requirement, Terms
from parcours.domain.words import StepKind
from parcours.models import Need, NeedLink, NeedVersion, Skill, Step
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

NEW = "/besoins/nouveau?employeur=1"


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("MDE")


@pytest.fixture(autouse=True)
def skills(session: Session) -> None:
    """Two skills in use."""
    session.add_all(Skill(code=label, label=label, framework="parcours") for label in
                    ("HTML", "Tableur"))  # fmt: skip
    session.commit()


@pytest.fixture
def employer(nadia: Person) -> Page:
    """Her employer, just noted."""
    page = nadia.visit("/employeurs/nouveau")
    typed = {"name": "Studio Revermont", "siret": "128 704 060 02412", "naf": "6201z",
             "contact_name": "Igor Bonnet", "contact_email": "rh@studio.exemple.fr"}  # fmt: skip
    return nadia.submit(page, "/employeurs", **typed)


def stored(session: Session) -> Need:
    """The first need, as it is now."""
    session.rollback()
    need = session.execute(select(Need).order_by(col(Need.id))).scalars().first()
    assert need is not None
    session.expunge(need)
    session.rollback()
    return need


def actor(session: Session) -> Actor:
    """Nadia, to prepare what a test needs."""
    return accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)


@pytest.fixture
def published(employer: Page, session: Session) -> Need:
    """A published need of two posts."""
    need = needs.create_need(session, actor(session), 1, Terms("Intégratrice", 2),
                             [Requirement(1, 3, 4, True)], today=TODAY)  # fmt: skip
    needs.publish(session, actor(session), need.id or 0, version=1, today=TODAY)
    session.commit()
    return need


def test_from_the_first_call_to_a_published_need(
    nadia: Person, employer: Page, session: Session
) -> None:
    assert "12870406002412" in employer.text
    assert "62.01Z" in employer.text
    typed = {"title": "Intégratrice", "posts": "2", "starts_on": "4/1/2027", "rome_code": "m1855",
             "contracts": "CDI", "asked": "Accueil téléphonique (autonome)\nHTML"}  # fmt: skip
    page = nadia.submit(nadia.visit(NEW), "/besoins", **typed)
    assert "Développeur / Développeuse web (M1855)" in page.text
    assert "« Accueil téléphonique »" in page.text
    refused = nadia.submit(page, "/besoins/1/publication", 422)
    assert "une compétence au moins" in refused.text
    assert stored(session).state is NeedState.DRAFT
    words = {"word-1": "new", "level-1": "3", "word-2": "1"}
    page = nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/mots", **words)
    assert "3, autonome" in page.text
    page = nadia.submit(page, "/besoins/1/publication")
    assert "Confirmé aujourd’hui" in page.text
    assert "2 postes · CDI · dès le 4 janv. 2027" in page.text
    # The same word is proposed the next time, chosen already.
    typed["asked"] = "accueil telephonique"
    again = nadia.submit(nadia.visit(NEW), "/besoins", **typed)
    assert "votre dernier choix est proposé" in again.text
    assert again.form("/besoins/2/mots").fields["word-3"] == "3"


def test_a_refused_form_keeps_what_was_typed(
    nadia: Person, employer: Page, session: Session
) -> None:
    typed = {"title": "", "posts": "-3", "licence": "B", "licence_task": "", "words": "Dit hier",
             "skill-0": "1", "weekly_hours": "beaucoup"}  # fmt: skip
    page = nadia.submit(nadia.visit(NEW), "/besoins", 422, **typed)
    for message in ("Donnez le nom du poste", "n’est pas un nombre"):
        assert message in page.text
    assert "Dit hier" in page.text
    assert page.form("/besoins").fields["skill-0"] == "1"
    typed |= {"title": "Livreuse", "weekly_hours": "35"}
    page = nadia.submit(page, "/besoins", 422, **typed)
    assert "quelle tâche du poste demande de conduire" in page.text
    assert "de 1 à 500" in page.text
    assert session.execute(select(Need)).first() is None


def test_a_double_click_notes_one_need(nadia: Person, employer: Page, session: Session) -> None:
    page = nadia.visit(NEW)
    for _click in range(2):
        nadia.submit(page, "/besoins", title="Intégratrice", posts="1")
    assert len(session.execute(select(Need)).all()) == 1


def test_two_at_once_on_the_same_need(nadia: Person, published: Need, session: Session) -> None:
    first, second = (nadia.visit("/besoins/1/modifier") for _tab in range(2))
    nadia.submit(first, "/besoins/1/modifier", posts="4")
    page = nadia.submit(second, "/besoins/1/modifier", 409, posts="9", title="Autre")
    assert "voir la version 2" in page.text
    assert page.form("/besoins/1/modifier").fields["title"] == "Autre"
    nadia.submit(page, "/besoins/1/modifier")
    session.rollback()
    rows = session.execute(select(col(NeedVersion.posts)).order_by("number")).scalars()
    assert list(rows) == [2, 4, 9]
    session.rollback()
    assert "2 postes" in nadia.visit("/besoins/1/versions/1").text
    nadia.visit("/besoins/1/versions/4", status=404)


def test_the_list_says_how_fresh_each_is(nadia: Person, published: Need, session: Session) -> None:
    for url in ("/besoins?etat=ouverts", "/besoins?q=studio", "/besoins?de=structure"):
        assert "Intégratrice" in nadia.visit(url).text
    for url in ("/besoins?etat=suspendus", "/besoins?q=cuisine", "/besoins?de=autres",
                "/besoins?etat=a-confirmer", "/besoins?metier=K1801"):  # fmt: skip
        assert "Aucun besoin ne correspond" in nadia.visit(url).text
    need = session.get_one(Need, published.id)
    need.confirmed_on = TODAY - timedelta(days=90)
    need.remind_on, need.suspends_on = TODAY - timedelta(days=14), TODAY
    session.commit()
    for url in ("/besoins?etat=suspendus", "/besoins?etat=a-confirmer"):
        assert "suspendu : à confirmer depuis le 23 nov." in nadia.visit(url).text
    assert "Besoins à confirmer" in nadia.visit("/").text
    page = nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/confirmation")
    assert "Confirmé aujourd’hui" in page.text


def test_filled_closed_and_open_again(nadia: Person, published: Need, session: Session) -> None:
    page = nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/fermeture", 422)
    assert "pourquoi le besoin se ferme" in page.text
    page = nadia.submit(page, "/besoins/1/fermeture", reason="postponed", words="Au printemps")
    assert "Reporté sans date" in page.text
    assert "Au printemps" in page.text
    page = nadia.submit(page, "/besoins/1/reouverture")
    page = nadia.submit(page, "/besoins/1/pourvu")
    assert stored(session).state is NeedState.FILLED
    assert "Rouvrir le besoin" in page.text


def link_of(nadia: Person) -> tuple[str, str]:
    """Prepare a link: its path and the code said once."""
    page = nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/lien", write="oui")
    path = re.search(r"(/reponse-besoin/[\w-]+)", page.html)
    code = re.search(r"\b(\d{6})\b", page.text)
    assert path
    assert code
    assert "Le courriel part" in page.text
    return path[1], code[1]


def test_the_employer_answers_without_an_account(
    nadia: Person, published: Need, session: Session, app: FastAPI
) -> None:
    path, code = link_of(nadia)
    employer = Person(TestClient(app, base_url="https://testserver"))
    before = session.execute(select(NeedLink)).scalar_one().model_dump()
    session.rollback()
    for _scanner in range(3):
        door = employer.visit(path)
        assert "Studio" not in door.text
        assert "Intégratrice" not in door.text
    session.rollback()
    assert session.execute(select(NeedLink)).scalar_one().model_dump() == before
    session.rollback()
    assert "pas le bon" in employer.submit(door, path, 422, code="000000").text
    page = employer.submit(door, path, code=code)
    assert "Intégratrice, Studio Revermont" in page.text
    assert "Igor" not in page.text
    refused = employer.submit(page, f"{path}/reponse", 422, answer="close", name="I. Bonnet")
    assert "pourquoi le besoin se ferme" in refused.text
    page = employer.submit(refused, f"{path}/reponse", answer="confirm", posts="3", reason="")
    assert "le besoin est confirmé" in page.text
    need = stored(session)
    assert (need.version, need.state) == (2, NeedState.PUBLISHED)
    assert "vous avez déjà répondu" in employer.visit(path, status=410).text.lower()
    assert "n’existe pas" in employer.visit("/reponse-besoin/faux", status=404).text
    assert "I. Bonnet" in nadia.visit("/besoins/1").text


def test_a_link_says_why_it_no_longer_works(
    nadia: Person, published: Need, session: Session, app: FastAPI
) -> None:
    path, code = link_of(nadia)
    stranger = Person(TestClient(app, base_url="https://testserver"))
    door = stranger.visit(path)
    for _guess in range(5):
        stranger.client.post(path, data={**door.form(path).fields, "code": "111111x"})
    assert "bloqué" in stranger.visit(path, status=410).text
    page = nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/lien")
    assert "code que vous lui avez déjà donné" in page.text
    assert "remplacé ou annulé" in stranger.visit(path, status=410).text
    newest = re.search(r"(/reponse-besoin/[\w-]+)", page.html)
    assert newest
    opened = stranger.submit(stranger.visit(newest[1]), newest[1], code=code)
    assert "Votre réponse" in opened.text
    nadia.submit(nadia.visit("/besoins/1"), "/besoins/1/pourvu")
    stranger.visit(newest[1], status=410)


def test_the_outsider_reads_what_is_shared_and_writes_nothing(
    nadia: Person, published: Need, be: Be, session: Session
) -> None:
    outsider = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    page = outsider.visit("/besoins/1")
    assert "suivi par Structure MDE" in page.text
    assert "Igor" not in page.text
    assert "Historique" not in page.text
    assert not page.forms[1:]
    for path in ("/besoins/1/modifier", "/besoins/1/versions/1", "/employeurs/1",
                 "/employeurs/1/modifier", "/besoins/nouveau?employeur=1"):  # fmt: skip
        outsider.visit(path, status=404)
    for path in ("/besoins/1/modifier", "/besoins/1/publication", "/besoins/1/mots",
                 "/besoins/1/confirmation", "/besoins/1/pourvu", "/besoins/1/fermeture",
                 "/besoins/1/reouverture", "/besoins/1/lien", "/employeurs/1/lieux",
                 "/employeurs/1/code", "/employeurs/1/modifier"):  # fmt: skip
        token = re.search(r'name="_csrf" value="([^"]+)"', page.html)
        assert token
        answer = outsider.client.post(path, data={"_csrf": token[1], "title": "X", "posts": "1",
                                                  "word-1": "1", "label": "X"})  # fmt: skip
        assert answer.status_code == 404, path
    need = session.get_one(Need, published.id)
    need.is_shared = False
    session.commit()
    outsider.visit("/besoins/1", status=404)
    assert "Intégratrice" not in outsider.visit("/besoins").text
    be("MDE", Role.FUNDER, "Claire Vidal").visit("/besoins", status=403)


def test_places_of_work(nadia: Person, employer: Page) -> None:
    typed = {"label": "Siège", "city": "Bourg", "latitude": "46,2"}
    page = nadia.submit(employer, "/employeurs/1/lieux", 422, **typed)
    assert "la latitude et la longitude" in page.text
    page = nadia.submit(page, "/employeurs/1/lieux", longitude="5,22", label="Siège")
    # Nobody loaded the districts: in doubt, it says so.
    assert "à vérifier" in page.text
    page = nadia.visit("/employeurs/1/lieux/1")
    assert "Atelier" in nadia.submit(page, "/employeurs/1/lieux/1", label="Atelier").text
    first, second = (nadia.visit("/employeurs/1/modifier") for _tab in range(2))
    nadia.submit(first, "/employeurs/1/modifier", contact_name="Paule")
    clash = nadia.submit(second, "/employeurs/1/modifier", 409, contact_name="Rose")
    assert "Personne à qui parler : Paule" in clash.text


def test_the_delay_is_settled_by_who_settles_delays(nadia: Person, be: Be) -> None:
    nadia.visit("/reglages/besoins", status=403)
    lead = be("MDE", Role.COORDINATOR, "Pierre Lambert")
    page = lead.visit("/reglages/besoins")
    assert "15" in lead.submit(page, "/reglages/besoins", 422, fresh_days="3").text
    page = lead.submit(page, "/reglages/besoins", fresh_days="60")
    assert page.form("/reglages/besoins").fields["fresh_days"] == "60"


def test_the_list_asks_as_much_for_many_needs(
    nadia: Person, published: Need, session: Session, database: Database
) -> None:
    asked: list[str] = []

    def tally(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(database.engine, "before_cursor_execute", tally)

    def statements(url: str) -> int:
        asked.clear()
        nadia.visit(url)
        return sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in asked)

    few = [statements(url) for url in ("/besoins", "/employeurs/1")]
    for number in range(40):
        needs.create_need(session, actor(session), 1, Terms(f"Poste {number}"),
                          [Requirement(1, 3, 4, True)], today=TODAY)  # fmt: skip
    session.commit()
    assert [statements(url) for url in ("/besoins", "/employeurs/1")] == few
    assert max(few) <= 8
    assert statements("/besoins/1") <= 8
    assert "Besoins plus anciens" in nadia.visit("/besoins").text


def test_the_daily_reminder_is_sent_where_a_code_was_given(
    nadia: Person, published: Need, session: Session
) -> None:
    link_of(nadia)
    day = TODAY + timedelta(days=76)
    assert need_links.run(session, today=day) == {"reminded": 1, "written": 1}
    assert need_links.run(session, today=day) == {"reminded": 0, "written": 0}


def test_an_immersion_at_an_employer_is_a_next_step_by_relay(
    nadia: Person, published: Need, session: Session
) -> None:
    who = actor(session)
    facts = LearnerFacts("Traoré", "Amina", date(1990, 3, 12), city="Viriat")
    learner = learners.create_learner(session, who, facts, today=TODAY, is_another=True)
    pathways.open_pathway(session, who, learner, opened_on=TODAY)
    session.commit()
    assert "Proposer une immersion" not in nadia.visit("/apprenants/1/suite").text
    page = nadia.visit("/besoins/1/modifier")
    nadia.submit(page, "/besoins/1/modifier", hosts_immersion="oui")
    assert "Proposer une immersion" in nadia.visit("/apprenants/1/suite").text
    form = nadia.visit("/apprenants/1/relais/nouveau?besoin=1")
    told = form.form("/apprenants/1/relais").fields
    assert (told["kind"], told["title"]) == ("immersion", "Intégratrice")
    typed = {"reason": "Elle veut essayer ce métier", "agreement": "paper"}
    sent = nadia.submit(form, "/apprenants/1/relais", **typed)
    # The employer answers by a link; until it does, the person stays with who sent them.
    assert "Studio Revermont" in sent.text
    session.rollback()
    step = session.execute(select(Step)).scalar_one()
    assert (step.kind, step.accepted_at) == (StepKind.IMMERSION, None)
