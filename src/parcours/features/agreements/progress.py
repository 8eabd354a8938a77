"""A funder’s page of an agreement: targets, frozen figures, what moved; and the public page."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from parcours import audit
from parcours.actions import releases
from parcours.actions.definitions import definition_on
from parcours.actions.release_facts import DISTRICTS, FUNDER, GENDER, POSITIVE, PUBLIC
from parcours.actions.stored_crosses import shown_cross
from parcours.domain.access import Capability, require
from parcours.domain.agreements import Progress
from parcours.domain.disclosure import Thresholds, shows_rate
from parcours.domain.disclosure_outputs import TOTAL
from parcours.domain.errors import RuleBroken
from parcours.features.agreements import store
from parcours.models import Release, visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit

router = APIRouter()
BAR = 100


@router.get("/conventions/{agreement_id}/avancement")
def progress(visit: RecordedReading, agreement_id: int) -> Response:
    """How far an agreement got, as its funder reads it."""
    context = _context(visit, agreement_id, FUNDER)
    return pages.page(visit, "agreements/progress.html", context)


@router.get("/conventions/{agreement_id}/public")
def public_page(visit: RecordedReading, agreement_id: int) -> Response:
    """The figures anybody may read, to print."""
    context = _context(visit, agreement_id, PUBLIC)
    return pages.page(visit, "agreements/public.html", context)


@router.post("/conventions/{agreement_id}/chiffres")
def publish(deed: Acting, agreement_id: int) -> Response:
    """Count again, and freeze."""
    if answer := pages.earlier_answer(deed):
        return answer
    limits = deed.request.app.state.settings.thresholds
    before = len(releases.releases_of(deed.session, agreement_id))
    try:
        releases.publish_release(
            deed.session, deed.actor, agreement_id, limits=limits, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        context = _context(deed, agreement_id, FUNDER) | {"errors": refusal.errors}
        return pages.page(deed, "agreements/progress.html", context, status=422)
    has_moved = len(releases.releases_of(deed.session, agreement_id)) > before
    message = "Chiffres arrêtés à ce jour." if has_moved else "Rien n’a changé depuis."
    return pages.done_once(deed, f"/conventions/{agreement_id}/avancement", message)


def _context(visit: Visit, agreement_id: int, reader: str) -> dict[str, Any]:
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(visit.session, visit.actor, agreement_id)
    audit.record_listing(visit.session, visit.actor, "agreement_figures", 0)
    kept = releases.releases_of(visit.session, agreement_id)
    context: dict[str, Any] = {
        "agreement": agreement,
        "names": store.names(visit.session, agreement),
        "releases": kept,
        "tables": {},
        "limits": visit.request.app.state.settings.thresholds,
        "errors": {},
    }
    if kept:
        context |= _told(kept, reader, context["limits"])
        context["targets"] = [
            (item, _bar(item) if isinstance(item, Progress) else None)
            for item in releases.progress_of(
                visit.session, agreement, kept[0], reader, today=visit.today
            )
        ]
        context["rule"] = definition_on(kept[0].exit_rule, kept[0].as_of)
        context["crosses"] = _crosses(kept[0], context["limits"])
    return context


def _told(kept: list[Release], reader: str, limits: Thresholds) -> dict[str, Any]:
    now, before = _read(kept[0], reader), _read(kept[1], reader) if len(kept) > 1 else None
    total = now[GENDER][TOTAL]
    return {
        "tables": {
            name: [
                (part, count, _share(count, total, limits), _change(name, part, now, before))
                for part, count in parts.items()
                if part != TOTAL
            ]
            for name, parts in now.items()
        },
        "total": total,
        "masked": releases.masked_count(kept[0], reader),
    }


def _read(release: Release, reader: str) -> dict[str, dict[str, int | None]]:
    """Every table a reader is told, the districts by code among them."""
    districts = releases.shown_districts(release, reader)
    is_told = any(count is not None for count in districts.values())
    return releases.shown(release, reader) | ({DISTRICTS: districts} if is_told else {})


def _share(count: int | None, total: int | None, limits: Thresholds) -> Fraction | None:
    if count is None or total is None or not shows_rate(count, total, limits):
        return None
    return Fraction(count, total or 1)


def _change(name: str, part: str, now: Any, before: Any) -> int | None:
    """What moved since the release before; None where either is masked, or there is none."""
    if before is None or name not in before:
        return None
    then = before[name].get(part, 0)
    if now[name][part] is None or then is None:
        return None
    change: int = now[name][part] - then
    return change


def _crosses(release: Release, limits: Thresholds) -> list[tuple[str, list[str], list[Any]]]:
    """Exits by scope: the exits, then each group, its counts and the share of positive ones."""
    return [
        (
            scope,
            stored["columns"],
            [
                (name, counts, _positive(counts, limits) if _tells_positive(stored) else None)
                for name, counts in shown_cross(stored)
            ],
        )
        for scope, stored in release.crosses.items()
    ]


def _tells_positive(stored: Mapping[str, Any]) -> bool:
    return bool(stored["columns"][0] == POSITIVE)


def _positive(counts: list[int | None], limits: Thresholds) -> Fraction | None:
    """The share of the first exit, when every count of the row is told."""
    told = [count for count in counts if count is not None]
    return _share(counts[0], sum(told), limits) if len(told) == len(counts) else None


def _bar(progress: Progress) -> Markup:
    """A target as a bar: what is reached, and a line where the period stands."""
    reached = min(float(progress.share), 1) * BAR
    today = float(progress.elapsed) * BAR
    return Markup(  # noqa: S704  numbers alone
        f'<svg class="target-bar" viewBox="0 0 {BAR} 10" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false"><rect class="rb-track" width="{BAR}" height="10"/>'
        f'<rect class="target-reached" width="{reached:.1f}" height="10"/>'
        f'<line class="target-today" x1="{today:.1f}" x2="{today:.1f}" y1="0" y2="10"/></svg>'
    )
