"""What each process keeps in memory of everybody, to compare a need with all of them: never stale.

A pool is made where there are many people, aside, while pages go on reading rows; before each use
it reads again whoever changed since, as the database noted it (`MatchChange`, decision 0012).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, Thread
from time import time
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Text, bindparam, cast, delete, func, select
from sqlmodel import Session, col

from parcours.actions.match_facts import taxonomy_around
from parcours.actions.match_people import everybody, people
from parcours.db import READING_STATEMENTS, is_sqlite
from parcours.domain.matching_pool import Pool
from parcours.domain.taxonomy import Taxonomy
from parcours.models import Learner, MatchChange
from parcours.models.base import utc_now

# Under this many people, reading rows costs a page little and a pool would only take memory.
FEW = 1_000
# Past this many changes at once (an import) everybody is read again, aside.
MANY_CHANGES = 5_000
BATCH = 500
BETWEEN_COUNTS = 600.0
# Changes are noted for this long; a pool that was not asked for in half of it is made again.
NOTED = timedelta(days=2)
LONGEST_REST = NOTED.total_seconds() / 2
LOG = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Kept:
    """The pool of a database in this process, and up to where it has read the changes.

    `mark` is the last number read; on PostgreSQL the oldest transaction that was still at work,
    `read` being the numbers already read of those that came since.
    """

    lock: Lock = field(default_factory=Lock)
    pool: Pool | None = None
    mark: int = 0
    read: frozenset[int] = frozenset()
    at: float = 0.0
    counted_at: float = 0.0


_KEPT: WeakKeyDictionary[Any, Kept] = WeakKeyDictionary()
_BUILDING = Lock()


@contextmanager
def held(session: Session, taxonomy: Taxonomy) -> Iterator[Pool | None]:
    """The pool as things stand for this session, nobody else’s while it is held; None without one.

    A session that writes has none: what it has not committed must stay its own. Nor has anybody
    while the pool is being made, or where few people are known. `taxonomy` is the part of the
    reference list in question: a pool that knows it otherwise is made again.
    """
    bind = session.get_bind()
    if "parcours_only" not in bind.get_execution_options():
        yield None
        return
    kept = _KEPT.setdefault(bind.engine.pool, Kept())
    with kept.lock:
        # Should reading fail halfway, nobody is left with a pool that is half of today.
        pool, kept.pool = kept.pool, None
        if pool is not None and _is_refreshed(session, kept, pool, taxonomy):
            kept.pool = pool
        elif _has_many(session, kept):
            Thread(target=_build_aside, args=(bind,), daemon=True).start()
        yield kept.pool


def is_ready(session: Session) -> bool:
    """Whether this process holds a pool of the database; only a hint of what `held` will give."""
    kept = _KEPT.get(session.get_bind().engine.pool)
    return kept is not None and kept.pool is not None


def build(session: Session) -> None:
    """Make the pool now, whatever the number of people, from what this session reads."""
    kept = _KEPT.setdefault(session.get_bind().engine.pool, Kept())
    made = Kept()
    made.mark, made.read = _position(session)
    made.pool, made.at = Pool.of(taxonomy_around(session), everybody(session)), time()
    with kept.lock:
        kept.pool, kept.mark, kept.read, kept.at = made.pool, made.mark, made.read, made.at


def prune(session: Session) -> int:
    """Forget the changes that no pool can be waiting for; how many."""
    before = utc_now().date() - NOTED
    gone = session.execute(delete(MatchChange).where(col(MatchChange.on) < before))
    return int(getattr(gone, "rowcount", 0))


def _build_aside(bind: Any) -> None:
    """Make the pool in a thread of its own; a single one at a time makes any."""
    if not _BUILDING.acquire(blocking=False):
        return
    try:
        engine = bind.execution_options(parcours_write=False, parcours_only=READING_STATEMENTS)
        with Session(engine) as session:
            build(session)
    except Exception:
        # Pages go on reading rows, and the next one that would use the pool tries again.
        LOG.exception("matching pool")
    finally:
        _BUILDING.release()


def _is_refreshed(session: Session, kept: Kept, pool: Pool, taxonomy: Taxonomy) -> bool:
    """Read again whoever changed; False when everybody must be."""
    if time() - kept.at > LONGEST_REST:
        return False
    if any(pool.taxonomy.is_perishable(one) != taxonomy.is_perishable(one)
           for one in taxonomy.entries):  # fmt: skip
        return False
    changed = _changed(session, kept)
    if len(changed) > MANY_CHANGES:
        return False
    for start in range(0, len(changed), BATCH):
        for ref, items in people(session, pool.taxonomy, changed[start : start + BATCH]):
            pool.put(ref, items)
    kept.at = time()
    return True


def _has_many(session: Session, kept: Kept) -> bool:
    """Whether a pool is worth making; asked now and then, for few people stay few for a while."""
    if _BUILDING.locked() or time() - kept.counted_at < BETWEEN_COUNTS:
        return False
    is_many = session.execute(ONE_MORE).first() is not None
    kept.counted_at = 0.0 if is_many else time()
    return is_many


def _position(session: Session) -> tuple[int, frozenset[int]]:
    """Up to where this session reads the changes, before it reads anything else."""
    if is_sqlite(session.get_bind()):
        return session.execute(LAST).scalar() or 0, frozenset()
    return session.execute(OLDEST_AT_WORK).scalar_one(), frozenset()


def _changed(session: Session, kept: Kept) -> Sequence[int]:
    """The people who changed since, in order; the place read up to moves on."""
    if is_sqlite(session.get_bind()):
        rows = session.execute(SINCE, {"mark": kept.mark}).all()
        kept.mark = max((row[0] for row in rows), default=kept.mark)
        return sorted({row[1] for row in rows})
    noted = session.execute(SINCE_TRANSACTION, {"mark": kept.mark}).all()
    if not noted:
        return ()
    found = sorted({row[1] for row in noted if row[0] not in kept.read})
    kept.mark, kept.read = noted[0][2], frozenset(row[0] for row in noted)
    return found


ONE_MORE = select(col(Learner.id)).order_by(col(Learner.id)).offset(FEW).limit(1)
LAST = select(func.max(col(MatchChange.id)))
SINCE = select(col(MatchChange.id), col(MatchChange.learner_id)).where(
    col(MatchChange.id) > bindparam("mark")
)
# Numbers come in the order they are asked for, not of commits: whoever was at work when changes
# were last read may have noted some that could not be seen yet.
AT_WORK = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
OLDEST_AT_WORK = select(AT_WORK)
SINCE_TRANSACTION = select(col(MatchChange.id), col(MatchChange.learner_id), AT_WORK).where(
    col(MatchChange.xid) >= bindparam("mark")
)
