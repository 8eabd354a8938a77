"""Lists of candidates through the actions: the partner’s sample, other headings, nothing twice."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, cohorts, continuity_check, curricula, imports, selection
from parcours.domain.access import Actor, Role
from parcours.domain.criteria import criteria_of
from parcours.domain.errors import RuleBroken
from parcours.domain.selection import Decision, DecisionReason, Meeting
from parcours.models import (
    Candidate,
    CandidateGrade,
    CandidateMark,
    Cohort,
    Enrolment,
    Learner,
)
from parcours.sheets.opening import open_workbook
from tests.conftest import SHARED

SAMPLE = "candidats-promo-dwwm.csv"
HEAD = "Candidat;Né le;Info co;Motivation /3;QCM (sur 40);Avis du jury;Motif"
ROWS = (
    "BENALI Karim;12/03/1990;présent;2;31;Retenu;",
    "MOREL Léa;04/08/1977;absente;;;;",
    "TRAORÉ Amina;01/02/1985;oui;3;12,5;non retenue;Projet à revoir",
    "ROUX Zoé;09/09/1999;convoquée;;;LC;",
    "KAYA Samir;30/11/1982;;1;41;désistement;A trouvé un emploi",
)


@pytest.fixture
def lise(session: Session, today: date) -> Actor:
    """A coordinator."""
    return _join(session, Role.COORDINATOR, today)


@pytest.fixture
def cohort(session: Session, lise: Actor) -> Cohort:
    """A cohort to come, of twelve, of a programme that notes motivation."""
    programme = curricula.create_programme(
        session,
        lise,
        code="GEN",
        name="GEN",
        starts_on=date(2020, 1, 1),
        entry_criteria=criteria_of((), ("Motivation",), {}),
    )
    return _cohort(session, lise, "GEN-4", 12, programme.id)


def test_a_list_with_other_headings(
    session: Session, lise: Actor, cohort: Cohort, today: date
) -> None:
    report = _run(session, lise, "\n".join((HEAD, *ROWS)), today)
    assert _counts(report) == (5, 0, 0, 0, 0)
    assert [(item["row"], item["column"]) for item in report["warnings"]] == [(6, "E")]
    found = session.execute(select(Candidate).order_by(col(Candidate.id))).scalars().all()
    assert [(row.meeting, row.decision) for row in found] == [
        (Meeting.CAME, Decision.ADMITTED),
        (Meeting.MISSED, None),
        (Meeting.CAME, Decision.REFUSED),
        (Meeting.INVITED, Decision.WAITING),
        (None, Decision.WITHDREW),
    ]
    assert {row.reason for row in found if row.decision} == {DecisionReason.FROM_FILE}
    assert found[2].words == "Projet à revoir"
    assert found[3].rank == 1
    # A mark out of 3 of a criterion people note is that note; the others keep their own scale.
    grades = session.execute(select(CandidateGrade).order_by(col(CandidateGrade.id))).scalars()
    assert [(row.candidate_id, row.criterion, row.level) for row in grades] == [
        (found[0].id, "motivation", 2),
        (found[2].id, "motivation", 3),
        (found[4].id, "motivation", 1),
    ]
    marks = session.execute(select(CandidateMark).order_by(col(CandidateMark.id))).scalars()
    assert [(row.label, row.value, row.out_of) for row in marks] == [
        ("QCM", Decimal("31.00"), Decimal("40.00")),
        ("QCM", Decimal("12.50"), Decimal("40.00")),
    ]
    assert continuity_check.differences(session) == []


def test_the_same_list_twice_changes_nothing_and_a_later_one_completes(
    session: Session, lise: Actor, cohort: Cohort, today: date
) -> None:
    text = "\n".join((HEAD, *ROWS))
    _run(session, lise, text, today)
    before = _everything(session)
    assert _counts(_run(session, lise, text, today)) == (0, 0, 5, 0, 0)
    assert _everything(session) == before
    later = text.replace("MOREL Léa;04/08/1977;absente;;;;", "MOREL Léa;04/08/1977;;;28;refusée;")
    later = later.replace("non retenue;Projet à revoir", "Retenue;")
    report = _run(session, lise, later, today)
    assert _counts(report) == (0, 1, 4, 0, 0)
    # What somebody decided is never overwritten: the list is told so.
    kept = [item["message"] for item in report["warnings"] if item["row"] == 4]
    assert kept == ["Décision déjà prise dans Parcours : « Refusé·e ». Elle est gardée."]
    lea = session.execute(
        select(Candidate)
        .join(Learner, col(Learner.id) == col(Candidate.learner_id))
        .where(col(Learner.birth_name) == "MOREL")
    ).scalar_one()
    assert (lea.meeting, lea.decision) == (Meeting.MISSED, Decision.REFUSED)


def test_a_list_admits_no_more_than_there_are_places(
    session: Session, lise: Actor, today: date
) -> None:
    cohort = _cohort(session, lise, "PETITE", 2)
    rows = [f"Nom{letter};Alix;0{n}/01/1990;admis" for n, letter in enumerate("abcd", 1)]
    report = _run(session, lise, "\n".join(("Nom;Prénom;Né le;Décision", *rows)), today)
    assert _counts(report) == (4, 0, 0, 0, 0)
    assert [item["row"] for item in report["warnings"]] == [4, 5]
    assert "n’a plus de place" in report["warnings"][0]["message"]
    assert _number(session, Enrolment) == cohorts.places_left(session, cohort) + 2 == 2
    undecided = session.execute(select(Candidate).where(col(Candidate.decision).is_(None)))
    assert len(undecided.scalars().all()) == 2


def test_the_period_and_the_cohort_are_those_of_the_list(
    session: Session, lise: Actor, cohort: Cohort, today: date
) -> None:
    selection.set_window(
        session,
        lise,
        cohort.id or 0,
        opens_on=date(2026, 11, 1),
        closes_on=date(2026, 12, 15),
        version=cohort.version,
    )
    head = "Nom;Prénom;Né le;Date de candidature"
    rows = ("Tôt;Alix;01/01/1990;15/10/2026", "Bien;Alix;02/01/1990;10/11/2026")
    report = _run(session, lise, "\n".join((head, *rows)), today)
    assert _counts(report) == (1, 0, 0, 0, 1)
    assert report["errors"][0]["row"] == 2
    assert "hors de la période" in report["errors"][0]["message"]
    other = _cohort(session, lise, "AUTRE", 12)
    with pytest.raises(RuleBroken, match="AUTRE"):
        _run(session, lise, "\n".join((head, rows[1])), today)
    _run(session, lise, "\n".join((head, rows[1])), today, name="Candidats AUTRE 2027.csv")
    assert _number(session, Candidate) == 2
    assert (
        session.execute(
            select(func.count()).where(col(Candidate.cohort_id) == other.id)
        ).scalar_one()
        == 1
    )


def test_decisions_of_a_list_are_the_coordination_s(
    session: Session, lise: Actor, cohort: Cohort, today: date
) -> None:
    trainer = _join(session, Role.TRAINER, today)
    report = _run(session, trainer, "\n".join((HEAD, ROWS[0])), today)
    assert _counts(report) == (1, 0, 0, 0, 0)
    assert "revient à la coordination" in report["warnings"][0]["message"]
    assert _number(session, Enrolment) == 0


@pytest.mark.shared
def test_the_sample_gives_exactly_what_it_holds(
    session: Session, lise: Actor, cohort: Cohort, today: date
) -> None:
    truth = json.loads((SHARED / "samples" / "truth.json").read_text())[SAMPLE]
    content = (SHARED / "samples" / SAMPLE).read_bytes()
    cohort.capacity = 24
    valid, wrong = truth["valid_rows"], len(truth["errors"])
    report = _run(session, lise, content, today, name=SAMPLE)
    assert report["read"] == truth["data_rows"]
    assert _counts(report) == (valid, 0, 0, 0, wrong)
    assert [error["row"] for error in report["errors"]] == [item["row"] for item in truth["errors"]]
    assert _number(session, Candidate) == _number(session, Learner) == valid
    decided = dict(
        session.execute(
            select(col(Candidate.decision), func.count()).group_by(col(Candidate.decision))
        ).all()
    )
    assert decided == {
        Decision.ADMITTED: 15,
        Decision.WAITING: 4,
        Decision.REFUSED: 4,
        None: 6,
    }
    assert _number(session, Enrolment) == 15
    # « Motivation /5 » is no criterion from 0 to 3: it stays a mark out of 5; 20,5/20 is told.
    scales = {row.out_of for row in session.execute(select(CandidateMark)).scalars()}
    assert scales == {Decimal(5), Decimal(20)}
    assert [item["value"] for item in report["warnings"] if item["column"] == "K"] == ["20,5"]
    before = _everything(session)
    assert _counts(_run(session, lise, content, today, name=SAMPLE)) == (0, 0, valid, 0, wrong)
    assert _everything(session) == before
    assert continuity_check.differences(session) == []


def _run(
    session: Session, actor: Actor, text: str | bytes, today: date, name: str = "candidats.csv"
) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    workbook = open_workbook(content, name)
    return imports.run_import(session, actor, workbook, kind="candidates", cohort=None, today=today)


def _counts(report: dict[str, Any]) -> tuple[int, ...]:
    names = ("created", "updated", "unchanged", "to_decide", "rejected")
    values = tuple(report[name] for name in names)
    assert sum(values) + report["blank"] == report["read"]
    return values


def _everything(session: Session) -> list[int]:
    tables = (Learner, Candidate, CandidateGrade, CandidateMark, Enrolment)
    return [_number(session, table) for table in tables]


def _number(session: Session, table: Any) -> int:
    return int(session.execute(select(func.count(col(table.id)))).scalar_one())


def _cohort(
    session: Session, actor: Actor, code: str, capacity: int, programme_id: int | None = None
) -> Cohort:
    facts = cohorts.CohortFacts(
        code, code, date(2027, 1, 4), date(2027, 6, 30), capacity, programme_id=programme_id
    )
    return cohorts.create_cohort(session, actor, facts)


def _join(session: Session, role: Role, today: date) -> Actor:
    email = f"{role.value}@ecole.exemple.fr"
    accounts.open_account(
        session,
        email=email,
        name="Lise Morel",
        password="quatre-mots-pour-essayer",
        role=role.value,
        code="ECOLE",
        organisation_name="École",
        organisation_kind="OF",
        starts_on=date(2025, 1, 1),
    )
    return accounts.actor_for(session, email, today=today)
