"""Titres et blocs: the sheets in use with their end, those that ship, which block follows which."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import certification_facts, certifications, rncp
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.skills import jury_store
from parcours.features.skills.jury_forms import LABELS, SHEET_FIELDS, read_sheet, sheet_values
from parcours.features.skills.jury_showing import shipped_beside
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter(prefix="/certifications")


@router.get("")
def titles(visit: Reading, q: str = "", fiche: str = "") -> Response:
    """The titles in use; `q` looks for a sheet of the register, `fiche` takes one over."""
    return _page(visit, {}, words=q.strip()[:100], taken=fiche.strip()[:20])


@router.post("")
def create(deed: Acting) -> Response:
    """A title the product does not ship."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        facts, blocks = read_sheet(deed.form, today=deed.today)
        certifications.create_certification(deed.session, deed.actor, facts, blocks)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = {name: deed.form.text(name) for name in SHEET_FIELDS}
        return _page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, "/certifications", "Titre enregistré.")


@router.post("/usage")
def use(deed: Acting) -> Response:
    """Put to use, for everybody, a title that ships with the product."""
    require(deed.actor, Capability.MANAGE_COHORTS)
    if answer := pages.earlier_answer(deed):
        return answer
    certifications.use_certification(deed.session, deed.form.text("sheet"), deed.actor)
    return pages.done_once(
        deed, "/certifications", "Titre prêt, avec son référentiel de compétences."
    )


@router.post("/correspondances")
def say_equivalence(deed: Acting) -> Response:
    """A block of an old sheet counts as one of a newer sheet."""
    if answer := pages.earlier_answer(deed):
        return answer
    form = deed.form
    old, new = form.integer("old"), form.integer("new")
    try:
        if old is None or new is None:
            field = "old" if old is None else "new"
            raise RuleBroken("Choisissez un bloc.", field=field)
        certifications.say_equivalence(deed.session, deed.actor, old, new)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = {"old": form.text("old"), "new": form.text("new")}
        return _page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, "/certifications", "Correspondance notée.")


def _page(
    visit: Visit,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    words: str = "",
    taken: str = "",
) -> Response:
    require(visit.actor, Capability.READ_LEARNERS)
    if taken:
        values = sheet_values(rncp.sheets(visit.session, [taken]).get(taken)) | values
    known = certification_facts.titles(visit.session, visit.actor)
    numbers = {row.id: row.code for row in known.sheets}
    context: dict[str, Any] = {
        "sheets": [(row, known.blocks_of(row.id)) for row in known.sheets],
        "blocks": known.blocks,
        "follows": known.follows,
        "curricula": jury_store.curricula_of(visit.session, visit.actor.organisation_id),
        "block_choices": [
            (key, f"{numbers[item.certification_id]}, {item.label}")
            for key, item in known.blocks.items()
        ],
        "shipped": shipped_beside(known.sheets),
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "labels": LABELS,
        "values": dict.fromkeys((*SHEET_FIELDS, "old", "new"), "") | values,
        "errors": errors or {},
        "q": words,
        "found": rncp.search(visit.session, words) if words else [],
        "is_taken": bool(taken) and bool(values),
    }
    return pages.page(visit, "skills/titles.html", context, status=422 if errors else 200)
