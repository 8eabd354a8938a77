"""The fields of each missing thing: how they are asked on a row, read, and written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from parcours import reference
from parcours.actions import entry_answers, exits, learners, pathways, situations
from parcours.domain.access import Actor, Capability
from parcours.domain.district import district_code
from parcours.domain.entry_questions import Answer, Question
from parcours.domain.exit_checks import MOST_WEEKLY_HOURS
from parcours.domain.identity import looks_like_nir
from parcours.domain.outcomes import Qualification
from parcours.domain.quality import Lack
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import visibility
from parcours.web.deps import Deed
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

NIR = "Un numéro de sécurité sociale ne s’écrit nulle part."


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row: `kind` select, yes_no, day, hours or text; what to choose from."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 40


def _words(words: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((word.value, word.label) for word in words)


_STARTS = Field("contract_starts_on", "Début du contrat", "day")
_ENDS = Field("contract_ends_on", "Fin du contrat", "day")
_CODE = Field("qpv_code", "Code du quartier", "text", limit=12)
FILE = {
    Lack.GENDER: (Field("gender", "Genre", "select", _words(Gender)),),
    Lack.STATUS: (
        Field("entry_status", "Situation à l’entrée", "select",
              tuple(reference.options(reference.entry_statuses()))),
    ),
    Lack.LEVEL: (
        Field("education", "Niveau à l’entrée", "select",
              tuple(reference.options(reference.education_levels()))),
    ),
    Lack.BIRTH: (Field("born_on", "Date de naissance", "day"),),
    Lack.RSA: (Field("receives_rsa", "RSA à l’entrée", "yes_no"),),
    Lack.DISTRICT: (
        Field("qpv_status", "Habite un quartier prioritaire", "select", _words(DistrictStatus)),
        _CODE,
    ),
    Lack.DISTRICT_CODE: (_CODE,),
}  # fmt: skip
EXIT = {
    Lack.SITUATION: (
        Field("situation", "Situation à la sortie", "select",
              tuple(reference.options(reference.exit_types()))),
    ),
    Lack.CONTRACT: (
        Field("contract_type", "Contrat", "select",
              tuple(reference.options(reference.contract_types()))),
        _STARTS,
        _ENDS,
    ),
    Lack.CONTRACT_DATES: (_STARTS, _ENDS),
    Lack.WEEKLY_HOURS: (Field("weekly_hours", "Heures par semaine", "hours"),),
    Lack.PROOF: (
        Field("proof", "Justificatif", "text", limit=200),
        Field("proof_seen_on", "Vu le", "day"),
    ),
    Lack.QUALIFICATION: (
        Field("qualification", "Certification obtenue", "select", _words(Qualification)),
        Field("qualified_on", "Obtenue le", "day"),
    ),
}  # fmt: skip
START = {Lack.START: (Field("started_on", "A commencé le", "day"),)}
# Those of a list are what its agreement asks (`fields_of`).
ENTRY = {
    Lack.ENTRY_ANSWERS: tuple(
        Field(question.value, question.label, "select", _words(Answer)) for question in Question
    )
}
FIELDS = {**FILE, **EXIT, **START, **ENTRY}
# Without this one a form says nothing: what the row lacks.
MAIN = {
    Lack.DISTRICT: "qpv_status",
    Lack.CONTRACT: "contract_type",
    Lack.PROOF: "proof_seen_on",
}
NEEDS = {
    **dict.fromkeys(FILE, Capability.WRITE_LEARNERS),
    **dict.fromkeys(EXIT, Capability.RECORD_EXITS),
    **dict.fromkeys(START, Capability.WRITE_STEPS),
    **dict.fromkeys(ENTRY, Capability.ASK_AT_ENTRY),
}


def may_mend(actor: Actor, lack: Lack) -> bool:
    """Whether the actor’s role fills it on the spot."""
    return lack in NEEDS and actor.can(NEEDS[lack])


def fields_of(lack: Lack, asked: tuple[Question, ...]) -> tuple[Field, ...]:
    """The fields of a row; at entry, of the questions that are asked."""
    if lack not in ENTRY:
        return FIELDS[lack]
    return tuple(field for field in FIELDS[lack] if field.name in asked)


def shown(lack: Lack, row: Any) -> dict[str, str]:
    """What is already known of a row, as its fields show it."""
    return {field.name: _text(getattr(row, field.name, None)) for field in FIELDS.get(lack, ())}


def typed(form: Form, lack: Lack) -> dict[str, str]:
    """What was typed."""
    return {field.name: form.text(field.name) for field in FIELDS[lack]}


def mend(deed: Deed, lack: Lack, key: int) -> None:
    """Write what a row was given (RuleBroken, EditConflict, NotFound)."""
    if lack in ENTRY:
        _mend_entry(deed, key)
        return
    values = _read(deed.form, lack, deed.today)
    version = deed.form.integer("version") or 0
    deed.form.check()
    if lack in FILE:
        _mend_file(deed, key, values, version)
    elif lack in EXIT:
        _mend_exit(deed, key, values, version)
    else:
        pathways.confirm_start(deed.session, deed.actor, key, today=deed.today, **values)


def _mend_file(deed: Deed, key: int, values: dict[str, Any], version: int) -> None:
    session, actor, today = deed.session, deed.actor, deed.today
    row = visibility.own_learner(session, actor, key, today=today)
    asked = replace(learners.facts_of(session, row), **values)
    learners.edit_learner(session, actor, key, asked, version=version, today=today)


def _mend_entry(deed: Deed, key: int) -> None:
    form = deed.form
    answers = {item: form.word(item.value, Answer) for item in Question if item in form.values}
    version = form.integer("version") or 0
    form.check()
    record = entry_answers.Record(answers=answers)
    entry_answers.record_answers(
        deed.session, deed.actor, key, record, version=version, today=deed.today
    )


def _mend_exit(deed: Deed, key: int, values: dict[str, Any], version: int) -> None:
    session, actor, today = deed.session, deed.actor, deed.today
    visibility.exit_of(session, actor, key, today=today)
    first = situations.situations_of(session, [key])[key][0]
    asked = replace(situations.record_of(first), **values)
    exits.correct_exit(session, actor, key, asked, version=version, today=today)


def _read(form: Form, lack: Lack, today: date) -> dict[str, Any]:
    fields = FIELDS[lack]
    values = {field.name: _value(form, field, today) for field in fields}
    main = MAIN.get(lack, fields[0].name)
    if values[main] is None:
        form.errors.setdefault(main, "Remplissez ce champ, puis enregistrez.")
    seen_on = values.get("proof_seen_on")
    if seen_on is not None and seen_on > today:
        form.errors["proof_seen_on"] = "Un justificatif ne peut pas être vu dans l’avenir."
    return values


def _value(form: Form, field: Field, today: date) -> Any:
    if field.kind == "day":
        return form.day(field.name, near=today)
    if field.kind == "yes_no":
        return form.yes_no(field.name)
    if field.kind == "hours":
        return _hours(form, field.name)
    if field.kind == "select":
        return _chosen(form, field)
    text = form.optional(field.name, limit=field.limit)
    if text and looks_like_nir(text):
        form.errors[field.name] = NIR
    return district_code(text or "") or None if field.name == "qpv_code" else text


def _chosen(form: Form, field: Field) -> Any:
    code = form.one_of(field.name, [value for value, _ in field.options])
    words = {"gender": Gender, "qpv_status": DistrictStatus, "qualification": Qualification}
    return words[field.name](code) if code and field.name in words else code


def _hours(form: Form, name: str) -> Any:
    found = form.decimal(name)
    if found is not None and not 0 < found <= MOST_WEEKLY_HOURS:
        form.errors[name] = "Indiquez des heures par semaine, entre 1 et 60."
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return typed_day(value)
    return str(value) if isinstance(value, str) else decimal_number(value)
