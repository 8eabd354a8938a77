"""How long facts waited to be entered, month by month; the table beside says the same."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from parcours.domain.quality import Delay
from parcours.web.words import SHORT_MONTHS

BAR, GAP, LEFT, TOP, HEIGHT, FOOT = 22, 14, 34, 8, 84, 22
MOST_MONTHS = 12
STEPS = (5, 10, 20, 50, 100, 200, 500, 1000)


def picture(months: Sequence[Delay]) -> Markup:
    """A bar at the median, a line up to what nine in ten kept to; the latest month at the right."""
    shown = [item for item in months if item.month is not None][-MOST_MONTHS:]
    if len(shown) < 2:
        return Markup("")
    most = max(item.most for item in shown)
    top = next((step for step in STEPS if step >= most), most)
    width = LEFT + len(shown) * (BAR + GAP) + GAP
    parts = [_scale(top, width), *(_bar(place, item, top) for place, item in enumerate(shown))]
    return Markup(  # noqa: S704  numbers and words of our own
        f'<svg class="delays" viewBox="0 0 {width} {TOP + HEIGHT + FOOT}" width="{width}" '
        f'height="{TOP + HEIGHT + FOOT}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _y(days: int, top: int) -> float:
    return round(TOP + HEIGHT - HEIGHT * days / max(top, 1), 1)


def _scale(top: int, width: int) -> str:
    return "".join(
        f'<line class="wh-scale" x1="{LEFT}" x2="{width}" y1="{_y(days, top)}" '
        f'y2="{_y(days, top)}"/><text class="wh-tick" x="{LEFT - 5}" y="{_y(days, top) + 4}" '
        f'text-anchor="end">{days}</text>'
        for days in (0, top)
    )


def _bar(place: int, item: Delay, top: int) -> str:
    x = LEFT + GAP + place * (BAR + GAP)
    middle = x + BAR / 2
    bar, far, foot = _y(item.median, top), _y(item.most, top), _y(0, top)
    return (
        f'<rect class="dl-median" x="{x}" y="{bar}" width="{BAR}" height="{round(foot - bar, 1)}"/>'
        f'<line class="dl-most" x1="{middle}" x2="{middle}" y1="{foot}" y2="{far}"/>'
        f'<line class="dl-most" x1="{x + 4}" x2="{x + BAR - 4}" y1="{far}" y2="{far}"/>'
        f'<text class="wh-tick" x="{middle}" y="{TOP + HEIGHT + 15}" text-anchor="middle">'
        f"{_month(item.month)}</text>"
    )


def _month(month: date | None) -> str:
    return SHORT_MONTHS[month.month - 1][:4].rstrip(".") if month else ""
