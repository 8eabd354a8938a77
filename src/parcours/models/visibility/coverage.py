"""Comparisons and allocations kept: those of one’s own organisation."""

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models.coverage import CoverageRun
from parcours.models.visibility.people import one


def coverage_run(session: Session, actor: Actor, curriculum_id: int, run_id: str) -> CoverageRun:
    """A run of the actor’s organisation about one of its curricula, else NotFound."""
    statement = select(CoverageRun).where(
        col(CoverageRun.id) == run_id, coverage_runs_of(actor, curriculum_id)
    )
    found: CoverageRun = one(session, statement, {})
    return found


def coverage_runs_of(actor: Actor, curriculum_id: int) -> ColumnElement[bool]:
    """Condition: a run of the actor’s organisation about a curriculum."""
    return and_(
        col(CoverageRun.organisation_id) == actor.organisation_id,
        col(CoverageRun.curriculum_id) == curriculum_id,
    )
