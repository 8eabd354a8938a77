"""The forms of a cohort and of its calendar."""

from datetime import date

from parcours.actions.cohorts import KINDS, CohortFacts
from parcours.domain.calendar import DAY_NAMES, Half
from parcours.domain.words import StepKind
from parcours.web.forms import Form

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


def read_pattern(form: Form) -> set[tuple[int, Half]]:
    """The half-days of the week ticked."""
    known = {code for code, _ in SLOTS}
    ticked = [code.partition("-") for code in form.all("slots") if code in known]
    return {(int(number), Half(half)) for number, _, half in ticked}


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}
