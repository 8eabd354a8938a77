"""What learners look for, and what they say of a need: each answer with who said it and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict
from parcours.domain.job_search import UNASKED, JobSearch, SaidBy, check_distance, check_search
from parcours.domain.matching_ranking import Wish
from parcours.models import Account, JobSearchRow, JobSearchSaid, NeedWish, visibility
from parcours.models.base import utc_now


@dataclass(frozen=True, slots=True)
class Saying:
    """Who said an answer, when, and who wrote it down."""

    said_by: SaidBy
    on: date
    by: str


def set_search(
    session: Session,
    actor: Actor,
    learner_id: int,
    search: JobSearch,
    *,
    said_by: SaidBy,
    version: int,
    today: date,
) -> None:
    """Write what a learner looks for; `version` is 0 for the first time.

    Raises NotFound, RuleBroken, EditConflict (somebody wrote since: nothing is lost).
    """
    require(actor, Capability.WRITE_LEARNERS)
    visibility.learner(session, actor, learner_id, today=today, lock=True)
    check_search(search, reference.contract_types())
    row = session.get(JobSearchRow, learner_id)
    before = search_of_row(row) if row else UNASKED
    if (row.version if row else 0) != version:
        theirs: dict[str, Any] = {"version": row.version if row else 0}
        raise EditConflict(theirs=theirs, mine={"version": version}, who="")
    changed = [one.name for one in fields(JobSearch)
               if getattr(search, one.name) != getattr(before, one.name)]  # fmt: skip
    if not changed:
        return
    row = row or JobSearchRow(learner_id=learner_id, version=0)
    _write(row, search)
    session.add(row)
    session.flush()
    for name in changed:
        session.add(_said(actor, row, name, said_by, today))
    session.flush()
    audit.record(session, actor, "job_search", "learner", learner_id, learner_id=learner_id,
                 fields=changed)  # fmt: skip


def set_wish(
    session: Session,
    actor: Actor,
    learner_id: int,
    need_id: int,
    wish: Wish,
    *,
    distance_km: int | None = None,
    said_by: SaidBy,
    version: int,
    today: date,
) -> NeedWish:
    """Write what a learner says of a need (NotFound, RuleBroken, EditConflict)."""
    require(actor, Capability.WRITE_LEARNERS)
    visibility.learner(session, actor, learner_id, today=today, lock=True)
    visibility.need(session, actor, need_id)
    check_distance(distance_km)
    row = wish_of(session, learner_id, need_id)
    if (row.version if row else 0) != version:
        theirs: dict[str, Any] = {"version": row.version if row else 0}
        raise EditConflict(theirs=theirs, mine={"version": version}, who="")
    row = row or NeedWish(
        need_id=need_id, learner_id=learner_id, wish=wish, said_by=said_by, said_on=today,
        version=0, account_id=actor.account_id,
    )  # fmt: skip
    row.wish, row.distance_km, row.said_by, row.said_on = wish, distance_km, said_by, today
    row.account_id, row.at, row.version = actor.account_id, utc_now(), version + 1
    session.add(row)
    session.flush()
    audit.record(session, actor, "wish", "learner", learner_id, learner_id=learner_id, need=need_id)
    return row


def search_of(session: Session, learner_id: int) -> tuple[JobSearch, int]:
    """What a visible learner looks for, and its version, 0 when nobody asked."""
    row = session.get(JobSearchRow, learner_id)
    return (search_of_row(row), row.version) if row else (UNASKED, 0)


def sayings_of(session: Session, learner_id: int) -> Mapping[str, Saying]:
    """The last word on each answer of a visible learner."""
    last = (
        select(func.max(col(JobSearchSaid.id)))
        .where(col(JobSearchSaid.learner_id) == learner_id)
        .group_by(col(JobSearchSaid.field))
    )
    rows = session.execute(
        select(JobSearchSaid, col(Account.name))
        .join(Account, col(Account.id) == col(JobSearchSaid.account_id))
        .where(col(JobSearchSaid.id).in_(last))
    )
    return {row.field: Saying(row.said_by, row.on, name) for row, name in rows}


def wish_of(session: Session, learner_id: int, need_id: int) -> NeedWish | None:
    """What a visible learner says of a need, None when nobody asked."""
    found: NeedWish | None = session.execute(
        select(NeedWish).where(
            col(NeedWish.learner_id) == learner_id, col(NeedWish.need_id) == need_id
        )
    ).scalar_one_or_none()
    return found


def search_of_row(row: Any) -> JobSearch:
    """A stored search as rules read it; `row` has the columns of the table."""
    return JobSearch(
        available_from=row.available_from,
        contracts=_tuple(row.contracts),
        modes=row.modes,
        is_remote_only=row.is_remote_only,
        licences=_tuple(row.licences),
        slots=_tuple(row.slots),
        hours=None if row.hours_min is None else (row.hours_min, row.hours_max),
        point=None if row.latitude is None else (row.latitude, row.longitude),
    )


def _tuple(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _write(row: JobSearchRow, search: JobSearch) -> None:
    """The columns are written anew, so that a list changed in place is not overlooked."""
    row.available_from, row.is_remote_only = search.available_from, search.is_remote_only
    row.contracts = None if search.contracts is None else list(search.contracts)
    row.modes = None if search.modes is None else dict(search.modes)
    row.licences = None if search.licences is None else list(search.licences)
    row.slots = None if search.slots is None else list(search.slots)
    row.hours_min, row.hours_max = search.hours or (None, None)
    row.latitude, row.longitude = search.point or (None, None)
    row.version, row.updated_at = row.version + 1, utc_now()


def _said(
    actor: Actor, row: JobSearchRow, name: str, said_by: SaidBy, today: date
) -> JobSearchSaid:
    return JobSearchSaid(
        learner_id=row.learner_id,
        field=name,
        version=row.version,
        said_by=said_by,
        on=today,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
    )
