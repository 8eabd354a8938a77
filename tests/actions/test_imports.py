"""Imports through the actions: every row accounted for, nothing twice, nothing half."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, calendars, cohorts, continuity_check, imports, learners
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Status
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.models import AttendanceMark, Import, Learner, Step
from parcours.sheets.opening import open_workbook

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
HEAD = ("NOM", "Prénom", "Né(e) le", "Tél.", "Début", "Fin", "Heures")
AMINA = ("Traoré", "Amina", "12/03/1990", "06 39 01 23 45", "01/09/2026", "30/09/2026", 24)
KEVIN = ("Lefèvre", "Kévin", "04/08/1977", None, "05/10/2026", None, None)
Join = Callable[[str, Role], Actor]


@pytest.fixture
def join(session: Session, today: date) -> Join:
    """Open an organisation and somebody to act for it."""

    def open_one(code: str, role: Role) -> Actor:
        email = f"{role.value}@{code.lower()}.exemple.fr"
        accounts.open_account(
            session,
            email=email,
            name="Lise Morel",
            password="quatre-mots-pour-essayer",
            role=role.value,
            code=code,
            organisation_name=f"Structure {code}",
            organisation_kind="OF",
            starts_on=date(2025, 1, 1),
        )
        return accounts.actor_for(session, email, today=today)

    return open_one


@pytest.fixture
def lise(join: Join) -> Actor:
    """A coordinator."""
    return join("CLIC", Role.COORDINATOR)


def sheet(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    page = book.worksheets[0]
    for row in (head, *rows):
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def run(session: Session, actor: Actor, content: bytes, today: date) -> dict[str, Any]:
    """Import a list in one go."""
    workbook = open_workbook(content, "liste.xlsx")
    return imports.run_import(session, actor, workbook, kind="learners", cohort=None, today=today)


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Created, updated, unchanged, to decide, rejected, blank; their sum must be what was read."""
    names = ("created", "updated", "unchanged", "to_decide", "rejected", "blank")
    values = tuple(report[name] for name in names)
    assert sum(values) == report["read"]
    return values


@pytest.mark.shared
def test_the_list_of_a_partner_gives_exactly_what_it_holds(
    session: Session, lise: Actor, today: date
) -> None:
    truth = json.loads((SAMPLES / "truth.json").read_text())["initiation-numerique-2026.xlsx"]
    content = (SAMPLES / "initiation-numerique-2026.xlsx").read_bytes()
    report = run(session, lise, content, today)
    assert sorted({error["row"] for error in report["errors"]}) == sorted(
        error["row"] for error in truth["errors"]
    )
    kept = truth["data_rows"] - len(truth["errors"]) + 1  # hours_text only loses its cell
    doubles = len(truth["duplicates_in_file"])
    assert counts(report) == (kept - doubles, 0, doubles, 0, 5, truth["ignored"]["blank_rows"])
    assert [row["row"] for row in report["ignored_rows"]] == [truth["ignored"]["total_row"]]
    assert counts(run(session, lise, content, today)) == (0, 0, kept, 0, 5, 2)
    assert continuity_check.differences(session) == []
    texts = session.execute(select(Learner)).scalars().all()
    assert not any("0123456A" in str(row.model_dump()) for row in texts)


@pytest.mark.shared
def test_an_attendance_sheet_gives_exactly_what_it_holds(
    session: Session, lise: Actor, today: date
) -> None:
    truth = json.loads((SAMPLES / "truth.json").read_text())["emargement-semaine-15.xlsx"]
    facts = cohorts.CohortFacts("DWWM", "DWWM", date(2026, 4, 1), date(2026, 6, 30), 30)
    cohort = cohorts.create_cohort(session, lise, facts)
    calendars.plan_half_days(session, lise, cohort.id or 0)
    for person in truth["roster"]:
        row = learners.create_learner(
            session,
            lise,
            learners.LearnerFacts(
                person["last"], person["first"], date.fromisoformat(person["born"])
            ),
            today=today,
            is_another=True,
        )
        cohorts.enrol(session, lise, cohort.id or 0, row.id or 0, today=today)
    content = (SAMPLES / "emargement-semaine-15.xlsx").read_bytes()

    def take() -> dict[str, Any]:
        workbook = open_workbook(content, "emargement-semaine-15.xlsx")
        return imports.run_import(
            session, lise, workbook, kind="attendance", cohort=None, today=today
        )

    report = take()
    assert report["counts"] == truth["counts"]
    assert [(error["row"], error["column"]) for error in report["errors"]] == [
        (code["row"], code["column"]) for code in truth["unknown_codes"]
    ]
    assert report["holidays"] == truth["holidays"]
    assert counts(report)[:4] == (truth["learners"], 0, 0, 0)
    stored = dict(
        session.execute(
            select(col(AttendanceMark.status), func.count()).group_by(col(AttendanceMark.status))
        ).all()
    )
    assert stored == {Status(code): count for code, count in truth["counts"].items()}
    assert counts(take())[:4] == (0, 0, truth["learners"], 0)


