"""A real browser on the demonstration territory, served as people get it."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from parcours import db
from parcours.app import create_app
from parcours.db import Database
from parcours.demo.territory import PASSWORD, build
from parcours.settings import Settings
from tests.conftest import CHROMIUM, TODAY

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COUNSELLOR = "nadia.belkacem@mde.exemple.fr"
TRAINER = "thomas.perrin@revermont.exemple.fr"
COORDINATOR = "sophie.garnier@revermont.exemple.fr"
ADMINISTRATOR = "yves.martel@mde.exemple.fr"
MEDIATOR = "lise.morel@clic.exemple.fr"
FUNDER = "claire.vidal@fse.exemple.fr"
SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def territory(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The demonstration, told once for all the workers of a run."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if os.environ.get("PYTEST_XDIST_WORKER") else here
    built, failed = shared / "demonstration.sqlite3", shared / "demonstration.failed"
    try:
        (shared / "demonstration.begun").mkdir()
    except FileExistsError:
        while not built.exists():
            assert not failed.exists(), "another worker could not build the demonstration"
            time.sleep(0.1)
        return built.read_bytes()
    settings = Settings(demo=True, data_dir=here, today=TODAY)
    try:
        db.upgrade(settings.url)
        database = Database.open(settings.url)
        build(database, today=TODAY)
        database.dispose()
    except BaseException:
        failed.touch()
        raise
    # Closed, the file holds everything; named in one move, nobody reads the half of it.
    return (here / "parcours.sqlite3").rename(built).read_bytes()


@pytest.fixture(scope="session")
def address(territory: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a territory of its own."""
    folder: Path = tmp_path_factory.mktemp("territory")
    (folder / "parcours.sqlite3").write_bytes(territory)
    settings = Settings(demo=True, data_dir=folder, today=TODAY)
    database = Database.open(settings.url)
    port = _free_port()
    config = uvicorn.Config(create_app(settings, database), port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
    database.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine’s Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class _Opened:
    """A page and what its console said."""

    page: Page
    said: list[str]


@pytest.fixture(scope="session")
def visits() -> Iterator[dict[str, _Opened]]:
    """The pages of those who signed in to read only, open for the next who reads as them."""
    opened: dict[str, _Opened] = {}
    yield opened
    for visit in opened.values():
        visit.page.context.close()


@pytest.fixture
def sign_in(chromium: Browser, address: str, visits: dict[str, _Opened]) -> Iterator[SignIn]:
    """Sign somebody in, in a fresh browser; its console must stay silent.

    `reads_only`: a page already open for this person does, and nobody ends its session.
    """
    opened: list[_Opened] = []

    def open_page(
        email: str, *, leads_in: bool = True, reads_only: bool = False, **options: Any
    ) -> Page:
        who = f"{email} {options}"
        if reads_only and who in visits:
            opened.append(visits[who])
            return visits[who].page
        context = chromium.new_context(base_url=address, locale="fr-FR", **options)
        visit = _Opened(context.new_page(), [])
        opened.append(visit)
        page = visit.page
        page.on("console", lambda message: _note(visit.said, message))
        page.on("pageerror", lambda error: visit.said.append(str(error)))
        page.goto("/connexion")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        # The click does not wait for the page it leads to, and a key pressed meanwhile is lost.
        if leads_in:
            page.wait_for_url(lambda url: not url.endswith("/connexion"))
        if reads_only:
            visits[who] = visit
        return page

    yield open_page
    said = [words for visit in opened for words in visit.said]
    for visit in opened:
        visit.said.clear()
        if visit not in visits.values():
            visit.page.context.close()
    assert not said


def _note(said: list[str], message: ConsoleMessage) -> None:
    """Keep errors and warnings, but for pages that answer 403 or 404 on purpose."""
    if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
        said.append(message.text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
