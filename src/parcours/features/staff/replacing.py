"""Replacements: who stands for whom, from one day to another; people come back by themselves."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import referents, replacements
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import typed_day

router = APIRouter(prefix="/remplacements")
LABELS = {
    "replaced": "Personne absente",
    "substitute": "Remplacée par",
    "starts_on": "Premier jour",
    "ends_on": "Dernier jour",
}


@router.get("")
def replacement_list(visit: Reading) -> Response:
    """Replacements under way, to come and past, and the form of another."""
    values = dict.fromkeys(LABELS, "") | {"starts_on": typed_day(visit.today)}
    return _page(visit, values | {"replaced": str(visit.actor.account_id)})


@router.post("")
def arrange(deed: Acting) -> Response:
    """Arrange a replacement."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        _arrange(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = {name: deed.form.text(name) for name in LABELS}
        return _page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, "/remplacements", "Remplacement enregistré.")


@router.post("/{replacement_id}/fin")
def end(deed: Acting, replacement_id: int) -> Response:
    """End a replacement before its last day."""
    replacements.end(deed.session, deed.actor, replacement_id, today=deed.today)
    return pages.done("/remplacements", "Remplacement terminé.")


def _arrange(deed: Deed) -> None:
    form = deed.form
    days = {name: form.day(name, near=deed.today) for name in ("starts_on", "ends_on")}
    people = {name: form.integer(name) for name in ("replaced", "substitute")}
    for name, value in (days | people).items():
        if value is None:
            form.errors.setdefault(name, "Ce champ est nécessaire.")
    form.check()
    replacements.arrange(
        deed.session,
        deed.actor,
        replaced_id=people["replaced"] or 0,
        substitute_id=people["substitute"] or 0,
        starts_on=days["starts_on"] or deed.today,
        ends_on=days["ends_on"] or deed.today,
        today=deed.today,
    )


def _page(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    actor = visit.actor
    for_others = replacements.arranges_for_others(actor)
    if not for_others:
        require(actor, Capability.WRITE_LEARNERS)
    colleagues = referents.colleagues(visit.session, actor, today=visit.today)
    rows = replacements.of_organisation(visit.session, actor)
    context: dict[str, Any] = {
        "rows": [
            (
                row,
                _state(row, visit),
                (for_others or row.replaced_id == actor.account_id) and _lasts(row, visit),
            )
            for row in rows
        ],
        # Oneself last: one is rarely one’s own substitute.
        "colleagues": sorted(colleagues, key=lambda pair: pair[0] == actor.account_id),
        "replaceable": [pair for pair in colleagues if for_others or pair[0] == actor.account_id],
        "values": values,
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "staff/replacements.html", context, status=422 if errors else 200)


def _lasts(row: replacements.ReplacementRow, visit: Visit) -> bool:
    return not row.is_cancelled and row.ends_on >= visit.today


def _state(row: replacements.ReplacementRow, visit: Visit) -> tuple[str, str]:
    if row.is_cancelled:
        return "annulé", "neutral"
    if row.ends_on < visit.today:
        return "terminé", "neutral"
    return ("à venir", "warning") if row.starts_on > visit.today else ("en cours", "success")
