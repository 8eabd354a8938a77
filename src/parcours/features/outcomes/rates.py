"""Rates of one’s own exits, each by its definition, with what nobody knows; and retention."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import follow_ups, leavers, situations
from parcours.actions.definitions import definitions_on
from parcours.domain.access import Capability, require
from parcours.domain.dates import read_date
from parcours.domain.definitions import rate
from parcours.domain.follow_ups import Retention, retention
from parcours.features.outcomes import store
from parcours.models import Exit, ExitSituation, visibility
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit
from parcours.web.words import typed_day

router = APIRouter()
A_YEAR = timedelta(days=365)
RETAINED = ("6-mois", "12-mois")


@router.get("/sorties/taux")
def rates(visit: RecordedReading, du: str = "", au: str = "", promo: str = "") -> Response:
    """Each definition over the people who left in a period; nobody is named."""
    require(visit.actor, Capability.RECORD_EXITS)
    last = read_date(au, near=visit.today) or visit.today
    first = read_date(du, near=visit.today) or last - A_YEAR
    cohort_id = int(promo) if promo.isdecimal() else None
    if cohort_id is not None:
        visibility.cohort(visit.session, visit.actor, cohort_id)
    rows = store.last_exits(visit.session, visit.actor, first, last, cohort_id, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "exit", len(rows))
    context = _context(visit, rows) | {
        "query": {"du": typed_day(first), "au": typed_day(last), "promo": promo},
        "cohorts": store.cohorts(visit.session, visit.actor),
    }
    return pages.page(visit, "outcomes/rates.html", context)


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
