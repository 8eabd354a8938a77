"""Which gaps are to avoid, the most urgent first: walked along an index, whoever asks.

An organisation’s own gaps lie together, and so do those of everybody it sees: neither walk passes
what the list does not hold, be the organisation a small one in a large territory.
"""

from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import col

from parcours.actions.continuity import is_to_avoid
from parcours.models import Gap, Learner, LearnerAccess, Pathway
from parcours.models.base import looked_up
from parcours.models.visibility import ACCESS, access_is_open, is_mine, sees_learner


class Shape(NamedTuple):
    """What a statement depends on; values are parameters.

    `owner` names the parameter that holds the owner of the gaps, empty for all one sees.
    """

    owner: str
    is_mine: bool
    has_programme: bool
    has_district: bool


def urgent_gaps(shape: Shape) -> Subquery:
    """(pathway_id, breaks_on) of the gaps of a list, the most urgent first, up to `:counted`."""
    return (_owned(shape) if shape.owner else _seen(shape)).subquery("urgent")


def _owned(shape: Shape) -> Select[Any]:
    """The gaps of one owner, each looked up for whether one sees the person."""
    listed = _listed(col(Gap.breaks_on), col(Gap.pathway_id)).where(
        col(Gap.owner_id) == bindparam(shape.owner),
        is_to_avoid(),
        *_asked(shape, col(Gap.learner_id), col(Gap.pathway_id)),
        sees_learner(Gap.learner_id, *_inside(shape)),
    )
    return _first(listed, col(Gap.breaks_on), col(Gap.pathway_id))


def _seen(shape: Shape) -> Select[Any]:
    """The gaps of everybody one sees: the copies of their open gaps, and the few others."""
    listed = _listed(ACCESS.gap_breaks_on, ACCESS.gap_pathway_id).where(
        ACCESS.gap_breaks_on <= bindparam("until"), *_of_seen(shape, ACCESS.gap_pathway_id)
    )
    copied = _first(listed, ACCESS.gap_breaks_on, ACCESS.gap_pathway_id).cte("copied")
    together = union_all(select(copied), _others(shape, copied)).subquery("together")
    return _first(select(together), together.c.breaks_on, together.c.pathway_id)


def _others(shape: Shape, copied: CTE) -> Select[Any]:
    """The gaps no copy tells: those that will end, and of several open ones all but the first.

    Nobody’s are looked up who has one alone, and that one after the last of the list.
    """
    is_copied = and_(
        col(Gap.ends_on).is_(None),
        col(Gap.pathway_id) == ACCESS.gap_pathway_id,
        col(Gap.breaks_on) == ACCESS.gap_breaks_on,
    )
    last = _last_day(copied)
    return (
        _listed(col(Gap.breaks_on), col(Gap.pathway_id))
        .join_from(LearnerAccess, Gap, col(Gap.learner_id) == ACCESS.learner_id)
        .where(
            ACCESS.other_gaps_end_on >= bindparam("today"),
            or_(ACCESS.more_gaps_end_on >= bindparam("today"), ACCESS.other_gap_breaks_on <= last),
            is_to_avoid(),
            ~is_copied,
            *_of_seen(shape, col(Gap.pathway_id)),
        )
    )


def _last_day(copied: CTE) -> Any:
    """The day after which nothing is listed: that of the last copy where they are enough."""
    is_full = func.count() >= bindparam("counted", type_=Integer)
    until = bindparam("until", type_=Date)
    last = case((is_full, func.max(copied.c.breaks_on)), else_=until)
    return select(last).select_from(copied).scalar_subquery()


def _listed(breaks_on: Any, pathway_id: Any) -> Select[Any]:
    """Gaps that come after the place where a page begins."""
    begins = tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=BigInteger))
    return select(pathway_id.label("pathway_id"), breaks_on.label("breaks_on")).where(
        tuple_(breaks_on, pathway_id) > begins
    )


def _first(listed: Select[Any], breaks_on: Any, pathway_id: Any) -> Select[Any]:
    return listed.order_by(breaks_on, pathway_id).limit(bindparam("counted", type_=Integer))


def _of_seen(shape: Shape, pathway_id: Any) -> list[Any]:
    return [access_is_open(), *_inside(shape), *_asked(shape, ACCESS.learner_id, pathway_id)]


def _inside(shape: Shape) -> list[Any]:
    district = bindparam("district", type_=ACCESS.qpv_status.type)
    return [ACCESS.qpv_status == district] if shape.has_district else []


def _asked(shape: Shape, learner_id: Any, pathway_id: Any) -> list[Any]:
    """What is looked up elsewhere: whom the actor follows, who is in a programme."""
    asked = []
    if shape.has_programme:
        programme = col(Pathway.programme_id) == bindparam("programme", type_=Integer)
        asked.append(looked_up(select(1).where(col(Pathway.id) == pathway_id, programme)))
    if shape.is_mine:
        followed = is_mine(col(Learner.referent_id))
        asked.append(looked_up(select(1).where(col(Learner.id) == learner_id, followed)))
    return asked
