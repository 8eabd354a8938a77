"""Imports: give a file, check its columns, see what it will do, confirm."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import imports
from parcours.actions.import_kinds import KINDS, ForCohort
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.intake_table import ColumnMap, Workbook
from parcours.features.imports import store
from parcours.features.imports.words import WORDS
from parcours.models import visibility
from parcours.sheets.opening import open_workbook
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, RecordedReading, Visit, turns_of

router = APIRouter(prefix="/imports")


@router.get("")
def import_list(visit: Reading, contenu: str = "learners", promo: str = "") -> Response:
    """The files taken in, and the form to give one; the page one comes from may fill it."""
    require(visit.actor, Capability.IMPORT_FILES)
    return _list_page(visit, {"kind": contenu, "cohort": promo})


@router.post("")
def receive(deed: Acting) -> Response:
    """Read a file; its columns are proposed next, nothing is written of its rows."""
    values = {name: deed.form.text(name) for name in ("kind", "cohort")}
    try:
        workbook = _open(deed)
        if answer := pages.earlier_answer(deed):
            return answer
        kind, cohort_id = values["kind"], deed.form.integer("cohort")
        row = imports.receive(deed.session, deed.actor, workbook, kind=kind, cohort_id=cohort_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _list_page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, f"/imports/{row.id}")


@router.get("/{import_id}")
def one_import(visit: RecordedReading, import_id: int) -> Response:
    """What the file will do, or what it did."""
    require(visit.actor, Capability.IMPORT_FILES)
    return _import_page(visit, import_id)


@router.get("/{import_id}/colonnes")
def columns(visit: Reading, import_id: int) -> Response:
    """The sheet, heading row and columns, to confirm or change."""
    require(visit.actor, Capability.IMPORT_FILES)
    return _columns_page(visit, import_id)


@router.post("/{import_id}/colonnes")
def choose_columns(deed: Acting, import_id: int) -> Response:
    """Keep the columns somebody chose."""
    form = deed.form
    chosen = {code: letter for code, letter in form.starting_with("column-").items() if letter}
    try:
        header_row, cohort_id = form.integer("header_row") or 0, form.integer("cohort")
        form.check()
        month_first = frozenset(form.all("month_first"))
        mapping = ColumnMap(form.text("sheet"), header_row, chosen, month_first)
        imports.choose_columns(
            deed.session, deed.actor, import_id, mapping=mapping, cohort_id=cohort_id
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _columns_page(deed, import_id, errors=refusal.errors)
    return pages.done(f"/imports/{import_id}")


@router.post("/{import_id}/decisions")
def decide(deed: Acting, import_id: int) -> Response:
    """Say who the people of the rows to decide are."""
    imports.decide(deed.session, deed.actor, import_id, deed.form.starting_with("row-"))
    return pages.done(f"/imports/{import_id}", "Choix enregistrés.")


@router.post("/{import_id}/confirmation")
def confirm(deed: Acting, import_id: int) -> Response:
    """Write everything, or nothing."""
    try:
        imports.confirm_import(deed.session, deed.actor, import_id, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _import_page(deed, import_id, errors=refusal.errors)
    return pages.done(f"/imports/{import_id}", "Import terminé.")


def _open(deed: Deed) -> Workbook:
    file = deed.form.files.get("file")
    if file is None or not file.content:
        raise RuleBroken("Choisissez un fichier.", field="file")
    # Reading a large file takes seconds: nobody else’s writing waits for it.
    pages.undo(deed)
    with turns_of(deed.request).aside():
        return open_workbook(file.content, file.name)


def _list_page(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    context = {
        "imports": store.imports(visit.session, visit.actor),
        "kinds": [(code, kind.label) for code, kind in KINDS.items()],
        "kind_labels": {code: kind.label for code, kind in KINDS.items()},
        "cohorts": store.cohorts(visit.session, visit.actor),
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "imports/list.html", context, status=422 if errors else 200)


def _import_page(visit: Visit, import_id: int, *, errors: dict[str, str] | None = None) -> Response:
    row = visibility.import_file(visit.session, visit.actor, import_id)
    audit.record_listing(visit.session, visit.actor, "import", 1)
    context: dict[str, Any] = {
        "row": row,
        "kind": KINDS[row.kind].label,
        "words": WORDS[row.kind],
        "errors": errors or {},
        "report": row.report,
        "plan": None,
        "nothing": "",
        "earlier": None,
    }
    if row.confirmed_at is None:
        context |= _previewed(visit, import_id, row.sha256, context["errors"])
    status = 422 if errors else 200
    return pages.page(visit, "imports/import.html", context, status=status)


def _previewed(visit: Visit, import_id: int, sha256: str, errors: dict[str, str]) -> dict[str, Any]:
    earlier = imports.already_imported(visit.session, visit.actor, sha256)
    try:
        plan = imports.preview(visit.session, visit.actor, import_id, today=visit.today)
    except RuleBroken as refusal:
        return {"errors": {**errors, **refusal.errors}, "earlier": earlier}
    nothing = imports.NOTHING_TO_IMPORT if plan.is_empty else ""
    return {"plan": plan, "report": plan.report(), "earlier": earlier, "nothing": nothing}


def _columns_page(
    visit: Visit, import_id: int, *, errors: dict[str, str] | None = None
) -> Response:
    row = visibility.import_file(visit.session, visit.actor, import_id)
    kind, proposal = KINDS[row.kind], imports.proposal_of(row)
    sheet = imports.workbook_of(row).sheet(proposal.map.sheet)
    letters = [item.column for item in proposal.headings]
    context: dict[str, Any] = {
        "row": row,
        "asks_cohort": kind.for_cohort is not ForCohort.NO,
        "no_cohort": "À deviner" if kind.guess else "Aucune en particulier",
        "proposal": proposal,
        "fields": proposal.kind.fields,
        "columns": [
            (item.column, f"{item.column} : {' · '.join(filter(None, (item.group, item.text)))}")
            for item in proposal.headings
            if item.column not in {forbidden.column for forbidden in proposal.forbidden}
        ],
        "letters": letters,
        "sample": [
            (line.number, [line.cell(letter).shown for letter in letters])
            for line in (sheet.rows[: proposal.map.header_row + 4] if sheet else ())
        ],
        "cohorts": store.cohorts(visit.session, visit.actor),
        "errors": errors or {},
    }
    return pages.page(visit, "imports/columns.html", context, status=422 if errors else 200)
