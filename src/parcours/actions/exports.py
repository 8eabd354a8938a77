"""Workbooks funders take away: made from rows, kept as handed over, the same bytes twice."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from parcours import audit
from parcours.actions import export_rows, frozen, releases
from parcours.actions.export_method import method, rules_of
from parcours.actions.export_sheets import RowSheet, figures, quality, summary
from parcours.actions.funder_books import export_figures
from parcours.actions.outcome_columns import COLUMNS, cells, needs_of
from parcours.actions.outcome_rows import People, gather
from parcours.actions.outputs import FREE, Output, output
from parcours.domain.access import Actor, Capability, Role, require
from parcours.domain.disclosure import Thresholds
from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import PEOPLE, Figure, Measure, expanded
from parcours.models import Agreement, Export, ExportLayout, visibility
from parcours.sheets.writing import SheetPlan, write_workbook_to

# What is looked for in *Qualité*, and where each is put right.
FIXES = {
    "gender": "Fiche de la personne, rubrique « Identité ».",
    "level": "Fiche de la personne, rubrique « À l’entrée ».",
    "status": "Fiche de la personne, rubrique « À l’entrée ».",
    "rsa": "Fiche de la personne, rubrique « À l’entrée ».",
    "district": "Fiche de la personne, rubrique « À l’entrée ».",
    "assiduity_band": "Émargement de la promotion.",
    "title": "Résultats de jury de la promotion.",
    "has_left": "Parcours de la personne, « Noter la sortie ».",
    "situation": "Parcours de la personne, « Corriger la sortie ».",
    "contract": "Parcours de la personne, « Corriger la sortie ».",
    "proof": "Parcours de la personne, « Corriger la sortie ».",
}
MISSING = {"has_left": "non", "proof": "non"}


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a workbook is written from."""

    output: Output
    people: People
    sheets: Mapping[str, RowSheet]
    measures: list[Measure]


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
    require(actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    if as_of > today:
        raise RuleBroken("La date d’arrêt ne peut pas être dans l’avenir.", field="as_of")
    if actor.role is Role.FUNDER:
        if as_of == today and not releases.releases_of(session, agreement_id):
            shown = limits or Thresholds()
            releases.publish_release(session, actor, agreement_id, limits=shown, today=today)
        return export_figures(session, actor, agreement_id, as_of=as_of, code=code, limits=limits)
    layout = _layout(session, actor, agreement_id, code, layout_id)
    book = gathered(session, agreement, output(code), as_of=as_of, layout=layout)
    export = _kept(session, actor, agreement, book, as_of, layout)
    session.add(export)
    session.flush()
    audit.record(
        session, actor, "export", "agreement", agreement_id,
        output=code, participants=export.participants, sha256=export.sha256,
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
    book = gathered(session, agreement, chosen, as_of=as_of)
    return figures(book.measures, book.sheets)


def gathered(
    session: Session,
    agreement: Agreement,
    chosen: Output,
    *,
    as_of: date,
    layout: ExportLayout | None = None,
) -> Book:
    """The rows of an output and what is counted on them; the caller may see the agreement."""
    columns = {code: COLUMNS[code].column for code in chosen.columns}
    if layout is not None:
        columns = {
            code: replace(COLUMNS[code].column, heading=heading) for code, heading in layout.columns
        }
    people = gather(session, agreement, as_of=as_of, needs=needs_of(columns))
    rows = [cells(item, tuple(columns)) for item in people.participants]
    sheets = {PEOPLE: RowSheet(PEOPLE, columns, rows)}
    if "candidates" in chosen.sheets:
        asked = export_rows.candidate_rows(session, agreement, people.participants, as_of)
        sheets["Candidatures"] = RowSheet("Candidatures", export_rows.CANDIDATES, asked)
    measures = expanded(chosen.measures(as_of), sheets[PEOPLE].tallies)
    return Book(chosen, people, sheets, measures)


def sheet_plans(
    session: Session, agreement: Agreement, book: Book, *, as_of: date
) -> Sequence[SheetPlan]:
    """The sheets of a workbook, in order."""
    people, everybody = book.sheets[PEOPLE], book.people.participants
    plans = [
        summary(book.measures, book.sheets, book.output.charted),
        people.plan(),
        *(sheet.plan() for name, sheet in book.sheets.items() if name != PEOPLE),
        SheetPlan(
            "Étapes",
            export_rows.STEPS,
            export_rows.step_rows(session, agreement, everybody, as_of),
        ),
        SheetPlan(
            "Sorties et suivis",
            export_rows.EXITS,
            export_rows.exit_rows(session, everybody, as_of),
        ),
    ]
    if "half_days" in book.output.sheets:
        marks = export_rows.half_day_rows(session, agreement, everybody, as_of)
        plans.append(SheetPlan("Demi-journées", export_rows.HALF_DAYS, marks))
    passing = book.people.passing
    return [
        *plans,
        quality(people, FIXES, MISSING),
        method(session, agreement, book.output, book.measures, as_of=as_of, passing=passing),
    ]


def _layout(
    session: Session, actor: Actor, agreement_id: int, code: str, layout_id: int | None
) -> ExportLayout | None:
    if code != FREE:
        return None
    if layout_id is None:
        raise RuleBroken("Choisissez d’abord les colonnes de cette sortie.", field="layout")
    return visibility.export_layout(session, actor, agreement_id, layout_id)


def _kept(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    book: Book,
    as_of: date,
    layout: ExportLayout | None,
) -> Export:
    buffer = io.BytesIO()
    plans = sheet_plans(session, agreement, book, as_of=as_of)
    write_workbook_to(buffer, plans, title=f"Parcours : {agreement.title}")
    content, people = buffer.getvalue(), book.sheets[PEOPLE]
    return Export(
        agreement_id=agreement.id or 0,
        organisation_id=actor.organisation_id,
        as_of=as_of,
        file_name=f"{agreement.code}-{book.output.code}-{as_of.isoformat()}.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        output=book.output.code,
        layout=layout.name if layout else None,
        rules=", ".join(rules_of(book.output, as_of)),
        participants=len(people.rows),
        people=_people(people),
        content=content,
        created_by_id=actor.account_id,
    )


def _people(sheet: RowSheet) -> bytes:
    return frozen.pack(list(sheet.columns), list(sheet.headings.values()), sheet.rows)
