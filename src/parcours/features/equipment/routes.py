"""Matériel: the list, an item and its history, lending, giving, taking back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import equipment
from parcours.domain.access import Capability, require
from parcours.domain.equipment import Condition, Where
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.equipment import forms, showing, store
from parcours.features.equipment.forms import LABELS
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.forms import Form
from parcours.web.person_field import PersonField, person_of_file, person_typed, read_person

router = APIRouter(prefix="/materiel")
NOBODY = "Indiquez à qui vous le remettez."


@router.get("")
def item_list(
    visit: RecordedReading,
    etat: str = "",
    nature: str = "",
    q: str = "",
    pour: str = "",
    apres: str = "",
) -> Response:
    """The organisation’s items, filtered as the address says; `pour` goes on to the loan form."""
    require(visit.actor, Capability.WRITE_STEPS)
    query = {"etat": etat, "nature": nature, "q": q[:60], "pour": pour}
    return pages.page(visit, "equipment/list.html", _listing(visit, query, apres))


@router.get("/nouveau")
def new_item(visit: RecordedReading) -> Response:
    """The form of an item."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _item_form(visit, dict.fromkeys(forms.ITEM, ""))


@router.post("")
def add(deed: Acting) -> Response:
    """Enter an item."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = forms.typed(deed.form)
    try:
        row = equipment.add_item(deed.session, deed.actor, forms.read_item(deed.form))
    except RuleBroken as refusal:
        pages.undo(deed)
        return _item_form(deed, values, errors=refusal.errors)
    return pages.done_once(deed, f"/materiel/{row.id}", "Matériel enregistré.")


@router.get("/{item_id}")
def item(visit: RecordedReading, item_id: int, pour: str = "") -> Response:
    """An item: where it is, its history, what may be done."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _page(visit, item_id, person_of_file(visit, pour, "equipment"))


@router.get("/{item_id}/modifier")
def edit_form(visit: RecordedReading, item_id: int) -> Response:
    """The form of an item known."""
    require(visit.actor, Capability.WRITE_STEPS)
    row = visibility.equipment(visit.session, visit.actor, item_id)
    return _item_form(visit, forms.stored(row), item_id=item_id, version=row.version)


@router.post("/{item_id}/modifier")
def edit(deed: Acting, item_id: int) -> Response:
    """Change what is said of an item; a second editor is told."""
    values, version = forms.typed(deed.form), deed.form.integer("version") or 0
    visibility.equipment(deed.session, deed.actor, item_id)
    try:
        facts = forms.read_item(deed.form)
        equipment.edit_item(deed.session, deed.actor, item_id, facts, version=version)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _item_form(deed, values, item_id=item_id, version=version, errors=refusal.errors)
    except EditConflict:
        return _conflict(deed, values, item_id)
    return pages.done(f"/materiel/{item_id}", "Matériel corrigé.")


@router.post("/{item_id}/retrait")
def retire(deed: Acting, item_id: int) -> Response:
    """Take the item out of what may be lent, or put it back."""
    return _do(
        deed,
        item_id,
        lambda: equipment.retire_item(deed.session, deed.actor, item_id, today=deed.today),
        "C’est noté.",
    )


