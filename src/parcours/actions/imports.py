"""Taking in a partner’s spreadsheet: received, previewed, then all or nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.import_kinds import KINDS, ForCohort, ImportKind, Received, hold
from parcours.actions.import_plans import Plan
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.intake_table import ColumnMap, Workbook
from parcours.models import Cohort, Import, ImportMapping, visibility
from parcours.models.base import utc_now
from parcours.sheets.headers import Proposal, propose
from parcours.sheets.keeping import pack, unpack

NOTHING_TO_IMPORT = (
    "Aucune ligne à importer : sous l’en-tête, la feuille est vide. Vérifiez la feuille et la "
    "ligne d’en-tête, ou complétez le fichier et donnez-le de nouveau."
)


def receive(
    session: Session,
    actor: Actor,
    workbook: Workbook,
    *,
    kind: str,
    cohort_id: int | None = None,
) -> Import:
    """Keep a file just opened, with the columns remembered or proposed for it."""
    require(actor, Capability.IMPORT_FILES)
    if kind not in KINDS:
        raise RuleBroken("Choisissez ce que contient le fichier.", field="kind")
    if cohort_id is not None:
        visibility.cohort(session, actor, cohort_id)
    proposal = _proposal(session, actor, workbook, kind)
    row = Import(
        organisation_id=actor.organisation_id,
        kind=kind,
        file_name=workbook.file_name,
        sha256=workbook.sha256,
        content=pack(workbook),
        cohort_id=cohort_id,
        mapping=proposal.map.as_json(),
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "receive", "import", row.id)
    return row


def proposal_of(row: Import) -> Proposal:
    """The columns of a file received, as they stand (RuleBroken once it was confirmed)."""
    return propose(workbook_of(row), row.kind, ColumnMap.from_json(row.mapping))


def workbook_of(row: Import) -> Workbook:
    """The cells of a file received; they are dropped once it was confirmed."""
    if row.content is None:
        raise RuleBroken("Ce fichier a déjà été importé : ses lignes ne sont plus gardées.")
    return unpack(row.content)


def choose_columns(
    session: Session,
    actor: Actor,
    import_id: int,
    *,
    mapping: ColumnMap,
    cohort_id: int | None = None,
) -> Import:
    """Keep the sheet, heading row and columns somebody chose; confirming remembers them."""
    require(actor, Capability.IMPORT_FILES)
    row = _open_import(session, actor, import_id)
    workbook = workbook_of(row)
    sheet = workbook.sheet(mapping.sheet)
    if sheet is None or not sheet.rows:
        raise RuleBroken("Choisissez une feuille qui contient des lignes.", field="sheet")
    if not 1 <= mapping.header_row <= sheet.last_row:
        raise RuleBroken("Cette ligne d’en-tête n’existe pas.", field="header_row")
    if cohort_id is not None:
        visibility.cohort(session, actor, cohort_id)
    row.mapping = propose(workbook, row.kind, mapping).map.as_json()
    row.cohort_id = cohort_id if cohort_id is not None else row.cohort_id
    row.decisions = {}
    session.flush()
    return row


def decide(session: Session, actor: Actor, import_id: int, decisions: Mapping[str, str]) -> Import:
    """Keep what somebody said of the rows to decide: `new`, `skip` or a person’s id."""
    require(actor, Capability.IMPORT_FILES)
    row = _open_import(session, actor, import_id)
    row.decisions = {**row.decisions, **{key: value for key, value in decisions.items() if value}}
    session.flush()
    return row


def preview(session: Session, actor: Actor, import_id: int, *, today: date) -> Plan:
    """What confirming would do; nothing is written."""
    require(actor, Capability.IMPORT_FILES)
    row = visibility.import_file(session, actor, import_id)
    return _plan(session, actor, row, today)


def confirm_import(
    session: Session, actor: Actor, import_id: int, *, today: date
) -> dict[str, Any]:
    """Write everything in the caller’s transaction and keep the report; once only.

    The rows to decide and those refused stay out, and the report says so. RuleBroken when the sheet
    has no line to take in.
    """
    require(actor, Capability.IMPORT_FILES)
    row = visibility.import_file(session, actor, import_id, lock=True)
    if row.confirmed_at is not None and row.report is not None:
        return row.report
    kind, received = _received(session, actor, row, today)
    hold(session, kind, received)
    plan = kind.plan(session, actor, received)
    if plan.is_empty:
        raise RuleBroken(NOTHING_TO_IMPORT, field="file")
    kind.apply(session, actor, received, plan)
    row.cohort_id = received.cohort.id if received.cohort else row.cohort_id
    _remember(session, actor, row)
    row.report = plan.report()
    row.content, row.decisions = None, {}
    row.confirmed_at, row.confirmed_by_id = utc_now(), actor.account_id
    session.flush()
    audit.record(session, actor, "confirm", "import", import_id, **plan.counts())
    return row.report


def run_import(
    session: Session,
    actor: Actor,
    workbook: Workbook,
    *,
    kind: str,
    cohort: str | None,
    today: date,
    is_dry: bool = False,
) -> dict[str, Any]:
    """Receive and confirm in one go, as the command does; `is_dry` only says what it would do."""
    cohort_id = _cohort_of_code(session, actor, cohort) if cohort else None
    row = receive(session, actor, workbook, kind=kind, cohort_id=cohort_id)
    if is_dry:
        report = _plan(session, actor, row, today).report()
        session.rollback()
        return report
    return confirm_import(session, actor, row.id or 0, today=today)


def already_imported(session: Session, actor: Actor, sha256: str) -> Import | None:
    """The last confirmed import of the same bytes by the organisation."""
    found: Import | None = session.execute(
        select(Import)
        .where(
            col(Import.organisation_id) == actor.organisation_id,
            col(Import.sha256) == sha256,
            col(Import.confirmed_at).is_not(None),
        )
        .order_by(col(Import.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def _plan(session: Session, actor: Actor, row: Import, today: date) -> Plan:
    kind, received = _received(session, actor, row, today)
    return kind.plan(session, actor, received)


def _received(
    session: Session, actor: Actor, row: Import, today: date
) -> tuple[ImportKind, Received]:
    """What the row holds, ready to be planned; RuleBroken when a column or the cohort is wanted."""
    missing = proposal_of(row).missing
    if missing:
        names = ", ".join(f"« {item.label} »" for item in missing)
        raise RuleBroken(f"Indiquez la colonne de : {names}.", field="columns")
    kind, columns = KINDS[row.kind], ColumnMap.from_json(row.mapping)
    sheet = workbook_of(row).sheet(columns.sheet)
    if sheet is None:
        raise RuleBroken("Cette feuille n’existe pas dans le fichier.", field="sheet")
    received = Received(row, sheet, columns, today)
    if kind.for_cohort is not ForCohort.NO and row.cohort_id is not None:
        given = visibility.cohort(session, actor, row.cohort_id)
        return kind, replace(received, cohort=given)
    if kind.guess is not None:
        return kind, replace(received, cohort=kind.guess(session, actor, received))
    return kind, received


def _cohort_of_code(session: Session, actor: Actor, code: str) -> int:
    found: int | None = session.execute(
        select(col(Cohort.id)).where(
            col(Cohort.organisation_id) == actor.organisation_id, col(Cohort.code) == code
        )
    ).scalar_one_or_none()
    if found is None:
        raise RuleBroken(f"Promotion « {code} » inconnue de votre structure.", field="cohort")
    return found


def _open_import(session: Session, actor: Actor, import_id: int) -> Import:
    row = visibility.import_file(session, actor, import_id, lock=True)
    if row.confirmed_at is not None:
        raise RuleBroken("Cet import est déjà confirmé.")
    return row


def _proposal(session: Session, actor: Actor, workbook: Workbook, kind: str) -> Proposal:
    fresh = propose(workbook, kind)
    known = _remembered(session, actor, kind, fresh.signature)
    if known is None:
        return fresh
    # The same headings may stand lower, or on a sheet named otherwise, than the last time.
    place = {"sheet": fresh.map.sheet, "header_row": fresh.map.header_row}
    return propose(workbook, kind, ColumnMap.from_json({**known.mapping, **place}))


def _remember(session: Session, actor: Actor, row: Import) -> None:
    signature = proposal_of(row).signature
    known = _remembered(session, actor, row.kind, signature)
    if known is None:
        known = ImportMapping(
            organisation_id=actor.organisation_id, kind=row.kind, signature=signature
        )
        session.add(known)
    known.mapping, known.used_at = row.mapping, utc_now()


def _remembered(session: Session, actor: Actor, kind: str, signature: str) -> ImportMapping | None:
    found: ImportMapping | None = session.execute(
        select(ImportMapping).where(
            col(ImportMapping.organisation_id) == actor.organisation_id,
            col(ImportMapping.kind) == kind,
            col(ImportMapping.signature) == signature,
        )
    ).scalar_one_or_none()
    return found
