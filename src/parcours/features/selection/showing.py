"""Candidates as pages say them: where each stands, what is noted, what is missing, the group."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parcours.domain.composition import Public, Share, composition
from parcours.domain.criteria import Noted, read_noted, read_targets
from parcours.domain.entry import Check, Eligibility, Known, check, read_conditions
from parcours.domain.identity import fold, shown_name, veiled_name
from parcours.domain.selection import (
    Decision,
    Facts,
    Meeting,
    Phase,
    missing,
    phase,
)
from parcours.features.selection.notes_store import GradeRow, MarkRow
from parcours.features.selection.store import CandidateRow, PersonFacts
from parcours.models import Cohort, Programme
from parcours.web.words import decimal_number

TONES = {
    Phase.ADMITTED: "success",
    Phase.WAITING: "warning",
    Phase.REFUSED: "neutral",
    Phase.WITHDREW: "neutral",
    Phase.TO_DECIDE: "violet",
}
# What the address may also ask for, besides a phase.
WITHOUT_FILE = "incomplets"
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate of a list."""

    row: CandidateRow
    name: str
    phase: Phase
    grades: Mapping[str, GradeRow]
    marks: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def tone(self) -> str:
        """The tone of the phase’s badge."""
        return TONES.get(self.phase, "neutral")

    @property
    def key(self) -> str:
        """What a tick sends: who, as this page shows them."""
        return f"{self.row.id}:{self.row.version}"


@dataclass(frozen=True, slots=True)
class Everybody:
    """The candidates of a cohort, its programme, and everything noted of them."""

    people: list[Shown]
    programme: Programme | None
    grades: list[GradeRow]
    marks: list[MarkRow]


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the list, as its address carries them."""

    phase: str = ""
    words: str = ""
    ticked: frozenset[int] = frozenset()
    after: int | None = None


def shown(
    rows: Sequence[CandidateRow],
    grades: Iterable[GradeRow],
    marks: Iterable[MarkRow],
    cohort: Cohort,
    programme: Programme | None,
) -> list[Shown]:
    """Candidates with what was last noted of each."""
    levels: dict[int, dict[str, GradeRow]] = {}
    for grade in grades:
        levels.setdefault(grade.candidate_id, {})[grade.criterion] = grade
    tests: dict[int, list[str]] = {}
    for mark in marks:
        tests.setdefault(mark.candidate_id, []).append(mark_words(mark))
    found = []
    for row in rows:
        own, done = levels.get(row.id, {}), tuple(tests.get(row.id, ()))
        lacks = _missing(row, own, bool(done), cohort, programme)
        where = phase(row.decision, row.meeting)
        found.append(Shown(row, name_of(row), where, own, done, lacks))
    return found


def filtered(people: Sequence[Shown], asked: Asked) -> list[Shown]:
    """Those the address asks for; the waiting list in its order, the others by name."""
    words = fold(asked.words).split()
    found = [
        person
        for person in people
        if _is_of(person, asked.phase) and all(word in fold(person.name) for word in words)
    ]
    if asked.phase == Phase.WAITING:
        found.sort(key=lambda person: person.row.rank or 0)
    return found


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of the list: its rows, who is ticked elsewhere, whom the next page comes after."""

    rows: list[Shown]
    elsewhere: list[Shown]
    next_after: int | None
    is_first: bool


def paged(people: Sequence[Shown], asked: Asked) -> Paged:
    """The page of those the address asks for; ticks made on other pages, or filters, are kept."""
    found = filtered(people, asked)
    place = next((n for n, person in enumerate(found) if person.row.id == asked.after), -1) + 1
    rows, more = found[place : place + PAGE_SIZE], found[place + PAGE_SIZE :]
    here = {person.row.id for person in rows}
    elsewhere = [
        person for person in people if person.row.id in asked.ticked and person.row.id not in here
    ]
    return Paged(rows, elsewhere, rows[-1].row.id if more else None, place == 0)


