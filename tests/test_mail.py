"""Servers of mail and programs of SMS: what they are read from, and what they answer."""

import sys
from collections.abc import Iterator

import pytest

from parcours.domain.errors import RuleBroken
from parcours.mail import NotSent, Outgoing, SmsCommand, Smtp, sender_from
from parcours.settings import Settings
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server of this test."""
    with mail_server() as opened:
        yield opened


@pytest.mark.parametrize(
    ("command", "message", "is_down"),
    [
        ((sys.executable, "-c", "raise SystemExit(3)"), "a refusé ce SMS (3)", False),
        (("no-such-program-anywhere",), "ne répond pas", True),
    ],
)
def test_an_sms_that_does_not_leave_says_why(
    command: tuple[str, ...], message: str, is_down: bool
) -> None:
    with pytest.raises(NotSent) as refusal:
        SmsCommand(command).send(Outgoing(1, "0639010203", "", "Bonjour"))
    assert message in str(refusal.value)
    assert refusal.value.is_down is is_down


@pytest.mark.parametrize(
    ("url", "mail_from", "message"),
    [
        ("mail.exemple.fr", "p@exemple.fr", "ne se lit pas"),
        ("smtp://mail.exemple.fr", "", "ne se lit pas"),
        ("smtp://mail.exemple.fr:99999", "p@exemple.fr", "ne se lit pas"),
        ("smtp://user:secret@mail.exemple.fr", "p@exemple.fr", "en clair"),
    ],
)
def test_an_unclear_server_is_refused_without_showing_its_password(
    settings: Settings, url: str, mail_from: str, message: str
) -> None:
    asked = settings.model_copy(update={"smtp_url": url, "mail_from": mail_from})
    with pytest.raises(RuleBroken, match=message) as refusal:
        sender_from(asked)
    assert "secret" not in str(refusal.value)
    assert "user:secret" not in repr(asked)


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtps://u:p%40ss@mail.exemple.fr", 465, "smtps"),
        ("starttls://u:p%40ss@mail.exemple.fr", 587, "starttls"),
        ("smtp://mail.exemple.fr:2525", 2525, "smtp"),
    ],
)
def test_a_server_is_read_from_its_address(url: str, port: int, security: str) -> None:
    way = Smtp.at(url, "p@exemple.fr")
    assert (way.host, way.port, way.security) == ("mail.exemple.fr", port, security)
    assert way.password in {"", "p@ss"}


def test_a_wrong_password_or_a_server_without_encryption_stops_everything(
    server: MailServer,
) -> None:
    mail = Outgoing(1, "amina@exemple.fr", "Bonjour", "Bonjour")
    address = f"127.0.0.1:{server.port}"
    for url, message in (
        (f"smtp://user:wrong@{address}", "refuse l’identifiant"),
        (f"starttls://{address}", "ne répond pas"),
        (f"smtps://{address}", "ne répond pas"),
    ):
        with pytest.raises(NotSent, match=message) as refusal:
            Smtp.at(url, "p@exemple.fr").send(mail)
        assert refusal.value.is_down
    server.answer_to_sender = "553 not you"
    with pytest.raises(NotSent, match="adresse d’envoi") as refusal:
        Smtp.at(server.url, "p@exemple.fr").send(mail)
    assert refusal.value.is_down
    assert server.received == []
