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

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.release_facts import COHORT, DISTRICTS, EXITS, Counted, Stated, stated
from parcours.domain.disclosure_outputs import FrozenTables
from parcours.models import Agreement, AgreementCohort, Release


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What was told, by reader; the scopes whose exits were; the codes of the agreements."""

    told: Mapping[str, list[FrozenTables]]
    scopes: frozenset[str]
    codes: tuple[str, ...]


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
    told: dict[str, list[FrozenTables]] = {}
    scopes: set[str] = set()
    codes = []
    for other, releases in _releases(session, agreement):
        last = max(today, *(release.as_of for release in releases))
        theirs, _ = stated(session, other, releases[0].exit_rule, found.cohorts, last)
        if not theirs.keys() & found.people.keys():
            continue
        codes.append(other.code)
        for release in releases:
            scopes |= release.crosses.keys()
            for reader in release.hidden:
                beside = _told(release, reader, found, theirs, is_same=release.exit_rule == rule)
                told.setdefault(reader, []).append(beside)
    return Neighbours(told, frozenset(scopes), tuple(codes))


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


def _told(
    release: Release, reader: str, found: Counted, theirs: Mapping[int, Stated], *, is_same: bool
) -> FrozenTables:
    """A release as a reader was told it, cohorts under the names they have in ours."""
    known = {key: item for key, item in theirs.items() if item.entered_on <= release.as_of}
    apart = not known.keys() <= found.people.keys(), not found.people.keys() <= theirs.keys()
    names = {name: found.cohorts.get(key, name) for key, name in release.cohorts.items()}
    counts: dict[str, dict[str, int]] = dict(release.counts)
    masked: dict[str, list[str]] = dict(release.hidden[reader])
    counts[COHORT] = _renamed(counts[COHORT], names)
    masked[COHORT] = [names.get(name, name) for name in masked[COHORT]]
    if release.districts.get(reader) is not None:
        counts[DISTRICTS] = release.districts["counts"]
        masked[DISTRICTS] = release.districts[reader]
    # Two definitions part the same people: how many they part is not a scope’s difference.
    protects = dict.fromkeys(counts, apart) | ({} if is_same else {EXITS: (False, False)})
    return FrozenTables(counts, masked, _shared(found.people, known, counts), protects)


def _renamed(counts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    renamed: Counter[str] = Counter()
    for name, count in counts.items():
        renamed[names.get(name, name)] += count
    return dict(renamed)


def _shared(
    ours: Mapping[int, Stated], theirs: Mapping[int, Stated], tables: Iterable[str]
) -> dict[str, dict[str, int]]:
    """By table and part, how many people both count there."""
    pairs = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    return {
        name: dict(
            Counter(
                _part(one, name) for one, other in pairs if _part(one, name) == _part(other, name)
            )
        )
        for name in tables
    }


def _part(item: Stated, table: str) -> str:
    return (item.district or "") if table == DISTRICTS else item.parts[table]
