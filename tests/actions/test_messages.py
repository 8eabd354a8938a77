"""Messages leave by a real mail server: once, grouped, again when it was down, never lost."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import accounts, learners, messages
from parcours.actions.messages import Recipient, enqueue
from parcours.actions.sending import LEASE, Sending, send_due
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.messages import DELAYS, Channel, MessageAct, MessageKind
from parcours.domain.words import ContactPreference
from parcours.mail import Outgoing, Sender, SmsCommand, Smtp
from parcours.models import Learner, Membership, Message, MessageEvent, Organisation
from tests.mail_server import MailServer, mail_server

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FACTS = {"moment": "mardi 1er décembre à 14 h", "place": "12 rue du Stand", "words": ""}
Send = Callable[..., Sending]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server of this test."""
    with mail_server() as opened:
        yield opened


@pytest.fixture
def send(database: Database, session: Session, server: MailServer, today: date) -> Send:
    """Send what is due, at some moment after the first."""

    def sending(
        after: timedelta = timedelta(), day: date = today, sender: Sender | None = None
    ) -> Sending:
        session.commit()
        ways = {Channel.EMAIL: Smtp.at(server.url, "parcours@exemple.fr")}
        return send_due(
            database,
            ways if sender is None else sender,
            today=day,
            base_url="https://parcours.exemple.fr",
            clock=lambda: NOW + after,
        )

    return sending


def actor(session: Session, name: str, today: date, role: Role = Role.COUNSELLOR) -> Actor:
    """Somebody of the one organisation."""
    email = f"{name.casefold()}@exemple.fr"
    accounts.open_account(
        session, email=email, name=f"{name} Belkacem", password="quatre-mots-pour-essayer",
        role=role.value, code="CLIC", organisation_name="Clic & Quartier",
        organisation_kind="MEDIATION", starts_on=date(2025, 1, 1),
    )  # fmt: skip
    return accounts.actor_for(session, email, today=today)


@pytest.fixture
def nadia(session: Session, today: date) -> Actor:
    """A counsellor."""
    return actor(session, "Nadia", today)


def person(session: Session, nadia: Actor, today: date, **facts: object) -> Learner:
    """Somebody followed, who prefers e-mail unless said otherwise."""
    known = {
        "birth_name": "Traoré", "first_names": "Amina", "born_on": date(1990, 3, 12),
        "email": "amina@exemple.fr", "contact_preference": ContactPreference.EMAIL,
    } | facts  # fmt: skip
    made = learners.LearnerFacts(**known)  # type: ignore[arg-type]
    return learners.create_learner(session, nadia, made, today=today, is_another=True)


def write(session: Session, nadia: Actor, learner: Learner, today: date) -> Message:
    """Propose an appointment by e-mail."""
    return messages.write_to_learner(
        session, nadia, learner.id or 0, MessageKind.APPOINTMENT, FACTS,
        channel=Channel.EMAIL, today=today,
    )  # fmt: skip


def remind(session: Session, nadia: Actor, number: int, day: date, **more: object) -> Message:
    """Tell a professional that a relay waits."""
    kind = more.pop("kind", MessageKind.RELAY_REMINDER)
    return enqueue(
        session, kind, Recipient(account_id=nadia.account_id),  # type: ignore[arg-type]
        organisation_id=nadia.organisation_id, due_on=day, key=f"{kind}:{number}",
        path=f"/relais/{number}",
    )  # fmt: skip


def acts(session: Session, message_id: int | None) -> list[MessageAct]:
    """The history of a message."""
    rows = session.execute(
        select(col(MessageEvent.act))
        .where(col(MessageEvent.message_id) == message_id)
        .order_by(col(MessageEvent.id))
    )
    return list(rows.scalars())


def again(session: Session, message: Message) -> Message:
    """The message as it is now stored."""
    session.rollback()
    session.refresh(message)
    return message


