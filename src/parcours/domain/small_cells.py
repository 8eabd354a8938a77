"""Small cells: counts that could name somebody are not shown, nor found by subtraction.

Source: domain notes on statistical secrecy; threshold of 5 persons.
"""

from collections.abc import Sequence

FEWEST = 5


def masked(counts: Sequence[int]) -> list[int | None]:
    """The counts of one column beside its total, those to hide replaced by None.

    From 1 to 4 is hidden. A single hidden count is the total less the others: the smallest that
    remains (the first of equals) is then hidden too, until two are and they hold 5 persons.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    rest = sorted(
        (place for place, count in enumerate(counts) if count >= FEWEST),
        key=lambda place: counts[place],
    )
    while hidden and rest and (len(hidden) < 2 or sum(counts[place] for place in hidden) < FEWEST):
        hidden.add(rest.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]
