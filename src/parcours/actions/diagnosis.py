"""`parcours doctor`: what the database really does about durability, over our own pool."""

from typing import Any

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from parcours import __version__
from parcours.db import Database, is_sqlite, revisions
from parcours.domain.errors import RuleBroken
from parcours.domain.messages import Channel
from parcours.mail import sender_from
from parcours.models import Account, Agreement, Membership, Organisation
from parcours.settings import Settings

SQLITE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
}
BUSY_TIMEOUT_MINIMUM = 5_000
POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
# As many as the pool keeps: a setting made on some connections only is not made.
POOLED = 8
DEMO_DOMAIN = ".exemple.fr"
UNSET = {
    Channel.EMAIL: "non réglé : les courriels attendent",
    Channel.SMS: "non réglé : les SMS sont à envoyer à la main",
}


def examine(settings: Settings) -> dict[str, Any]:
    """Every setting that matters, what it is and what it should be; no address, no password.

    Raises RuleBroken when the database cannot be reached.
    """
    database = Database.open(settings.url)
    try:
        report = _report(database.engine, is_demo=settings.demo)
        report["checks"] += _sending(settings)
        return report
    except OperationalError:
        # The driver’s own words name the server, the base and its user.
        raise RuleBroken("La base ne répond pas : vérifiez PARCOURS_DATABASE_URL.") from None
    finally:
        database.dispose()


def _report(engine: Engine, *, is_demo: bool) -> dict[str, Any]:
    checks = _checks(engine)
    with engine.connect() as connection:
        schema = _schema(connection)
        report = {
            "version": __version__,
            "database": connection.dialect.name,
            "demo": is_demo,
            "checks": [*checks, schema],
        }
        return report | (_demo(connection) if is_demo and schema["ok"] else {})


def _checks(engine: Engine) -> list[dict[str, Any]]:
    """The worst value found over several pooled connections, held at once."""
    connections = [engine.connect() for _ in range(POOLED)]
    try:
        read = _sqlite if is_sqlite(engine) else _postgresql
        found = [read(connection) for connection in connections]
        return [_worst(name, [values[name] for values in found]) for name in found[0]]
    finally:
        for connection in connections:
            connection.close()


def _sqlite(connection: Connection) -> dict[str, tuple[Any, Any, bool]]:
    values: dict[str, tuple[Any, Any, bool]] = {}
    for name, expected in SQLITE.items():
        value = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        values[name] = (value, expected, value == expected)
    wait = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    values["busy_timeout"] = (wait, f"≥ {BUSY_TIMEOUT_MINIMUM}", wait >= BUSY_TIMEOUT_MINIMUM)
    return values


def _postgresql(connection: Connection) -> dict[str, tuple[Any, Any, bool]]:
    values: dict[str, tuple[Any, Any, bool]] = {}
    for name, expected in POSTGRESQL.items():
        value = connection.execute(text("SELECT current_setting(:name)"), {"name": name})
        shown = value.scalar_one()
        values[name] = (shown, expected, shown == expected)
    sums = connection.execute(text("SELECT current_setting('data_checksums')")).scalar_one()
    # Checksums are chosen when a cluster is made: reported, never a reason to refuse.
    values["data_checksums"] = (sums, "on (conseillé)", True)
    return values


def _worst(name: str, found: list[tuple[Any, Any, bool]]) -> dict[str, Any]:
    value, expected, is_fine = min(found, key=lambda item: item[2])
    return {"name": name, "value": value, "expected": expected, "ok": is_fine}


def _schema(connection: Connection) -> dict[str, Any]:
    current, newest = revisions(connection)
    return {"name": "schema", "value": current, "expected": newest, "ok": current == newest}


def _sending(settings: Settings) -> list[dict[str, Any]]:
    """What messages leave by. Nothing set is a choice, and said; something unclear is refused."""
    try:
        ways = sender_from(settings)
        told = {way: "réglé" if way in ways else UNSET[way] for way in UNSET}
        is_fine = True
    except RuleBroken as refusal:
        told, is_fine = dict.fromkeys(UNSET, str(refusal)), False
    where = settings.base_url or "non réglée : les messages partent sans lien"
    is_address = not settings.base_url or settings.base_url.startswith(("https://", "http://"))
    checks = [
        {"name": name, "value": value, "expected": "réglé (conseillé)", "ok": is_fine}
        for name, value in told.items()
    ]
    expected = "https://… (conseillé)"
    return [*checks, {"name": "base_url", "value": where, "expected": expected, "ok": is_address}]


def _demo(connection: Connection) -> dict[str, Any]:
    people = connection.execute(
        select(col(Account.email), col(Membership.role), col(Organisation.code))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Account.email).endswith(DEMO_DOMAIN))
        .order_by(col(Membership.id))
    )
    codes = connection.execute(select(col(Agreement.code)).order_by(col(Agreement.code)))
    return {
        "demo_accounts": [
            {"email": email, "role": role.value, "organisation": code}
            for email, role, code in people
        ],
        "demo_agreements": list(codes.scalars()),
    }
