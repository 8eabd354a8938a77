"""Who makes the large workbooks: one at a time, in a process of its own, so that no page waits.

A thread watches; the work is another process’s, at a low priority: it may die without harm, its
memory goes with it, and the interpreter that serves pages has nothing of it to do.
"""

import logging
import multiprocessing
import os
import queue
import threading
from contextlib import suppress

from sqlalchemy import make_url

from parcours.actions import export_jobs
from parcours.db import Database
from parcours.models.base import utc_now

log = logging.getLogger("parcours")
LOOKS_EVERY = 30.0
LESS_URGENT = 10


class Exporter:
    """The queue of the workbooks to make, and the thread that has them made one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self) -> None:
        """Take up what waits, and what an interruption left."""
        if self._thread is None and _has_a_place(self._database):
            self._thread = threading.Thread(target=self._watch, name="exporter", daemon=True)
            self._thread.start()

    def wake(self, job_id: int) -> None:
        """A workbook was asked for."""
        self._wanted.put(job_id)

    def stop(self) -> None:
        """Make no more; what is being made is left to be taken up again."""
        if self._thread is None:
            return
        self._wanted.put(None)
        if self._process is not None:
            with suppress(ValueError):
                self._process.terminate()
        self._thread.join(timeout=10)
        self._thread = None

    def _watch(self) -> None:
        self._look()
        while True:
            try:
                wanted = self._wanted.get(timeout=LOOKS_EVERY)
            except queue.Empty:
                self._look()
                continue
            if wanted is None:
                return
            self._make(wanted)

    def _look(self) -> None:
        """What others left, this server before it stopped among them."""
        try:
            with self._database.reading() as session:
                found = export_jobs.open_jobs(session, now=utc_now())
        except Exception as failure:
            log.error("exports to take up: %s", type(failure).__name__)
            return
        for job_id in found:
            self._wanted.put(job_id)

    def _make(self, job_id: int) -> None:
        url = self._database.engine.url.render_as_string(hide_password=False)
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=make_apart, args=(url, job_id), daemon=True)
        try:
            self._process.start()
            self._process.join()
            if self._process.exitcode:
                self._take_up(job_id, self._process.exitcode)
        except OSError as failure:
            log.error("export job %s: %s", job_id, type(failure).__name__)
        finally:
            self._process = None

    def _take_up(self, job_id: int, exitcode: int) -> None:
        """Its process died, or was asked to stop: again, unless this server stops too."""
        log.error("export job %s: its process ended with %s", job_id, exitcode)
        try:
            if export_jobs.let_go(self._database, job_id):
                self._wanted.put(job_id)
        except Exception as failure:
            log.error("export job %s to take up: %s", job_id, type(failure).__name__)


def make_apart(url: str, job_id: int) -> None:
    """Make one workbook; the whole work of a process."""
    os.nice(LESS_URGENT)
    database = Database.open(url)
    try:
        export_jobs.run(database, job_id)
    finally:
        database.dispose()


def _has_a_place(database: Database) -> bool:
    """Whether another process could open it: a database in memory is this one’s alone."""
    address = make_url(str(database.engine.url))
    return address.get_backend_name() != "sqlite" or bool(address.database)
