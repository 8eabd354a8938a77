"""Adéquation: every curriculum of the house beside the needs one may read, then one by one."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import coverage, coverage_runs, match_tallies
from parcours.domain.access import Capability, require
from parcours.domain.coverage_report import Scope
from parcours.features.coverage import overview, showing
from parcours.features.coverage.workbook import workbook
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Reading, RecordedReading, Visit

router = APIRouter()
SCOPES = {"cible": Scope.AIMED, "territoire": Scope.TERRITORY}
USUAL_HOURS, MOST_HOURS = 70, 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/adequation")
def curricula(visit: Reading) -> Response:
    """The curricula of the house, and what nobody here teaches."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    found = coverage.overview(visit.session, visit.actor.organisation_id, today=visit.today)
    without = match_tallies.uncovered(visit.session, visit.actor, visit.today)
    return pages.page(visit, "coverage/list.html", overview.context(found) | {"without": without})


@router.get("/adequation/{curriculum_id}")
def curriculum(
    visit: Reading, curriculum_id: int, promo: str = "", portee: str = "", heures: str = ""
) -> Response:
    """A curriculum beside the needs around the end of one of its cohorts."""
    study = _study(visit, curriculum_id, promo)
    scope = SCOPES.get(portee) or study.curriculum.usual_scope
    context = showing.context(study, scope) | {
        "scope_choices": [(code, one.label) for code, one in SCOPES.items()],
        "portee": next(code for code, one in SCOPES.items() if one is scope),
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "budget": showing.spent(study, scope, _hours(heures)),
    }
    return pages.page(visit, "coverage/curriculum.html", context)


@router.get("/adequation/{curriculum_id}/calculs")
def kept_runs(visit: Reading, curriculum_id: int) -> Response:
    """What was kept of a curriculum: how the figures moved, which allocations were proposed."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    row = visibility.curriculum(visit.session, visit.actor, curriculum_id)
    runs = coverage_runs.kept_runs(visit.session, visit.actor, curriculum_id)
    return pages.page(visit, "coverage/runs.html", {"curriculum": row} | showing.kept(runs))


@router.post("/adequation/{curriculum_id}/calculs")
def keep(deed: Acting, curriculum_id: int) -> Response:
    """Keep the comparison as it stands, to find it again and compare."""
    study = _study(deed, curriculum_id, deed.form.text("promo"))
    coverage_runs.keep_study(deed.session, deed.actor, study, today=deed.today)
    message = "Calcul gardé : il se refait à l’identique."
    return pages.done(f"/adequation/{curriculum_id}/calculs", message)


@router.get("/adequation/{curriculum_id}/classeur")
def download(visit: RecordedReading, curriculum_id: int, promo: str = "") -> Response:
    """The same figures as a workbook, both scopes in it; what leaves the house is kept."""
    study = _study(visit, curriculum_id, promo)
    run = coverage_runs.keep_study(visit.session, visit.actor, study, today=visit.today)
    name = f"adequation-{study.curriculum.code}-{visit.today.isoformat()}.xlsx"
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition}
    return Response(workbook(study, run.id), media_type=XLSX, headers=headers)


def _hours(text: str) -> int:
    """The hours typed, from 1 to a thousand; the usual ones when they are none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 5
    return min(max(int(text), 1), MOST_HOURS) if is_number else USUAL_HOURS


def _study(visit: Visit, curriculum_id: int, cohort: str) -> coverage.Study:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    return coverage.study(
        visit.session,
        visit.actor.organisation_id,
        curriculum_id,
        cohort_id=int(cohort) if cohort.isdecimal() else None,
        today=visit.today,
    )
