"""What a curriculum is for: the occupations it prepares, and its foundation modules."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import curriculum_aims
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.curricula import store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import meanwhile

router = APIRouter()
CHANGED = meanwhile("Quelqu’un", "a changé ce cursus")
LABELS = {"occupations": "Métiers visés", "foundations": "Modules du socle"}


@router.get("/cursus/{curriculum_id}/visees")
def aims(visit: Reading, curriculum_id: int) -> Response:
    """The occupations aimed at and the modules of the foundation, to change."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _page(visit, curriculum_id)


@router.post("/cursus/{curriculum_id}/visees")
def set_aims(deed: Acting, curriculum_id: int) -> Response:
    """Keep them."""
    try:
        _keep(deed, curriculum_id)
    except RuleBroken as refusal:
        return _again(deed, curriculum_id, refusal, 422)
    except EditConflict:
        return _again(deed, curriculum_id, RuleBroken(CHANGED), 409)
    return pages.done(f"/adequation/{curriculum_id}", "Métiers visés et socle enregistrés.")


def _keep(deed: Deed, curriculum_id: int) -> None:
    deed.form.text("occupations", limit=400)
    deed.form.check()
    curriculum_aims.set_aims(
        deed.session,
        deed.actor,
        curriculum_id,
        rome_codes=_codes(deed),
        foundations={int(one) for one in deed.form.all("foundations") if one.isdecimal()},
        version=deed.form.integer("version") or 0,
    )


def _codes(deed: Deed) -> list[str]:
    text = deed.form.text("occupations").upper()
    return [code for code in re.split(r"[\s,;]+", text) if code]


def _again(deed: Deed, curriculum_id: int, refusal: RuleBroken, status: int) -> Response:
    pages.undo(deed)
    return _page(deed, curriculum_id, deed, refusal, status)


def _page(
    visit: Visit,
    curriculum_id: int,
    deed: Deed | None = None,
    refusal: RuleBroken | None = None,
    status: int = 200,
) -> Response:
    row = visibility.curriculum(visit.session, visit.actor, curriculum_id)
    modules = store.modules(visit.session, curriculum_id)
    occupations = store.occupations(visit.session, curriculum_id)
    stored = {
        "occupations": "\n".join(code for code, _label in occupations),
        "foundations": [str(number) for number, _name, is_one in modules if is_one],
    }
    typed = {
        "occupations": deed.form.text("occupations"),
        "foundations": deed.form.all("foundations"),
    } if deed else stored  # fmt: skip
    version = deed.form.integer("version") if deed and status == 422 else row.version
    context = {
        "curriculum": row,
        "version": version,
        "modules": [(str(number), name) for number, name, _is_one in modules],
        "occupations": occupations,
        "theirs": stored if status == 409 else None,
        "values": typed,
        "labels": LABELS,
        "errors": refusal.errors if refusal else {},
    }
    return pages.page(visit, "curricula/aims.html", context, status=status)