@router.post("/{item_id}/remise")
def hand_over(deed: Acting, item_id: int) -> Response:
    """Lend or give it to somebody."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.equipment(deed.session, deed.actor, item_id)
    try:
        _hand_over(deed, item_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        person = person_typed(deed, refusal, "equipment")
        return _page(deed, item_id, person, form=deed.form, errors=refusal.errors)
    return pages.done_once(deed, f"/materiel/{item_id}", "Remise notée.")


@router.post("/remises/{handover_id}/report")
def extend(deed: Acting, handover_id: int) -> Response:
    """Let it come back another day."""
    row = visibility.handover(deed.session, deed.actor, handover_id)

    def act() -> None:
        due_on = deed.form.day("new_due_on", near=deed.today)
        _need(deed.form, "new_due_on", due_on, "Indiquez la nouvelle date de retour.")
        try:
            equipment.extend_loan(
                deed.session, deed.actor, handover_id, due_on=due_on or deed.today, today=deed.today
            )
        except RuleBroken as refusal:
            raise RuleBroken(errors={"new_due_on": str(refusal)}) from refusal

    return _do(deed, row.equipment_id, act, "Retour reporté.")


@router.post("/remises/{handover_id}/retour")
def take_back(deed: Acting, handover_id: int) -> Response:
    """It came back."""
    row = visibility.handover(deed.session, deed.actor, handover_id)

    def act() -> None:
        condition = deed.form.word("condition", Condition)
        _need(deed.form, "condition", condition, "Dites dans quel état il revient.")
        equipment.take_back(
            deed.session,
            deed.actor,
            handover_id,
            returned_on=deed.form.day("returned_on", near=deed.today) or deed.today,
            condition=condition or Condition.GOOD,
            today=deed.today,
        )

    return _do(deed, row.equipment_id, act, "Retour noté.")


@router.post("/remises/{handover_id}/perte")
def declare_lost(deed: Acting, handover_id: int) -> Response:
    """It is lost."""
    row = visibility.handover(deed.session, deed.actor, handover_id)

    def act() -> None:
        lost_on = deed.form.day("lost_on", near=deed.today) or deed.today
        deed.form.check()
        equipment.declare_lost(
            deed.session, deed.actor, handover_id, lost_on=lost_on, today=deed.today
        )

    return _do(deed, row.equipment_id, act, "Perte notée.")


@router.post("/remises/{handover_id}/retrouve")
def find_again(deed: Acting, handover_id: int) -> Response:
    """It was not lost after all."""
    row = visibility.handover(deed.session, deed.actor, handover_id)
    return _do(
        deed,
        row.equipment_id,
        lambda: equipment.find_again(deed.session, deed.actor, handover_id, today=deed.today),
        "Matériel retrouvé.",
    )


def _hand_over(deed: Deed, item_id: int) -> None:
    nature, handed_on, due_on = forms.read_handover(deed.form, today=deed.today)
    learner_id = read_person(deed)
    _need(deed.form, "person", learner_id, NOBODY)
    equipment.hand_over(
        deed.session,
        deed.actor,
        item_id,
        learner_id or 0,
        nature=nature,
        handed_on=handed_on,
        due_on=due_on,
        today=deed.today,
    )


def _need(form: Form, name: str, value: object, message: str) -> None:
    if value is None:
        form.errors.setdefault(name, message)
    form.check()


def _do(deed: Deed, item_id: int, act: Callable[[], object], message: str) -> Response:
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, item_id, PersonField(), form=deed.form, errors=refusal.errors)
    return pages.done(f"/materiel/{item_id}", message)


def _listing(visit: Visit, query: dict[str, str], after: str) -> dict[str, Any]:
    where = Where(query["etat"]) if query["etat"] in set(Where) else None
    kinds = reference.equipment_kinds()
    filters = store.Filters(
        where, query["nature"] if query["nature"] in kinds else None, query["q"].strip()
    )
    number, _, key = after.rpartition("~")
    place = (number, int(key)) if key.isdecimal() and len(key) < 10 else None
    found = store.items(visit.session, visit.actor, filters, today=visit.today, after=place)
    rows, more = found[: store.PAGE_SIZE], found[store.PAGE_SIZE :]
    audit.record_listing(visit.session, visit.actor, "equipment", sum(bool(r.name) for r in rows))
    kept = {name: text for name, text in query.items() if text}
    following = {**kept, "apres": f"{rows[-1].inventory_number}~{rows[-1].id}"} if more else {}
    return {
        "rows": [showing.line(row, visit.today) for row in rows],
        "query": query,
        "wheres": [(item.value, item.label) for item in Where],
        "kinds": reference.options(kinds),
        "next_url": f"/materiel?{urlencode(following)}" if following else "",
    }


def _item_form(
    visit: Visit,
    values: dict[str, str],
    *,
    item_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    context: dict[str, Any] = {
        "values": values,
        "item_id": item_id,
        "version": version,
        "kinds": reference.options(reference.equipment_kinds()),
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "equipment/form.html", context, status=status if errors else 200)


def _conflict(deed: Deed, values: dict[str, str], item_id: int) -> Response:
    pages.undo(deed)
    row = visibility.equipment(deed.session, deed.actor, item_id)
    errors = {"": "Quelqu’un a corrigé ce matériel en même temps que vous : relisez."}
    return _item_form(deed, values, item_id=item_id, version=row.version, errors=errors, status=409)


def _page(
    visit: Visit,
    item_id: int,
    person: PersonField,
    *,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    row = visibility.equipment(visit.session, visit.actor, item_id)
    shown = store.item(visit.session, visit.actor, item_id, today=visit.today)
    history = store.history(visit.session, visit.actor, item_id, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "equipment", len(history))
    usual = visit.today + timedelta(days=forms.LOAN_DAYS)
    context: dict[str, Any] = {
        "item": row,
        "line": showing.line(shown, visit.today),
        "history": showing.history(history),
        "person": person,
        "handing": forms.handing(form, visit.today, usual),
        "natures": forms.NATURES,
        "conditions": forms.CONDITIONS,
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "equipment/item.html", context, status=422 if errors else 200)
