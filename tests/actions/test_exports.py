"""Outcome workbooks: each figure found again by filtering the rows, the same bytes twice."""

import fnmatch
import io
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreements,
    cohorts,
    exits,
    exports,
    learners,
    notes,
    pathways,
    situations,
)
from parcours.actions.outcome_rows import gather, pseudonym
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.notes import NoteKind, NoteReach
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Agreement, Learner
from tests.conftest import IN_CI

OFFICE = shutil.which("soffice")
START, END = date(2026, 1, 5), date(2026, 6, 26)
OUTCOMES: tuple[dict[str, Any], ...] = (
    {"situation": "CDI_NON_AIDE", "contract_type": "CDI", "contract_starts_on": date(2026, 7, 6)},
    {
        "situation": "CDD_6P",
        "contract_type": "CDD",
        "contract_starts_on": date(2026, 7, 1),
        "contract_ends_on": date(2026, 12, 31),
    },
    {"situation": "SANS_NOUVELLE"},
    {},
)


def actor(session: Session, code: str, role: Role, today: date, kind: str = "OF") -> Actor:
    """Somebody of an organisation of their own."""
    email = f"{code.lower()}@exemple.fr"
    accounts.open_account(
        session,
        email=email,
        name="Sophie Garnier",
        password="quatre-mots-pour-essayer",
        role=role.value,
        code=code,
        organisation_name=code,
        organisation_kind=kind,
        starts_on=date(2025, 1, 1),
    )
    return accounts.actor_for(session, email, today=today)


@pytest.fixture
def sophie(session: Session, today: date) -> Actor:
    """The coordinator who signs agreements."""
    return actor(session, "REV", Role.COORDINATOR, today)


@pytest.fixture
def claire(session: Session, today: date) -> Actor:
    """The funder."""
    return actor(session, "FSE", Role.FUNDER, today, kind="OI_FSE")


