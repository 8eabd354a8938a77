"""The form of an appointment."""

from datetime import date

from parcours.actions.appointments import AppointmentFacts, AppointmentRow
from parcours.domain.agenda import AppointmentKind, Rhythm
from parcours.domain.errors import RuleBroken
from parcours.web.forms import Form
from parcours.web.words import typed_day

LABELS = {
    "kind": "Nature",
    "held_on": "Jour",
    "starts_at": "De",
    "ends_at": "À",
    "title": "Intitulé",
    "place": "Lieu",
    "person": "Personne",
    "account": "Tenu par",
    "rhythm": "Répéter",
    "until": "Jusqu’au",
    "reason": "Pourquoi",
}
FIELDS = ("kind", "held_on", "starts_at", "ends_at", "title", "place", "account")
REPEATED = ("rhythm", "until")
RHYTHMS = [(rhythm.value, rhythm.label) for rhythm in Rhythm]
# What a change or a cancellation reaches, of a series: that one alone unless this is said.
FOLLOWING = "suivants"
KINDS = [(kind.value, kind.label) for kind in AppointmentKind]


def read_appointment(form: Form, *, today: date, learner_id: int | None = None) -> AppointmentFacts:
    """The appointment typed, or RuleBroken with one message per field to mend."""
    kind = form.word("kind", AppointmentKind)
    if kind is None:
        form.errors.setdefault("kind", "Choisissez la nature du rendez-vous.")
    held_on = form.day("held_on", near=today)
    if held_on is None:
        form.errors.setdefault("held_on", "Indiquez quel jour.")
    starts_at, ends_at = form.hour("starts_at"), form.hour("ends_at")
    for name, hour in (("starts_at", starts_at), ("ends_at", ends_at)):
        if hour is None:
            form.errors.setdefault(name, "Indiquez l’heure.")
    title, place = form.text("title", limit=200), form.optional("place", limit=200)
    account_id = form.integer("account")
    form.check()
    if kind is None or held_on is None or starts_at is None or ends_at is None:
        raise RuleBroken(errors=form.errors)
    return AppointmentFacts(kind, held_on, starts_at, ends_at, title, place, learner_id, account_id)


def read_rhythm(form: Form, *, today: date) -> tuple[Rhythm, date] | None:
    """How often and until when, None for once; RuleBroken when one is said without the other."""
    rhythm, until = form.word("rhythm", Rhythm), form.day("until", near=today)
    if rhythm is not None and until is None:
        form.errors.setdefault("until", "Indiquez le dernier jour possible.")
    if rhythm is None and until is not None:
        form.errors.setdefault("rhythm", "Dites à quel rythme, ou effacez la date de fin.")
    form.check()
    return (rhythm, until) if rhythm is not None and until is not None else None


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in (*FIELDS, *REPEATED)}


def stored(row: AppointmentRow) -> dict[str, str]:
    """A stored appointment as the form shows it."""
    return {
        "kind": row.kind.value,
        "held_on": typed_day(row.held_on),
        "starts_at": f"{row.starts_at:%H:%M}",
        "ends_at": f"{row.ends_at:%H:%M}",
        "title": row.title,
        "place": row.place or "",
        "account": str(row.account_id),
    }


def empty(day: date, account_id: int) -> dict[str, str]:
    """A form nobody filled yet: an appointment of one’s own, once."""
    usual = {
        "kind": AppointmentKind.FOLLOW_UP.value,
        "held_on": typed_day(day),
        "account": str(account_id),
    }
    return dict.fromkeys((*FIELDS, *REPEATED), "") | usual
