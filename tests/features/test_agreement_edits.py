"""Correcting an agreement: kept versions, a second editor, contacts, and what was handed over."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from parcours.actions import accounts, cohorts, learners, releases
from parcours.actions.definitions import exit_rules
from parcours.domain.access import Actor, Role
from parcours.domain.disclosure import Thresholds
from parcours.models import AuditEntry, Export
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Page, Person, signed

HOME, EDIT, EXPORTS = "/conventions/1", "/conventions/1/modifier", "/conventions/1/exports"
TERMS = "/conventions/1/objectifs"
START = TODAY - timedelta(days=100)


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """An agreement over the first of two cohorts, six people in each."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    for number in (1, 2):
        facts = cohorts.CohortFacts(
            f"P{number}", f"Promo {number}", START, TODAY + timedelta(days=60), 10
        )
        cohort = cohorts.create_cohort(session, found, facts)
        for place in range(6):
            known = learners.LearnerFacts(
                birth_name="Boucher", first_names=f"A{number}{place}", born_on=date(1990, 1, 1)
            )
            person = learners.create_learner(session, found, known, today=TODAY, is_another=True)
            cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=TODAY)
    signed(session, found, 1, starts_on=START, ends_on=TODAY + timedelta(days=99))
    signed(
        session,
        found,
        2,
        starts_on=START,
        ends_on=TODAY + timedelta(days=99),
        code="FSE-2",
        title="Autre",
    )
    session.commit()
    return found


def edit(who: Person, page: Page, status: int = 200, **typed: object) -> Page:
    """Correct what a page shows."""
    return who.submit(page, EDIT, status, **{"cohorts": ["1"], **typed})


def test_what_an_agreement_says_is_corrected_and_what_was_handed_over_stays(
    sophie: Person, claire: Person, session: Session
) -> None:
    sophie.submit(sophie.visit(HOME), EXPORTS, output="fse")
    before = sophie.client.get("/exports/1/fichier").content
    page = edit(
        sophie, sophie.visit(EDIT), title="Développeuses", ends_on="31/12/2027",
        cohorts=["1", "2"], name_1="Anne Roy", duty_1="Instructrice", email_1="Anne@FSE.fr",
    )  # fmt: skip
    assert "Convention enregistrée" in page.text
    assert "Développeuses" in page.text
    assert "Promo 1 · Promo 2" in page.text
    assert "Anne Roy, Instructrice" in claire.visit(HOME).text
    assert sophie.client.get("/exports/1/fichier").content == before
    assert session.get_one(Export, 1).participants == 6
    entry = session.execute(
        select(AuditEntry).where(AuditEntry.act == "edit", AuditEntry.subject == "agreement")
    ).scalar_one()
    assert entry.details["fields"] == ["title", "ends_on", "cohort_ids", "contacts"]
    session.rollback()
    sophie.submit(sophie.visit(HOME), EXPORTS, output="fse")
    assert session.get_one(Export, 2).participants == 12
    session.rollback()
    # Said twice, nothing more is written; emptied, a contact goes.
    fields = sophie.visit(EDIT).form(EDIT).fields
    assert (fields["version"], fields["email_1"]) == ("2", "Anne@FSE.fr")
    edit(sophie, sophie.visit(EDIT), cohorts=["1", "2"])
    assert sophie.visit(EDIT).form(EDIT).fields["version"] == "2"
    edit(sophie, sophie.visit(EDIT), cohorts=["1", "2"], name_1="", duty_1="", email_1="")
    assert "Anne Roy" not in sophie.visit(HOME).text


