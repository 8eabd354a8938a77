"""The forms of candidates: who is ticked, notes, an invitation, a decision, the period."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from parcours.actions.candidates import Mark
from parcours.actions.information_meetings import Invitation
from parcours.actions.selection import Judgement
from parcours.domain.criteria import Noted
from parcours.domain.errors import RuleBroken
from parcours.domain.selection import LEVELS, REASONS, Decision, DecisionReason
from parcours.web.forms import Form
from parcours.web.words import clock, week_day

LABELS = {
    "who": "Personnes",
    "choice": "Décision et raison",
    "words": "Précisions",
    "on": "Jour",
    "starts_at": "Heure",
    "place": "Lieu",
    "opens_on": "Ouverture",
    "closes_on": "Clôture",
    "applied_on": "Date de candidature",
    "learner": "Personne",
    "mark": "Note obtenue",
    "mark_label": "Test",
    "out_of": "Sur",
    "taken_on": "Passé le",
    "rank": "Rang",
    "why": "Pourquoi",
}
LEVEL_CHOICES = [(str(level), f"{level}, {text}") for level, text in LEVELS.items()]
# One list, by decision: a reason belongs to its decision, and cannot be given for another.
CHOICES = [
    (decision, [(f"{decision.value}:{reason.value}", reason.label) for reason in reasons])
    for decision, reasons in REASONS.items()
]


def read_ticked(form: Form) -> dict[int, int]:
    """The candidates ticked, each with the version the page showed."""
    found = {}
    for value in form.all("who"):
        number, _, version = value.partition(":")
        if number.isdecimal() and version.isdecimal():
            found[int(number)] = int(version)
    return found


def read_judgement(form: Form) -> Judgement:
    """The decision chosen and its words, or RuleBroken."""
    decision, _, reason = form.text("choice").partition(":")
    words = form.optional("words", limit=1000)
    known = {f"{word.value}:{why.value}" for word, reasons in REASONS.items() for why in reasons}
    if f"{decision}:{reason}" not in known:
        form.errors["choice"] = "Choisissez une décision et sa raison."
    form.check()
    return Judgement(Decision(decision), DecisionReason(reason), words)


def read_invitation(form: Form, *, today: date) -> Invitation:
    """When and where people are invited, or RuleBroken with one message per field."""
    day, hour = form.day("on", near=today), form.hour("starts_at")
    if day is None:
        form.errors.setdefault("on", "Indiquez le jour de la réunion.")
    if hour is None:
        form.errors.setdefault("starts_at", "Indiquez l’heure.")
    place = form.required("place", "Dites où, avec l’adresse.", limit=200)
    words = form.text("words", limit=500)
    form.check()
    moment = f"{week_day(day)} à {clock(hour)}" if day and hour else ""
    return Invitation(day or today, moment, place, words)


def read_grades(form: Form, noted: Sequence[Noted]) -> dict[str, tuple[int, str | None]]:
    """The criteria noted now, with their words; words alone ask for a level."""
    found = {}
    for item in noted:
        name = f"grade-{item.code}"
        level = form.one_of(name, [str(level) for level in LEVELS])
        words = form.optional(f"words-{item.code}", limit=1000)
        if level is not None:
            found[item.code] = (int(level), words)
        elif words and name not in form.errors:
            form.errors[name] = f"{item.label} : choisissez un niveau de 0 à 3."
    return found


def read_mark(form: Form, *, today: date) -> list[Mark]:
    """The test mark typed, if any."""
    value, out_of = form.decimal("mark"), form.decimal("out_of")
    label, day = form.text("mark_label", limit=120), form.day("taken_on", near=today)
    if value is None and "mark" not in form.errors:
        if label:
            form.errors["mark"] = "Donnez la note obtenue."
        return []
    if not label:
        form.errors["mark_label"] = "Dites de quel test il s’agit."
    return [Mark(label, value or Decimal(0), out_of, day)]


def read_window(form: Form, *, today: date) -> tuple[date | None, date | None]:
    """When people may apply; a bound left empty does not close."""
    window = form.day("opens_on", near=today), form.day("closes_on", near=today)
    form.check()
    return window


def read_rank(form: Form) -> int:
    """The place asked on the waiting list."""
    rank = form.integer("rank")
    if rank is None or rank < 1:
        raise RuleBroken("Donnez un rang, à partir de 1.", field="rank")
    return rank


def typed(form: Form, noted: Sequence[Noted] = ()) -> dict[str, str]:
    """What was typed."""
    own = [f"{kind}-{item.code}" for item in noted for kind in ("grade", "words")]
    return {name: form.text(name) for name in (*LABELS, *own)}


def blank(noted: Sequence[Noted]) -> dict[str, str]:
    """A form nobody filled yet."""
    own = [f"{kind}-{item.code}" for item in noted for kind in ("grade", "words")]
    return dict.fromkeys((*LABELS, *own), "")
