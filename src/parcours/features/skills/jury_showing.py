"""How titles read: a cohort’s table of blocks, a person’s titles and partial qualifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parcours import reference
from parcours.actions import certification_facts
from parcours.domain.certification import Block, Result, Standing, standing
from parcours.features.skills import jury_store, store
from parcours.models import Certification
from parcours.web.deps import Visit


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet of somebody: its number and name, where they stand."""

    sheet: Certification
    standing: Standing


def table(visit: Visit, cohort_id: int, sheet: Certification) -> dict[str, Any]:
    """Everybody of a cohort on each block of a sheet, and on its title; four statements."""
    blocks = certification_facts.known_blocks(visit.session, visit.actor)
    follows = certification_facts.follows(visit.session, visit.actor)
    results = jury_store.of_cohort(visit.session, cohort_id)
    rows = [
        (person, standing(sheet.id or 0, blocks, results.get(person.learner_id, []), follows))
        for person in store.people(visit.session, cohort_id)
    ]
    return {
        "blocks": [item for item in blocks.values() if item.certification_id == sheet.id],
        "rows": rows,
        "titled": sum(found.is_titled for _, found in rows),
        "partial": sum(found.is_partial for _, found in rows),
        "due": [person for person, found in rows if found.is_due],
    }


def of_learner(visit: Visit, noted: list[jury_store.Noted]) -> list[ShownSheet]:
    """The sheets somebody has results on, and those their old blocks count toward."""
    if not noted:
        return []
    follows = certification_facts.follows(visit.session, visit.actor)
    results = [item.result for item in noted]
    sheets, blocks = _around(visit, results, follows)
    shown = []
    for sheet in sheets:
        found = standing(sheet.id or 0, blocks, results, follows)
        if found.title is not None or any(item.result for item in found.blocks):
            shown.append(ShownSheet(sheet, found))
    return shown


def _around(
    visit: Visit, results: Sequence[Result], follows: dict[int, list[int]]
) -> tuple[list[Certification], dict[int, Block]]:
    """The sheets of the results and the newer ones in sight, and all their blocks."""
    blocks = certification_facts.known_blocks(visit.session, visit.actor)
    own = {item.certification_id for item in results}
    newer = {
        blocks[new].certification_id
        for new, olds in follows.items()
        if new in blocks and any(old in blocks for old in olds)
    }
    sheets = jury_store.sheets_of(visit.session, sorted(own | newer))
    missing = sorted(own - {item.certification_id for item in blocks.values()})
    # A partner’s own title is told with the person’s file.
    for row in jury_store.blocks_of(visit.session, missing) if missing else ():
        blocks[row.id or 0] = Block(
            row.id or 0, row.code, row.label, row.certification_id, row.is_option
        )
    return sheets, blocks


def shipped_beside(sheets: list[Certification]) -> list[reference.Code]:
    """The titles the product ships and nobody put to use yet."""
    known = {row.code for row in sheets}
    return [item for code, item in reference.certifications().items() if code not in known]
