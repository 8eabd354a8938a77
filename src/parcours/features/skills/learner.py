"""A learner’s skills: levels with their history, progress, and a summary to print."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import skills
from parcours.actions.files import open_file
from parcours.domain.access import Capability
from parcours.domain.errors import RuleBroken
from parcours.domain.skills import LEVELS
from parcours.features.skills import jury_showing, jury_store, showing, store
from parcours.features.skills.forms import (
    LABELS,
    LEVEL_CHOICES,
    MOMENTS,
    ON_EIGHT,
    SOURCES,
    empty,
    read_level,
    read_said,
    typed,
)
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter(prefix="/apprenants/{learner_id}/competences")


@router.get("")
def of_learner(visit: RecordedReading, learner_id: int) -> Response:
    """Where the person stands, skill by skill, and what was said before."""
    return _page(visit, learner_id, empty(visit.today))


@router.post("")
def record(deed: Acting, learner_id: int) -> Response:
    """One more level."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        _record(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, learner_id, typed(deed.form), errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/competences", "Niveau enregistré.")


@router.post("/{evidence_id}/retrait")
def withdraw(deed: Acting, learner_id: int, evidence_id: int) -> Response:
    """Take back a level said by mistake."""
    reason = deed.form.text("reason", limit=200)
    try:
        deed.form.check()
        skills.withdraw(
            deed.session, deed.actor, learner_id, evidence_id, reason=reason, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        values = empty(deed.today) | {"reason": reason}
        return _page(deed, learner_id, values, errors=refusal.errors, withdrawn=evidence_id)
    return pages.done(f"/apprenants/{learner_id}/competences", "Niveau retiré.")


@router.get("/bilan")
def summary(visit: RecordedReading, learner_id: int) -> Response:
    """The summary of skills, to print and to hand over."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="skills")
    context = top(visit, opened, "/competences") | _levels(visit, learner_id)
    context["organisation"] = visit.actor.organisation_name
    return pages.page(visit, "skills/summary.html", context)


def _record(deed: Deed, learner_id: int) -> None:
    skill_id = deed.form.integer("skill")
    if skill_id is None:
        raise RuleBroken("Choisissez une compétence.", field="skill")
    level, scale = read_level(deed.form)
    said = read_said(deed.form, today=deed.today)
    skills.record_level(
        deed.session,
        deed.actor,
        learner_id,
        skill_id,
        level,
        said,
        today=deed.today,
        scale=scale,
    )


def _page(
    visit: Visit,
    learner_id: int,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    withdrawn: int | None = None,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="skills")
    can_assess = visit.actor.can(Capability.ASSESS_SKILLS)
    context = top(visit, opened, "/competences") | _levels(visit, learner_id)
    context |= {
        "can_assess": can_assess,
        "skill_choices": store.choices(visit.session, visit.actor) if can_assess else [],
        "level_groups": [("Quatre niveaux", LEVEL_CHOICES), ("Pix, DigComp", ON_EIGHT)],
        "withdrawn": withdrawn,
        "sources": SOURCES,
        "moments": MOMENTS,
        "labels": LABELS,
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/learner.html", context, status=422 if errors else 200)


def _levels(visit: Visit, learner_id: int) -> dict[str, Any]:
    told = store.of_learner(visit.session, learner_id)
    noted = jury_store.of_learner(visit.session, learner_id)
    return {
        "noted": noted,
        "titles": jury_showing.of_learner(visit, noted),
        "found": showing.of_learner(told),
        "taken_back": showing.taken_back(told),
        "levels": LEVELS,
    }
