"""The forms of a pathway and of its steps."""

from collections.abc import Mapping
from datetime import date

from parcours.actions.pathways import StepFacts
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.models import Step
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

LABELS = {
    "kind": "Nature",
    "title": "Intitulé",
    "planned_start_on": "Début prévu",
    "planned_end_on": "Fin prévue",
    "started_on": "Début réel",
    "ended_on": "Fin réelle",
    "hours": "Heures",
    "note": "Note",
}
DATES = ("planned_start_on", "planned_end_on", "started_on", "ended_on")
KINDS = [(kind.value, kind.label) for kind in StepKind]


def read_step(form: Form, *, today: date) -> StepFacts:
    """The step typed, or RuleBroken with one message per field to mend."""
    kind = form.word("kind", StepKind)
    if kind is None:
        form.errors.setdefault("kind", "Choisissez la nature de l’étape.")
    planned, planned_end, started, ended = (form.day(name, near=today) for name in DATES)
    start = planned or started
    if start is None and "planned_start_on" not in form.errors:
        form.errors["planned_start_on"] = "Indiquez quand l’étape commence ou doit commencer."
    hours = form.decimal("hours")
    if hours is not None and hours < 0:
        form.errors["hours"] = "Un nombre d’heures n’est pas négatif."
    title = form.text("title", limit=200) or (kind.label if kind else "")
    note = form.optional("note", limit=2000)
    form.check()
    dates = StepDates(start or today, planned_end, started, ended)
    return StepFacts(kind or StepKind.WORKSHOP, title, dates, hours, note)


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}


def stored(step: Step) -> dict[str, str]:
    """A stored step as the form shows it."""
    values = {name: typed_day(getattr(step, name)) for name in DATES}
    return values | {
        "kind": step.kind.value,
        "title": step.title,
        "hours": decimal_number(step.hours),
        "note": step.note or "",
    }


def proposed(query: Mapping[str, str]) -> dict[str, str]:
    """A form nobody filled yet, but for what the page one comes from proposes in the address.

    `nature`, `intitule`, `debut` and `fin` (ISO days); what makes no sense is left empty.
    """
    kind = query.get("nature", "")
    return dict.fromkeys(LABELS, "") | {
        "kind": kind if kind in set(StepKind) else "",
        "title": query.get("intitule", "")[:200],
        "planned_start_on": _day(query.get("debut", "")),
        "planned_end_on": _day(query.get("fin", "")),
    }


def _day(text: str) -> str:
    try:
        return typed_day(date.fromisoformat(text))
    except ValueError:
        return ""
