"""Workbooks made apart: asked for, made by whoever takes them up, kept once, begun again."""

import logging
import tempfile
import time
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import accounts, exports
from parcours.actions.exports import Made, Request, requested
from parcours.actions.outcome_entries import count_of
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.export_jobs import (
    GIVEN_UP,
    MOST_ATTEMPTS,
    SILENCE,
    JobFacts,
    JobState,
    check_restart,
    is_given_up,
    state,
)
from parcours.models import ExportJob, visibility
from parcours.models.base import utc_now

log = logging.getLogger("parcours")
BEAT_EVERY = 1.0
LOST_RIGHT = "Cette convention n’est plus ouverte au compte qui a demandé ce classeur."
NO_ROOM = "La place manque sur le serveur pour préparer ce classeur : prévenez l’administration."
OURS = (
    "Une erreur est survenue de notre côté pendant la préparation. Réessayez ; si cela dure, "
    "prévenez l’administration technique."
)


class Superseded(Exception):
    """Somebody else took the work up meanwhile: nothing more is written of it here."""


def is_large(session: Session, asked: Request, *, most: int) -> bool:
    """Whether a workbook has more people than a page may wait for."""
    return count_of(session, asked.agreement, asked.as_of) > most


def ask(session: Session, actor: Actor, asked: Request, *, today: date) -> ExportJob:
    """Note that a workbook is asked for; the caller had it checked (exports.requested)."""
    job = ExportJob(
        agreement_id=asked.agreement.id or 0,
        organisation_id=actor.organisation_id,
        membership_id=actor.membership_id,
        output=asked.output.code,
        layout_id=asked.layout.id if asked.layout else None,
        as_of=asked.as_of,
        asked_on=today,
        created_by_id=actor.account_id,
    )
    session.add(job)
    session.flush()
    audit.record(session, actor, "ask", "export_job", job.id, output=job.output)
    return job


def restart(session: Session, actor: Actor, job_id: int, *, now: datetime) -> ExportJob:
    """Begin again what was interrupted or failed (RuleBroken when it is being made or ready)."""
    job = visibility.export_job(session, actor, job_id, lock=True)
    check_restart(state(facts_of(job), now))
    job.attempts = job.rows_done = job.rows_total = 0
    job.started_at = job.beat_at = job.ended_at = job.error = None
    session.flush()
    audit.record(session, actor, "restart", "export_job", job.id)
    return job


WAITING = (
    select(ExportJob)
    .where(
        col(ExportJob.agreement_id) == bindparam("agreement"),
        col(ExportJob.organisation_id) == bindparam("org"),
        col(ExportJob.export_id).is_(None),
    )
    .order_by(col(ExportJob.id).desc())
    .limit(20)
)


def jobs_of(session: Session, actor: Actor, agreement_id: int) -> list[ExportJob]:
    """What one’s organisation asked for of an agreement and is not ready, the latest first."""
    parameters = {"agreement": agreement_id, "org": actor.organisation_id}
    return list(session.execute(WAITING, parameters).scalars())


def facts_of(job: ExportJob) -> JobFacts:
    """A job as its rules read it."""
    return JobFacts(
        job.started_at, job.beat_at, job.ended_at, job.error is not None, job.attempts,
        job.rows_done, job.rows_total,
    )  # fmt: skip


def open_jobs(session: Session, *, now: datetime) -> list[int]:
    """What may be taken up: never begun, or begun by somebody of whom nothing is heard."""
    rows = session.execute(
        select(col(ExportJob.id)).where(*_is_free(now)).order_by(col(ExportJob.id))
    ).scalars()
    return [key or 0 for key in rows]


def run(database: Database, job_id: int) -> JobState | None:
    """Make a workbook asked for, from claiming it to keeping it; None when it was not free.

    Whatever happens is told on the job in French; its own transactions are short.
    """
    attempt = _claim(database, job_id)
    if attempt is None:
        return None
    try:
        _make(database, job_id, attempt)
    except Superseded:
        return None
    except Exception as failure:
        # The message of the failure may quote a row: only its kind is logged.
        log.error("export job %s: %s", job_id, type(failure).__name__)
        _fail(database, job_id, attempt, _told(failure))
        return JobState.FAILED
    return JobState.READY


