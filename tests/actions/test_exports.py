"""Outcome workbooks: each figure found again by filtering the rows, the same bytes twice."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreement_terms,
    agreements,
    cohorts,
    curricula,
    exits,
    exports,
    learners,
    notes,
    pathways,
    situations,
)
from parcours.actions.definitions import definition_on, esf_rules_on
from parcours.actions.figure_rows import frozen_figures, trace_today
from parcours.actions.outcome_rows import gather
from parcours.actions.outputs import FREE, OUTPUTS, output
from parcours.actions.pseudonyms import pseudonym
from parcours.domain import esf
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Status
from parcours.domain.calendar import Half
from parcours.domain.definitions import rate
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.esf import READERS
from parcours.domain.figure_rows import Part
from parcours.domain.notes import NoteKind, NoteReach
from parcours.domain.words import DataSource, DistrictStatus, Gender
from parcours.models import (
    Account,
    Agreement,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Learner,
)
from parcours.models.base import utc_now
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


def sheets(content: bytes, *, values: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet; `values`: what formulas compute rather than themselves."""
    book = load_workbook(io.BytesIO(content), data_only=values)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


# Headings somebody else chose, the columns *Qualité* counts among them.
PORTAL = [
    ("gender", "Sexe ~ ?"), ("status", "Situation *"), ("district", 'Quartier "QPV"'),
    ("rsa", "RSA"), ("level", "=Niveau"), ("has_left", "Sorti"),
]  # fmt: skip
WHOLE = [code for code in OUTPUTS if code != FREE]


@pytest.mark.parametrize("code", WHOLE)
def test_each_figure_is_a_formula_and_a_filter_on_the_rows(
    session: Session, sophie: Actor, agreement: Agreement, today: date, code: str
) -> None:
    made = exports.export_outcomes(
        session, sophie, agreement.id or 0, as_of=today, today=today, code=code
    )
    live, found = sheets(made.content), sheets(made.content, values=True)
    heading, *rows = found["Participants"]
    assert len(rows) == 6
    for formulas, row in zip(live["Synthèse"][1:], found["Synthèse"][1:], strict=True):
        assert str(formulas[2]).startswith("="), formulas[0]
        counted, place = row[2], str(row[9])
        sheet, _, wanted = place.partition(" : ")
        if "SUM" in str(formulas[2]) or sheet != "Participants":
            continue
        if wanted == "toutes les lignes":
            assert counted == len(rows)
            continue
        terms = [
            [part.split(" = ", 1) for part in term.split(", et ")] for term in wanted.split(", ou ")
        ]
        matching = [
            line
            for line in rows
            if any(all(line[heading.index(key)] == value for key, value in term) for term in terms)
        ]
        assert counted == len(matching), row[0]