@pytest.fixture
def agreement(session: Session, sophie: Actor, claire: Actor, today: date) -> Agreement:
    """An agreement over a cohort of six, four of whom left."""
    facts = cohorts.CohortFacts("P1", "Promo 1", START, END, 10)
    cohort = cohorts.create_cohort(session, sophie, facts)
    for number in range(6):
        learner = learners.create_learner(
            session,
            sophie,
            learners.LearnerFacts(
                birth_name="=1+1" if number == 0 else f"Nom{number}",
                first_names="Prénom",
                born_on=date(1970 + 7 * number, 5, 17),
                gender=Gender.WOMAN if number % 2 else None,
                education=("3", "5", None)[number % 3],
                entry_status="DELD",
                receives_rsa=(True, False, None)[number % 3],
                qpv_status=(DistrictStatus.INSIDE, DistrictStatus.TO_CHECK, None)[number % 3],
            ),
            today=today,
            is_another=True,
        )
        cohorts.enrol(session, sophie, cohort.id or 0, learner.id or 0, today=today)
        if number < len(OUTCOMES):
            pathway = pathways.current_pathway(session, learner)
            record = situations.SituationRecord(END, **OUTCOMES[number])
            exits.record_exit(session, sophie, pathway.id or 0, record, today=today)
    return agreements.create_agreement(
        session,
        sophie,
        code="FSE-1",
        title="Développeurs",
        funder_id=claire.organisation_id,
        starts_on=START,
        ends_on=END + timedelta(days=200),
        cohort_ids=[cohort.id or 0],
    )


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet."""
    book = load_workbook(io.BytesIO(content))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def test_each_figure_is_a_filter_count_on_the_rows(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    found = sheets(made.content)
    heading, *rows = found["Participants"]
    assert len(rows) == 6
    for code, _, count, _, _, _, column, wanted in found["Synthèse"][1:]:
        if column is None:
            assert count == len(rows), code
            continue
        values = [str(row[heading.index(column)] or "") for row in rows]
        assert sum(fnmatch.fnmatch(value, str(wanted)) for value in values) == count, code


def test_figures_are_the_known_answers(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    figures = {row[0]: row[2:6] for row in sheets(made.content)["Synthèse"][1:]}
    assert figures["EECO01"] == (6, 6, 1, 0)
    assert figures["GENRE:Femme"] == (3, 6, 0.5, 3)
    assert figures["EECO10"][0] == 2  # two CAP: ISCED 3, never EECO09
    assert figures["EECO10"][3] == 2
    assert figures["QPV"] == (2, 6, 2 / 6, 4)  # « à vérifier » is not « no »
    assert figures["IAE:durable"] == (2, 4, 0.5, 1)  # a CDD of exactly six months is durable
    assert figures["IAE:dynamiques"] == (2, 4, 0.5, 1)
    assert figures["IAE:not_documented"][0] == 1


def test_the_same_facts_give_the_same_bytes(
    session: Session, sophie: Actor, claire: Actor, agreement: Agreement, today: date
) -> None:
    first = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    again = exports.export_outcomes(session, claire, agreement.id or 0, as_of=today, today=today)
    assert first.sha256 == again.sha256
    assert exports.read_export(session, claire, first.id or 0).content == first.content


def test_an_export_stops_at_its_day(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    before = gather(session, agreement, as_of=END - timedelta(days=1))
    assert (len(before.participants), len(before.exits)) == (6, 0)
    with pytest.raises(RuleBroken, match="avenir"):
        exports.export_outcomes(
            session, sophie, agreement.id or 0, as_of=today + timedelta(days=1), today=today
        )


def test_no_name_leaves_and_pseudonyms_do_not_join(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Nom1" not in text
    assert b"<f>" not in text
    other = Agreement(**(agreement.model_dump() | {"id": 99, "pseudonym_key": "other"}))
    assert pseudonym(agreement, 1) == pseudonym(agreement, 1) != pseudonym(other, 1)


@pytest.mark.parametrize("reach", list(NoteReach))
def test_notes_never_leave_in_a_workbook(
    session: Session,
    sophie: Actor,
    claire: Actor,
    agreement: Agreement,
    today: date,
    reach: NoteReach,
) -> None:
    """Neither their words nor that there are any: the bytes are those of before."""
    before = exports.export_outcomes(session, claire, agreement.id or 0, as_of=today, today=today)
    learner = session.execute(select(Learner).order_by(col(Learner.id)).limit(1)).scalar_one()
    facts = notes.NoteFacts(NoteKind.PHONE, reach, today, "Confidence à ne pas sortir")
    notes.write_note(session, sophie, learner.id or 0, facts, today=today)
    made = exports.export_outcomes(session, claire, agreement.id or 0, as_of=today, today=today)
    assert made.content == before.content
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert not any(b"Confidence" in archive.read(name) for name in archive.namelist())


def test_another_funder_finds_nothing(
    session: Session, agreement: Agreement, today: date, sophie: Actor
) -> None:
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    other = actor(session, "FONDS", Role.FUNDER, today, kind="FONDATION")
    with pytest.raises(NotFound):
        exports.export_outcomes(session, other, agreement.id or 0, as_of=today, today=today)
    with pytest.raises(NotFound):
        exports.read_export(session, other, made.id or 0)


@pytest.mark.skipif(OFFICE is None and not IN_CI, reason="LibreOffice n’est pas installé")
def test_libreoffice_opens_it_and_reads_the_same(
    session: Session, sophie: Actor, agreement: Agreement, today: date, tmp_path: Path
) -> None:
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    (tmp_path / "classeur.xlsx").write_bytes(made.content)
    subprocess.run(
        [
            OFFICE or "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "again"),
            str(tmp_path / "classeur.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    again = sheets((tmp_path / "again" / "classeur.xlsx").read_bytes())
    assert {name: plain(rows) for name, rows in again.items()} == {
        name: plain(rows) for name, rows in sheets(made.content).items()
    }


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with rates rounded as both programs keep them."""
    return [
        tuple(round(value, 9) if isinstance(value, float) else value for value in row)
        for row in rows
    ]
