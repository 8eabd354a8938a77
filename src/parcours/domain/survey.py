"""How many times the employers of a territory were asked: what one answer alone cannot say.

Source: matching notes §3.1 (a removal is discussed only after two survey rounds). A round is heard
when five employers spoke, each at least thirty days after it last did.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from parcours.domain.demand import FEWEST_EMPLOYERS

BETWEEN_ROUNDS = timedelta(days=30)


def times_heard(days: Iterable[date]) -> int:
    """How many times somebody spoke, days close to one another being one time.

    >>> times_heard([date(2026, 1, 1), date(2026, 1, 30), date(2026, 1, 31), date(2026, 4, 1)])
    3
    """
    last, count = None, 0
    for day in sorted(days):
        if last is None or day - last >= BETWEEN_ROUNDS:
            last, count = day, count + 1
    return count


def survey_rounds(spoke_on: Mapping[str, Iterable[date]]) -> int:
    """The rounds that five employers or more answered; 0 when fewer than five ever spoke."""
    counts = sorted((times_heard(days) for days in spoke_on.values()), reverse=True)
    return counts[FEWEST_EMPLOYERS - 1] if len(counts) >= FEWEST_EMPLOYERS else 0
