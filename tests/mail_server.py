"""A mail server for tests: real SMTP on a real socket, and whatever goes wrong with one."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What it received, and how it should answer."""

    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    # Addresses it refuses, with the answer it gives.
    refused: dict[str, str] = field(default_factory=dict)
    answer_to_text: str = "250 taken"
    answer_to_sender: str = "250 yes"
    answer_to_quit: str = "221 bye"
    asked_in: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    def subjects(self, address: str) -> list[str]:
        """The subjects of what somebody received, in order."""
        return [str(mail["Subject"]) for to, mail in self.received if to == address]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        told: MailServer = self.server.told  # type: ignore[attr-defined]
        to: list[str] = []
        self._say("220 tests")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.upper()
            if verb.startswith("EHLO"):
                self._say("250-tests\r\n250 AUTH PLAIN")
            elif verb.startswith("AUTH"):
                told.asked_in.append(words)
                self._say("535 no")
            elif verb.startswith("MAIL"):
                to = []
                self._say(told.answer_to_sender)
            elif verb.startswith("RCPT"):
                address = words.partition("<")[2].partition(">")[0]
                to.append(address)
                self._say(told.refused.get(address, "250 yes"))
            elif verb == "DATA":
                self._say("354 go on")
                mail = self._read()
                if told.answer_to_text.startswith("250"):
                    told.received += [(address, mail) for address in to]
                self._say(told.answer_to_text)
            elif verb == "QUIT":
                self._say(told.answer_to_quit)
                return
            else:
                self._say("250 yes")

    def _read(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that listens until the end of the block."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        told = MailServer(server.server_address[1])
        server.told = told  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
