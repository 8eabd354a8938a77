"""The ribbon drawn as SVG: positions as attributes, colours by class, and its twin in words.

Strings are joined here rather than in a template: a list draws fifty of them on every page.
"""

from datetime import date

from markupsafe import Markup, escape

from parcours.domain.ribbon import Ribbon, Segment
from parcours.domain.words import StepKind
from parcours.web.words import long_day, short_day

SMALL_WIDTH, SMALL_HEIGHT = 200, 14
LARGE_WIDTH, LANE_HEIGHT, LARGE_TOP = 1060, 52, 22
TICKS_HEIGHT = 26
CHARACTER = 7.2
NAMES = {"wait": "Attente", "break": "Rupture", "proposed": "Étape proposée"} | {
    kind.value: kind.label for kind in StepKind
}


def small(ribbon: Ribbon) -> Markup:
    """The ribbon of a list’s row; its text twin is the drawing’s label."""
    label = escape("; ".join(twin(ribbon)) or "Aucune étape")
    blocks = "".join(
        f'<rect class="rb rb-{segment.look}" x="{segment.x // 5}" y="{1 + 4 * segment.lane}" '
        f'width="{max(segment.width // 5, 1)}" height="{12 - 4 * segment.lane}"/>'
        for segment in ribbon.segments
    )
    line = _small_today(ribbon)
    return Markup(  # noqa: S704  the label is escaped, the rest are numbers and fixed words
        f'<svg class="ribbon-small" viewBox="0 0 {SMALL_WIDTH} {SMALL_HEIGHT}" '
        f'width="{SMALL_WIDTH}" height="{SMALL_HEIGHT}" role="img" aria-label="{label}">'
        f"{blocks}{line}</svg>"
    )


def large(ribbon: Ribbon) -> Markup:
    """The ribbon at the top of a learner’s page."""
    height = LARGE_TOP + ribbon.lanes * LANE_HEIGHT + TICKS_HEIGHT
    blocks = "".join(_block(segment, ribbon) for segment in ribbon.segments)
    ticks = "".join(
        f'<text class="rb-tick" x="{_x(tick.x)}" y="{height - 8}">'
        f"{escape(short_month(tick.day, ribbon.today))}</text>"
        for tick in ribbon.ticks
        if tick.x < 960
    )
    return Markup(  # noqa: S704  every text is escaped, the rest are numbers and fixed words
        f'<svg class="ribbon-large" viewBox="0 0 {LARGE_WIDTH} {height}" aria-hidden="true" '
        f'focusable="false">{blocks}{ticks}{_large_today(ribbon, height)}</svg>'
    )


def twin(ribbon: Ribbon) -> list[str]:
    """The same pathway in sentences, in the order of time."""
    return [_sentence(segment) for segment in ribbon.segments]


def short_month(day: date, today: date) -> str:
    """« mai », or « janv. 2027 » where the year changes."""
    text = short_day(day).split(" ", 1)[1]
    return f"{text} {day.year}" if day.month == 1 or day.year != today.year else text


def _sentence(segment: Segment) -> str:
    name = NAMES[segment.look]
    if segment.look not in {"wait", "break"}:
        held = f" ({segment.sub})" if segment.sub else ""
        name = f"{name} : {segment.label}{held}"
    start = long_day(segment.starts_on)
    if segment.ends_on is None:
        return f"{name}, depuis le {start}, sans fin connue"
    return f"{name}, du {start} au {long_day(segment.ends_on)}"


def _block(segment: Segment, ribbon: Ribbon) -> str:
    x, width = _x(segment.x), max(_x(segment.width), 4)
    y = LARGE_TOP + segment.lane * LANE_HEIGHT
    title = escape(_sentence(segment))
    shape = (
        f'<rect class="rb rb-{segment.look}" x="{x}" y="{y}" width="{width}" '
        f'height="{LANE_HEIGHT - 2}"><title>{title}</title></rect>'
    )
    label, sub = _captions(segment)
    return (
        shape
        + _caption(label, x, y + 20, width, f"rb-label rb-on-{segment.look}")
        + _caption(sub, x, y + 37, width, f"rb-sub rb-on-{segment.look}")
    )


def _captions(segment: Segment) -> tuple[str, str]:
    if segment.look == "break":
        return ("rupture", segment.label or "aucune étape tenue")
    if segment.look == "wait":
        return (segment.label, "")
    return (segment.label, segment.sub)


def _caption(text: str, x: float, y: float, width: float, classes: str) -> str:
    room = int((width - 16) / CHARACTER)
    if not text or room < min(len(text), 4):
        return ""
    shown = text if len(text) <= room else text[: room - 1].rstrip() + "…"
    return f'<text class="{classes}" x="{x + 10:g}" y="{y:g}">{escape(shown)}</text>'


def _x(thousandths: int) -> float:
    return thousandths * LARGE_WIDTH / 1000


def _small_today(ribbon: Ribbon) -> str:
    if ribbon.today_x is None:
        return ""
    x = ribbon.today_x // 5
    return f'<line class="rb-today" x1="{x}" x2="{x}" y1="0" y2="{SMALL_HEIGHT}"/>'


def _large_today(ribbon: Ribbon, height: int) -> str:
    if ribbon.today_x is None:
        return ""
    x = _x(ribbon.today_x)
    is_late = ribbon.today_x > 850
    anchor, shift = ("end", -6) if is_late else ("start", 6)
    return (
        f'<line class="rb-today" x1="{x}" x2="{x}" y1="4" y2="{height - TICKS_HEIGHT + 6}"/>'
        f'<text class="rb-today-label" x="{x + shift}" y="14" text-anchor="{anchor}">'
        f"aujourd’hui, {escape(short_day(ribbon.today))}</text>"
    )
