"""The learner’s form: what a browser sends, as facts."""

from datetime import date

from parcours import reference
from parcours.actions.learners import LearnerFacts
from parcours.domain.district import district_code
from parcours.domain.identity import clean_name, looks_like_nir
from parcours.domain.words import ContactPreference, DistrictStatus, Gender
from parcours.web.forms import Form
from parcours.web.labels import LEARNER_LABELS as LABELS

POINT = {
    "latitude": "Latitude de l’adresse",
    "longitude": "Longitude de l’adresse",
}
NIR_MESSAGE = "N’écrivez jamais de numéro de sécurité sociale : Parcours n’en garde aucun."


def read_learner(form: Form, *, today: date) -> LearnerFacts:
    """The facts typed, or RuleBroken with one message per field to mend."""
    _refuse_nir(form)
    born_on = form.day("born_on", near=today)
    if born_on is None and "born_on" not in form.errors:
        form.errors["born_on"] = "Indiquez la date de naissance."
    code = district_code(form.text("qpv_code", limit=12))
    facts = LearnerFacts(
        birth_name=clean_name(
            form.required("birth_name", "Indiquez le nom de naissance.", limit=120)
        ),
        first_names=clean_name(form.required("first_names", "Indiquez le prénom.", limit=120)),
        born_on=born_on or today,
        usage_name=clean_name(form.text("usage_name", limit=120)) or None,
        gender=form.word("gender", Gender),
        phone=form.optional("phone", limit=40),
        email=form.optional("email", limit=254),
        address=form.optional("address", limit=300),
        postcode=form.optional("postcode", limit=10),
        city=form.optional("city", limit=120),
        contact_preference=form.word("contact_preference", ContactPreference),
        entry_status=form.one_of("entry_status", reference.entry_statuses()),
        education=form.one_of("education", reference.education_levels()),
        receives_rsa=form.yes_no("receives_rsa"),
        qpv_status=form.word("qpv_status", DistrictStatus),
        qpv_code=code or None,
        criteria=frozenset(form.all("criteria")),
    )
    if facts.email and "@" not in facts.email:
        form.errors["email"] = "Ce courriel n’est pas complet. Exemple : prenom.nom@exemple.fr"
    form.check()
    return facts


def read_point(form: Form) -> tuple[float, float] | None:
    """The point of the address, used to find the district and never kept; RuleBroken when half."""
    latitude, longitude = form.decimal("latitude"), form.decimal("longitude")
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        form.errors.setdefault(missing, "Donnez la latitude et la longitude, ou aucune des deux.")
    if latitude is not None and abs(latitude) > 90:
        form.errors.setdefault("latitude", "La latitude va de -90 à 90.")
    if longitude is not None and abs(longitude) > 180:
        form.errors.setdefault("longitude", "La longitude va de -180 à 180.")
    form.check()
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))


def _refuse_nir(form: Form) -> None:
    for name in LABELS:
        if looks_like_nir(form.text(name)):
            form.errors[name] = NIR_MESSAGE


def typed(form: Form) -> dict[str, object]:
    """What was typed, to show it again as it was."""
    values: dict[str, object] = {name: form.text(name) for name in (*LABELS, *POINT)}
    values["receives_rsa"] = form.yes_no("receives_rsa")
    values["criteria"] = form.all("criteria")
    return values


def stored(facts: LearnerFacts) -> dict[str, object]:
    """Stored facts as the form shows them."""
    values: dict[str, object] = {name: getattr(facts, name, None) for name in LABELS}
    values |= dict.fromkeys(POINT, "")
    values["born_on"] = facts.born_on.strftime("%d/%m/%Y")
    values["criteria"] = sorted(facts.criteria)
    return values


def choices() -> dict[str, list[tuple[str, str]]]:
    """The lists the form chooses from; sensitive publics are not offered."""
    criteria = reference.public_criteria()
    return {
        "gender": [(word.value, word.label) for word in Gender],
        "contact_preference": [(word.value, word.label) for word in ContactPreference],
        "qpv_status": [(word.value, word.label) for word in DistrictStatus],
        "entry_status": reference.options(reference.entry_statuses()),
        "education": reference.options(reference.education_levels()),
        "criteria": [
            (code, item.label)
            for code, item in criteria.items()
            if not item.flag("sensitive") and code not in {"RSA", "QPV"}
        ],
    }
