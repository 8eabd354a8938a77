"""A person’s acts and equipment: what was done, with whom, how many hours, what is at home."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions.equipment_reads import held_by_learner
from parcours.actions.files import open_file
from parcours.actions.mediation_reads import acts_of_learner
from parcours.domain.mediation import ActivityKind, Part
from parcours.features.mediation import showing
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter()


@router.get("/apprenants/{learner_id}/actes")
def of_learner(visit: RecordedReading, learner_id: int) -> Response:
    """Every partner’s acts with the person, the latest first, and the equipment handed over."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="acts")
    context = top(visit, opened, "") | _acts(visit, learner_id) | _held(visit, learner_id)
    return pages.page(visit, "mediation/learner.html", context)


def _acts(visit: Visit, learner_id: int) -> dict[str, Any]:
    """The acts, the hours learning and teaching, the last act of one’s own organisation."""
    acts = acts_of_learner(visit.session, learner_id)
    own = [act for act in acts if act.organisation_id == visit.actor.organisation_id]
    followed = [act for act in acts if act.kind is not ActivityKind.INFORMATION]
    return {
        "acts": [(act, showing.theme(act.theme)) for act in acts],
        "learning": sum(act.minutes for act in followed if act.part is Part.TAKES),
        "teaching": sum(act.minutes for act in followed if act.part is Part.LEADS),
        "last": own[0] if own else None,
        "organisation_id": visit.actor.organisation_id,
    }


def _held(visit: Visit, learner_id: int) -> dict[str, Any]:
    kinds = reference.equipment_kinds()
    return {
        "held": [
            (item, reference.label(kinds, item.kind), item.where(visit.today))
            for item in held_by_learner(visit.session, learner_id)
        ]
    }
