"""Alerts on screen: the list, one alert, muting, closing, asking for help, measuring."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions import alerts_daily
from parcours.actions.synthesis import build_synthetic
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.attendance import Status
from parcours.domain.calendar import Half
from parcours.features.attendance.sheet import shown_cohorts
from tests.conftest import TODAY
from tests.features.conftest import PASSWORD, Be, Page, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}


@pytest.fixture
def lise(be: Be, session: Session) -> Person:
    """A counsellor who follows Amina, without a step for 84 days."""
    person = be("CLIC", name="Lise Morel")
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on="1/9/2026")
    alerts_daily.run(session, today=TODAY)
    session.commit()
    return person


def test_the_list_says_who_what_since_when_and_who_acts(lise: Person) -> None:
    page = lise.visit("/alertes")
    assert "Amina TRAORÉ" in page.text
    assert "Aucune étape en cours ni prévue depuis le 01/09/2026 : 84 jours." in page.text
    assert "Référent·e de parcours (Structure CLIC)" in page.text
    assert 'href="/apprenants/1/relais/nouveau"' in page.html
    assert "84 jours" in lise.visit("/apprenants/1").text


def test_the_filters_keep_what_they_say(lise: Person) -> None:
    for kept in ("qui=moi", "qui=structure", "regle=no_step", "niveau=alert"):
        assert "84 jours" in lise.visit(f"/alertes?{kept}").text, kept
    for left in ("regle=help", "niveau=closure", "sourdine=oui", "apres=9~2026-11-23~1"):
        assert "84 jours" not in lise.visit(f"/alertes?{left}").text, left
    for nonsense in ("regle=zzz", "niveau=1", "qui=x", "apres=~~", "apres=a~b~c"):
        assert "84 jours" in lise.visit(f"/alertes?{nonsense}").text, nonsense


def test_muting_needs_a_motive_and_an_end_and_can_be_taken_back(lise: Person) -> None:
    page = lise.submit(
        lise.visit("/alertes/1"), "/alertes/1/sourdine", 422, until="20/11/2026", motive="Absente"
    )
    assert "Choisissez une date de fin après aujourd’hui." in page.text
    assert 'value="Absente"' in page.html
    lise.submit(page, "/alertes/1/sourdine", 422, until="", motive="")
    page = lise.submit(page, "/alertes/1/sourdine", until="1/12/2026", motive="Absente")
    assert "En sourdine jusqu’au" in page.text
    assert "84 jours" not in lise.visit("/alertes").text
    assert "84 jours" in lise.visit("/alertes?sourdine=oui").text
    lise.submit(page, "/alertes/1/reprise")
    assert "84 jours" in lise.visit("/alertes").text


def test_setting_aside_needs_words(lise: Person) -> None:
    page = lise.visit("/alertes/1")
    page = lise.submit(page, "/alertes/1/classement", 422, closing="set_aside", closing_motive="")
    assert "Dites pourquoi cette alerte est classée." in page.text
    page = lise.submit(page, "/alertes/1/classement", closing="back_to_work", closing_motive="")
    assert "Reprise d’emploi" in page.text
    assert "84 jours" not in lise.visit("/alertes").text


def ask(person: Person, status: int = 200, **typed: str) -> Page:
    """Ask for help for Amina."""
    form = person.visit("/apprenants/1/aide")
    return person.submit(form, "/apprenants/1/aide", status, **typed)


def test_help_is_asked_first_and_answered(lise: Person) -> None:
    page = ask(lise, 422, words="Garde d’enfant")
    assert "Dites qui demande de l’aide." in page.text
    assert "Garde d’enfant" in page.text
    page = ask(lise, asked_by="learner", words="Garde d’enfant")
    assert page.text.index("Aide demandée") < page.text.index("84 jours")
    page = lise.visit("/alertes")
    assert page.text.index("Aide demandée") < page.text.index("84 jours")
    page = lise.visit("/alertes/2")
    assert "Garde d’enfant" in page.text
    lise.submit(page, "/alertes/2/reponse", 422, answer=" ")
    lise.submit(page, "/alertes/2/reponse", answer="Place en crèche trouvée")
    assert "Aide demandée" not in lise.visit("/alertes").text


def test_others_see_and_do_nothing(lise: Person, be: Be) -> None:
    outsider = be("AILLEURS", name="Omar Diallo")
    outsider.visit("/alertes/1", 404)
    outsider.visit("/apprenants/1/aide", 404)
    assert "84 jours" not in outsider.visit("/alertes").text
    token = outsider.visit("/alertes").forms[-1].fields.get("_csrf", "")
    for path in ("sourdine", "reprise", "classement", "reponse"):
        sent = outsider.client.post(f"/alertes/1/{path}", data={"_csrf": token})
        assert sent.status_code in {403, 404, 422}, path
    funder = be("FONDS", Role.FUNDER, name="Fanny Fonds")
    assert funder.client.get("/alertes").status_code == 403
    assert "84 jours" in lise.visit("/alertes").text


def test_the_measure_says_a_load_and_no_proof(be: Be, lise: Person) -> None:
    page = lise.visit("/alertes/mesure")
    assert "Rien à mesurer" in page.text
    assert "pas une preuve" in page.text
    page = lise.visit("/alertes/mesure?vigilance=70&alerte=80", 422)
    assert "au plus celui de vigilance" in page.text
    lise.visit("/alertes/mesure?vigilance=abc&alerte=0", 422)


def test_pages_of_a_list_hold_each_alert_once_and_cost_the_same(
    session: Session, database: Database, client: TestClient
) -> None:
    build_synthetic(session, learners=700, seed=3, today=TODAY, password=PASSWORD)
    alerts_daily.run(session, today=TODAY)
    session.commit()
    person = Person(client)
    form = person.visit("/connexion")
    person.submit(form, "/connexion", email="s01@exemple.fr", password=PASSWORD)
    seen: list[str] = []
    asked: list[str] = []
    listen: Callable[..., None] = lambda *a: asked.append(a[2])  # noqa: E731
    url, pages = "/alertes", 0
    event.listen(database.engine, "before_cursor_execute", listen)
    while url:
        asked.clear()
        page = person.visit(url)
        assert sum(text.lstrip().startswith(("SELECT", "WITH")) for text in asked) <= 8, asked
        seen += re.findall(r'class="person" href="/alertes/(\d+)"', page.html)
        following = re.search(r'class="pager".*?href="([^"]+)"', page.html)
        url, pages = following.group(1).replace("&amp;", "&") if following else "", pages + 1
    asked.clear()
    assert "pas une preuve" in person.visit("/alertes/mesure").text
    assert sum(text.lstrip().startswith(("SELECT", "WITH")) for text in asked) <= 8, asked
    event.remove(database.engine, "before_cursor_execute", listen)
    assert len(seen) == len(set(seen)) > 30
    assert pages > 1


def test_the_trend_of_attendance_is_an_arrow_with_its_words() -> None:
    statuses = [Status.PRESENT] * 20 + [Status.UNJUSTIFIED] * 5 + [Status.PRESENT] * 5
    rows = [
        (1, "Promo GEN", TODAY - timedelta(days=40 - number), Half.AM, status, 210, 0)
        for number, status in enumerate(statuses)
    ]
    (falling,) = shown_cohorts(rows, TODAY)
    assert (falling["trend"].label, falling["trend"].arrow) == ("en baisse", "↘")
    (unknown,) = shown_cohorts(rows[:12], TODAY)
    assert unknown["trend"] is None


def test_the_task_of_an_alert_leads_to_where_one_acts(lise: Person) -> None:
    page = lise.visit("/taches")
    assert 'href="/apprenants/1#alertes">Voir l’alerte' in page.html
    assert 'id="alertes"' in lise.visit("/apprenants/1").html
