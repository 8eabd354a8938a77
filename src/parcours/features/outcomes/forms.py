"""The form of an exit."""

from datetime import date
from typing import Any

from parcours import reference
from parcours.actions.exits import ExitRecord
from parcours.models import Exit
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

LABELS = {
    "exited_on": "Date de sortie",
    "situation": "Situation à la sortie",
    "contract_type": "Contrat",
    "contract_starts_on": "Début du contrat",
    "contract_ends_on": "Fin du contrat",
    "employer": "Employeur",
    "weekly_hours": "Heures par semaine",
    "related_to_training": "En lien avec la formation",
    "proof": "Justificatif",
    "proof_seen_on": "Justificatif vu le",
}
DAYS = ("contract_starts_on", "contract_ends_on", "proof_seen_on")


def read_exit(form: Form, *, today: date) -> ExitRecord:
    """The exit typed, or RuleBroken with one message per field to mend."""
    exited_on = form.day("exited_on", near=today)
    if exited_on is None and "exited_on" not in form.errors:
        form.errors["exited_on"] = "Indiquez la date de sortie."
    starts_on, ends_on, seen_on = (form.day(name, near=today) for name in DAYS)
    hours = form.decimal("weekly_hours")
    if hours is not None and not 0 < hours <= 60:
        form.errors["weekly_hours"] = "Indiquez des heures par semaine, entre 1 et 60."
    if seen_on and seen_on > today:
        form.errors["proof_seen_on"] = "Un justificatif ne peut pas être vu dans l’avenir."
    record = ExitRecord(
        exited_on=exited_on or today,
        situation=form.one_of("situation", reference.exit_types()),
        contract_type=form.one_of("contract_type", reference.contract_types()),
        contract_starts_on=starts_on,
        contract_ends_on=ends_on,
        employer=form.optional("employer", limit=200),
        weekly_hours=hours,
        related_to_training=form.yes_no("related_to_training"),
        proof=form.optional("proof", limit=200),
        proof_seen_on=seen_on,
    )
    form.check()
    return record


def typed(form: Form) -> dict[str, Any]:
    """What was typed."""
    values: dict[str, Any] = {name: form.text(name) for name in LABELS}
    return values | {"related_to_training": form.yes_no("related_to_training")}


def drafted(record: ExitRecord) -> dict[str, Any]:
    """A form filled with what is known already; nothing of it is kept before somebody sends it."""
    return _shown(record)


def stored(row: Exit) -> dict[str, Any]:
    """A stored exit as the form shows it."""
    return _shown(row)


def _shown(row: Exit | ExitRecord) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in LABELS}
    days = {name: typed_day(getattr(row, name)) for name in ("exited_on", *DAYS)}
    return values | days | {"weekly_hours": decimal_number(row.weekly_hours)}


def empty(today: date) -> dict[str, Any]:
    """A form nobody filled yet."""
    values: dict[str, Any] = dict.fromkeys(LABELS, "")
    return values | {"related_to_training": None, "exited_on": typed_day(today)}


def choices() -> dict[str, list[tuple[str, str]]]:
    """The lists the form chooses from."""
    return {
        "situation": reference.options(reference.exit_types()),
        "contract_type": reference.options(reference.contract_types()),
    }
