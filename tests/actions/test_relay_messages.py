"""What silence brings by e-mail, day by day: each thing told once to each, and nobody named."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from parcours.actions import accounts, pathways, relay_daily, relays
from parcours.actions.sending import send_due
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.messages import Channel, MessageKind
from parcours.domain.pathway import StepDates
from parcours.domain.words import SharingMedium, StepKind
from parcours.mail import Smtp
from parcours.models import Learner, Message, Organisation
from tests.actions.conftest import Cast, Meet
from tests.mail_server import MailServer, mail_server

SENT = date(2026, 11, 6)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server of this test."""
    with mail_server() as opened:
        yield opened


def propose(session: Session, sender: Actor, receiver_id: int, learner: Learner) -> None:
    """Propose a training of next year."""
    dates = StepDates(date(2027, 1, 7), date(2027, 7, 31))
    facts = pathways.StepFacts(StepKind.TRAINING, "Promo GEN", dates)
    offer = relays.Proposal(receiver_id, facts, "Amina TRAORÉ est prête.", SharingMedium.PAPER)
    relays.propose(session, sender, learner.id or 0, offer, today=SENT)


def live(database: Database, server: MailServer, days: int) -> dict[int, list[tuple[str, str]]]:
    """Run the daily work twice a day; what arrived, by day after the proposal."""
    arrived: dict[int, list[tuple[str, str]]] = {}
    ways = {Channel.EMAIL: Smtp.at(server.url, "parcours@exemple.fr")}
    for number in range(days):
        day = SENT + timedelta(days=number)
        before = len(server.received)
        for hour in (8, 17):
            with database.writing() as session:
                relay_daily.run(session, today=day)
            at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            send_due(database, ways, today=day, base_url="https://p.fr", clock=lambda at=at: at)  # type: ignore[misc]
        new = [(to, str(mail["Subject"])) for to, mail in server.received[before:]]
        if new:
            arrived[number] = sorted(new)
    return arrived


def test_three_months_of_silence_tell_each_thing_once(
    database: Database, session: Session, server: MailServer, cast: Cast, meet: Meet
) -> None:
    lise, jeanne = cast("CLIC", name="Lise Morel"), cast("CLIC", Role.COORDINATOR, "Jeanne Roy")
    sophie = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    cast("ECOLE", Role.TRAINER, "Thomas Perrin")
    learner, _ = meet(lise)
    propose(session, lise, sophie.organisation_id, learner)
    session.commit()
    late = MessageKind.RELAY_ESCALATED.label
    assert live(database, server, 92) == {
        0: [(sophie.email, "1 point à voir")],
        10: [(sophie.email, "1 point à voir")],
        17: sorted([(jeanne.email, late), (sophie.email, late)]),
        32: [(lise.email, MessageKind.RELAY_EXPIRED.label)],
    }
    for _, mail in server.received:
        assert "TRAOR" not in mail.as_string()
        assert "https://p.fr/relais/1" in mail.get_content()


def test_a_dozen_relays_proposed_in_a_day_are_one_e_mail(
    database: Database, session: Session, server: MailServer, cast: Cast, meet: Meet
) -> None:
    lise = cast("CLIC", name="Lise Morel")
    sophie = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    for number in range(12):
        learner, _ = meet(lise, f"Traoré{number}")
        propose(session, lise, sophie.organisation_id, learner)
    session.commit()
    assert live(database, server, 1) == {0: [(sophie.email, "12 points à voir")]}


def test_where_nobody_coordinates_all_who_may_answer_are_told(
    database: Database, session: Session, server: MailServer, cast: Cast, meet: Meet
) -> None:
    lise, thomas = cast("CLIC", name="Lise Morel"), cast("ECOLE", Role.TRAINER, "Thomas Perrin")
    cast("ECOLE", Role.ORGANISATION_ADMIN, "Yves Martel")
    learner, _ = meet(lise)
    propose(session, lise, thomas.organisation_id, learner)
    session.commit()
    assert live(database, server, 1) == {0: [(thomas.email, "1 point à voir")]}


@pytest.mark.parametrize(("email", "count"), [("accueil@asso.exemple.fr", 1), (None, 0)])
def test_a_partner_without_account_is_told_at_its_address_if_it_has_one(
    database: Database, session: Session, server: MailServer, cast: Cast, meet: Meet,
    email: str | None, count: int,
) -> None:  # fmt: skip
    lise = cast("CLIC", name="Lise Morel")
    partner: Organisation = accounts.create_organisation(
        session, code="ASSO", name="Asso", kind="MEDIATION", contact_email=email
    )
    learner, _ = meet(lise)
    propose(session, lise, partner.id or 0, learner)
    session.commit()
    arrived = live(database, server, 1)
    assert [to for mails in arrived.values() for to, _ in mails] == [email] * count
    assert session.execute(select(func.count()).select_from(Message)).scalar_one() == count
