"""The forms of needs and of employers: what was typed, as facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from parcours import reference
from parcours.actions.need_words import USUAL_LEVEL, Choice
from parcours.actions.needs import AskedWord
from parcours.domain.identity import clean_name
from parcours.domain.intake_need_words import skill_asked
from parcours.domain.needs import (
    SLOTS,
    AccessMode,
    Certainty,
    ClosingReason,
    Licence,
    Requirement,
    Terms,
    default_weight,
    slot_label,
)
from parcours.domain.words import LevelOfSkill
from parcours.web.forms import Form
from parcours.web.words import decimal_number, typed_day

LABELS = {
    "title": "Poste",
    "posts": "Nombre de postes",
    "certainty": "Ce recrutement est",
    "rome_code": "Code ROME",
    "contracts": "Contrats acceptés",
    "starts_on": "Prise de poste",
    "flex_days": "Souplesse, en jours",
    "weekly_hours": "Heures par semaine",
    "slots": "Demi-journées demandées",
    "are_slots_negotiable": "Ces demi-journées se négocient",
    "access_modes": "Comment venir sur place",
    "is_remote": "Entièrement à distance",
    "licence": "Permis",
    "licence_task": "Tâche qui demande de conduire",
    "hosts_immersion": "Une immersion est possible",
    "site_id": "Lieu de travail",
    "words": "Ce que dit l’employeur",
    "asked": "Compétences dans les mots de l’employeur",
    "is_shared": "Visible des autres structures du territoire",
    "skill-0": "Compétences",
    "reason": "Pourquoi",
    "name": "Votre nom et votre fonction",
    "answer": "Votre réponse",
}
NEED_FIELDS = tuple(Terms.__dataclass_fields__)
LEVELS = [(level.value, f"{level.value}, {level.label}") for level in LevelOfSkill]
WEIGHTS = [(str(weight), str(weight)) for weight in range(1, 6)]
CERTAINTIES = [(word.value, word.label) for word in Certainty]
MODES = [(word.value, word.label) for word in AccessMode]
LICENCES = [(word.value, word.label) for word in Licence]
REASONS = [(word.value, word.label) for word in ClosingReason]
WEEK = [(slot, slot_label(slot)) for slot in SLOTS[:12]]
SPARE_ROWS, FEWEST_ROWS = 3, 6
LISTED = ("contracts", "slots", "access_modes")
SKIP, CREATE = "skip", "new"
Typed = dict[str, Any]


def read_terms(form: Form, *, today: date) -> Terms:
    """What was typed of a need (RuleBroken: one message per field to mend)."""
    certainty = form.word("certainty", Certainty)
    licence = form.word("licence", Licence)
    posts = form.integer("posts")
    if posts is None:
        form.errors.setdefault("posts", "Indiquez le nombre de postes.")
    terms = Terms(
        title=clean_name(form.required("title", "Donnez le nom du poste.", limit=200)),
        posts=posts or 0,
        certainty=certainty or Certainty.FIRM,
        rome_code=form.text("rome_code", limit=5).upper() or None,
        contracts=tuple(form.all("contracts")),
        starts_on=form.day("starts_on", near=today),
        flex_days=form.integer("flex_days") or 0,
        weekly_hours=form.decimal("weekly_hours"),
        slots=tuple(form.all("slots")),
        are_slots_negotiable="are_slots_negotiable" in form.values,
        access_modes=tuple(form.all("access_modes")),
        is_remote="is_remote" in form.values,
        licence=licence,
        licence_task=form.optional("licence_task", limit=200),
        hosts_immersion="hosts_immersion" in form.values,
        site_id=form.integer("site_id"),
        words=form.optional("words", limit=4000),
    )
    form.check()
    return terms


def read_requirements(form: Form) -> list[Requirement]:
    """The skills chosen, in order; a row without a skill asks for nothing."""
    found: list[Requirement] = []
    rows = sorted(form.starting_with("skill-").items(), key=lambda row: row[0].zfill(6))
    for number, skill in rows:
        if not skill:
            continue
        is_essential = form.text(f"essential-{number}") != "non"
        level, weight = form.integer(f"level-{number}"), form.integer(f"weight-{number}")
        if not skill.isdecimal() or len(skill) > 9:
            form.errors["skill-0"] = "Choisissez des compétences de la liste."
            continue
        found.append(
            Requirement(
                int(skill),
                USUAL_LEVEL if level is None else level,
                default_weight(is_essential) if weight is None else weight,
                is_essential,
            )
        )
    form.check()
    return found


def read_words(form: Form) -> list[AskedWord]:
    """The employer’s words typed, one a line, with the level said in brackets."""
    lines = form.text("asked", limit=4000).replace(";", "\n").splitlines()
    found = [skill_asked(line, is_essential=True) for line in lines if line.strip()]
    return [AskedWord(item.text, item.level) for item in found if item.text]


def read_choices(form: Form) -> dict[int, Choice]:
    """What somebody makes of each word; a word nothing is said of goes on waiting."""
    found: dict[int, Choice] = {}
    for number, chosen in form.starting_with("word-").items():
        if not number.isdecimal() or not chosen:
            continue
        level = form.integer(f"level-{number}") or USUAL_LEVEL
        if chosen in {SKIP, CREATE}:
            found[int(number)] = Choice(None, level, is_new=chosen == CREATE)
        elif chosen.isdecimal() and len(chosen) < 10:
            found[int(number)] = Choice(int(chosen), level)
    form.check()
    return found


def need_values(terms: Terms) -> Typed:
    """A need as its form shows it."""
    values: Typed = {name: written(getattr(terms, name)) for name in NEED_FIELDS}
    return values | {name: getattr(terms, name) for name in LISTED} | {"asked": ""}


def typed_need(form: Form) -> Typed:
    """What was typed, to show it again."""
    values: Typed = {name: form.text(name) for name in NEED_FIELDS} | {"asked": form.text("asked")}
    values |= {name: form.all(name) for name in LISTED}
    return values | {"is_shared": "oui" if "is_shared" in form.values else ""}


def skill_rows(requirements: Sequence[Requirement]) -> list[dict[str, str]]:
    """The rows of skills of a form: those asked for, and some to fill."""
    rows = [
        {
            "skill": str(item.skill_id),
            "level": str(item.level),
            "weight": str(item.weight),
            "essential": "oui" if item.is_essential else "non",
        }
        for item in requirements
    ]
    return _with_spare(rows)


def typed_skills(form: Form) -> list[dict[str, str]]:
    """The rows of skills as typed."""
    numbers = sorted(form.starting_with("skill-"), key=lambda number: number.zfill(6))
    names = ("skill", "level", "weight", "essential")
    rows = [{name: form.text(f"{name}-{number}") for name in names} for number in numbers]
    return _with_spare([row for row in rows if row["skill"]])


def typed(form: Form, names: Sequence[str]) -> dict[str, str]:
    """Plain fields as typed."""
    return {name: form.text(name) for name in names}


def stored(row: object, names: Sequence[str]) -> dict[str, str]:
    """Stored fields as a form shows them."""
    return {name: written(getattr(row, name)) for name in names}


def contract_choices() -> list[tuple[str, str]]:
    """The contracts a need may accept."""
    jobs = reference.contract_types().items()
    return [(code, item.label) for code, item in jobs if item.flag("is_employment")]


def _with_spare(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    empty = {"skill": "", "level": "", "weight": "", "essential": "oui"}
    missing = max(SPARE_ROWS, FEWEST_ROWS - len(rows))
    return [*rows, *(dict(empty) for _ in range(missing))]


def written(value: object) -> str:
    """A stored value as a form shows it."""
    if isinstance(value, date):
        return typed_day(value)
    if isinstance(value, bool):
        return "oui" if value else ""
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",")
    if value is None or isinstance(value, tuple):
        return ""
    return value if isinstance(value, str) else _number(value)


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) else decimal_number(value)
