"""A partner’s positioning results: whose attempt each row is, and whether it is already known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col

from parcours import reference
from parcours.actions.frameworks import usable
from parcours.actions.import_assessments_facts import ATTEMPTS, catalogue_of, named_people
from parcours.actions.import_learners import (
    CHUNK,
    NEW,
    SKIP,
    Known,
    is_same,
    known_people,
    near_people,
    to_decide,
)
from parcours.actions.import_plans import Candidate, Plan, RowPlan, Verdict, rejected
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold, shown_name
from parcours.domain.intake_assessments import (
    NO_SKILL,
    AssessmentIntake,
    AttemptRow,
    read_assessments,
)
from parcours.domain.intake_record import LearnerRow
from parcours.domain.intake_roster import match_roster
from parcours.domain.intake_table import ColumnMap, Sheet
from parcours.domain.skills import Moment
from parcours.models import (
    Assessment,
    Cohort,
)

# One attempt: (level of the four, its words on its own scale) of each skill, by code.
Levels = dict[str, tuple[int, str | None]]


@dataclass(slots=True)
class Attempt:
    """An attempt at a framework on a day, in the database (`id`) or in the file."""

    framework: str
    on: date
    moment: Moment | None
    levels: Levels
    id: int | None = None


@dataclass(slots=True)
class Who:
    """The person of a row: somebody known, or a new one the row `first` tells."""

    learner_id: int | None
    first: int
    row: LearnerRow
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True)
class Payload:
    """What applying a row takes: whose it is, and the levels it adds to each attempt."""

    who: Who
    added: list[tuple[Attempt, Levels]]


def plan_assessments(
    session: Session,
    actor: Actor,
    cohort: Cohort | None,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the rows of a file of results will do; nothing is written.

    Somebody unknown with a birth date is a new person. Raises RuleBroken when no skill is known.
    """
    catalogue = catalogue_of(session, actor)
    intake = read_assessments(sheet, column_map, catalogue, today)
    if not intake.is_known:
        raise RuleBroken(NO_SKILL, field="columns")
    people = _People(session, actor, cohort, intake.rows, decisions, today)
    fates = [_plan_row(row, people) for row in intake.rows]
    fates += rejected(intake.rejected)
    notices = [*intake.notices, *_new_frameworks(session, actor, intake), *_new_people(fates)]
    rows = sorted(fates, key=lambda fate: fate.row)
    return Plan(rows, intake.errors, intake.warnings, intake.ignored, intake.blank, notices)


