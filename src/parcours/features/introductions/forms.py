"""The forms of introductions: what was typed, as facts."""

from datetime import date

from parcours.actions.introduction_answers import Answer
from parcours.actions.introductions import Agreement
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import Act, EmployerReason, PersonReason, Way
from parcours.web.forms import Form

LABELS = {
    "person": "Personne",
    "proposal": "Pourquoi ce besoin",
    "said": "Ce qui a été dit, et la réponse de la personne",
    "agreed_on": "Accord donné le",
    "presentation": "Présentation que l’employeur lira",
    "agreed_way": "Accord recueilli",
    "way": "Comment",
    "answer": "Réponse",
    "on": "Jour de l’entretien, de l’essai ou de l’embauche",
    "reason": "Pourquoi ce n’est pas possible",
    "words": "Précisions",
    "name": "Nom et fonction",
    "person_reason": "Pourquoi",
    "person_words": "Précisions",
}
FILLED = "filled"
SAID = [
    (Act.INTERESTED.value, "Intéressé : souhaite rencontrer la personne"),
    (Act.MET.value, "A rencontré la personne"),
    (Act.TRIED.value, "Propose un essai ou une immersion"),
    (Act.HIRED.value, "Embauche la personne"),
    (Act.NOT_RETAINED.value, "Ne retient pas la personne"),
    (FILLED, "Le besoin est pourvu, il ne cherche plus"),
]
BY_LINK = [
    (Act.INTERESTED.value, "Je souhaite rencontrer cette personne"),
    (Act.MET.value, "Je l’ai rencontrée, la suite est en cours"),
    (Act.TRIED.value, "Je propose un essai ou une immersion"),
    (Act.HIRED.value, "Je l’embauche"),
    (Act.NOT_RETAINED.value, "Je ne la retiens pas"),
    (FILLED, "Le besoin est pourvu, je ne cherche plus"),
]
EMPLOYER_REASONS = [(reason.value, reason.label) for reason in EmployerReason]
PERSON_REASONS = [(reason.value, reason.label) for reason in PersonReason]
HEARD = [(way.value, way.label) for way in (Way.PAPER, Way.PHONE, Way.IN_PERSON)]
SENDING = [
    (Way.LINK.value, "Par le lien personnel, avec le code donné à part"),
    (Way.PAPER.value, "Par un courrier imprimé"),
    (Way.PHONE.value, "Par téléphone"),
    (Way.IN_PERSON.value, "De vive voix"),
]


def read_agreement(form: Form, *, today: date) -> Agreement:
    """The agreement typed (RuleBroken)."""
    agreed_on = form.day("agreed_on", near=today)
    if agreed_on is None:
        form.errors.setdefault("agreed_on", "Indiquez le jour de l’accord.")
    agreement = Agreement(
        form.text("said", limit=1000),
        agreed_on or today,
        form.text("presentation"),
        form.word("agreed_way", Way),
    )
    form.check()
    return agreement


def read_answer(form: Form, *, today: date, way: Way | None = None) -> Answer:
    """The answer typed, `way` being how it came when the form does not ask (RuleBroken)."""
    said = form.text("answer")
    is_filled = said == FILLED
    if said not in dict(SAID):
        form.errors["answer"] = "Choisissez une réponse."
    on = form.day("on", near=today)
    reason = form.word("reason", EmployerReason)
    words = form.optional("words", limit=500)
    heard = way or form.word("way", Way)
    if heard is None:
        form.errors.setdefault("way", "Dites comment la réponse est venue.")
    form.check()
    act = Act.NOT_RETAINED if is_filled else Act(said)
    return Answer(act, on, reason, words, heard or Way.LINK, is_filled)


def read_reason(form: Form) -> tuple[PersonReason | None, str | None]:
    """Why the person, or who follows them, stops here."""
    reason = form.word("person_reason", PersonReason)
    words = form.optional("person_words", limit=500)
    form.check()
    return reason, words


def renamed(refusal: RuleBroken, names: dict[str, str]) -> dict[str, str]:
    """The messages of a refusal, at the fields of this form."""
    return {names.get(field, field): text for field, text in refusal.errors.items()}
