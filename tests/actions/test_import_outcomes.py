"""A partner’s table of exits taken in: who left, what was told since; the same file twice."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, exits, imports, learners, pathways, situations
from parcours.domain.access import Actor, Role
from parcours.domain.follow_ups import State
from parcours.models import Exit, ExitSituation, FollowUp, Learner, Pathway
from parcours.sheets.opening import open_workbook
from tests.conftest import SHARED, TODAY

HEAD = (
    "NOM;Prénom;Date naissance;Date de sortie;Situation à la sortie;Contrat;Début contrat;"
    "Fin contrat;Employeur;Situation à 3 mois;Situation à 6 mois"
)
BORN, LEFT = "12/03/1990", "12/12/2025"


@pytest.fixture
def actor(session: Session) -> Actor:
    """A counsellor of a maison de l’emploi."""
    organisation = accounts.create_organisation(session, code="MDE", name="MDE", kind="PLIE")
    account = accounts.create_account(
        session, email="nadia@mde.exemple.fr", name="Nadia", password="quatre-mots-pour-essayer"
    )
    accounts.join(session, account, organisation, Role.COUNSELLOR, starts_on=date(2025, 1, 1))
    return accounts.actor_for(session, "nadia@mde.exemple.fr", today=TODAY)


def take_in(session: Session, actor: Actor, *lines: str) -> dict[str, Any]:
    text = "\n".join((HEAD, *lines))
    workbook = open_workbook(text.encode(), "sorties.csv")
    return imports.run_import(session, actor, workbook, kind="outcomes", cohort=None, today=TODAY)


def count(session: Session, model: Any) -> int:
    return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def states(session: Session) -> dict[str, State | None]:
    return {row.delay: row.outcome for row in session.execute(select(FollowUp)).scalars()}


def known(session: Session, actor: Actor) -> Learner:
    facts = learners.LearnerFacts(birth_name="Roux", first_names="Amina", born_on=date(1990, 3, 12))
    return learners.create_learner(session, actor, facts, today=TODAY)


def test_somebody_new_enters_with_their_exit(session: Session, actor: Actor) -> None:
    line = f"Roux;Amina;{BORN};{LEFT};Emploi;CDD;24/12/2025;25/03/2026;Garage;en emploi;injoignable"
    report = take_in(session, actor, line)
    assert (report["read"], report["created"], report["errors"]) == (1, 1, [])
    assert report["counts"] == {"CDD 3 mois": 1}
    first, later = situations.situations_of(session, [1])[1]
    assert (first.situation, first.contract_type, first.employer) == ("CDD_M6", "CDD", "Garage")
    assert (later.situation, later.observed_on) == ("EMPLOI_NP", date(2026, 3, 12))
    assert states(session) == {
        "4-semaines": None, "3-mois": State.ANSWERED, "6-mois": State.UNREACHABLE, "12-mois": None,
    }  # fmt: skip
    pathway = session.execute(select(Pathway)).scalar_one()
    assert (pathway.opened_on, pathway.closed_on) == (date(2025, 12, 12), date(2025, 12, 12))
    again = take_in(session, actor, line)
    assert (again["unchanged"], again["created"], again["updated"]) == (1, 0, 0)
    assert (count(session, ExitSituation), count(session, Exit)) == (2, 1)


def test_an_exit_is_completed_and_never_overwritten(session: Session, actor: Actor) -> None:
    pathway = pathways.open_pathway(
        session, actor, known(session, actor), opened_on=date(2025, 9, 1)
    )
    said = situations.SituationRecord(date(2025, 12, 12), "CDI_NON_AIDE", "CDI", employer="Mairie")
    exits.record_exit(session, actor, pathway.id or 0, said, today=TODAY)
    line = f"ROUX;amina;{BORN};{LEFT};Emploi;CDI;14/12/2025;;Garage;?;"
    report = take_in(session, actor, line)
    assert (report["updated"], report["created"]) == (1, 0)
    first = situations.situations_of(session, [1])[1][0]
    assert (first.employer, first.contract_starts_on) == ("Mairie", date(2025, 12, 14))
    assert first.replaces_id == 1
    assert states(session)["3-mois"] is State.UNKNOWN
    assert take_in(session, actor, line)["unchanged"] == 1
    # An answer that comes after a silence enters.
    answered = take_in(session, actor, line.replace("?", "recherche"))
    assert answered["updated"] == 1
    assert states(session)["3-mois"] is State.ANSWERED


def test_an_open_pathway_is_closed_by_the_exit(session: Session, actor: Actor) -> None:
    pathway = pathways.open_pathway(
        session, actor, known(session, actor), opened_on=date(2025, 9, 1)
    )
    assert take_in(session, actor, f"Roux;Amina;{BORN};{LEFT};recherche;;;;;;")["created"] == 1
    assert pathway.closed_on == date(2025, 12, 12)
    assert count(session, Pathway) == 1


def test_a_pathway_of_other_days_waits_for_somebody(session: Session, actor: Actor) -> None:
    pathways.open_pathway(session, actor, known(session, actor), opened_on=date(2026, 9, 1))
    report = take_in(session, actor, f"Roux;Amina;{BORN};{LEFT};recherche;;;;;;")
    assert report["to_decide"] == 1
    assert "ne couvre ce jour" in report["decisions"][0]["reason"]
    assert count(session, Exit) == 0


def test_somebody_alike_waits_for_somebody(session: Session, actor: Actor) -> None:
    known(session, actor)
    report = take_in(session, actor, f"Rou;Amina;{BORN};{LEFT};recherche;;;;;;")
    assert report["to_decide"] == 1
    assert [item["id"] for item in report["decisions"][0]["candidates"]] == [1]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (";Emploi;CDI;;;;;", "Date de sortie manquante"),
        ("31/02/2026;Emploi;CDI;;;;;", "n’existe pas"),
        ("1/12/2026;Emploi;CDI;;;;;", "dans l’avenir"),
        (f"{LEFT};Emploi;CDD;24/12/2025;;;;", "toujours une fin"),
        (f"{LEFT};Emploi;CDD;24/12/2025;1/12/2025;;;", "avant le début"),
    ],
)
def test_lines_refused(session: Session, actor: Actor, cells: str, message: str) -> None:
    report = take_in(session, actor, f"Roux;Amina;{BORN};{cells}")
    assert (report["rejected"], report["created"]) == (1, 0)
    assert message in report["errors"][0]["message"]
    assert report["errors"][0]["row"] == 2
    assert count(session, Learner) == 0


def test_a_word_nobody_knows_loses_its_cell_alone(session: Session, actor: Actor) -> None:
    report = take_in(session, actor, f"Roux;Amina;{BORN};{LEFT};zigzag;bidule;;;;plouf;")
    assert (report["created"], len(report["warnings"])) == (1, 3)
    assert report["counts"] == {"non documentée": 1}
    assert states(session)["3-mois"] is None


@pytest.mark.shared
def test_the_partner_s_file_enters_once(session: Session, actor: Actor) -> None:
    path = SHARED / "samples" / "sorties-promo-2025.xlsx"
    workbook = open_workbook(path.read_bytes(), path.name)
    report = imports.run_import(session, actor, workbook, kind="outcomes", cohort=None, today=TODAY)
    assert (report["read"], report["created"], report["errors"]) == (23, 23, [])
    before = [count(session, model) for model in (Learner, Exit, ExitSituation, FollowUp)]
    again = imports.run_import(session, actor, workbook, kind="outcomes", cohort=None, today=TODAY)
    assert (again["read"], again["unchanged"]) == (23, 23)
    assert [count(session, model) for model in (Learner, Exit, ExitSituation, FollowUp)] == before
    unreachable = select(func.count()).where(col(FollowUp.outcome) == State.UNREACHABLE)
    assert session.execute(unreachable).scalar_one() == 5
