"""Offre et demande: who will be ready beside the posts that fall due, on the days it changes."""

from fractions import Fraction

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions.coverage_calendar import Calendar, calendar
from parcours.domain.access import Capability, require
from parcours.domain.coverage_report import Scope
from parcours.domain.supply import FEWEST_LEAVERS, Moment
from parcours.features.coverage.drawing import picture
from parcours.features.coverage.showing import number, posts
from parcours.web import pages
from parcours.web.deps import Reading

router = APIRouter()
SCOPES = {"cible": Scope.AIMED, "territoire": Scope.TERRITORY}


@router.get("/adequation/{curriculum_id}/calendrier")
def supply_and_demand(visit: Reading, curriculum_id: int, portee: str = "") -> Response:
    """The balance on every date where a cohort ends or a need falls due."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    organisation_id, scope = visit.actor.organisation_id, SCOPES.get(portee)
    found = calendar(visit.session, organisation_id, curriculum_id, scope, today=visit.today)
    context = {
        "found": found,
        "rows": [(one, *_words(one), _events(found, one)) for one in found.moments],
        "picture": picture(found.moments),
        "scope_choices": [(code, one.label) for code, one in SCOPES.items()],
        "portee": next(code for code, one in SCOPES.items() if one is found.scope),
        "fewest": FEWEST_LEAVERS,
    }
    return pages.page(visit, "coverage/calendar.html", context)


def _words(moment: Moment) -> tuple[str, str, str]:
    """Supply (« 7 à 10 »), demand, balance (« −3 », « +7,5 »)."""
    least = int(moment.supply)
    supply = str(moment.at_most) if least >= moment.at_most else f"{least} à {moment.at_most}"
    return supply, number(moment.demand), _signed(moment.balance)


def _signed(value: Fraction) -> str:
    sign = "−" if value < 0 else "+" if value else ""
    return f"{sign}{number(abs(value))}"


def _events(found: Calendar, moment: Moment) -> list[tuple[str, str, str]]:
    """What happens that day: (words, address, detail)."""
    ends = [
        (
            f"{found.cohorts[code].name} finit",
            f"/promotions/{code}",
            f"{found.endings[code].words} personnes prêtes",
        )
        for code in moment.ending
    ]
    due = [
        (
            found.needs[code].title,
            f"/besoins/{code}",
            f"{posts(found.needs[code].asked.posts)}, {found.needs[code].asked.certainty.label}",
        )
        for code in moment.due
    ]
    return ends + due
