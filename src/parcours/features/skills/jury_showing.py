"""How titles read: a cohort’s table of blocks, a person’s titles and partial qualifications."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours import reference
from parcours.actions import certification_facts
from parcours.actions.certification_facts import Titles
from parcours.domain.certification import Result, Standing, standing
from parcours.features.skills import jury_store, store
from parcours.models import Certification
from parcours.web.deps import Visit


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet of somebody: its number and name, where they stand."""

    sheet: Certification
    standing: Standing

    @property
    def is_spoken_of(self) -> bool:
        """Whether any result says something of it."""
        return self.standing.title is not None or any(row.result for row in self.standing.blocks)


def table(visit: Visit, cohort_id: int, known: Titles, sheet: Certification) -> dict[str, Any]:
    """Everybody of a cohort on each block of a sheet, and on its title; two statements."""
    results = jury_store.of_cohort(visit.session, cohort_id)
    rows = [
        (person, _on(sheet, known, results.get(person.learner_id, [])))
        for person in store.people(visit.session, cohort_id)
    ]
    return {
        "blocks": known.blocks_of(sheet.id),
        "rows": rows,
        "titled": sum(found.is_titled for _, found in rows),
        "partial": sum(found.is_partial for _, found in rows),
        "due": [person for person, found in rows if found.is_due],
    }


def of_learner(visit: Visit, noted: list[jury_store.Noted]) -> list[ShownSheet]:
    """The sheets somebody has results on, and those their old blocks count toward."""
    if not noted:
        return []
    results = [item.result for item in noted]
    known = certification_facts.titles(visit.session, visit.actor)
    in_sight = {row.id for row in known.sheets}
    # A partner’s own title is told with the person’s file.
    missing = sorted({item.certification_id for item in results} - in_sight)
    if missing:
        known.sheets.extend(jury_store.sheets_of(visit.session, missing))
        blocks = map(certification_facts.as_block, jury_store.blocks_of(visit.session, missing))
        known.blocks.update({block.id: block for block in blocks})
    shown = [ShownSheet(sheet, _on(sheet, known, results)) for sheet in known.sheets]
    spoken = [item for item in shown if item.is_spoken_of]
    # The sheet that lasts is what one aims at: it comes before the one it replaced.
    return sorted(spoken, key=lambda item: item.sheet.valid_until or date.max, reverse=True)


def _on(sheet: Certification, known: Titles, results: list[Result]) -> Standing:
    return standing(sheet.id or 0, known.blocks, results, known.follows)


def shipped_beside(sheets: list[Certification]) -> list[reference.Code]:
    """The titles the product ships and nobody put to use yet."""
    known = {row.code for row in sheets}
    return [item for code, item in reference.certifications().items() if code not in known]
