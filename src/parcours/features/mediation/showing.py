"""How activities read: their line, their people, what was corrected, a person’s hours."""

from dataclasses import dataclass
from typing import Any

from parcours import reference
from parcours.domain.identity import shown_name
from parcours.domain.mediation import ActivityKind, Autonomy, Part, Taking
from parcours.features.mediation.store import ActivityRow, PersonRow
from parcours.web.words import hours, plural

FIELDS = {
    "kind": "Nature",
    "theme": "Thème",
    "held_on": "Jour",
    "minutes": "Durée",
    "place": "Lieu",
    "title": "Titre",
    "heads": "Sans nom",
    "present": "Présence",
    "part": "Rôle",
    "autonomy": "Autonomie",
    "annulation": "Annulation",
}
WORDS: dict[str, Any] = {"kind": ActivityKind, "part": Part, "autonomy": Autonomy}


@dataclass(frozen=True, slots=True)
class FormRow:
    """Somebody the form offers, ticked or not, with what is already said of them."""

    id: int
    name: str
    person: PersonRow
    is_ticked: bool
    leads: bool
    autonomy: str


def form_rows(people: list[PersonRow], ticked: dict[int, Taking], common: str) -> list[FormRow]:
    """Those ticked first, then the others, each by name."""
    rows = [
        FormRow(
            person.id,
            person.name,
            person,
            person.id in ticked,
            person.id in ticked and ticked[person.id].part is Part.LEADS,
            _own_autonomy(ticked.get(person.id), common),
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: not row.is_ticked)


def _own_autonomy(taking: Taking | None, common: str) -> str:
    """Said of the person alone; what is said of everybody is not repeated on each line."""
    if taking is None or taking.autonomy is None or taking.autonomy.value == common:
        return ""
    return taking.autonomy.value


def who(row: ActivityRow) -> str:
    """Who was there, in a few words."""
    named = row.name or (plural(row.people, "personne") if row.people else "")
    heads = f"{row.heads} sans nom" if row.heads else ""
    return " et ".join(filter(None, (named, heads)))


def theme(code: str) -> str:
    """The label of a theme."""
    return reference.label(reference.act_themes(), code)


def changed(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Each correction in words: what, from what, to what, when, by whom, of whom."""
    return [
        {
            "what": FIELDS[name],
            "before": _words(name, before),
            "after": _words(name, after),
            "at": at,
            "by": by,
            "person": shown_name(birth, first, usage) if birth else "",
        }
        for name, before, after, at, by, birth, first, usage in rows
    ]


def _words(name: str, value: str | None) -> str:
    if value is None:
        return "rien"
    if name in WORDS:
        return str(WORDS[name](value).label)
    if name == "theme":
        return theme(value)
    return hours(int(value)) if name == "minutes" else value
