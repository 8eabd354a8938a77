"""The thresholds of alerts: read by all, tried on one’s own figures, changed version by version."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import alert_rules, alerts_measure
from parcours.domain.access import Capability, require
from parcours.domain.alerts import Thresholds
from parcours.domain.alerts_settling import BOUNDS, settle, settled
from parcours.domain.backtest import WEEKS
from parcours.domain.errors import NotAllowed, RuleBroken
from parcours.features.alerts.forms import THRESHOLD_LABELS, THRESHOLDS, read_thresholds
from parcours.web import pages, rule_versions
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/reglages/alertes")
TYPED = (*BOUNDS, "motive")


@router.get("")
def thresholds_page(visit: Reading) -> Response:
    """The thresholds in force, and every version before."""
    return _page(visit)


@router.post("/apercu")
def preview(deed: Acting) -> Response:
    """What they would have given, before saving: nothing is written."""
    require(deed.actor, Capability.SET_DELAYS)
    require(deed.actor, Capability.SEE_CONTINUITY)
    typed = {name: deed.form.text(name) for name in TYPED}
    try:
        tried = settle(read_thresholds(deed.form), 0)
    except RuleBroken as refusal:
        return _page(deed, typed, errors=refusal.errors)
    return _page(deed, typed, tried=tried)


@router.post("")
def set_thresholds(deed: Acting) -> Response:
    """Add a version."""
    typed = {name: deed.form.text(name) for name in TYPED}
    return rule_versions.save(
        deed,
        lambda: _set(deed),
        url="/reglages/alertes",
        message="Seuils enregistrés : le prochain calcul quotidien les applique.",
        again=lambda errors, conflict: _page(deed, typed, errors=errors, is_conflict=conflict),
    )


def _set(deed: Deed) -> None:
    require(deed.actor, Capability.SET_DELAYS)
    values = read_thresholds(deed.form)
    motive = deed.form.text("motive", limit=300)
    number = deed.form.integer("number") or 0
    deed.form.check()
    thresholds = settle(values, number + 1)
    alert_rules.set_thresholds(
        deed.session, deed.actor, thresholds, motive=motive, number=number, today=deed.today
    )


def _page(
    visit: Visit,
    typed: dict[str, str] | None = None,
    *,
    errors: dict[str, str] | None = None,
    tried: Thresholds | None = None,
    is_conflict: bool = False,
) -> Response:
    if not any(map(visit.actor.can, (Capability.SEE_CONTINUITY, Capability.SET_DELAYS))):
        raise NotAllowed("Ces seuils concernent les structures qui accompagnent des personnes.")
    versions = alert_rules.RULES.versions(visit.session, visit.actor.organisation_id)
    in_force = versions[0].rules
    context = {
        "versions": rule_versions.history(versions, _shown, THRESHOLD_LABELS),
        "current": versions[0],
        "in_force": _shown(in_force),
        "values": typed or _shown(in_force) | {"motive": ""},
        "groups": THRESHOLDS,
        "bounds": BOUNDS,
        "labels": THRESHOLD_LABELS | {"motive": "Pourquoi ce changement"},
        "errors": errors or {},
        "tried": _tried(visit, in_force, tried) if tried else {},
        "is_conflict": is_conflict,
        "can_change": visit.actor.can(Capability.SET_DELAYS),
        "can_measure": visit.actor.can(Capability.SEE_CONTINUITY),
        "weeks": WEEKS,
    }
    status = rule_versions.status(errors, is_conflict=is_conflict)
    return pages.page(visit, "alerts/thresholds.html", context, status=status)


def _tried(visit: Visit, in_force: Thresholds, tried: Thresholds) -> dict[str, Any]:
    """The figures of one’s own cohorts and gaps, with the thresholds of today and those typed."""
    session, actor, today = visit.session, visit.actor, visit.today
    now, then = (
        alerts_measure.measure(session, actor, one, today=today) for one in (in_force, tried)
    )
    without, would = (
        alert_rules.ladder_today(session, actor, one, today=today) for one in (in_force, tried)
    )
    return {
        "attendance": [(level, now[level], then[level]) for level in now],
        "ladder": [(level, without[level], would[level]) for level in without],
    }


def _shown(thresholds: Thresholds) -> dict[str, str]:
    return {name: str(value) for name, value in settled(thresholds).items()}
