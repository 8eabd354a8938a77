"""Where a person stands, as a sentence with its tone."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from parcours.actions.continuity import RibbonFacts
from parcours.domain.situation import Situation, Standing, situation
from parcours.web.ribbon import KEPT
from parcours.web.words import short_day


@dataclass(frozen=True, slots=True)
class Told:
    """A status in words, its tone, and what comes next."""

    text: str
    tone: str
    detail: str


@lru_cache(maxsize=KEPT)
def tell_today(facts: RibbonFacts, today: date) -> Told:
    """Where the pathway of these facts stands. Kept, as its ribbon is."""
    return tell(situation(facts.steps, facts.gaps, facts.closed_on, today=today), facts, today)


def tell(where: Situation, facts: RibbonFacts, today: date) -> Told:
    """« En formation jusqu’au 19 déc. », « Rupture depuis 11 j »…"""
    if where.standing is Standing.CLOSED and facts.closed_on is not None:
        return Told(f"Parcours clos le {short_day(facts.closed_on, today)}", "neutral", "")
    if where.standing is Standing.IN_STEP and where.step is not None:
        return Told(_step_text(where, today), "violet", _break_detail(where, today))
    if where.standing is Standing.BROKEN:
        days = -(where.days_to_break(today) or 0)
        since = f"depuis {days} j" if days else "aujourd’hui"
        return Told(f"Rupture {since}", "danger", _last_text(where))
    if where.standing is Standing.WAITING:
        return Told("Entre deux étapes", "warning", _break_detail(where, today))
    return Told("Parcours à venir", "neutral", _break_detail(where, today))


def _step_text(where: Situation, today: date) -> str:
    step = where.step
    if step is None:
        return ""
    until = f" jusqu’au {short_day(step.ends_on, today)}" if step.ends_on else ""
    return f"{step.kind.label}{until}"


def _break_detail(where: Situation, today: date) -> str:
    days = where.days_to_break(today)
    if days is None or where.gap is None or where.gap.breaks_on is None:
        return ""
    return f"rupture le {short_day(where.gap.breaks_on, today)} si rien n’est fait"


def _last_text(where: Situation) -> str:
    return f"après : {where.step.kind.label.lower()}" if where.step else "aucune étape commencée"
