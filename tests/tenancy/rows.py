"""Whose each row of the database is, and what changed between two moments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import Session

from parcours.db import Database
from parcours.models.base import metadata

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]
# They move with every visit and hold nothing a tenant wrote.
IGNORED = {"sign_in_session", "sign_in_attempt", "submission", "alembic_version"}
# A row about a person follows the person; else it follows the organisation that wrote it.
FIRST = ("learner_id", "organisation_id")
# Rows about a partner that follow somebody else: who entered them, the thread they are of.
OWNERS = {
    "offer": ("entered_by_organisation_id",),
    "discussion_party": ("discussion_id",),
    # Their account is who wrote them, perhaps nobody: they follow the need.
    "need_version": ("need_id",),
    "need_event": ("need_id",),
    "need_link": ("need_id",),
    "introduction_event": ("introduction_id",),
    "introduction_link": ("introduction_id",),
}
# Columns that may name another tenant: a partner chosen in the open list of organisations.
MAY_NAME_ANOTHER = {
    ("sharing", "organisation_id"),
    ("learner_access", "organisation_id"),
    ("holder_seen", "organisation_id"),
    ("holder_seen", "holder_id"),
    ("agreement", "funder_id"),
    ("message", "account_id"),
    ("message", "partner_id"),
    ("relay", "receiver_id"),
    ("alert_episode", "organisation_id"),
    ("alert_episode", "second_id"),
    ("step", "organisation_id"),
    ("offer", "organisation_id"),
    ("employer", "partner_id"),
    ("discussion", "about_id"),
    ("discussion", "offer_id"),
    ("discussion", "other_offer_id"),
    ("discussion_party", "organisation_id"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of some organisations: every one of them, and who else’s rows name them."""

    rows: Rows
    named_by_others: list[str]

    def ids(self, table: str) -> list[int]:
        """The identifiers of this tenant’s rows of a table."""
        return sorted(key[0] for key in self.rows.get(table, {}) if len(key) == 1)


def holding(database: Database, organisations: set[int]) -> Holding:
    """Everything that belongs to these organisations, and the rows of others that point to it."""
    with database.reading() as session:
        contents = {table.name: _content(session, table) for table in _tables()}
    held: dict[str, set[Key]] = {"organisation": {(number,) for number in organisations}}
    members = {
        row["account_id"]
        for row in contents["membership"].values()
        if row["organisation_id"] in organisations
    }
    held["account"] = {(number,) for number in members}
    given = set(held)
    for table in [
        *_tables(),
        *_tables(),
    ]:  # Twice: the journal names learners without a constraint.
        if table.name not in given:
            rows = contents[table.name].items()
            held[table.name] = {key for key, row in rows if _is_held(table, row, held)}
    mine = {
        name: {key: contents[name][key] for key in keys if key in contents[name]}
        for name, keys in held.items()
    }
    return Holding(mine, list(_named_by_others(contents, held)))


def changes(before: Holding, after: Holding) -> list[str]:
    """What differs, row by row; rows of others that now name this tenant’s included."""
    found = [line for line in after.named_by_others if line not in before.named_by_others]
    for name in sorted(before.rows.keys() | after.rows.keys()):
        old, new = before.rows.get(name, {}), after.rows.get(name, {})
        found += [f"{name} {key} appeared" for key in new.keys() - old.keys()]
        found += [f"{name} {key} vanished" for key in old.keys() - new.keys()]
        found += [
            f"{name} {key} changed" for key in old.keys() & new.keys() if old[key] != new[key]
        ]
    return found


# What each table held when last read, as it came and by key: most are as they were.
_LAST: dict[str, tuple[Sequence[Row[Any]], dict[Key, dict[str, Any]]]] = {}


def _content(session: Session, table: Table) -> dict[Key, dict[str, Any]]:
    found = session.execute(select(table)).all()
    before, content = _LAST.get(table.name, ((), {}))
    if found != before:
        content = {
            tuple(row[column.name] for column in table.primary_key): dict(row)
            for row in (row._mapping for row in found)
        }
        _LAST[table.name] = found, content
    return content


@cache
def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in IGNORED]


def _is_held(table: Table, row: dict[str, Any], held: dict[str, set[Key]]) -> bool:
    for name in OWNERS.get(table.name, FIRST):
        if row.get(name) is not None:
            return (row[name],) in held.get(name.removesuffix("_id"), set())
    for name, target in _references(table):
        if target not in {"account", "programme", "skill"} and row[name] is not None:
            return (row[name],) in held.get(target, set())
    return False


def _named_by_others(contents: Rows, held: dict[str, set[Key]]) -> Iterator[str]:
    for table in _tables():
        for key, row in contents[table.name].items():
            if key in held.get(table.name, set()):
                continue
            for name, target in _references(table):
                is_ours = row[name] is not None and (row[name],) in held.get(target, set())
                if is_ours and (table.name, name) not in MAY_NAME_ANOTHER:
                    yield f"{table.name} {key} names {target} {row[name]} in {name}"


@cache
def _references(table: Table) -> list[tuple[str, str]]:
    return [
        (column.name, reference.column.table.name)
        for column in table.columns
        for reference in column.foreign_keys
    ]
