"""Compétences of a cohort: the grid, a skill for the whole group, progress."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import frameworks, skills
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.skills import showing, store
from parcours.features.skills.forms import (
    LABELS,
    MOMENTS,
    SOURCES,
    choices_of,
    empty,
    read_levels,
    read_said,
    typed,
)
from parcours.models import Skill, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter(prefix="/promotions/{cohort_id}/competences")


@router.get("")
def grid(visit: RecordedReading, cohort_id: int, referentiel: str = "") -> Response:
    """Each person’s last level on each skill."""
    context, chosen = _cohort(visit, cohort_id, referentiel)
    if chosen:
        context |= showing.grid(visit.session, cohort_id, chosen)
        audit.record_listing(visit.session, visit.actor, "skills", len(context["rows"]))
    return pages.page(visit, "skills/grid.html", context)


@router.get("/progres")
def progress(visit: RecordedReading, cohort_id: int, referentiel: str = "") -> Response:
    """From entry to exit, on what was seen both times."""
    context, chosen = _cohort(visit, cohort_id, referentiel)
    rows = showing.progresses(visit.session, cohort_id, chosen) if chosen else []
    audit.record_listing(visit.session, visit.actor, "skills", len(rows))
    context |= {"rows": rows, "average": showing.average(rows)}
    return pages.page(visit, "skills/progress.html", context)


@router.get("/{skill_id}")
def group_form(visit: RecordedReading, cohort_id: int, skill_id: int) -> Response:
    """One skill, the whole group."""
    require(visit.actor, Capability.ASSESS_SKILLS)
    return _group_page(visit, cohort_id, skill_id, empty(visit.today))


@router.post("/{skill_id}")
def assess_group(deed: Acting, cohort_id: int, skill_id: int) -> Response:
    """Keep the levels of a group."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.cohort(deed.session, deed.actor, cohort_id)
    skill = skills.visible_skill(deed.session, deed.actor, skill_id)
    try:
        told = _record(deed, cohort_id, skill)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = typed(deed.form) | deed.form.starting_with("level-")
        return _group_page(deed, cohort_id, skill_id, values, errors=refusal.errors)
    url = f"/promotions/{cohort_id}/competences?referentiel={skill.framework}"
    message = "Niveau enregistré." if told == 1 else f"{told} niveaux enregistrés."
    return pages.done_once(deed, url, message)


def _record(deed: Deed, cohort_id: int, skill: Skill) -> int:
    group = [person.learner_id for person in store.people(deed.session, cohort_id)]
    scale = skills.scale_of(deed.session, skill)
    levels = read_levels(deed.form, group, scale)
    said = read_said(deed.form, today=deed.today)
    return skills.record_group(
        deed.session,
        deed.actor,
        cohort_id,
        skill.id or 0,
        levels,
        said,
        today=deed.today,
        scale=scale,
    )


def _cohort(visit: Visit, cohort_id: int, asked: str) -> tuple[dict[str, Any], str]:
    """The cohort, the frameworks, the one to show: asked for, else last used, else the first."""
    require(visit.actor, Capability.READ_LEARNERS)
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    found = frameworks.usable(visit.session, visit.actor)
    codes = [row.code for row in found]
    wished = asked if asked in codes else frameworks.last_used(visit.session, cohort_id)
    chosen = wished if wished and wished in codes else (codes[0] if codes else "")
    context: dict[str, Any] = {
        "cohort": cohort,
        "frameworks": found,
        "framework_choices": [(row.code, row.label) for row in found],
        "chosen": chosen,
        "can_assess": visit.actor.can(Capability.ASSESS_SKILLS),
    }
    return context, chosen


def _group_page(
    visit: Visit,
    cohort_id: int,
    skill_id: int,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    skill = skills.visible_skill(visit.session, visit.actor, skill_id)
    people = store.people(visit.session, cohort_id)
    levels = store.latest_levels(visit.session, cohort_id, skill.framework)
    audit.record_listing(visit.session, visit.actor, "skills", len(people))
    context: dict[str, Any] = {
        "cohort": cohort,
        "skill": skill,
        "rows": [(person, levels.get((person.learner_id, skill_id))) for person in people],
        "labels": LABELS,
        "level_choices": choices_of(skills.scale_of(visit.session, skill)),
        "sources": SOURCES,
        "moments": MOMENTS,
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/group.html", context, status=422 if errors else 200)
