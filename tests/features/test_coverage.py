"""Adéquation on screen: figures in words, what a curriculum is for, the workbook, the command."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select
from sqlmodel import Session
from typer.testing import CliRunner

from parcours import cli
from parcours.actions import accounts, cohorts, coverage_runs, curricula, employers, needs
from parcours.actions.directory import PartnerFacts
from parcours.commands import alignment, matches
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.needs import Certainty, Requirement, Terms
from parcours.models import CoverageRun, Curriculum
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

PAGE, AIMS = "/adequation/1", "/cursus/1/visees"


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def lead(sophie: Person, session: Session) -> Actor:
    """The same, to prepare what a test needs."""
    return accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)


@pytest.fixture
def curriculum(session: Session, lead: Actor) -> Curriculum:
    """A curriculum of two modules with a cohort that ends in March."""
    modules = [
        curricula.ModuleFacts(
            "Web", Decimal(70), (("html", "Structurer", 3), ("css", "Habiller", 2))
        ),
        curricula.ModuleFacts("Pix", Decimal(21), (("pix", "Se repérer", 2),)),
    ]
    made = curricula.create_curriculum(session, lead, code="DWWM", name="Web", modules=modules)
    facts = cohorts.CohortFacts("G", "Promo G", date(2026, 9, 1), date(2027, 3, 1), 12,
                                curriculum_id=made.id)  # fmt: skip
    cohorts.create_cohort(session, lead, facts)
    session.commit()
    return made


def ask(session: Session, actor: Actor, title: str = "Intégratrice", posts: int = 2) -> None:
    """A published need in time for the cohort, half taught."""
    known = employers.add_employer(
        session, actor, PartnerFacts(f"Studio {title}", employers.KIND), employers.Contact()
    )
    codes = needs.skills_by_code(session)
    asked = [Requirement(codes["html"], 3, 4, True), Requirement(codes["css"], 4, 4, True)]
    terms = Terms(title, posts, Certainty.FIRM, "M1855", starts_on=date(2027, 3, 1))
    need = needs.create_need(session, actor, known.id or 0, terms, asked, today=TODAY)
    needs.publish(session, actor, need.id or 0, version=1, today=TODAY)
    session.commit()


def test_nothing_known_is_never_a_percentage(sophie: Person, curriculum: Curriculum) -> None:
    for url in ("/adequation", PAGE, f"{PAGE}/calendrier"):
        text = sophie.visit(url).text
        assert "0 %" not in text.replace("Ce n’est ni 0 % ni 100 %", "")
    assert "aucune demande connue" in sophie.visit(PAGE).text
    assert "Aucune demande connue" in sophie.visit("/adequation").text


def test_the_figures_in_words(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session
) -> None:
    ask(session, lead)
    page = sophie.visit(f"{PAGE}?portee=territoire")
    assert "de quoi répondre à 1,5 des 2 postes" in page.text
    assert "75 %" in page.text
    for words in ("Demandé, enseigné", "Demandé, niveau trop bas",
                  "Enseigné, non demandé (à discuter)", "1 employeur seulement",
                  "Habiller (module à imaginer)", "Données insuffisantes"):  # fmt: skip
        assert words in page.text
    assert "75 %" in sophie.visit("/adequation").text
    assert sophie.visit(f"{PAGE}?promo=999", 404)
    assert "Intégratrice" in sophie.visit(f"{PAGE}/calendrier").text


def test_what_a_curriculum_is_for(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session
) -> None:
    ask(session, lead)
    first, second = sophie.visit(AIMS), sophie.visit(AIMS)
    page = sophie.submit(first, AIMS, occupations="m1855", foundations="2")
    assert "Développeur / Développeuse informatique" in page.text
    assert page.text.count("75 %") == 2
    assert "Socle" in page.text
    late = sophie.submit(second, AIMS, 409, occupations="M1601")
    assert "changé ce cursus entre-temps" in late.text
    assert "M1805" in late.text
    assert "M1601" in late.html
    refused = sophie.submit(sophie.visit(AIMS), AIMS, 422, occupations="M1855\nBOULANGER")
    assert "« BOULANGER » n’est pas un code ROME connu" in refused.text
    assert "M1855" in refused.html
    done = sophie.submit(refused, AIMS, occupations="", foundations="")
    assert "à préciser" in done.text


def test_a_budget_of_hours_is_spent_in_both_orders(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session
) -> None:
    ask(session, lead)
    page = sophie.visit(f"{PAGE}?portee=territoire")
    assert "Aucun module dont les heures sont connues ne tient dans 70 h" in page.text
    modules = [
        curricula.ModuleFacts("Habiller", Decimal(70), (("css", "Habiller", 4),)),
    ]
    curricula.create_curriculum(session, lead, code="X", name="X", modules=modules)
    session.commit()
    page = sophie.visit(f"{PAGE}?portee=territoire")
    assert "Dans les deux ordres : Habiller (X) 70 h, 25 points, 2 postes" in page.text
    assert "ne tient dans 69 h" in sophie.visit(f"{PAGE}?portee=territoire&heures=69").text
    for typed in ("0", "-5", "beaucoup", "99999", "²"):
        sophie.visit(f"{PAGE}?heures={typed}")


def test_a_comparison_kept_is_listed_and_computed_again(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session
) -> None:
    ask(session, lead)
    assert "Rien de gardé" in sophie.visit(f"{PAGE}/calculs").text
    page = sophie.submit(sophie.visit(PAGE), f"{PAGE}/calculs")
    assert "aucune demande connue 75 % Sophie Garnier" in page.text
    sophie.submit(sophie.visit(PAGE), f"{PAGE}/calculs")
    answer = sophie.client.get(f"{PAGE}/classeur")
    rows = session.execute(select(CoverageRun)).scalars().all()
    assert len(rows) == 1
    book = load_workbook(io.BytesIO(answer.content))
    told = {row[0]: row[1] for row in book["Synthèse"].iter_rows(min_row=2, values_only=True)}
    assert told["Calcul gardé, qui se refait à l’identique"] == rows[0].id
    assert coverage_runs.replay_run(session, rows[0].id).different == ()
    assert json.loads(rows[0].result)["territory"]["alignment"] == "3/4"


def test_others_see_nothing_of_it(
    sophie: Person, curriculum: Curriculum, be: Be, session: Session
) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    for url in (PAGE, f"{PAGE}/calendrier", f"{PAGE}/classeur", AIMS):
        other.visit(url, 404)
    form = {"_csrf": other.visit("/cursus/nouveau").form("/cursus").fields["_csrf"], "version": "1"}
    assert other.client.post(AIMS, data=form).status_code == 404
    assert "Web" not in other.visit("/adequation").text
    trainer = be("ECOLE", Role.TRAINER, "Thomas Perrin")
    assert "Métiers visés et socle" not in trainer.visit(PAGE).text
    trainer.visit(AIMS, 403)
    be("FSE", Role.FUNDER, "Claire Vidal").visit("/adequation", 403)


def test_the_workbook_ties_to_the_list_of_needs(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session
) -> None:
    ask(session, lead, "=1+1", 3)
    ask(session, lead, "Intégratrice", 2)
    answer = sophie.client.get(f"{PAGE}/classeur")
    assert answer.status_code == 200
    assert answer.content == sophie.client.get(f"{PAGE}/classeur").content
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["Besoins ouverts"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert sum(int(str(row[2])) for row in rows) == 5
    assert "2 besoins ouverts, 5 postes" in sophie.visit("/adequation").text
    assert sophie.visit("/besoins?etat=ouverts").html.count('class="person"') == len(rows)
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert book.sheetnames[1:3] == ["Compétences, cible", "Modules à ajouter, cible"]


def test_the_pages_ask_as_much_for_many_needs(
    sophie: Person, curriculum: Curriculum, lead: Actor, session: Session, database: Database
) -> None:
    ask(session, lead)
    asked: list[str] = []

    def tally(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(database.engine, "before_cursor_execute", tally)

    def statements(url: str) -> int:
        asked.clear()
        sophie.visit(url)
        return sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in asked)

    urls = ("/adequation", PAGE, f"{PAGE}/calculs", AIMS, f"{PAGE}/calendrier")
    few = [statements(url) for url in urls]
    for number in range(20):
        ask(session, lead, f"Poste {number}")
        curricula.create_curriculum(session, lead, code=f"C{number}", name=f"C{number}",
                                    modules=[curricula.ModuleFacts("M", Decimal(7),
                                             ((f"s{number}", "Savoir", 2),))])  # fmt: skip
    session.commit()
    assert [statements(url) for url in urls] == few
    # The calendar also reads the people, what they can do and what they look for.
    assert max(few[:-1]) <= 8
    assert few[-1] <= 12


def test_the_command(
    file_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with file_database.writing() as session:
        organisation = accounts.create_organisation(session, code="ECOLE", name="École", kind="OF")
        account = accounts.create_account(session, email="s@ecole.exemple.fr", name="Sophie",
                                          password="quatre-mots-pour-essayer")  # fmt: skip
        accounts.join(session, account, organisation, Role.COORDINATOR, starts_on=date(2025, 1, 1))
        actor = accounts.actor_for(session, "s@ecole.exemple.fr", today=TODAY)
        modules = [curricula.ModuleFacts("Web", Decimal(7), (("html", "H", 3), ("css", "C", 2)))]
        curricula.create_curriculum(session, actor, code="K", name="K", modules=modules)
        codes = needs.skills_by_code(session)
        known = employers.add_employer(session, actor, PartnerFacts("E", employers.KIND),
                                       employers.Contact())  # fmt: skip
        need = needs.create_need(
            session, actor, known.id or 0, Terms("Poste", 2, Certainty.PROBABLE),
            [Requirement(codes["html"], 4, 4, True)], today=TODAY,
        )  # fmt: skip
        needs.publish(session, actor, need.id or 0, version=1, today=TODAY)
    for name, value in {
        "DATABASE_URL": file_database.engine.url.render_as_string(hide_password=False),
        "TODAY": TODAY.isoformat(),
        "SECRET_KEY": "a-secret-for-tests-and-nothing-else",
    }.items():
        monkeypatch.setenv(f"PARCOURS_{name}", value)
    # A command ends with its program; here its connections end with the test’s.
    monkeypatch.setattr(alignment, "open_database", lambda _settings: file_database)
    document: dict[str, Any] = json.loads(
        CliRunner().invoke(cli.app, ["align", "K", "--json"]).stdout
    )
    assert (document["open_needs"], document["open_posts"]) == (1, 2)
    assert document["scopes"]["territory"]["alignment"] == "3/4"
    assert document["scopes"]["territory"]["demand"] == "1/1"
    assert document["scopes"]["aimed"]["alignment"] is None
    assert "run" not in document
    kept = CliRunner().invoke(cli.app, ["align", "K", "--as", "s@ecole.exemple.fr", "--json"])
    run = json.loads(kept.stdout)["run"]
    monkeypatch.setattr(matches, "open_database", lambda _settings: file_database)
    again = CliRunner().invoke(cli.app, ["replay", run])
    assert "1 résultat(s) recalculé(s) à l’identique." in again.stdout
    told = CliRunner().invoke(cli.app, ["align", "K"]).stdout
    assert "Métiers visés : aucune demande connue" in told
    assert "75,0 % (3/4)" in told