def test_an_e_mail_arrives_once_whole_and_in_french(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    message = write(session, nadia, person(session, nadia, today), today)
    assert send() == Sending(sent=1)
    assert send() == Sending()
    ((to, mail),) = server.received
    assert to == "amina@exemple.fr"
    assert mail["From"] == "parcours@exemple.fr"
    assert mail["Subject"] == "Un rendez-vous vous est proposé"
    text = mail.get_content()
    for words in ("Bonjour Amina", "mardi 1er décembre à 14 h", "Clic & Quartier"):
        assert words in text
    assert again(session, message).sent_at is not None
    assert acts(session, message.id) == [MessageAct.CREATED, MessageAct.SENT]


NAMES = st.text(st.characters(categories=["L", "Nd", "Pd", "Zs"]), min_size=3, max_size=40)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=NAMES, last=NAMES)
def test_no_name_reaches_a_subject_or_an_address(
    session: Session, nadia: Actor, today: date, first: str, last: str
) -> None:
    learner = person(session, nadia, today, first_names=f"Q{first}Q", birth_name=f"Q{last}Q")
    message = write(session, nadia, learner, today)
    assert message.subject == MessageKind.APPOINTMENT.label
    assert f"Q{first}Q" not in message.subject
    assert message.path is None
    session.expunge_all()


def test_the_same_event_makes_one_message(session: Session, nadia: Actor, today: date) -> None:
    first = remind(session, nadia, 1, today)
    assert remind(session, nadia, 1, today).id == first.id
    assert remind(session, nadia, 2, today).id != first.id
    assert acts(session, first.id) == [MessageAct.CREATED]


def test_the_same_event_told_by_many_at_once_makes_one_message(
    file_database: Database, today: date
) -> None:
    with file_database.writing() as session:
        nadia = actor(session, "Nadia", today)

    def tell(_: int) -> int | None:
        with file_database.writing() as session:
            return remind(session, nadia, 1, today).id

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(tell, range(6)))
    assert len(made) == 1


