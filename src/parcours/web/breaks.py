"""How a row of the breaks reads, on the worklist and on the first page of the day."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from parcours.actions.continuity import RibbonFacts
from parcours.actions.worklists import BreakRow
from parcours.domain.identity import shown_name
from parcours.web import ribbon
from parcours.web.words import short_day

SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class ShownBreak:
    """A break as pages write it."""

    learner_id: int
    name: str
    last_step: str
    owner: str
    days: int
    tone: str
    breaks_on: date
    sentence: str
    ribbon: Markup


def shown_break(row: BreakRow, today: date) -> ShownBreak:
    """A row on `today`."""
    days = (row.breaks_on - today).days
    facts = row.facts
    return ShownBreak(
        row.learner_id,
        shown_name(row.birth_name, row.first_names, row.usage_name),
        _last_step(facts, row.breaks_on),
        row.owner,
        days,
        "danger" if days <= SOON_DAYS else ("warning" if days <= 21 else "neutral"),
        row.breaks_on,
        f"rompu depuis {-days} j" if days < 0 else short_day(row.breaks_on, today),
        ribbon.last_year(facts, today),
    )


def _last_step(facts: RibbonFacts, before: date) -> str:
    past = [step for step in facts.steps if step.state == "held" and step.starts_on < before]
    return past[-1].label if past else "Aucune étape encore"
