"""How messages leave: e-mail by SMTP, SMS by a command of the installation; nothing by default."""

import os
import shlex
import smtplib
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import unquote, urlsplit

from parcours.domain.errors import ParcoursError, RuleBroken
from parcours.domain.messages import Channel
from parcours.settings import Settings

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
TIMEOUT = 20
SMS_TIMEOUT = 30
SILENT = "Le serveur de courriel ne répond pas."
UNREADABLE = "L’adresse ne se lit pas comme un courriel."


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way: `to` is an address or a number, `number` that of the message.

    The number makes the identifier the mail carries: one sent twice after a crash is recognised.
    """

    number: int
    to: str
    subject: str
    body: str


class NotSent(ParcoursError):
    """The message did not leave; the text is French and holds neither address nor number.

    `is_final`: trying again would change nothing. `is_down`: the others would not leave either.
    """

    def __init__(self, message: str, *, is_final: bool = False, is_down: bool = False) -> None:
        super().__init__(message)
        self.is_final, self.is_down = is_final, is_down


class Way(Protocol):
    """What sends one kind of message; raises NotSent."""

    def send(self, outgoing: Outgoing) -> None:
        """Send it, once."""


Sender = Mapping[Channel, Way]


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server: `security` is smtp (none), starttls or smtps."""

    host: str
    port: int
    security: str
    user: str
    password: str
    mail_from: str

    @classmethod
    def at(cls, url: str, mail_from: str) -> "Smtp":
        """The server `url` names (RuleBroken when it is unclear, or would show its password)."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme, 0)
            Address(addr_spec=mail_from)
        except (ValueError, IndexError):
            port = 0
        if not port or not parts.hostname:
            raise RuleBroken("PARCOURS_SMTP_URL ou PARCOURS_MAIL_FROM ne se lit pas.")
        if parts.password and parts.scheme == "smtp" and not _is_here(parts.hostname):
            raise RuleBroken(
                "PARCOURS_SMTP_URL enverrait le mot de passe en clair : écrivez starttls:// ou "
                "smtps:// au lieu de smtp://."
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, parts.scheme, user, password, mail_from)

    def send(self, outgoing: Outgoing) -> None:
        """Hand the mail to the server; a connection each, so that none outlives its server."""
        try:
            mail = self._mail(outgoing)
        except (ValueError, IndexError):
            raise NotSent(UNREADABLE, is_final=True) from None
        server = self._connected()
        try:
            server.send_message(mail)
        except (OSError, ValueError) as error:
            raise _told(error) from None
        finally:
            # The server has answered for the mail: how it says goodbye changes nothing.
            with suppress(OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        try:
            server = self._opened()
            try:
                if self.user:
                    server.login(self.user, self.password)
            except BaseException:
                server.close()
                raise
        except smtplib.SMTPAuthenticationError:
            raise NotSent("Le serveur de courriel refuse l’identifiant.", is_down=True) from None
        except (OSError, ValueError):
            raise NotSent(SILENT, is_down=True) from None
        return server

    def _opened(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, outgoing: Outgoing) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.mail_from
        mail["To"] = Address(addr_spec=outgoing.to)
        mail["Subject"] = outgoing.subject
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = f"<message-{outgoing.number}@{self.mail_from.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(outgoing.body)
        return mail


@dataclass(frozen=True, slots=True)
class SmsCommand:
    """A program of the installation that sends one SMS: no shell, and none of our settings."""

    command: Sequence[str]

    def send(self, outgoing: Outgoing) -> None:
        """Run it with the text on its input and the number in its environment."""
        known = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
        try:
            subprocess.run(  # noqa: S603  the administrator’s own words, never anybody else’s
                list(self.command),
                input=outgoing.body.encode(),
                env=known | {"PARCOURS_SMS_NUMBER": outgoing.to},
                capture_output=True,
                timeout=SMS_TIMEOUT,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise NotSent(f"Le programme d’envoi a refusé ce SMS ({error.returncode}).") from None
        except (OSError, ValueError, subprocess.TimeoutExpired):
            raise NotSent("Le programme d’envoi de SMS ne répond pas.", is_down=True) from None


def sender_from(settings: Settings) -> Sender:
    """What this installation can send by; empty when nothing is set (RuleBroken when unclear)."""
    ways: dict[Channel, Way] = {}
    if settings.smtp_url:
        ways[Channel.EMAIL] = Smtp.at(settings.smtp_url, settings.mail_from)
    if settings.sms_command:
        ways[Channel.SMS] = SmsCommand(shlex.split(settings.sms_command))
    return ways


def _told(error: Exception) -> NotSent:
    """What happened, in French; the server’s own words may hold the address: they are left out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=0)
        return NotSent(f"L’adresse est refusée par le serveur ({code}).", is_final=code >= 500)
    if isinstance(error, smtplib.SMTPSenderRefused):
        message = f"Le serveur refuse l’adresse d’envoi ({error.smtp_code})."
        return NotSent(message, is_down=True)
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
        return NotSent(f"Le serveur refuse ce courriel ({code}).", is_final=code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return NotSent(UNREADABLE, is_final=True)
    return NotSent(SILENT, is_down=True)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
