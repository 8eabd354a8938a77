"""How an introduction reads: its page, its forms, its history in words."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from parcours import audit
from parcours.actions.introduction_links import NewLink
from parcours.domain.access import Capability, require
from parcours.domain.introductions import (
    ANSWERS,
    LONGEST_PRESENTATION,
    Act,
    EmployerReason,
    PersonReason,
    possible,
)
from parcours.features.introductions import forms, store
from parcours.models import Introduction, IntroductionEvent, visibility
from parcours.web import pages
from parcours.web.deps import Visit
from parcours.web.words import typed_day

DEFAULTS = (
    "said", "agreed_way", "way", "answer", "on", "reason", "words", "name", "person_reason",
    "person_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link just made: its address, and the code when it is a new one."""

    address: str
    code: str | None
    is_email: bool


def shown_link(address: str, link: NewLink) -> ShownLink:
    """A link just made, as its page says it once."""
    return ShownLink(address, link.code, link.message.channel.value == "email")


def show(
    visit: Visit,
    introduction_id: int,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    made: ShownLink | None = None,
    is_conflict: bool = False,
) -> Response:
    """The page of an introduction the actor may read; its words stay with who made it."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    session, actor = visit.session, visit.actor
    row = visibility.introduction(session, actor, introduction_id, today=visit.today)
    line = store.line(session, actor, introduction_id, today=visit.today)
    is_own = row.organisation_id == actor.organisation_id and line.knows
    if line.knows:
        audit.record_reading(session, actor, "introduction", row.learner_id)
    context: dict[str, Any] = {
        "row": row,
        "line": line,
        "is_own": is_own,
        "acts": {act.value for act in possible(row.state)} if is_own else set(),
        "can_answer": is_own and any(act in possible(row.state) for act in ANSWERS),
        "events": [(event, reason_of(event)) for event in _events(visit, row)] if is_own else [],
        "asked": store.asked(session, introduction_id),
        "forms": forms,
        "longest": LONGEST_PRESENTATION,
        "values": _values(row, visit) | (values or {}),
        "errors": errors or {},
        "made": made,
        "is_conflict": is_conflict,
    }
    status = 409 if is_conflict else (422 if errors else 200)
    return pages.page(visit, "introductions/introduction.html", context, status=status)


def reason_of(event: IntroductionEvent) -> str:
    """The reason of an event, in words."""
    if event.reason is None:
        return ""
    is_employer = event.act is Act.NOT_RETAINED
    return EmployerReason(event.reason).label if is_employer else PersonReason(event.reason).label


def _events(visit: Visit, row: Introduction) -> list[IntroductionEvent]:
    return store.events(visit.session, row.id or 0)


def _values(row: Introduction, visit: Visit) -> dict[str, str]:
    blank = dict.fromkeys(DEFAULTS, "")
    return blank | {
        "agreed_on": typed_day(visit.today),
        "presentation": row.presentation or "",
    }
