"""Positioning results through the actions: every attempt kept, nothing twice, nothing invented."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import cohorts, frameworks, imports, learners, skills
from parcours.domain.access import Actor, Role
from parcours.domain.errors import RuleBroken
from parcours.domain.skills import EvidenceSource, Moment
from parcours.models import Assessment, Framework, Import, Learner, Skill, SkillEvidence
from parcours.sheets.opening import open_workbook
from tests.actions.conftest import Cast
from tests.sheets.books import book

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SEARCH, MANAGE = "1.1 Mener une recherche et une veille d’information", "1.2 Gérer des données"
HEAD = f"Nom;Prénom;Date de naissance;Date du partage;{SEARCH};{MANAGE}"
AMINA, KEVIN = "Traoré;Amina;12/03/1990", "LEFÈVRE;Kévin;04/08/1977"


@pytest.fixture
def lise(cast: Cast) -> Actor:
    """A coordinator."""
    return cast("CLIC", Role.COORDINATOR, "Lise Morel")


def run(session: Session, actor: Actor, text: str | bytes, **options: Any) -> dict[str, Any]:
    """Import results in one go."""
    content = text if isinstance(text, bytes) else text.encode()
    name = "resultats.xlsx" if isinstance(text, bytes) else "resultats.csv"
    workbook = open_workbook(content, name)
    options = {"cohort": None, "today": date(2026, 11, 23)} | options
    return imports.run_import(session, actor, workbook, kind="assessments", **options)


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Created, updated, unchanged, to decide, rejected, blank; their sum must be what was read."""
    names = ("created", "updated", "unchanged", "to_decide", "rejected", "blank")
    values = tuple(report[name] for name in names)
    assert sum(values) == report["read"]
    return values


def told(session: Session) -> list[tuple[str, str, int, str | None]]:
    """(birth name, skill, level, as stated) of everything kept, in order."""
    rows = session.execute(
        select(
            col(Learner.birth_name),
            col(Skill.code),
            col(SkillEvidence.level),
            col(SkillEvidence.stated),
        )
        .join(Learner, col(Learner.id) == col(SkillEvidence.learner_id))
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .order_by(col(SkillEvidence.id))
    )
    return [tuple(row) for row in rows]


def attempts(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Assessment)).scalar_one()


def meet(session: Session, actor: Actor, line: str, today: date) -> Learner:
    """Somebody already known."""
    last, first, born = line.split(";")
    day, month, year = (int(part) for part in born.split("/"))
    facts = learners.LearnerFacts(last, first, date(year, month, day))
    return learners.create_learner(session, actor, facts, today=today, is_another=True)


@pytest.mark.shared
def test_the_sample_gives_exactly_what_it_holds(session: Session, lise: Actor, today: date) -> None:
    truth = json.loads((SAMPLES / "truth.json").read_text())["resultats-positionnement.csv"]
    content = (SAMPLES / "resultats-positionnement.csv").read_text(encoding="utf-8-sig")
    report = run(session, lise, content, today=today)
    wrong = len(truth["errors"])
    kept = truth["data_rows"] - wrong
    assert counts(report) == (kept, 0, 0, 0, wrong, 0)
    assert [error["row"] for error in report["errors"]] == [e["row"] for e in truth["errors"]]
    assert (attempts(session), len(told(session))) == (kept, 9 * kept)
    assert counts(run(session, lise, content, today=today)) == (0, 0, kept, 0, wrong, 0)
    assert (attempts(session), len(told(session))) == (kept, 9 * kept)


def test_levels_on_eight_are_kept_on_four_with_their_words(
    session: Session, lise: Actor, today: date
) -> None:
    known = meet(session, lise, "TRAORE;Amina;12/03/1990", today)
    report = run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;5;0\n{KEVIN};12/10/2026;8;")
    assert counts(report) == (2, 0, 0, 0, 0, 0)
    assert told(session) == [
        ("TRAORE", "pix:1.1", 3, "5 sur 8"),
        ("TRAORE", "pix:1.2", 0, "0 sur 8"),
        ("LEFÈVRE", "pix:1.1", 4, "8 sur 8"),
    ]
    rows = session.execute(select(SkillEvidence)).scalars().all()
    assert rows[0].learner_id == known.id
    assert {(row.source, row.assessed_on) for row in rows} == {
        (EvidenceSource.ASSESSED, date(2026, 10, 12))
    }
    # Pix was not in use: putting it to use, and somebody new, are said.
    assert "Le référentiel « Pix (CRCN) » sera mis en service." in report["notices"]
    assert "1 personne encore inconnue de vous : fiche à créer." in report["notices"]


