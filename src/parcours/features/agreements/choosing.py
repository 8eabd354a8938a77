"""Choosing the columns of a free output, and what each is called."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import agreement_terms
from parcours.actions.outcome_columns import COLUMNS
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/conventions/{agreement_id}/colonnes")
PLACES = {code: f"{place}" for place, code in enumerate(COLUMNS)}


@router.get("")
def layout(visit: Reading, agreement_id: int, choix: str = "") -> Response:
    """The columns one may choose; a choice already kept is shown as it is."""
    require(visit.actor, Capability.MANAGE_AGREEMENTS)
    values = {"name": choix}
    for row in agreement_terms.layouts_of(visit.session, agreement_id):
        if row.name == choix:
            for rank, (code, heading) in enumerate(row.columns, start=1):
                values |= {f"rank-{PLACES[code]}": str(rank), f"heading-{PLACES[code]}": heading}
    return _page(visit, agreement_id, values)


@router.post("")
def save(deed: Acting, agreement_id: int) -> Response:
    """Keep the choice under its name."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = _typed(deed)
    try:
        agreement_terms.save_layout(
            deed.session, deed.actor, agreement_id, values["name"], _columns(values)
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, agreement_id, values, errors=refusal.errors)
    return pages.done_once(deed, f"/conventions/{agreement_id}", "Choix de colonnes enregistré.")


def _typed(deed: Deed) -> dict[str, str]:
    values = {"name": deed.form.text("name", limit=80)}
    for place in PLACES.values():
        for name in (f"rank-{place}", f"heading-{place}"):
            values[name] = deed.form.text(name, limit=120)
    return values


def _columns(values: dict[str, str]) -> list[tuple[str, str]]:
    """The columns given a rank, in that order."""
    ranked = []
    for code, place in PLACES.items():
        rank = values[f"rank-{place}"]
        if not rank:
            continue
        if not rank.isdecimal():
            raise RuleBroken("Le rang est un nombre : 1, 2, 3…", field=f"rank-{place}")
        heading = values[f"heading-{place}"] or COLUMNS[code].column.heading
        ranked.append((int(rank), code, heading))
    return [(code, heading) for _, code, heading in sorted(ranked, key=lambda item: item[0])]


def _page(
    visit: Visit, agreement_id: int, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    context = {
        "agreement": visibility.agreement(visit.session, visit.actor, agreement_id),
        "columns": [(PLACES[code], item) for code, item in COLUMNS.items()],
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "agreements/layout.html", context, status=422 if errors else 200)
