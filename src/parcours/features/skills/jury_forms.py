"""The forms of titles and juries."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from parcours.actions.certifications import SheetFacts
from parcours.actions.juries import Sitting
from parcours.actions.rncp import Sheet
from parcours.domain.certification import Block, JuryOutcome
from parcours.domain.errors import RuleBroken
from parcours.models import Certification
from parcours.web.forms import Form
from parcours.web.words import typed_day

LABELS = {
    "what": "Présenté devant le jury",
    "outcome": "Décision du jury",
    "jury_on": "Jour du jury",
    "note": "Précision",
    "code": "Numéro",
    "label": "Intitulé",
    "kind": "Sorte",
    "grade": "Niveau",
    "certifier": "Certificateur",
    "valid_until": "Fin d’enregistrement",
    "blocks": "Blocs",
    "old": "Bloc de l’ancienne fiche",
    "new": "Bloc de la nouvelle fiche",
}
OUTCOMES = [(outcome.value, outcome.label) for outcome in JuryOutcome]
TITLE = "titre"
SHEET_FIELDS = ("code", "label", "kind", "grade", "certifier", "valid_until", "blocks")


def what_choices(sheets: Iterable[Certification], blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """Each title, then each of its blocks, as « 3-titre » and « 3-12 »."""
    found, told = [], list(blocks)
    for sheet in sheets:
        name = f"{sheet.label} ({sheet.code})"
        found.append((f"{sheet.id}-{TITLE}", f"{name}, le titre entier"))
        found += [
            (f"{sheet.id}-{block.id}", f"{sheet.code}, {_short(sheet, block)} : {block.label}")
            for block in told
            if block.certification_id == sheet.id
        ]
    return found


def read_sitting(form: Form, *, today: date) -> Sitting:
    """The jury a form speaks of; RuleBroken with what to mend."""
    found = re.fullmatch(rf"(\d{{1,9}})-(\d{{1,9}}|{TITLE})", form.text("what"))
    if found is None:
        form.errors["what"] = "Choisissez un bloc, ou le titre."
    jury_on = form.day("jury_on", near=today)
    if jury_on is None:
        form.errors.setdefault("jury_on", "Indiquez le jour du jury.")
    note = form.optional("note", limit=500)
    form.check()
    if found is None or jury_on is None:
        raise RuleBroken("Choisissez un bloc, ou le titre.", field="what")
    block = None if found[2] == TITLE else int(found[2])
    return Sitting(int(found[1]), block, jury_on, note)


def sheet_values(sheet: Sheet | None) -> dict[str, str]:
    """A sheet of the register as the form of a title shows it; nothing when there is none."""
    if sheet is None:
        return {}
    blocks = [f"{code.removeprefix(sheet.code)} ; {label}" for code, label in sheet.blocks]
    return {
        "code": sheet.code,
        "label": sheet.label[:150],
        "grade": sheet.level or "",
        "valid_until": typed_day(sheet.ends_on),
        "blocks": "\n".join(blocks),
    }


def read_outcome(form: Form) -> JuryOutcome:
    """The decision chosen, or RuleBroken."""
    outcome = form.word("outcome", JuryOutcome)
    form.check()
    if outcome is None:
        raise RuleBroken("Choisissez une décision.", field="outcome")
    return outcome


def read_outcomes(form: Form, learners: list[int]) -> dict[int, JuryOutcome]:
    """The decision of each person of a group: their own, else the one for everybody."""
    everybody = form.text("everybody")
    found = {}
    for learner_id in learners:
        text = form.text(f"outcome-{learner_id}") or everybody
        if text and text != "skip":
            if text not in {outcome.value for outcome in JuryOutcome}:
                raise RuleBroken("Choisissez une décision de la liste.", field="everybody")
            found[learner_id] = JuryOutcome(text)
    return found


def read_sheet(form: Form, *, today: date) -> tuple[SheetFacts, list[tuple[str, str]]]:
    """A title of one’s own and its blocks; RuleBroken with what to mend."""
    code = form.required("code", "Donnez le numéro, par exemple RNCP39765.", limit=30)
    label = form.required("label", "Donnez l’intitulé.", limit=150)
    facts = SheetFacts(
        code.upper().replace(" ", ""),
        label,
        form.text("kind", limit=40) or "titre",
        form.integer("grade"),
        form.optional("certifier", limit=120),
        form.day("valid_until", near=today),
    )
    form.check()
    return facts, read_blocks(facts.code, form.text("blocks"))


def read_blocks(code: str, text: str) -> list[tuple[str, str]]:
    """« BC01 ; intitulé » or an intitulé alone, one a line; numbered when it says no number."""
    found = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        first, separator, label = (part.strip() for part in line.partition(";"))
        short = first.upper().replace(" ", "") if separator and label else f"BC{number:02d}"
        full = short if short.startswith(code) else f"{code}{short}"
        found.append((full[:60], (label or first)[:200]))
    return found


def empty(today: date, what: str = "") -> dict[str, str]:
    """A jury nobody noted yet: today’s."""
    return {"what": what, "jury_on": typed_day(today), "outcome": "", "note": "", "everybody": ""}


def typed(form: Form) -> dict[str, Any]:
    """What was typed, of the jury and of each person."""
    own = form.starting_with("outcome-")
    return {name: form.text(name) for name in empty(date.min)} | own


def _short(sheet: Certification, block: Block) -> str:
    return block.code.removeprefix(sheet.code)