def test_two_attempts_stay_two_and_the_same_file_nothing(session: Session, lise: Actor) -> None:
    first = f"{HEAD}\n{AMINA};12/10/2026;3;1"
    later = f"{HEAD}\n{AMINA};12/11/2026;3;1"
    # The same day, another result: another attempt.
    again = f"{HEAD}\n{AMINA};12/11/2026;4;1"
    for text, number in ((first, 1), (later, 2), (again, 3)):
        assert counts(run(session, lise, text)) == (1, 0, 0, 0, 0, 0)
        assert attempts(session) == number
    for text in (first, later, again):
        assert counts(run(session, lise, text)) == (0, 0, 1, 0, 0, 0)
    assert attempts(session) == 3
    assert len(told(session)) == 6


def test_a_wrong_level_keeps_its_row_out_until_it_is_mended(session: Session, lise: Actor) -> None:
    report = run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;12;1\n{KEVIN};12/10/2026;zz;1")
    assert counts(report) == (0, 0, 0, 0, 2, 0)
    assert [(e["row"], e["column"], e["value"]) for e in report["errors"]] == [
        (2, "E", "12"), (3, "E", "zz"),
    ]  # fmt: skip
    assert "de 0 à 8" in report["errors"][0]["message"]
    assert "Niveau illisible" in report["errors"][1]["message"]
    assert told(session) == []
    # Nobody was created for a row that stays out.
    assert session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0
    assert counts(run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;2;1")) == (1, 0, 0, 0, 0, 0)


def test_what_a_fuller_file_adds_completes_the_attempt(session: Session, lise: Actor) -> None:
    run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;3;")
    assert counts(run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;3;1")) == (0, 1, 0, 0, 0, 0)
    assert attempts(session) == 1
    assert len(told(session)) == 2


def test_unknown_skills_are_told_and_never_made(session: Session, lise: Actor) -> None:
    text = f"{HEAD};9.9 Dompter un dragon\n{AMINA};12/10/2026;3;1;4"
    report = run(session, lise, text)
    assert counts(report) == (1, 0, 0, 0, 0, 0)
    assert [(e["row"], e["column"], e["value"]) for e in report["warnings"]] == [
        (1, "G", "9.9 Dompter un dragon")
    ]
    labels = session.execute(select(col(Skill.label))).scalars().all()
    assert not any("dragon" in label for label in labels)
    with pytest.raises(RuleBroken, match="Aucune compétence de vos référentiels"):
        run(session, lise, f"Nom;Prénom;Date;9.9 Dompter un dragon\n{AMINA[:-11]};12/10/2026;4")


def test_a_line_a_skill(session: Session, lise: Actor, today: date) -> None:
    """Other shape: one line a person and skill, percentages, and the moment said."""
    head = "Participant;Né(e) le;Positionnement;Compétence;Résultat;Date d’évaluation"
    lines = [
        f"TRAORÉ Amina;12/03/1990;Entrée;{SEARCH[4:]};38 %;12/10/2026",
        "TRAORÉ Amina;12/03/1990;Entrée;Gérer des données;0 %;12/10/2026",
        "TRAORÉ Amina;12/03/1990;Entrée;Inventer;50 %;12/10/2026",
        "LEFÈVRE Kévin;04/08/1977;Entrée;Gérer des données;100 %;12/10/2026",
        "Total;;;;;",
    ]
    text = "\n".join([head, *lines])
    report = run(session, lise, text)
    assert counts(report) == (3, 0, 0, 0, 1, 0)
    assert report["ignored"] == 1
    assert [(e["row"], e["column"], e["value"]) for e in report["errors"]] == [(4, "D", "Inventer")]
    assert told(session) == [
        ("TRAORÉ", "pix:1.1", 2, "38 %"),
        ("TRAORÉ", "pix:1.2", 0, "0 %"),
        ("LEFÈVRE", "pix:1.2", 4, "100 %"),
    ]
    assert attempts(session) == 2
    assert {row.moment for row in session.execute(select(Assessment)).scalars()} == {Moment.ENTRY}
    assert counts(run(session, lise, text)) == (0, 0, 3, 0, 1, 0)


def test_words_in_a_workbook_with_a_title(session: Session, lise: Actor) -> None:
    """A day over the table, numbers alone under the framework’s name, words for levels."""
    content = book(
        ("Positionnement DigComp du 05/10/2026",),
        (),
        ("Prénom", "Nom", "DDN", "1.1", "1.2", "2.1"),
        ("Amina", "Traoré", date(1990, 3, 12), "Débutant", "avec aide", "non évalué"),
        ("Kévin", "Lefèvre", date(1977, 8, 4), "Expert", "Autonome", "Avancé (5-6)"),
    )
    report = run(session, lise, content)
    assert counts(report) == (2, 0, 0, 0, 0, 0)
    assert [(code, level) for _, code, level, _ in told(session)] == [
        ("digcomp-2.2:1.1", 1), ("digcomp-2.2:1.2", 2),
        ("digcomp-2.2:1.1", 4), ("digcomp-2.2:1.2", 3), ("digcomp-2.2:2.1", 3),
    ]  # fmt: skip
    assert "« avec aide » est lu comme le niveau 2." in report["notices"]
    dates = session.execute(select(col(Assessment.taken_on))).scalars().all()
    assert set(dates) == {date(2026, 10, 5)}


def test_a_framework_of_ones_own_on_four_levels(session: Session, lise: Actor) -> None:
    frameworks.create_framework(
        session, lise, code="ATELIER", label="Atelier", skills=[("", "Souder"), ("", "Découper")]
    )
    head = "Nom;Prénom;Date de naissance;Date;Souder;Découper"
    report = run(session, lise, f"{head}\n{AMINA};12/10/2026;3;5")
    assert "de 0 à 4" in report["errors"][0]["message"]
    assert counts(run(session, lise, f"{head}\n{AMINA};12/10/2026;3;1")) == (1, 0, 0, 0, 0, 0)
    assert [(level, words) for *_, level, words in told(session)] == [(3, None), (1, None)]


def test_without_a_birth_date_only_a_sure_name_enters(
    session: Session, lise: Actor, today: date
) -> None:
    facts = cohorts.CohortFacts("GEN", "GEN", date(2026, 9, 1), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, lise, facts)
    for line in (AMINA, "LEFEVRE;Kévin;04/08/1977", "Lefèvre;Kevin;01/01/1980"):
        learner = meet(session, lise, line, today)
        cohorts.enrol(session, lise, cohort.id or 0, learner.id or 0, today=today)
    head = f"Nom;Prénom;Date;{SEARCH};{MANAGE}"
    rows = ("Traoré;Amina;12/10/2026;3;1", "Lefevre;Kevin;12/10/2026;3;1", "Roux;Zoé;12/10/2026;2;")
    text = "\n".join([head, *rows])
    report = run(session, lise, text, cohort="GEN")
    assert counts(report) == (1, 0, 0, 2, 0, 0)
    assert [(row["row"], len(row["candidates"])) for row in report["decisions"]] == [(3, 2), (4, 0)]


def test_a_look_alike_waits_for_a_choice(session: Session, lise: Actor, today: date) -> None:
    known = meet(session, lise, "Traoré;Amyna;12/03/1990", today)
    workbook = open_workbook(f"{HEAD}\n{AMINA};12/10/2026;3;1\n".encode(), "r.csv")
    row = imports.receive(session, lise, workbook, kind="assessments")
    plan = imports.preview(session, lise, row.id or 0, today=today)
    assert plan.counts()["to_decide"] == 1
    assert [item.id for item in plan.rows[0].candidates] == [known.id]
    imports.decide(session, lise, row.id or 0, {"2": str(known.id)})
    report = imports.confirm_import(session, lise, row.id or 0, today=today)
    assert counts(report) == (1, 0, 0, 0, 0, 0)
    assert {line[0] for line in told(session)} == {"Traoré"}


def test_bad_days_are_refused_line_by_line(session: Session, lise: Actor) -> None:
    days = ("31/02/2026", "24/12/2026", "", "12/03/1980")
    rows = [f"{AMINA};{day};3;1" for day in days]
    report = run(session, lise, "\n".join([HEAD, *rows]))
    assert counts(report) == (0, 0, 0, 0, 4, 0)
    messages = {error["row"]: error["message"] for error in report["errors"]}
    for row, words in ((2, "n’existe pas"), (3, "pas encore venu"), (4, "Indiquez le jour"),
                       (5, "avant la naissance")):  # fmt: skip
        assert words in messages[row]


def test_another_organisation_keeps_its_own_attempts(
    session: Session, lise: Actor, cast: Cast, today: date
) -> None:
    other = cast("AUTRE", Role.COUNSELLOR, "Paule Roy")
    text = f"{HEAD}\n{AMINA};12/10/2026;3;1"
    run(session, lise, text)
    # She does not know the first one’s Amina: hers is another file, and another attempt.
    assert counts(run(session, other, text)) == (1, 0, 0, 0, 0, 0)
    people = session.execute(select(col(Assessment.learner_id))).scalars().all()
    assert len(set(people)) == 2


def test_a_level_said_by_hand_is_no_attempt(session: Session, lise: Actor, today: date) -> None:
    learner = meet(session, lise, AMINA, today)
    pix = skills.use_framework(session, "pix")
    first = session.execute(select(Skill).where(col(Skill.code) == "pix:1.1")).scalar_one()
    said = skills.Said(date(2026, 10, 12), EvidenceSource.ASSESSED)
    skills.record_level(
        session, lise, learner.id or 0, first.id or 0, 3, said, today=today, scale=pix.scale
    )
    report = run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;3;1")
    assert counts(report) == (1, 0, 0, 0, 0, 0)
    assert len(told(session)) == 3


def test_a_dry_run_writes_nothing(session: Session, lise: Actor) -> None:
    session.commit()
    run(session, lise, f"{HEAD}\n{AMINA};12/10/2026;3;1", is_dry=True)
    for table in (Assessment, Import, Framework, Learner):
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
