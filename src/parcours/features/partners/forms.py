"""The forms of the directory: an organisation, an action, a date; what was typed, as facts."""

import re
from collections.abc import Mapping
from datetime import date

from parcours.actions import offers
from parcours.actions.directory import FIELDS as PARTNER_FIELDS
from parcours.actions.directory import PartnerFacts
from parcours.actions.offer_dates import DateFacts
from parcours.actions.offers import OfferFacts
from parcours.domain.agenda import read_hour
from parcours.domain.identity import clean_name
from parcours.domain.intake_contacts import read_email, read_postcode
from parcours.domain.partners import OfferEntry
from parcours.domain.words import StepKind
from parcours.web.forms import Form
from parcours.web.words import typed_day

PARTNER_LABELS = {
    "name": "Nom",
    "kind": "Nature",
    "siret": "SIRET",
    "activity_number": "Numéro de déclaration d’activité",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "phone": "Téléphone",
    "contact_email": "Courriel de contact",
    "is_another": "C’est une autre structure",
}
OFFER_LABELS = {
    "kind": "Nature de l’action",
    "title": "Intitulé",
    "what": "Ce qu’on y fait",
    "audience": "Pour qui",
    "age_min": "Âge minimum",
    "age_max": "Âge maximum",
    "rsa_only": "Réservée aux bénéficiaires du RSA",
    "qpv_only": "Réservée aux quartiers prioritaires (QPV)",
    "venue": "Lieu",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "entry": "Quand commencer",
    "starts_on": "Du",
    "ends_on": "Au",
    "schedule": "Horaires",
    "places": "Places",
    "contact": "Contact pour y entrer",
    "programme_id": "Programme",
}
DATE_LABELS = {
    "starts_on": "Jour",
    "from_time": "De",
    "to_time": "À",
    "place": "Lieu ce jour-là",
    "city": "Commune",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "places": "Places",
    "taken": "Places prises",
}


def read_partner(form: Form) -> PartnerFacts:
    """What was typed of an organisation (RuleBroken: one message per field to mend)."""
    email, postcode = read_email(form.text("contact_email")), read_postcode(form.text("postcode"))
    for name, mended in (("contact_email", email), ("postcode", postcode)):
        if mended.problem:
            form.errors[name] = mended.problem
    facts = PartnerFacts(
        name=clean_name(form.required("name", "Indiquez le nom de la structure.", limit=200)),
        kind=form.required("kind", "Choisissez la nature de la structure.", limit=40),
        city=form.optional("city", limit=120),
        contact_email=email.value,
        siret=re.sub(r"\s", "", form.text("siret", limit=30)) or None,
        phone=form.optional("phone", limit=40),
        address=form.optional("address", limit=200),
        postcode=postcode.value,
        activity_number=re.sub(r"\s", "", form.text("activity_number", limit=30)) or None,
    )
    form.check()
    return facts


def typed_partner(form: Form) -> dict[str, str]:
    """What was typed, to show it again."""
    return {name: form.text(name) for name in PARTNER_FIELDS}


def read_offer(form: Form, *, today: date) -> OfferFacts:
    """What was typed of an action (RuleBroken: one message per field to mend)."""
    kind, entry = form.word("kind", StepKind), form.word("entry", OfferEntry)
    for name, value in (("kind", kind), ("entry", entry)):
        if value is None:
            form.errors.setdefault(name, "Choisissez une valeur de la liste.")
    facts = OfferFacts(
        kind=kind or StepKind.WORKSHOP,
        title=clean_name(form.required("title", "Donnez un intitulé à l’action.", limit=200)),
        entry=entry or OfferEntry.DATED,
        what=form.optional("what", limit=2000),
        audience=form.optional("audience", limit=1000),
        age_min=form.integer("age_min"),
        age_max=form.integer("age_max"),
        rsa_only="rsa_only" in form.values,
        qpv_only="qpv_only" in form.values,
        venue=form.optional("venue", limit=200),
        address=form.optional("address", limit=200),
        postcode=form.optional("postcode", limit=10),
        city=form.optional("city", limit=120),
        latitude=_degrees(form, "latitude"),
        longitude=_degrees(form, "longitude"),
        starts_on=form.day("starts_on", near=today),
        ends_on=form.day("ends_on", near=today),
        schedule=form.optional("schedule", limit=300),
        places=form.integer("places"),
        contact=form.optional("contact", limit=300),
        programme_id=form.integer("programme_id"),
    )
    form.check()
    return facts


def typed_offer(form: Form) -> dict[str, str]:
    """What was typed, to show it again."""
    return {name: form.text(name) for name in offers.FIELDS}


def offer_values(facts: Mapping[str, object]) -> dict[str, str]:
    """An action as its form shows it."""
    return {name: _written(facts[name]) for name in offers.FIELDS}


def read_date(form: Form, *, today: date) -> DateFacts:
    """What was typed of a date (RuleBroken: one message per field to mend)."""
    starts_on = form.day("starts_on", near=today)
    if starts_on is None:
        form.errors.setdefault("starts_on", "Indiquez le jour.")
    hours = {name: read_hour(form.text(name)) for name in ("from_time", "to_time")}
    for name, hour in hours.items():
        if hour is None and form.text(name):
            form.errors[name] = "Écrivez l’heure, par exemple 9 h 30."
    facts = DateFacts(
        starts_on=starts_on or today,
        from_time=hours["from_time"],
        to_time=hours["to_time"],
        place=form.optional("place", limit=200),
        city=form.optional("city", limit=120),
        latitude=_degrees(form, "latitude"),
        longitude=_degrees(form, "longitude"),
        places=form.integer("places"),
        taken=form.integer("taken") or 0,
    )
    form.check()
    return facts


def typed_date(form: Form) -> dict[str, str]:
    """What was typed, to show it again."""
    return {name: form.text(name) for name in DATE_LABELS}


def differences(
    theirs: Mapping[str, object] | None, mine: Mapping[str, str], labels: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What is stored now where it is not what was typed: (field, value)."""
    stored = {name: _written(value) for name, value in (theirs or {}).items()}
    return [(labels[name], value) for name, value in stored.items() if value != mine[name]]


def _degrees(form: Form, name: str) -> float | None:
    number = form.decimal(name)
    return None if number is None else float(number)


def _written(value: object) -> str:
    if isinstance(value, date):
        return typed_day(value)
    if isinstance(value, bool):
        return "oui" if value else ""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",")
    return "" if value is None else str(value)
