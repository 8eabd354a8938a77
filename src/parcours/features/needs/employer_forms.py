"""The forms of employers: what was typed, as facts."""

import re
from collections.abc import Mapping

from parcours.actions.directory import PartnerFacts
from parcours.actions.employers import KIND, Contact, SiteFacts
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import clean_name
from parcours.domain.intake_contacts import read_email, read_postcode
from parcours.domain.needs import EmployerSize, naf_code
from parcours.features.needs.forms import written
from parcours.web.forms import Form

EMPLOYER_LABELS = {
    "name": "Nom",
    "siret": "SIRET",
    "naf": "Code NAF",
    "size": "Taille",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "phone": "Téléphone de l’entreprise",
    "contact_email": "Courriel de l’entreprise",
    "contact_name": "Personne à qui parler",
    "contact_phone": "Sa ligne directe",
    "is_another": "C’est une autre entreprise",
    "label": "Nom du lieu",
    "commune_code": "Code commune (Insee)",
    "latitude": "Latitude",
    "longitude": "Longitude",
}
EMPLOYER_FIELDS = ("name", "siret", "naf", "size", "address", "postcode", "city", "phone",
                   "contact_email", "contact_name", "contact_phone")  # fmt: skip
SITE_FIELDS = ("label", "address", "postcode", "city", "commune_code", "latitude", "longitude")
SIZES = [(word.value, word.label) for word in EmployerSize]


def read_employer(form: Form) -> PartnerFacts:
    """What was typed of an employer’s entry of the directory."""
    email, postcode = read_email(form.text("contact_email")), read_postcode(form.text("postcode"))
    for name, mended in (("contact_email", email), ("postcode", postcode)):
        if mended.problem:
            form.errors[name] = mended.problem
    facts = PartnerFacts(
        name=clean_name(form.required("name", "Indiquez le nom de l’employeur.", limit=200)),
        kind=KIND,
        city=form.optional("city", limit=120),
        contact_email=email.value,
        siret=re.sub(r"\s", "", form.text("siret", limit=30)) or None,
        phone=form.optional("phone", limit=40),
        address=form.optional("address", limit=200),
        postcode=postcode.value,
    )
    form.check()
    return facts


def read_contact(form: Form) -> Contact:
    """What was typed of what one’s organisation alone knows."""
    try:
        naf = naf_code(form.text("naf", limit=10))
    except RuleBroken as refusal:
        naf, form.errors["naf"] = None, refusal.errors["naf"]
    contact = Contact(
        naf,
        form.word("size", EmployerSize),
        form.optional("contact_name", limit=120),
        form.optional("contact_phone", limit=40),
    )
    form.check()
    return contact


def read_site(form: Form) -> SiteFacts:
    """What was typed of a place of work."""
    postcode = read_postcode(form.text("postcode"))
    if postcode.problem:
        form.errors["postcode"] = postcode.problem
    latitude, longitude = form.decimal("latitude"), form.decimal("longitude")
    facts = SiteFacts(
        form.text("label", limit=120),
        form.optional("address", limit=200),
        postcode.value,
        form.optional("city", limit=120),
        form.optional("commune_code", limit=5),
        None if latitude is None else float(latitude),
        None if longitude is None else float(longitude),
    )
    form.check()
    return facts


def differences(theirs: Mapping[str, object], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is stored now: (field, value)."""
    return [(labels[name], written(value)) for name, value in theirs.items() if name in labels]
