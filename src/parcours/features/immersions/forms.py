"""The forms of immersions: what is agreed, hours missed, what a tutor says."""

import re
from datetime import date
from typing import Any

from parcours import reference
from parcours.actions.immersions import Opened
from parcours.actions.pathways import dates_of
from parcours.domain.errors import RuleBroken
from parcours.domain.immersions import (
    MOST_MISSED_MINUTES,
    Aim,
    Answer,
    Behaviour,
    Firm,
    ImmersionFacts,
    Said,
    Tutor,
    WouldHire,
    check_said,
)
from parcours.domain.intake_contacts import read_email
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

LABELS = {
    "firm_name": "Entreprise ou structure d’accueil",
    "firm_siret": "SIRET",
    "firm_city": "Commune",
    "firm_contact": "Qui appeler là-bas",
    "starts_on": "Premier jour",
    "ends_on": "Dernier jour",
    "weekly_hours": "Heures par semaine",
    "aim": "But de l’immersion",
    "objectives": "Ce que la personne y fera, ce qu’elle vient vérifier",
    "tutor_name": "Tuteur ou tutrice",
    "tutor_phone": "Téléphone du tuteur",
    "tutor_email": "Courriel du tuteur",
}
MISSED_LABELS = {
    "missed_on": "Jour",
    "missed_hours": "Heures manquées",
    "reason": "Motif",
}
SAID_LABELS = {
    **{behaviour.value: behaviour.label for behaviour in Behaviour},
    "would_hire": "Prendriez-vous cette personne dans votre équipe ?",
    "went_well": "Ce qui s’est bien passé",
    "to_work_on": "Ce qui reste à travailler",
    "name": "Nom et fonction de qui répond",
    "answered_on": "Rempli le",
}
AIMS = [(aim.value, aim.label) for aim in Aim]
ANSWERS = [(answer.value, answer.label) for answer in Answer]
WOULD_HIRE = [(word.value, word.label) for word in WouldHire]
HIRING = "Choisissez une réponse ; « Je ne sais pas » en est une."


def read_immersion(form: Form, *, today: date) -> tuple[ImmersionFacts, date, date]:
    """What is agreed, its first and its last day; RuleBroken with one message per field."""
    email = read_email(form.text("tutor_email", limit=254))
    if email.problem:
        form.errors["tutor_email"] = email.problem
    days = {name: form.day(name, near=today) for name in ("starts_on", "ends_on")}
    for name, day in days.items():
        if day is None:
            form.errors.setdefault(name, "Indiquez ce jour : une immersion a un début et une fin.")
    missing = "Indiquez le nom de l’entreprise ou de la structure d’accueil."
    firm = Firm(
        form.required("firm_name", missing, limit=160),
        re.sub(r"\s", "", form.text("firm_siret", limit=30)) or None,
        form.optional("firm_city", limit=120),
        form.optional("firm_contact", limit=200),
    )
    tutor = Tutor(
        form.optional("tutor_name", limit=120),
        form.optional("tutor_phone", limit=30),
        email.value,
    )
    hours, aim = form.decimal("weekly_hours"), form.word("aim", Aim)
    facts = ImmersionFacts(firm, tutor, hours, aim, form.optional("objectives", limit=2000))
    form.check()
    return facts, days["starts_on"] or today, days["ends_on"] or today


def typed(form: Form) -> dict[str, str]:
    """What was typed of an immersion."""
    return {name: form.text(name) for name in LABELS}


def empty() -> dict[str, str]:
    """A form nobody filled yet."""
    return dict.fromkeys(LABELS, "")


def stored(found: Opened) -> dict[str, Any]:
    """What is known of an immersion, as its form shows it."""
    dates = dates_of(found.step)
    values: dict[str, Any] = dict.fromkeys(LABELS, "")
    if found.row is not None:
        values = {name: getattr(found.row, name, None) or "" for name in LABELS}
        values["weekly_hours"] = decimal_number(found.row.weekly_hours)
    return values | {"starts_on": typed_day(dates.starts_on), "ends_on": typed_day(dates.ends_on)}


def read_missed(form: Form, *, today: date) -> tuple[date, int, str]:
    """The day, the minutes missed and the reason’s code; RuleBroken with what to mend."""
    day, hours = form.day("missed_on", near=today), form.decimal("missed_hours")
    if day is None:
        form.errors.setdefault("missed_on", "Indiquez le jour manqué.")
    if hours is None or not 0 <= hours * 60 <= MOST_MISSED_MINUTES:
        form.errors.setdefault("missed_hours", "Indiquez des heures d’une journée, entre 0 et 10.")
    reason = form.one_of("reason", reference.absence_reasons())
    if reason is None:
        form.errors.setdefault("reason", "Choisissez un motif de la liste.")
    form.check()
    return day or today, round((hours or 0) * 60), reason or ""


def read_said(form: Form) -> Said:
    """What a tutor says; the rule tells which answers are missing, all of them at once."""
    answers = {
        behaviour: answer
        for behaviour in Behaviour
        if (answer := form.word(behaviour.value, Answer)) is not None
    }
    would_hire = form.word("would_hire", WouldHire)
    if would_hire is None:
        form.errors.setdefault("would_hire", HIRING)
    said = Said(
        form.text("name", limit=120),
        answers,
        would_hire or WouldHire.UNKNOWN,
        form.optional("went_well", limit=2000),
        form.optional("to_work_on", limit=2000),
    )
    _check_all(form, said)
    return said


def said_typed(form: Form) -> dict[str, str]:
    """What was typed of an assessment."""
    return {name: form.text(name) for name in SAID_LABELS}


def said_empty(name: str = "", answered_on: date | None = None) -> dict[str, str]:
    """An assessment nobody filled yet, in the name of the tutor."""
    return dict.fromkeys(SAID_LABELS, "") | {"name": name, "answered_on": typed_day(answered_on)}


def _check_all(form: Form, said: Said) -> None:
    try:
        check_said(said)
    except RuleBroken as refusal:
        form.errors |= {name: form.errors.get(name, text) for name, text in refusal.errors.items()}
    form.check()
