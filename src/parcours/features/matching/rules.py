"""How the score is computed here: parameters anybody may read, their changes, what they change."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import match_preview, match_rules
from parcours.actions.match_preview import Preview
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.matching_rules import check_rules
from parcours.features.matching import forms
from parcours.web import pages, rule_versions
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/reglages/appariement")
TYPED = (*forms.RULE_LABELS, "motive")


@router.get("")
def rules_page(visit: Reading) -> Response:
    """The parameters in force, and every version before."""
    return _page(visit)


@router.post("/apercu")
def preview(deed: Acting) -> Response:
    """What would change, before saving: nothing is written."""
    require(deed.actor, Capability.SET_DELAYS)
    typed = {name: deed.form.text(name) for name in TYPED}
    try:
        rules = forms.read_rules(deed.form)
        check_rules(rules)
    except RuleBroken as refusal:
        return _page(deed, typed, errors=refusal.errors)
    found = match_preview.preview(deed.session, deed.actor, rules, today=deed.today)
    return _page(deed, typed, found=found)


@router.post("")
def set_rules(deed: Acting) -> Response:
    """Add a version."""
    typed = {name: deed.form.text(name) for name in TYPED}
    return rule_versions.save(
        deed,
        lambda: _set(deed),
        url="/reglages/appariement",
        message="Paramètres enregistrés, pour les calculs à venir.",
        again=lambda errors, conflict: _page(deed, typed, errors=errors, is_conflict=conflict),
    )


def _set(deed: Deed) -> None:
    rules = forms.read_rules(deed.form)
    motive = deed.form.text("motive", limit=300)
    number = deed.form.integer("number") or 0
    deed.form.check()
    match_rules.set_rules(
        deed.session, deed.actor, rules, motive=motive, number=number, today=deed.today
    )


def _page(
    visit: Visit,
    typed: dict[str, str] | None = None,
    *,
    errors: dict[str, str] | None = None,
    found: Preview | None = None,
    is_conflict: bool = False,
) -> Response:
    versions = match_rules.RULES.versions(visit.session, visit.actor.organisation_id)
    context = {
        "versions": rule_versions.history(versions, forms.rule_values, forms.RULE_LABELS),
        "current": versions[0],
        "in_force": forms.rule_values(versions[0].rules),
        "values": typed or forms.rule_values(versions[0].rules) | {"motive": ""},
        "labels": forms.RULE_LABELS | {"motive": forms.LABELS["motive"]},
        "names": tuple(forms.RULE_LABELS),
        "errors": errors or {},
        "found": found,
        "is_conflict": is_conflict,
        "can_change": visit.actor.can(Capability.SET_DELAYS),
        "reads_needs": visit.actor.can(Capability.FOLLOW_NEEDS),
    }
    status = rule_versions.status(errors, is_conflict=is_conflict)
    return pages.page(visit, "matching/rules.html", context, status=status)
