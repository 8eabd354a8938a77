"""An upgrade that dies in the middle, as when the power goes: run in a process of its own."""

import os
import signal
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine, event

from parcours import db

# A server that forks from a fresh interpreter: each death costs milliseconds, not a start.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.migrations.interruption"])
TOO_LATE = 10**9


def moments(url: str, revision: str) -> int:
    """How many statements and commits the upgrade makes, counted on an undisturbed run."""
    counts = PROCESSES.SimpleQueue()
    process = PROCESSES.Process(target=_upgrade, args=(url, revision, TOO_LATE, counts))
    process.start()
    process.join()
    assert process.exitcode == 0
    return int(counts.get())


def kill_at(url: str, revision: str, moment: int) -> None:
    """Upgrade, and die without a word just before the statement or commit number `moment`."""
    counts = PROCESSES.SimpleQueue()
    process = PROCESSES.Process(target=_upgrade, args=(url, revision, moment, counts))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _upgrade(url: str, revision: str, last: int, counts: "SimpleQueue[int]") -> None:
    passed = 0

    def pass_one(*_about: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_commit(_connection: Connection) -> None:
        pass_one()

    event.listen(Engine, "before_cursor_execute", pass_one)
    event.listen(Engine, "commit", before_commit)
    db.upgrade(url, revision)
    counts.put(passed)
