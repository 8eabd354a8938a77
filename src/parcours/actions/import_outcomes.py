"""A partner’s table of exits: whose exit, told already or not, and the follow-ups it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.follow_ups import asked_by, follow_ups_of
from parcours.actions.import_learners import (
    NEW,
    SKIP,
    Known,
    known_people,
    near_people,
    person_of,
    person_of_row,
    to_decide,
)
from parcours.actions.import_outcomes_later import Later, Told, notices_of, sort_out
from parcours.actions.import_plans import Plan, RowPlan, Verdict, rejected
from parcours.actions.situations import (
    CHUNK,
    FIELDS,
    SituationRecord,
    facts_of,
    record_of,
    situations_of,
)
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.exit_checks import check_exit
from parcours.domain.identity import same_person, shown_name
from parcours.domain.intake_outcomes import OutcomeRow, read_outcomes
from parcours.domain.intake_table import CellError, ColumnMap, Sheet
from parcours.models import Exit, ExitSituation, FollowUp, Pathway

COLUMNS = {"situation": "exit_situation", "contract_type": "contract"}


@dataclass(slots=True)
class Payload:
    """What applying a line takes: who, their exit when it is told already, what to add to it."""

    row: OutcomeRow
    known: Known | None = None
    exit: Exit | None = None
    pathway: Pathway | None = None
    record: SituationRecord | None = None
    later: Later = field(default_factory=Later)


@dataclass(slots=True)
class _Known:
    exits: dict[int, list[Exit]]
    situations: dict[int, list[ExitSituation]]
    follow_ups: dict[int, dict[str, FollowUp]]
    today: date
    session: Session


def plan_outcomes(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the lines of a table of exits will do; nothing is written."""
    intake = read_outcomes(sheet, column_map, today)
    known = known_people(session, actor, [row.person for row in intake.rows], today)
    told = _told(session, actor, known, today)
    errors: list[CellError] = list(intake.errors)
    fates: list[RowPlan] = []
    for row in intake.rows:
        wrong = list(_contradictions(sheet, column_map, row, today))
        errors += wrong
        if not wrong:
            fates.append(_plan_row(actor, row, known, told, decisions))
    out = {row.number for row in intake.people.rows} - {fate.row for fate in fates}
    rows = sorted([*fates, *rejected(out)], key=lambda fate: fate.row)
    warnings = [*intake.warnings, *_left_out(sheet, column_map, fates)]
    people = intake.people
    notices = [*people.notices, *notices_of(_kept_as_news(fates))]
    return Plan(
        rows, errors, warnings, people.ignored, people.blank, notices, {"counts": intake.counts}
    )


def record_of_row(row: OutcomeRow) -> SituationRecord:
    """A line’s exit as a screen would say it."""
    return SituationRecord(
        observed_on=row.exited_on or date.min,
        situation=row.situation,
        contract_type=row.contract,
        contract_starts_on=row.starts_on,
        contract_ends_on=row.ends_on,
        employer=row.employer,
    )


def _left_out(sheet: Sheet, column_map: ColumnMap, fates: Iterable[RowPlan]) -> Iterable[CellError]:
    """The cells about a later day that say nothing to note, each with its reason."""
    for fate in fates:
        for said, reason in fate.payload.later.refused if fate.payload else ():
            column = column_map.columns.get(said.field, "")
            value = sheet.row(fate.row).cell(column).text
            yield CellError(sheet.title, fate.row, column, value, reason, "later_out", said.field)


def _kept_as_news(fates: Iterable[RowPlan]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for fate in fates:
        for said in fate.payload.later.news if fate.payload else ():
            found.setdefault(said.delay, []).append(fate.row)
    return found


def _told(session: Session, actor: Actor, known: Mapping[date, list[Known]], today: date) -> _Known:
    ids = sorted({item.learner.id or 0 for people in known.values() for item in people})
    found = _Known({}, {}, {}, today, session)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(Exit).where(
                col(Exit.learner_id).in_(ids[start : start + CHUNK]),
                col(Exit.organisation_id) == actor.organisation_id,
            )
        ).scalars()
        for row in rows:
            found.exits.setdefault(row.learner_id, []).append(row)
    exits = [row.id or 0 for rows in found.exits.values() for row in rows]
    found.situations = situations_of(session, exits)
    for start in range(0, len(exits), CHUNK):
        for item in follow_ups_of(session, *exits[start : start + CHUNK]):
            found.follow_ups.setdefault(item.exit_id, {})[item.delay] = item
    return found


