"""How the figures of a territory read: tables in order of who waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from parcours.actions.territory import Continuity
from parcours.domain.territory import Place, Standing, median
from parcours.features.territory.secrecy import PATHWAYS, Secret

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


def pair_rows(found: Continuity, secret: Secret, names: Mapping[int, str]) -> list[PairRow]:
    """Each pair of partners, the one where most are seen waiting or lost first."""
    rows = []
    for pair, between in found.pairs.items():
        counts = {
            ("passages", pair): len(between.waits),
            (Standing.WAITING, pair): between.waiting,
            (Standing.LOST, pair): between.lost,
        }
        if not any(count and key not in secret.untold for key, count in counts.items()):
            continue
        passages, waiting, lost = (n if secret.shows(key) else None for key, n in counts.items())
        target = names[pair.target_id] if pair.target_id else NOBODY_KNOWN
        days = None if passages is None else _half(median(between.waits))
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
                count if secret.shows(("flow", flow)) else None)
        for flow, count in found.flows.items()
        if ("flow", flow) not in secret.untold
    ]  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (row.count is None, -(row.count or 0), row.origin_name, row.target_name),
    )


def pathways(found: Continuity, secret: Secret) -> int | None:
    """How many pathways have begun."""
    return found.pathways if secret.shows(PATHWAYS) else None


def total(found: Continuity, secret: Secret, how: Standing) -> int | None:
    """How many people wait, or are lost."""
    if not secret.shows((how, "total")):
        return None
    return found.waiting if how is Standing.WAITING else found.lost


def _half(days: Fraction | None) -> Decimal | None:
    """A median as it is written: whole or a half."""
    return None if days is None else Decimal(days.numerator) / days.denominator


def _name(place: Place | Standing, names: Mapping[int, str]) -> str:
    if isinstance(place, Standing):
        return STOPPED[place]
    return f"{names[place.organisation_id]}, {place.kind.label.lower()}"
