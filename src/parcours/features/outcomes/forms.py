"""The forms of an exit, of a later situation, of an answer and of a try."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from parcours import reference
from parcours.actions.follow_ups import TryRecord
from parcours.actions.situations import SituationRecord
from parcours.domain.exit_checks import MOST_WEEKLY_HOURS
from parcours.domain.follow_ups import Teller, TryOutcome
from parcours.domain.identity import looks_like_nir
from parcours.domain.messages import Channel
from parcours.domain.outcomes import EmployerKind, Improvement, Qualification, SituationKind
from parcours.models import ExitSituation
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

LABELS = {
    "observed_on": "Date",
    "exited_on": "Date de sortie",
    "on": "Date",
    "situation": "Situation",
    "contract_type": "Contrat",
    "contract_starts_on": "Début du contrat ou de la formation",
    "contract_ends_on": "Fin du contrat ou de la formation",
    "employer": "Employeur",
    "siret": "SIRET de l’employeur",
    "employer_kind": "Sorte d’employeur",
    "weekly_hours": "Heures par semaine",
    "related_to_training": "En lien avec la formation",
    "qualification": "Certification obtenue",
    "qualified_on": "Obtenue le",
    "improvement": "Si la personne travaillait déjà à l’entrée",
    "proof": "Justificatif",
    "proof_seen_on": "Justificatif vu le",
    "told_by": "Dit par",
    "words": "Précisions",
    "need_id": "Besoin pourvu",
    "tried_on": "Jour de l’essai",
    "outcome": "Résultat",
    "channel": "Moyen",
}
DAYS = ("contract_starts_on", "contract_ends_on", "qualified_on", "proof_seen_on")
FIELDS = tuple(SituationRecord.__dataclass_fields__)
EXIT_FIELDS = ("exited_on", *FIELDS[1:])
# What is said at the exit and makes no sense later.
AT_EXIT_ONLY = {SituationKind.LEFT, SituationKind.NOT_DOCUMENTED, SituationKind.NO_NEWS}
Choices = dict[str, list[tuple[str, str]]]


def read_situation(form: Form, *, today: date, day_field: str = "observed_on") -> SituationRecord:
    """The situation typed, or RuleBroken with one message per field to mend."""
    observed_on = form.day(day_field, near=today)
    if observed_on is None and day_field not in form.errors:
        form.errors[day_field] = "Indiquez ce jour."
    starts_on, ends_on, qualified_on, seen_on = (form.day(name, near=today) for name in DAYS)
    if seen_on and seen_on > today:
        form.errors["proof_seen_on"] = "Un justificatif ne peut pas être vu dans l’avenir."
    record = SituationRecord(
        observed_on=observed_on or today,
        situation=form.one_of("situation", reference.exit_types()),
        contract_type=form.one_of("contract_type", reference.contract_types()),
        contract_starts_on=starts_on,
        contract_ends_on=ends_on,
        employer=form.optional("employer", limit=200),
        siret=form.text("siret").replace(" ", "") or None,
        employer_kind=form.word("employer_kind", EmployerKind),
        weekly_hours=_hours(form),
        related_to_training=form.yes_no("related_to_training"),
        qualification=form.word("qualification", Qualification),
        qualified_on=qualified_on,
        improvement=form.word("improvement", Improvement),
        proof=form.optional("proof", limit=200),
        proof_seen_on=seen_on,
        told_by=form.word("told_by", Teller),
        words=form.optional("words", limit=1000),
        need_id=form.integer("need_id"),
    )
    _refuse_nir(form)
    form.check()
    return record


def read_try(form: Form, *, today: date) -> TryRecord:
    """The try typed, or RuleBroken."""
    tried_on = form.day("tried_on", near=today)
    outcome = form.word("outcome", TryOutcome)
    if outcome is None:
        form.errors.setdefault("outcome", "Dites ce que l’essai a donné.")
    record = TryRecord(
        tried_on or today,
        outcome or TryOutcome.NO_ANSWER,
        form.word("channel", Channel),
        form.optional("words", limit=300),
    )
    _refuse_nir(form)
    form.check()
    return record


def typed(form: Form) -> dict[str, Any]:
    """What was typed."""
    values: dict[str, Any] = {name: form.text(name) for name in LABELS}
    return values | {"related_to_training": form.yes_no("related_to_training")}


def stored(row: ExitSituation | SituationRecord) -> dict[str, Any]:
    """A situation, stored or drafted, as the form shows it."""
    values: dict[str, Any] = dict.fromkeys(LABELS, "")
    values |= {name: getattr(row, name) for name in FIELDS}
    days = {name: typed_day(getattr(row, name)) for name in ("observed_on", *DAYS)}
    hours = decimal_number(row.weekly_hours)
    need = str(row.need_id or "")
    return (
        values | days | {"need_id": need, "weekly_hours": hours, "exited_on": days["observed_on"]}
    )


def empty(day: date, **more: Any) -> dict[str, Any]:
    """A form nobody filled yet, on a day."""
    values: dict[str, Any] = dict.fromkeys(LABELS, "")
    days = dict.fromkeys(("observed_on", "exited_on", "tried_on"), typed_day(day))
    return values | {"related_to_training": None} | days | more


def choices(*, at_exit: bool = True) -> Choices:
    """The lists the forms choose from."""
    types = reference.exit_types()
    shown = {
        code: item
        for code, item in types.items()
        if at_exit or SituationKind(item.extra["situation"]) not in AT_EXIT_ONLY
    }
    return {
        "situation": reference.options(shown),
        "contract_type": reference.options(reference.contract_types()),
        "employer_kind": _words(EmployerKind),
        "qualification": _words(Qualification),
        "improvement": _words(Improvement),
        "told_by": _words(Teller),
        "outcome": _words(TryOutcome),
        "channel": _words(Channel),
    }


def _hours(form: Form) -> Decimal | None:
    hours = form.decimal("weekly_hours")
    if hours is not None and not 0 < hours <= MOST_WEEKLY_HOURS:
        form.errors["weekly_hours"] = "Indiquez des heures par semaine, entre 1 et 60."
    return hours


def _refuse_nir(form: Form) -> None:
    for name in ("words", "proof", "employer"):
        if looks_like_nir(form.text(name)):
            form.errors[name] = "Un numéro de sécurité sociale ne s’écrit nulle part."


def _words(words: Iterable[Any]) -> list[tuple[str, str]]:
    return [(word.value, word.label) for word in words]
