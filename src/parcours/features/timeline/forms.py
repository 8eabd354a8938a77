"""The form of a note."""

from datetime import date

from parcours.actions.notes import NoteFacts
from parcours.domain.notes import NoteKind, NoteReach, check_note
from parcours.models import Note
from parcours.web.forms import Form
from parcours.web.words import typed_day

LABELS = {"kind": "Nature", "happened_on": "Jour", "words": "Ce qui s’est dit", "reach": "Qui lit"}


def read_note(form: Form, *, today: date) -> NoteFacts:
    """The note typed, or RuleBroken with one message per field to mend."""
    on = form.day("happened_on", near=today)
    if on is None and "happened_on" not in form.errors:
        form.errors["happened_on"] = "Indiquez le jour."
    kind, reach = form.word("kind", NoteKind), form.word("reach", NoteReach)
    for name, word in (("kind", kind), ("reach", reach)):
        if word is None:
            form.errors.setdefault(name, "Choisissez une valeur de la liste.")
    words = form.text("words").replace("\r\n", "\n")
    form.check()
    facts = NoteFacts(kind or NoteKind.NOTE, reach or NoteReach.PRIVATE, on or today, words)
    check_note(words, facts.happened_on, today=today)
    return facts


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}


def stored(row: Note) -> dict[str, str]:
    """A note as its form shows it."""
    return {
        "kind": row.kind.value,
        "happened_on": typed_day(row.happened_on),
        "words": row.words,
        "reach": row.reach.value,
    }


def empty(today: date) -> dict[str, str]:
    """A form nobody filled yet: who reads is chosen, never supposed to be all."""
    return {
        "kind": NoteKind.PHONE.value,
        "happened_on": typed_day(today),
        "words": "",
        "reach": NoteReach.PRIVATE.value,
    }
