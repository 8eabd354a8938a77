"""The parameters of the score: read by all, previewed, versioned; the sheet; the commands."""

import json

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import accounts, match_rules
from parcours.commands import matches
from parcours.domain.access import Actor, Role
from parcours.domain.errors import EditConflict, NotAllowed
from parcours.domain.matching_rules import DEFAULT, MatchRules
from parcours.models import MatchResult, MatchRuleVersion, MatchRun, Need
from tests.conftest import TODAY
from tests.features.conftest import Be, Person
from tests.features.test_candidates import actor, nadia, need, person

__all__ = ["actor", "nadia", "need"]
HERE = "/reglages/appariement"


@pytest.fixture
def lead(be: Be) -> Person:
    """A coordinator of the same organisation."""
    return be("MDE", Role.COORDINATOR, "Claire Dupuis")


def test_everybody_reads_the_parameters_and_a_coordinator_changes_them(
    nadia: Person, lead: Person, session: Session
) -> None:
    page = nadia.visit(HERE)
    assert "Une compétence voisine vaut 1/2" in page.text
    assert "Enregistrer une nouvelle version" not in page.text
    form = lead.visit(HERE)
    refused = lead.submit(form, HERE, status=422, neighbour="1/4", motive="")
    assert "Dites pourquoi les paramètres changent." in refused.text
    assert lead.submit(form, HERE, status=422, neighbour="beaucoup").html.count("beaucoup") == 1
    lead.submit(form, HERE, status=422, ready_from="20 %", motive="Essai")
    done = lead.submit(form, HERE, neighbour="25 %", motive="Les voisines comptaient trop")
    assert "Une compétence voisine vaut : 1/2 → 1/4" in done.text
    assert lead.submit(form, HERE, status=409, neighbour="1/3", motive="Trop tard").html
    rows = session.execute(select(MatchRuleVersion).order_by(col(MatchRuleVersion.id))).scalars()
    assert [(row.number, row.motive) for row in rows] == [(1, "Les voisines comptaient trop")]


def test_a_counsellor_cannot_change_them(actor: Actor, session: Session) -> None:
    with pytest.raises(NotAllowed):
        match_rules.set_rules(session, actor, DEFAULT, motive="x", number=0, today=TODAY)


def test_rules_are_an_organisation_s_own(lead: Person, session: Session, be: Be) -> None:
    boss = accounts.actor_for(session, "claire.coordinator@mde.exemple.fr", today=TODAY)
    other = MatchRules(most_children=3)
    match_rules.set_rules(session, boss, other, motive="Essai", number=0, today=TODAY)
    with pytest.raises(EditConflict):
        match_rules.set_rules(session, boss, DEFAULT, motive="Essai", number=0, today=TODAY)
    session.commit()
    assert match_rules.rules_in_force(session, boss.organisation_id) == other
    assert match_rules.rules_in_force(session, boss.organisation_id + 1) == DEFAULT


def test_what_would_change_is_told_and_nothing_is_written(
    lead: Person, actor: Actor, need: Need, session: Session
) -> None:
    person(session, actor, "Martin", 3, 0, 2)
    page = lead.visit(HERE)
    found = lead.client.post(
        f"{HERE}/apercu", data={**page.form(HERE).fields, "essential_share": "0"}
    )
    assert found.status_code == 200
    assert '<td class="num">1</td><td class="num">1</td><td class="num">0</td>' in found.text
    assert session.execute(select(MatchRuleVersion)).first() is None


def test_the_sheet_says_the_four_things_and_prints(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    person(session, actor, "Martin", 3, 0, 2)
    nadia.visit(f"/besoins/{need.id}/candidats")
    result = session.execute(select(col(MatchResult.id))).scalar_one()
    session.rollback()
    page = nadia.visit(f"/appariements/{result}/fiche")
    for words in ("1. Part du calcul", "2. Données utilisées", "3. Paramètres et poids",
                  "4. Opérations effectuées", "Score 57 / 100", "23/11/2026"):  # fmt: skip
        assert words in page.text
    file = nadia.client.get(f"/appariements/{result}/fiche.pdf")
    assert file.content.startswith(b"%PDF")


def test_the_commands_match_and_replay(
    nadia: Person,
    actor: Actor,
    need: Need,
    session: Session,
    database_of_commands: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    learner = person(session, actor, "Martin", 3, 0, 2)
    nadia.visit(f"/besoins/{need.id}/candidats")
    run = session.execute(select(col(MatchRun.id))).scalar_one()
    session.rollback()
    capsys.readouterr()
    matches.match(actor.email, need.id or 0, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["need", "as_of", "candidates", "blocked", "counts"]
    assert document["candidates"][0]["learner"] == learner
    assert document["candidates"][0]["lines"][0].startswith("Score 57 / 100")
    assert [row["filter"] for row in document["candidates"][0]["filters"]] == [
        "availability", "contract", "mobility", "licence", "slots", "hours",
    ]  # fmt: skip
    matches.match(actor.email, need.id or 0)
    assert "to_prepare" in capsys.readouterr().out
    matches.replay(run)
    assert "1 résultat(s) recalculé(s) à l’identique." in capsys.readouterr().out


@pytest.fixture
def database_of_commands(
    database: object, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands open the database of the test."""
    monkeypatch.setattr(matches, "get_settings", lambda: settings)
    monkeypatch.setattr(matches, "open_database", lambda _settings: database)
