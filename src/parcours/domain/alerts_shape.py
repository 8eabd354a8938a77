"""What alerts are made of: the facts the rules read, and the alert a rule raises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from parcours.domain.alerts_telling import FactValue, acts_first, suggest, tell
from parcours.domain.alerts_words import Actor, AskedBy, Level, ObjectKind, Rule
from parcours.domain.attendance import Mark
from parcours.domain.calendar import HalfDay
from parcours.domain.pathway import GapSpan


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """Which enrolment, half-day, relay… an alert is about; stable from one day to the next."""

    kind: ObjectKind
    reference: str

    @property
    def slug(self) -> str:
        """As stored: `relay:12`."""
        return f"{self.kind.value}:{self.reference}"

    @classmethod
    def parse(cls, slug: str) -> Self:
        """Read a slug back; ValueError when it is none."""
        kind, _, reference = slug.partition(":")
        return cls(ObjectKind(kind), reference)


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule’s condition that holds on a day.

    `since` is the first day it held without a stop, by the facts known now. `learner_id` is None
    when the alert is about no one in particular. `facts` are exact (minutes, counts, days,
    dates), sorted by name; the sentence is built from them alone. `version` is that of the
    thresholds.
    """

    rule: Rule
    level: Level
    learner_id: int | None
    about: ObjectKey
    since: date
    facts: tuple[tuple[str, FactValue], ...]
    version: str

    @property
    def sentence(self) -> str:
        """The facts in plain French."""
        return tell(self.rule, dict(self.facts))

    @property
    def acts(self) -> tuple[Actor, ...]:
        """Who must act; the first one leads."""
        return acts_first(self.rule, self.level)

    @property
    def suggestion(self) -> str:
        """What could be done, in French; whoever acts decides."""
        return suggest(self.rule, self.level)


def sort_facts(facts: Mapping[str, FactValue]) -> tuple[tuple[str, FactValue], ...]:
    """The facts of an alert in the one order that makes two equal alerts equal."""
    return tuple(sorted(facts.items()))


def pack_facts(facts: tuple[tuple[str, FactValue], ...]) -> dict[str, int | str]:
    """For storage as JSON: dates in ISO form."""
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in facts}


def unpack_facts(stored: Mapping[str, int | str]) -> tuple[tuple[str, FactValue], ...]:
    """Back from storage: a name ending in `_on` holds a date."""
    return sort_facts(
        {n: date.fromisoformat(str(v)) if n.endswith("_on") else v for n, v in stored.items()}
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """One half-day of one enrolment; `mark` None when nobody recorded it."""

    half_day: HalfDay
    mark: Mark | None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """The half-days of one person in one cohort, in any order.

    Its rules fall silent after `ended_on`, the last day of the enrolment.
    """

    learner_id: int
    enrolment_id: int
    slots: Sequence[Slot]
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One half-day of a cohort: how many people have nothing recorded."""

    cohort_id: int
    half_day: HalfDay
    missing: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PathwayFacts:
    """A pathway and its gaps (pathway.find_gaps), in any order."""

    learner_id: int
    pathway_id: int
    gaps: Sequence[GapSpan]
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RelayFacts:
    """A relay and what became of it; a question asked back is no answer.

    `planned_start_on` is the start agreed for the step, `started_on` the observed one; a step
    cancelled after the acceptance counts as withdrawn that day. `due_on` and `escalates_on` are
    the deadlines promised when it was sent; without them they are counted from the thresholds.
    """

    learner_id: int
    relay_id: int
    sent_on: date
    accepted_on: date | None = None
    declined_on: date | None = None
    withdrawn_on: date | None = None
    planned_start_on: date | None = None
    started_on: date | None = None
    due_on: date | None = None
    escalates_on: date | None = None


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """Somebody asked for help; what they said is not needed here."""

    learner_id: int
    request_id: int
    asked_on: date
    asked_by: AskedBy
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules read, for one learner or for many."""

    enrolments: Sequence[EnrolmentFacts] = ()
    sheets: Sequence[SheetFacts] = ()
    pathways: Sequence[PathwayFacts] = ()
    relays: Sequence[RelayFacts] = ()
    help_requests: Sequence[HelpRequest] = ()
