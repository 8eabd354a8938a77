"""What is missing among the people of an agreement or of a cohort, counted and listed the same way.

The page, the list behind each count and the sheet *Qualité* of a workbook all read `judged`: a few
statements whatever the number of people, their rows walked once.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from parcours import reference
from parcours.actions.definitions import esf_rules_on
from parcours.actions.follow_ups import delays
from parcours.actions.quality_reads import Scope, chunks, rows
from parcours.actions.situations import facts_of
from parcours.domain.entry_questions import is_complete
from parcours.domain.esf import MAIN
from parcours.domain.follow_ups import FollowUpFacts, State, Try, state
from parcours.domain.quality import (
    Delay,
    Fact,
    FileFacts,
    Judged,
    Lack,
    Missing,
    Tally,
    entry_delays,
    judge_end,
    judge_exit,
    judge_file,
    judge_follow_up,
    judge_said,
    waited,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A row that lacks something: `key` is a learner, entry, exit, follow-up, step or
    half-day."""

    key: int
    since: date
    cohort_id: int
    learner_id: int | None = None
    note: str = ""


@dataclass(slots=True)
class Quality:
    """What is asked and what lacks, how long facts waited, and the rows that lack one thing.

    Rows are kept of `wanted` alone: of everything else only counts are.
    """

    wanted: Lack | None = None
    people: int = 0
    tally: Tally = field(default_factory=Tally)
    cohorts: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    names: dict[int, str] = field(default_factory=dict)
    lacking: set[int] = field(default_factory=set)
    waited: Counter[tuple[Fact, date, int]] = field(default_factory=Counter)
    kept: list[Item] = field(default_factory=list)

    @property
    def missing(self) -> list[Missing]:
        """How much of each is missing."""
        return self.tally.missing()

    @property
    def delays(self) -> list[Delay]:
        """How long facts waited to be entered."""
        return entry_delays(self.waited)

    @property
    def items(self) -> list[Item]:
        """The rows that lack what was wanted, the oldest first."""
        return sorted(self.kept, key=lambda item: (item.since, item.key))

    def add(
        self,
        judged: Judged,
        key: int,
        since: date,
        cohort_id: int,
        learner_id: int | None = None,
        note: str = "",
    ) -> None:
        """Count a row, and keep it when it lacks what is wanted."""
        self.tally.add(judged)
        self.cohorts[cohort_id].add(judged)
        if judged.lacks and learner_id is not None:
            self.lacking.add(learner_id)
        if self.wanted in judged.lacks:
            self.kept.append(Item(key, since, cohort_id, learner_id, note))

    def wait(self, fact: Fact, happened_on: date, entered_at: datetime) -> None:
        """Count how long a fact waited."""
        self.waited[waited(fact, happened_on, entered_at.date())] += 1


@dataclass(slots=True)
class _Person:
    """Somebody once: first entry, last departure."""

    row: Any
    left_on: date | None


def judged(session: Session, scope: Scope, *, as_of: date, wanted: Lack | None = None) -> Quality:
    """What is missing on a day, of the people as the workbook counts them.

    Read some of them at a time: memory holds no more whatever their number. `wanted`: keep the
    rows that lack this.
    """
    found = Quality(wanted)
    for chunk in chunks(session, scope, as_of):
        _judge(session, scope, as_of, chunk, found)
    _half_days(session, scope, as_of, found)
    return found


def _judge(
    session: Session, scope: Scope, as_of: date, chunk: Sequence[int], found: Quality
) -> None:
    people = _people(session, scope, as_of, chunk, found)
    found.people += len(people)
    for key, person in people.items():
        row = person.row
        found.add(judge_file(_file(row)), key, row.enrolled_on, row.cohort_id, key)
        _answers(found, scope, row)
        found.wait(Fact.ENTRY, row.enrolled_on, row.created_at)
    reading = _Reading(session, scope, as_of, chunk, people, found)
    _follow_ups(reading, _exits(reading))
    _starts(reading)


