"""Flows drawn as bands from where people were, at the left, to where they went, at the right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from parcours.domain.territory import Place, Standing
from parcours.features.territory.showing import FlowRow

WIDTH, NODE, LABEL = 960, 12, 270
LEFT, RIGHT = LABEL, WIDTH - LABEL - NODE
MOST_BANDS, TALL, SPACE = 24, 460, 8
# A lone band is no wall.
THICKEST = 120
LABEL_LENGTH = 40
# Labels of neighbours stay apart, however thin their bands.
THINNEST_NODE = 15


@dataclass(frozen=True, slots=True)
class _Node:
    """A place at one side: its name, its look, its top and its height."""

    name: str
    look: str
    y: float
    height: float


def drawn(rows: Sequence[FlowRow]) -> Markup | None:
    """The largest flows as SVG; nothing is drawn of those too small to be shown.

    The table beside says the same and more: the drawing is hidden from those who listen.
    """
    bands = [row for row in rows if row.count][:MOST_BANDS]
    if not bands:
        return None
    scale = min(TALL, THICKEST * len(bands)) / sum(row.count or 0 for row in bands)
    origins = _stacked([(row.origin_name, row.origin, row.count or 0) for row in bands], scale)
    targets = _stacked([(row.target_name, row.target, row.count or 0) for row in bands], scale)
    height = max(node.y + node.height for side in (origins, targets) for node in side.values())
    shapes = [*_bands(bands, origins, targets, scale), *_nodes(origins, LEFT, "end"),
              *_nodes(targets, RIGHT, "start")]  # fmt: skip
    return Markup(  # noqa: S704  numbers, looks of our own lists and escaped names
        f'<svg class="flows" viewBox="0 0 {WIDTH} {height + SPACE:.0f}" aria-hidden="true" '
        f'focusable="false">{"".join(shapes)}</svg>'
    )


def _stacked(ends: Sequence[tuple[str, Place | Standing, int]], scale: float) -> dict[str, _Node]:
    """The nodes of a side from top to bottom, the largest first."""
    sizes: Counter[str] = Counter()
    looks: dict[str, str] = {}
    for name, place, count in ends:
        sizes[name] += count
        looks[name] = _look(place)
    nodes: dict[str, _Node] = {}
    y = float(SPACE)
    for name, count in sizes.most_common():
        nodes[name] = _Node(name, looks[name], y, count * scale)
        y += max(count * scale, THINNEST_NODE) + SPACE
    return nodes


def _bands(
    rows: list[FlowRow], origins: dict[str, _Node], targets: dict[str, _Node], scale: float
) -> list[str]:
    left = {name: node.y for name, node in origins.items()}
    right = {name: node.y for name, node in targets.items()}
    middle = (LEFT + NODE + RIGHT) / 2
    shapes = []
    for row in rows:
        thick = (row.count or 0) * scale
        a, b = left[row.origin_name] + thick / 2, right[row.target_name] + thick / 2
        left[row.origin_name] += thick
        right[row.target_name] += thick
        shapes.append(
            f'<path class="flow flow-{_look(row.target)}" stroke-width="{max(thick, 1):.1f}" '
            f'd="M{LEFT + NODE} {a:.1f}C{middle:.0f} {a:.1f} {middle:.0f} {b:.1f} {RIGHT} {b:.1f}">'
            f"<title>{escape(row.origin_name)} → {escape(row.target_name)} : {row.count}</title>"
            "</path>"
        )
    return shapes


def _nodes(nodes: dict[str, _Node], x: int, anchor: str) -> list[str]:
    text_x = x - 8 if anchor == "end" else x + NODE + 8
    shapes = []
    for node in nodes.values():
        label = node.name if len(node.name) <= LABEL_LENGTH else f"{node.name[: LABEL_LENGTH - 1]}…"
        middle = node.y + max(node.height, THINNEST_NODE) / 2 + 4
        shapes.append(
            f'<rect class="flow-node flow-{node.look}" x="{x}" y="{node.y:.1f}" width="{NODE}" '
            f'height="{max(node.height, 2):.1f}"/>'
            f'<text class="flow-label" x="{text_x}" y="{middle:.1f}" text-anchor="{anchor}">'
            f"{escape(label)}</text>"
        )
    return shapes


def _look(place: Place | Standing) -> str:
    return place.value if isinstance(place, Standing) else place.kind.value
