"""What an agreement asks for: targets, outputs, retention."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import agreement_terms
from parcours.actions.definitions import definitions_on
from parcours.actions.outcome_columns import RULES
from parcours.actions.outputs import OUTPUTS
from parcours.domain.access import Capability, require
from parcours.domain.agreements import Pillar, TargetKind
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/conventions/{agreement_id}/objectifs")
LABELS = {
    **{f"target_{kind.value}": kind.label for kind in TargetKind},
    "outputs": "Sorties attendues",
    "exit_rule": "Définition d’une sortie positive",
    "pillar": "Pilier du contrat de ville",
    "retention_years": "Conservation, en années",
}
CONFLICT = (
    "Cette convention a été modifiée entre-temps par {who} : rouvrez la page avant d’enregistrer."
)
NAMES = (*LABELS, "is_nominative", "version")


@router.get("")
def terms(visit: Reading, agreement_id: int) -> Response:
    """The form as the agreement stands."""
    require(visit.actor, Capability.MANAGE_AGREEMENTS)
    row = visibility.agreement(visit.session, visit.actor, agreement_id)
    targets = agreement_terms.targets_of(visit.session, agreement_id)
    values: dict[str, Any] = {f"target_{kind.value}": targets.get(kind, "") for kind in TargetKind}
    values |= {name: getattr(row, name) for name in NAMES if name not in values}
    return _page(visit, agreement_id, values)


@router.post("")
def save(deed: Acting, agreement_id: int) -> Response:
    """Write them."""
    if answer := pages.earlier_answer(deed):
        return answer
    values: dict[str, Any] = {name: deed.form.text(name) for name in NAMES}
    values["outputs"] = deed.form.all("outputs")
    try:
        _save(deed, agreement_id, values["outputs"])
    except EditConflict as conflict:
        pages.undo(deed)
        message = {"outputs": CONFLICT.format(who=conflict.who)}
        return _page(deed, agreement_id, values, message, status=409)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, agreement_id, values, refusal.errors, status=422)
    return pages.done_once(deed, f"/conventions/{agreement_id}", "Objectifs enregistrés.")


def _save(deed: Deed, agreement_id: int, outputs: list[str]) -> None:
    form = deed.form
    targets = {kind: form.integer(f"target_{kind.value}") for kind in TargetKind}
    asked = agreement_terms.Terms(
        targets={kind: value for kind, value in targets.items() if value is not None},
        outputs=outputs,
        exit_rule=form.one_of("exit_rule", RULES) or "iae",
        pillar=form.word("pillar", Pillar),
        is_nominative=form.yes_no("is_nominative") or False,
        retention_years=form.integer("retention_years"),
    )
    version = form.integer("version") or 0
    form.check()
    agreement_terms.set_terms(deed.session, deed.actor, agreement_id, asked, version=version)


def _page(
    visit: Visit,
    agreement_id: int,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    context = {
        "agreement": visibility.agreement(visit.session, visit.actor, agreement_id),
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "kinds": list(TargetKind),
        "outputs": [(item.code, item.label) for item in OUTPUTS.values()],
        "rules": [
            (item.code, item.label) for item in definitions_on(visit.today) if item.code in RULES
        ],
        "pillars": [(item.value, item.label) for item in Pillar],
    }
    return pages.page(visit, "agreements/terms.html", context, status=status)