def test_a_refused_caller_sends_nothing(
    database: Database, session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    session.commit()

    def refused() -> None:
        with database.writing() as other:
            remind(other, nadia, 1, today)
            raise RuleBroken("non")

    with pytest.raises(RuleBroken):
        refused()
    assert send() == Sending()
    assert server.received == []


def test_a_day_of_messages_to_one_person_is_one_e_mail(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    paul = actor(session, "Paul", today)
    points = [remind(session, nadia, number, today) for number in range(4)]
    remind(session, paul, 99, today)
    assert send() == Sending(sent=2)
    assert server.subjects("nadia@exemple.fr") == ["4 points à voir"]
    assert server.subjects("paul@exemple.fr") == ["1 point à voir"]
    text = server.received[0][1].get_content()
    assert text.count("- Un relais attend votre réponse") == 4
    assert "https://parcours.exemple.fr/relais/3" in text
    assert {again(session, point).digest_id for point in points} != {None}


def test_what_comes_after_the_digest_waits_for_the_next_day(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    remind(session, nadia, 1, today)
    send()
    remind(session, nadia, 2, today)
    remind(session, nadia, 3, today + timedelta(days=1))
    assert send(timedelta(hours=3)) == Sending(waiting=1)
    tomorrow = today + timedelta(days=1)
    assert send(timedelta(days=1), tomorrow) == Sending(sent=1)
    assert server.subjects("nadia@exemple.fr") == ["1 point à voir", "2 points à voir"]


def test_urgent_messages_go_at_once_and_no_more_than_three_a_day(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    for number in range(2):
        remind(session, nadia, number, today, kind=MessageKind.RELAY_EXPIRED)
    send()
    for number in range(2, 6):
        remind(session, nadia, number, today, kind=MessageKind.RELAY_EXPIRED)
    send(timedelta(minutes=5))
    expired = MessageKind.RELAY_EXPIRED.label
    assert server.subjects("nadia@exemple.fr") == [expired] * 3 + ["3 points à voir"]


def test_a_year_of_reminders_is_at_most_one_e_mail_a_day(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    for number in range(60):
        remind(session, nadia, number, today + timedelta(days=number % 20))
    for day in range(25):
        for hour in (8, 12, 18):
            send(timedelta(days=day, hours=hour), today + timedelta(days=day))
    assert server.subjects("nadia@exemple.fr") == ["3 points à voir"] * 20


def test_a_server_that_is_down_loses_nothing_and_is_asked_later_and_later(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    message = write(session, nadia, person(session, nadia, today), today)
    write(session, nadia, person(session, nadia, today), today)
    down = {Channel.EMAIL: Smtp.at(f"smtp://127.0.0.1:{_closed_port()}", "p@exemple.fr")}
    done = send(sender=down)
    assert (done.sent, done.not_sent, done.waiting) == (0, 1, 2), "the others are not tried"
    assert again(session, message).last_error == "Le serveur de courriel ne répond pas."
    assert message.next_try_at == NOW + DELAYS[0]
    assert send(DELAYS[0] - timedelta(seconds=1)).sent == 1, "the other one"
    assert send(DELAYS[0]).sent == 1
    assert again(session, message).last_error is None
    assert len(server.received) == 2


def test_after_two_days_it_is_said_and_can_be_tried_again(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    message = write(session, nadia, person(session, nadia, today), today)
    server.answer_to_text = "451 later"
    moment = timedelta()
    for delay in (*DELAYS, timedelta()):
        assert send(moment).not_sent == 1
        moment += delay
    assert again(session, message).failed_at is not None
    assert message.last_error == "Le serveur refuse ce courriel (451)."
    session.commit()
    told = send(moment)
    assert told.sent == 0, "the author’s digest is refused too"
    server.answer_to_text = "250 taken"
    lead = actor(session, "Jeanne", today, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        messages.retry(session, nadia, message.id or 0)
    messages.retry(session, lead, message.id or 0)
    send(moment + timedelta(hours=1))
    assert server.subjects("amina@exemple.fr") == ["Un rendez-vous vous est proposé"]
    assert server.subjects("nadia@exemple.fr") == ["1 point à voir"]
    assert "https://parcours.exemple.fr/messages/1" in server.received[-1][1].get_content()
    history = [MessageAct.NOT_SENT, MessageAct.RETRIED, MessageAct.SENT]
    assert acts(session, message.id)[1:] == history


def test_a_refused_address_is_not_tried_again_and_does_not_stop_the_others(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    server.refused["amina@exemple.fr"] = "550 amina@exemple.fr unknown here"
    message = write(session, nadia, person(session, nadia, today), today)
    write(session, nadia, person(session, nadia, today, email="ines@exemple.fr"), today)
    done = send()
    assert (done.sent, done.not_sent) == (1, 1)
    assert again(session, message).last_error == "L’adresse est refusée par le serveur (550)."
    assert "amina" not in str(done.errors), "an error names nobody"
    assert send(timedelta(days=1), today).sent == 1, "the author is told"


@pytest.mark.parametrize("email", ["amina@", "é@exemple.fr", "a@b.fr\nBcc: x@y.fr", "a b@c.fr"])
def test_an_address_that_is_none_fails_alone(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date, email: str
) -> None:
    message = write(session, nadia, person(session, nadia, today, email=email), today)
    assert send().not_sent == 1
    assert again(session, message).failed_at is not None
    assert server.received == []


def test_a_crash_between_sending_and_noting_it_makes_one_duplicate_and_no_loss(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    message = write(session, nadia, person(session, nadia, today), today)
    way = Smtp.at(server.url, "parcours@exemple.fr")

    class Dying:
        def send(self, outgoing: Outgoing) -> None:
            way.send(outgoing)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(sender={Channel.EMAIL: Dying()})
    assert len(server.received) == 1
    assert send(LEASE - timedelta(seconds=1)) == Sending(waiting=1), "still held"
    assert send(LEASE).sent == 1
    assert send(LEASE * 2) == Sending()
    first, second = (mail["Message-ID"] for _, mail in server.received)
    assert first == second == f"<message-{message.id}@exemple.fr>"


def test_a_message_that_kills_each_sending_stops_neither_the_others_nor_for_ever(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    poison = write(session, nadia, person(session, nadia, today), today)
    number = poison.id
    way = Smtp.at(server.url, "parcours@exemple.fr")

    class Dying:
        def send(self, outgoing: Outgoing) -> None:
            if outgoing.number == number:
                raise KeyboardInterrupt
            way.send(outgoing)

    ways = {Channel.EMAIL: Dying()}
    for turn in range(len(DELAYS) + 1):
        with pytest.raises(KeyboardInterrupt):
            send(LEASE * turn, sender=ways)
        write(session, nadia, person(session, nadia, today), today)
    assert send(LEASE * 20, sender=ways).not_sent == 1
    assert "interrompu" in (again(session, poison).last_error or "")
    assert len(server.received) == len(DELAYS) + 1


def test_an_sms_too_long_to_be_read_is_refused(session: Session, nadia: Actor, today: date) -> None:
    learner = person(
        session, nadia, today, phone="0639010203", contact_preference=ContactPreference.SMS
    )
    with pytest.raises(RuleBroken, match="trop long"):
        messages.write_to_learner(
            session, nadia, learner.id or 0, MessageKind.NEWS, {"words": "x" * 500},
            channel=Channel.SMS, today=today,
        )  # fmt: skip


def test_a_crash_before_sending_loses_nothing(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    write(session, nadia, person(session, nadia, today), today)

    class Dead:
        def send(self, outgoing: Outgoing) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(sender={Channel.EMAIL: Dead()})
    assert send(LEASE).sent == 1
    assert len(server.received) == 1


def test_a_server_that_ends_badly_after_taking_the_mail_makes_no_duplicate(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    server.answer_to_quit = "421 too tired"
    write(session, nadia, person(session, nadia, today), today)
    assert send().sent == 1
    assert send(timedelta(hours=1)) == Sending()


def test_two_sendings_at_once_send_each_message_once(
    file_database: Database, server: MailServer, today: date
) -> None:
    with file_database.writing() as session:
        nadia = actor(session, "Nadia", today)
        for number in range(12):
            learner = person(session, nadia, today, email=f"a{number}@exemple.fr")
            write(session, nadia, learner, today)
            remind(session, nadia, number, today)
    ways = {Channel.EMAIL: Smtp.at(server.url, "parcours@exemple.fr")}
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(send_due, file_database, ways, today=today) for _ in range(3)]
    assert sum(job.result().sent for job in jobs) == 13
    assert len({to for to, _ in server.received}) == len(server.received) == 13
    assert server.subjects("nadia@exemple.fr") == ["12 points à voir"]


def test_without_a_server_everything_waits_and_makes_one_digest_later(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    for number in range(5):
        remind(session, nadia, number, today + timedelta(days=number))
        send(day=today + timedelta(days=number), sender={})
    assert send(day=today + timedelta(days=9), sender={}) == Sending(waiting=5)
    assert send(day=today + timedelta(days=9)) == Sending(sent=1)
    assert server.subjects("nadia@exemple.fr") == ["5 points à voir"]


def test_a_digest_held_up_by_a_server_is_not_followed_by_a_second_the_day_it_leaves(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    remind(session, nadia, 1, today)
    server.answer_to_text = "451 later"
    send()
    server.answer_to_text = "250 taken"
    tomorrow = today + timedelta(days=1)
    remind(session, nadia, 2, tomorrow)
    send(timedelta(days=1), tomorrow)
    send(timedelta(days=1, hours=1), tomorrow)
    assert server.subjects("nadia@exemple.fr") == ["1 point à voir"]
    send(timedelta(days=2), today + timedelta(days=2))
    assert len(server.received) == 2


def test_somebody_who_changed_their_mind_gets_no_e_mail(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    learner = person(session, nadia, today)
    message = write(session, nadia, learner, today)
    learner.contact_preference = ContactPreference.POST
    assert send().not_sent == 1
    assert "autre moyen" in (again(session, message).last_error or "")
    assert server.subjects("amina@exemple.fr") == []


def test_who_left_is_told_nothing(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    remind(session, nadia, 1, today)
    session.get_one(Membership, nadia.membership_id).ends_on = today - timedelta(days=1)
    assert send().not_sent == 1
    assert server.received == []


def test_a_partner_is_written_to_at_its_address_else_by_letter_and_the_link_is_not_kept(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    known = accounts.create_organisation(
        session, code="A", name="Asso A", kind="MEDIATION", contact_email="accueil@a.exemple.fr"
    )
    silent = accounts.create_organisation(session, code="B", name="Asso B", kind="MEDIATION")

    def propose(partner: Organisation) -> Message:
        return enqueue(
            session, MessageKind.RELAY_PROPOSED, Recipient(partner_id=partner.id),
            organisation_id=nadia.organisation_id, due_on=today, key=f"relay:{partner.code}",
            path="/reponse/secret",
        )  # fmt: skip

    by_mail, by_letter = propose(known), propose(silent)
    assert by_letter.channel is Channel.LETTER
    assert send() == Sending(sent=1)
    ((to, mail),) = server.received
    assert to == "accueil@a.exemple.fr"
    assert "https://parcours.exemple.fr/reponse/secret" in mail.get_content()
    assert again(session, by_mail).path is None
    assert "secret" not in by_mail.body


def test_a_link_without_an_address_waits_rather_than_leave_broken(
    database: Database, session: Session, nadia: Actor, server: MailServer, today: date
) -> None:
    partner = accounts.create_organisation(
        session, code="A", name="Asso A", kind="MEDIATION", contact_email="accueil@a.exemple.fr"
    )
    message = enqueue(
        session, MessageKind.RELAY_PROPOSED, Recipient(partner_id=partner.id),
        organisation_id=nadia.organisation_id, due_on=today, path="/reponse/secret",
    )  # fmt: skip
    session.commit()
    ways = {Channel.EMAIL: Smtp.at(server.url, "parcours@exemple.fr")}
    assert send_due(database, ways, today=today).not_sent == 1
    assert "adresse publique" in (again(session, message).last_error or "")
    assert server.received == []


def test_what_a_machine_does_not_do_is_never_sent(
    session: Session, nadia: Actor, send: Send, server: MailServer, today: date
) -> None:
    learner = person(
        session, nadia, today, phone="0639010203", contact_preference=ContactPreference.PHONE
    )
    call = enqueue(
        session, MessageKind.NEWS, Recipient(learner_id=learner.id),
        organisation_id=nadia.organisation_id, due_on=today,
    )  # fmt: skip
    assert call.channel is Channel.PHONE
    assert "Qui vous êtes" in call.body
    assert send() == Sending()


def test_calls_are_noted_until_somebody_answers(
    session: Session, nadia: Actor, today: date
) -> None:
    learner = person(
        session, nadia, today, phone="0639010203", contact_preference=ContactPreference.PHONE
    )
    call = messages.write_to_learner(
        session, nadia, learner.id or 0, MessageKind.NEWS, {}, channel=Channel.PHONE, today=today
    )
    number = call.id or 0
    messages.record_by_hand(session, nadia, number, MessageAct.NO_ANSWER, today=today)
    assert (call.due_on, call.done_at) == (today + timedelta(days=2), None)
    with pytest.raises(RuleBroken, match="ne correspond pas"):
        messages.record_by_hand(session, nadia, number, MessageAct.HANDED, today=today)
    messages.record_by_hand(session, nadia, number, MessageAct.REACHED, today=today)
    assert call.done_by_id == nadia.account_id
    with pytest.raises(RuleBroken, match="déjà"):
        messages.cancel(session, nadia, number, reason="trop tard", today=today)
    assert acts(session, number) == [
        MessageAct.CREATED, MessageAct.NO_ANSWER, MessageAct.REACHED
    ]  # fmt: skip


def test_an_outsider_finds_no_message(session: Session, nadia: Actor, today: date) -> None:
    message = write(session, nadia, person(session, nadia, today), today)
    message.last_error = "Le serveur de courriel ne répond pas."
    session.flush()
    accounts.open_account(
        session, email="paul@ailleurs.fr", name="Paul", password="quatre-mots-pour-essayer",
        role="coordinator", code="AUTRE", organisation_name="Autre", organisation_kind="OF",
        starts_on=date(2025, 1, 1),
    )  # fmt: skip
    paul = accounts.actor_for(session, "paul@ailleurs.fr", today=today)
    number = message.id or 0
    with pytest.raises(NotFound):
        messages.record_by_hand(session, paul, number, MessageAct.REACHED, today=today)
    with pytest.raises(NotFound):
        messages.cancel(session, paul, number, reason="x", today=today)
    with pytest.raises(NotFound):
        messages.retry(session, paul, number)
    with pytest.raises(NotFound):
        messages.write_to_learner(
            session, paul, message.learner_id or 0, MessageKind.NEWS, {},
            channel=Channel.PHONE, today=today,
        )  # fmt: skip


def test_an_sms_leaves_by_a_command_that_knows_nothing_else(
    session: Session, nadia: Actor, send: Send, today: date, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PARCOURS_SECRET_KEY", "a-secret-for-tests-and-nothing-else")
    learner = person(
        session, nadia, today, phone="06 39 01 02 03; rm -rf /",
        contact_preference=ContactPreference.SMS,
    )  # fmt: skip
    messages.write_to_learner(
        session, nadia, learner.id or 0, MessageKind.NEWS, {}, channel=Channel.SMS, today=today
    )
    told = tmp_path / "told.json"
    program = (
        "import json, os, sys; json.dump([dict(os.environ), sys.stdin.buffer.read().decode()], "
        f"open({str(told)!r}, 'w'))"
    )
    assert send(sender={Channel.SMS: SmsCommand((sys.executable, "-c", program))}).sent == 1
    environment, text = json.loads(told.read_text())
    assert environment["PARCOURS_SMS_NUMBER"] == "06 39 01 02 03; rm -rf /"
    assert "PARCOURS_SECRET_KEY" not in environment
    assert text.startswith("Bonjour, nous prenons de vos nouvelles.")


def _closed_port() -> int:
    with mail_server() as gone:
        port = gone.port
    return port
