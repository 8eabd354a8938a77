"""A release by scope: exits by cohort, gender, age, level and district, and districts by code.

Everything told stands on the tables of the same release and on what earlier ones told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from parcours.actions.release_facts import DISTRICT, DISTRICTS, EXITS, FUNDER, SCOPES, Counted
from parcours.actions.release_neighbours import Neighbours
from parcours.actions.stored_crosses import packed, unpacked
from parcours.domain.disclosure import Thresholds
from parcours.domain.disclosure_crosses import Cross, cross, groups, held, masked_cross
from parcours.domain.disclosure_outputs import TOTAL, FrozenTables, masked_tables
from parcours.models import Release

Masked = Mapping[str, Sequence[str]]
ALONE = Neighbours()


def crosses_of(
    counted: Counted,
    hidden: Masked,
    before: Sequence[Release],
    limits: Thresholds,
    beside: Neighbours = ALONE,
) -> dict[str, Any]:
    """The crosses a funder is told, by scope; what cannot be told without giving away is left out.

    Nothing is told of a total that is masked, nor what would give away, with what releases over
    some of the same people tell `beside`.
    """
    if any(TOTAL in parts for parts in hidden.values()):
        return {}
    found = {}
    for scope in SCOPES:
        told = _told(counted, scope, hidden, before, limits)
        if told is not None and beside.leave_room_for(scope, told, limits.width):
            found[scope] = told
    return found


def districts_hidden(
    districts: Mapping[str, int],
    hidden: Mapping[str, Masked],
    before: Sequence[Release],
    limits: Thresholds,
    beside: Neighbours = ALONE,
) -> dict[str, list[str] | None]:
    """By reader, the district codes to mask; None where none may be told.

    They are parts of « Quartier prioritaire : oui », which is told or not in its own table.
    `beside`: what other agreements told of the same people.
    """
    found: dict[str, list[str] | None] = {}
    for reader in hidden:
        earlier = [
            FrozenTables({DISTRICTS: row.districts["counts"]}, {DISTRICTS: row.districts[reader]})
            for row in before
            if row.districts.get(reader) is not None
        ]
        # A public page tells nothing a funder is not told.
        is_told = bool(districts) and found.get(FUNDER, []) is not None
        found[reader] = None
        if is_told and "Oui" not in hidden[reader][DISTRICT]:
            least = limits.least(is_public=reader != FUNDER, is_sensitive=False)
            earlier += [told for told in beside.told(reader) if DISTRICTS in told.counts]
            already = found[FUNDER] or []
            found[reader] = _codes_hidden(districts, earlier, least, limits.width, already)
    return found


def _codes_hidden(
    districts: Mapping[str, int],
    earlier: Sequence[FrozenTables],
    least: int,
    width: int,
    already: Sequence[str],
) -> list[str] | None:
    try:
        masked = masked_tables(
            {DISTRICTS: districts}, earlier, least=least, width=width, already={DISTRICTS: already}
        )[DISTRICTS]
    except ValueError:
        return None
    return None if TOTAL in masked else masked


def _told(
    counted: Counted,
    scope: str,
    hidden: Masked,
    before: Sequence[Release],
    limits: Thresholds,
) -> dict[str, Any] | None:
    earlier = [(row.hidden[FUNDER], row.crosses.get(scope, {})) for row in before]
    rows, columns = (
        groups(
            counted.tables[name],
            hidden[name],
            [held(masked[name], told.get(kept, {})) for masked, told in earlier],
        )
        for name, kept in ((scope, "row_groups"), (EXITS, "column_groups"))
    )
    if rows is None or columns is None:
        return None
    now = cross(counted.pairs[scope], rows, columns)
    if min(len(now.rows), len(now.columns)) < 2:
        return None
    least = limits.least(is_public=False, is_sensitive=False)
    others = [_former(row, scope, rows, columns) for row in before]
    masked = masked_cross(now, others, least=least, width=limits.width)
    if masked is None:
        return None
    return {
        "rows": now.rows,
        "columns": now.columns,
        "counts": packed(now.counts),
        "masked": sorted(map(list, masked)),
        "row_groups": _held(counted.tables[scope], rows),
        "column_groups": _held(counted.tables[EXITS], columns),
    }


def _former(
    release: Release, scope: str, rows: Mapping[str, str], columns: Mapping[str, str]
) -> Cross:
    """What an earlier release told of a scope; told nothing of it, its tables told its margins."""
    if scope in release.crosses:
        return unpacked(release.crosses[scope])
    pairs = {(row, column): count for row, column, count in release.pairs[scope]}
    untold = cross(pairs, rows, columns)
    return untold._replace(masked=frozenset(untold.counts), is_told=False)


def _held(parts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, str]:
    """The groups of the values somebody has."""
    return {part: names[part] for part, count in parts.items() if count}
