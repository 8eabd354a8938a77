"""À clôturer: one list, its counts, and on each row the act that closes it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from parcours import audit
from parcours.actions import alert_rules, closing
from parcours.actions.closing import Pending, Place
from parcours.actions.cohorts import cohort_choices
from parcours.actions.continuity import COUNT_LIMIT
from parcours.domain.access import Capability, require
from parcours.domain.alerts import SheetFacts, Thresholds
from parcours.domain.alerts_attendance import judge_sheet
from parcours.domain.calendar import HalfDay
from parcours.domain.closing import Matter
from parcours.domain.identity import shown_name
from parcours.features.closing import store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit

router = APIRouter()
SLUGS = {
    "emargements": Matter.HALF_DAY,
    "niveaux": Matter.LEVEL,
    "debuts": Matter.START,
    "bilans": Matter.ASSESSMENT,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page writes it: of whom, and whether the organisation was told."""

    row: Pending
    name: str
    slug: str
    is_late: bool


@router.get("/a-cloturer")
def to_close(
    visit: RecordedReading,
    quoi: str = "",
    cohort: Annotated[str, Query(alias="promotion")] = "",
    apres: str = "",
) -> Response:
    """What is left to close, the oldest first: everything, or one matter, or one cohort."""
    require(visit.actor, Capability.READ_LEARNERS)
    cohort_id = _cohort(visit, cohort)
    matters = [SLUGS[quoi]] if quoi in SLUGS else list(Matter)
    rows = closing.pending(
        visit.session, visit.actor, matters, today=visit.today, cohort_id=cohort_id,
        after=_place(apres),
    )  # fmt: skip
    audit.record_listing(visit.session, visit.actor, "to_close", len(rows))
    query = {"quoi": quoi if quoi in SLUGS else "", "promotion": cohort_id or ""}
    return pages.page(visit, "closing/list.html", _listing(visit, rows, query))


def _listing(visit: Visit, rows: list[Pending], query: dict[str, Any]) -> dict[str, Any]:
    page, more = rows[: closing.PAGE_SIZE], rows[closing.PAGE_SIZE :]
    following = query | {"apres": _written(page[-1].place)} if more else {}
    return {
        "rows": _shown(visit, page),
        "tabs": _tabs(visit, query),
        "query": query,
        "cohorts": cohort_choices(visit.session, visit.actor),
        "matter": SLUGS.get(query["quoi"]),
        "next_url": f"/a-cloturer?{urlencode(following)}" if following else "",
    }


def _tabs(visit: Visit, query: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Every matter with its count, each leading to exactly those rows."""
    found = closing.counts(
        visit.session, visit.actor, today=visit.today, cohort_id=query["promotion"] or None
    )
    tabs = [("Tout", _url(query, ""), query["quoi"] == "")]
    for slug, matter in SLUGS.items():
        if matter in found:
            shown = found[matter] if found[matter] < COUNT_LIMIT else "99+"
            tabs.append((f"{matter.label} ({shown})", _url(query, slug), query["quoi"] == slug))
    return tabs


def _url(query: dict[str, Any], slug: str) -> str:
    kept = {"quoi": slug, "promotion": query["promotion"]}
    written = urlencode({name: value for name, value in kept.items() if value})
    return f"/a-cloturer?{written}" if written else "/a-cloturer"


def _shown(visit: Visit, rows: list[Pending]) -> list[Shown]:
    slugs = {matter: slug for slug, matter in SLUGS.items()}
    days = [row.since for row in rows if row.matter is Matter.HALF_DAY]
    closed = (
        store.closed_days(visit.session, visit.actor, min(days), visit.today) if days else set()
    )
    rules = alert_rules.thresholds_of(visit.session, visit.actor.organisation_id)
    return [
        Shown(row, _name(row), slugs[row.matter], _is_late(row, visit.today, closed, rules))
        for row in rows
    ]


def _name(row: Pending) -> str:
    if row.birth_name is None:
        return ""
    return shown_name(row.birth_name, row.first_names or "", row.usage_name)


def _is_late(row: Pending, today: date, closed: set[date], rules: Thresholds) -> bool:
    """The rule that tells the organisation of a sheet nobody filled in, read for one row."""
    if row.half is None:
        return False
    sheet = SheetFacts(row.cohort_id or 0, HalfDay(row.since, row.half), 1)
    return judge_sheet(sheet, today=today, days_off=closed, thresholds=rules) is not None


def _cohort(visit: Visit, text: str) -> int | None:
    """The cohort asked for, one’s own organisation’s; None when none is."""
    if not text.isdecimal() or len(text) > 9:
        return None
    return visibility.cohort(visit.session, visit.actor, int(text)).id


def _place(text: str) -> Place | None:
    """« 2026-11-23~1~12 »: where the list goes on; None when it is not a place."""
    day, _, rest = text.partition("~")
    rank, _, key = rest.partition("~")
    try:
        return (date.fromisoformat(day), int(rank), int(key)) if len(rest) < 14 else None
    except ValueError:
        return None


def _written(place: Place) -> str:
    return f"{place[0].isoformat()}~{place[1]}~{place[2]}"
