"""How immersions read: their state, their dates, what a tutor said, where stories differ."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from parcours.domain.calendar import HalfDay
from parcours.domain.company_days import (
    Disagreement,
    Period,
    Seen,
    company_periods,
    disagreements,
    without_place,
)
from parcours.domain.identity import shown_name
from parcours.domain.immersions import Answer, Behaviour, State
from parcours.domain.pathway import StepDates
from parcours.features.immersions import cohort_store, store
from parcours.web.words import long_day

TONES = {
    State.COMING: "violet",
    State.RUNNING: "success",
    State.ENDED: "neutral",
    State.CANCELLED: "danger",
}
SHOWN_HALF_DAYS = 6


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the list."""

    row: store.Row
    name: str
    dates: str
    state: State
    tone: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Half-days on which the calendar, the sheet and the immersion tell different stories."""

    told: Disagreement
    count: int
    first: list[HalfDay]


def rows(found: list[store.Row], today: date) -> list[ShownRow]:
    """The rows of a list."""
    return [
        ShownRow(
            row,
            shown_name(row.birth_name, row.first_names, row.usage_name),
            dates(row.dates),
            row.state(today),
            TONES[row.state(today)],
        )
        for row in found
    ]


def dates(told: StepDates) -> str:
    """« du 7 janvier 2027 au 20 janvier 2027 »."""
    if told.ends_on is None:
        return f"à partir du {long_day(told.starts_on)}, sans fin connue"
    return f"du {long_day(told.starts_on)} au {long_day(told.ends_on)}"


def answers(said: store.Assessment) -> list[tuple[Behaviour, Answer]]:
    """The closed answers, in the order of the questions."""
    known = {row.behaviour: row.answer for row in said.answers}
    return [(behaviour, known[behaviour]) for behaviour in Behaviour if behaviour in known]


def differing(seen: list[Seen], missed_on: list[date]) -> list[Differing]:
    """What differs, by kind, with the first half-days of each."""
    found = sorted(disagreements(seen, missed_on), key=lambda item: (item[1], item[0]))
    shown = []
    for told, group in groupby(found, key=lambda item: item[1]):
        half_days = [slot for slot, _ in group]
        shown.append(Differing(told, len(half_days), half_days[:SHOWN_HALF_DAYS]))
    return shown


def without(
    session: Any, cohort_id: int, today: date
) -> list[tuple[Period, list[tuple[int, str]]]]:
    """The periods in a company still to live, and who has no immersion on any of their days."""
    periods = company_periods(cohort_store.settings(session, cohort_id))
    found = cohort_store.places(session, cohort_id)
    names = {key[0]: shown_name(key[1], key[3], key[2]) for key in found}
    places = {key[0]: theirs for key, theirs in found.items()}
    return [
        (period, [(who, names[who]) for who in without_place(period, places)])
        for period in periods
        if period.ends_on is None or period.ends_on >= today
    ]
