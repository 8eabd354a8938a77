"""What the learners’ pages read."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlmodel import Session, col

from parcours.actions.continuity import HORIZON, RibbonFacts, ribbon_facts
from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.words import DistrictStatus
from parcours.models import (
    Gap,
    Learner,
    Pathway,
    Programme,
)
from parcours.models.base import looked_up
from parcours.models.visibility import ACCESS, access_is_open, is_mine, scope

PAGE_SIZE = 30
COUNT_LIMIT = 100
MAX_WORDS = 5
ORDER = (ACCESS.sort_key, ACCESS.learner_id)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the list, as its URL carries them."""

    words: tuple[str, ...] = ()
    standing: str = ""
    programme: int | None = None
    district: str = ""
    mine: bool = False
    own: bool = False

    @property
    def shape(self) -> tuple[int, str, bool, str, bool, bool]:
        """What the statement depends on; values are parameters."""
        has_programme = self.programme is not None
        return (
            len(self.words),
            self.standing,
            has_programme,
            self.district,
            self.mine,
            self.own,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list: its rows, whether another follows, how many in all (up to 101)."""

    rows: list["Row"]
    has_more: bool
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """A learner of the list, with what their ribbon is drawn from."""

    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    born_on: date
    city: str | None
    is_own: bool
    sort_key: str
    facts: RibbonFacts | None


def read_words(text: str) -> tuple[str, ...]:
    """The words of a search, folded as the names are."""
    return tuple(fold(text).split()[:MAX_WORDS])


def learners(
    session: Session,
    actor: Actor,
    filters: Filters,
    *,
    today: date,
    after: tuple[str, int] | None = None,
) -> Page:
    """A page of the list. The first one finds its rows and counts them in the same walk."""
    parameters, shape = _parameters(actor, filters, today), filters.shape
    connection = session.connection()
    if after is None:
        found = connection.execute(_first_page(shape), parameters).all()
        total = found[0][11] if found else 0
    else:
        parameters |= {"after_key": after[0], "after_id": after[1]}
        found = connection.execute(_next_page(shape), parameters).all()
        total = connection.execute(_total(shape), parameters).scalar_one()
    shown = found[:PAGE_SIZE]
    facts = ribbon_facts(session, [(row[8], row[9], row[10]) for row in shown if row[8]])
    rows = [_row(row, actor, facts) for row in shown]
    return Page(rows, len(found) > PAGE_SIZE, total)


PROGRAMMES = select(col(Programme.id), col(Programme.name)).order_by(col(Programme.name))


def programmes(session: Session) -> list[tuple[int, str]]:
    """Programmes one can filter by."""
    rows: Any = session.connection().execute(PROGRAMMES)
    return [(row[0], row[1]) for row in rows]


def _row(row: Any, actor: Actor, facts: dict[int, RibbonFacts]) -> Row:
    return Row(
        learner_id=row[0],
        birth_name=row[1],
        usage_name=row[2],
        first_names=row[3],
        born_on=row[4],
        city=row[5],
        is_own=row[7] == actor.organisation_id,
        sort_key=row[6],
        facts=facts.get(row[8]),
    )


@cache
def _first_page(shape: tuple[Any, ...]) -> Select[Any]:
    # Rare people are found once, not once for the rows and once more for the count.
    found = _listed(shape).order_by(*ORDER).limit(COUNT_LIMIT + 1).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery()
    ids = select(found).order_by(found.c.sort_key, found.c.learner_id).limit(PAGE_SIZE + 1)
    return _joined(ids.subquery("page")).add_columns(total)


@cache
def _next_page(shape: tuple[Any, ...]) -> Select[Any]:
    after = tuple_(bindparam("after_key", type_=Text), bindparam("after_id"))
    ids = _listed(shape).where(tuple_(*ORDER) > after).order_by(*ORDER).limit(PAGE_SIZE + 1)
    return _joined(ids.subquery("page"))


@cache
def _total(shape: tuple[Any, ...]) -> Select[Any]:
    return select(func.count()).select_from(_listed(shape).limit(COUNT_LIMIT + 1).subquery())


def _joined(ids: Subquery) -> Select[Any]:
    """What a row shows, for ids found first along the index of the organisation."""
    latest = (
        select(col(Pathway.id))
        .where(col(Pathway.learner_id) == ids.c.learner_id)
        .order_by(col(Pathway.opened_on).desc(), col(Pathway.id).desc())
        .limit(1)
        .correlate(ids)
        .scalar_subquery()
    )
    return (
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.born_on),
            col(Learner.city),
            ids.c.sort_key,
            col(Learner.organisation_id),
            col(Pathway.id),
            col(Pathway.opened_on),
            col(Pathway.closed_on),
        )
        .select_from(ids)
        .join(Learner, col(Learner.id) == ids.c.learner_id)
        .outerjoin(Pathway, col(Pathway.id) == latest)
        .order_by(ids.c.sort_key, ids.c.learner_id)
    )


def _listed(shape: tuple[Any, ...]) -> Select[Any]:
    words, standing, has_programme, district, mine, own = shape
    # SQLite tests conditions in their order: those that send most rows away stand first, those
    # that look elsewhere last.
    conditions = _named(words)
    if standing:
        conditions.append(_standing(standing))
    if district:
        conditions.append(ACCESS.qpv_status == DistrictStatus(district))
    if own:
        conditions.append(ACCESS.sharing_id.is_(None))
    conditions.append(access_is_open())
    if mine:
        conditions.append(_is_followed())
    if has_programme:
        conditions.append(_has_pathway(col(Pathway.programme_id) == bindparam("prog")))
    return select(ACCESS.sort_key, ACCESS.learner_id).where(*conditions)


def _named(words: int) -> list[ColumnElement[bool]]:
    """Words match beginnings of names: a leading space marks each beginning.

    The letters, anywhere in the names, cost a fifth of that and send nearly all rows away.
    """
    typed = [bindparam(f"word{number}", type_=Text) for number in range(words)]
    letters = [ACCESS.sort_key.like("%" + word + "%") for word in typed]
    return letters + [(" " + ACCESS.sort_key).like("% " + word + "%") for word in typed]


def _is_followed() -> Any:
    return looked_up(
        select(1)
        .select_from(Learner)
        .where(
            col(Learner.id) == ACCESS.learner_id,
            is_mine(col(Learner.referent_id)),
        )
    )


def _has_pathway(*conditions: Any) -> Any:
    return looked_up(
        select(1)
        .select_from(Pathway)
        .where(col(Pathway.learner_id) == ACCESS.learner_id, *conditions)
    )


def _standing(standing: str) -> Any:
    is_open = col(Pathway.closed_on).is_(None)
    if standing in {"rupture", "attente", "risque"}:
        return _has_gap(standing)
    if standing == "etape":
        return and_(_has_pathway(is_open), _has_gap(standing).is_not(True))
    return and_(_has_pathway(), ~_has_pathway(is_open))


def _has_gap(standing: str) -> ColumnElement[bool]:
    """By the open gap, copied on the row the list walks; else by the others, if any is not over."""
    other = looked_up(
        select(1)
        .select_from(Gap)
        .where(
            col(Gap.learner_id) == ACCESS.learner_id,
            or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= bindparam("today")),
            _gap_condition(standing, col(Gap.starts_on), col(Gap.breaks_on)),
        )
    )
    return or_(
        _gap_condition(standing, ACCESS.gap_starts_on, ACCESS.gap_breaks_on),
        and_(ACCESS.other_gaps_end_on >= bindparam("today"), other),
    )


def _gap_condition(standing: str, starts_on: Any, breaks_on: Any) -> Any:
    today: Any = bindparam("today")
    if standing == "rupture":
        return breaks_on <= today
    if standing == "risque":
        return and_(breaks_on > today, breaks_on <= bindparam("until"))
    if standing == "attente":
        return and_(starts_on <= today, or_(breaks_on.is_(None), breaks_on > today))
    return starts_on <= today


def _parameters(actor: Actor, filters: Filters, today: date) -> dict[str, Any]:
    parameters = {**scope(actor, today), "until": today + HORIZON, "account": actor.account_id}
    parameters |= {f"word{number}": word for number, word in enumerate(filters.words)}
    if filters.programme is not None:
        parameters["prog"] = filters.programme
    return parameters
