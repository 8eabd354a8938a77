"""The tab Emploi of a learner: exits, what followed, follow-ups, and their forms."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from parcours.actions import exits, follow_ups, introduction_lists, leavers, situations
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
    draft_of: str = "",
) -> Response:
    """The tab, with the form of an exit to record or, `edited`, to correct."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="exit")
    introductions = introduction_lists.of_learner(
        visit.session, visit.actor, learner_id, today=visit.today
    )
    context = top(visit, opened, "/emploi") | {
        "exits": _exits(visit, [row.id or 0 for row in opened.pathways]),
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "choices": choices(),
        "edited": edited,
        "theirs": theirs or {},
        "draft_of": draft_of,
        "introductions": introductions,
        "shows_need": True,
        "readable_needs": {row.need_id for row in introductions if row.reads_need},
        "needs": need_choices(introductions, values),
        "organisation_id": visit.actor.organisation_id,
        "immersions": of_learner(visit.session, visit.actor, learner_id, today=visit.today),
        "can_record": visit.actor.can(Capability.RECORD_EXITS),
    }
    status = 409 if theirs else (422 if errors else 200)
    return pages.page(visit, "outcomes/exits.html", context, status=status)


def need_choices(
    introductions: Sequence[introduction_lists.Line], values: dict[str, Any]
) -> list[tuple[str, str]]:
    """The needs a job may have filled: those the person was introduced to, and the one kept."""
    found = {str(row.need_id): f"{row.title}, {row.employer}" for row in introductions}
    kept = str(values.get("need_id") or "")
    if kept and kept not in found:
        found[kept] = "Besoin déjà noté"
    return list(found.items())


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
