"""All compared with all, in batches: how many people stand where for each open need.

Nothing here decides or names anybody: counts, kept by need for one’s organisation, so that the
needs nobody is ready for are known without comparing everybody at each page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import match_pools
from parcours.actions.match_asked import run_id
from parcours.actions.match_facts import open_needs
from parcours.actions.match_lists import Tally, tally
from parcours.actions.match_rules import rules_in_force
from parcours.db import Database
from parcours.domain.access import Actor, Capability, require
from parcours.domain.matching_ranking import Pile
from parcours.domain.matching_rules import Band
from parcours.domain.needs import NeedState
from parcours.models import MatchTally, Need, NeedVersion
from parcours.models.visibility import reads_need

BATCH = 25
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A need and how many people stood where for it; the day it was counted."""

    need_id: int
    title: str
    posts: int
    as_of: date
    people: int
    proposable: int
    to_check: int
    ready: int
    with_support: int
    to_prepare: int


def count_all(
    database: Database, actor: Actor, *, today: date, again: bool = False, progress: Progress
) -> int:
    """Count for every open need the actor reads; how many were counted now.

    What was counted today already, under the same rules and version, is not counted twice unless
    `again`: a run that was cut short goes on where it stopped. `progress` is told how many are
    done, out of how many.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    with database.reading() as session:
        asked = _waiting(session, actor, today, again=again)
        if asked and not match_pools.is_ready(session):
            match_pools.build(session)
    progress(0, len(asked))
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        with database.reading() as session:
            found = [tally(session, actor, one, today=today) for one in batch]
        with database.writing() as session:
            _keep(session, actor, found, today)
        progress(start + len(batch), len(asked))
    return len(asked)


def uncovered(session: Session, actor: Actor, today: date) -> list[Standing]:
    """The open needs for which nobody was ready, even with support, when last counted.

    Counts of an earlier version of a need are left out: it asks for something else now.
    """
    values = {"org": actor.organisation_id, "today": today}
    return [Standing(*row) for row in session.execute(UNCOVERED, values)]


def _waiting(session: Session, actor: Actor, today: date, *, again: bool) -> list[int]:
    """The needs still to count, in order."""
    rules = rules_in_force(session, actor.organisation_id)
    known = set() if again else set(session.execute(RUNS, {"org": actor.organisation_id}).scalars())
    asked = open_needs(session, actor, today)
    return [one.need_id for one in asked if run_id(actor, one, rules, today) not in known]


def _keep(session: Session, actor: Actor, found: Sequence[Tally], today: date) -> None:
    """Write the counts in place of those known."""
    rows = [_row(actor, one, today) for one in found]
    session.execute(
        delete(MatchTally).where(
            col(MatchTally.organisation_id) == actor.organisation_id,
            col(MatchTally.need_id).in_([row["need_id"] for row in rows]),
        )
    )
    session.execute(insert(MatchTally), rows)
    audit.record(session, actor, "count_candidates", "organisation", actor.organisation_id,
                 needs=len(rows))  # fmt: skip


def _row(actor: Actor, found: Tally, today: date) -> dict[str, Any]:
    asking = found.asking
    return {
        "organisation_id": actor.organisation_id,
        "need_id": asking.asked.need_id,
        "need_version": asking.asked.version,
        "run": asking.run,
        "as_of": today,
        "people": found.people,
        **_named(Pile, found.piles),
        **_named(Band, found.bands),
    }


def _named(words: Iterable[Any], counts: Any) -> dict[str, int]:
    return {one.value: counts.get(one, 0) for one in words}


RUNS = select(col(MatchTally.run)).where(col(MatchTally.organisation_id) == bindparam("org"))
UNCOVERED = (
    select(
        col(Need.id),
        col(NeedVersion.title),
        col(NeedVersion.posts),
        col(MatchTally.as_of),
        col(MatchTally.people),
        col(MatchTally.proposable),
        col(MatchTally.to_check),
        col(MatchTally.ready),
        col(MatchTally.with_support),
        col(MatchTally.to_prepare),
    )
    .join(Need, col(Need.id) == col(MatchTally.need_id))
    .join(NeedVersion, and_(col(NeedVersion.need_id) == col(Need.id),
                            col(NeedVersion.number) == col(Need.version)))
    .where(
        col(MatchTally.organisation_id) == bindparam("org"),
        col(MatchTally.need_version) == col(Need.version),
        col(MatchTally.ready) == 0,
        col(MatchTally.with_support) == 0,
        col(Need.state) == NeedState.PUBLISHED,
        col(Need.suspends_on) > bindparam("today"),
        reads_need(),
    )
    .order_by(col(NeedVersion.posts).desc(), col(Need.id))
)  # fmt: skip
