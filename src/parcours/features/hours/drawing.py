"""A person’s weeks as bars against what was agreed; the table beside says the same in figures."""

from collections.abc import Sequence

from markupsafe import Markup

from parcours.domain.weekly_hours import Source, Week
from parcours.web.words import hours, short_day

BAR, GAP, LEFT, TOP, HEIGHT, FOOT = 34, 14, 46, 10, 150, 26
CLASSES = {
    Source.ATTENDANCE: "wh-attendance",
    Source.ACTS: "wh-acts",
    Source.IMMERSIONS: "wh-immersions",
}
STEP = 5 * 60
LEAST = 15 * 60


def picture(weeks: Sequence[Week]) -> Markup:
    """The oldest on the left; what is excused is hatched, what was agreed is a thick line."""
    if not weeks:
        return Markup("")
    most = max(LEAST, *(max(week.total + week.excused, week.target or 0) for week in weeks))
    most = -(-most // STEP) * STEP
    width = LEFT + len(weeks) * (BAR + GAP) + GAP
    parts = [_scale(most, width)]
    parts += [_bar(place, week, most) for place, week in enumerate(weeks)]
    return Markup(  # noqa: S704  numbers and words of our own
        f'<svg class="week-hours" viewBox="0 0 {width} {TOP + HEIGHT + FOOT}" width="{width}" '
        f'height="{TOP + HEIGHT + FOOT}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _y(minutes: int, most: int) -> float:
    return round(TOP + HEIGHT - HEIGHT * minutes / most, 1)


def _scale(most: int, width: int) -> str:
    lines = []
    for minutes in range(0, most + 1, STEP):
        y = _y(minutes, most)
        lines.append(
            f'<line class="wh-scale" x1="{LEFT}" x2="{width}" y1="{y}" y2="{y}"/>'
            f'<text class="wh-tick" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">'
            f"{hours(minutes)}</text>"
        )
    return "".join(lines)


def _bar(place: int, week: Week, most: int) -> str:
    x = LEFT + GAP + place * (BAR + GAP)
    parts, below = [], 0
    layers = [(CLASSES[source], minutes) for source, minutes in week.done.items()]
    for name, minutes in [*layers, ("wh-excused", week.excused)]:
        if minutes:
            top, foot = _y(below + minutes, most), _y(below, most)
            parts.append(
                f'<rect class="{name}" x="{x}" y="{top}" width="{BAR}" '
                f'height="{round(foot - top, 1)}"/>'
            )
            below += minutes
    if week.target is not None:
        y = _y(week.target, most)
        first, last = x - GAP // 2, x + BAR + GAP // 2
        parts.append(f'<line class="wh-target" x1="{first}" x2="{last}" y1="{y}" y2="{y}"/>')
    parts.append(
        f'<text class="wh-tick" x="{x + BAR / 2}" y="{TOP + HEIGHT + 18}" text-anchor="middle">'
        f"{short_day(week.monday)}</text>"
    )
    return "".join(parts)