class _People:
    """Whose attempt each row is; somebody is decided once, however many rows speak of them."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        cohort: Cohort | None,
        rows: Sequence[AttemptRow],
        decisions: Mapping[str, str],
        today: date,
    ) -> None:
        self.session, self.decisions = session, decisions
        self.known = known_people(session, actor, [row.person for row in rows], today)
        self.named = named_people(session, actor, cohort, rows, today)
        self.found: dict[tuple[str, str, date | None], Who | RowPlan] = {}
        self.by_learner: dict[int, Who] = {}
        for row in rows:
            self.find(row)
        self._load(actor)

    def find(self, row: AttemptRow) -> Who | RowPlan:
        """Who the row is about, or the choice somebody must make."""
        person = row.person
        key = (fold(person.birth_name), fold(person.first_names), person.born_on)
        if key not in self.found:
            self.found[key] = self._decide(person)
        return self.found[key]

    def _decide(self, person: LearnerRow) -> Who | RowPlan:
        name = shown_name(person.birth_name, person.first_names, person.usage_name)
        decided = self.decisions.get(str(person.number), "")
        if decided == SKIP:
            return RowPlan(person.number, Verdict.TO_DECIDE, name, "laissée de côté")
        if person.born_on is None:
            return self._by_name(person, name, decided)
        others = self.known.get(person.born_on, [])
        exact = [item for item in others if is_same(person, item)]
        chosen = next((item for item in others if str(item.learner.id) == decided), None)
        if chosen is not None or len(exact) == 1:
            return self._who(person, (chosen or exact[0]).learner.id)
        near: list[Known] = exact or near_people(person, others)
        if near and decided != NEW:
            return to_decide(person, name, near)
        return Who(None, person.number, person)

    def _by_name(self, person: LearnerRow, name: str, decided: str) -> Who | RowPlan:
        if decided.isdecimal() and int(decided) in {item[0] for item in self.named}:
            return self._who(person, int(decided))
        text = f"{person.usage_name or person.birth_name}, {person.first_names}"
        match = match_roster(text, self.named)
        if match.person_id is not None:
            return self._who(person, match.person_id)
        names = {item[0]: shown_name(item[1], item[3], item[2]) for item in self.named}
        near = [Candidate(key, names[key], "nom proche") for key in match.candidates]
        reason = "Sans date de naissance, cette ligne ne désigne personne à coup sûr."
        return RowPlan(person.number, Verdict.TO_DECIDE, name, reason, near)

    def _who(self, person: LearnerRow, learner_id: int | None) -> Who:
        number = learner_id or 0
        return self.by_learner.setdefault(number, Who(number, person.number, person))

    def _load(self, actor: Actor) -> None:
        """The attempts already kept of the people found."""
        attempts: dict[int, Attempt] = {}
        ids = sorted(self.by_learner)
        for start in range(0, len(ids), CHUNK):
            statement = ATTEMPTS.where(
                col(Assessment.organisation_id) == actor.organisation_id,
                col(Assessment.learner_id).in_(ids[start : start + CHUNK]),
            )
            for row in self.session.execute(statement):
                number, learner_id, framework, on, moment, skill, level, words = row
                if number not in attempts:
                    attempts[number] = Attempt(framework, on, moment, {}, number)
                    self.by_learner[learner_id].attempts.append(attempts[number])
                attempts[number].levels[skill] = (level, words)


def _plan_row(row: AttemptRow, people: _People) -> RowPlan:
    who = people.find(row)
    name = shown_name(row.person.birth_name, row.person.first_names, row.person.usage_name)
    if isinstance(who, RowPlan):
        if who.row == row.number:
            return who
        reason = f"même personne que la ligne {who.row}"
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    if not row.levels:
        return RowPlan(row.number, Verdict.UNCHANGED, name, "aucun niveau sur cette ligne")
    payload, is_new = Payload(who, []), False
    for framework, levels in _by_framework(row).items():
        attempt = _matching(who.attempts, framework, row, levels)
        if attempt is None:
            is_new = True
            attempt = Attempt(framework, row.on, row.moment, {})
            who.attempts.append(attempt)
        added = {code: told for code, told in levels.items() if code not in attempt.levels}
        attempt.levels |= added
        if added:
            payload.added.append((attempt, added))
    return RowPlan(row.number, _verdict(payload, is_new), name, payload=payload)


def _verdict(payload: Payload, is_new: bool) -> Verdict:
    if not payload.added:
        return Verdict.UNCHANGED
    # A line a skill: each line brings a level, the first one opens the attempt.
    is_kept = any(attempt.id is not None for attempt, _ in payload.added)
    return Verdict.UPDATED if is_kept and not is_new else Verdict.CREATED


def _by_framework(row: AttemptRow) -> dict[str, Levels]:
    found: dict[str, Levels] = {}
    for item in row.levels:
        found.setdefault(item.skill.framework, {})[item.skill.code] = (item.level, item.stated)
    return found


def _matching(
    attempts: Iterable[Attempt], framework: str, row: AttemptRow, levels: Levels
) -> Attempt | None:
    """The attempt of the same day these levels are part of; one that says otherwise is another.

    The one that shares the most levels, so that a file given twice finds its own.
    """
    same_day = [
        attempt
        for attempt in attempts
        if (attempt.framework, attempt.on, attempt.moment) == (framework, row.on, row.moment)
        and all(attempt.levels.get(code, told) == told for code, told in levels.items())
    ]
    return max(same_day, key=lambda item: len(item.levels.keys() & levels.keys()), default=None)


def _new_frameworks(session: Session, actor: Actor, intake: AssessmentIntake) -> list[str]:
    known = {row.code for row in usable(session, actor)}
    labels = {code: item.label for code, item in reference.frameworks().items()}
    return [
        f"Le référentiel « {labels[code]} » sera mis en service."
        for code in intake.frameworks
        if code not in known
    ]


def _new_people(fates: Iterable[RowPlan]) -> list[str]:
    new = {
        fate.payload.who.first
        for fate in fates
        if isinstance(fate.payload, Payload) and fate.payload.who.learner_id is None
    }
    if not new:
        return []
    several = "s" if len(new) > 1 else ""
    return [f"{len(new)} personne{several} encore inconnue{several} de vous : fiche à créer."]
