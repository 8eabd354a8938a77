"""What a territory does not show: its tables, and its pages less one another, are judged together.

Source: domain notes §8, points 3 and 5.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from parcours.actions.territory import Continuity, Flow, Pair
from parcours.domain.disclosure import Thresholds, mask
from parcours.domain.disclosure_network import Balance, Cell, Key
from parcours.domain.territory import Place, RelayFigures, Standing

USUAL = Thresholds()
RELAYS = ("on_time", "late", "silent", "declined")


@dataclass(frozen=True, slots=True)
class Secret:
    """What is not shown of a territory."""

    flows: frozenset[Flow]
    passages: frozenset[Pair]
    standing: frozenset[tuple[Pair, Standing]]
    totals: frozenset[Standing]


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


def tells_of_few(
    found: Continuity, beside: Sequence[Continuity], limits: Thresholds = USUAL
) -> bool:
    """Whether this selection and another leave one to four people when subtracted."""
    return any(
        0 < abs(other.pathways - found.pathways) < limits.aggregated and found.pathways
        for other in beside
    )


def secret_of(
    found: Continuity, beside: Sequence[Continuity] = (), limits: Thresholds = USUAL
) -> Secret:
    """What to hide so that no table, no total, no other selection gives a small count away."""
    counts = _counts(found)
    cells = _cells(counts, [_counts(other) for other in beside], limits.aggregated)
    hidden = mask(cells, _balances(found, counts), width=limits.width)
    return Secret(
        frozenset(flow for flow in found.flows if ("flow", flow) in hidden),
        frozenset(pair for pair in found.pairs if ("passages", pair) in hidden),
        frozenset((pair, how) for pair in found.pairs for how in Standing if (how, pair) in hidden),
        frozenset(how for how in Standing if (how, "total") in hidden),
    )


def relay_tile(
    relays: RelayFigures, beside: Sequence[RelayFigures] = (), limits: Thresholds = USUAL
) -> RelayTile:
    """Relays on time, beside all that became of the others."""
    counts = _relay_counts(relays)
    cells = _cells(counts, [_relay_counts(other) for other in beside], limits.aggregated)
    hidden = mask(cells, [Balance(["due"], RELAYS)], width=limits.width)
    shown = {name: None if name in hidden else count for name, count in counts.items()}
    rate = None if shown["due"] is None or shown["on_time"] is None else relays.rate
    on_time, late, silent, declined = (shown[name] for name in RELAYS)
    return RelayTile(rate, shown["due"], on_time, late, silent, declined, shown["pending"])


def _cells(
    counts: Mapping[Key, int], beside: Sequence[Mapping[Key, int]], least: int
) -> dict[Key, Cell]:
    """Small counts, and those that differ from another selection’s by a small one."""
    found: dict[Key, Cell] = {}
    for key, count in counts.items():
        is_near = any(0 < abs(other.get(key, 0) - count) < least for other in beside)
        found[key] = Cell(count, count + 1 if count and is_near else least)
    return found


def _counts(found: Continuity) -> dict[Key, int]:
    """Each count of the page: flows, passages of pairs, who stopped, in all."""
    counts: dict[Key, int] = {("flow", flow): count for flow, count in found.flows.items()}
    for pair, between in found.pairs.items():
        counts["passages", pair] = len(between.waits)
        counts[Standing.WAITING, pair] = between.waiting
        counts[Standing.LOST, pair] = between.lost
    counts[Standing.WAITING, "total"] = found.waiting
    counts[Standing.LOST, "total"] = found.lost
    return counts


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
    return balances


def _relay_counts(relays: RelayFigures) -> dict[Key, int]:
    counts: dict[Key, int] = {name: getattr(relays, name) for name in RELAYS}
    return counts | {"due": relays.due, "pending": relays.pending}
