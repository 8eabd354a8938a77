"""Adéquation: every curriculum of the house beside the needs one may read, then one by one."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import coverage
from parcours.domain.access import Capability, require
from parcours.domain.coverage_report import Scope
from parcours.features.coverage import overview, showing
from parcours.features.coverage.workbook import workbook
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter()
SCOPES = {"cible": Scope.AIMED, "territoire": Scope.TERRITORY}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/adequation")
def curricula(visit: Reading) -> Response:
    """The curricula of the house, and what nobody here teaches."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    found = coverage.overview(visit.session, visit.actor.organisation_id, today=visit.today)
    return pages.page(visit, "coverage/list.html", overview.context(found))


@router.get("/adequation/{curriculum_id}")
def curriculum(visit: Reading, curriculum_id: int, promo: str = "", portee: str = "") -> Response:
    """A curriculum beside the needs around the end of one of its cohorts."""
    study = _study(visit, curriculum_id, promo)
    scope = SCOPES.get(portee) or study.curriculum.usual_scope
    context = showing.context(study, scope) | {
        "cohorts": [(one.id, one.name) for one in study.curriculum.cohorts],
        "scope_choices": [(code, one.label) for code, one in SCOPES.items()],
        "portee": next(code for code, one in SCOPES.items() if one is scope),
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
    }
    return pages.page(visit, "coverage/curriculum.html", context)


@router.get("/adequation/{curriculum_id}/classeur")
def download(visit: Reading, curriculum_id: int, promo: str = "") -> Response:
    """The same figures as a workbook, both scopes in it."""
    study = _study(visit, curriculum_id, promo)
    name = f"adequation-{study.curriculum.code}-{visit.today.isoformat()}.xlsx"
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(workbook(study), media_type=XLSX, headers={"Content-Disposition": disposition})


def _study(visit: Visit, curriculum_id: int, cohort: str) -> coverage.Study:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    return coverage.study(
        visit.session,
        visit.actor.organisation_id,
        curriculum_id,
        cohort_id=int(cohort) if cohort.isdecimal() else None,
        today=visit.today,
    )
