"""The forms of skills: what is said of a day, the levels of a group, a framework of one’s own."""

import re
from datetime import date

from parcours.actions.skills import Said
from parcours.domain.errors import RuleBroken
from parcours.domain.skills import EIGHT, FOUR, LEVELS, EvidenceSource, Moment, four_levels
from parcours.web.forms import Form
from parcours.web.words import typed_day

LABELS = {
    "skill": "Compétence",
    "level": "Niveau",
    "everybody": "Pour toute la promotion",
    "assessed_on": "Jour",
    "source": "Comment on le sait",
    "moment": "Positionnement",
    "valid_until": "Valable jusqu’au",
    "note": "Ce qui le montre",
    "link": "Lien vers la preuve",
    "reason": "Pourquoi le retirer",
    "edition": "Version",
    "code": "Code",
    "label": "Nom",
    "skills": "Compétences",
}
LEVEL_CHOICES = [(str(level), f"{level}, {word}") for level, word in LEVELS.items()]
ON_EIGHT = [
    (f"8:{level}", f"{level} sur 8 : {LEVELS[four_levels(level, EIGHT)]}") for level in range(9)
]
SOURCES = [(source.value, source.label) for source in EvidenceSource]
MOMENTS = [(moment.value, moment.label) for moment in Moment]


def read_said(form: Form, *, today: date) -> Said:
    """What is said of levels, today when no day is; RuleBroken with what to mend."""
    said = Said(
        form.day("assessed_on", near=today) or today,
        form.word("source", EvidenceSource) or EvidenceSource.OBSERVED,
        form.word("moment", Moment),
        form.day("valid_until", near=today),
        form.optional("note", limit=1000),
        _link(form),
    )
    form.check()
    return said


def choices_of(scale: int) -> list[tuple[str, str]]:
    """The levels to choose from on a scale of four or eight."""
    return ON_EIGHT if scale == EIGHT else LEVEL_CHOICES


def read_level(form: Form) -> tuple[int, int]:
    """(level, scale) of the level chosen, « 3 » or « 8:3 »; RuleBroken when there is none."""
    found = _level(form.text("level"))
    if found is None:
        raise RuleBroken("Choisissez un niveau.", field="level")
    return found


def read_levels(form: Form, learners: list[int], scale: int) -> dict[int, int]:
    """The level of each person of a group on its scale: their own, else the one for everybody."""
    everybody = form.text("everybody")
    found: dict[int, int] = {}
    for learner_id in learners:
        text = form.text(f"level-{learner_id}") or everybody
        if not text or text == "skip":
            continue
        told = _level(text)
        if told is None or told[1] != scale:
            raise RuleBroken("Choisissez un niveau de la liste.", field="everybody")
        found[learner_id] = told[0]
    return found


def _level(text: str) -> tuple[int, int] | None:
    on_eight = text.removeprefix("8:")
    scale = EIGHT if on_eight != text else FOUR
    if not on_eight.isdecimal() or int(on_eight) > scale:
        return None
    return int(on_eight), scale


def _link(form: Form) -> str | None:
    """The address of what shows a level; only one that a browser opens."""
    link = form.optional("link", limit=500)
    if link and not re.match(r"https?://[^\s/]+\.[^\s]+$", link):
        form.errors["link"] = "Écrivez une adresse entière, par exemple https://exemple.fr/projet."
    return link


def read_skills(text: str) -> list[tuple[str, str]]:
    """« Domaine ; compétence » or a skill alone, one a line."""
    found = []
    for line in text.splitlines():
        domain, separator, label = (part.strip() for part in line.partition(";"))
        if domain or label:
            found.append((domain, label) if separator and label else ("", domain or label))
    return [(domain[:120], label[:200]) for domain, label in found]


def written_skills(skills: list[tuple[str, str]]) -> str:
    """The reverse of `read_skills`."""
    return "\n".join(f"{domain} ; {label}" if domain else label for domain, label in skills)


def empty(today: date) -> dict[str, str]:
    """A form nobody filled yet: today."""
    return dict.fromkeys(LABELS, "") | {"assessed_on": typed_day(today), "source": "observed"}


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}
