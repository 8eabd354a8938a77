"""Finding the next step on screen: the earliest with places first, whom it is already asked of."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from sqlmodel import Session

from parcours.actions import accounts, cohorts, offers
from parcours.domain.access import Role
from parcours.domain.partners import OfferEntry
from parcours.domain.words import DataSource, StepKind
from parcours.models import Account, Enrolment, Learner
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990", "city": "Viriat"}
Open = Callable[..., int]


@pytest.fixture
def lise(be: Be) -> Person:
    """A counsellor who follows Amina, whom nobody holds."""
    person = be("CLIC", name="Lise Morel")
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on="1/9/2026")
    return person


@pytest.fixture
def open_cohort(be: Be, session: Session, lise: Person) -> Open:
    """Open a cohort of the training body; its number."""
    be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    sophie = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    session.rollback()

    def create(name: str, starts_on: date, capacity: int = 12, taken: int = 0) -> int:
        facts = cohorts.CohortFacts(name, name, starts_on, date(2027, 7, 31), capacity)
        cohort = cohorts.create_cohort(session, sophie, facts)
        for number in range(taken):
            learner = Learner(
                organisation_id=sophie.organisation_id, birth_name=f"Place {number}",
                first_names="Alix", sort_key=f"place {number}", born_on=date(1990, 1, 1),
                created_by_id=sophie.account_id, source=DataSource.SCREEN,
            )  # fmt: skip
            session.add(learner)
            session.flush()
            session.add(
                Enrolment(cohort_id=cohort.id or 0, learner_id=learner.id or 0,
                          enrolled_on=starts_on, created_by_id=sophie.account_id)
            )  # fmt: skip
        number = cohort.id or 0
        session.commit()
        return number

    return create


def rows(page: Page) -> list[str]:
    """The candidates, as text, in order."""
    found = re.findall(r'<tr>\s*<th scope="row">(.*?)</tr>', page.html, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_the_earliest_with_places_is_proposed(lise: Person, open_cohort: Open) -> None:
    open_cohort("Printemps", date(2027, 3, 1))
    best = open_cohort("Janvier", date(2027, 1, 11))
    open_cohort("Décembre complète", date(2026, 12, 1), capacity=2, taken=2)
    found = rows(lise.visit("/apprenants/1/suite"))
    assert [row.split()[0] for row in found] == ["Accompagner", "Janvier", "Printemps", "Décembre"]
    # Meanwhile one’s own organisation can hold the person, to the eve of what is proposed.
    assert "jusqu’au 10 janvier 2027" in found[0]
    assert "Aucun jour sans étape d’ici là puis plus rien dès le 11 janvier 2027" in found[0]
    assert "À proposer" in found[1]
    assert "12 places" in found[1]
    # From 23 November to 10 January.
    assert "49 jours sans étape" in found[1]
    assert "98 jours sans étape" in found[2]
    assert "complet" in found[3]
    assert "Proposer un relais" not in found[3]
    assert sum("À proposer" in row for row in found) == 1
    assert "4 suites possibles" in lise.visit("/apprenants/1/suite").text
    assert f"/apprenants/1/relais/nouveau?promotion={best}" in (
        lise.visit("/apprenants/1/suite").html
    )


def test_ones_own_cohort_enrols_the_person_one_comes_from(
    be: Be, session: Session, lise: Person
) -> None:
    paule = be("CLIC", Role.COORDINATOR, "Paule Roy")
    actor = accounts.actor_for(session, "paule.coordinator@clic.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("ICI", "Ici", date(2027, 1, 11), date(2027, 7, 31), 12)
    number = cohorts.create_cohort(session, actor, facts).id
    session.commit()
    assert f"/promotions/{number}?personne=1#inscrire" in paule.visit("/apprenants/1/suite").html
    cohort = paule.visit(f"/promotions/{number}?personne=1")
    paule.submit(cohort, f"/promotions/{number}/inscriptions")
    assert "TRAORÉ" in paule.visit(f"/promotions/{number}").text
    assert paule.client.get(f"/promotions/{number}?personne=999").status_code == 404
    be("AUTRE").visit(f"/promotions/{number}?personne=1", status=404)


def test_what_is_already_asked_is_told_and_not_asked_again(lise: Person, open_cohort: Open) -> None:
    number = open_cohort("Janvier", date(2027, 1, 11))
    form = lise.visit(f"/apprenants/1/relais/nouveau?promotion={number}")
    lise.submit(form, "/apprenants/1/relais", reason="Elle est prête.", agreement="paper")
    page = lise.visit("/apprenants/1/suite")
    assert "Déjà demandé à Structure ECOLE" in page.text
    assert "/relais/1" in page.html
    assert "Proposer un relais" not in " ".join(rows(page))
    worklist = lise.visit("/ruptures")
    assert "Relais proposé à Structure ECOLE" in worklist.text
    assert "Voir le relais" in worklist.text


def test_nothing_planned_says_what_one_can_do(lise: Person) -> None:
    page = lise.visit("/apprenants/1/suite")
    # Three months of accompanied search from today, written down with one click.
    (search,) = rows(page)
    assert "jusqu’au 22 février 2027" in search
    assert "À proposer" in search
    address = "/apprenants/1/etapes/nouvelle?nature=job_search&debut=2026-11-23&fin=2027-02-22"
    assert address in unescape(page.html)
    values = lise.visit(address).form("/apprenants/1/etapes").fields
    assert (values["kind"], values["planned_end_on"]) == ("job_search", "22/02/2027")
    odd = "/apprenants/1/etapes/nouvelle?nature=demain&debut=hier&fin="
    assert lise.visit(odd).form("/apprenants/1/etapes").fields["kind"] == ""
    step = {"kind": "training", "title": "Longue", "planned_start_on": "1/9/2026",
            "planned_end_on": ""}  # fmt: skip
    lise.submit(lise.visit("/apprenants/1/etapes/nouvelle"), "/apprenants/1/etapes", **step)
    assert "Aucun jour à couvrir" in lise.visit("/apprenants/1/suite").text


def test_another_organisation_finds_nobody(be: Be, lise: Person) -> None:
    be("AUTRE").visit("/apprenants/1/suite", status=404)
    assert be("FONDS", Role.FUNDER).client.get("/apprenants/1/suite").status_code in {403, 404}


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("", True),
        ("qui=moi", True),
        ("portee=toutes", True),
        ("quand=rompu", True),
        ("quand=7", False),
        ("quand=30", False),
        ("quartier=inside", False),
        ("programme=1", False),
        ("partenaire=1", True),
        ("partenaire=999", False),
        ("quartier=lune&quand=hier&programme=x&partenaire=99999999999999", True),
    ],
)
def test_the_worklist_keeps_what_its_filters_say(
    lise: Person, session: Session, query: str, is_found: bool
) -> None:
    """Amina’s pathway broke on 16 September; her organisation is the first."""
    session.get_one(Learner, 1).referent_id = session.get_one(Account, 1).id
    session.commit()
    page = lise.visit(f"/ruptures?{query}")
    assert ("Amina" in page.text) is is_found
    assert ("1 personne" in page.text) is is_found
    if query and not is_found:
        assert "Effacer les filtres" in page.text


@pytest.mark.parametrize(
    ("query", "is_told_of_filters"),
    [("", False), ("quand=rompu", False), ("partenaire=1", False), ("quartier=inside", True)],
)
def test_no_start_is_said_confirmed_because_a_filter_hides_it(
    lise: Person, query: str, is_told_of_filters: bool
) -> None:
    """Only who follows, the programme and the district filter the starts."""
    page = lise.visit(f"/ruptures?{query}")
    assert ("Tous les débuts prévus sont confirmés" in page.text) is not is_told_of_filters
    assert ("Aucun début à confirmer ne répond à ces filtres" in page.text) is is_told_of_filters


def test_the_worklist_names_no_organisation_that_holds_nobody_one_sees(
    lise: Person, be: Be
) -> None:
    be("AILLEURS")
    page = lise.visit("/ruptures")
    assert '<option value="1">Structure CLIC</option>' in page.html
    assert "Structure AILLEURS" not in page.text
    assert "Structure AILLEURS" not in lise.visit("/ruptures/debuts").text


def test_an_action_of_the_directory_can_follow(lise: Person, be: Be, session: Session) -> None:
    """The bus comes before the cohort of January; its relay is written from what it says."""
    be("BUS", Role.COORDINATOR, "Paul Martin")
    paul = accounts.actor_for(session, "paul.coordinator@bus.exemple.fr", today=TODAY)
    number = paul.organisation_id
    told = {
        "Le bus": offers.OfferFacts(StepKind.WORKSHOP, "Le bus", OfferEntry.PERMANENT, age_min=18),
        "Jeunes": offers.OfferFacts(StepKind.WORKSHOP, "Jeunes", OfferEntry.PERMANENT, age_max=25),
        "Oubliée": offers.OfferFacts(StepKind.WORKSHOP, "Oubliée", OfferEntry.PERMANENT),
        "Sans date": offers.OfferFacts(StepKind.TRAINING, "Sans date", OfferEntry.DATED),
    }
    days = {"Oubliée": date(2026, 1, 5)}
    ids = {
        title: offers.enter_offer(session, paul, number, facts, today=days.get(title, TODAY)).id
        for title, facts in told.items()
    }
    session.commit()
    page = lise.visit("/apprenants/1/suite")
    found = rows(page)
    assert [row.split(" Atelier")[0] for row in found] == [
        "Le bus À proposer", "Oubliée", "Jeunes"
    ]  # fmt: skip
    assert "À partir de 18 ans" in found[0]
    # Nobody said when it ends: the days it leaves are those of a step that goes on.
    assert "Aucun jour sans étape d’ici là fin à demander : comptée ici sans fin" in found[0]
    assert "appelez avant d’y envoyer quelqu’un" in found[1]
    assert "Jusqu’à 25 ans : la fiche dit le contraire" in found[2]
    assert f"/apprenants/1/relais/nouveau?action={ids['Le bus']}" in page.html
    form = lise.visit(f"/apprenants/1/relais/nouveau?action={ids['Le bus']}")
    fields = form.form("/apprenants/1/relais").fields
    assert (fields["receiver"], fields["kind"]) == (str(number), "workshop")
    assert (fields["title"], fields["planned_start_on"]) == ("Le bus", "23/11/2026")
    why = "Commence le 23 novembre 2026, pour ne pas laisser de jours sans étape."
    assert why in form.text
    # Once asked, it is not proposed again: a second relay would be refused.
    lise.submit(form, "/apprenants/1/relais", reason="Elle habite loin.", agreement="paper")
    asked = next(row for row in rows(lise.visit("/apprenants/1/suite")) if "Le bus" in row)
    assert "Voir le relais" in asked
    assert "À proposer" not in asked
    offers.withdraw_offer(session, paul, ids["Le bus"] or 0, reason="Panne")
    session.commit()
    assert not any("Le bus" in row for row in rows(lise.visit("/apprenants/1/suite")))
    gone = lise.visit(f"/apprenants/1/relais/nouveau?action={ids['Le bus']}")
    assert gone.form("/apprenants/1/relais").fields["title"] == ""
