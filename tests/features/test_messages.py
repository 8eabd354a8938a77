"""Messages on screen: the preferred way, letters, calls, what did not leave, and outsiders."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlmodel import Session, col

from parcours.actions import accounts, messages
from parcours.actions.messages import Recipient
from parcours.actions.sending import send_due
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.messages import Channel, MessageAct, MessageKind
from parcours.mail import NotSent, Outgoing
from parcours.models import AuditEntry, Message, MessageEvent, Organisation
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

WRITE = "/apprenants/1/messages"
AMINA = {
    "first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990",
    "phone": "0639010203", "email": "amina@exemple.fr", "address": "3 rue du Stand",
    "postcode": "01000", "city": "Bourg-en-Bresse", "contact_preference": "phone",
}  # fmt: skip


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor who follows Amina."""
    person = be("CLIC")
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    return person


def write(person: Person, status: int = 200, **typed: str) -> Page:
    """Write to Amina: news by telephone unless said otherwise."""
    asked = {"kind": "news", "channel": "phone"} | typed
    return person.submit(person.visit(WRITE), WRITE, status, **asked)


def outbox(session: Session) -> list[Message]:
    """Every message stored."""
    session.rollback()
    found = list(session.execute(select(Message).order_by(col(Message.id))).scalars())
    for message in found:
        session.expunge(message)
    session.rollback()
    return found


class Refusing:
    """A way that refuses everything, for good."""

    def send(self, outgoing: Outgoing) -> None:
        """Refuse."""
        raise NotSent("L’adresse est refusée par le serveur (550).", is_final=True)


def refuse_e_mails(database: Database) -> None:
    """Try to send, in vain."""
    send_due(
        database, {Channel.EMAIL: Refusing()}, today=TODAY,
        clock=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC),
    )  # fmt: skip


def test_the_file_leads_to_writing_and_the_preference_is_proposed(nadia: Person) -> None:
    assert WRITE in nadia.visit("/apprenants/1").html
    page = nadia.visit(WRITE)
    assert page.form(WRITE).fields["channel"] == "phone"
    assert "Téléphone (proposé)" in page.text
    assert "Courriel" not in page.text, "no digital way for who asked for the telephone"


def test_a_call_is_a_script_and_stays_until_somebody_answers(
    nadia: Person, session: Session
) -> None:
    page = write(nadia, words="Demandez si la garde est réglée.")
    assert page.response.url.path == "/messages/1"
    for words in ("Appeler Amina TRAORÉ", "Nadia Belkacem, de Structure CLIC", "tel:0639010203",
                  "Pourquoi", "Demandez si la garde", "À proposer"):  # fmt: skip
        assert words in page.html
    assert "Amina TRAORÉ" in nadia.visit("/messages").text
    forms = [form for form in page.forms if form.action == "/messages/1/suite"]
    assert [form.fields["act"] for form in forms] == ["reached", "no_answer"]
    for _ in range(3):
        page = nadia.submit(nadia.visit("/messages/1"), "/messages/1/suite", act="no_answer")
    assert "Trois appels sans réponse" in page.text
    assert "3 appels sans réponse" in nadia.visit("/messages").text
    page = nadia.submit(page, "/messages/1/suite", act="reached")
    assert "C’est réglé" in page.text
    assert "Amina" not in nadia.visit("/messages").text
    assert "Amina" in nadia.visit("/messages?etat=faits").text
    (message,) = outbox(session)
    assert message.done_by_id == 1
    assert message.due_on == TODAY + timedelta(days=2)


def test_a_letter_has_its_address_and_is_handed_over(nadia: Person, session: Session) -> None:
    page = write(
        nadia, channel="letter", channel_reason="Elle veut une trace écrite", kind="appointment",
        moment="mardi 1er décembre à 14 h", place="12 rue du Stand",
    )  # fmt: skip
    assert "Amina TRAORÉ<br>3 rue du Stand<br>01000 Bourg-en-Bresse" in page.html
    for words in ("Objet : Un rendez-vous vous est proposé", "Elle veut une trace écrite"):
        assert words in page.text
    page = nadia.submit(page, "/messages/1/suite")
    assert "Imprimée et remise" in page.text
    assert outbox(session)[0].done_at is not None


def test_another_way_needs_a_reason_and_what_was_typed_is_kept(
    nadia: Person, session: Session
) -> None:
    page = write(nadia, 422, channel="letter", moment="demain")
    assert "Dites pourquoi ce moyen" in page.text
    fields = page.form(WRITE).fields
    assert (fields["channel"], fields["kind"], fields["moment"]) == ("letter", "news", "demain")
    assert outbox(session) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"kind": ""}, "Choisissez un modèle."),
        ({"kind": "digest"}, "Choisissez un modèle de la liste."),
        ({"kind": "appointment"}, "Dites quand"),
        ({"kind": "document"}, "Précisez ce que vous demandez."),
        ({"channel": ""}, "Choisissez un moyen."),
        ({"channel": "email", "channel_reason": "plus simple"}, "voie numérique"),
        ({"words": "2 90 03 01 053 012 20"}, "sécurité sociale"),
        ({"words": "x" * 601}, "dépasse 600 caractères"),
    ],
)
def test_a_refusal_says_why(
    nadia: Person, session: Session, typed: dict[str, str], message: str
) -> None:
    assert message in write(nadia, 422, **typed).text
    assert outbox(session) == []


