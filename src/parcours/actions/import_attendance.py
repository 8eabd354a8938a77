"""A week’s attendance sheet: each line’s person, each cell’s half-day, what is already there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.attendance import mark_half_day
from parcours.actions.calendars import HALF_DAY_MINUTES
from parcours.actions.import_attendance_facts import Group, Marks, group_of, roster_of
from parcours.actions.import_plans import Candidate, Plan, RowPlan, Verdict, rejected
from parcours.domain.access import Actor
from parcours.domain.attendance import Asked, Status
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import shown_name
from parcours.domain.intake_attendance import AttendanceRow, CellMark, read_attendance
from parcours.domain.intake_roster import match_roster
from parcours.domain.intake_table import CellError, ColumnMap, Sheet
from parcours.domain.words import DataSource
from parcours.models import Cohort, CohortHalfDay

SKIP = "skip"


@dataclass(slots=True)
class Payload:
    """The person a line speaks of, by their last enrolment, and the marks to write for them."""

    enrolment_id: int
    marks: Marks


def plan_attendance(
    session: Session,
    cohort: Cohort,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the lines of a sheet will do for a cohort; nothing is written."""
    intake = read_attendance(sheet, column_map, today)
    group = group_of(session, cohort)
    errors = list(intake.errors)
    fates: list[RowPlan] = []
    taken: dict[int, int] = {}
    for row in intake.rows:
        fate = _plan_row(row, group, decisions, taken, intake.shape == "matrix")
        if fate.payload is not None:
            errors += _outside(sheet, row, fate.payload, group, today)
            _judge(fate, group)
        fates.append(fate)
    fates += rejected(intake.rejected)
    notices = [*intake.notices, *_new_half_days(fates, group)]
    extra = {
        "counts": _counts(intake.rows),
        "holidays": sorted({slot.on.isoformat() for slot in intake.closed}),
        "cohort": cohort.code,
    }
    rows = sorted(fates, key=lambda fate: fate.row)
    return Plan(rows, errors, (), intake.ignored, intake.blank, notices, extra)


def apply_attendance(
    session: Session, actor: Actor, cohort: Cohort, plan: Plan, *, today: date
) -> None:
    """Write the marks, half-day by half-day, through the same verb as the screen."""
    group = group_of(session, cohort)
    by_slot = _by_half_day(plan, group)
    _extend_calendar(session, cohort, set(by_slot) - group.calendar)
    for slot, asked in sorted(by_slot.items()):
        recorded = {key: marks[slot] for key, marks in group.recorded.items() if slot in marks}
        everybody = {
            period.enrolment_id
            for key in group.periods
            if (period := group.period(key, slot.on)) is not None
        }
        mark_half_day(
            session,
            actor,
            cohort.id or 0,
            slot,
            asked,
            expected=recorded,
            today=today,
            source=DataSource.IMPORT,
            is_complete=everybody <= set(recorded) | set(asked),
        )


def _by_half_day(plan: Plan, group: Group) -> dict[HalfDay, dict[int, Asked]]:
    """What to write of each half-day, by the enrolment that holds it."""
    found: dict[HalfDay, dict[int, Asked]] = defaultdict(dict)
    for fate in plan.rows:
        if fate.payload is not None and fate.verdict in {Verdict.CREATED, Verdict.UPDATED}:
            for slot, asked in fate.payload.marks.items():
                if period := group.period(fate.payload.enrolment_id, slot.on):
                    found[slot][period.enrolment_id] = asked
    return found


def guess_cohort(
    session: Session, actor: Actor, sheet: Sheet, column_map: ColumnMap, *, today: date
) -> Cohort:
    """The one cohort of the organisation whose people the sheet names (else RuleBroken)."""
    intake = read_attendance(sheet, column_map, today)
    scored: list[tuple[int, Cohort]] = []
    cohorts = session.execute(
        select(Cohort).where(col(Cohort.organisation_id) == actor.organisation_id)
    ).scalars()
    for cohort in cohorts:
        roster = roster_of(session, cohort)
        found = {match_roster(row.name_text, roster).person_id for row in intake.rows}
        scored.append((len(found - {None}), cohort))
    scored.sort(key=lambda pair: -pair[0])
    is_clear = bool(scored) and scored[0][0] > 0
    if not is_clear or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        raise RuleBroken(
            "Indiquez la promotion : aucune ne correspond seule à cette feuille.", field="cohort"
        )
    return scored[0][1]


