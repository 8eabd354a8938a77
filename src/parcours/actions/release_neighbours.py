"""What other agreements told of some of the same people: agreements that share cohorts.

Two funders often pay for one cohort, and one of them for others besides. Their figures, subtracted,
would tell of the few people that one counts and the other does not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.release_facts import (
    COHORT,
    DISTRICTS,
    EXITS,
    FUNDER,
    SCOPES,
    Counted,
    Stated,
    stated,
)
from parcours.actions.stored_crosses import unpacked
from parcours.domain.disclosure_beside import Margin, are_apart
from parcours.domain.disclosure_crosses import Pair
from parcours.domain.disclosure_outputs import TOTAL, FrozenTables
from parcours.models import Agreement, AgreementCohort, Release

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Beside:
    """A release of another agreement: as each reader was told it, and whom both count by scope."""

    told: Mapping[str, FrozenTables]
    crosses: Mapping[str, Mapping[str, Any]]
    shared: Mapping[str, Mapping[Pair, int]]

    def is_apart(
        self, scope: str, stored: Mapping[str, Any], tables: FrozenTables, width: int
    ) -> bool:
        """Whether a cross of one, beside the tables of the other, keeps what both mask unknown."""
        rows, columns = (
            Margin(
                tables.counts[name],
                frozenset(tables.masked[name]) - {TOTAL},
                stored[f"{side}_groups"],
            )
            for side, name in (("row", scope), ("column", EXITS))
        )
        return are_apart(unpacked(stored), self.shared[scope], (rows, columns), width=width)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What agreements, by code, told of some of the same people."""

    codes: tuple[str, ...] = ()
    releases: tuple[Beside, ...] = ()

    def told(self, reader: str) -> list[FrozenTables]:
        """Their tables as a reader was told them."""
        return [one.told[reader] for one in self.releases]

    def keep_theirs(self, tables: FrozenTables, width: int) -> bool:
        """Whether these tables, told now, may stand beside the exits by scope they told."""
        return all(
            one.is_apart(scope, stored, tables, width)
            for one in self.releases
            for scope, stored in one.crosses.items()
        )

    def leave_room_for(self, scope: str, stored: Mapping[str, Any], width: int) -> bool:
        """Whether exits by a scope may be told now: of the same people they are told once."""
        return all(
            scope not in one.crosses and one.is_apart(scope, stored, one.told[FUNDER], width)
            for one in self.releases
        )


def locked(session: Session, agreement: Agreement) -> None:
    """Wait for the figures being frozen beside: each is judged beside the others, never at once."""
    session.execute(
        select(col(Agreement.id))
        .where(col(Agreement.organisation_id) == agreement.organisation_id)
        .order_by(col(Agreement.id))
        .with_for_update()
    )


def neighbours_of(
    session: Session, agreement: Agreement, rule: str, found: Counted, today: date
) -> Neighbours:
    """The releases of agreements that share cohorts with this one, and people."""
    codes: list[str] = []
    told: list[Beside] = []
    for other, releases in _releases(session, agreement):
        last = max(today, *(release.as_of for release in releases))
        theirs, _ = stated(session, other, releases[0].exit_rule, found.cohorts, last)
        if theirs.keys() & found.people.keys():
            codes.append(other.code)
            told += [
                _beside(release, found, theirs, rule)
                for release in releases
                if any(_was_counted(theirs[key], release) for key in theirs.keys() & found.people)
            ]
    return Neighbours(tuple(codes), tuple(told))


def _releases(session: Session, agreement: Agreement) -> list[tuple[Agreement, list[Release]]]:
    """The releases of the other agreements over one of its cohorts at least."""
    ours, theirs = aliased(AgreementCohort), aliased(AgreementCohort)
    shared = (
        select(col(theirs.agreement_id))
        .join(ours, col(ours.cohort_id) == col(theirs.cohort_id))
        .where(col(ours.agreement_id) == agreement.id, col(theirs.agreement_id) != agreement.id)
    )
    rows = session.execute(
        select(Agreement, Release)
        .join(Release, col(Release.agreement_id) == col(Agreement.id))
        .where(col(Agreement.id).in_(shared))
        .order_by(col(Agreement.id), col(Release.id))
    )
    return [
        (other, [release for _, release in found])
        for other, found in groupby(rows, key=itemgetter(0))
    ]


def _beside(release: Release, found: Counted, theirs: Mapping[int, Stated], rule: str) -> Beside:
    """A release beside ours, its cohorts under the names they have in ours."""
    known = {key: item for key, item in theirs.items() if _was_counted(item, release)}
    apart = not known.keys() <= found.people.keys(), not found.people.keys() <= theirs.keys()
    names = {name: found.cohorts.get(key, name) for key, name in release.cohorts.items()}
    both = [(found.people[key], known[key]) for key in found.people.keys() & known.keys()]
    # Two definitions part the same people: how many they part is not a scope’s difference.
    unprotected = frozenset() if release.exit_rule == rule else frozenset({EXITS})
    return Beside(
        {
            reader: _told(release, reader, names, both)._replace(
                apart=apart, unprotected=unprotected, public=frozenset({COHORT})
            )
            for reader in release.hidden
        },
        {
            scope: _renamed_cross(stored, names) if scope == COHORT else stored
            for scope, stored in release.crosses.items()
        },
        {scope: _counts(both, (scope, EXITS)) for scope in SCOPES},
    )


def _was_counted(item: Stated, release: Release) -> bool:
    return item.entered_on <= release.as_of


def _told(
    release: Release,
    reader: str,
    names: Names,
    both: Iterable[tuple[Stated, Stated]],
) -> FrozenTables:
    counts: dict[str, Mapping[str, int]] = dict(release.counts)
    masked: dict[str, Iterable[str]] = dict(release.hidden[reader])
    counts[COHORT] = _renamed(counts[COHORT], names)
    masked[COHORT] = [names.get(name, name) for name in masked[COHORT]]
    if release.districts.get(reader) is not None:
        counts[DISTRICTS] = release.districts["counts"]
        masked[DISTRICTS] = release.districts[reader]
    shared = {
        name: {part: count for (part,), count in _counts(both, (name,)).items()} for name in counts
    }
    return FrozenTables(counts, masked, shared)


def _counts(both: Iterable[tuple[Stated, Stated]], tables: tuple[str, ...]) -> dict[Any, int]:
    """By part of these tables, how many people stand there in one release and in the other."""
    found: Counter[Any] = Counter()
    for one, other in both:
        parts = tuple(_part(one, name) for name in tables)
        if parts == tuple(_part(other, name) for name in tables):
            found[parts] += 1
    return dict(found)


def _part(item: Stated, table: str) -> str:
    return (item.district or "") if table == DISTRICTS else item.parts[table]


def _renamed(counts: Mapping[str, int], names: Names) -> dict[str, int]:
    renamed: Counter[str] = Counter()
    for name, count in counts.items():
        renamed[names.get(name, name)] += count
    return dict(renamed)


def _renamed_cross(stored: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Exits by cohort, the cohorts under these names."""
    groups = stored["row_groups"].items()
    return {
        **stored,
        "rows": [names.get(name, name) for name in stored["rows"]],
        "counts": [[names.get(row, row), *rest] for row, *rest in stored["counts"]],
        "masked": [[names.get(row, row), column] for row, column in stored["masked"]],
        "row_groups": {names.get(name, name): names.get(group, group) for name, group in groups},
    }