def test_the_same_form_sent_twice_makes_one_message(nadia: Person, session: Session) -> None:
    form = nadia.visit(WRITE)
    for _ in range(2):
        page = nadia.submit(form, WRITE, kind="news")
        assert page.response.url.path == "/messages/1"
    assert len(outbox(session)) == 1
    page = nadia.visit("/messages/1")
    for _ in range(2):
        nadia.submit(page, "/messages/1/suite", act="no_answer")
    session.rollback()
    calls = select(func.count()).where(col(MessageEvent.act) == MessageAct.NO_ANSWER)
    assert session.execute(calls).scalar_one() == 1


def test_with_htmx_the_same_forms_lead_to_the_same_places(nadia: Person) -> None:
    headers = {"HX-Request": "true"}
    steps = (
        (WRITE, {"kind": "news"}, "/messages/1"),
        ("/messages/1/suite", {"act": "no_answer"}, "/messages/1"),
        ("/messages/1/annulation", {"reason": "Partie"}, "/messages/1"),
    )
    for action, typed, place in steps:
        page = nadia.visit(WRITE if action == WRITE else "/messages/1")
        form = page.form(action).fields
        answer = nadia.client.post(
            action, data=form | typed, headers=headers, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == place
    refused = nadia.client.post(
        WRITE, data=nadia.visit(WRITE).form(WRITE).fields | {"kind": ""}, headers=headers
    )
    assert refused.status_code == 422
    assert 'id="erreurs"' in refused.text


def test_a_message_is_given_up_with_a_reason(nadia: Person, session: Session) -> None:
    page = write(nadia)
    page = nadia.submit(page, "/messages/1/annulation", 422)
    assert "Dites pourquoi" in page.text
    page = nadia.submit(page, "/messages/1/annulation", reason="La personne est passée")
    assert "Annulé : La personne est passée" in page.text
    late = nadia.client.post(
        "/messages/1/suite",
        data={
            "_csrf": nadia.visit("/messages").form("/deconnexion").fields["_csrf"],
            "act": "reached",
        },
    )
    assert late.status_code == 422
    assert "déjà parti, fait ou annulé" in late.text
    assert outbox(session)[0].done_at is None


def test_a_button_of_another_kind_of_message_is_refused(nadia: Person) -> None:
    page = write(nadia)
    for act in ("handed", "sent", "", "rien"):
        refused = nadia.submit(page, "/messages/1/suite", 422, act=act)
        page = refused
    assert "Choisissez" in page.text


def test_an_e_mail_waits_then_says_why_it_did_not_leave(
    nadia: Person, be: Be, session: Session, database: Database
) -> None:
    edit = nadia.visit("/apprenants/1/modifier")
    nadia.submit(edit, "/apprenants/1/modifier", contact_preference="email")
    page = write(nadia, channel="email")
    assert "Partira au prochain envoi" in page.text
    assert "Amina" not in nadia.visit("/messages").text, "nobody has to do it"
    refuse_e_mails(database)
    page = nadia.visit("/messages/1")
    assert "N’est pas parti" in page.text
    assert "refusée par le serveur (550)" in page.text
    assert "Amina" in nadia.visit("/messages?etat=echec").text
    yves = be("CLIC", Role.ORGANISATION_ADMIN, name="Yves Martel")
    page = yves.visit("/envois")
    assert "une personne suivie" in page.text
    assert "550" in page.text
    for secret in ("Amina", "TRAORÉ", "amina@exemple.fr"):
        assert secret not in page.html
    page = yves.submit(page, "/envois/1/reprise")
    assert "au prochain envoi" in page.text
    message = outbox(session)[0]
    assert (message.failed_at, message.attempts) == (None, 0)


def test_the_contact_address_is_set_or_refused(be: Be, session: Session) -> None:
    jeanne = be("CLIC", Role.COORDINATOR, name="Jeanne Roy")
    page = jeanne.submit(
        jeanne.visit("/envois"), "/envois/adresse", 422, contact_email="pas une adresse"
    )
    assert "n’est pas complet" in page.text
    assert page.form("/envois/adresse").fields["contact_email"] == "pas une adresse"
    jeanne.submit(page, "/envois/adresse", contact_email="contact@clic.exemple.fr")
    session.rollback()
    stored = session.execute(select(col(Organisation.contact_email))).scalar_one()
    assert stored == "contact@clic.exemple.fr"


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.COORDINATOR, Role.TRAINER])
def test_an_outsider_finds_nothing(nadia: Person, be: Be, session: Session, role: Role) -> None:
    write(nadia)
    outsider = be("AUTRE", role, name="Paul Martin")
    for path in ("/messages/1", "/messages/999", WRITE):
        outsider.visit(path, status=404)
    assert "Amina" not in outsider.visit("/messages").html
    csrf = outsider.visit("/messages").form("/deconnexion").fields
    for action, typed in (
        (WRITE, {"kind": "news", "channel": "phone"}),
        ("/messages/1/suite", {"act": "reached"}),
        ("/messages/1/annulation", {"reason": "x"}),
    ):
        assert outsider.client.post(action, data=csrf | typed).status_code == 404, action
    retried = outsider.client.post("/envois/1/reprise", data=csrf)
    assert retried.status_code == (404 if role is Role.COORDINATOR else 403)
    assert outbox(session)[0].done_at is None


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN])
def test_those_who_follow_nobody_read_no_message(nadia: Person, be: Be, role: Role) -> None:
    write(nadia)
    other = be("CLIC", role, name="Yves Martel")
    other.visit("/messages", status=403)
    other.visit("/messages/1", status=403)
    if role is not Role.ORGANISATION_ADMIN:
        other.visit("/envois", status=403)