def _answers(found: Quality, scope: Scope, row: Any) -> None:
    """Whether somebody was asked at their first entry everything an agreement needs."""
    if scope.asked:
        given = {question: getattr(row, question.value) for question in scope.asked}
        said = judge_said(Lack.ENTRY_ANSWERS, is_said=is_complete(given, scope.asked))
        found.add(said, row.enrolment_id, row.enrolled_on, row.cohort_id, row.learner_id)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Some of the people, and what else is read of them."""

    session: Session
    scope: Scope
    as_of: date
    chunk: Sequence[int]
    people: dict[int, _Person]
    found: Quality

    def rows(self, name: str) -> Any:
        """The rows of a statement over these people."""
        return rows(self.session, name, self.scope, self.as_of, self.chunk)


def _people(
    session: Session, scope: Scope, as_of: date, chunk: Sequence[int], found: Quality
) -> dict[int, _Person]:
    """These people by learner, in order of entry; a day or less is no participation."""
    people: dict[int, _Person] = {}
    for row in rows(session, "people", scope, as_of, chunk):
        found.names[row.cohort_id] = row.cohort
        left_on = row.left_on or row.ends_on
        known = people.setdefault(row.learner_id, _Person(row, None))
        known.left_on = left_on if left_on <= as_of else None
    most = esf_rules_on(as_of)[1].integer("one_day")
    return {key: person for key, person in people.items() if not _is_passing(person, most)}


def _is_passing(person: _Person, most: int) -> bool:
    entered_on = person.row.enrolled_on
    return person.left_on is not None and (person.left_on - entered_on).days + 1 <= most


def _file(row: Any) -> FileFacts:
    status = reference.entry_statuses().get(row.entry_status or "")
    level = reference.education_levels().get(row.education or "")
    codes = status.extra["esf_indicators"].split(";") if status else []
    return FileFacts(
        row.born_on,
        row.enrolled_on,
        row.gender,
        next((code for code in codes if code in MAIN), None),
        (level.extra["esf_indicator"] or None) if level else None,
        row.receives_rsa,
        row.qpv_status,
        row.qpv_code,
    )


def _exits(reading: _Reading) -> dict[int, int]:
    """By exit, whose last one it is; each judged, and who should have one."""
    people, found = reading.people, reading.found
    last: dict[int, Any] = {}
    for row in reading.rows("exits"):
        if row.learner_id in people:
            last[row.learner_id] = row
    for key, row in last.items():
        judged_exit = judge_exit(facts_of(row))
        found.add(judged_exit, row.exit_id, row.exited_on, people[key].row.cohort_id, key)
        found.wait(Fact.EXIT, row.exited_on, row.entered_at)
    for key, person in people.items():
        left_on = person.left_on
        ended = judge_end(is_over=left_on is not None, has_left=key in last)
        found.add(ended, key, left_on or person.row.enrolled_on, person.row.cohort_id, key)
    return {row.exit_id: key for key, row in last.items()}


def _follow_ups(reading: _Reading, exits: dict[int, int]) -> None:
    """The follow-ups of the exits that count, each as it stood on the day."""
    tries: dict[int, list[Try]] = defaultdict(list)
    for follow_up_id, on, outcome in reading.rows("tries"):
        tries[follow_up_id].append(Try(on, outcome))
    for row in reading.rows("follow_ups"):
        key = exits.get(row.exit_id)
        if key is None:
            continue
        where = _state(row, tuple(tries[row.id]), reading.as_of)
        label = reference.label(reference.follow_up_delays(), row.delay)
        cohort_id = reading.people[key].row.cohort_id
        reading.found.add(judge_follow_up(where), row.id, row.due_on, cohort_id, key, label)
        if row.answered_on is not None:
            reading.found.wait(Fact.ANSWER, row.answered_on, row.answered_at)


def _state(row: Any, tries: tuple[Try, ...], as_of: date) -> State:
    facts = FollowUpFacts(
        row.opens_on,
        row.closes_on,
        delays()[row.delay].tries,
        tries,
        is_answered=row.answered_on is not None,
        is_cancelled=row.outcome is State.CANCELLED,
    )
    return state(facts, as_of)


def _starts(reading: _Reading) -> None:
    """Steps that should have begun a week ago: those nobody confirmed lack their start."""
    for row in reading.rows("starts"):
        if (person := reading.people.get(row.learner_id)) is None:
            continue
        said = judge_said(Lack.START, is_said=not row.waits)
        cohort_id = person.row.cohort_id
        reading.found.add(said, row.id, row.planned_start_on, cohort_id, row.learner_id, row.title)


def _half_days(session: Session, scope: Scope, as_of: date, found: Quality) -> None:
    """Half-days that passed; those without attendance lack it."""
    for row in rows(session, "half_days", scope, as_of):
        found.names[row.cohort_id] = row.cohort
        said = judge_said(Lack.HALF_DAY, is_said=row.taken_at is not None)
        found.add(said, row.id, row.held_on, row.cohort_id, None, row.half.value)
        if row.taken_at is not None:
            found.wait(Fact.HALF_DAY, row.held_on, row.taken_at)