def test_figures_are_the_known_answers(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    fse = figures(session, agreement, "fse", today)
    # Three say no gender, two of the women no level: one file is complete.
    assert fse["PARTICIPANTS"] == (6, 6, 0)
    assert fse["DOSSIERS"][0] == 4
    assert fse["EECO01"] == (2, 2, 0)
    assert fse["EECO02"] == fse["EECO03"] == (2, 2, 0)
    ville = figures(session, agreement, "ville", today)
    assert ville["GENRE:woman"] == (3, 6, 3)
    assert ville["QPV"] == (2, 6, 4)  # « à vérifier » is not « no »
    assert ville["NIVEAU:bac"] == (2, 6, 2)
    insertion = figures(session, agreement, "insertion", today)
    assert insertion["SORTIES"] == (4, 6, 0)
    assert insertion["iae:durable"] == (2, 4, 0)  # a CDD of exactly six months is durable
    assert insertion["iae:taux"] == (2, 4, 1)
    assert insertion["iae:not_documented"][0] == 1


def test_the_annual_account_is_told_line_by_line(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    """Six people in search of a job, three hours each of one half-day, towards RNCP37674."""
    curriculum = curricula.create_curriculum(
        session, sophie, code="DWWM", name="Développeur web", rncp_code="RNCP37674",
        modules=[curricula.ModuleFacts("Tout", Decimal(300), {})],
    )  # fmt: skip
    cohort = session.execute(select(Cohort)).scalar_one()
    cohort.curriculum_id = curriculum.id
    claire = session.execute(select(col(Account.id)).where(col(Account.email) == "fse@exemple.fr"))
    other = claire.scalar_one()
    slots = [
        CohortHalfDay(cohort_id=cohort.id or 0, held_on=START + timedelta(days=day), half=Half.AM,
                      minutes=180, signed_at=utc_now() if who else None, signed_by_id=who)
        for day, who in enumerate((sophie.account_id, sophie.account_id, other, None), start=1)
    ]  # fmt: skip
    session.add_all(slots)
    session.flush()
    slot = slots[0]
    for enrolment in session.execute(select(col(Enrolment.id))).scalars().all():
        session.add(AttendanceMark(half_day_id=slot.id or 0, enrolment_id=enrolment or 0,
                                   status=Status.PRESENT, source=DataSource.SCREEN,
                                   recorded_by_id=sophie.account_id))  # fmt: skip
    session.flush()
    told = figures(session, agreement, "bpf", today)
    assert told["F-1-c:personnes"] == (6, 6, 0)
    assert told["F-1-a:personnes"] == told["F-1-x:personnes"] == (0, 6, 0)
    assert told["F-1-c:heures"][:2] == (18, 18)
    assert told["F-3-5:personnes"] == (6, 6, 0)
    assert told["F-3-68:personnes"][0] == told["F-3-x:personnes"][0] == 0
    assert told["F-4:personnes:NSF 326"] == (6, 6, 0)
    assert told["F-4:heures:NSF 326"][:2] == (18, 18)
    # Two trainers signed three half-days of three hours; nobody signed the fourth.
    assert told["E-1:personnes"] == (2, 2, 1)
    assert told["E-1:heures"] == (9, 12, 1)
    traced = trace_today(session, agreement, "E-1:heures", as_of=today)
    assert [line.person for line in traced.lines(Part.COUNTED, 0, 9)] == [
        "Formateur 1", "Formateur 1", "Formateur 2",
    ]  # fmt: skip
    assert [line.person for line in traced.lines(Part.UNKNOWN, 0, 9)] == ["Non renseigné"]
    made = exports.export_outcomes(
        session, sophie, agreement.id or 0, as_of=today, today=today, code="bpf"
    )
    lines = {row[1]: row for row in sheets(made.content, values=True)["Cadres"][1:]}
    assert lines["F-1-c"][3:6] == lines["F-3-5"][3:6] == lines["F-4"][3:6] == (6, 18, None)
    assert lines["F-4"][2] == "Spécialité : NSF 326"
    assert lines["C-7"][3:6] == lines["D-1"][3:6] == (None, None, "à remplir")
    assert lines["E-1"][3:6] == (2, 9, None)
    assert lines["E-2"][3:6] == lines["G-1"][3:6] == ("à remplir", "à remplir", None)
    live = {row[1]: row for row in sheets(made.content)["Cadres"][1:]}
    assert str(live["F-3-5"][3]).startswith("=COUNTIFS(Participants!")
    assert {row[0] for row in lines.values()} == {"C", "D", "E", "F-1", "F-2", "F-3", "F-4", "G"}


def test_a_workbook_kept_tells_nothing_its_rows_do_not_hold(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    """An account frozen when its rows held fewer columns is read again as it was."""
    kept = exports.export_outcomes(
        session, sophie, agreement.id or 0, as_of=today, today=today, code="emargement"
    )
    kept.output = "bpf"
    found = [item.measure.code for item in frozen_figures(kept)]
    assert found == ["PARTICIPANTS"]


def test_a_curriculum_that_aims_at_nothing_is_unknown(
    session: Session, agreement: Agreement, today: date
) -> None:
    told = figures(session, agreement, "bpf", today)
    assert told["F-3-x:personnes"] == (6, 6, 0)
    assert told["F-3-5:personnes"] == (0, 6, 6)
    assert told["F-4:personnes:Non renseigné"] == (6, 6, 0)
    assert told["F-3-5:heures"][:2] == (0, 0)


def test_esf_figures_are_those_of_the_definitions(
    session: Session, agreement: Agreement, today: date
) -> None:
    """The page, the workbook and domain/esf.count tell one number."""
    _, rules = esf_rules_on(today)
    people = gather(session, agreement, as_of=today).participants
    counted = figures(session, agreement, "fse", today)
    for code in READERS:
        wanted = esf.count(code, [item.participation for item in people], today, rules)
        assert counted[code] == (wanted.count, wanted.concerned, wanted.unknown), code
    for item in people:
        yes = [code for code in READERS if item.esf(code).value == "yes"]
        assert tuple(yes) == esf.codes_of(item.participation, today, rules)


@pytest.mark.parametrize("code", ["iae", "iae-heures", "plie", "gen", "rncp-6-mois"])
def test_exit_figures_are_those_of_the_definitions(
    session: Session, agreement: Agreement, today: date, code: str
) -> None:
    people = gather(session, agreement, as_of=today).participants
    given = [found for item in people if (found := item.exit_class(code))]
    wanted = rate(definition_on(code, today), given)
    holder = "gen" if code in {"gen", "rncp-6-mois"} else "insertion"
    counted = figures(session, agreement, holder, today)
    assert counted[f"{code}:taux"] == (wanted.numerator, wanted.denominator, wanted.undocumented)
    classes = [
        found[0]
        for name, found in counted.items()
        if name.startswith(f"{code}:") and not name.endswith(":taux")
    ]
    assert sum(classes) == len(given) == counted["SORTIES"][0]


def figures(session: Session, agreement: Agreement, code: str, day: date) -> dict[str, Any]:
    """By code, (count, among, unknown)."""
    found = exports.figures_of(session, agreement, output(code), as_of=day)
    return {item.measure.code: (item.count, item.among, item.unknown) for item in found}


def test_the_same_facts_give_the_same_bytes(
    session: Session, sophie: Actor, claire: Actor, agreement: Agreement, today: date
) -> None:
    first = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    again = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    assert first.sha256 == again.sha256
    assert exports.read_export(session, sophie, first.id or 0).content == first.content
    # The funder takes counts away: tests/actions/test_funder_books.py.
    with pytest.raises(NotFound):
        exports.read_export(session, claire, first.id or 0)


def test_no_row_is_lost_beyond_what_a_sheet_holds(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    """Rows told besides go on in numbered sheets; rows that figures count are refused."""
    asked = exports.requested(
        session, sophie, agreement.id or 0, as_of=today, today=today, code="fse", layout_id=None
    )
    whole, parted = io.BytesIO(), io.BytesIO()
    exports.make(session, asked, whole)
    exports.make(session, asked, parted, most_rows=8)
    one, many = sheets(whole.getvalue()), sheets(parted.getvalue())
    parts = [name for name in many if name.startswith("Sorties et suivis")]
    assert len(parts) > 2
    assert [row for name in parts for row in many[name][1:]] == one["Sorties et suivis"][1:]
    assert all(many[name][0] == one["Sorties et suivis"][0] for name in parts)
    told = [row for name in many if name.startswith("Méthode") for row in many[name]]
    assert any(f"jusqu’à « {parts[-1]} »" in str(row[1]) for row in told)
    with pytest.raises(RuleBroken, match="« Participants » aurait 6 lignes"):
        exports.make(session, asked, io.BytesIO(), most_rows=6)


def test_an_export_stops_at_its_day(
    session: Session, sophie: Actor, agreement: Agreement, today: date
) -> None:
    before = gather(session, agreement, as_of=END - timedelta(days=1))
    assert len(before.participants) == 6
    assert not any(item.left for item in before.participants)
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
    live = set(re.findall(rb"<f>(\w+)\(", text))
    assert live <= {b"COUNTIFS", b"COUNTA", b"SUMIFS", b"SUM", b"IF"}
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
    before = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
    learner = session.execute(select(Learner).order_by(col(Learner.id)).limit(1)).scalar_one()
    facts = notes.NoteFacts(NoteKind.PHONE, reach, today, "Confidence à ne pas sortir")
    notes.write_note(session, sophie, learner.id or 0, facts, today=today)
    made = exports.export_outcomes(session, sophie, agreement.id or 0, as_of=today, today=today)
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
def test_libreoffice_computes_what_is_kept_beside_each_formula(
    session: Session, sophie: Actor, agreement: Agreement, today: date, tmp_path: Path
) -> None:
    """Every output in one run: each formula computed anew gives the value written beside it."""
    key = agreement.id or 0
    layout = agreement_terms.save_layout(session, sophie, key, "Portail", PORTAL)
    for code in OUTPUTS:
        chosen = layout.id if code == FREE else None
        made = exports.export_outcomes(
            session, sophie, key, as_of=today, today=today, code=code, layout_id=chosen
        )
        (tmp_path / f"{code}.xlsx").write_bytes(without_values(made.content))
        (tmp_path / f"{code}.kept").write_bytes(made.content)
    recalculate(tmp_path)
    for code in OUTPUTS:
        again = sheets((tmp_path / "again" / f"{code}.xlsx").read_bytes(), values=True)
        kept = sheets((tmp_path / f"{code}.kept").read_bytes(), values=True)
        live = sheets((tmp_path / f"{code}.kept").read_bytes())
        assert {name: plain(rows) for name, rows in again.items()} == {
            name: plain(rows) for name, rows in kept.items()
        }, code
        # There was something to compute in each, in both sheets that count.
        for name in ("Synthèse", "Qualité"):
            assert any(str(cell).startswith("=") for row in live[name] for cell in row), code


def without_values(content: bytes) -> bytes:
    """The workbook with nothing beside its formulas, so that a program has to compute them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name))
            target.writestr(name, data)
    return buffer.getvalue()


def recalculate(folder: Path) -> None:
    """Every workbook of a folder, opened, computed and saved by LibreOffice into `again`."""
    subprocess.run(
        [
            OFFICE or "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder / "again"),
            *map(str, sorted(folder.glob("*.xlsx"))),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with rates rounded as both programs keep them, and « » for nothing."""
    return [
        tuple(
            round(value, 9) if isinstance(value, float) else (None if value == "" else value)
            for value in row
        )
        for row in rows
    ]
