"""The forms of matching: what a learner looks for, a wish, a contest, the parameters."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from parcours import reference
from parcours.domain.job_search import JobSearch, SaidBy
from parcours.domain.match_acts import ContestReason
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_rules import SHARES, MatchRules
from parcours.domain.needs import SLOTS, AccessMode, Licence, slot_label
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

Typed = dict[str, Any]
LABELS = {
    "available_from": "Disponible à partir du",
    "contracts": "Contrats acceptés",
    "modes": "Déplacements",
    "is_remote_only": "Ne peut travailler qu’à distance",
    "licences": "Permis de conduire",
    "slots": "Demi-journées possibles",
    "hours": "Heures par semaine",
    "hours_min": "Heures par semaine, au moins",
    "hours_max": "Heures par semaine, au plus",
    "latitude": "Latitude du point de départ",
    "longitude": "Longitude du point de départ",
    "point": "Point de départ",
    "said_by": "Qui le dit",
    "wish": "Souhait",
    "distance_km": "Distance jusqu’au lieu de travail, en km",
    "reason": "Ce qui n’est pas juste",
    "words": "Ce qu’il en est",
    "answer": "Réponse",
    "motive": "Pourquoi ce changement",
} | {f"radius-{mode.value}": f"Rayon {mode.label}, en km" for mode in AccessMode}
RULE_LABELS = {
    "child": "Une compétence plus précise vaut",
    "parent": "Une compétence plus générale vaut",
    "neighbour": "Une compétence voisine vaut",
    "most_children": "Voisines seulement si la famille a au plus (compétences)",
    "essential_share": "Part du score que les indispensables manquantes retirent",
    "grace_months": "Une compétence périssable reste entière pendant (mois)",
    "fading_months": "Puis elle baisse pendant (mois)",
    "fading_floor": "Jusqu’à valoir au moins",
    "ready_from": "« Prêt » à partir de",
    "with_support_from": "« Prêt avec appui » à partir de",
    "to_prepare_from": "« À préparer » à partir de",
    "essential_weight": "Poids proposé d’une indispensable",
    "wanted_weight": "Poids proposé d’une souhaitée",
}
SAID_BY = [(one.value, one.label) for one in SaidBy]
WISHES = [(one.value, one.label) for one in Wish]
REASONS = [(one.value, one.label) for one in ContestReason]
MODES = [(one.value, one.label) for one in AccessMode]
NO_LICENCE = "none"
LICENCES = [(one.value, one.label) for one in Licence] + [(NO_LICENCE, "aucun permis")]
WEEK = [(slot, slot_label(slot)) for slot in SLOTS[:12]]
LISTED = ("contracts", "licences", "slots")
PLAIN = ("available_from", "is_remote_only", "hours_min", "hours_max", "latitude", "longitude",
         "said_by")  # fmt: skip


def contract_choices() -> list[tuple[str, str]]:
    """The contracts of work a person may accept."""
    rows = reference.contract_types().items()
    return [(code, row.label) for code, row in rows]


def read_search(form: Form, *, today: date) -> JobSearch:
    """What was typed; a question left empty stays unasked (RuleBroken: what to mend)."""
    licences = form.all("licences")
    radius = {mode.value: form.integer(f"radius-{mode.value}") for mode in AccessMode}
    modes = {mode: limit for mode, limit in radius.items() if limit is not None}
    search = JobSearch(
        available_from=form.day("available_from", near=today),
        contracts=tuple(form.all("contracts")) or None,
        modes=modes or None,
        is_remote_only=form.yes_no("is_remote_only"),
        licences=tuple(one for one in licences if one != NO_LICENCE) if licences else None,
        slots=tuple(form.all("slots")) or None,
        hours=_hours(form),
        point=_point(form),
    )
    form.check()
    return search


def search_values(search: JobSearch) -> Typed:
    """A stored search, as the form shows it."""
    hours = search.hours or (None, None)
    point = search.point or ("", "")
    licences = search.licences
    remote = {True: "oui", False: "non"}
    values: Typed = {
        "available_from": typed_day(search.available_from),
        "is_remote_only": remote.get(search.is_remote_only) if search.is_remote_only is not None
        else "",
        "hours_min": decimal_number(hours[0]),
        "hours_max": decimal_number(hours[1]),
        "latitude": str(point[0]),
        "longitude": str(point[1]),
        "said_by": SaidBy.PERSON.value,
        "contracts": search.contracts or (),
        "licences": (NO_LICENCE,) if licences == () else (licences or ()),
        "slots": search.slots or (),
    }  # fmt: skip
    modes = search.modes or {}
    return values | {f"radius-{mode}": str(modes.get(mode, "")) for mode, _label in MODES}


def typed_search(form: Form) -> Typed:
    """What was typed, to show it again."""
    names = (*PLAIN, *(f"radius-{mode}" for mode, _label in MODES))
    values: Typed = {name: form.text(name) for name in names}
    return values | {name: form.all(name) for name in LISTED}


def read_rules(form: Form) -> MatchRules:
    """The parameters typed (RuleBroken: what cannot be read)."""
    values: dict[str, Any] = {}
    for name in RULE_LABELS:
        values[name] = _share(form, name) if name in SHARES else form.integer(name)
        if values[name] is None:
            form.errors.setdefault(name, "Indiquez une valeur.")
    form.check()
    return MatchRules(**values)


def rule_values(rules: MatchRules) -> dict[str, str]:
    """Parameters as the form shows them: shares as fractions."""
    facts: Mapping[str, Any] = {one.name: getattr(rules, one.name) for one in fields(rules)}
    return {name: str(facts[name]) for name in RULE_LABELS}


def _share(form: Form, name: str) -> Fraction | None:
    """A share typed « 3/4 », « 0,75 » or « 75 % »."""
    text = form.text(name).replace(",", ".").replace(" ", "").replace("\u202f", "")
    if not text:
        return None
    try:
        number = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        number = Fraction(-1)
    if number.denominator > 1000 or number < 0:
        form.errors[name] = "Écrivez une part, par exemple 3/4, 0,75 ou 75 %."
    return number


def _hours(form: Form) -> tuple[Decimal, Decimal] | None:
    least, most = form.decimal("hours_min"), form.decimal("hours_max")
    if (least is None) != (most is None):
        missing = "hours_min" if least is None else "hours_max"
        form.errors.setdefault(missing, "Donnez le moins et le plus, ou laissez les deux vides.")
    return None if least is None or most is None else (least, most)


def _point(form: Form) -> tuple[float, float] | None:
    latitude, longitude = form.decimal("latitude"), form.decimal("longitude")
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        form.errors.setdefault(missing, "Donnez la latitude et la longitude, ou aucune des deux.")
    if latitude is None or longitude is None:
        return None
    # Rounded to some hundred metres: enough for a distance, not the door of a home.
    return round(float(latitude), 3), round(float(longitude), 3)
