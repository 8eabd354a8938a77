"""Certification of a cohort: who obtained what, a jury’s decisions entered for the group."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import certification_facts, juries
from parcours.actions.certification_facts import Aim
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.skills import jury_showing, store
from parcours.features.skills.jury_forms import (
    LABELS,
    OUTCOMES,
    empty,
    read_outcomes,
    read_sitting,
    typed,
    what_choices,
)
from parcours.models import Certification, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter(prefix="/promotions/{cohort_id}/certification")


@router.get("")
def certification(visit: RecordedReading, cohort_id: int, fiche: str = "") -> Response:
    """Each person on each block, the title apart."""
    return _page(visit, cohort_id, fiche)


@router.post("/jurys")
def record_jury(deed: Acting, cohort_id: int) -> Response:
    """Keep what a jury decided of the group."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.cohort(deed.session, deed.actor, cohort_id)
    fiche = deed.form.text("fiche")
    try:
        told = _record(deed, cohort_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, cohort_id, fiche, values=typed(deed.form), errors=refusal.errors)
    message = "Résultat enregistré." if told == 1 else f"{told} résultats enregistrés."
    return pages.done_once(deed, f"/promotions/{cohort_id}/certification?fiche={fiche}", message)


def _record(deed: Deed, cohort_id: int) -> int:
    sitting = read_sitting(deed.form, today=deed.today)
    group = [person.learner_id for person in store.people(deed.session, cohort_id)]
    outcomes = read_outcomes(deed.form, group)
    return juries.record_jury(
        deed.session, deed.actor, cohort_id, sitting, outcomes, today=deed.today
    )


def _page(
    visit: Visit,
    cohort_id: int,
    fiche: str,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    require(visit.actor, Capability.READ_LEARNERS)
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    known = certification_facts.titles(visit.session, visit.actor)
    aim = certification_facts.aim_of(visit.session, cohort, known.sheets)
    chosen = _chosen(known.sheets, fiche, aim)
    context: dict[str, Any] = {
        "cohort": cohort,
        "aim": aim,
        "sheet": chosen,
        "sheet_choices": [(row.code, f"{row.label} ({row.code})") for row in known.sheets],
        "can_assess": visit.actor.can(Capability.ASSESS_SKILLS),
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "labels": LABELS,
        "outcomes": OUTCOMES,
        "values": values or empty(visit.today),
        "errors": errors or {},
    }
    if chosen is not None:
        context |= jury_showing.table(visit, cohort_id, known, chosen)
        context["what_choices"] = what_choices([chosen], context["blocks"])
        audit.record_listing(visit.session, visit.actor, "skills", len(context["rows"]))
    return pages.page(visit, "skills/certification.html", context, status=422 if errors else 200)


def _chosen(sheets: list[Certification], fiche: str, aim: Aim | None) -> Certification | None:
    """The sheet asked for, else the one the curriculum aims at, when it is in use."""
    by_code = {row.code: row for row in sheets}
    return by_code.get(fiche) or (by_code.get(aim.sheet.code) if aim else None)
