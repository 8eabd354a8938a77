"""What a territory does not show: its tables are judged together, and its parts as one table.

Source: domain notes §8, points 3 and 5; domain/breakdown.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from parcours.actions.territory import Continuity, Pair, Parts
from parcours.domain.breakdown import Split, Sum, closed_parts, split
from parcours.domain.disclosure import Thresholds, mask
from parcours.domain.disclosure_network import Balance, Cell, Key
from parcours.domain.territory import Place, RelayFigures, Standing

USUAL = Thresholds()
RELAYS = ("on_time", "late", "silent", "declined")
PATHWAYS, DUE, PENDING = "pathways", "due", "pending"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a page does not show; `untold` is told of no part, and not even listed."""

    hidden: frozenset[Key]
    untold: frozenset[Key] = frozenset()

    def shows(self, key: Key) -> bool:
        """Whether a count is shown."""
        return key not in self.hidden and key not in self.untold


@dataclass(frozen=True, slots=True)
class RelayTile:
    """What became of relays; None is a count that is not shown."""

    rate: Fraction | None
    due: int | None
    on_time: int | None
    late: int | None
    silent: int | None
    declined: int | None
    pending: int | None

    @property
    def is_untold(self) -> bool:
        """Whether nothing is shown of those due, nor of those to come."""
        return self.due is None and self.on_time is None and self.pending is None


def secret_of(found: Continuity, limits: Thresholds = USUAL) -> Secret:
    """What to hide over everybody so that no table and no total gives a small count away."""
    counts = _counts(found)
    cells = {key: Cell(count, limits.aggregated) for key, count in counts.items()}
    # Who is neither: less those who wait and who are lost, the pathways would tell.
    elsewhere = found.pathways - found.waiting - found.lost
    cells[ELSEWHERE] = Cell(elsewhere, limits.aggregated, is_shown=False)
    balances = [*_balances(found, counts), Balance([DUE], RELAYS)]
    return Secret(mask(cells, balances, width=limits.width))


def secret_of_part(
    part: Hashable, whole: Continuity, parts: Parts, limits: Thresholds = USUAL
) -> Secret | None:
    """What a part does not show, beside everybody and the other parts; None: nothing is shown.

    What is hidden over everybody is told of no part. Who stopped is told by pair, and not by kind
    of step as well: two tables of the same few people would tell more than both.
    """
    counts, secret = _counts(whole), secret_of(whole, limits)
    closed = closed_parts({name: one.pathways for name, one in parts.items()}, limits)
    closed |= {name for name, one in parts.items() if not one.pathways}
    if not secret.shows(PATHWAYS) or part in closed or part not in parts:
        return None
    told = {key for key in counts if secret.shows(key)}
    by_part = {name: _counts(one) for name, one in parts.items()}
    tables = [_split(table, by_part, told, closed, limits) for table in _tables(whole)]
    # What is nobody over everybody is nobody in each part.
    nobody = {key for key in told if not counts[key]}
    shown = frozenset(nobody).union(*(table.told for table in tables))
    hidden = {key for table in tables for name, key in table.hidden if name == part}
    return Secret(frozenset(hidden), frozenset(counts) - shown)


def relay_tile(relays: RelayFigures, secret: Secret) -> RelayTile:
    """Relays on time, beside all that became of the others."""
    counts = _relay_counts(relays)
    shown = {name: count if secret.shows(name) else None for name, count in counts.items()}
    rate = None if shown[DUE] is None or shown["on_time"] is None else relays.rate
    on_time, late, silent, declined = (shown[name] for name in RELAYS)
    return RelayTile(rate, shown[DUE], on_time, late, silent, declined, shown[PENDING])


def _counts(found: Continuity) -> dict[Key, int]:
    """Each count of the page: people, flows, passages of pairs, who stopped, in all, relays."""
    counts: dict[Key, int] = {("flow", flow): count for flow, count in found.flows.items()}
    for pair, between in found.pairs.items():
        counts["passages", pair] = len(between.waits)
        counts[Standing.WAITING, pair] = between.waiting
        counts[Standing.LOST, pair] = between.lost
    counts[Standing.WAITING, "total"] = found.waiting
    counts[Standing.LOST, "total"] = found.lost
    return counts | {PATHWAYS: found.pathways} | _relay_counts(found.relays)


def _relay_counts(relays: RelayFigures) -> dict[Key, int]:
    counts: dict[Key, int] = {name: getattr(relays, name) for name in RELAYS}
    return counts | {DUE: relays.due, PENDING: relays.pending}


def _balances(found: Continuity, counts: Mapping[Key, int]) -> list[Balance]:
    """Passages of a pair are its flows; who stopped is told by pair, by kind of step, in all."""
    flows: dict[Hashable, list[Key]] = defaultdict(list)
    for flow in found.flows:
        origin, target = flow
        if not isinstance(target, Place):
            flows[target, origin.organisation_id].append(("flow", flow))
        elif origin.organisation_id != target.organisation_id:
            pair = Pair(origin.organisation_id, target.organisation_id)
            flows["passages", pair].append(("flow", flow))
    balances = [Balance([key], inside) for key, inside in flows.items() if key in counts]
    for how in Standing:
        pairs: dict[int, list[Key]] = defaultdict(list)
        for pair in found.pairs:
            pairs[pair.origin_id].append((how, pair))
        balances += [Balance(keys, flows[how, origin]) for origin, keys in pairs.items()]
        balances.append(Balance([(how, "total")], [(how, pair) for pair in found.pairs]))
    stopped: list[Key] = [(how, "total") for how in Standing]
    return [*balances, Balance([PATHWAYS], [*stopped, ELSEWHERE])]


def _tables(whole: Continuity) -> list[Sum]:
    """What is told by part: who stopped between whom, the passages of each pair, the relays."""
    stopped = [
        Sum((how, "total"), tuple(Sum((how, pair)) for pair in whole.pairs)) for how in Standing
    ]
    inside: dict[Key, list[Sum]] = {("passages", pair): [] for pair in whole.pairs}
    within: list[Sum] = []
    for flow in whole.flows:
        origin, target = flow
        if isinstance(target, Place):
            pair = Pair(origin.organisation_id, target.organisation_id)
            inside.get(("passages", pair), within).append(Sum(("flow", flow)))
    passed = [Sum(key, tuple(flows)) for key, flows in inside.items()]
    relays = Sum(DUE, tuple(Sum(name) for name in RELAYS))
    return [Sum(PATHWAYS, tuple(stopped)), *passed, *within, relays, Sum(PENDING)]


def _split(
    table: Sum,
    counts: Mapping[Hashable, Mapping[Key, int]],
    told: Collection[Key],
    closed: Collection[Hashable],
    limits: Thresholds,
) -> Split:
    """What is told of a table by part.

    Nothing is of the parts closed; nobody in one of them is what a reader may know.
    """
    inside = {name: found for name, found in counts.items() if found.get(table.key)}
    shut = [name for name in inside if name in closed]
    is_open = table.key == PATHWAYS
    return split(table, inside, told=told, closed=shut, is_open=is_open, limits=limits)
