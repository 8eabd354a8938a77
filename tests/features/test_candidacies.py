"""A person’s page says which cohorts they ask to enter, where it stands and what comes next."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlmodel import Session, col

from parcours.actions import sharing
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.selection import Meeting
from parcours.domain.words import SharingMedium
from parcours.models import Candidate, Cohort
from tests.conftest import TODAY
from tests.features.conftest import Be, Person
from tests.features.test_selection import LIST, House, house, relayed, stored

__all__ = ["house", "relayed"]


def line(who: Person, number: int) -> str:
    """What the page of a person says of their candidacies, "" when it says nothing."""
    text = " ".join(who.visit(f"/apprenants/{number}").text.split())
    _, found, rest = text.partition("Candidatures Promo GEN")
    return rest.partition("Actes et matériel")[0] if found else ""


@pytest.mark.parametrize(
    ("meeting", "state", "act"),
    [
        (None, "candidature reçue", "Inviter à la réunion"),
        (Meeting.INVITED, "réunion d’information proposée", "Noter sa venue"),
        (Meeting.MISSED, "pas venu·e à la réunion", "Relancer ou décider"),
        (Meeting.CAME, "en attente de décision", "Décider"),
    ],
)
def test_before_the_decision_the_next_act_is_on_the_line(
    house: House, session: Session, meeting: Meeting | None, state: str, act: str
) -> None:
    on = None if meeting is None else TODAY - timedelta(days=1)
    session.execute(update(Candidate).values(meeting=meeting, meeting_on=on))
    session.commit()
    said = line(house.sophie, 1)
    assert state in said
    assert act in said
    assert f'href="{LIST}/1"' in house.sophie.visit("/apprenants/1").html
    since = "réunion le 22 novembre" if meeting in (Meeting.CAME, Meeting.MISSED) else "23 novembre"
    assert since in said


def test_a_decision_says_since_when_and_what_follows(house: House, session: Session) -> None:
    house.decide("admitted:criteria_met", "BOUCHER")
    house.decide("waiting:cohort_full", "CISSÉ")
    house.decide("refused:project", "GARCIA")
    assert "admis·e" in line(house.sophie, 1)
    waits = line(house.sophie, 2)
    assert "liste d’attente, rang 1" in waits
    assert "décidé le 23 novembre 2026" in waits
    refused = line(house.sophie, 3)
    assert "Le projet est à préciser" in refused
    assert "Trouver une suite" in refused
    assert 'href="/apprenants/3/suite"' in house.sophie.visit("/apprenants/3").html
    # Once the cohort has begun, whoever was admitted is in it; whoever nobody decided of waits.
    session.execute(update(Cohort).values(starts_on=TODAY - timedelta(days=3)))
    session.commit()
    assert line(house.sophie, 1) == ""
    assert "Décider" in line(house.sophie, 4)
    session.execute(
        update(Cohort).values(starts_on=TODAY - timedelta(days=30), ends_on=TODAY - timedelta(1))
    )
    session.commit()
    assert line(house.sophie, 3) == ""


def test_who_follows_the_person_reads_where_it_stands_and_not_why(
    house: House, relayed: int, be: Be, session: Session
) -> None:
    nadia = be("MDE", Role.COUNSELLOR, "Nora Petit")
    assert line(nadia, 5) == ""
    house.sophie.submit(house.sophie.visit(LIST), f"{LIST}/relais", relay=str(relayed))
    (row,) = stored(session, select(Candidate).where(col(Candidate.relay_id) == relayed))
    said = line(nadia, 5)
    assert "Structure ECOLE" in said
    assert "candidature reçue" in said
    assert "Inviter" not in said
    form = house.sophie.visit(f"{LIST}/decision?coche={row.id}")
    key = f"{row.id}:{row.version}"
    house.sophie.submit(form, f"{LIST}/decision", who=key, choice="refused:conditions")
    said = line(nadia, 5)
    assert "refusé·e" in said
    assert "condition" not in said.lower()
    assert "Trouver une suite" in said


def test_who_only_shares_the_file_reads_nothing_of_it(
    house: House, be: Be, session: Session
) -> None:
    other = be("FABLAB", Role.COUNSELLOR, "Hugo Blanc")
    sharing.share_learner(
        session,
        house.actor,
        1,
        organisation_id=2,
        medium=SharingMedium.PAPER,
        purpose="Atelier",
        starts_on=TODAY,
        ends_on=None,
        today=TODAY,
    )
    session.commit()
    assert "BOUCHER" in other.visit("/apprenants/1").text
    assert line(other, 1) == ""
    assert line(house.sophie, 1)
    be("LOIN").visit("/apprenants/1", status=404)


def test_the_finder_leads_to_the_candidacy_rather_than_to_another_enrolment(
    house: House, be: Be, session: Session
) -> None:
    house.decide("waiting:cohort_full", "CISSÉ")
    page = house.sophie.visit("/apprenants/2/suite")
    assert "Déjà candidat·e : liste d’attente" in page.text
    assert f'href="{LIST}/2"' in page.html
    assert "Inscrire" not in page.text
    assert (
        "Déjà candidat·e : sans décision encore" in house.sophie.visit("/apprenants/1/suite").text
    )


def test_the_page_asks_as_much_whatever_their_number(
    house: House, session: Session, database: Database
) -> None:
    asked: list[str] = []
    listen: Any = lambda *a: asked.append(a[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    counts = []
    for decided in (None, "waiting:cohort_full"):
        if decided:
            house.decide(decided, "BOUCHER")
        session.rollback()
        asked.clear()
        house.sophie.visit("/apprenants/1")
        counts.append(sum(sql.lstrip().startswith(("SELECT", "WITH")) for sql in asked))
    assert counts[0] == counts[1] <= 10
