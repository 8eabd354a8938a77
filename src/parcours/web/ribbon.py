"""The ribbon drawn as SVG: positions as attributes, colours by class, and its twin in words.

Strings are joined here rather than in a template: a list draws fifty of them on every page.
"""

from datetime import date
from functools import lru_cache

from markupsafe import Markup, escape

from parcours.actions.continuity import RibbonFacts
from parcours.domain import ribbon as rules
from parcours.domain.ribbon import WIDTH, Ribbon, Segment
from parcours.domain.words import StepKind
from parcours.web.words import long_day, short_day

# Small ribbons kept: about 2 kB each, for the lists that a few dozen people read all day.
KEPT = 4096
SMALL_WIDTH, SMALL_HEIGHT = 200, 14
SMALL_LANES = (12, 5, 3)
# Thousandths in units of the small drawing, written once rather than for every block of a list.
FIFTHS = tuple(f"{thousandths / 5:g}" for thousandths in range(WIDTH + 1))
LARGE_WIDTH, LANE_HEIGHT, LARGE_TOP = 1060, 52, 22
TICKS_HEIGHT = 26
LABEL_SIZE, SUB_SIZE = 13.0, 11.5
PADDING, PADDING_RIGHT = 8, 3
LAST_TICK = 950
SHORTEST = 4
NARROW, WIDE = frozenset(" .,:;’'·|!()iIjlrtf1"), frozenset("mwMWŒœ@%")
GAPS = frozenset({"wait", "break"})
NAMES = {"wait": "Attente", "break": "Rupture", "proposed": "Étape proposée"} | {
    kind.value: kind.label for kind in StepKind
}


@lru_cache(maxsize=KEPT)
def last_year(facts: RibbonFacts, today: date) -> Markup:
    """The ribbon of a list’s row. Kept: lists are read again far oftener than their facts move."""
    return small(
        rules.lay_out(
            facts.steps,
            facts.gaps,
            opened_on=facts.opened_on,
            closed_on=facts.closed_on,
            today=today,
            window=rules.last_year(today),
        )
    )


def small(ribbon: Ribbon) -> Markup:
    """The ribbon of a list’s row; its text twin is the drawing’s label."""
    label = escape("; ".join(twin(ribbon)) or "Aucune étape")
    blocks = "".join(
        f'<rect class="rb rb-{look}" x="{FIFTHS[x]}" y="{13 - SMALL_LANES[lane]}" '
        f'width="{FIFTHS[width]}" height="{SMALL_LANES[lane]}"/>'
        for look, x, width, lane, *_ in ribbon.segments
    )
    line = _small_today(ribbon)
    return Markup(  # noqa: S704  the label is escaped, the rest are numbers and fixed words
        f'<svg class="ribbon-small" viewBox="0 0 {SMALL_WIDTH} {SMALL_HEIGHT}" '
        f'width="{SMALL_WIDTH}" height="{SMALL_HEIGHT}" role="img" aria-label="{label}">'
        f'<rect class="rb-track" y="6" width="{SMALL_WIDTH}" height="2"/>{blocks}{line}</svg>'
    )


