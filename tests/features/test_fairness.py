"""Fairness on screen and by command: counts, no name, for those allowed, kept from others."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlmodel import Session

from parcours.actions import accounts, learners, match_runs, pathways
from parcours.actions import fairness as counting
from parcours.actions.learners import LearnerFacts
from parcours.commands import fairness
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.match_acts import Choice
from parcours.domain.words import Gender
from parcours.models import Account, FairnessReport, MatchDecision, MatchResult, Need
from tests.conftest import TODAY
from tests.features.conftest import Be, Person
from tests.features.test_candidates import actor, nadia, need, person

__all__ = ["actor", "nadia", "need"]
HERE = "/reglages/equite"


@pytest.fixture
def lead(be: Be) -> Person:
    """A coordinator of the same organisation."""
    return be("MDE", Role.COORDINATOR, "Claire Dupuis")


def group(session: Session, actor: Actor, gender: Gender, number: int) -> list[int]:
    """Some people of a gender, with an open pathway."""
    found = []
    for place in range(number):
        facts = LearnerFacts(f"Nom{gender.value}{place}", "Alix", TODAY.replace(year=1990),
                             gender=gender)  # fmt: skip
        row = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
        pathways.open_pathway(session, actor, row, opened_on=TODAY)
        found.append(row.id or 0)
    session.commit()
    return found


def propose(session: Session, actor: Actor, need: Need, result: str, people: list[int]) -> None:
    """The same decision about some people, on the result of one."""
    session.add_all(
        MatchDecision(
            result_id=result, need_id=need.id or 0, learner_id=one, choice=Choice.PROPOSE,
            on=TODAY, account_id=actor.account_id, organisation_id=actor.organisation_id,
        )
        for one in people
    )  # fmt: skip
    session.commit()


def test_a_report_says_rates_questions_and_decisions(
    nadia: Person, lead: Person, actor: Actor, need: Need, session: Session
) -> None:
    assert "Aucun relevé" in lead.visit(HERE).text
    first, second = person(session, actor, "Martin", 3, 2, 2), person(session, actor, "Petit", 3)
    nadia.visit(f"/besoins/{need.id}/candidats")
    women = group(session, actor, Gender.WOMAN, 40)
    men = group(session, actor, Gender.MAN, 40)
    results = {row.learner_id: row.id for row in session.execute(select(MatchResult)).scalars()}
    propose(session, actor, need, results[first], women[:10] + men[:20])
    for learner, choice in ((first, Choice.PROPOSE), (second, Choice.PROPOSE)):
        match_runs.decide(session, actor, results[learner], choice, motive="Elle le souhaite",
                          today=TODAY)  # fmt: skip
    session.commit()
    page = lead.submit(lead.visit(HERE), HERE)
    assert "Femme environ 40 environ 25 % à examiner" in page.text
    assert "Homme environ 40 environ 50 %" in page.text
    assert "Non renseigné moins de 20 trop peu de personnes pour le dire" in page.text
    # All those decisions stand on one result; Petit’s alone is about somebody who is not first.
    assert "Une autre personne est proposée 1" in page.text
    assert "Nom" not in page.text.replace("Nombre", "")
    row = session.execute(select(FairnessReport)).scalar_one()
    assert "Martin" not in row.counted + row.decided
    session.rollback()
    lead.submit(lead.visit(HERE), HERE)
    assert len(session.execute(select(FairnessReport)).all()) == 1


def test_who_may_not_and_who_sees_nothing_of_it(
    nadia: Person, lead: Person, actor: Actor, session: Session, be: Be
) -> None:
    group(session, actor, Gender.WOMAN, 25)
    lead.submit(lead.visit(HERE), HERE)
    nadia.visit(HERE, 403)
    token = {"_csrf": nadia.visit("/apprenants/nouveau").form("/apprenants").fields["_csrf"]}
    assert nadia.client.post(HERE, data=token).status_code == 403
    be("MDE", Role.FUNDER, "Claire Vidal").visit(HERE, 403)
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    assert "Aucun relevé" in other.visit(HERE).text
    admin = be("MDE", Role.ORGANISATION_ADMIN, "Yves Martel")
    assert "Relevé du 23 novembre 2026" in admin.visit(HERE).text
    fields = lead.visit(HERE).form(HERE).fields
    answer = lead.client.post(
        HERE, data=fields, headers={"HX-Request": "true"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)


def test_the_command_says_the_same(
    lead: Person,
    actor: Actor,
    session: Session,
    database: object,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    group(session, actor, Gender.WOMAN, 25)
    monkeypatch.setattr(fairness, "get_settings", lambda: settings)
    monkeypatch.setattr(fairness, "open_database", lambda _settings: database)
    capsys.readouterr()
    email = "claire.coordinator@mde.exemple.fr"
    fairness.fairness(email, as_json=True)
    document = json.loads(capsys.readouterr().out)
    rows = {(row["group"], row["milestone"]): row for row in document["groups"]}
    assert rows["woman", "proposed"]["about"] == 30
    assert document["decisions"]["decisions"] == 0
    fairness.fairness(email)
    assert "gender woman proposed : 0/1" in capsys.readouterr().out
    claire = accounts.actor_for(session, email, today=TODAY)
    assert [one.as_of for one in counting.reports(session, claire)] == [TODAY]


def test_two_who_ask_at_once_get_one_report(file_database: Database) -> None:
    with file_database.writing() as session:
        accounts.create_organisation(session, code="MDE", name="Maison de l’emploi", kind="MDE")
        organisation = accounts.organisation_of_code(session, "MDE")
        assert organisation is not None
        account = Account(email="claire@exemple.fr", name="Claire", password_hash="not a hash")
        session.add(account)
        session.flush()
        accounts.join(session, account, organisation, Role.COORDINATOR, starts_on=TODAY)
    with file_database.reading() as session:
        claire = accounts.actor_for(session, "claire@exemple.fr", today=TODAY)

    def ask(_time: int) -> int:
        with file_database.writing() as session:
            return counting.make_report(session, claire, today=TODAY).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(12)))) == 1
    with file_database.reading() as session:
        assert len(session.execute(select(FairnessReport)).all()) == 1
