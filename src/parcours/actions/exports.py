"""Workbooks funders take away: made from rows, kept as handed over, the same bytes twice."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from typing import IO

from sqlmodel import Session

from parcours import audit
from parcours.actions import export_books, frozen, releases
from parcours.actions.export_books import Told
from parcours.actions.export_method import rules_of
from parcours.actions.export_sheets import figures
from parcours.actions.funder_books import export_figures
from parcours.actions.outputs import FREE, Output, output
from parcours.domain.access import Actor, Capability, Role, require
from parcours.domain.disclosure import Thresholds
from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import PEOPLE, Figure
from parcours.models import Agreement, Export, ExportLayout, visibility
from parcours.sheets.parting import MOST_ROWS
from parcours.sheets.writing import write_workbook_to


@dataclass(frozen=True, slots=True)
class Request:
    """A workbook asked for: of an agreement, as known on a day, by an output."""

    agreement: Agreement
    output: Output
    as_of: date
    layout: ExportLayout | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook written: where its bytes are, its rows packed, and how many people."""

    request: Request
    file: IO[bytes]
    people: bytes
    participants: int

    def row(self, actor: Actor) -> Export:
        """What is kept of it."""
        self.file.seek(0)
        content, asked = self.file.read(), self.request
        return Export(
            agreement_id=asked.agreement.id or 0,
            organisation_id=actor.organisation_id,
            as_of=asked.as_of,
            file_name=f"{asked.agreement.code}-{asked.output.code}-{asked.as_of.isoformat()}.xlsx",
            sha256=hashlib.sha256(content).hexdigest(),
            output=asked.output.code,
            layout=asked.layout.name if asked.layout else None,
            rules=", ".join(rules_of(asked.output, asked.as_of)),
            participants=self.participants,
            people=self.people,
            content=content,
            created_by_id=actor.account_id,
        )


def export_outcomes(
    session: Session,
    actor: Actor,
    agreement_id: int,
    *,
    as_of: date,
    today: date,
    code: str = "fse",
    layout_id: int | None = None,
    limits: Thresholds | None = None,
) -> Export:
    """Make, keep and record a workbook of an agreement as known on `as_of`.

    The same facts give the same bytes. A funder takes counts away, never rows of people
    (actions/funder_books.py). Raises RuleBroken for a day to come, an output unknown or a free one
    without its columns.
    """
    if actor.role is Role.FUNDER:
        return _take_figures(
            session, actor, agreement_id, as_of=as_of, today=today, code=code, limits=limits
        )
    asked = requested(
        session, actor, agreement_id, as_of=as_of, today=today, code=code, layout_id=layout_id
    )
    return make_now(session, actor, asked)


def requested(
    session: Session,
    actor: Actor,
    agreement_id: int,
    *,
    as_of: date,
    today: date,
    code: str,
    layout_id: int | None,
) -> Request:
    """A workbook of rows asked for, checked: rights, day, output and columns."""
    require(actor, Capability.EXPORT_OUTCOMES)
    require(actor, Capability.READ_LEARNERS)
    agreement = visibility.agreement(session, actor, agreement_id)
    _check_day(as_of, today)
    layout = _layout(session, actor, agreement_id, code, layout_id)
    return Request(agreement, output(code), as_of, layout)


def make_now(session: Session, actor: Actor, asked: Request) -> Export:
    """Make a workbook and keep it, while whoever asked waits."""
    with tempfile.TemporaryFile() as file:
        return keep(session, actor, make(session, asked, file))


def make(
    session: Session,
    asked: Request,
    file: IO[bytes],
    *,
    told: Told = export_books.nobody,
    most_rows: int = MOST_ROWS,
) -> Made:
    """Write a workbook into a file; nothing is kept yet.

    Memory holds a few hundred people at a time; `told` hears of every step of the work. A sheet of
    more rows than `most_rows` goes on in others, or is refused where figures are counted on it.
    """
    book = export_books.gathered(session, asked.agreement, asked.output, as_of=asked.as_of,
                                 layout=asked.layout, told=told, most_rows=most_rows)  # fmt: skip
    plans = export_books.sheet_plans(session, asked.agreement, book, as_of=asked.as_of)
    done = {"": book.read}

    def written(sheet: str, rows: int) -> None:
        done[sheet] = rows
        told(sum(done.values()), book.count)

    write_workbook_to(file, plans, title=f"Parcours : {asked.agreement.title}", progress=written,
                      most_rows=most_rows)  # fmt: skip
    people = book.sheets[PEOPLE]
    packed = frozen.pack(list(people.columns), list(people.headings.values()), people.rows)
    return Made(asked, file, packed, len(people.rows))


def keep(session: Session, actor: Actor, made: Made) -> Export:
    """Store a workbook made, and record who took it."""
    export = made.row(actor)
    session.add(export)
    session.flush()
    audit.record(
        session, actor, "export", "agreement", export.agreement_id,
        output=export.output, participants=export.participants, sha256=export.sha256,
    )  # fmt: skip
    return export


def read_export(session: Session, actor: Actor, export_id: int) -> Export:
    """A workbook kept, byte for byte, its download being recorded."""
    require(actor, Capability.EXPORT_OUTCOMES)
    export = visibility.export(session, actor, export_id)
    audit.record(session, actor, "download", "export", export_id)
    return export


def figures_of(
    session: Session, agreement: Agreement, chosen: Output, *, as_of: date
) -> list[Figure]:
    """The figures of an output as numbers, counted as its workbook counts them."""
    book = export_books.gathered(session, agreement, chosen, as_of=as_of, is_whole=False)
    return figures(book.measures, book.sheets)


def _take_figures(
    session: Session,
    actor: Actor,
    agreement_id: int,
    *,
    as_of: date,
    today: date,
    code: str,
    limits: Thresholds | None,
) -> Export:
    """What a funder takes away; today’s figures are frozen first where none ever were."""
    require(actor, Capability.EXPORT_OUTCOMES)
    visibility.agreement(session, actor, agreement_id)
    _check_day(as_of, today)
    if as_of == today and not releases.releases_of(session, agreement_id):
        shown = limits or Thresholds()
        releases.publish_release(session, actor, agreement_id, limits=shown, today=today)
    return export_figures(session, actor, agreement_id, as_of=as_of, code=code, limits=limits)


def _check_day(as_of: date, today: date) -> None:
    if as_of > today:
        raise RuleBroken("La date d’arrêt ne peut pas être dans l’avenir.", field="as_of")


def _layout(
    session: Session, actor: Actor, agreement_id: int, code: str, layout_id: int | None
) -> ExportLayout | None:
    if code != FREE:
        return None
    if layout_id is None:
        raise RuleBroken("Choisissez d’abord les colonnes de cette sortie.", field="layout")
    return visibility.export_layout(session, actor, agreement_id, layout_id)
