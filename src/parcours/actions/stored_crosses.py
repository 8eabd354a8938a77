"""Counts by pair as a release keeps them, and as they are read again."""

from collections.abc import Mapping
from typing import Any

from parcours.domain.disclosure_crosses import Cross


def packed(pairs: Mapping[tuple[str, str], int]) -> list[list[Any]]:
    """Counts by pair as they are kept."""
    return [[*pair, count] for pair, count in pairs.items()]


def unpacked(stored: Mapping[str, Any]) -> Cross:
    """A cross as it was kept."""
    return Cross(
        stored["rows"],
        stored["columns"],
        {(row, column): count for row, column, count in stored["counts"]},
        frozenset((row, column) for row, column in stored["masked"]),
    )


def shown_cross(stored: Mapping[str, Any]) -> list[tuple[str, list[int | None]]]:
    """A cross as it is read: each row’s name and its counts; None is masked."""
    kept = unpacked(stored)
    return [
        (
            row,
            [
                None if (row, column) in kept.masked else kept.counts[row, column]
                for column in kept.columns
            ],
        )
        for row in kept.rows
    ]