def let_go(database: Database, job_id: int) -> bool:
    """After whoever made it died: whether it is to be taken up again, given up else.

    To have died before it was claimed counts as an attempt: else it would be tried for ever.
    """
    with database.writing() as session:
        job = session.get(ExportJob, job_id)
        if job is None or job.ended_at is not None:
            return False
        if job.beat_at is None:
            job.attempts += 1
        else:
            job.beat_at -= SILENCE
        if is_given_up(facts_of(job)):
            job.error, job.ended_at = GIVEN_UP, utc_now()
        return job.ended_at is None


def _claim(database: Database, job_id: int) -> int | None:
    """Take a free job: the number of the attempt, None when another has it or it is given up."""
    now = utc_now()
    is_free = (col(ExportJob.id) == job_id, *_is_free(now))
    with database.writing() as session:
        session.execute(
            update(ExportJob)
            .where(*is_free, col(ExportJob.attempts) >= MOST_ATTEMPTS)
            .values(error=GIVEN_UP, ended_at=now)
        )
        taken = session.execute(
            update(ExportJob)
            .where(*is_free)
            .values(
                attempts=col(ExportJob.attempts) + 1, started_at=now, beat_at=now,
                rows_done=0, rows_total=0,
            )
            .returning(col(ExportJob.attempts))
        ).scalar_one_or_none()  # fmt: skip
    return int(taken) if taken is not None else None


def _make(database: Database, job_id: int, attempt: int) -> None:
    last = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= BEAT_EVERY:
            _beat(database, job_id, attempt, done, total)
            last = time.monotonic()

    with database.snapshot() as session, tempfile.TemporaryFile() as file:
        job = session.get_one(ExportJob, job_id)
        actor = accounts.actor_of(session, job.membership_id, today=job.asked_on)
        asked = requested(
            session, actor, job.agreement_id, as_of=job.as_of, today=job.asked_on,
            code=job.output, layout_id=job.layout_id,
        )  # fmt: skip
        made = exports.make(session, asked, file, told=told)
        _keep(database, actor, job_id, attempt, made)


def _beat(database: Database, job_id: int, attempt: int, done: int, total: int) -> None:
    """Say how far it is; Superseded when somebody else makes it now."""
    with database.writing() as session:
        _write(session, job_id, attempt, beat_at=utc_now(), rows_done=done, rows_total=total)


def _keep(database: Database, actor: Actor, job_id: int, attempt: int, made: Made) -> None:
    """The workbook and the end of the job in one transaction: both, or neither."""
    with database.writing() as session:
        export = exports.keep(session, actor, made)
        _write(session, job_id, attempt, ended_at=utc_now(), export_id=export.id)


def _fail(database: Database, job_id: int, attempt: int, text: str) -> None:
    with database.writing() as session:
        _write(session, job_id, attempt, ended_at=utc_now(), error=text[:300])


def _write(session: Session, job_id: int, attempt: int, **values: Any) -> None:
    written = session.execute(
        update(ExportJob)
        .where(
            col(ExportJob.id) == job_id,
            col(ExportJob.attempts) == attempt,
            col(ExportJob.ended_at).is_(None),
        )
        .values(**values)
        .returning(col(ExportJob.id))
    ).first()
    if written is None:
        raise Superseded


def _is_free(now: datetime) -> tuple[Any, ...]:
    return (
        col(ExportJob.ended_at).is_(None),
        or_(col(ExportJob.beat_at).is_(None), col(ExportJob.beat_at) < now - SILENCE),
    )


def _told(failure: Exception) -> str:
    if isinstance(failure, RuleBroken):
        return str(failure)
    if isinstance(failure, NotFound | NotAllowed):
        return LOST_RIGHT
    return NO_ROOM if isinstance(failure, OSError | MemoryError) else OURS
