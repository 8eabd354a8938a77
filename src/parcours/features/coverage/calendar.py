"""Offre et demande: who will be ready beside the posts that fall due, on the days it changes."""

from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions.coverage_calendar import Calendar, calendar, capable_of
from parcours.domain.access import Capability, require
from parcours.domain.allocation import Mode
from parcours.domain.coverage_report import Scope
from parcours.domain.supply import FEWEST_LEAVERS, Fit, Moment
from parcours.features.coverage.drawing import picture
from parcours.features.coverage.showing import number, posts
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter()
SCOPES = {"cible": Scope.AIMED, "territoire": Scope.TERRITORY}


@router.get("/adequation/{curriculum_id}/calendrier")
def supply_and_demand(visit: Reading, curriculum_id: int, portee: str = "") -> Response:
    """The balance on every date where a cohort ends or a need falls due."""
    return calendar_page(visit, curriculum_id, portee)


def calendar_page(
    visit: Visit, curriculum_id: int, portee: str, errors: dict[str, str] | None = None
) -> Response:
    """The page, with what was refused of the allocation asked for."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    session, actor = visit.session, visit.actor
    found = calendar(
        session, actor.organisation_id, curriculum_id, SCOPES.get(portee), today=visit.today
    )
    able = capable_of(session, actor, found, today=visit.today)
    context = {
        "found": found,
        "able": able,
        "fits": [(one, found.needs[one.need], verdict(one)) for one in able.fits],
        "rows": [(one, *_words(one), able.on(one.on), _events(found, one))
                 for one in found.moments],
        "picture": picture(found.moments, [able.on(one.on) for one in found.moments]),
        "scope_choices": [(code, one.label) for code, one in SCOPES.items()],
        "portee": next(code for code, one in SCOPES.items() if one is found.scope),
        "fewest": FEWEST_LEAVERS,
        **_asking(visit, found, errors or {}),
    }  # fmt: skip
    return pages.page(visit, "coverage/calendar.html", context, status=422 if errors else 200)


def verdict(fit: Fit) -> tuple[str, str]:
    """(tone, words) of a need: enough capable people in time, later, or too few."""
    if fit.in_time >= fit.posts:
        return "success", "assez de personnes à temps"
    if fit.ever >= fit.posts:
        return "warning", "assez de personnes, mais trop tard"
    return "danger", "personne" if not fit.ever else "trop peu de personnes"


def _asking(visit: Visit, found: Calendar, errors: dict[str, str]) -> dict[str, Any]:
    """The form that asks for an allocation."""
    form: Any = getattr(visit, "form", None)
    first = next(iter(found.cohorts), "")
    return {
        "cohort_choices": [(code, one.name) for code, one in found.cohorts.items()],
        "mode_choices": [(one.value, one.label) for one in Mode],
        "values": {"promo": form.text("promo") if form else first,
                   "mode": form.text("mode") if form else Mode.TOTAL.value},
        "errors": errors,
        "labels": {"promo": "Promotion", "mode": "Ce qui est cherché d’abord"},
        "can_propose": visit.actor.can(Capability.MANAGE_COHORTS),
    }  # fmt: skip


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
            _ready(found, code),
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


def _ready(found: Calendar, code: str) -> str:
    """« 9 à 12 personnes prêtes, 1 déjà embauchée »."""
    placed = found.cohorts[code].placed
    words = "déjà embauchées" if placed > 1 else "déjà embauchée"
    besides = f", {placed} {words} (non comptée{'s' if placed > 1 else ''})" if placed else ""
    return f"{found.endings[code].words} personnes prêtes{besides}"
