"""Where people stand and who held them last, copied from their gaps to the rows lists read."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlmodel import Session, col

from parcours.db import insert_new
from parcours.models import Gap, HolderSeen, LearnerAccess
from parcours.models.visibility import ACCESS

IS_OPEN = col(Gap.ends_on).is_(None)
EVER = literal(date.max, Date)
SEEN = ACCESS.learner_id.in_(bindparam("learners", expanding=True))


def _gaps(value: Any, *conditions: Any) -> Any:
    """A value of each gap of the learner a row lets see."""
    return (
        select(value)
        .where(col(Gap.learner_id) == ACCESS.learner_id, *conditions)
        .correlate(LearnerAccess)
    )


def _of_gaps(value: Any, *conditions: Any) -> Any:
    """A value over all the gaps of the learner a row lets see."""
    return _gaps(value, *conditions).scalar_subquery()


def _first_to_break() -> Any:
    """The pathway of the open gap that breaks first, the lists’ order telling between two."""
    return (
        _gaps(col(Gap.pathway_id), IS_OPEN, col(Gap.breaks_on).is_not(None))
        .order_by(col(Gap.breaks_on), col(Gap.pathway_id))
        .limit(1)
        .scalar_subquery()
    )


def _last_to_end(value: Any, *, place: int) -> Any:
    """A value of the closed gap that ends last, or of the one in another place before it."""
    in_order = col(Gap.ends_on).desc(), col(Gap.starts_on), col(Gap.pathway_id)
    return _gaps(value, ~IS_OPEN).order_by(*in_order).limit(1).offset(place).scalar_subquery()


# Nearly everybody has one open gap at most. Of several, each date kept is the earliest, and the
# gaps themselves are asked whatever the day: never less than what is true.
HAS_SEVERAL = _of_gaps(func.count(), IS_OPEN) > 1
COPIED = {
    "gap_starts_on": _of_gaps(func.min(col(Gap.starts_on)), IS_OPEN),
    "gap_breaks_on": _of_gaps(func.min(col(Gap.breaks_on)), IS_OPEN),
    "gap_pathway_id": _first_to_break(),
    "other_gaps_end_on": case((HAS_SEVERAL, EVER), else_=_of_gaps(func.max(col(Gap.ends_on)))),
    "other_gap_breaks_on": _last_to_end(col(Gap.breaks_on), place=0),
    "more_gaps_end_on": case((HAS_SEVERAL, EVER), else_=_last_to_end(col(Gap.ends_on), place=1)),
}
LOCKED = (
    select(ACCESS.organisation_id)
    .where(SEEN)
    .order_by(ACCESS.learner_id, ACCESS.organisation_id)
    .with_for_update()
)
REFRESHED = update(LearnerAccess).where(SEEN).values(**COPIED)
IS_KNOWN = exists().where(
    col(HolderSeen.organisation_id) == ACCESS.organisation_id,
    col(HolderSeen.holder_id) == col(Gap.owner_id),
)


def _holders(*conditions: Any) -> Any:
    """(organisation, holder) of the gaps that break, of people the organisation sees."""
    return (
        select(ACCESS.organisation_id, col(Gap.owner_id).label("holder_id"))
        .join(Gap, col(Gap.learner_id) == ACCESS.learner_id)
        .where(col(Gap.breaks_on).is_not(None), *conditions)
        .distinct()
    )


# In one order: two who add the same at once wait for each other, and never in a circle.
NEW_HOLDERS = _holders(SEEN, ~IS_KNOWN).order_by("organisation_id", "holder_id")
HOLDERS_TODAY = _holders(
    or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= bindparam("today")),
    or_(ACCESS.ends_on.is_(None), ACCESS.ends_on >= bindparam("today")),
)
STALE = union(
    select(ACCESS.learner_id).where(
        or_(*(ACCESS[name].is_distinct_from(value) for name, value in COPIED.items()))
    ),
    select(ACCESS.learner_id)
    .join(Gap, col(Gap.learner_id) == ACCESS.learner_id)
    # Whatever the day, an open gap seen without an end has its holder kept.
    .where(IS_OPEN, ACCESS.ends_on.is_(None), ~IS_KNOWN),
)


def refresh_standings(session: Session, learner_ids: Collection[int]) -> None:
    """Copy the gaps of these learners to all who see them; called after each change of either.

    The rows are locked first: of a sharing and a change of the gaps at once, on PostgreSQL, the
    second to come writes what the first has left.
    """
    session.flush()
    learners = {"learners": list(learner_ids)}
    session.execute(LOCKED, learners)
    session.execute(REFRESHED, learners, execution_options={"synchronize_session": False})
    insert_new(session, HolderSeen, NEW_HOLDERS, learners)


def forget_holders(session: Session, *, today: date) -> int:
    """Take away the holders nobody of the list comes from any more: the daily work; how many."""
    current = {tuple(row) for row in session.execute(HOLDERS_TODAY, {"today": today})}
    pair = tuple_(col(HolderSeen.organisation_id), col(HolderSeen.holder_id))
    known = {(row.organisation_id, row.holder_id)
             for row in session.execute(select(HolderSeen)).scalars()}  # fmt: skip
    for gone in sorted(known - current):
        session.execute(delete(HolderSeen).where(pair == tuple_(*map(literal, gone))))
    return len(known - current)


def stale_standings(session: Session) -> list[int]:
    """Learners whose copies are not what their gaps say: always empty."""
    return list(session.execute(STALE).scalars())
