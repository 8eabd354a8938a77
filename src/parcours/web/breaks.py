"""How a row of the breaks reads, on the worklist and on the first page of the day."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from parcours.actions.breaks import BreakRow
from parcours.actions.continuity import RibbonFacts
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
    left: str
    tone: str
    breaks_on: date
    sentence: str
    ribbon: Markup
    waits: str
    act: str
    act_url: str


def shown_break(row: BreakRow, today: date) -> ShownBreak:
    """A row on `today`."""
    days = (row.breaks_on - today).days
    facts = row.facts
    return ShownBreak(
        row.learner_id,
        shown_name(row.birth_name, row.first_names, row.usage_name),
        _last_step(facts, row.breaks_on),
        row.owner,
        "rompu" if days < 0 else f"{days} j",
        "danger" if days <= SOON_DAYS else ("warning" if days <= 21 else "neutral"),
        row.breaks_on,
        f"depuis {-days} j" if days < 0 else short_day(row.breaks_on, today),
        ribbon.last_year(facts, today),
        *_next_act(row, today),
    )


def _next_act(row: BreakRow, today: date) -> tuple[str, str, str]:
    """What is under way, the act that goes on from there, and where it is done."""
    here, file = row.under_way, f"/apprenants/{row.learner_id}"
    if here.relay_id is not None and here.expires_on is not None:
        until = short_day(here.expires_on, today)
        return (
            f"Relais proposé à {here.receiver}, jusqu’au {until}",
            "Voir le relais",
            (f"/relais/{here.relay_id}"),
        )
    if here.step_id is not None and here.day is not None:
        told = "sa fin n’est pas notée" if here.has_begun else "son début n’est pas confirmé"
        return f"{here.step} : {told}", "Mettre à jour l’étape", f"/etapes/{here.step_id}/modifier"
    return "", "Trouver une suite", f"{file}/suite"


def _last_step(facts: RibbonFacts, before: date) -> str:
    past = [step for step in facts.steps if step.state == "held" and step.starts_on < before]
    return past[-1].label if past else "Aucune étape encore"
