"""Comparisons and allocations of adéquation kept as they were shown, and computed again.

Source: matching notes §9.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import match_runs
from parcours.actions.coverage import Study
from parcours.actions.coverage_facts import CurriculumFacts
from parcours.actions.match_runs import Replayed, digest_of
from parcours.db import insert_once
from parcours.domain import allocation_runs, coverage_runs
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import digest
from parcours.domain.coverage_runs import RunKind
from parcours.models import Account, Cohort, CoverageRun
from parcours.models.base import utc_now
from parcours.models.visibility import coverage_runs_of

ENGINES = {RunKind.ALIGNMENT: coverage_runs.replay, RunKind.ALLOCATION: allocation_runs.replay}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run kept, as lists show it."""

    id: str
    kind: RunKind
    as_of: date
    cohort: str | None
    by: str
    at: datetime
    result: str


def keep_study(session: Session, actor: Actor, study: Study, *, today: date) -> CoverageRun:
    """Keep a comparison as it is shown; the same facts on the same day are kept once."""
    require(actor, Capability.FOLLOW_NEEDS)
    facts = coverage_runs.snapshot(study.question)
    cohort = study.cohort.id if study.cohort else None
    name = digest([actor.organisation_id, study.curriculum.id, cohort, facts.decode()])[:32]
    texts = facts, coverage_runs.result_bytes(study.question)
    run = keep(
        session, actor, RunKind.ALIGNMENT, study.curriculum, cohort, name, texts,
        coverage_runs.ENGINE, today=today,
    )  # fmt: skip
    audit.record(session, actor, "keep_alignment", "curriculum", run.curriculum_id, run=run.id)
    return run


def keep(
    session: Session,
    actor: Actor,
    kind: RunKind,
    curriculum: CurriculumFacts,
    cohort_id: int | None,
    name: str,
    texts: tuple[bytes, bytes],
    engine: int,
    *,
    today: date,
) -> CoverageRun:
    """Write a run under its name, once; `texts` are what it was computed from, and the result."""
    facts, result = (text.decode() for text in texts)
    row: dict[str, Any] = {
        "id": name,
        "organisation_id": actor.organisation_id,
        "curriculum_id": curriculum.id,
        "curriculum_version": curriculum.version,
        "cohort_id": cohort_id,
        "kind": kind,
        "as_of": today,
        "engine": engine,
        "input_snapshot": facts,
        "input_sha256": digest_of(facts),
        "result": result,
        "result_sha256": digest_of(result),
        "at": utc_now(),
        "account_id": actor.account_id,
    }
    insert_once(session, CoverageRun, row, unique="id")
    return session.get_one(CoverageRun, name)


def kept_runs(session: Session, actor: Actor, curriculum_id: int) -> list[RunLine]:
    """The last runs about a curriculum the caller has found visible, the latest first."""
    rows = session.execute(
        select(
            col(CoverageRun.id),
            col(CoverageRun.kind),
            col(CoverageRun.as_of),
            col(Cohort.name),
            col(Account.name),
            col(CoverageRun.at),
            col(CoverageRun.result),
        )
        .join(Account, col(Account.id) == col(CoverageRun.account_id))
        .outerjoin(Cohort, col(Cohort.id) == col(CoverageRun.cohort_id))
        .where(coverage_runs_of(actor, curriculum_id))
        .order_by(col(CoverageRun.at).desc(), col(CoverageRun.id))
        .limit(MOST_SHOWN)
    )
    return [RunLine(*row) for row in rows]


def replay_run(session: Session, run_id: str) -> Replayed:
    """Compute a run again, whatever it is of, and compare the bytes (NotFound)."""
    row = session.get(CoverageRun, run_id)
    if row is None:
        return match_runs.replay_run(session, run_id)
    return Replayed(run_id, 1, () if is_same(row) else (row.id,))


def is_same(row: CoverageRun) -> bool:
    """Whether a run computed again gives the bytes that were kept."""
    again = ENGINES[row.kind](row.input_snapshot.encode()).decode()
    hashes = digest_of(row.input_snapshot), digest_of(row.result)
    return again == row.result and hashes == (row.input_sha256, row.result_sha256)
