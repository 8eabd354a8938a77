"""Agreements on screen: targets, columns chosen, workbooks taken away, what changed between two."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from parcours.actions import accounts, cohorts, exits, learners, pathways, situations
from parcours.domain.access import Actor, Role
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Learner
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person, signed

HOME = "/conventions/1"
TERMS, COLUMNS, EXPORTS = f"{HOME}/objectifs", f"{HOME}/colonnes", f"{HOME}/exports"
START = TODAY - timedelta(days=100)


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """The coordinator; three people of a cohort, the first of whom left for a job."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, TODAY + timedelta(days=60), 10)
    cohort = cohorts.create_cohort(session, found, facts)
    for name in ("Boucher", "Cissé", "Diallo"):
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), gender=Gender.WOMAN,
            education="3", entry_status="DELD", qpv_status=DistrictStatus.OUTSIDE,
        )  # fmt: skip
        person = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=TODAY)
    first = session.get_one(Learner, 1)
    pathway = pathways.current_pathway(session, first)
    said = situations.SituationRecord(TODAY - timedelta(days=5), "CDI_NON_AIDE", "CDI")
    exits.record_exit(session, found, pathway.id or 0, said, today=TODAY)
    signed(session, found, cohort.id, starts_on=START, ends_on=TODAY + timedelta(days=99))
    session.commit()
    return found


def make(who: Person, output: str = "fse") -> Page:
    return who.submit(who.visit(HOME), EXPORTS, output=output)


def test_targets_are_told_with_their_denominators(sophie: Person, claire: Person) -> None:
    page = sophie.submit(
        sophie.visit(TERMS), TERMS,
        target_participants="6", target_women="4", target_exits="2", retention_years="5",
    )  # fmt: skip
    assert "Objectifs enregistrés" in page.text
    shown = sophie.visit(HOME).text
    assert "conservation 5 ans" in shown
    assert "Sorties positives" in shown
    # A funder reads frozen, masked figures on their own page: no exact progress day after day.
    theirs = claire.visit(HOME).text
    assert "Avancement et chiffres arrêtés" in theirs
    assert "Sorties positives" not in theirs
    assert sophie.visit(TERMS).form(TERMS).fields["target_women"] == "4"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"target_participants": "0"}, "de 1 à 100 000"),
        ({"target_participants": "5", "target_women": "6"}, "plus que les 5 participants"),
        ({"retention_years": "99"}, "de 1 à 30 ans"),
    ],
)
def test_a_target_that_cannot_be_is_refused_and_kept_typed(
    sophie: Person, typed: dict[str, str], message: str
) -> None:
    page = sophie.submit(sophie.visit(TERMS), TERMS, 422, **typed)
    assert message in page.text
    name, value = list(typed.items())[-1]
    assert page.form(TERMS).fields[name] == value


def test_a_second_editor_loses_nothing_of_the_first(sophie: Person) -> None:
    first, second = sophie.visit(TERMS), sophie.visit(TERMS)
    sophie.submit(first, TERMS, target_participants="6")
    page = sophie.submit(second, TERMS, 409, target_participants="9")
    assert "modifiée entre-temps" in page.text
    assert page.form(TERMS).fields["target_participants"] == "9"
    assert sophie.visit(TERMS).form(TERMS).fields["target_participants"] == "6"


