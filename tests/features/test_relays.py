"""Relays on screen, with and without an account."""

import re
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import accounts
from parcours.actions.synthesis import build_synthetic
from parcours.domain.access import Role
from parcours.domain.messages import MessageKind
from parcours.domain.relays import Answer
from parcours.features.relays import store
from parcours.models import Gap, Message, Organisation, Relay, RelayEvent
from tests.conftest import TODAY
from tests.features.conftest import PASSWORD, Be, Page, Person

AMINA = {
    "first_names": "Amina",
    "birth_name": "Traoré",
    "born_on": "12/3/1990",
    "city": "Viriat",
    "phone": "0639010203",
}
PROPOSAL = {
    "kind": "training",
    "title": "Promo GEN",
    "planned_start_on": "7/1/2027",
    "planned_end_on": "31/7/2027",
    "reason": "Elle cherche un métier du web.",
    "agreement": "paper",
}


def organisation_id(session: Session, code: str) -> int:
    """The identifier of a structure."""
    session.rollback()
    found = select(col(Organisation.id)).where(col(Organisation.code) == code)
    key = session.execute(found).scalar_one()
    session.rollback()
    return key or 0


def follow(person: Person) -> None:
    """Enter Amina and open her pathway."""
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on="1/9/2026")


def propose(person: Person, session: Session, to: str, status: int = 200, **typed: str) -> Page:
    """Propose a relay for Amina."""
    receiver = str(organisation_id(session, to))
    form = person.visit("/apprenants/1/relais/nouveau")
    values = PROPOSAL | {"receiver": receiver} | typed
    return person.submit(form, "/apprenants/1/relais", status=status, **values)


def stored(session: Session) -> Relay:
    """The relay as stored."""
    session.rollback()
    session.expire_all()
    row = session.execute(select(Relay)).scalar_one()
    session.expunge(row)
    session.rollback()
    return row


@pytest.fixture
def lise(be: Be) -> Person:
    """A counsellor who follows Amina."""
    person = be("CLIC", name="Lise Morel")
    follow(person)
    return person


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator of the training body."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def stranger(app: FastAPI) -> Person:
    """Somebody without an account."""
    return Person(TestClient(app, base_url="https://testserver"))


def link(page: Page) -> tuple[str, str]:
    """The path and the code a page has just shown."""
    address = re.search(r"https://testserver(/reponse/[\w-]+)", page.html)
    code = re.search(r"<code>(\d{3}) (\d{3})</code>", page.html)
    assert address
    assert code
    return address[1], code[1] + code[2]


def test_from_the_proposal_to_the_step(lise: Person, sophie: Person, session: Session) -> None:
    page = propose(lise, session, "ECOLE")
    assert page.response.url.path == "/relais/1"
    assert "reste sous votre responsabilité" in page.text
    assert "proposée, personne ne la tient encore" in lise.visit("/apprenants/1").text
    waiting = sophie.visit("/relais")
    assert "Amina T." in waiting.text
    assert "TRAORÉ" not in waiting.text
    asked = sophie.visit("/relais/1")
    assert "Elle cherche un métier du web." in asked.text
    for secret in ("TRAORÉ", "Traoré", "0639010203", "06 39", "1990"):
        assert secret not in asked.html
    sophie.visit("/apprenants/1", status=404)
    taken = sophie.submit(asked, "/relais/1/acceptation")
    assert "l’étape est maintenant la vôtre" in taken.text
    assert "Amina TRAORÉ" in sophie.visit("/apprenants/1").text
    session.rollback()
    ends = session.execute(select(col(Gap.ends_on)).order_by(col(Gap.starts_on))).scalars()
    assert list(ends) == [date(2027, 1, 6), None]
    session.rollback()
    assert "Aucun relais à répondre" in sophie.visit("/relais").text
    assert "Accepté" in sophie.visit("/relais?etat=tous").text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"receiver": ""}, "Choisissez une structure partenaire."),
        ({"receiver": "999"}, "Choisissez une structure partenaire."),
        ({"kind": ""}, "Choisissez la nature"),
        ({"planned_start_on": ""}, "quand l’étape peut commencer"),
        ({"planned_end_on": "1/1/2027"}, "avant le début prévu"),
        ({"reason": ""}, "Dites pourquoi"),
        ({"agreement": ""}, "Dites si la personne est d’accord."),
    ],
)
def test_a_refused_proposal_keeps_what_was_typed(
    lise: Person, sophie: Person, session: Session, typed: dict[str, str], message: str
) -> None:
    page = propose(lise, session, "ECOLE", status=422, **typed)
    assert message in page.text
    assert page.form("/apprenants/1/relais").fields["title"] == "Promo GEN"


