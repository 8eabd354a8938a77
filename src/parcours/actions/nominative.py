"""Outputs that name people: exact, asked for with a purpose, marked, traced, and erased in time."""

import hashlib
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.export_books import Book, gathered, sheet_plans
from parcours.actions.export_method import rules_of
from parcours.actions.export_sheets import RowSheet
from parcours.actions.outcome_entries import MEMBERS, told
from parcours.actions.outputs import FREE, Output, beside_names, output
from parcours.actions.pseudonyms import LETTERS
from parcours.actions.spools import Spool
from parcours.domain.access import Actor, Capability, Role, require
from parcours.domain.errors import NotAllowed, RuleBroken
from parcours.domain.indicators import PEOPLE
from parcours.domain.nominative import (
    LEGAL,
    Purpose,
    check_kept,
    check_purpose,
    copy_mark,
    is_fresh,
    kept_until,
)
from parcours.models import Agreement, Learner, NominativeExport, visibility
from parcours.sheets.writing import Column, write_workbook_to

# Who somebody is, as far as a control asks: no address, no number of the State’s.
NAMES = {
    "birth_name": Column("Nom de naissance", width=22),
    "usage_name": Column("Nom d’usage", width=22),
    "first_names": Column("Prénoms", width=22),
    "born_on": Column("Né·e le", "date", 12),
}
REFERENCE = 8
ASK_AGAIN = "Redonnez votre mot de passe : il date de plus de 15 minutes."
NOT_AGREED = "La convention ne prévoit pas de sortie nominative pour le financeur."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, and why."""

    code: str
    as_of: date
    purpose: Purpose | None
    words: str


def outputs_of(actor: Actor, agreement: Agreement) -> list[Output]:
    """The outputs an actor may take with names: all, the legal ones alone, or none.

    The agreement decides, and for the funder it decides alone. Who holds the people answers for
    legal outputs whatever it says.
    """
    codes = tuple(dict.fromkeys((*LEGAL, *agreement.outputs)))
    if not agreement.is_nominative:
        codes = () if actor.role is Role.FUNDER else LEGAL
    return [output(code) for code in codes if code != FREE]


def hand_over(
    session: Session,
    actor: Actor,
    agreement_id: int,
    asked: Asked,
    *,
    given_at: datetime,
    now: datetime,
    today: date,
    days: int,
) -> NominativeExport:
    """Write the copy of whoever asks, keep it `days`, trace it in each person’s journal.

    `given_at`: when they last gave their password. Raises RuleBroken, and NotAllowed when the
    agreement does not let this actor read names.
    """
    require(actor, Capability.EXPORT_NAMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    until = _check(actor, agreement, asked, today)
    if not is_fresh(given_at, now):
        raise RuleBroken(ASK_AGAIN, field="password")
    reference = "NOM-" + "".join(secrets.choice(LETTERS) for _ in range(REFERENCE))
    mark = copy_mark(actor.name, actor.organisation_name, today, reference)
    chosen = output(asked.code)
    if actor.role is Role.FUNDER:
        chosen = beside_names(chosen)
    book, ids = _named(session, agreement, chosen, asked.as_of, mark)
    content = _written(session, agreement, book, asked.as_of, mark)
    kept = now, now + timedelta(days=min(days, (until - today).days + 1))
    row = _row(actor, agreement, asked, reference, book, content, kept)
    session.add(row)
    session.flush()
    _trace(session, actor, row, ids)
    return row


def read_copy(
    session: Session, actor: Actor, export_id: int, *, given_at: datetime, now: datetime
) -> tuple[NominativeExport, bytes]:
    """One’s own copy and its bytes, the download being recorded (RuleBroken)."""
    require(actor, Capability.EXPORT_NAMES)
    row = visibility.nominative_export(session, actor, export_id)
    agreement = visibility.agreement(session, actor, row.agreement_id)
    if row.output not in {item.code for item in outputs_of(actor, agreement)}:
        raise NotAllowed(NOT_AGREED)
    if row.content is None or now >= row.expires_at:
        raise RuleBroken("Ce fichier a expiré : demandez-en un nouveau, avec son motif.")
    if not is_fresh(given_at, now):
        raise RuleBroken(ASK_AGAIN, field="password")
    audit.record(session, actor, "download", "nominative_export", export_id, sha256=row.sha256)
    return row, row.content


def erase_expired(session: Session, *, now: datetime) -> int:
    """Erase the bytes of copies past their time; who took what and why stays."""
    done = session.execute(
        update(NominativeExport)
        .where(col(NominativeExport.content).is_not(None), col(NominativeExport.expires_at) <= now)
        .values(content=None, erased_at=now)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _check(actor: Actor, agreement: Agreement, asked: Asked, today: date) -> date:
    allowed = {item.code for item in outputs_of(actor, agreement)}
    if not allowed:
        raise NotAllowed(NOT_AGREED)
    if asked.code not in allowed:
        raise RuleBroken("Choisissez une sortie de la liste.", field="output")
    if asked.as_of > today:
        raise RuleBroken("La date d’arrêt ne peut pas être dans l’avenir.", field="as_of")
    until = kept_until(agreement.ends_on, agreement.retention_years)
    check_kept(until, today)
    check_purpose(asked.purpose, asked.words)
    return until


def _named(
    session: Session, agreement: Agreement, chosen: Output, as_of: date, mark: str
) -> tuple[Book, list[int]]:
    """The workbook’s rows with names before them, each sheet marked, and whom they name."""
    book = gathered(session, agreement, chosen, as_of=as_of)
    people, ids = book.sheets[PEOPLE], book.beside.ids
    names = _names(session, agreement, as_of)
    rows = Spool((*names[key], *row) for key, row in zip(ids, people.rows, strict=True))
    sheets = {name: _marked(sheet, mark) for name, sheet in book.sheets.items()}
    sheets[PEOPLE] = RowSheet(PEOPLE, NAMES | dict(people.columns), rows, mark)
    return replace(book, sheets=sheets), ids


def _marked(sheet: RowSheet, mark: str) -> RowSheet:
    """The same rows, marked."""
    return RowSheet(sheet.title, sheet.columns, sheet.rows, mark)


def _names(session: Session, agreement: Agreement, as_of: date) -> Mapping[int, tuple[Any, ...]]:
    rows = session.execute(
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.born_on),
        ).where(col(Learner.id).in_(MEMBERS)),
        told(agreement, as_of),
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _written(session: Session, agreement: Agreement, book: Book, as_of: date, mark: str) -> bytes:
    buffer = io.BytesIO()
    plans = sheet_plans(session, agreement, book, as_of=as_of)
    marked = [replace(plan, mark=mark) for plan in plans]
    write_workbook_to(buffer, marked, title=f"Parcours, sortie nominative : {agreement.title}")
    return buffer.getvalue()


def _row(
    actor: Actor,
    agreement: Agreement,
    asked: Asked,
    reference: str,
    book: Book,
    content: bytes,
    kept: tuple[datetime, datetime],
) -> NominativeExport:
    name = f"{agreement.code}-{asked.code}-nominatif-{asked.as_of.isoformat()}.xlsx"
    return NominativeExport(
        agreement_id=agreement.id or 0,
        organisation_id=actor.organisation_id,
        reference=reference,
        output=asked.code,
        as_of=asked.as_of,
        purpose=check_purpose(asked.purpose, asked.words),
        words=asked.words,
        participants=len(book.sheets[PEOPLE].rows),
        rules=", ".join(rules_of(book.output, asked.as_of)),
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=kept[0],
        created_by_id=actor.account_id,
        expires_at=kept[1],
    )


def _trace(session: Session, actor: Actor, row: NominativeExport, ids: list[int]) -> None:
    key = row.id or 0
    audit.record(
        session, actor, "hand_over_names", "nominative_export", key,
        output=row.output, purpose=str(row.purpose), participants=row.participants,
        reference=row.reference, sha256=row.sha256,
    )  # fmt: skip
    audit.record_naming(session, actor, "hand_over_names", "nominative_export", key, ids)
