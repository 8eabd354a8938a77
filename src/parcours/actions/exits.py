"""Recording what happened when a person left, and correcting it without losing what was said."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.history import as_text, record_change
from parcours.actions.pathways import StepFacts, add_step, end_pathway
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.outcomes import (
    ContractType,
    ExitFacts,
    ExitType,
    SituationKind,
    check_exit,
)
from parcours.domain.pathway import StepDates
from parcours.domain.words import DataSource, StepKind
from parcours.models import Exit, Pathway, visibility
from parcours.models.base import utc_now


@dataclass(frozen=True, slots=True)
class ExitRecord:
    """What a person says of an exit. None is unknown."""

    exited_on: date
    situation: str | None = None
    contract_type: str | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = None
    weekly_hours: Decimal | None = None
    related_to_training: bool | None = None
    proof: str | None = None
    proof_seen_on: date | None = None


FIELDS = tuple(ExitRecord.__dataclass_fields__)


def record_exit(
    session: Session,
    actor: Actor,
    pathway_id: int,
    record: ExitRecord,
    *,
    today: date,
    closes_pathway: bool = True,
    source: DataSource = DataSource.SCREEN,
) -> Exit:
    """Record an exit; it closes the pathway on that day unless the person goes on.

    A contract becomes an employment step when the pathway goes on. Raises RuleBroken.
    """
    require(actor, Capability.RECORD_EXITS)
    pathway = visibility.pathway(session, actor, pathway_id, today=today, lock=True)
    check_exit(facts_of(record), opened_on=pathway.opened_on, today=today)
    if pathway.closed_on is not None and closes_pathway:
        raise RuleBroken("Ce parcours est déjà clos : corrigez la sortie déjà notée.")
    row = Exit(
        learner_id=pathway.learner_id,
        pathway_id=pathway_id,
        organisation_id=actor.organisation_id,
        source=source,
        created_by_id=actor.account_id,
        **_columns(record),
    )
    session.add(row)
    if not closes_pathway:
        _add_employment(session, actor, pathway, record, today=today, source=source)
    elif pathway.closed_on is None:
        closed_on = max(record.exited_on, pathway.opened_on)
        end_pathway(session, actor, pathway, closed_on=closed_on, today=today)
    session.flush()
    audit.record(session, actor, "record", "exit", row.id, learner_id=row.learner_id)
    return row


def correct_exit(
    session: Session, actor: Actor, exit_id: int, record: ExitRecord, *, version: int, today: date
) -> Exit:
    """Correct an exit one’s organisation recorded; what it said before stays in the journal."""
    require(actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(session, actor, exit_id, today=today, lock=True)
    if row.version != version:
        theirs = {name: getattr(row, name) for name in FIELDS}
        mine = {name: getattr(record, name) for name in FIELDS}
        raise EditConflict(theirs=theirs, mine=mine, who="")
    pathway = visibility.pathway(session, actor, row.pathway_id, today=today)
    check_exit(facts_of(record), opened_on=pathway.opened_on, today=today)
    changed = [name for name in FIELDS if getattr(row, name) != getattr(record, name)]
    if not changed:
        return row
    row.version += 1
    for name in changed:
        before, after = as_text(getattr(row, name)), as_text(getattr(record, name))
        record_change(session, actor, row, f"exit.{name}", before, after)
        setattr(row, name, getattr(record, name))
    row.corrected_at, row.corrected_by_id = utc_now(), actor.account_id
    session.flush()
    audit.record(
        session, actor, "correct", "exit", row.id, learner_id=row.learner_id, fields=changed
    )
    return row


def exits_of(session: Session, pathway_ids: list[int]) -> list[Exit]:
    """The exits of pathways the caller has opened, the latest first."""
    return list(
        session.execute(
            select(Exit)
            .where(col(Exit.pathway_id).in_(pathway_ids))
            .order_by(col(Exit.exited_on).desc(), col(Exit.id).desc())
        ).scalars()
    )


def facts_of(record: ExitRecord | Exit) -> ExitFacts:
    """An exit as the rules read it."""
    return ExitFacts(
        exited_on=record.exited_on,
        situation=_situation(record.situation),
        contract=_contract(record.contract_type),
        contract_starts_on=record.contract_starts_on,
        contract_ends_on=record.contract_ends_on,
        employer=record.employer,
        has_proof=record.proof_seen_on is not None,
    )


def _situation(code: str | None) -> ExitType | None:
    item = reference.exit_types().get(code) if code else None
    if item is None:
        return None
    return ExitType(
        item.code,
        SituationKind(item.extra["situation"]),
        item.extra["iae_class"],
        item.flag("overrides_contract"),
    )


def _contract(code: str | None) -> ContractType | None:
    item = reference.contract_types().get(code) if code else None
    if item is None:
        return None
    return ContractType(
        item.code, item.flag("is_employment"), item.flag("needs_end"), item.extra["iae_class"]
    )


def _add_employment(
    session: Session,
    actor: Actor,
    pathway: Pathway,
    record: ExitRecord,
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


def _columns(record: ExitRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}
