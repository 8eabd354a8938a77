"""Where a person stands on a given day: in a step, waiting, broken off, or done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from parcours.domain.pathway import GapSpan
from parcours.domain.words import StepKind


class Standing(StrEnum):
    """The five answers to « où en est cette personne ? »."""

    IN_STEP = "in_step"
    WAITING = "waiting"
    BROKEN = "broken"
    CLOSED = "closed"
    NONE = "none"


class DatedStep(Protocol):
    """A step as far as this rule reads it."""

    @property
    def kind(self) -> StepKind:
        """What the step is about."""

    @property
    def starts_on(self) -> date:
        """First day."""

    @property
    def ends_on(self) -> date | None:
        """Last day, None while open."""

    @property
    def state(self) -> str:
        """`held` or `proposed`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """`step` is the one under way or, while waiting, the last one; `gap` the one that matters.

    `gap` is the running gap while waiting or broken, else the next one that will break.
    """

    standing: Standing
    step: DatedStep | None
    gap: GapSpan | None

    def days_to_break(self, today: date) -> int | None:
        """Days left before the gap breaks, negative once broken; None when nothing will break."""
        if self.gap is None or self.gap.breaks_on is None:
            return None
        return (self.gap.breaks_on - today).days


def situation(
    steps: Sequence[DatedStep], gaps: Sequence[GapSpan], closed_on: date | None, *, today: date
) -> Situation:
    """Read a pathway’s facts on `today`; `gaps` in date order."""
    held = [step for step in steps if step.state == "held" and step.kind.covers]
    past = [step for step in held if step.starts_on <= today]
    last = max(past, key=lambda step: (step.ends_on or date.max, step.starts_on), default=None)
    if closed_on is not None and closed_on <= today:
        return Situation(Standing.CLOSED, last, None)
    running = next((gap for gap in gaps if _holds(gap.starts_on, gap.ends_on, today)), None)
    if running is not None:
        is_broken = running.breaks_on is not None and running.breaks_on <= today
        return Situation(Standing.BROKEN if is_broken else Standing.WAITING, last, running)
    ahead = next((gap for gap in gaps if gap.starts_on > today and gap.breaks_on), None)
    under_way = [step for step in past if _holds(step.starts_on, step.ends_on, today)]
    step = max(under_way, key=lambda step: step.ends_on or date.max, default=last)
    return Situation(Standing.IN_STEP if under_way else Standing.NONE, step, ahead)


def _holds(starts_on: date, ends_on: date | None, day: date) -> bool:
    return starts_on <= day and (ends_on is None or day <= ends_on)
