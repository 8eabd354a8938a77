"""How the figures of a territory read: small cells hidden, tables in order of who waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from parcours.actions.territory import Continuity, Flow, Pair
from parcours.domain.small_cells import FEWEST, View, hidden, hidden_views
from parcours.domain.territory import Place, RelayFigures, Standing, median

NOBODY_KNOWN = "Aucune suite connue"
STOPPED = {Standing.WAITING: "En attente", Standing.LOST: "Sans suite"}


@dataclass(frozen=True, slots=True)
class PairRow:
    """An ordered pair of partners; None is a count that is not shown."""

    origin: str
    target: str
    passages: int | None
    median: Decimal | None
    waiting: int | None
    lost: int | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """People who went from a place to another, or stopped there; None is a count not shown."""

    origin: Place
    target: Place | Standing
    origin_name: str
    target_name: str
    count: int | None


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


@dataclass(frozen=True, slots=True)
class Secret:
    """What is not shown of a territory: its tables share totals, so they are judged together."""

    flows: frozenset[Flow]
    passages: frozenset[Pair]
    standing: frozenset[tuple[Pair, Standing]]
    totals: frozenset[Standing]


def secret_of(found: Continuity) -> Secret:
    """What to hide so that no table, no total and no other table gives a small count away."""
    flows, passages = _secret_passages(found)
    standing: set[tuple[Pair, Standing]] = set()
    totals = set()
    for how in Standing:
        pairs, stops, is_total_hidden = _secret_stops(found, how)
        standing |= {(pair, how) for pair in pairs}
        flows |= stops
        if is_total_hidden:
            totals.add(how)
    return Secret(frozenset(flows), frozenset(passages), frozenset(standing), frozenset(totals))


def pair_rows(found: Continuity, secret: Secret, names: Mapping[int, str]) -> list[PairRow]:
    """Each pair of partners, the one where most are seen waiting or lost first."""
    rows = []
    for pair, between in found.pairs.items():
        waiting, lost = (
            None if (pair, how) in secret.standing else _stopped(found, pair, how)
            for how in Standing
        )
        target = names[pair.target_id] if pair.target_id else NOBODY_KNOWN
        passages = None if pair in secret.passages else len(between.waits)
        days = _half(median(between.waits))
        rows.append(PairRow(names[pair.origin_id], target, passages, days, waiting, lost))
    # Ordered by what is shown alone: the place of a row would tell what it hides.
    return sorted(
        rows,
        key=lambda row: (-(row.waiting or 0) - (row.lost or 0), row.origin, row.target),
    )


def flow_rows(found: Continuity, secret: Secret, names: Mapping[int, str]) -> list[FlowRow]:
    """Each flow, the largest first; those that are not shown last, by name."""
    rows = [
        FlowRow(flow[0], flow[1], _name(flow[0], names), _name(flow[1], names),
                None if flow in secret.flows else count)
        for flow, count in found.flows.items()
    ]  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (row.count is None, -(row.count or 0), row.origin_name, row.target_name),
    )


def relay_tile(relays: RelayFigures) -> RelayTile:
    """Relays on time, beside all that became of the others."""
    counts = (relays.on_time, relays.late, relays.silent, relays.declined)
    cells = hidden(counts)
    on_time, late, silent, declined = (
        None if place in cells.places else count for place, count in enumerate(counts)
    )
    due = None if cells.is_total_hidden else relays.due
    pending = None if 0 < relays.pending < FEWEST else relays.pending
    rate = None if due is None or on_time is None else relays.rate
    return RelayTile(rate, due, on_time, late, silent, declined, pending)


def total(found: Continuity, secret: Secret, how: Standing) -> int | None:
    """How many people wait, or are lost."""
    if how in secret.totals:
        return None
    return found.waiting if how is Standing.WAITING else found.lost


def _secret_passages(found: Continuity) -> tuple[set[Flow], set[Pair]]:
    """Flows from a place to another, and the pairs of partners that tell their sum."""
    flows = {
        flow for flow, count in found.flows.items() if isinstance(flow[1], Place) and count < FEWEST
    }
    pairs = set()
    for pair, inside in _by_pair(found.flows).items():
        cells = hidden([found.flows[flow] for flow in inside])
        flows |= {inside[place] for place in cells.places}
        if cells.is_total_hidden:
            pairs.add(pair)
    return flows, pairs


def _secret_stops(found: Continuity, how: Standing) -> tuple[set[Pair], set[Flow], bool]:
    """Who stopped so: by pair in a table, by kind of step in the other, and in all."""
    by_origin, by_stop = _by_origin(found.pairs), _by_stop(found.flows, how)
    origins = list(by_origin)
    views = [
        View([_stopped(found, pair, how) for pair in by_origin[origin]],
             [found.flows[flow] for flow in by_stop[origin]])
        for origin in origins
    ]  # fmt: skip
    cells = hidden_views(views)
    pairs: set[Pair] = set()
    flows: set[Flow] = set()
    for origin, (left, right) in zip(origins, cells.views, strict=True):
        pairs |= {by_origin[origin][place] for place in left}
        flows |= {by_stop[origin][place] for place in right}
    return pairs, flows, cells.is_total_hidden


def _stopped(found: Continuity, pair: Pair, how: Standing) -> int:
    between = found.pairs[pair]
    return between.waiting if how is Standing.WAITING else between.lost


def _by_pair(flows: Iterable[Flow]) -> dict[Pair, list[Flow]]:
    """Passages from an organisation to another, by ordered pair: their sum is in its row."""
    found: dict[Pair, list[Flow]] = defaultdict(list)
    for flow in flows:
        origin, target = flow
        if isinstance(target, Place) and origin.organisation_id != target.organisation_id:
            found[Pair(origin.organisation_id, target.organisation_id)].append(flow)
    return found


def _by_origin(pairs: Iterable[Pair]) -> dict[int, list[Pair]]:
    found: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.origin_id].append(pair)
    return found


def _by_stop(flows: Iterable[Flow], how: Standing) -> dict[int, list[Flow]]:
    """Who stopped so, by organisation: as many as in the rows of its pairs."""
    found: dict[int, list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow[1] is how:
            found[flow[0].organisation_id].append(flow)
    return found


def _half(days: Fraction | None) -> Decimal | None:
    """A median as it is written: whole or a half."""
    return None if days is None else Decimal(days.numerator) / days.denominator


def _name(place: Place | Standing, names: Mapping[int, str]) -> str:
    if isinstance(place, Standing):
        return STOPPED[place]
    return f"{names[place.organisation_id]}, {place.kind.label.lower()}"
