"""`parcours doctor` tells the truth about durability, over the pool and to any other reader."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from parcours import cli, db
from parcours.actions import accounts, diagnosis
from parcours.actions.synthesis import build_synthetic
from parcours.domain.errors import RuleBroken
from parcours.settings import Settings, get_settings

PASSWORD = "quatre-mots-pour-essayer"
SECRET = "a-secret-for-tests-and-nothing-else"
Run = Callable[..., Any]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on a migrated database."""
    monkeypatch.setenv("PARCOURS_SECRET_KEY", SECRET)
    monkeypatch.setenv("PARCOURS_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(cli.app, list(words))
    get_settings.cache_clear()


def test_a_sound_database_passes(run: Run) -> None:
    told = run("doctor", "--json")
    assert told.exit_code == 0, told.output
    report = json.loads(told.output)
    checks = {check["name"]: check for check in report["checks"]}
    assert all(check["ok"] for check in checks.values())
    assert report["database"] in {"sqlite", "postgresql"}
    assert report["version"]
    assert checks["schema"]["value"] == checks["schema"]["expected"]
    assert "demo_accounts" not in report, "accounts are named on a demonstration only"


def test_what_it_says_is_what_a_second_reader_finds(run: Run, database_url: str) -> None:
    """A connection that owes nothing to our pool agrees, where the setting outlives ours."""
    checks = {c["name"]: c["value"] for c in json.loads(run("doctor", "--json").output)["checks"]}
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(url.database or "") as direct:
            assert direct.execute("PRAGMA journal_mode").fetchone()[0] == checks["journal_mode"]
            assert direct.execute("SELECT version_num FROM alembic_version").fetchone() == (
                checks["schema"],
            )
        direct.close()
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as other:
        for name in (*diagnosis.POSTGRESQL, "data_checksums"):
            assert other.execute(f"SHOW {name}").fetchone() == (checks[name],)  # type: ignore[call-overload]


def test_it_reads_in_french_and_names_no_address(run: Run, database_url: str) -> None:
    told = run("doctor").output
    assert "attendu" in told
    database = make_url(database_url).database or ""
    for hidden in (SECRET, database_url, database):
        assert hidden not in told
        assert hidden not in run("doctor", "--json").output


@pytest.mark.parametrize(
    ("pragma", "name"),
    [("synchronous=normal", "synchronous"), ("foreign_keys=off", "foreign_keys"),
     ("secure_delete=off", "secure_delete"), ("busy_timeout=100", "busy_timeout"),
     ("journal_mode=delete", "journal_mode")],
)  # fmt: skip
def test_a_weaker_setting_fails(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pragma: str, name: str
) -> None:
    wanted = f"sqlite:///{tmp_path}/weak.sqlite3"
    db.upgrade(wanted)
    kept = [line for line in db.SQLITE_PRAGMAS if not line.startswith(name)]
    monkeypatch.setattr(db, "SQLITE_PRAGMAS", (*kept, pragma))
    report = diagnosis.examine(settings.model_copy(update={"database_url": wanted}))
    assert [check["name"] for check in report["checks"] if not check["ok"]] == [name]


def test_one_connection_out_of_the_pool_is_enough_to_fail(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/pool.sqlite3"
    db.upgrade(url)
    opened = []

    def set_most(connection: Any, record: object) -> None:
        opened.append(connection)
        set_all(connection, record)
        if len(opened) == 3:
            connection.execute("PRAGMA synchronous=off")

    set_all = db._set_pragmas
    monkeypatch.setattr(db, "_set_pragmas", set_most)
    report = diagnosis.examine(settings.model_copy(update={"database_url": url}))
    assert [check["name"] for check in report["checks"] if not check["ok"]] == ["synchronous"]


def test_an_older_schema_fails_even_on_a_demonstration(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    report = diagnosis.examine(settings.model_copy(update={"database_url": url, "demo": True}))
    assert [check["name"] for check in report["checks"] if not check["ok"]] == ["schema"]


def test_a_database_out_of_reach_is_said_in_french(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/parcours.sqlite3"
    with pytest.raises(RuleBroken, match="La base ne répond pas") as refusal:
        diagnosis.examine(settings.model_copy(update={"database_url": url}))
    assert str(tmp_path) not in str(refusal.value)


def test_a_demonstration_names_its_accounts_and_agreements(
    settings: Settings, file_database: db.Database, database_url: str, today: date
) -> None:
    with file_database.writing() as session:
        build_synthetic(session, learners=30, seed=1, today=today, password=PASSWORD)
        accounts.open_account(
            session,
            email="claire@mde.exemple.fr",
            name="Claire Vidal",
            password=PASSWORD,
            role="counsellor",
            code="S00",
            organisation_name=None,
            organisation_kind=None,
            starts_on=today,
        )
    demo = settings.model_copy(update={"database_url": database_url, "demo": True})
    report = diagnosis.examine(demo)
    assert report["demo_accounts"] == [
        {"email": "claire@mde.exemple.fr", "role": "counsellor", "organisation": "S00"}
    ]
    assert report["demo_agreements"]


def test_it_says_what_messages_leave_by(settings: Settings, database_url: str) -> None:
    def told(**values: str) -> dict[str, dict[str, Any]]:
        asked = settings.model_copy(update={"database_url": database_url, **values})
        return {check["name"]: check for check in diagnosis.examine(asked)["checks"]}

    unset = told()
    assert unset["email"]["value"] == "non réglé : les courriels attendent"
    assert unset["email"]["ok"]
    assert told(smtp_url="smtp://127.0.0.1", mail_from="p@exemple.fr")["email"]["value"] == "réglé"
    wrong = told(smtp_url="smtp://u:tres-secret@mail.exemple.fr", mail_from="p@exemple.fr")
    assert not wrong["email"]["ok"]
    assert "tres-secret" not in str(wrong)
    assert told(sms_command="envoyer-sms")["sms"]["value"] == "réglé"
    assert not told(base_url="parcours.exemple.fr")["base_url"]["ok"]


def test_a_command_sends_what_waits_and_says_so(run: Run) -> None:
    told = run("messages", "send")
    assert told.exit_code == 0, told.output
    assert "aucun courriel ne part" in told.output
    report = json.loads(run("messages", "send", "--json").output)
    assert report == {"sent": 0, "not_sent": 0, "waiting": 0, "errors": {}}
