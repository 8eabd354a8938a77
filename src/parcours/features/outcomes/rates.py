"""Rates of one’s own exits, each by its definition, with what nobody knows; and retention."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import follow_ups, leavers, situations
from parcours.actions.definitions import definition_named, definitions_on
from parcours.domain.access import Capability, require
from parcours.domain.dates import read_date
from parcours.domain.definitions import Definition, Side, rate, side_of
from parcours.domain.follow_ups import Retention, retention
from parcours.domain.outcomes import ExitClass
from parcours.features.outcomes import store
from parcours.models import Exit, ExitSituation, visibility
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit
from parcours.web.words import typed_day

router = APIRouter()
A_YEAR = timedelta(days=365)
RETAINED = ("6-mois", "12-mois")
PAGE_SIZE = 100
SIDES = {
    "comptent": Side.COUNTED,
    "autres": Side.OTHERS,
    "non-documentees": Side.UNDOCUMENTED,
    "pas-a-terme": Side.NOT_DUE,
    "retirees": Side.WITHDRAWN,
    "hors-champ": Side.NOT_CONCERNED,
}


@router.get("/sorties/taux")
def rates(visit: RecordedReading, du: str = "", au: str = "", promo: str = "") -> Response:
    """Each definition over the people who left in a period; nobody is named."""
    require(visit.actor, Capability.RECORD_EXITS)
    rows, query = _asked(visit, du, au, promo)
    audit.record_listing(visit.session, visit.actor, "exit", len(rows))
    context = _context(visit, rows) | {
        "query": query,
        "asked": urlencode(query),
        "cohorts": store.cohorts(visit.session, visit.actor),
    }
    return pages.page(visit, "outcomes/rates.html", context)


@router.get("/sorties/taux/{name}")
def people_of_rate(
    visit: RecordedReading,
    name: str,
    du: str = "",
    au: str = "",
    promo: str = "",
    part: str = "",
    apres: str = "",
) -> Response:
    """The people behind a rate: those it counts, those it does not, and why."""
    require(visit.actor, Capability.RECORD_EXITS)
    definition = definition_named(name)
    rows, query = _asked(visit, du, au, promo)
    shown = _people(visit, definition, _sides(visit, definition, rows), query, part, apres)
    audit.record_listing(visit.session, visit.actor, "exit", len(shown["rows"]))
    return pages.page(visit, "outcomes/rate_people.html", shown)


def _people(
    visit: Visit,
    definition: Definition,
    sides: dict[Side, list[tuple[Exit, ExitClass]]],
    query: dict[str, str],
    part: str,
    after: str,
) -> dict[str, Any]:
    """A page of one side of a rate, and how many stand on each."""
    side = SIDES.get(part, Side.COUNTED)
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    shown, following = sides[side][start : start + PAGE_SIZE], start + PAGE_SIZE
    ids = [row.learner_id for row, _ in shown]
    names = store.names(visit.session, visit.actor, ids, today=visit.today)
    base = f"/sorties/taux/{definition.name}"
    has_more = following < len(sides[side])
    return {
        "definition": definition,
        "query": query,
        "rate": rate(definition, [found for rows in sides.values() for _, found in rows]),
        "side": side,
        "tabs": [
            (f"{item.label} ({len(sides[item])})", _side_url(base, query, item), item is side)
            for item in Side
        ],
        "rows": [(row, names.get(row.learner_id, ""), found.label) for row, found in shown],
        "back_url": f"/sorties/taux?{urlencode(query)}",
        "next_url": _side_url(base, query | {"apres": f"{following}"}, side) if has_more else "",
    }


def _asked(visit: Visit, du: str, au: str, promo: str) -> tuple[list[Exit], dict[str, str]]:
    """The last exits of a period, and the period as it is typed."""
    last = read_date(au, near=visit.today) or visit.today
    first = read_date(du, near=visit.today) or last - A_YEAR
    cohort_id = int(promo) if promo.isdecimal() else None
    if cohort_id is not None:
        visibility.cohort(visit.session, visit.actor, cohort_id)
    rows = store.last_exits(visit.session, visit.actor, first, last, cohort_id, today=visit.today)
    return rows, {"du": typed_day(first), "au": typed_day(last), "promo": promo}


def _sides(
    visit: Visit, definition: Definition, rows: list[Exit]
) -> dict[Side, list[tuple[Exit, ExitClass]]]:
    found = leavers.leavers_of(visit.session, rows, as_of=visit.today)
    sides: dict[Side, list[tuple[Exit, ExitClass]]] = {side: [] for side in Side}
    for row in rows:
        given = definition.classify(found[row.id or 0], as_of=visit.today)
        sides[side_of(definition, given)].append((row, given))
    return sides


def _side_url(base: str, query: dict[str, str], side: Side) -> str:
    slug = next(slug for slug, item in SIDES.items() if item is side)
    return f"{base}?{urlencode({**query, 'part': slug})}"


def _context(visit: Visit, rows: list[Exit]) -> dict[str, Any]:
    found = leavers.leavers_of(visit.session, rows, as_of=visit.today).values()
    told = situations.situations_of(visit.session, [row.id or 0 for row in rows])
    return {
        "leavers": len(rows),
        "rates": [
            (item, rate(item, [item.classify(who, as_of=visit.today) for who in found]))
            for item in definitions_on(visit.today)
        ],
        "retentions": [
            (reference.label(reference.follow_up_delays(), code), kept)
            for code, kept in _retentions(visit, rows, told)
        ],
    }


def _retentions(
    visit: Visit, rows: list[Exit], told: dict[int, list[ExitSituation]]
) -> list[tuple[str, Retention]]:
    asked = follow_ups.follow_ups_among(visit.session, [row.id or 0 for row in rows], RETAINED)
    return [(code, retention(_kept(visit.today, asked[code], told))) for code in RETAINED]


def _kept(today: date, asked: list[Any], told: dict[int, list[ExitSituation]]) -> list[Any]:
    found = []
    for item in asked:
        said = told[item.exit_id]
        answer = next((row for row in said if row.follow_up_id == item.id), None)
        found.append(
            (
                situations.facts_of(said[0]),
                follow_ups.state_of(item, today),
                situations.facts_of(answer) if answer else None,
            )
        )
    return found