def _plan_row(
    row: AttendanceRow,
    group: Group,
    decisions: Mapping[str, str],
    taken: dict[int, int],
    is_matrix: bool,
) -> RowPlan:
    decided = decisions.get(str(row.number), "")
    if decided == SKIP:
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, "laissée de côté")
    match = match_roster(row.name_text, group.roster)
    person = int(decided) if decided.isdecimal() else match.person_id
    if person is None or person not in group.periods:
        reason = "Cette ligne ne désigne pas une seule personne de la promotion."
        near = [_candidate(group, key) for key in match.candidates]
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, reason, near)
    if is_matrix and person in taken:
        reason = f"La ligne {taken[person]} désigne déjà cette personne."
        return RowPlan(row.number, Verdict.TO_DECIDE, row.name_text, reason)
    taken[person] = row.number
    known = group.known(person)
    marks = {mark.half_day: _asked(mark, known) for mark in row.marks}
    return RowPlan(row.number, Verdict.UNCHANGED, row.name_text, payload=Payload(person, marks))


def _asked(mark: CellMark, recorded: Marks) -> Asked:
    """What a cell asks; it tells no reason, so that the one already noted stays."""
    known = recorded.get(mark.half_day)
    if known and (known.status, known.late_minutes) == (mark.status, mark.late_minutes):
        return known
    return Asked(mark.status, mark.late_minutes)


def _outside(
    sheet: Sheet, row: AttendanceRow, payload: Payload, group: Group, today: date
) -> Iterable[CellError]:
    """Marks of days to come, or when the person was not there: refused cell by cell."""
    for mark in row.marks:
        slot = mark.half_day
        if slot.on > today:
            message = "Cette demi-journée n’a pas encore eu lieu."
        elif slot.on > group.cohort.ends_on or not group.period(payload.enrolment_id, slot.on):
            message = "La personne n’était pas dans la promotion ce jour-là."
        else:
            continue
        payload.marks.pop(slot, None)
        yield _error(sheet, row, mark, message)


def _error(sheet: Sheet, row: AttendanceRow, mark: CellMark, message: str) -> CellError:
    return CellError(
        sheet.title, row.number, mark.column, mark.code, message, "outside_cohort", "status"
    )


def _judge(fate: RowPlan, group: Group) -> None:
    known = group.known(fate.payload.enrolment_id)
    changed = [slot for slot, asked in fate.payload.marks.items() if known.get(slot) != asked]
    if changed:
        is_new = not any(slot in known for slot in fate.payload.marks)
        fate.verdict = Verdict.CREATED if is_new else Verdict.UPDATED


def _new_half_days(fates: Iterable[RowPlan], group: Group) -> list[str]:
    slots = {slot for fate in fates if fate.payload is not None for slot in fate.payload.marks}
    added = sorted(slots - group.calendar)
    if not added:
        return []
    days = ", ".join(sorted({slot.on.strftime("%d/%m/%Y") for slot in added}))
    return [f"Le calendrier de la promotion recevra {len(added)} demi-journées ({days})."]


def _counts(rows: Iterable[AttendanceRow]) -> dict[str, int]:
    tally = Counter(mark.status for row in rows for mark in row.marks)
    return {status.value: tally[status] for status in Status if tally[status]}


def _extend_calendar(session: Session, cohort: Cohort, slots: set[HalfDay]) -> None:
    session.add_all(
        CohortHalfDay(
            cohort_id=cohort.id or 0, held_on=slot.on, half=slot.half, minutes=HALF_DAY_MINUTES
        )
        for slot in sorted(slots)
    )
    session.flush()


def _candidate(group: Group, enrolment_id: int) -> Candidate:
    person = next(row for row in group.roster if row[0] == enrolment_id)
    return Candidate(enrolment_id, shown_name(person[1], person[3], person[2]), "nom proche")