def test_a_partner_that_shares_the_file_does_not_read_the_correspondence(
    nadia: Person, be: Be
) -> None:
    write(nadia)
    partner = be("MDE", name="Pierre Lambert")
    sharings = "/apprenants/1/partages"
    nadia.submit(
        nadia.visit(sharings), sharings, organisation="2", medium="paper", purpose="La suite"
    )
    partner.visit("/apprenants/1")
    partner.visit("/messages/1", status=404)
    partner.visit(WRITE, status=404)
    page = partner.visit("/apprenants/1")
    assert WRITE not in page.html
    typed = page.form("/deconnexion").fields | {"kind": "news", "channel": "phone"}
    assert partner.client.post(WRITE, data=typed).status_code == 404


def test_a_letter_to_a_partner_holds_its_link(be: Be, session: Session) -> None:
    nadia = be("CLIC")
    partner = accounts.create_organisation(session, code="B", name="Asso B", kind="MEDIATION")
    messages.enqueue(
        session, MessageKind.RELAY_PROPOSED, Recipient(partner_id=partner.id),
        organisation_id=1, due_on=TODAY, path="/reponse/un-lien",
    )  # fmt: skip
    session.commit()
    assert "Asso B" in nadia.visit("/messages").text
    page = nadia.visit("/messages/1")
    assert "https://testserver/reponse/un-lien" in page.text
    nadia.submit(page, "/messages/1/suite", act="handed")


def test_reading_a_message_is_recorded(nadia: Person, session: Session) -> None:
    write(nadia)
    nadia.visit("/messages/1")
    session.rollback()
    rows = session.execute(
        select(col(AuditEntry.act)).where(
            col(AuditEntry.subject) == "message", col(AuditEntry.learner_id) == 1
        )
    )
    assert {"read", "created"} <= set(rows.scalars())
    session.rollback()
    assert "a préparé un message" in nadia.visit("/apprenants/1/journal").text


def test_filters_keep_what_they_say_and_pages_follow(nadia: Person, session: Session) -> None:
    write(nadia)
    write(nadia, channel="letter", channel_reason="Une trace")
    assert len(re.findall('class="person"', nadia.visit("/messages").html)) == 2
    page = nadia.visit("/messages?moyen=letter&qui=moi")
    assert len(re.findall('class="person"', page.html)) == 1
    for odd in ("?moyen=pigeon", "?etat=autre", "?apres=hier~2", "?apres=2026-11-23~9999999999999"):
        nadia.visit(f"/messages{odd}")
    many = [
        Message(
            organisation_id=1, learner_id=1, channel=Channel.PHONE, kind=MessageKind.NEWS,
            subject="Nouvelles", body="Bonjour", due_on=TODAY - timedelta(days=n % 7),
        )
        for n in range(70)
    ]  # fmt: skip
    session.add_all(many)
    session.commit()
    seen: list[str] = []
    url = "/messages"
    while url:
        page = nadia.visit(url)
        seen += re.findall(r'class="person" href="/messages/(\d+)"', page.html)
        following = re.search(r'class="pager".*?href="([^"]+)"', page.html)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 72


@pytest.mark.parametrize("path", ["/messages", "/messages/1", WRITE, "/messages?etat=faits"])
def test_a_page_asks_few_questions_whatever_there_is(
    nadia: Person, session: Session, database: Database, path: str
) -> None:
    for _ in range(5):
        write(nadia)
    asked: list[str] = []
    listen: Callable[..., None] = lambda *a: asked.append(a[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    nadia.visit(path)
    event.remove(database.engine, "before_cursor_execute", listen)
    questions = [text for text in asked if text.lstrip().startswith(("SELECT", "WITH"))]
    assert len(questions) <= 8, "\n".join(questions)
