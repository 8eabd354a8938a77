"""Equipment on screen: lent, late, put off, returned, lost and found; one person at a time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import accounts, equipment, learners
from parcours.domain.access import Actor, Role
from parcours.domain.equipment import Nature
from parcours.models import EquipmentHandover, HandoverEvent
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

NEW = {"kind": "PORTABLE", "label": "Portable 14 pouces", "inventory_number": "R-001"}


@pytest.fixture
def lise(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("CLIC", Role.COUNSELLOR, "Lise Morel")


@pytest.fixture(autouse=True)
def actor(lise: Person, session: Session) -> Actor:
    """The same; she follows two people and has entered one item."""
    found = accounts.actor_for(session, "lise.counsellor@clic.exemple.fr", today=TODAY)
    for name in ("Boucher", "Cissé"):
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), city="Viriat"
        )
        learners.create_learner(session, found, known, today=TODAY, is_another=True)
    equipment.add_item(session, found, equipment.ItemFacts(**NEW))
    session.commit()
    return found


def handed(session: Session) -> list[tuple[int, str, date | None, bool]]:
    """(learner, nature, due, whether it came back) of everything handed over."""
    session.rollback()
    rows = session.execute(select(EquipmentHandover).order_by(col(EquipmentHandover.id))).scalars()
    found = [(row.learner_id, row.nature.value, row.due_on, row.returned_on is not None)
             for row in rows]  # fmt: skip
    session.rollback()
    return found


def lend(lise: Person, person: str = "bou", due: str = "20/11/2026") -> None:
    page = lise.visit("/materiel/1")
    lise.submit(page, "/materiel/1/remise", person=person, handed_on="1/9/2026", due_on=due)


def test_a_late_loan_shows_everywhere_without_being_typed(lise: Person) -> None:
    assert "Rien en retard" in lise.visit("/materiel?etat=retard").text
    lend(lise)
    item = lise.visit("/materiel/1")
    assert "En retard" in item.text
    assert "attendu le 20 nov., 3 j de retard" in item.text
    assert "Portable 14 pouces" in lise.visit("/materiel?etat=retard").text
    home = lise.visit("/").html
    assert '<a class="card tile" href="/materiel?etat=retard"><span class="tile-count">1<' in home
    assert "En retard" in lise.visit("/apprenants/1/actes").text
    assert "en retard, retour le 20 novembre 2026" in lise.visit("/apprenants/1").text
    assert "Prêt de matériel : Portable" in lise.visit("/apprenants/1/fil?quoi=materiel").text


def test_put_off_lost_found_then_returned_with_its_history(lise: Person, session: Session) -> None:
    lend(lise)
    page = lise.visit("/materiel/1")
    refused = lise.submit(page, "/materiel/remises/1/report", 422, new_due_on="1/11/2026")
    assert "La nouvelle date est déjà passée" in refused.text
    page = lise.submit(page, "/materiel/remises/1/report", new_due_on="20/12/2026")
    assert "Retour reporté au 20 décembre 2026" in page.text
    page = lise.submit(page, "/materiel/remises/1/perte", lost_on="22/11/2026")
    assert "Perdu" in lise.visit("/materiel?etat=perdu").text
    page = lise.submit(page, "/materiel/remises/1/retrouve")
    refused = lise.submit(page, "/materiel/remises/1/retour", 422)
    assert "dans quel état il revient" in refused.text
    refused = lise.submit(
        page, "/materiel/remises/1/retour", 422, condition="good", returned_on="1/8/2026"
    )
    assert "avant la remise" in refused.text
    page = lise.submit(page, "/materiel/remises/1/retour", condition="damaged")
    assert "Disponible" in page.text
    assert "Rendu le 23 novembre 2026 : abîmé, utilisable" in page.text
    assert handed(session) == [(1, "loan", date(2026, 12, 20), True)]
    told = session.execute(select(col(HandoverEvent.act)).order_by(col(HandoverEvent.id)))
    assert [row[0].value for row in told] == [
        "handed", "extended", "lost", "found", "returned"
    ]  # fmt: skip
    with pytest.raises(DatabaseError):
        session.execute(HandoverEvent.__table__.delete())  # type: ignore[attr-defined]
    session.rollback()


def test_one_person_at_a_time(lise: Person, session: Session, actor: Actor) -> None:
    page = lise.visit("/materiel/1")
    lend(lise)
    again = lise.submit(page, "/materiel/1/remise", 422, person="cis", due_on="20/12/2026")
    assert "déjà entre les mains de quelqu’un" in again.text
    assert handed(session) == [(1, "loan", date(2026, 11, 20), False)]
    # The database has the last word, whoever forgets to ask.
    row = EquipmentHandover(
        equipment_id=1, learner_id=2, organisation_id=actor.organisation_id, nature=Nature.GIFT,
        handed_on=TODAY, created_by_id=actor.account_id,
    )  # fmt: skip
    session.add(row)
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()
    retired = lise.submit(page, "/materiel/1/retrait", 422)
    assert "notez d’abord son retour" in retired.text


def test_a_gift_never_is_late(lise: Person, session: Session) -> None:
    page = lise.visit("/materiel/1?pour=2")
    lise.submit(page, "/materiel/1/remise", nature="gift", handed_on="1/9/2026")
    assert handed(session) == [(2, "gift", None, False)]
    assert "Donné" in lise.visit("/apprenants/2/actes").text
    assert "Rien en retard" in lise.visit("/materiel?etat=retard").text
    assert "R-001" in lise.visit("/materiel?etat=donne&q=r-0&nature=PORTABLE").text
    assert "Aucun matériel ici" in lise.visit("/materiel?etat=prete").text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"person": "bou", "due_on": ""}, "Indiquez quand le prêt doit revenir"),
        ({"person": "", "due_on": "20/12/2026"}, "Indiquez à qui vous le remettez"),
        ({"person": "zzz", "due_on": "20/12/2026"}, "Aucune des personnes que vous voyez"),
        ({"person": "alix", "due_on": "20/12/2026"}, "Plusieurs personnes portent ce nom"),
        ({"person": "bou", "due_on": "20/12/2026", "handed_on": "24/11/2026"}, "pas encore venu"),
    ],
)
def test_what_is_refused(
    lise: Person, session: Session, typed: dict[str, str], message: str
) -> None:
    page = lise.visit("/materiel/1")
    assert message in lise.submit(page, "/materiel/1/remise", 422, **typed).text
    assert not handed(session)


def test_items_entered_corrected_retired(lise: Person) -> None:
    page = lise.visit("/materiel/nouveau")
    refused = lise.submit(page, "/materiel", 422, **NEW)
    assert "porte ce numéro" in refused.text
    assert "Décrivez le matériel" in lise.submit(page, "/materiel", 422, label="").text
    lise.submit(page, "/materiel", **NEW | {"inventory_number": "R-002"})
    old, page = lise.visit("/materiel/2/modifier"), lise.visit("/materiel/2/modifier")
    lise.submit(page, "/materiel/2/modifier", label="Portable 15 pouces")
    late = lise.submit(old, "/materiel/2/modifier", 409, label="Autre")
    assert "en même temps que vous" in late.text
    assert 'value="Autre"' in late.html
    lise.submit(lise.visit("/materiel/2"), "/materiel/2/retrait")
    assert "R-002" not in lise.visit("/materiel?etat=disponible").text
    assert "Portable 15 pouces" in lise.visit("/materiel?etat=retire").text


def test_pages_follow_one_another(lise: Person, session: Session, actor: Actor) -> None:
    for number in range(2, 64):
        facts = equipment.ItemFacts("TABLETTE", "Tablette", f"R-{number:03d}")
        row = equipment.add_item(session, actor, facts)
        equipment.hand_over(
            session, actor, row.id or 0, 1, nature=Nature.LOAN, handed_on=TODAY,
            due_on=TODAY + timedelta(days=9), today=TODAY,
        )  # fmt: skip
    session.commit()
    first = lise.visit("/materiel")
    assert first.html.count("<tr>") == 31
    assert "R-031" in lise.visit("/materiel?apres=R-030~30").text
    assert lise.visit("/materiel?apres=R-060~60").html.count("<tr>") == 4


def test_another_organisation_sees_nothing(lise: Person, be: Be) -> None:
    lend(lise)
    other = be("AUTRE", Role.COUNSELLOR, "Paule Roy")
    for path in ("/materiel/1", "/materiel/1/modifier", "/materiel/1?pour=1"):
        other.visit(path, status=404)
    assert "R-001" not in other.visit("/materiel").text
    token = other.visit("/materiel/nouveau").form("/materiel").fields["_csrf"]
    for action in ("1/remise", "1/retrait", "1/modifier", "remises/1/retour", "remises/1/report",
                   "remises/1/perte", "remises/1/retrouve"):  # fmt: skip
        answer = other.client.post(f"/materiel/{action}", data={"_csrf": token})
        assert answer.status_code == 404, action
    own = other.visit("/materiel/nouveau")
    other.submit(own, "/materiel", **NEW)
    other.visit("/materiel/2?pour=1", status=404)
    stolen = {"_csrf": token, "learner": "1", "nature": "gift"}
    assert other.client.post("/materiel/2/remise", data=stolen).status_code == 404
