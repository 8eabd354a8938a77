"""The tab Emploi of a learner: exits, what followed, follow-ups, and their forms."""

from typing import Any

from starlette.responses import Response

from parcours.actions import exits, follow_ups, leavers, situations
from parcours.actions.files import open_file
from parcours.actions.immersion_lists import of_learner
from parcours.domain.access import Capability
from parcours.features.outcomes import showing
from parcours.features.outcomes.forms import LABELS, choices
from parcours.models import Exit
from parcours.web import pages
from parcours.web.deps import Visit
from parcours.web.learner_file import top


def emploi_page(
    visit: Visit,
    learner_id: int,
    values: dict[str, Any],
    *,
    edited: Exit | None = None,
    errors: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
    is_draft: bool = False,
) -> Response:
    """The tab, with the form of an exit to record or, `edited`, to correct."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="exit")
    context = top(visit, opened, "/emploi") | {
        "exits": _exits(visit, [row.id or 0 for row in opened.pathways]),
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "choices": choices(),
        "edited": edited,
        "theirs": theirs or {},
        "is_draft": is_draft,
        "organisation_id": visit.actor.organisation_id,
        "immersions": of_learner(visit.session, visit.actor, learner_id, today=visit.today),
        "can_record": visit.actor.can(Capability.RECORD_EXITS),
    }
    status = 409 if theirs else (422 if errors else 200)
    return pages.page(visit, "outcomes/exits.html", context, status=status)


def _exits(visit: Visit, pathways: list[int]) -> list[dict[str, Any]]:
    rows = exits.exits_of(visit.session, pathways) if pathways else []
    ids = [row.exit.id or 0 for row in rows]
    if not ids:
        return []
    left = leavers.leavers_of(visit.session, [row.exit for row in rows], as_of=visit.today)
    versions = situations.every_version(visit.session, ids)
    asked = follow_ups.follow_ups_of(visit.session, *ids)
    return [
        showing.exit_of(
            row,
            left[row.exit.id or 0],
            [item for item in asked if item.exit_id == row.exit.id],
            [item for item in versions if item.exit_id == row.exit.id],
            organisation_id=visit.actor.organisation_id,
            today=visit.today,
        )
        for row in rows
    ]
