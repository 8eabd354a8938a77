"""The back-test panel: thresholds to try, and the load they would have made."""

from dataclasses import replace
from fractions import Fraction

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import alert_rules, alerts_measure
from parcours.domain.access import Capability, require
from parcours.domain.alerts import Thresholds
from parcours.domain.backtest import WEEKS
from parcours.domain.errors import RuleBroken
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter()
LABELS = {"vigilance": "Vigilance sous", "alerte": "Alerte sous"}


@router.get("/alertes/mesure")
def measure_page(visit: Reading, vigilance: str = "", alerte: str = "") -> Response:
    """What thresholds would have said of one’s cohorts over 26 weeks."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    in_force = alert_rules.thresholds_of(visit.session, visit.actor.organisation_id)
    usual = {"vigilance": in_force.watch_below, "alerte": in_force.alert_below}
    typed = {"vigilance": vigilance, "alerte": alerte}
    values = {name: typed[name] or str(int(rate * 100)) for name, rate in usual.items()}
    try:
        return _page(visit, values, _thresholds(values, in_force))
    except RuleBroken as refusal:
        return _page(visit, values, in_force, refusal.errors)


def _page(
    visit: Visit,
    values: dict[str, str],
    thresholds: Thresholds,
    errors: dict[str, str] | None = None,
) -> Response:
    figures = alerts_measure.measure(visit.session, visit.actor, thresholds, today=visit.today)
    context = {
        "figures": list(figures.items()),
        "values": values,
        "labels": LABELS,
        "errors": errors or {},
        "weeks": WEEKS,
        "most": alerts_measure.MOST_ENROLMENTS,
    }
    return pages.page(visit, "alerts/measure.html", context, status=422 if errors else 200)


def _thresholds(values: dict[str, str], in_force: Thresholds) -> Thresholds:
    errors = {
        name: "Écrivez un pourcentage entier, de 1 à 100."
        for name, text in values.items()
        if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 100)
    }
    if errors:
        raise RuleBroken(errors=errors)
    watch, alert = (Fraction(int(values[name]), 100) for name in ("vigilance", "alerte"))
    if alert > watch:
        text = "Le taux d’alerte est au plus celui de vigilance."
        raise RuleBroken(text, field="alerte")
    return replace(in_force, version="essai", watch_below=watch, alert_below=alert)