def test_a_double_click_proposes_and_answers_once(
    lise: Person, sophie: Person, session: Session
) -> None:
    receiver = str(organisation_id(session, "ECOLE"))
    form = lise.visit("/apprenants/1/relais/nouveau")
    for _ in range(2):
        page = lise.submit(form, "/apprenants/1/relais", **PROPOSAL, receiver=receiver)
        assert page.response.url.path == "/relais/1"
    asked = sophie.visit("/relais/1")
    for _ in range(2):
        sophie.submit(asked, "/relais/1/acceptation")
    assert stored(session).answer is Answer.ACCEPTED


def test_two_answers_from_two_tabs_cannot_both_win(
    lise: Person, sophie: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    one, other = sophie.visit("/relais/1"), sophie.visit("/relais/1")
    sophie.submit(one, "/relais/1/refus", reason="no_place")
    page = sophie.submit(other, "/relais/1/acceptation", status=422)
    assert "déjà été décliné" in page.text
    assert stored(session).answer is Answer.DECLINED


def test_a_question_is_answered_and_an_outsider_finds_nothing(
    lise: Person, sophie: Person, be: Be, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    asked = sophie.visit("/relais/1")
    sophie.submit(asked, "/relais/1/question", question="A-t-elle un ordinateur ?")
    told = lise.visit("/relais/1")
    assert "A-t-elle un ordinateur ?" in told.text
    lise.submit(told, "/relais/1/reponse", reply="Oui, prêté.")
    assert "Oui, prêté." in sophie.visit("/relais/1").text
    outsider = be("AUTRE", name="Paul Martin")
    outsider.visit("/relais/1", status=404)


def test_each_side_does_what_is_its_own(lise: Person, sophie: Person, session: Session) -> None:
    propose(lise, session, "ECOLE")
    hers, theirs = lise.visit("/relais/1"), sophie.visit("/relais/1")
    fields = hers.form("/relais/1/reponse").fields
    assert lise.client.post("/relais/1/acceptation", data=fields).status_code == 403
    assert lise.client.post("/relais/1/refus", data=fields).status_code == 403
    fields = theirs.form("/relais/1/refus").fields
    for act in ("retrait", "reponse", "lien"):
        data = {**fields, "withdrawal": "Non", "reply": "Non"}
        assert sophie.client.post(f"/relais/1/{act}", data=data).status_code == 403
    lise.submit(hers, "/relais/1/retrait", withdrawal="Elle a trouvé un emploi.")
    assert stored(session).answer is Answer.WITHDRAWN


def test_without_agreement_the_file_stays_closed(
    lise: Person, sophie: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE", agreement="not_yet")
    asked = sophie.visit("/relais/1")
    assert "reste à recueillir" in asked.text
    sophie.submit(asked, "/relais/1/acceptation")
    assert "Amina T." in sophie.visit("/relais/1").text
    sophie.visit("/apprenants/1", status=404)


def test_a_link_answers_once_without_an_account(
    lise: Person, sophie: Person, stranger: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    path, code = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    door = stranger.visit(path)
    for secret in ("Amina", "Traoré", "CLIC", "Promo"):
        assert secret not in door.html
    assert stored(session).answer is None
    asked = stranger.submit(door, path, code=f"{code[:3]} {code[3:]}")
    assert "Amina T." in asked.text
    assert "TRAORÉ" not in asked.html.upper()
    refused = stranger.submit(asked, f"{path}/acceptation", status=422)
    assert "Écrivez votre nom" in refused.text
    done = stranger.submit(refused, f"{path}/acceptation", name="Jean Petit, formateur")
    assert "Merci" in done.text
    assert stored(session).answer is Answer.ACCEPTED
    assert "Jean Petit, formateur" in lise.visit("/relais/1").text
    again = stranger.visit(path, status=410)
    assert "déjà répondu" in again.text
    late = stranger.client.post(f"{path}/refus", data=asked.form(f"{path}/refus").fields)
    assert late.status_code == 410


def test_a_question_by_link_leaves_it_open(
    lise: Person, sophie: Person, stranger: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    path, code = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    asked = stranger.submit(stranger.visit(path), path, code=code)
    for _ in range(2):
        stranger.submit(asked, f"{path}/question", question="Quels horaires ?", name="Jean Petit")
    assert lise.visit("/relais/1").text.count("Quels horaires ?") == 1
    lise.submit(lise.visit("/relais/1"), "/relais/1/reponse", reply="Le matin.")
    assert "Le matin." in stranger.submit(stranger.visit(path), path, code=code).text


def test_guessing_a_code_blocks_the_link(
    lise: Person, sophie: Person, stranger: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    path, code = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    door = stranger.visit(path)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        assert "n’est pas le bon" in stranger.submit(door, path, status=422, code=wrong).text
    assert "bloqué" in stranger.submit(door, path, status=410, code=wrong).text
    assert "bloqué" in stranger.submit(door, path, status=410, code=code).text


def test_forged_replaced_and_expired_links_explain_themselves(
    lise: Person, sophie: Person, stranger: Person, session: Session, app: FastAPI
) -> None:
    assert "n’existe pas" in stranger.visit("/reponse/inconnu", status=404).text
    propose(lise, session, "ECOLE")
    old, _ = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    new, code = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    assert "remplacé" in stranger.visit(old, status=410).text
    app.state.settings = app.state.settings.model_copy(update={"today": date(2027, 3, 1)})
    assert "expiré" in stranger.visit(new, status=410).text
    door = stranger.client.post(new, data={"code": code})
    assert door.status_code in {403, 410}


def test_nothing_of_a_link_is_kept_in_clear(lise: Person, sophie: Person, session: Session) -> None:
    propose(lise, session, "ECOLE")
    path, code = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien"))
    token = path.rsplit("/", 1)[1]
    session.rollback()
    connection = session.connection()
    for table in Relay.metadata.sorted_tables:
        for row in connection.execute(select(table)):
            assert token not in str(row)
            assert code not in str(row) or table.name not in {"relay_link", "audit_entry"}
    session.rollback()
    events = session.execute(select(col(RelayEvent.act))).scalars()
    assert [act.value for act in events] == ["proposed", "link"]
    session.rollback()


def test_the_address_of_a_link_is_written_to_the_partner_and_its_code_is_not(
    lise: Person, sophie: Person, stranger: Person, session: Session
) -> None:
    propose(lise, session, "ECOLE")
    (offer,) = [form for form in lise.visit("/relais/1").forms if form.action == "/relais/1/lien"]
    assert "write" not in offer.fields, "nothing leaves unless it is asked for"
    first, _ = link(lise.submit(lise.visit("/relais/1"), "/relais/1/lien", write="on"))
    shown = lise.submit(lise.visit("/relais/1"), "/relais/1/lien", write="on")
    path, code = link(shown)
    assert "La lettre qui donne l’adresse est prête à imprimer" in shown.text
    old, new = messages_of_links(session)
    assert old.cancelled_at is not None
    assert first not in f"{old.path} {old.body}"
    assert new.path == path
    assert code not in new.body
    letter = lise.visit(f"/messages/{new.id}")
    assert path in letter.text
    assert "Amina" not in letter.text
    lise.submit(letter, f"/messages/{new.id}/suite", act="handed")
    assert path not in str(messages_of_links(session)[1].path)
    assert "Amina T." in stranger.submit(stranger.visit(path), path, code=code).text


def messages_of_links(session: Session) -> list[Message]:
    """The messages that give links, the oldest first."""
    found = select(Message).where(col(Message.kind) == MessageKind.RELAY_PROPOSED)
    session.rollback()
    rows = list(session.execute(found.order_by(col(Message.id))).scalars())
    session.expunge_all()
    session.rollback()
    return rows


@pytest.mark.parametrize("is_waiting", [True, False])
def test_pages_of_a_list_hold_each_relay_once(session: Session, is_waiting: bool) -> None:
    build_synthetic(session, learners=700, seed=3, today=TODAY, password=PASSWORD)
    session.commit()
    actor = accounts.actor_for(session, "s00@exemple.fr", today=TODAY)
    seen: list[store.RelayRow] = []
    after, pages = None, 0
    while True:
        found = store.relays(
            session, actor, side="recus", is_waiting=is_waiting, today=TODAY, after=after
        )
        seen += found[: store.PAGE_SIZE]
        pages += 1
        if len(found) <= store.PAGE_SIZE:
            break
        after = store.place(seen[-1], is_waiting=is_waiting)
    received = select(col(Relay.id)).where(col(Relay.receiver_id) == actor.organisation_id)
    if is_waiting:
        received = received.where(col(Relay.answer).is_(None), col(Relay.expires_on) >= TODAY)
    assert sorted(row.id for row in seen) == sorted(session.execute(received).scalars())
    days = [row.due_on if is_waiting else row.sent_on for row in seen]
    assert days == sorted(days, reverse=not is_waiting)
    assert pages > 1 or is_waiting


def test_a_funder_finds_no_relay(lise: Person, sophie: Person, be: Be, session: Session) -> None:
    propose(lise, session, "ECOLE")
    funder = be("FONDS", Role.FUNDER, "Claire Vidal")
    funder.visit("/relais", status=403)
    assert funder.client.get("/relais/1").status_code in {403, 404}
