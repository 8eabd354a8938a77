"""A figure and the rows behind it: of an agreement today, or of a workbook as it was frozen."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from parcours import audit
from parcours.actions import exports, figure_rows
from parcours.actions.counted_sheets import BY_TITLE
from parcours.actions.figure_rows import Line, Traced
from parcours.actions.outputs import FREE, OUTPUTS, output
from parcours.domain.access import Capability, require
from parcours.domain.agreements import Audience
from parcours.domain.errors import NotFound
from parcours.domain.figure_rows import Part
from parcours.domain.indicators import PEOPLE, Figure
from parcours.features.figures import store
from parcours.models import Agreement, visibility
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit

router = APIRouter()
PAGE_SIZE = 100
SLUGS = {
    "comptes": Part.COUNTED,
    "autres": Part.OTHERS,
    "inconnus": Part.UNKNOWN,
    "hors": Part.OUT,
}
OUTPUTS_TO_SHOW = [(item.code, item.label) for item in OUTPUTS.values() if item.code != FREE]
Shown = tuple[Line, int | None, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of figures is asked: an output, one of its figures, a part of its rows."""

    sortie: str = "fse"
    figure: str = ""
    part: str = ""
    apres: str = ""


Query = Annotated[Asked, Depends()]


@router.get("/conventions/{agreement_id}/lignes")
def of_agreement(visit: RecordedReading, agreement_id: int, asked: Query) -> Response:
    """The figures of an output today, or one of them and the people behind it."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    # Exact figures day after day could be subtracted: a funder reads frozen ones.
    require(visit.actor, Capability.READ_LEARNERS)
    agreement = visibility.agreement(visit.session, visit.actor, agreement_id)
    code = asked.sortie if asked.sortie in OUTPUTS and asked.sortie != FREE else "fse"
    where = _where(agreement, "Aujourd’hui", visit.today, f"/conventions/{agreement_id}/lignes")
    where["query"] = {"sortie": code}
    if asked.figure:
        traced = figure_rows.trace_today(visit.session, agreement, asked.figure, as_of=visit.today)
        return _figure_page(visit, traced, where, asked)
    found = exports.figures_of(visit.session, agreement, output(code), as_of=visit.today)
    return _list_page(visit, found, where, code, OUTPUTS_TO_SHOW)


@router.get("/exports/{export_id}/lignes")
def of_export(visit: RecordedReading, export_id: int, asked: Query) -> Response:
    """The figures of a workbook kept, or one of them and the rows behind it.

    Rows are read by who holds them; a workbook of counts has none.
    """
    require(visit.actor, Capability.READ_LEARNERS)
    export = visibility.export(visit.session, visit.actor, export_id)
    if export.audience is Audience.FUNDER:
        raise NotFound
    agreement = visibility.agreement(visit.session, visit.actor, export.agreement_id)
    where = _where(agreement, export.file_name, export.as_of, f"/exports/{export_id}/lignes")
    if asked.figure:
        return _figure_page(visit, figure_rows.trace_frozen(export, asked.figure), where, asked)
    return _list_page(visit, figure_rows.frozen_figures(export), where, export.output, [])


def _list_page(
    visit: Visit,
    found: list[Figure],
    where: dict[str, Any],
    code: str,
    outputs: list[tuple[str, str]],
) -> Response:
    audit.record_listing(visit.session, visit.actor, "figures", len(found))
    context = {**where, "figures": found, "outputs": outputs, "code": code}
    return pages.page(visit, "figures/list.html", context)


def _where(agreement: Agreement, name: str, as_of: date, url: str) -> dict[str, Any]:
    return {"agreement": agreement, "name": name, "as_of": as_of, "url": url, "query": {}}


def _figure_page(visit: Visit, traced: Traced, where: dict[str, Any], asked: Asked) -> Response:
    part, start = SLUGS.get(asked.part, Part.COUNTED), _start(asked.apres)
    lines = traced.lines(part, start, PAGE_SIZE)
    url, measure = where["url"], traced.figure.measure
    query = {**where["query"], "figure": measure.code}
    audit.record_listing(visit.session, visit.actor, "figure_rows", len(lines))
    following = start + len(lines)
    has_more = following < len(traced.parts[part])
    context = {
        **where,
        "traced": traced,
        "measure": measure,
        "of_people": _is_of_people(traced),
        "rows": _named(visit, where["agreement"], traced, lines, where["as_of"]),
        "part": part,
        "tabs": _tabs(traced, url, query, part),
        "back_url": f"{url}?{urlencode(where['query'])}" if where["query"] else url,
        "next_url": _url(url, query, part, following) if has_more else "",
    }
    return pages.page(visit, "figures/figure.html", context)


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _tabs(
    traced: Traced, url: str, query: dict[str, str], current: Part
) -> list[tuple[str, str, bool]]:
    """Each part with its count, those that hold nobody too: a zero is told."""
    return [
        (f"{part.label} ({len(traced.parts[part])})", _url(url, query, part, 0), part is current)
        for part in Part
    ]


def _url(url: str, query: dict[str, str], part: Part, start: int) -> str:
    slug = next(slug for slug, item in SLUGS.items() if item is part)
    asked = {**query, "part": slug, **({"apres": str(start)} if start else {})}
    return f"{url}?{urlencode(asked)}"


def _is_of_people(traced: Traced) -> bool:
    sheet = traced.figure.measure.sheet
    return sheet == PEOPLE or BY_TITLE[sheet].of_people


def _named(
    visit: Visit, agreement: Agreement, traced: Traced, lines: list[Line], as_of: date
) -> list[Shown]:
    """Each row with the file it stands for, when it is still open to the actor."""
    if not lines or not _is_of_people(traced):
        return [(line, None, "") for line in lines]
    asked = traced.figure.measure.sheet != PEOPLE
    known = figure_rows.learners_by_pseudonym(visit.session, agreement, as_of=as_of, asked=asked)
    ids = {line.person: known[line.person] for line in lines if line.person in known}
    names = store.names(visit.session, visit.actor, ids.values(), today=visit.today)
    return [(line, ids.get(line.person), names.get(ids.get(line.person, 0), "")) for line in lines]
