"""People ready and posts due as two staircases; the table beside says the same in figures."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from markupsafe import Markup

from parcours.domain.supply import Moment
from parcours.web.words import short_day

LEFT, TOP, WIDTH, HEIGHT, FOOT = 40, 12, 640, 180, 30
APART = 64
STEPS, MARGIN = 4, 36


def picture(moments: Sequence[Moment], capable: Sequence[int]) -> Markup:
    """Time from left to right, true to its length; nothing for a single date.

    `capable` are the people who could do one of the jobs, on the same dates.
    """
    if len(moments) < 2:
        return Markup("")
    top = max(
        *(max(one.supply, one.demand) for one in moments), *map(Fraction, capable), Fraction(1)
    )
    most = -(-ceil(top) // STEPS) * STEPS
    supply = _stairs(moments, [one.supply for one in moments], most)
    demand = _stairs(moments, [one.demand for one in moments], most)
    able = _stairs(moments, [Fraction(one) for one in capable], most)
    height = TOP + HEIGHT + FOOT
    return Markup(  # noqa: S704  numbers and words of our own
        f'<svg class="balance" viewBox="0 0 {LEFT + WIDTH + MARGIN} {height}" '
        f'width="{LEFT + WIDTH + MARGIN}" height="{height}" aria-hidden="true" focusable="false">'
        f"{_scale(most)}{_days(moments)}"
        f'<path class="balance-supply" d="{supply}"/><path class="balance-demand" d="{demand}"/>'
        f'<path class="balance-capable" d="{able}"/>'
        "</svg>"
    )


def _x(moments: Sequence[Moment], place: int) -> float:
    first, last = moments[0].on, moments[-1].on
    return round(LEFT + WIDTH * (moments[place].on - first).days / (last - first).days, 1)


def _y(value: Fraction | int, most: int) -> float:
    return round(float(TOP + HEIGHT - HEIGHT * Fraction(value) / most), 1)


def _stairs(moments: Sequence[Moment], values: Sequence[Fraction], most: int) -> str:
    path = [f"M{LEFT} {_y(0, most)}"]
    for place, value in enumerate(values):
        path.append(f"H{_x(moments, place)}V{_y(value, most)}")
    return "".join(path) + f"H{LEFT + WIDTH + 12}"


def _scale(most: int) -> str:
    lines = []
    for value in range(0, most + 1, most // STEPS):
        y = _y(value, most)
        lines.append(
            f'<line class="balance-scale" x1="{LEFT}" x2="{LEFT + WIDTH + 12}" y1="{y}" y2="{y}"/>'
            f'<text class="balance-tick" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">'
            f"{value}</text>"
        )
    return "".join(lines)


def _days(moments: Sequence[Moment]) -> str:
    """The dates, but those that would be written over the one before; the last is always there."""
    shown = [len(moments) - 1]
    for place in range(len(moments) - 2, -1, -1):
        if _x(moments, shown[-1]) - _x(moments, place) >= APART:
            shown.append(place)
    return "".join(
        f'<text class="balance-tick" x="{_x(moments, place)}" y="{TOP + HEIGHT + 18}" '
        f'text-anchor="middle">{short_day(moments[place].on)}</text>'
        for place in shown
    )