def test_a_second_editor_sees_both_and_keeps_what_they_typed(sophie: Person, be: Be) -> None:
    other = be("REV", Role.COORDINATOR, "Malik Ferhat")
    first, second = sophie.visit(EDIT), other.visit(EDIT)
    edit(sophie, first, title="Titre de Sophie")
    page = edit(other, second, 409, title="Titre de Malik")
    assert "Sophie Garnier a changé cette convention" in page.text
    assert "Titre de Sophie" in page.text
    assert page.form(EDIT).fields["title"] == "Titre de Malik"
    assert "Titre de Malik" in edit(other, page).text
    stale = other.visit(TERMS)
    edit(sophie, sophie.visit(EDIT), title="Encore")
    assert "par Sophie Garnier" in other.submit(stale, TERMS, 409).text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "Donnez un intitulé"),
        ({"code": "FSE-2"}, "porte déjà cette référence"),
        ({"ends_on": "1/1/2020"}, "finit avant"),
        ({"cohorts": []}, "au moins une promotion"),
        ({"cohorts": ["99"]}, "de votre structure"),
        ({"programme": "99"}, "un programme de la liste"),
        ({"duty_2": "Instructrice"}, "Donnez le nom"),
        ({"name_1": "Anne", "email_1": "anne"}, "pas complet"),
    ],
)
def test_what_cannot_be_is_refused(sophie: Person, typed: dict[str, object], message: str) -> None:
    page = edit(sophie, sophie.visit(EDIT), 422, **typed)
    assert message in page.text
    assert "Développeurs" in sophie.visit(HOME).text


def test_the_definition_of_frozen_figures_is_kept(
    sophie: Person, actor: Actor, session: Session
) -> None:
    sophie.submit(sophie.visit(TERMS), TERMS, exit_rule="gen")
    releases.publish_release(session, actor, 1, limits=Thresholds(), today=TODAY)
    session.commit()
    page = sophie.submit(sophie.visit(TERMS), TERMS, 422, exit_rule="iae")
    assert "qui change de classe" in page.text
    sophie.submit(sophie.visit(TERMS), TERMS, exit_rule="gen", target_women="3")


def test_every_definition_of_an_exit_may_be_chosen(sophie: Person) -> None:
    offered = re.findall(r'<option value="([^"]+)"', sophie.visit(TERMS).html)
    assert set(exit_rules()) <= set(offered)
    chosen = {"exit_rule": "inserjeunes-24-mois", "target_exits": "2"}
    page = sophie.submit(sophie.visit(TERMS), TERMS, **chosen)
    assert "sortie positive : Emploi salarié à 24 mois (InserJeunes)" in page.text
    assert (
        "Taux : Emploi salarié"
        in sophie.visit(f"{HOME}/lignes?figure=inserjeunes-24-mois:taux").text
    )
    assert sophie.visit(TERMS).form(TERMS).fields["exit_rule"] == "inserjeunes-24-mois"
    # What is no definition of an exit is refused, and nothing typed is lost.
    refused = sophie.submit(sophie.visit(TERMS), TERMS, 422, exit_rule="EECR04", target_exits="7")
    assert refused.form(TERMS).fields["target_exits"] == "7"


def test_the_people_are_read_once_for_figures_and_targets(
    sophie: Person, actor: Actor, count: Count
) -> None:
    def asked(**targets: str) -> int:
        page = sophie.visit(TERMS)
        sophie.submit(page, TERMS, exit_rule="inserjeunes-12-mois", outputs="fse", **targets)
        return count(sophie, HOME)

    alone = asked()
    assert asked(target_participants="10", target_women="5", target_exits="4") == alone <= 17
    page = sophie.visit(HOME)
    assert "Sorties positives" in page.text
    assert "EECO01" in page.text
    assert "GENRE:woman" not in page.text
    # Twice as many people are read by the same statements.
    edit(sophie, sophie.visit(EDIT), cohorts=["1", "2"])
    assert count(sophie, HOME) == alone


def test_only_who_signed_corrects(claire: Person, be: Be) -> None:
    claire.visit(EDIT, 403)
    assert "Modifier" not in claire.visit(HOME).text
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    outsider.visit(EDIT, 404)
    fields = outsider.visit("/conventions/nouvelle").forms[0].fields
    assert outsider.client.post(EDIT, data=fields).status_code in {404, 422}
    typed = {**fields, "title": "x", "code": "x", "starts_on": "1/1/2026", "ends_on": "1/2/2026"}
    assert outsider.client.post(EDIT, data=typed).status_code == 404


def test_the_form_works_with_htmx_and_is_taken_once(sophie: Person) -> None:
    fields = {**sophie.visit(EDIT).form(EDIT).fields, "cohorts": ["1"], "title": "Une fois"}
    for _ in range(2):
        answer = sophie.client.post(
            EDIT, data=fields, headers={"HX-Request": "true"}, follow_redirects=False
        )
        assert answer.status_code == 303
    assert sophie.visit(EDIT).form(EDIT).fields["version"] == "2"
