"""The forms of a relay: proposing, accepting, declining."""

from dataclasses import dataclass
from datetime import date

from parcours.actions.pathways import StepFacts
from parcours.actions.relays import Proposal
from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.relays import DeclineReason
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Cohort
from parcours.web.forms import Form
from parcours.web.words import long_day, typed_day

LABELS = {
    "receiver": "Structure",
    "kind": "Nature",
    "title": "Intitulé",
    "planned_start_on": "Début proposé",
    "planned_end_on": "Fin proposée",
    "reason": "Pourquoi cette suite",
    "agreement": "Accord de la personne",
}
ANSWER_LABELS = {
    "starts_on": "Premier jour",
    "ends_on": "Dernier jour",
    "reason": "Raison",
    "words": "Précisions",
    "question": "Votre question",
    "reply": "Votre réponse",
    "withdrawal": "Pourquoi",
    "name": "Votre nom",
    "code": "Code",
}
KINDS = [(kind.value, kind.label) for kind in StepKind if kind.covers]
REASONS = [(reason.value, reason.label) for reason in DeclineReason]
NOT_YET = "not_yet"
AGREEMENTS = [
    (SharingMedium.PAPER.value, "Oui, par écrit"),
    (SharingMedium.ORAL.value, "Oui, de vive voix, avec témoin"),
    (NOT_YET, "Pas encore : la structure répondra sans voir la fiche"),
]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The dates and the words of an acceptance."""

    starts_on: date | None
    ends_on: date | None
    words: str | None


def read_proposal(form: Form, *, today: date) -> Proposal:
    """The relay typed, or RuleBroken with one message per field to mend."""
    kind = form.word("kind", StepKind)
    if kind is None:
        form.errors.setdefault("kind", "Choisissez la nature de l’étape.")
    receiver = form.integer("receiver")
    if receiver is None:
        form.errors.setdefault("receiver", "Choisissez une structure partenaire.")
    start = form.day("planned_start_on", near=today)
    if start is None and "planned_start_on" not in form.errors:
        form.errors["planned_start_on"] = "Indiquez quand l’étape peut commencer."
    end = form.day("planned_end_on", near=today)
    reason = form.required(
        "reason",
        "Dites pourquoi cette suite convient : c’est ce que lira la structure.",
        limit=2000,
    )
    agreement = form.one_of("agreement", [code for code, _ in AGREEMENTS])
    if agreement is None:
        form.errors.setdefault("agreement", "Dites si la personne est d’accord.")
    title = form.text("title", limit=200) or (kind.label if kind else "")
    cohort_id = form.integer("cohort")
    form.check()
    medium = SharingMedium(agreement) if agreement in set(SharingMedium) else None
    facts = StepFacts(kind or StepKind.WORKSHOP, title, StepDates(start or today, end))
    return Proposal(receiver or 0, facts, reason, medium, cohort_id)


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in (*LABELS, "cohort")}


def empty(cohort: Cohort | None, today: date) -> dict[str, str]:
    """A form nobody filled yet, or that proposes a cohort."""
    values = dict.fromkeys((*LABELS, "cohort"), "")
    if cohort is None:
        return values
    return values | {
        "cohort": str(cohort.id),
        "receiver": str(cohort.organisation_id),
        "kind": cohort.kind.value,
        "title": cohort.name,
        "planned_start_on": typed_day(max(cohort.starts_on, today)),
        "planned_end_on": typed_day(cohort.ends_on),
        "reason": usual_reason(max(cohort.starts_on, today)),
    }


def usual_reason(starts_on: date | None) -> str:
    """Why what was found may follow, to correct or complete: what everybody may read."""
    if starts_on is None:
        return ""
    return f"Commence le {long_day(starts_on)}, pour ne pas laisser de jours sans étape."


def read_acceptance(form: Form, *, today: date) -> Acceptance:
    """The dates one accepts with, or RuleBroken."""
    starts_on = form.day("starts_on", near=today)
    ends_on = form.day("ends_on", near=today)
    words = form.optional("words", limit=2000)
    form.check()
    return Acceptance(starts_on, ends_on, words)


def read_refusal(form: Form) -> tuple[DeclineReason | None, str | None]:
    """The reason of a refusal and its words, or RuleBroken."""
    reason = form.word("reason", DeclineReason)
    words = form.optional("words", limit=2000)
    form.check()
    return reason, words


def answer_errors(refusal: RuleBroken) -> dict[str, str]:
    """The messages of a refused answer, by the fields of its form."""
    fields = {"planned_start_on": "starts_on", "planned_end_on": "ends_on"}
    named = {fields.get(name, name): text for name, text in refusal.errors.items()}
    return {name if name in ANSWER_LABELS else "": text for name, text in named.items()}