def large(ribbon: Ribbon) -> Markup:
    """The ribbon at the top of a learner’s page."""
    height = LARGE_TOP + ribbon.lanes * LANE_HEIGHT + TICKS_HEIGHT
    blocks = "".join(_block(segment, ribbon) for segment in ribbon.segments)
    ticks = "".join(
        f'<text class="rb-tick" x="{_x(tick.x):g}" y="{height - 8}">'
        f"{escape(short_month(tick.day, ribbon.today))}</text>"
        for tick in ribbon.ticks
        if tick.x < LAST_TICK
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
    start, end = long_day(segment.starts_on), segment.ends_on
    if segment.look in GAPS:
        return _gap_sentence(segment, start)
    held = f" ({segment.sub})" if segment.sub else ""
    name = f"{NAMES[segment.look]} : {segment.label}{held}"
    if end is None:
        return f"{name}, à partir du {start}, sans fin connue"
    return f"{name}, du {start} au {long_day(end)}"


def _gap_sentence(segment: Segment, start: str) -> str:
    name, end = NAMES[segment.look], segment.ends_on
    if end is None:
        breaks = f", rompu le {long_day(segment.breaks_on)}" if segment.breaks_on else ""
        return f"{name} : aucune étape tenue à partir du {start}{breaks}"
    days = (end - segment.starts_on).days + 1
    many = "s" if days > 1 else ""
    return f"{name} : {days} jour{many} sans étape, du {start} au {long_day(end)}"


def _block(segment: Segment, ribbon: Ribbon) -> str:
    # Pulled in by a unit, so that the outline of a break is not covered by its neighbours.
    x, width = _x(segment.x) + 1, max(_x(segment.width) - 2, 2)
    y = LARGE_TOP + segment.lane * LANE_HEIGHT
    return (
        f'<rect class="rb rb-{segment.look}" x="{x:g}" y="{y}" width="{width:g}" '
        f'height="{LANE_HEIGHT - 2}" rx="3"><title>{escape(_sentence(segment))}</title></rect>'
        + _captions(segment, ribbon, y)
    )


def _captions(segment: Segment, ribbon: Ribbon, y: int) -> str:
    """Its words, in a drawing of their own that clips whatever an unusual letter adds."""
    left, right = _shown_part(segment, ribbon)
    room = right - left - PADDING - PADDING_RIGHT
    labels, subs = _words(segment, ribbon.today)
    look, may_cut = segment.look, segment.look not in GAPS
    lines = _caption(
        _fit(labels, LABEL_SIZE, room, may_cut=may_cut), 20, f"rb-label rb-on-{look}"
    ) + _caption(_fit(subs, SUB_SIZE, room, may_cut=may_cut), 37, f"rb-sub rb-on-{look}")
    if not lines:
        return ""
    return (
        f'<svg x="{left:g}" y="{y}" width="{right - left:g}" height="{LANE_HEIGHT}">{lines}</svg>'
    )


def _words(segment: Segment, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What may be written in a block, fullest first: its label, then the line below."""
    if segment.breaks_on and segment.ends_on is None:
        broken = "rupture depuis le" if segment.breaks_on <= today else "rupture le"
        labels = [f"{broken} {short_day(segment.breaks_on, year)}" for year in (today, None)]
        return (*labels, "rupture"), ("aucune étape tenue", "sans étape")
    if segment.look in GAPS:
        return (segment.label,), ("sans étape",)
    label = f"{segment.label} ?" if segment.look == "proposed" else segment.label
    return (label,), (segment.sub,)


def _shown_part(segment: Segment, ribbon: Ribbon) -> tuple[float, float]:
    """Left and right of the widest part of a block that no proposed step is drawn over."""
    left, right = segment.x, segment.x + segment.width
    edges = [left]
    if segment.look in GAPS:
        for other in ribbon.segments:
            if other.look == "proposed" and other.lane == 0:
                edges += [other.x, other.x + other.width]
    edges = [min(max(edge, left), right) for edge in [*edges, right]]
    parts = zip(edges[::2], edges[1::2], strict=True)
    start, end = max(parts, key=lambda part: part[1] - part[0])
    return _x(start), _x(end)


def _fit(options: tuple[str, ...], size: float, room: float, *, may_cut: bool) -> str:
    """The first text that fits, else the beginning of the last one, else nothing."""
    for text in options:
        if _text_width(text, size) <= room:
            return text
    if not may_cut:
        return ""
    kept = options[-1]
    while kept and _text_width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if len(kept) >= SHORTEST else ""


def _text_width(text: str, size: float) -> float:
    """About how wide Inter writes a text, rather over than under (measured in a browser)."""
    narrow = sum(letter in NARROW for letter in text)
    wide = sum(letter in WIDE or letter.isupper() for letter in text)
    return size * (0.61 * len(text) - 0.29 * narrow + 0.2 * wide)


def _caption(text: str, y: int, classes: str) -> str:
    return f'<text class="{classes}" x="{PADDING}" y="{y}">{escape(text)}</text>' if text else ""


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
