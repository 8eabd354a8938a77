"""Trouver une suite: for one person, what could follow, the best first."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions.files import open_file
from parcours.actions.finder import find_next_steps
from parcours.domain.access import Capability, require
from parcours.features.finder.showing import shown
from parcours.web import pages
from parcours.web.deps import RecordedReading
from parcours.web.learner_file import top

router = APIRouter()


@router.get("/apprenants/{learner_id}/suite")
def next_steps(visit: RecordedReading, learner_id: int) -> Response:
    """The candidates, in the order of the days without a step they leave."""
    require(visit.actor, Capability.WRITE_STEPS)
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="finder")
    found = find_next_steps(visit.session, visit.actor, opened, today=visit.today)
    context = top(visit, opened, "/suite") | shown(found, visit.actor, learner_id)
    return pages.page(visit, "finder/next_steps.html", context)
