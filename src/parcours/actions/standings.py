"""Where people stand, copied from their gaps to the rows that lists walk."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, case, func, literal, or_, select, update
from sqlmodel import Session, col

from parcours.models import Gap, LearnerAccess
from parcours.models.visibility import ACCESS

IS_OPEN = col(Gap.ends_on).is_(None)
EVER = literal(date.max, Date)
SEEN = ACCESS.learner_id.in_(bindparam("learners", expanding=True))


def _of_gaps(value: Any, *conditions: Any) -> Any:
    """A value over the gaps of the learner a row lets see."""
    return (
        select(value)
        .where(col(Gap.learner_id) == ACCESS.learner_id, *conditions)
        .correlate(LearnerAccess)
        .scalar_subquery()
    )


# Nearly everybody has one open gap at most. Of several, each date kept is the earliest, and the
# gaps themselves are asked whatever the day: never less than what is true.
COPIED = {
    "gap_starts_on": _of_gaps(func.min(col(Gap.starts_on)), IS_OPEN),
    "gap_breaks_on": _of_gaps(func.min(col(Gap.breaks_on)), IS_OPEN),
    "other_gaps_end_on": _of_gaps(
        case((func.count().filter(IS_OPEN) > 1, EVER), else_=func.max(col(Gap.ends_on)))
    ),
}
LOCKED = (
    select(ACCESS.organisation_id)
    .where(SEEN)
    .order_by(ACCESS.learner_id, ACCESS.organisation_id)
    .with_for_update()
)
REFRESHED = update(LearnerAccess).where(SEEN).values(**COPIED)
STALE = select(ACCESS.learner_id).where(
    or_(*(ACCESS[name].is_distinct_from(value) for name, value in COPIED.items()))
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


def stale_standings(session: Session) -> list[int]:
    """Learners whose copies are not what their gaps say: always empty."""
    return list(session.execute(STALE.distinct()).scalars())
