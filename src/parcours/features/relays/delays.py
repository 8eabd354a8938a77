"""Délais et fermetures: what one’s organisation settles for its relays."""

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions import relay_delays
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.relays import Delays
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.forms import Form

router = APIRouter(prefix="/reglages/relais")
LABELS = {
    "reminder": "Rappel",
    "escalation": "Responsables prévenus",
    "expiry": "Expiration",
    "overlap": "Accès après le passage de relais",
    "region": "Jours fériés",
    "starts_on": "Premier jour",
    "ends_on": "Dernier jour",
    "label": "Nom",
}
NUMBERS = ("reminder", "escalation", "expiry", "overlap")


@router.get("")
def rules_page(visit: Reading) -> Response:
    """The delays in force, and the closures to come."""
    return _page(visit)


@router.post("")
def set_rules(deed: Acting) -> Response:
    """Settle the delays."""
    try:
        relay_delays.set_rules(deed.session, deed.actor, _read(deed.form))
    except RuleBroken as refusal:
        return _refused(deed, refusal)
    return pages.done("/reglages/relais", "Délais enregistrés, pour les relais à venir.")


@router.post("/fermetures")
def add_closure(deed: Acting) -> Response:
    """Days one’s organisation is closed."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        starts_on, ends_on, label = _read_closure(deed)
        relay_delays.add_closure(
            deed.session, deed.actor, starts_on=starts_on, ends_on=ends_on, label=label
        )
    except RuleBroken as refusal:
        return _refused(deed, refusal)
    return pages.done_once(deed, "/reglages/relais", "Fermeture ajoutée.")


@router.post("/fermetures/{closure_id}/suppression")
def remove_closure(deed: Acting, closure_id: int) -> Response:
    """A closure that will not take place."""
    if answer := pages.earlier_answer(deed):
        return answer
    relay_delays.remove_closure(deed.session, deed.actor, closure_id)
    return pages.done_once(deed, "/reglages/relais", "Fermeture supprimée.")


def _read(form: Form) -> relay_delays.RelayRules:
    numbers = {name: form.integer(name) for name in NUMBERS}
    for name, number in numbers.items():
        if number is None:
            form.errors.setdefault(name, "Indiquez un nombre de jours.")
    region = form.one_of("region", reference.holiday_regions())
    form.check()
    reminder, escalation, expiry, overlap = (numbers[name] or 0 for name in NUMBERS)
    return relay_delays.RelayRules(Delays(reminder, escalation, expiry), overlap, region)


def _read_closure(deed: Deed) -> tuple[date, date, str]:
    form = deed.form
    starts_on = form.day("starts_on", near=deed.today)
    ends_on = form.day("ends_on", near=deed.today) or starts_on
    if starts_on is None:
        form.errors.setdefault("starts_on", "Indiquez le premier jour de la fermeture.")
    label = form.text("label", limit=120)
    form.check()
    return starts_on or deed.today, ends_on or deed.today, label


def _refused(deed: Deed, refusal: RuleBroken) -> Response:
    pages.undo(deed)
    typed = {name: deed.form.text(name) for name in LABELS if name in deed.form.values}
    return _page(deed, typed=typed, errors=refusal.errors)


def _page(
    visit: Visit, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.SET_DELAYS)
    rules = relay_delays.rules_of(visit.session, visit.actor)
    stored = {
        "reminder": str(rules.delays.reminder),
        "escalation": str(rules.delays.escalation),
        "expiry": str(rules.delays.expiry),
        "overlap": str(rules.overlap_days),
        "region": rules.holiday_region or "",
    }
    context = {
        "values": dict.fromkeys(LABELS, "") | stored | (typed or {}),
        "labels": LABELS,
        "errors": errors or {},
        "regions": reference.options(reference.holiday_regions()),
        "closures": relay_delays.closures(visit.session, visit.actor, since=visit.today),
    }
    status = 422 if errors else 200
    return pages.page(visit, "relays/delays.html", context, status=status)
