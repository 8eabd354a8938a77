"""How the figures of a territory read: small cells hidden, tables in order of who waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from parcours.actions.territory import Between, Continuity, Flow, Pair
from parcours.domain.small_cells import masked
from parcours.domain.territory import Place, Standing, median

NOBODY_KNOWN = "Aucune suite connue"
STOPPED = {Standing.WAITING: "En attente", Standing.LOST: "Sans suite"}


@dataclass(frozen=True, slots=True)
class PairRow:
    """An ordered pair of partners; None is a count too small to be shown."""

    origin: str
    target: str
    passages: int | None
    median: Decimal | None
    waiting: int | None
    lost: int | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """People who went from a place to another, or stopped there; None is too small a count."""

    origin: Place
    target: Place | Standing
    origin_name: str
    target_name: str
    count: int | None


def pair_rows(pairs: Mapping[Pair, Between], names: Mapping[int, str]) -> list[PairRow]:
    """Each pair of partners, the one where most wait or are lost first."""
    ordered = sorted(
        pairs.items(),
        key=lambda item: (-item[1].waiting - item[1].lost, -len(item[1].waits), item[0][0],
                          item[0][1] or 0),
    )  # fmt: skip
    columns = (
        masked([len(between.waits) for _, between in ordered]),
        masked([between.waiting for _, between in ordered]),
        masked([between.lost for _, between in ordered]),
    )
    return [
        PairRow(
            names[pair.origin_id],
            names[pair.target_id] if pair.target_id else NOBODY_KNOWN,
            passages,
            _half(median(between.waits)) if passages else None,
            waiting,
            lost,
        )
        for (pair, between), passages, waiting, lost in zip(ordered, *columns, strict=True)
    ]


def flow_rows(found: Continuity, names: Mapping[int, str]) -> list[FlowRow]:
    """Each flow, the largest first; those too small to be shown last."""
    flows: list[tuple[Flow, int]] = sorted(
        found.flows.items(), key=lambda item: (-item[1], _order(item[0]))
    )
    shown = masked([count for _, count in flows])
    rows = [
        FlowRow(origin, target, _name(origin, names), _name(target, names), count)
        for ((origin, target), _), count in zip(flows, shown, strict=True)
    ]
    return sorted(rows, key=lambda row: row.count is None)


def _half(days: Fraction | None) -> Decimal | None:
    """A median as it is written: whole or a half."""
    return None if days is None else Decimal(days.numerator) / days.denominator


def _order(flow: Flow) -> tuple[str, ...]:
    return tuple(str(part) for part in flow)


def _name(place: Place | Standing, names: Mapping[int, str]) -> str:
    if isinstance(place, Standing):
        return STOPPED[place]
    return f"{names[place.organisation_id]}, {place.kind.label.lower()}"
