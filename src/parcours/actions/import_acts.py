"""A sheet of mediation acts: whose each line is, which acts are new, which workshop they make."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import false, or_, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions import mediation
from parcours.actions.import_plans import Candidate, Plan, RowPlan, Verdict, rejected
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold, shown_name
from parcours.domain.intake_acts import ActRow, read_acts
from parcours.domain.intake_roster import RosterPerson, match_roster
from parcours.domain.intake_table import CellError, ColumnMap, Sheet
from parcours.domain.mediation import ActivityFacts, ActivityKind, Taking, check_activity
from parcours.domain.words import DataSource
from parcours.models import Act, Activity, Learner, LearnerAccess
from parcours.models.visibility import access_is_open, scope

SKIP = "skip"
UNKNOWN = "Personne de ce nom parmi celles que vous voyez : créez d’abord sa fiche."
NOT_ONE = "Cette ligne ne désigne pas une seule des personnes que vous voyez."
Group = tuple[ActivityKind, date, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Payload:
    """The act a line says, and of whom."""

    learner_id: int
    row: ActRow


@dataclass(slots=True)
class Known:
    """The people in sight, by the words of their names, and the acts already noted."""

    people: dict[int, tuple[RosterPerson, date]]
    by_word: dict[str, set[int]]
    acts: dict[tuple[int, str], set[int]]
    used: set[int] = field(default_factory=set)

    def takes(self, learner_id: int, mark: str) -> bool:
        """Whether an act already noted, and not yet matched, is the one of a line."""
        free = self.acts.get((learner_id, mark), set()) - self.used
        self.used |= set(sorted(free)[:1])
        return bool(free)


def plan_acts(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the lines of a sheet will do; nothing is written."""
    labels = {code: item.label for code, item in reference.act_themes().items()}
    intake = read_acts(sheet, column_map, labels, today)
    known = _known(session, actor, intake.rows, today)
    taken: dict[tuple[int, Group], int] = {}
    fates = [_plan_row(row, known, decisions, taken) for row in intake.rows]
    errors = [*intake.errors, *_refused_groups(sheet, column_map, fates, today)]
    fates += rejected(intake.rejected)
    rows = sorted(fates, key=lambda fate: fate.row)
    return Plan(rows, errors, intake.warnings, intake.ignored, intake.blank)


def apply_acts(session: Session, actor: Actor, plan: Plan, *, today: date) -> None:
    """Write the new acts through the same verbs as the screen; a workshop’s lines make one."""
    groups: dict[Any, dict[int, ActRow]] = defaultdict(dict)
    for fate in plan.rows:
        if fate.payload is not None and fate.verdict is Verdict.CREATED:
            row = fate.payload.row
            alone = row.kind is ActivityKind.INDIVIDUAL
            groups[row.number if alone else _group(row)][fate.payload.learner_id] = row
    for acts in groups.values():
        facts = _facts(next(iter(acts.values())))
        people = {key: Taking(row.part, row.autonomy) for key, row in acts.items()}
        made = _earlier(session, actor, facts)
        if made is None:
            made = mediation.record_activity(
                session, actor, facts, people, today=today, source=DataSource.IMPORT
            )
        else:
            _join(session, actor, made, people, today)
        made.imported_as = made.imported_as or _mark(_group_of(made))


def _plan_row(
    row: ActRow,
    known: Known,
    decisions: Mapping[str, str],
    taken: dict[tuple[int, Group], int],
) -> RowPlan:
    decided = decisions.get(str(row.number), "")
    if decided == SKIP:
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, "laissée de côté")
    found, near = _whose(row, known)
    learner = int(decided) if decided.isdecimal() else found
    if learner not in known.people:
        candidates = [_candidate(known, key) for key in near]
        reason = NOT_ONE if candidates else UNKNOWN
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, reason, candidates)
    payload, key = Payload(learner, row), (learner, _group(row))
    if row.kind is not ActivityKind.INDIVIDUAL and key in taken:
        reason = f"La ligne {taken[key]} note déjà cette personne dans le même atelier."
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, reason)
    taken[key] = row.number
    is_known = known.takes(learner, _mark(key[1]))
    verdict = Verdict.UNCHANGED if is_known else Verdict.CREATED
    return RowPlan(row.number, verdict, row.name_text, payload=payload)


def _whose(row: ActRow, known: Known) -> tuple[int | None, list[int]]:
    """The one person a line surely names, else those to choose from; a birth date settles."""
    words = fold(row.name_text).split()
    near = set().union(*(known.by_word.get(word, set()) for word in words))
    people = [known.people[key] for key in sorted(near)]
    match = match_roster(row.name_text, (person for person, _ in people))
    if row.born_on is None:
        return match.person_id, list(match.candidates)
    same_day = [person for person, born_on in people if born_on == row.born_on]
    dated = match_roster(row.name_text, same_day)
    return dated.person_id, [*dated.candidates] or [*match.candidates, *_one(match.person_id)]


def _one(number: int | None) -> list[int]:
    return [] if number is None else [number]