def funnel(people: Sequence[Shown], asked: Asked, url: str) -> list[tuple[str, int, str, bool]]:
    """(label, count, address, current) of everybody, of each phase, of the files not complete."""
    counts = Counter(person.phase for person in people)
    entries = [("Toutes", len(people), url, not asked.phase)]
    entries += [
        (item.label, counts[item], f"{url}?etat={item.value}", asked.phase == item.value)
        for item in Phase
    ]
    lacking = sum(_is_of(person, WITHOUT_FILE) for person in people)
    is_current = asked.phase == WITHOUT_FILE
    return [*entries, ("Dossiers incomplets", lacking, f"{url}?etat={WITHOUT_FILE}", is_current)]


def group(
    found: Everybody, entered: Mapping[int, PersonFacts], ticked: Iterable[int], cohort: Cohort
) -> list[Share]:
    """Each target against those who hold a place and those ticked, each person once."""
    chosen = set(ticked)
    added = [
        _public(person.row)
        for person in found.people
        if person.row.id in chosen and person.row.learner_id not in entered
    ]
    publics = [_of_facts(facts) for facts in entered.values()] + added
    targets = read_targets(found.programme.entry_criteria) if found.programme else ()
    return composition(targets, publics, places=cohort.capacity, starts_on=cohort.starts_on)


def conditions(
    row: CandidateRow, cohort: Cohort, programme: Programme | None
) -> list[tuple[str, Check]]:
    """(condition, what the file says of it) of those it can answer; none of a file not open."""
    if programme is None or not row.is_known:
        return []
    return [
        (item.label, check(item, _known(row.facts), starts_on=cohort.starts_on))
        for item in read_conditions(programme.entry_criteria)
        if item.rule is not None
    ]


def next_in_queue(people: Sequence[Shown], places: int) -> Shown | None:
    """Who waits first, when a place is free: proposed to a person, who decides."""
    queue = [person for person in people if person.row.decision is Decision.WAITING]
    return min(queue, key=lambda person: person.row.rank or 0) if queue and places > 0 else None


def noted_of(programme: Programme | None) -> tuple[Noted, ...]:
    """The criteria people note for a programme."""
    return read_noted(programme.entry_criteria) if programme else ()


def name_of(row: Any) -> str:
    """The whole name for those who see the person’s file, else a veiled one."""
    if row.is_known:
        return shown_name(row.birth_name, row.first_names, row.usage_name)
    return veiled_name(row.birth_name, row.first_names)


def mark_words(mark: MarkRow) -> str:
    """« Test logique : 12,5 sur 20 »; a scale nobody said is said to be so."""
    scale = f" sur {decimal_number(mark.out_of)}" if mark.out_of else " (barème non précisé)"
    return f"{mark.label} : {decimal_number(mark.value)}{scale}"


def _is_of(person: Shown, asked: str) -> bool:
    if asked == WITHOUT_FILE:
        return bool(person.missing) and person.row.decision is None
    return not asked or person.phase == asked


def _missing(
    row: CandidateRow,
    grades: Mapping[str, GradeRow],
    has_mark: bool,
    cohort: Cohort,
    programme: Programme | None,
) -> tuple[str, ...]:
    unknown = [
        label
        for label, found in conditions(row, cohort, programme)
        if found.verdict is Eligibility.CHECK
    ]
    facts = Facts(
        row.meeting, frozenset(grades), has_mark, row.has_contact or not row.is_known, (*unknown,)
    )
    return tuple(missing(facts, noted_of(programme)))


def _public(row: CandidateRow) -> Public:
    return _of_facts(row.facts) if row.is_known else Public()


def _of_facts(facts: PersonFacts) -> Public:
    return Public(facts.born_on, facts.gender, _known(facts))


def _known(facts: PersonFacts) -> Known:
    return Known(
        facts.born_on,
        facts.entry_status,
        facts.education,
        facts.receives_rsa,
        facts.qpv_status,
    )


MEETING_WORDS = {
    None: "pas encore invité·e",
    Meeting.INVITED: "invité·e",
    Meeting.CAME: "venu·e",
    Meeting.MISSED: "pas venu·e",
}
