"""A partner’s table of exits taken in: who left, what was told since; the same file twice."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, exits, imports, learners, pathways, situations
from parcours.domain.access import Actor, Role
from parcours.domain.follow_ups import State
from parcours.models import Exit, ExitSituation, FollowUp, Learner, Pathway, Programme
from parcours.sheets.opening import open_workbook
from tests.conftest import SHARED, TODAY

HEAD = (
    "NOM;Prénom;Date naissance;Date de sortie;Situation à la sortie;Contrat;Début contrat;"
    "Fin contrat;Employeur;Situation à 3 mois;Situation à 6 mois"
)
BORN, LEFT = "12/03/1990", "12/12/2025"
LONG_AGO = "01/10/2024"
ALL = ["4-semaines", "2-mois", "3-mois", "6-mois", "12-mois", "18-mois", "24-mois"]
ALL_HEAD = (
    "Nom;Prénom;Né(e) le;Sortie le;S+4;À 2 mois;M+3;Suivi à 6 mois;12 mois;Situation à 18 mois;"
    "Deux ans après la sortie"
)


@pytest.fixture
def actor(session: Session) -> Actor:
    """A counsellor of a maison de l’emploi."""
    organisation = accounts.create_organisation(session, code="MDE", name="MDE", kind="PLIE")
    account = accounts.create_account(
        session, email="nadia@mde.exemple.fr", name="Nadia", password="quatre-mots-pour-essayer"
    )
    accounts.join(session, account, organisation, Role.COUNSELLOR, starts_on=date(2025, 1, 1))
    return accounts.actor_for(session, "nadia@mde.exemple.fr", today=TODAY)


def take_in(session: Session, actor: Actor, *lines: str, head: str = HEAD) -> dict[str, Any]:
    text = "\n".join((head, *lines))
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


def in_programme(session: Session, actor: Actor, *asked: str) -> Pathway:
    """An open pathway of a programme that asks for these follow-ups."""
    programme = Programme(code="IJ", name="IJ", starts_on=date(2020, 1, 1), follow_ups=list(asked))
    session.add(programme)
    session.flush()
    return pathways.open_pathway(
        session, actor, known(session, actor), opened_on=date(2024, 1, 8),
        programme_id=programme.id,
    )  # fmt: skip


def everything(session: Session) -> list[int]:
    return [count(session, model) for model in (Learner, Exit, ExitSituation, FollowUp)]


def test_every_follow_up_a_programme_asks_for_is_answered(session: Session, actor: Actor) -> None:
    in_programme(session, actor, *ALL)
    line = f"Roux;Amina;{BORN};{LONG_AGO};CDD;?;recherche;injoignable;formation;CDI;création"
    report = take_in(session, actor, line, head=ALL_HEAD)
    assert (report["created"], report["errors"], report["warnings"]) == (1, [], [])
    assert states(session) == dict(zip(ALL, (
        State.ANSWERED, State.UNKNOWN, State.ANSWERED, State.UNREACHABLE, State.ANSWERED,
        State.ANSWERED, State.ANSWERED), strict=True))  # fmt: skip
    said = {row.observed_on: row.situation for row in situations.situations_of(session, [1])[1]}
    assert said[date(2026, 4, 1)] == "EMPLOI_NP"
    assert said[date(2026, 10, 1)] == "CREATION"
    before = everything(session)
    again = take_in(session, actor, line, head=ALL_HEAD)
    assert (again["unchanged"], again["created"], again["warnings"]) == (1, 0, [])
    assert everything(session) == before


def test_an_answer_no_programme_asks_for_is_kept_as_news(session: Session, actor: Actor) -> None:
    line = f"Roux;Amina;{BORN};{LONG_AGO};;;;;;en emploi;"
    report = take_in(session, actor, line, head=ALL_HEAD)
    assert (report["created"], report["warnings"]) == (1, [])
    assert (
        "Suivi à 18 mois : le programme ne le prévoit pas pour la ligne 2" in report["notices"][0]
    )
    assert "18-mois" not in states(session)
    later = situations.situations_of(session, [1])[1][1]
    assert (later.situation, later.observed_on) == ("EMPLOI_NP", date(2026, 4, 1))
    assert later.follow_up_id is None
    before = everything(session)
    again = take_in(session, actor, line, head=ALL_HEAD)
    assert (again["unchanged"], again["notices"]) == (1, [])
    assert everything(session) == before


@pytest.mark.parametrize(
    ("left", "cells", "column", "message"),
    [
        (LEFT, ";;;;;;;", "", ""),
        # Asked for, and not open yet; then not asked for, and not come.
        (LEFT, ";;;;en emploi;;", "I", "s’ouvre le 28/11/2026"),
        (LEFT, ";;;;;en emploi;", "J", "s’ouvre le 12/06/2027"),
        (LONG_AGO, ";;;;;injoignable;", "J", "ne prévoit pas de suivi à 18 mois"),
        (LONG_AGO, ";;;;;;?", "K", "ne prévoit pas de suivi à 24 mois"),
        (LONG_AGO, ";;;;;;plouf", "K", "Situation non reconnue"),
    ],
)
def test_a_cell_that_says_nothing_to_note_is_told(
    session: Session, actor: Actor, left: str, cells: str, column: str, message: str
) -> None:
    report = take_in(session, actor, f"Roux;Amina;{BORN};{left};{cells}", head=ALL_HEAD)
    assert (report["created"], report["errors"]) == (1, [])
    told = [(item["column"], item["row"]) for item in report["warnings"]]
    assert told == ([(column, 2)] if column else [])
    assert all(message in item["message"] for item in report["warnings"])
    assert count(session, ExitSituation) == 1


def test_an_answer_already_told_otherwise_is_never_overwritten(
    session: Session, actor: Actor
) -> None:
    in_programme(session, actor, "24-mois")
    line = f"Roux;Amina;{BORN};{LONG_AGO};;;;;;en emploi;en emploi"
    assert take_in(session, actor, line, head=ALL_HEAD)["created"] == 1
    before = everything(session)
    other = line.replace("en emploi", "recherche")
    report = take_in(session, actor, other, head=ALL_HEAD)
    assert report["unchanged"] == 1
    assert [item["column"] for item in report["warnings"]] == ["J", "K"]
    assert all("Une autre réponse est déjà notée" in w["message"] for w in report["warnings"])
    # « CDI » and « en emploi » are the same kind of situation: nothing to say.
    assert (
        take_in(session, actor, line.replace("en emploi", "CDI"), head=ALL_HEAD)["warnings"] == []
    )
    assert everything(session) == before


def test_nobody_is_asked_after_a_withdrawal(session: Session, actor: Actor) -> None:
    head = ALL_HEAD.replace("Sortie le", "Sortie le;Situation à la sortie")
    line = f"Roux;Amina;{BORN};{LONG_AGO};déménagement;;;;;;;en emploi"
    report = take_in(session, actor, line, head=head)
    assert report["created"] == 1
    assert "sans objet" in report["warnings"][0]["message"]
    assert set(states(session).values()) == {State.CANCELLED}


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
