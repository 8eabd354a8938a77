"""Who writes next: SQLite takes one writer at a time, and none waits for it holding a thread.

Requests run on very few threads. One that waited inside SQLite for the writer to finish could hold
the very thread the writer needs, and both would stand still until the waiting times out.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio.from_thread
import anyio.to_thread
from anyio import CancelScope, CapacityLimiter, Semaphore


class Turns:
    """The queue of those who write; there is none on PostgreSQL, which locks rows."""

    def __init__(self, *, one_at_a_time: bool) -> None:
        self._place = Semaphore(1) if one_at_a_time else None

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for one’s turn, in the order of arrival, and hold it."""
        if self._place is None:
            yield
            return
        async with self._place:
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others write and run meanwhile; called on a thread whose transaction has ended."""
        limiter = anyio.from_thread.run_sync(anyio.to_thread.current_default_thread_limiter)
        anyio.from_thread.run_sync(_resize, limiter, 1)
        if self._place is not None:
            anyio.from_thread.run_sync(self._place.release)
        try:
            yield
        finally:
            if self._place is not None:
                anyio.from_thread.run(_take_back, self._place)
            anyio.from_thread.run_sync(_resize, limiter, -1)


async def _take_back(place: Semaphore) -> None:
    # Whoever stepped aside gives the place back in the end: a cancelled request too must hold it.
    with CancelScope(shield=True):
        await place.acquire()


def _resize(limiter: CapacityLimiter, change: int) -> None:
    limiter.total_tokens += change
