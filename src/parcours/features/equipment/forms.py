"""The forms of equipment: an item, handing it over, taking it back."""

from datetime import date

from parcours import reference
from parcours.actions.equipment import ItemFacts
from parcours.domain.equipment import Condition, Nature
from parcours.models import Equipment
from parcours.web.forms import Form
from parcours.web.words import typed_day

LABELS = {
    "kind": "Nature",
    "label": "Description",
    "inventory_number": "Numéro d’inventaire",
    "note": "Précisions",
    "person": "Personne",
    "nature": "Prêt ou don",
    "handed_on": "Remis le",
    "due_on": "Retour prévu le",
    "returned_on": "Rendu le",
    "condition": "État",
    "lost_on": "Perte constatée le",
    "new_due_on": "Nouvelle date de retour",
}
NATURES = [(nature.value, nature.label) for nature in Nature]
CONDITIONS = [(state.value, state.label) for state in Condition]
ITEM = ("kind", "label", "inventory_number", "note")
LOAN_DAYS = 90


def read_item(form: Form) -> ItemFacts:
    """What is said of an item (RuleBroken with what to mend)."""
    facts = ItemFacts(
        form.one_of("kind", reference.equipment_kinds()) or "",
        form.text("label", limit=120),
        form.text("inventory_number", limit=40),
        form.optional("note", limit=500),
    )
    form.check()
    return facts


def typed(form: Form) -> dict[str, str]:
    """What was typed of an item, to show again."""
    return {name: form.text(name) for name in ITEM}


def stored(row: Equipment) -> dict[str, str]:
    """What an item says, as its form shows it."""
    return {
        "kind": row.kind,
        "label": row.label,
        "inventory_number": row.inventory_number,
        "note": row.note or "",
    }


def read_handover(form: Form, *, today: date) -> tuple[Nature, date, date | None]:
    """Loan or gift, from which day, until when; what cannot be read is noted in the form."""
    nature = form.word("nature", Nature)
    if nature is None:
        form.errors.setdefault("nature", "Dites si c’est un prêt ou un don.")
    handed_on = form.day("handed_on", near=today) or today
    due_on = form.day("due_on", near=today)
    # The proposed day of return stays in the form when somebody ticks « Don ».
    return nature or Nature.LOAN, handed_on, None if nature is Nature.GIFT else due_on


def handing(form: Form | None, today: date, due_on: date) -> dict[str, str]:
    """The form that hands something over: as typed, else a loan from today."""
    if form is not None and form.text("nature"):
        return {name: form.text(name) for name in ("nature", "handed_on", "due_on")}
    return {
        "nature": Nature.LOAN.value,
        "handed_on": typed_day(today),
        "due_on": typed_day(due_on),
    }
