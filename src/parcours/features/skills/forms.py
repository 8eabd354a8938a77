"""The forms of skills: what is said of a day, the levels of a group, a framework of one’s own."""

from datetime import date

from parcours.actions.skills import Said
from parcours.domain.errors import RuleBroken
from parcours.domain.skills import LEVELS, EvidenceSource, Moment
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
    "code": "Code",
    "label": "Nom",
    "skills": "Compétences",
}
LEVEL_CHOICES = [(str(level), f"{level}, {word}") for level, word in LEVELS.items()]
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
    )
    form.check()
    return said


def read_level(form: Form) -> int:
    """The level chosen, or RuleBroken."""
    level = form.integer("level")
    if level not in LEVELS:
        raise RuleBroken("Choisissez un niveau.", field="level")
    return level


def read_levels(form: Form, learners: list[int]) -> dict[int, int]:
    """The level of each person of a group: their own, else the one for everybody."""
    everybody = form.text("everybody")
    found: dict[int, int] = {}
    for learner_id in learners:
        text = form.text(f"level-{learner_id}") or everybody
        if not text or text == "skip":
            continue
        if not text.isdecimal() or int(text) not in LEVELS:
            raise RuleBroken("Choisissez un niveau de la liste.", field="everybody")
        found[learner_id] = int(text)
    return found


def read_skills(text: str) -> list[tuple[str, str]]:
    """« Domaine ; compétence » or a skill alone, one a line."""
    found = []
    for line in text.splitlines():
        domain, separator, label = (part.strip() for part in line.partition(";"))
        if domain or label:
            found.append((domain, label) if separator and label else ("", domain or label))
    return [(domain[:120], label[:200]) for domain, label in found]


def empty(today: date) -> dict[str, str]:
    """A form nobody filled yet: today."""
    return dict.fromkeys(LABELS, "") | {"assessed_on": typed_day(today), "source": "observed"}


def typed(form: Form) -> dict[str, str]:
    """What was typed."""
    return {name: form.text(name) for name in LABELS}