def _candidate(known: Known, learner_id: int) -> Candidate:
    person, born_on = known.people[learner_id]
    name = shown_name(person[1], person[3], person[2])
    return Candidate(learner_id, name, f"né·e le {born_on.strftime('%d/%m/%Y')}")


def _refused_groups(
    sheet: Sheet, column_map: ColumnMap, fates: list[RowPlan], today: date
) -> Iterable[CellError]:
    """Workshops that cannot be: nobody follows them, too many people. Their lines stay out."""
    groups: dict[Group, list[RowPlan]] = defaultdict(list)
    for fate in fates:
        if fate.verdict is Verdict.CREATED and fate.payload.row.kind is ActivityKind.WORKSHOP:
            groups[_group(fate.payload.row)].append(fate)
    for lines in groups.values():
        people = {
            fate.payload.learner_id: Taking(fate.payload.row.part, fate.payload.row.autonomy)
            for fate in lines
        }
        facts = _facts(lines[0].payload.row)
        try:
            check_activity(facts, people, themes=reference.act_themes(), today=today)
        except RuleBroken as refusal:
            column = column_map.columns.get("part") or column_map.columns["theme"]
            for fate in lines:
                fate.verdict, fate.payload = Verdict.REJECTED, None
                value = sheet.row(fate.row).cell(column).text
                place = (sheet.title, fate.row, column, value)
                yield CellError(*place, str(refusal), "group", "part", True)


def _group(row: ActRow) -> Group:
    return (row.kind, row.held_on, row.theme, row.minutes, fold(row.place or ""),
            fold(row.title or ""))  # fmt: skip


def _facts(row: ActRow) -> ActivityFacts:
    return ActivityFacts(row.kind, row.theme, row.held_on, row.minutes, row.place, row.title)


def _known(session: Session, actor: Actor, rows: list[ActRow], today: date) -> Known:
    found = session.execute(
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.born_on),
        )
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
        .where(access_is_open()),
        scope(actor, today),
    )
    people = {row[0] or 0: ((row[0] or 0, row[1], row[2], row[3]), row[4]) for row in found}
    by_word: dict[str, set[int]] = defaultdict(set)
    for key, ((_, birth, usage, first), _born) in people.items():
        for word in fold(f"{birth} {usage or ''} {first}").split():
            by_word[word].add(key)
    return Known(people, by_word, _noted(session, actor, rows))


def _noted(session: Session, actor: Actor, rows: list[ActRow]) -> dict[tuple[int, str], set[int]]:
    """The acts of the organisation by person and mark: as they are now, and as they came in.

    What was corrected, cancelled or taken off since was decided: a second import leaves it so.
    """
    marks = {_mark(_group(row)) for row in rows}
    days = {row.held_on for row in rows}
    found = session.execute(
        select(Activity, col(Act.learner_id), col(Act.id))
        .join(Act, col(Act.activity_id) == col(Activity.id))
        .where(
            col(Activity.organisation_id) == actor.organisation_id,
            or_(
                col(Activity.held_on).between(min(days), max(days)) if days else false(),
                col(Activity.imported_as).is_not(None),
            ),
        )
    )
    noted: dict[tuple[int, str], set[int]] = defaultdict(set)
    for activity, learner_id, number in found:
        for mark in {_mark(_group_of(activity)), activity.imported_as} & marks:
            noted[learner_id, mark].add(number)
    return noted


def _mark(group: Group) -> str:
    return hashlib.sha256("|".join(map(str, group)).encode()).hexdigest()


def _group_of(row: Activity) -> Group:
    return (row.kind, row.held_on, row.theme, row.minutes, fold(row.place or ""),
            fold(row.title or ""))  # fmt: skip


def _earlier(session: Session, actor: Actor, facts: ActivityFacts) -> Activity | None:
    """The workshop of the same day, theme, length, place and title the organisation has noted."""
    if facts.kind is ActivityKind.INDIVIDUAL:
        return None
    rows = session.execute(
        select(Activity)
        .where(
            col(Activity.organisation_id) == actor.organisation_id,
            col(Activity.kind) == facts.kind,
            col(Activity.held_on) == facts.held_on,
            col(Activity.theme) == facts.theme,
            col(Activity.minutes) == facts.minutes,
            col(Activity.cancelled_at).is_(None),
        )
        .order_by(col(Activity.id))
    ).scalars()
    asked = (fold(facts.place or ""), fold(facts.title or ""))
    return next((row for row in rows if _group_of(row)[4:] == asked), None)


def _join(
    session: Session, actor: Actor, row: Activity, people: dict[int, Taking], today: date
) -> None:
    """Add people to a workshop already noted; those who were in it stay."""
    acts = mediation.acts_of(session, row)
    seen = mediation.seen_among(session, actor, acts, today=today)
    there = {
        key: Taking(act.part, act.autonomy)
        for key, act in acts.items()
        if key in seen and act.withdrawn_at is None
    }
    mediation.correct_activity(
        session,
        actor,
        row.id or 0,
        mediation.facts_of(row),
        {**there, **people},
        version=row.version,
        today=today,
    )
