"""The forms of a cohort and of its calendar."""

from datetime import date

from parcours.actions.calendars import HALF_DAY_MINUTES, Hours, Pattern
from parcours.actions.cohorts import KINDS, CohortFacts
from parcours.domain.calendar import DAY_NAMES, Half, Setting
from parcours.domain.words import StepKind
from parcours.web.forms import Form

LEAVING = {"left_on": "Dernier jour", "reason": "Pourquoi"}
LABELS = {
    "name": "Nom",
    "code": "Code",
    "kind": "Nature",
    "programme": "Programme",
    "curriculum": "Cursus",
    "starts_on": "Premier jour",
    "ends_on": "Dernier jour",
    "capacity": "Places",
}
CALENDAR_LABELS = {
    "slots": "Demi-journées de la semaine",
    "starts_am": "Début du matin",
    "minutes_am": "Minutes du matin",
    "starts_pm": "Début de l’après-midi",
    "minutes_pm": "Minutes de l’après-midi",
    "since": "À partir du",
    "held_on": "Jour",
    "half": "Matin ou après-midi",
    "starts_at": "Début",
    "minutes": "Minutes",
    "setting": "Lieu",
    "room": "Salle",
    "reason": "Motif",
}
SETTINGS = [(setting.value, setting.label) for setting in Setting]
KIND_CHOICES = [(kind.value, kind.label) for kind in KINDS]
SLOTS = [
    (f"{number}-{half.value}", f"{name} {half.label}")
    for number, name in enumerate(DAY_NAMES[:6])
    for half in Half
]
USUAL_SLOTS = [code for code, _ in SLOTS[:10]]


def read_cohort(form: Form, *, today: date) -> CohortFacts:
    """The cohort typed, or RuleBroken with one message per field to mend."""
    kind = form.word("kind", StepKind)
    starts_on, ends_on = form.day("starts_on", near=today), form.day("ends_on", near=today)
    for name, value in (("starts_on", starts_on), ("ends_on", ends_on)):
        if value is None:
            form.errors.setdefault(name, "Indiquez ce jour.")
    capacity = form.integer("capacity")
    if capacity is None:
        form.errors.setdefault("capacity", "Indiquez le nombre de places.")
    facts = CohortFacts(
        code=form.required("code", "Donnez un code court, par exemple GEN-4.", limit=40),
        name=form.required("name", "Donnez un nom à la promotion.", limit=200),
        starts_on=starts_on or today,
        ends_on=ends_on or today,
        capacity=capacity or 0,
        kind=kind or StepKind.TRAINING,
        programme_id=form.integer("programme"),
        curriculum_id=form.integer("curriculum"),
    )
    form.check()
    return facts


def read_pattern(form: Form, *, today: date) -> tuple[Pattern, date | None]:
    """The usual week typed, and from which day on it applies; RuleBroken with what to mend."""
    known = {code for code, _ in SLOTS}
    ticked = [code.partition("-") for code in form.all("slots") if code in known]
    if not ticked:
        form.errors["slots"] = "Cochez au moins une demi-journée."
    hours = {
        half: Hours(
            form.hour(f"starts_{half.value}"),
            _minutes(form, f"minutes_{half.value}"),
            room=form.optional("room", limit=80),
        )
        for half in Half
    }
    since = form.day("since", near=today)
    form.check()
    return Pattern(frozenset((int(day), Half(half)) for day, _, half in ticked), hours), since


def read_hours(form: Form) -> Hours:
    """When and where a half-day takes place, or RuleBroken with what to mend."""
    starts_at, minutes = form.hour("starts_at"), _minutes(form, "minutes")
    setting = form.word("setting", Setting) or Setting.ON_SITE
    room = form.optional("room", limit=80)
    form.check()
    return Hours(starts_at, minutes, setting, room)


def typed_hours(form: Form) -> dict[str, str]:
    """What was typed about half-days."""
    return {name: form.text(name) for name in CALENDAR_LABELS}


def _minutes(form: Form, name: str) -> int:
    """The minutes typed, the usual ones when nothing was."""
    minutes = form.integer(name)
    return HALF_DAY_MINUTES if minutes is None else minutes


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}