def _plan_row(
    actor: Actor,
    row: OutcomeRow,
    known: Mapping[date, list[Known]],
    told: _Known,
    decisions: Mapping[str, str],
) -> RowPlan:
    person = row.person
    name = shown_name(person.birth_name, person.first_names, person.usage_name)
    if person.same_as is not None:
        reason = (
            f"La ligne {person.same_as} parle de la même personne : notez la seconde à la main."
        )
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    decided = decisions.get(str(row.number), "")
    if decided == SKIP:
        return RowPlan(row.number, Verdict.TO_DECIDE, name, "laissée de côté")
    others = known.get(person.born_on, []) if person.born_on else []
    exact = [item for item in others if same_person(person_of_row(person), person_of(item.learner))]
    chosen = next((item for item in others if str(item.learner.id) == decided), None)
    if chosen is not None or len(exact) == 1:
        return _plan_known(row, name, chosen or exact[0], told)
    near = exact or near_people(person, others)
    if near and decided != NEW:
        return to_decide(person, name, near)
    return _plan_new(row, name, Payload(row, record=record_of_row(row)), told)


def _plan_known(row: OutcomeRow, name: str, known: Known, told: _Known) -> RowPlan:
    """Somebody in sight: an exit of that day is completed, never overwritten; else it is new."""
    payload = Payload(row, known, record=record_of_row(row))
    for item in told.exits.get(known.learner.id or 0, []):
        if item.exited_on == row.exited_on:
            return _plan_told(row, name, payload, item, told)
    payload.pathway = next((item for item in known.pathways if _covers(item, row)), None)
    if payload.pathway is None and known.pathways:
        reason = "Aucun parcours de cette personne ne couvre ce jour : notez la sortie à la main."
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    return _plan_new(row, name, payload, told)


def _plan_new(row: OutcomeRow, name: str, payload: Payload, told: _Known) -> RowPlan:
    record = record_of_row(row)
    asked = asked_by(told.session, payload.pathway)
    payload.later = sort_out(row, Told(record, record.observed_on, asked), told.today)
    return RowPlan(row.number, Verdict.CREATED, name, payload=payload)


def _plan_told(row: OutcomeRow, name: str, payload: Payload, found: Exit, told: _Known) -> RowPlan:
    first, *since = told.situations[found.id or 0]
    before = record_of(first)
    filled = {
        item: getattr(payload.record, item) for item in FIELDS if getattr(before, item) is None
    }
    payload.exit, payload.record = found, replace(before, **filled)
    try:
        check_exit(facts_of(payload.record), opened_on=found.exited_on, today=told.today)
    except RuleBroken as refusal:
        reason = f"Contredit la sortie déjà notée : {refusal}"
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    follow_ups = told.follow_ups.get(found.id or 0, {})
    exit_told = Told(payload.record, found.exited_on, list(follow_ups), follow_ups, since)
    payload.later = sort_out(row, exit_told, told.today)
    changes = payload.record != before or payload.later
    verdict = Verdict.UPDATED if changes else Verdict.UNCHANGED
    return RowPlan(row.number, verdict, name, payload=payload)


def _covers(pathway: Pathway, row: OutcomeRow) -> bool:
    day = row.exited_on or date.min
    return pathway.opened_on <= day and (pathway.closed_on is None or day <= pathway.closed_on)


def _contradictions(
    sheet: Sheet, column_map: ColumnMap, row: OutcomeRow, today: date
) -> Iterable[CellError]:
    record = record_of_row(row)
    try:
        check_exit(facts_of(record), opened_on=record.observed_on, today=today)
    except RuleBroken as refusal:
        for name, message in refusal.errors.items():
            code = COLUMNS.get(name, name)
            column = column_map.columns.get(code, "")
            value = sheet.row(row.number).cell(column).text
            yield CellError(
                sheet.title, row.number, column, value, message, "contradiction", code, rejects=True
            )
