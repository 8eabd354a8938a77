"""Sheets of acts: each line’s person and act, workshops put together, the same file twice."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import imports, learners, mediation
from parcours.domain.access import Actor
from parcours.domain.intake_acts import autonomy_of, kind_of, theme_of
from parcours.domain.mediation import ActivityKind, Autonomy
from parcours.models import Act, Activity
from parcours.reference import act_themes
from parcours.sheets.opening import open_workbook
from tests.actions.conftest import Cast
from tests.conftest import TODAY
from tests.sheets.books import book

HEADS = ("Nom", "Prénom", "Né(e) le", "Date", "Durée", "Thème", "Autonomie", "Type", "Lieu",
         "Anime")  # fmt: skip
DAY = date(2026, 11, 16)
SHEET = (
    ("EPN de la Reyssouze, actes de novembre",),
    (),
    HEADS,
    ("TRAORÉ", "Amina", None, DAY, "45 min", "Courriel et échanges en ligne", "autonome", "RDV",
     "EPN"),
    ("Diallo", "Moussa", date(1988, 3, 13), "16/11/2026", 90, "démarches CAF", "partiellement",
     "individuel", "EPN"),
    ("roy", "Jean-Pierre", None, "17.11.26", "2 h", "Arnaques en ligne", None, "Atelier", "Salle 2",
     "oui"),
    ("Traore", "amina", None, "17/11/2026", "2h", "arnaques", "accompagnée", "atelier", "Salle 2"),
    ("MARTIN", "Zoé", date(1990, 5, 5), "17/11/2026", "2h00", "Sécurité", "?", "collectif",
     "salle 2"),
    (),
    HEADS,
    ("Inconnu", "Paul", None, DAY, "1 h", "Courriel", None, None, None),
    ("Martin", "Zoé", None, DAY, "1 h", "Courriel", None, None, None),
    ("Diallo", "Moussa", None, "24/12/2026", "1 h", "Courriel", None, None, None),
    ("Diallo", "Moussa", None, DAY, 2, "Courriel", None, None, None),
    ("Diallo", "Moussa", None, DAY, "1 h", "Jardinage", None, None, None),
    ("Diallo", "Moussa", None, DAY, "1 h", "Courriel", "moyen moyen", "à distance", None),
    ("Roy", "Jean-Pierre", None, DAY, "1 h", "Courriel", "en forme", None, None),
    ("Total", None, None, None, "12 h", None, None, None, None),
)  # fmt: skip


@pytest.fixture
def lise(cast: Cast, session: Session, today: date) -> Actor:
    """A mediator who follows five people, two of whom bear the same name."""
    actor = cast("EPN")
    for birth, first, born in (
        ("Traoré", "Amina", date(1990, 3, 12)), ("Diallo", "Moussa", date(1988, 3, 13)),
        ("Roy", "Jean Pierre", date(1975, 1, 1)), ("Martin", "Zoé", date(1990, 5, 5)),
        ("Martin", "Zoé", date(1971, 2, 2)),
    ):  # fmt: skip
        facts = learners.LearnerFacts(birth_name=birth, first_names=first, born_on=born)
        learners.create_learner(session, actor, facts, today=today, is_another=True)
    return actor


def run(session: Session, actor: Actor, *rows: Any, is_dry: bool = False) -> dict[str, Any]:
    opened = open_workbook(book(*(rows or SHEET)), "actes.xlsx")
    report = imports.run_import(
        session, actor, opened, kind="acts", cohort=None, today=TODAY, is_dry=is_dry
    )
    names = ("created", "updated", "unchanged", "to_decide", "rejected", "blank")
    assert report["read"] == sum(report[name] for name in names)
    return report


def acts(session: Session) -> int:
    return int(session.execute(select(func.count()).select_from(Act)).scalar_one())


def test_each_line_is_counted_and_each_error_is_placed(session: Session, lise: Actor) -> None:
    report = run(session, lise)
    assert {name: report[name] for name in ("created", "to_decide", "rejected", "ignored")} == {
        "created": 6, "to_decide": 2, "rejected": 4, "ignored": 2,
    }  # fmt: skip
    assert [(error["row"], error["column"]) for error in report["errors"]] == [
        (13, "D"), (14, "E"), (15, "F"), (16, "H")
    ]  # fmt: skip
    assert "pas encore venu" in report["errors"][0]["message"]
    assert "Durée peu claire" in report["errors"][1]["message"]
    assert "Thème non reconnu" in report["errors"][2]["message"]
    assert [(item["row"], len(item["candidates"])) for item in report["decisions"]] == [
        (11, 0), (12, 2)
    ]  # fmt: skip
    assert [(item["row"], item["column"]) for item in report["warnings"]] == [(16, "G"), (17, "G")]


def test_lines_of_one_workshop_make_one(session: Session, lise: Actor) -> None:
    run(session, lise)
    rows = (
        session.execute(select(Activity).where(col(Activity.kind) == ActivityKind.WORKSHOP))
        .scalars()
        .all()
    )
    assert [(row.minutes, row.theme, row.place) for row in rows] == [(120, "SECURITE", "Salle 2")]
    people = mediation.acts_of(session, rows[0])
    assert {key: (act.part.value, act.autonomy) for key, act in people.items()} == {
        3: ("leads", None), 1: ("takes_part", Autonomy.GUIDED), 4: ("takes_part", None),
    }  # fmt: skip


def test_the_same_file_twice_creates_nothing(session: Session, lise: Actor) -> None:
    run(session, lise)
    before = acts(session)
    again = run(session, lise)
    assert (again["created"], again["unchanged"]) == (0, 6)
    assert acts(session) == before == 6


def test_what_was_corrected_since_stays(session: Session, lise: Actor) -> None:
    run(session, lise)
    rows = session.execute(select(Activity).order_by(col(Activity.id))).scalars().all()
    first, workshop = rows[0], next(row for row in rows if row.kind is ActivityKind.WORKSHOP)
    facts = mediation.ActivityFacts(first.kind, "NAVIGATION", date(2026, 11, 10), 60, first.place)
    people = {key: mediation.Taking() for key in mediation.acts_of(session, first)}
    mediation.correct_activity(session, lise, first.id or 0, facts, people, version=1, today=TODAY)
    mediation.cancel_activity(session, lise, workshop.id or 0, reason="Salle fermée")
    again = run(session, lise)
    assert (again["created"], again["unchanged"]) == (0, 6)
    assert (first.minutes, first.theme) == (60, "NAVIGATION")
    assert workshop.cancelled_at is not None


def test_another_file_adds_people_to_the_workshop(session: Session, lise: Actor) -> None:
    run(session, lise)
    line = ("Diallo", "Moussa", None, "17/11/2026", "2 h", "arnaques", None, "atelier", "Salle 2")
    report = run(session, lise, HEADS, line)
    assert report["created"] == 1, report
    found = session.execute(
        select(func.count()).where(col(Activity.kind) == ActivityKind.WORKSHOP)
    ).scalar_one()
    assert found == 1
    assert acts(session) == 7


def test_twice_the_same_line(session: Session, lise: Actor) -> None:
    """Somebody may come twice in a day; in one workshop, they cannot."""
    alone = ("Diallo", "Moussa", None, DAY, "30 min", "Courriel", None, None, None)
    group = ("Diallo", "Moussa", None, DAY, "2 h", "Courriel", None, "atelier", None)
    sheet = (HEADS, alone, alone, group, group)
    report = run(session, lise, *sheet)
    assert (report["created"], report["to_decide"]) == (3, 1)
    again = run(session, lise, *sheet)
    assert (again["created"], again["unchanged"], again["to_decide"]) == (0, 3, 1)


def test_a_workshop_nobody_follows_is_refused(session: Session, lise: Actor) -> None:
    line = ("Roy", "Jean-Pierre", None, DAY, "2 h", "Courriel", None, "atelier", None, "oui")
    report = run(session, lise, HEADS, line)
    assert (report["created"], report["rejected"]) == (0, 1)
    assert "Personne ne suit cet atelier" in report["errors"][0]["message"]
    assert (report["errors"][0]["row"], report["errors"][0]["column"]) == (2, "J")


def test_a_dry_run_writes_nothing(session: Session, lise: Actor) -> None:
    session.commit()
    assert run(session, lise, is_dry=True)["created"] == 6
    assert acts(session) == 0


def test_the_heading_says_the_unit(session: Session, lise: Actor) -> None:
    for heading, value in (("Durée (min)", 2), ("Heures", 2), ("Nb heures", "1,5")):
        heads = ("Nom et prénom", "Date", heading, "Thème")
        run(session, lise, heads, ("TRAORÉ Amina", DAY, value, "Courriel"))
    found = session.execute(select(col(Activity.minutes)).order_by(col(Activity.id))).scalars()
    assert list(found) == [2, 120, 90]


def test_people_of_others_are_never_found(session: Session, lise: Actor, cast: Cast) -> None:
    other = cast("AUTRE", name="Paule Roy")
    line = ("TRAORÉ", "Amina", None, DAY, "45 min", "Courriel", None, None, None)
    report = run(session, other, HEADS, line)
    assert (report["created"], report["to_decide"]) == (0, 1)
    assert report["decisions"][0]["candidates"] == []


THEMES = {code: item.label for code, item in act_themes().items()}


@pytest.mark.parametrize("code", THEMES)
def test_a_theme_by_its_label_or_code(code: str) -> None:
    assert theme_of(THEMES[code], THEMES) == code
    assert theme_of(code.lower(), THEMES) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mails", "COURRIEL"), ("Démarches CAF", "DEMARCHES"), ("Excel", "BUREAUTIQUE"),
        ("CV", "VALORISER"), ("mots de passe", "SECURITE"), ("Pôle emploi", "FRANCE_TRAVAIL"),
        ("mail et CV", None), ("jardinage", None), ("", None),
    ],
)  # fmt: skip
def test_a_theme_by_its_words(text: str, code: str | None) -> None:
    assert theme_of(text, THEMES) == code


def test_words_of_autonomy_and_kind() -> None:
    words = ("Autonome", "pas autonome", "en partie", "seule", "9")
    levels = [Autonomy.ALONE, Autonomy.GUIDED, Autonomy.PARTLY, Autonomy.ALONE, None]
    assert [autonomy_of(text) for text in words] == levels
    kinds = [ActivityKind.INDIVIDUAL, ActivityKind.WORKSHOP, None, ActivityKind.INFORMATION, None]
    assert [kind_of(text) for text in ("RDV", "Atelier collectif", "Info", "réunion", "visio")] == (
        kinds
    )
