"""How the score is computed here: parameters anybody may read, their changes, what they change."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import match_preview, match_rules
from parcours.actions.match_preview import Preview
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.matching_rules import check_rules
from parcours.features.matching import forms
from parcours.web import pages
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
    try:
        _set(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, typed, errors=refusal.errors)
    except EditConflict:
        pages.undo(deed)
        return _page(deed, typed, is_conflict=True)
    return pages.done("/reglages/appariement", "Paramètres enregistrés, pour les calculs à venir.")


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
    versions = match_rules.versions(visit.session, visit.actor.organisation_id)
    context = {
        "versions": [(row, _changes(row, before))
                     for row, before in zip(versions, [*versions[1:], None], strict=True)],
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
    }  # fmt: skip
    status = 409 if is_conflict else 422 if errors else 200
    return pages.page(visit, "matching/rules.html", context, status=status)


def _changes(
    row: match_rules.RulesVersion, before: match_rules.RulesVersion | None
) -> list[tuple[str, str, str]]:
    """What a version changed: the parameter, before and after."""
    if before is None:
        return []
    old, new = forms.rule_values(before.rules), forms.rule_values(row.rules)
    return [(label, old[name], new[name]) for name, label in forms.RULE_LABELS.items()
            if old[name] != new[name]]  # fmt: skip
