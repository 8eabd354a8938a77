"""Taking a workbook away again: its bytes, its rows as CSV, and what changed between two."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import differences, exports, frozen
from parcours.domain.access import Capability, Role, require
from parcours.features.agreements import store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Reading, RecordedReading

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 500


@router.get("/exports/{export_id}/fichier")
def download(visit: RecordedReading, export_id: int) -> Response:
    """A workbook kept, byte for byte."""
    kept = exports.read_export(visit.session, visit.actor, export_id)
    return workbook(kept.content, kept.file_name)


@router.get("/exports/{export_id}/csv")
def rows(visit: RecordedReading, export_id: int) -> Response:
    """The sheet Participants of a workbook kept, as CSV."""
    kept = exports.read_export(visit.session, visit.actor, export_id)
    name = f"{kept.file_name.removesuffix('.xlsx')}.csv"
    return _file(frozen.as_csv(frozen.unpack(kept)), name, "text/csv; charset=utf-8")


@router.get("/conventions/{agreement_id}/ecarts")
def what_changed(visit: Reading, agreement_id: int, avant: str = "", apres: str = "") -> Response:
    """What changed from one workbook to another of the agreement; the last two unless told."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    # Counts are compared by who reads counts alone; rows of people, by who holds them.
    kept = [
        row
        for row in store.exports(visit.session, visit.actor, agreement_id)
        if row.is_counts is (visit.actor.role is Role.FUNDER)
    ]
    agreement = visibility.agreement(visit.session, visit.actor, agreement_id)
    asked = [int(text) for text in (avant, apres) if text.isdecimal()]
    pair = asked if len(asked) == 2 else [row.id for row in reversed(kept[:2])]
    found = None
    if len(pair) == 2:
        found = differences.compare_exports(visit.session, visit.actor, pair[0], pair[1])
    context = {"agreement": agreement, "exports": kept, "found": found, "pair": pair, "most": MOST}
    return pages.page(visit, "agreements/differences.html", context)


def workbook(content: bytes, name: str) -> Response:
    """A workbook as a file to save."""
    return _file(content, name, XLSX)


def _file(content: bytes, name: str, kind: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=kind, headers={"Content-Disposition": disposition})
