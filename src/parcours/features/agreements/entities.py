"""Entities an agreement supported (EECO18, EECO19), and the instruction to ask about minorities."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import supported_entities
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.supported_entities import Declaration, Declared, Entity
from parcours.models import Agreement, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import meanwhile, typed_day

router = APIRouter(prefix="/conventions/{agreement_id}/entites")
PARTS = {"state": "État", "number": "Nombre", "proof": "Justificatif", "on": "Déclaré le"}
LABELS = {
    **{
        f"{entity.value}_{part}": f"{entity.value}, {label.lower()}"
        for entity in Entity
        for part, label in PARTS.items()
    },
    "instruction": "Consigne écrite pour EECO15",
}


@router.get("")
def entities(visit: Reading, agreement_id: int) -> Response:
    """The form as the agreement stands."""
    require(visit.actor, Capability.MANAGE_AGREEMENTS)
    row = visibility.agreement(visit.session, visit.actor, agreement_id)
    return _page(visit, row, _values(visit, row))


@router.post("")
def save(deed: Acting, agreement_id: int) -> Response:
    """Write what is declared."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = {name: deed.form.text(name) for name in (*LABELS, "version")}
    try:
        _save(deed, agreement_id)
    except (EditConflict, RuleBroken) as refusal:
        pages.undo(deed)
        return _refused(deed, agreement_id, values, refusal)
    return pages.done_once(deed, f"/conventions/{agreement_id}", "Déclaration enregistrée.")


def _refused(
    deed: Deed, agreement_id: int, values: dict[str, str], refusal: EditConflict | RuleBroken
) -> Response:
    """The form with what was typed; beside it what a second editor wrote."""
    row = visibility.agreement(deed.session, deed.actor, agreement_id)
    if isinstance(refusal, RuleBroken):
        return _page(deed, row, values, refusal.errors, status=422)
    errors = {"": meanwhile(refusal.who, "a modifié cette convention")}
    theirs, shown = _theirs(deed, row, values), values | {"version": str(row.version)}
    return _page(deed, row, shown, errors, theirs=theirs, status=409)


def _save(deed: Deed, agreement_id: int) -> None:
    declared = {}
    for entity in Entity:
        if (item := _declaration(deed, entity)) is not None:
            declared[entity] = item
    instruction = deed.form.optional("instruction", limit=200)
    version = deed.form.integer("version") or 0
    deed.form.check()
    supported_entities.declare(
        deed.session,
        deed.actor,
        agreement_id,
        declared,
        instruction=instruction,
        version=version,
        today=deed.today,
    )


def _declaration(deed: Deed, entity: Entity) -> Declaration | None:
    """What was typed of an indicator; a number without a state is a number declared."""
    form, name = deed.form, entity.value
    number, proof = form.integer(f"{name}_number"), form.optional(f"{name}_proof", limit=300)
    declared_on = form.day(f"{name}_on", near=deed.today) or deed.today
    state = form.word(f"{name}_state", Declared)
    if state is None and (number is not None or proof):
        state = Declared.COUNTED
    return Declaration(state, declared_on, number, proof) if state else None


def _values(visit: Visit, row: Agreement) -> dict[str, Any]:
    known = supported_entities.declared_by(visit.session, row)
    values: dict[str, Any] = {"instruction": row.minority_instruction or ""}
    for entity in Entity:
        name, said = entity.value, known.get(entity)
        values[f"{name}_state"] = said.state.value if said else ""
        values[f"{name}_number"] = "" if said is None or said.number is None else str(said.number)
        values[f"{name}_proof"] = (said.proof or "") if said else ""
        values[f"{name}_on"] = typed_day(said.declared_on if said else visit.today)
    return values | {"version": row.version}


def _theirs(visit: Visit, row: Agreement, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is stored where it is not what was typed."""
    stored = _values(visit, row)
    words = {item.value: item.label for item in Declared}
    return [
        (label, words.get(stored[name], stored[name]) or "(vide)")
        for name, label in LABELS.items()
        if stored[name] != values[name]
    ]


def _page(
    visit: Visit,
    row: Agreement,
    values: Mapping[str, Any],
    errors: dict[str, str] | None = None,
    *,
    theirs: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    context = {
        "agreement": row,
        "entities": [(item.value, item.label) for item in Entity],
        "states": [(item.value, item.label) for item in Declared],
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "theirs": theirs or [],
    }
    return pages.page(visit, "agreements/entities.html", context, status=status)
