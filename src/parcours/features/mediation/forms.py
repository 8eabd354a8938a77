"""The form of an activity: what is said of it, who was there, who is named by a few letters."""

from dataclasses import dataclass, field

from parcours import reference
from parcours.actions.people import Found, find_people
from parcours.domain.mediation import (
    ActivityFacts,
    ActivityKind,
    Autonomy,
    Part,
    Taking,
    read_minutes,
)
from parcours.models import Activity
from parcours.web.deps import Deed
from parcours.web.forms import Form
from parcours.web.words import hours, typed_day

LABELS = {
    "kind": "Nature",
    "theme": "Thème",
    "minutes": "Durée",
    "other_minutes": "Autre durée",
    "held_on": "Jour",
    "place": "Lieu",
    "title": "Titre de l’atelier",
    "autonomy": "Autonomie",
    "names": "Personnes",
    "heads": "Sans laisser de nom",
    "reason": "Pourquoi",
}
QUICK = (15, 30, 45, 60, 90, 120, 180)
KINDS = [(kind.value, kind.label) for kind in ActivityKind]
AUTONOMIES = [(level.value, level.label) for level in Autonomy]
DURATIONS = [(str(minutes), hours(minutes)) for minutes in QUICK]
FIELDS = ("kind", "theme", "minutes", "other_minutes", "held_on", "place", "title", "autonomy",
          "names", "heads", "version", "back")  # fmt: skip
UNCLEAR = "« {} » n’est pas une durée claire. Écrivez par exemple 45 min ou 1 h 30."
NOBODY = "« {} » : aucune des personnes que vous voyez ne porte ce nom."
SEVERAL = "« {} » : plusieurs personnes portent ce nom, cochez la bonne dans la liste."


@dataclass(slots=True)
class Chosen:
    """Who a form is about: ticked with their part, found by name, to choose between."""

    people: dict[int, Taking] = field(default_factory=dict)
    to_choose: list[Found] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def read_facts(form: Form, deed: Deed) -> ActivityFacts:
    """What is said of the activity; what cannot be read is noted in the form."""
    theme = form.one_of("theme", reference.act_themes())
    if theme is None:
        form.errors.setdefault("theme", "Choisissez un thème de la liste.")
    return ActivityFacts(
        form.word("kind", ActivityKind) or ActivityKind.INDIVIDUAL,
        theme or "",
        form.day("held_on", near=deed.today) or deed.today,
        _minutes(form),
        form.optional("place", limit=120),
        form.optional("title", limit=120),
        form.integer("heads") or 0,
    )


def read_people(form: Form, deed: Deed) -> Chosen:
    """Those ticked, and those named one on a line; a name nobody or several bear is an error."""
    common = form.word("autonomy", Autonomy)
    chosen = Chosen({key: _taking(form, key, common) for key in ticked(form)})
    for line in filter(None, map(str.strip, form.text("names", limit=4000).splitlines())):
        found = find_people(deed.session, deed.actor, line, today=deed.today)
        if len(found) == 1:
            chosen.people.setdefault(found[0].id, Taking(Part.TAKES, common))
            continue
        chosen.to_choose += found
        chosen.left += [] if found else [line]
        form.errors.setdefault("names", (SEVERAL if found else NOBODY).format(line))
    return chosen


def ticked(form: Form) -> list[int]:
    """Identifiers of the people ticked."""
    return [int(text) for text in form.all("who") if text.isdecimal() and len(text) < 10]


def empty(last: Activity | None, today: str) -> dict[str, str]:
    """A new form: the length and the place of the last activity, everything else blank."""
    values = dict.fromkeys(FIELDS, "") | {"kind": ActivityKind.INDIVIDUAL.value, "held_on": today}
    return values | (_length(last.minutes) | {"place": last.place or ""} if last else {})


def stored(row: Activity) -> dict[str, str]:
    """What an activity says, as the form shows it."""
    return {
        **dict.fromkeys(FIELDS, ""),
        **_length(row.minutes),
        "kind": row.kind.value,
        "theme": row.theme,
        "held_on": typed_day(row.held_on),
        "place": row.place or "",
        "title": row.title or "",
        "heads": str(row.heads or ""),
        "version": str(row.version),
    }


def typed(form: Form) -> dict[str, str]:
    """What was typed, to show again."""
    return {name: form.text(name) for name in FIELDS}


def _length(minutes: int) -> dict[str, str]:
    is_quick = minutes in QUICK
    return {
        "minutes": str(minutes) if is_quick else "",
        "other_minutes": "" if is_quick else hours(minutes),
    }


def _minutes(form: Form) -> int:
    name = "other_minutes" if form.text("other_minutes") else "minutes"
    text = form.text(name)
    found = read_minutes(text)
    if found is None:
        form.errors[name] = UNCLEAR.format(text) if text else "Indiquez la durée."
    return found or 0


def _taking(form: Form, learner_id: int, common: Autonomy | None) -> Taking:
    if form.text(f"leads-{learner_id}"):
        return Taking(Part.LEADS)
    return Taking(Part.TAKES, form.word(f"autonomy-{learner_id}", Autonomy) or common)
