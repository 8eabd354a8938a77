"""The page of one immersion, after whatever was done to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from parcours import reference
from parcours.actions import immersions
from parcours.actions.exits import exits_of
from parcours.actions.files import open_file
from parcours.actions.immersions import Opened
from parcours.actions.pathways import dates_of
from parcours.domain.access import Capability
from parcours.domain.immersions import State
from parcours.features.immersions import forms, showing, store
from parcours.web import pages
from parcours.web.deps import Visit
from parcours.web.forms import Form
from parcours.web.learner_file import top
from parcours.web.words import typed_day

TYPED = (*forms.MISSED_LABELS, "waiver")


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it is shown, this once: its whole address and its code."""

    address: str
    code: str
    is_sent: bool = False


def immersion(
    visit: Visit,
    step_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: Form | None = None,
    made: ShownLink | None = None,
) -> Response:
    """The page of an immersion; `made` shows a link, once."""
    found = immersions.opened(visit.session, visit.actor, step_id, today=visit.today)
    opened = open_file(
        visit.session, visit.actor, found.step.learner_id, today=visit.today, page="immersion"
    )
    context = top(visit, opened, "/emploi") | {
        "step": found.step,
        "row": found.row,
        "made": made,
        "state": found.state(visit.today),
        "tone": showing.TONES[found.state(visit.today)],
        "dates": showing.dates(dates_of(found.step)),
        "has_begun": found.state(visit.today) in (State.RUNNING, State.ENDED),
        "can_exit": visit.actor.can(Capability.RECORD_EXITS),
        "has_exit": bool(exits_of(visit.session, [found.step.pathway_id])),
        "labels": forms.LABELS | forms.MISSED_LABELS | {"waiver": "Pourquoi"},
        "values": _values(typed, visit.today),
        "errors": errors or {},
        **_followed(visit, found),
    }
    return pages.page(visit, "immersions/immersion.html", context, status=422 if errors else 200)


def _followed(visit: Visit, found: Opened) -> dict[str, Any]:
    """What happened during and after it."""
    number = found.row.id if found.row and found.row.id else 0
    missed = store.absences(visit.session, number)
    dates = dates_of(found.step)
    seen = store.seen(visit.session, visit.actor, found.step.learner_id, dates)
    said = store.assessments(visit.session, number)
    link_until = store.waiting_link(visit.session, number, today=visit.today)
    return {
        "missed": [(row, _reason(row.reason)) for row in missed],
        "missed_minutes": sum(row.minutes for row in missed),
        "reasons": reference.options(reference.absence_reasons()),
        "half_days": len(seen),
        "recorded": sum(row.status is not None for row in seen),
        "differing": showing.differing(seen, [row.missed_on for row in missed]),
        "said": [(item, showing.answers(item)) for item in said],
        "link_until": link_until,
    }


def _reason(code: str) -> str:
    return reference.label(reference.absence_reasons(), code)


def _values(typed: Form | None, today: date) -> dict[str, str]:
    if typed is None:
        return dict.fromkeys(TYPED, "") | {"missed_on": typed_day(today)}
    return {name: typed.text(name) for name in TYPED}
