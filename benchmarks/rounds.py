"""What a request takes, several measured in the same rounds."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

Ask = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Figure:
    """Milliseconds of one request, round by round: CPU of the process, then on the clock."""

    cpu: Sequence[float]
    clock: Sequence[float]

    @property
    def median(self) -> float:
        """Of the CPU."""
        return statistics.median(self.cpu)

    @property
    def best(self) -> float:
        """Of the CPU."""
        return min(self.cpu)


def ratio(longer: Sequence[float], shorter: Sequence[float]) -> float:
    """How much longer one takes than the other: the median of the ratios of their rounds.

    A busy minute weighs on both measures of a round; it does not fall alike on two medians.
    """
    return statistics.median(a / b for a, b in zip(longer, shorter, strict=True))


def measure(asks: list[Ask], *, rounds: int, requests: int) -> list[Figure]:
    """What each takes, the rounds interleaved so that a busy minute weighs on all alike."""

    async def run() -> list[list[tuple[float, float]]]:
        figures: list[list[tuple[float, float]]] = [[] for _ in asks]
        for ask in asks:
            for _ in range(3):
                await ask()
        for _ in range(rounds):
            for ask, found in zip(asks, figures, strict=True):
                start, clock = time.process_time(), time.perf_counter()
                for _ in range(requests):
                    await ask()
                spent = time.process_time() - start, time.perf_counter() - clock
                found.append((spent[0] * 1000 / requests, spent[1] * 1000 / requests))
        return figures

    return [Figure(*zip(*found, strict=True)) for found in asyncio.run(run())]