def test_a_second_import_completes_and_never_overwrites(
    session: Session, lise: Actor, today: date
) -> None:
    assert counts(run(session, lise, sheet(AMINA, KEVIN), today))[:3] == (2, 0, 0)
    moved = (*AMINA[:3], "06 39 99 99 99", *AMINA[4:])
    reached = (*KEVIN[:3], "06 39 11 22 33", *KEVIN[4:])
    assert counts(run(session, lise, sheet(moved, reached), today))[:3] == (0, 1, 1)
    phones = session.execute(select(col(Learner.phone)).order_by(col(Learner.id))).scalars()
    assert list(phones) == ["+33639012345", "+33639112233"]


def test_a_look_alike_waits_for_a_decision(session: Session, lise: Actor, today: date) -> None:
    run(session, lise, sheet(AMINA), today)
    near = ("Traore", "Aminna", *AMINA[2:])
    workbook = open_workbook(sheet(near), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    plan = imports.preview(session, lise, row.id or 0, today=today)
    assert plan.counts()["to_decide"] == 1
    candidate = plan.report()["decisions"][0]["candidates"][0]
    assert candidate["name"] == "Amina TRAORÉ"
    imports.decide(session, lise, row.id or 0, {"2": str(candidate["id"])})
    assert counts(imports.confirm_import(session, lise, row.id or 0, today=today))[2] == 1
    workbook = open_workbook(sheet(near), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    imports.decide(session, lise, row.id or 0, {"2": "new"})
    assert counts(imports.confirm_import(session, lise, row.id or 0, today=today))[0] == 1


def test_confirming_twice_writes_once_and_drops_the_cells(
    session: Session, lise: Actor, today: date
) -> None:
    workbook = open_workbook(sheet(AMINA), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    first = imports.confirm_import(session, lise, row.id or 0, today=today)
    assert imports.confirm_import(session, lise, row.id or 0, today=today) == first
    assert session.execute(select(func.count()).select_from(Step)).scalar_one() == 1
    assert row.content is None


def test_a_preview_writes_nothing(session: Session, lise: Actor, today: date) -> None:
    workbook = open_workbook(sheet(AMINA, KEVIN), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    imports.preview(session, lise, row.id or 0, today=today)
    assert session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0


def test_columns_are_remembered_for_the_same_headings(
    session: Session, lise: Actor, today: date
) -> None:
    odd = ("Patronyme", "Petit nom", "Naissance", "Portable", "Entrée", "Sortie", "Vol. h.")
    workbook = open_workbook(sheet(AMINA, head=odd), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    chosen = imports.proposal_of(row).map
    columns = {**chosen.columns, "birth_name": "A", "first_names": "B", "born_on": "C"}
    columns["hours"] = "G"
    mapping = type(chosen)(chosen.sheet, 1, columns)
    imports.choose_columns(session, lise, row.id or 0, mapping=mapping)
    assert counts(imports.confirm_import(session, lise, row.id or 0, today=today))[0] == 1
    again = imports.receive(
        session, lise, open_workbook(sheet(KEVIN, head=odd), "autre.xlsx"), kind="learners"
    )
    assert imports.proposal_of(again).is_remembered
    assert again.mapping["columns"]["hours"] == "G"


def test_an_outsider_finds_no_file_and_no_hint(
    session: Session, lise: Actor, join: Join, today: date
) -> None:
    run(session, lise, sheet(AMINA), today)
    outsider = join("AUTRE", Role.COORDINATOR)
    kept = session.execute(select(col(Import.id))).scalar_one()
    with pytest.raises(NotFound):
        imports.preview(session, outsider, kept or 0, today=today)
    assert counts(run(session, outsider, sheet(AMINA), today))[:3] == (1, 0, 0)


def test_a_funder_imports_nothing(session: Session, join: Join, today: date) -> None:
    funder = join("FONDS", Role.FUNDER)
    with pytest.raises(NotAllowed):
        run(session, funder, sheet(AMINA), today)


def test_a_file_without_the_needed_columns_says_which(
    session: Session, lise: Actor, today: date
) -> None:
    content = sheet(("x", "y"), head=("Couleur", "Taille"))
    with pytest.raises(RuleBroken, match="colonne de"):
        run(session, lise, content, today)


@pytest.mark.parametrize("rows", [(), ((None,) * 7, ("", " ", None, None, None, None, None))])
def test_a_list_without_a_line_is_shown_and_never_confirmed(
    session: Session, lise: Actor, today: date, rows: tuple[tuple[Any, ...], ...]
) -> None:
    workbook = open_workbook(sheet(*rows), "liste.xlsx")
    row = imports.receive(session, lise, workbook, kind="learners")
    assert imports.preview(session, lise, row.id or 0, today=today).is_empty
    with pytest.raises(RuleBroken, match="Aucune ligne à importer") as refused:
        imports.confirm_import(session, lise, row.id or 0, today=today)
    assert "file" in refused.value.errors
    assert row.confirmed_at is None
    assert row.content is not None