def test_columns_are_chosen_named_and_taken_away(sophie: Person, claire: Person) -> None:
    page = sophie.submit(
        sophie.visit(COLUMNS), COLUMNS,
        **{"name": "Portail", "rank-2": "2", "heading-2": "sexe_participant", "rank-1": "1"},
    )  # fmt: skip
    assert "Choix de colonnes enregistré" in page.text
    assert "Colonnes libres : Portail" in page.text
    again = sophie.visit(f"{COLUMNS}?choix=Portail").form(COLUMNS).fields
    assert (again["rank-1"], again["heading-2"]) == ("2", "sexe_participant")
    make(sophie, "libre-1")
    # Chosen columns tell of people: they stay with who holds them.
    assert "Portail" not in claire.visit(HOME).text
    refused = claire.submit(claire.visit(HOME), EXPORTS, 422, output="libre-1")
    assert "restent à la structure" in refused.text
    claire.visit("/exports/1/csv", 404)
    rows = sophie.client.get("/exports/1/csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Participant;Promotion;sexe_participant"
    assert rows[1].endswith(";Promo 1;Femme")
    assert len(rows) == 4


def test_columns_without_a_rank_or_a_number_are_refused(sophie: Person) -> None:
    page = sophie.visit(COLUMNS)
    assert "au moins une colonne" in sophie.submit(page, COLUMNS, 422, name="Vide").text
    wrong = sophie.submit(page, COLUMNS, 422, **{"name": "X", "rank-1": "un"})
    assert "Le rang est un nombre" in wrong.text


def test_a_free_output_without_its_columns_is_refused(sophie: Person) -> None:
    page = sophie.submit(sophie.visit(HOME), EXPORTS, 422, output="libre")
    assert "Choisissez d’abord les colonnes" in page.text
    assert "de la liste" in sophie.submit(sophie.visit(HOME), EXPORTS, 422, output="autre").text


def test_a_workbook_comes_back_byte_for_byte_and_the_same_twice(
    sophie: Person, claire: Person
) -> None:
    for who, keys in ((sophie, (1, 2)), (claire, (3, 4))):
        make(who)
        make(who)
        first, second = (who.client.get(f"/exports/{key}/fichier").content for key in keys)
        assert first == second
        assert "Rien n’a changé" in who.visit(f"{HOME}/ecarts").text
    # A funder never reads rows of people, not even by their address; both ways they are compared
    # with their like.
    for path in ("/exports/1/fichier", "/exports/1/csv", f"{HOME}/ecarts?avant=1&apres=2"):
        claire.visit(path, 404)
    page = sophie.visit(HOME).text
    assert "lignes sous pseudonyme" in page
    assert "chiffres pour le financeur" in page
    assert "lignes sous pseudonyme" not in claire.visit(HOME).text
    assert "P-" not in claire.client.get("/exports/3/csv").content.decode()


def test_the_difference_names_exactly_the_edit(
    sophie: Person, claire: Person, actor: Actor, session: Session
) -> None:
    make(sophie, "ville")
    person = session.get_one(Learner, 2)
    facts = replace(learners.facts_of(session, person), qpv_status=DistrictStatus.TO_CHECK)
    learners.edit_learner(session, actor, 2, facts, version=person.version, today=TODAY)
    session.commit()
    make(sophie, "ville")
    page = sophie.visit(f"{HOME}/ecarts").text
    assert "0 entrées, 0 retirées, 1 cellules changées" in page
    assert "Quartier prioritaire : modifié" in page
    assert "Sophie Garnier" in page
    assert page.count("P-") == page.count(" : modifié") == 1


def test_somebody_who_enters_or_leaves_is_told_with_the_act(
    sophie: Person, actor: Actor, session: Session
) -> None:
    make(sophie, "insertion")
    known = learners.LearnerFacts(birth_name="Evrard", first_names="A", born_on=date(1999, 1, 1))
    person = learners.create_learner(session, actor, known, today=TODAY)
    cohorts.enrol(session, actor, 1, person.id or 0, today=TODAY)
    pathway = pathways.current_pathway(session, session.get_one(Learner, 2))
    said = situations.SituationRecord(TODAY, "CHOMAGE")
    exits.record_exit(session, actor, pathway.id or 0, said, today=TODAY)
    session.commit()
    make(sophie, "insertion")
    page = sophie.visit(f"{HOME}/ecarts?avant=1&apres=2").text
    assert "1 entrées, 0 retirées" in page
    assert "Entrée dans Promo 1" in page
    assert "Sortie notée au" in page


def test_the_funder_reads_and_changes_nothing(claire: Person) -> None:
    assert "Objectifs et sorties" not in claire.visit(HOME).text
    for path in (TERMS, COLUMNS):
        claire.visit(path, 403)


def test_an_outsider_finds_nothing(be: Be, sophie: Person) -> None:
    make(sophie)
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    paths = (HOME, TERMS, COLUMNS, f"{HOME}/ecarts", "/exports/1/csv", "/exports/1/fichier")
    for path in paths:
        outsider.visit(path, 404)
