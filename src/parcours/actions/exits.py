"""Recording what happened when a person left, and correcting it without losing what was said."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.follow_ups import move_follow_ups, plan_follow_ups
from parcours.actions.history import as_text, record_change
from parcours.actions.pathways import StepFacts, add_step, end_pathway
from parcours.actions.situations import (
    FIELDS,
    SituationRecord,
    columns,
    facts_of,
    record_of,
    situations_of,
)
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.exit_checks import check_exit
from parcours.domain.pathway import StepDates
from parcours.domain.words import DataSource, StepKind
from parcours.models import Exit, ExitSituation, Pathway, visibility
from parcours.models.outcomes import Moment


@dataclass(frozen=True, slots=True)
class ExitRow:
    """An exit, with the last version of each situation told of it, the exit’s own first."""

    exit: Exit
    situations: list[ExitSituation]

    @property
    def first(self) -> ExitSituation:
        """The situation at exit."""
        return self.situations[0]


def record_exit(
    session: Session,
    actor: Actor,
    pathway_id: int,
    record: SituationRecord,
    *,
    today: date,
    closes_pathway: bool = True,
    source: DataSource = DataSource.SCREEN,
) -> Exit:
    """Record an exit and its follow-ups; it closes the pathway that day unless the person goes on.

    A contract becomes an employment step when the pathway goes on. Raises RuleBroken.
    """
    require(actor, Capability.RECORD_EXITS)
    pathway = visibility.pathway(session, actor, pathway_id, today=today, lock=True)
    check_exit(facts_of(record), opened_on=pathway.opened_on, today=today)
    if record.need_id is not None:
        visibility.need(session, actor, record.need_id)
    if pathway.closed_on is not None and closes_pathway:
        raise RuleBroken("Ce parcours est déjà clos : corrigez la sortie déjà notée.")
    row = write_exit(session, actor, pathway, record, source=source)
    if not closes_pathway:
        _add_employment(session, actor, pathway, record, today=today, source=source)
    elif pathway.closed_on is None:
        closed_on = max(record.observed_on, pathway.opened_on)
        end_pathway(session, actor, pathway, closed_on=closed_on, today=today)
    session.flush()
    return row


def write_exit(
    session: Session,
    actor: Actor,
    pathway: Pathway,
    record: SituationRecord,
    *,
    source: DataSource,
) -> Exit:
    """Write an exit whose facts were checked, its situation and its follow-ups."""
    row = Exit(
        learner_id=pathway.learner_id,
        pathway_id=pathway.id or 0,
        organisation_id=actor.organisation_id,
        exited_on=record.observed_on,
        source=source,
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    session.add(situation_row(actor, row, record, Moment.EXIT, source=source))
    plan_follow_ups(session, pathway, row, facts_of(record))
    audit.record(session, actor, "record", "exit", row.id, learner_id=row.learner_id)
    return row


def correct_exit(
    session: Session,
    actor: Actor,
    exit_id: int,
    record: SituationRecord,
    *,
    version: int,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> Exit:
    """Say an exit again: a new version of its situation; what it said before is kept."""
    require(actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(session, actor, exit_id, today=today, lock=True)
    before = situations_of(session, [exit_id])[exit_id][0]
    if row.version != version:
        theirs = {name: getattr(before, name) for name in FIELDS}
        mine = {name: getattr(record, name) for name in FIELDS}
        raise EditConflict(theirs=theirs, mine=mine, who="")
    pathway = visibility.pathway(session, actor, row.pathway_id, today=today)
    check_exit(facts_of(record), opened_on=pathway.opened_on, today=today)
    if record.need_id is not None and record.need_id != before.need_id:
        visibility.need(session, actor, record.need_id)
    if record == record_of(before):
        return row
    row.version += 1
    row.exited_on = record.observed_on
    changed = _note_changes(session, actor, row, before, record)
    new = situation_row(actor, row, record, Moment.EXIT, source=source)
    new.replaces_id = before.id
    session.add(new)
    session.flush()
    move_follow_ups(session, row, facts_of(record))
    audit.record(
        session, actor, "correct", "exit", row.id, learner_id=row.learner_id, fields=changed
    )
    return row


def exits_of(session: Session, pathway_ids: list[int]) -> list[ExitRow]:
    """The exits of pathways the caller has opened, the latest first."""
    rows = list(
        session.execute(
            select(Exit)
            .where(col(Exit.pathway_id).in_(pathway_ids))
            .order_by(col(Exit.exited_on).desc(), col(Exit.id).desc())
        ).scalars()
    )
    told = situations_of(session, [row.id or 0 for row in rows]) if rows else {}
    return [ExitRow(row, told[row.id or 0]) for row in rows]


def situation_row(
    actor: Actor,
    row: Exit,
    record: SituationRecord,
    moment: Moment,
    *,
    source: DataSource,
    follow_up_id: int | None = None,
) -> ExitSituation:
    """A situation of an exit, ready to be stored."""
    return ExitSituation(
        exit_id=row.id or 0,
        learner_id=row.learner_id,
        organisation_id=row.organisation_id,
        follow_up_id=follow_up_id,
        moment=moment,
        source=source,
        created_by_id=actor.account_id,
        **columns(record),
    )


def _note_changes(
    session: Session, actor: Actor, row: Exit, before: ExitSituation, record: SituationRecord
) -> list[str]:
    changed = [name for name in FIELDS if getattr(before, name) != getattr(record, name)]
    for name in changed:
        old, new = as_text(getattr(before, name)), as_text(getattr(record, name))
        record_change(session, actor, row, f"exit.{name}", old, new)
    return changed


def _add_employment(
    session: Session,
    actor: Actor,
    pathway: Pathway,
    record: SituationRecord,
    *,
    today: date,
    source: DataSource,
) -> None:
    if record.contract_starts_on is None:
        return
    has_begun = record.contract_starts_on <= today
    dates = StepDates(
        record.contract_starts_on,
        record.contract_ends_on,
        record.contract_starts_on if has_begun else None,
    )
    title = reference.label(reference.contract_types(), record.contract_type) or "Emploi"
    facts = StepFacts(StepKind.EMPLOYMENT, title, dates)
    add_step(session, actor, pathway, facts, today=today, source=source)
