"""What the timeline reads: the facts of every partner on one person, dated, in one statement."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, func, select, tuple_
from sqlmodel import Session, col

from parcours.actions.timeline import dated_facts
from parcours.domain.access import Actor
from parcours.models import Account, Organisation

PAGE_SIZE = 30
Place = tuple[date, int, int]


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact: `sort` says which, `code`, `title` and `extra` what, as the table holds it."""

    on: date
    rank: int
    key: int
    sort: str
    code: str | None
    title: str | None
    extra: str | None
    link_id: int | None
    organisation_id: int
    organisation: str
    author: str | None


def facts(
    session: Session,
    actor: Actor,
    learner_id: int,
    *,
    sort: str = "",
    organisation_id: int | None = None,
    after: Place | None = None,
) -> list[Fact]:
    """A page of facts on a person the caller has opened, the latest first, and one row more.

    Other organisations’ private notes and messages are not among them.
    """
    parameters: dict[str, Any] = {"learner": learner_id, "org": actor.organisation_id}
    if organisation_id is not None:
        parameters["by"] = organisation_id
    if after is not None:
        parameters |= dict(zip(("after_day", "after_rank", "after_key"), after, strict=True))
    statement = _page(sort, organisation_id is not None, after is not None)
    rows = session.connection().execute(statement, parameters)
    return [Fact(*row) for row in rows]


def organisations(session: Session, actor: Actor, learner_id: int) -> list[tuple[int, str]]:
    """The organisations that have a fact on the timeline."""
    parameters = {"learner": learner_id, "org": actor.organisation_id}
    rows = session.connection().execute(_organisations(), parameters)
    return [(row[0], row[1]) for row in rows]


@cache
def _page(sort: str, is_by_one: bool, is_next: bool) -> Select[Any]:
    found = dated_facts(sort)
    place = tuple_(found.c.on, found.c.rank, found.c.key)
    statement = (
        select(
            *(found.c[name] for name in ("on", "rank", "key", "sort", "code", "title")),
            *(found.c[name] for name in ("extra", "link_id", "organisation_id")),
            col(Organisation.name),
            func.coalesce(col(Account.name), found.c.by_name),
        )
        .join(Organisation, col(Organisation.id) == found.c.organisation_id)
        .outerjoin(Account, col(Account.id) == found.c.author_id)
        .order_by(found.c.on.desc(), found.c.rank.desc(), found.c.key.desc())
        .limit(PAGE_SIZE + 1)
    )
    if is_by_one:
        statement = statement.where(found.c.organisation_id == bindparam("by"))
    if is_next:
        before = (
            bindparam("after_day", type_=Date),
            bindparam("after_rank", type_=Integer),
            bindparam("after_key", type_=Integer),
        )
        statement = statement.where(place < tuple_(*before))
    return statement


@cache
def _organisations() -> Any:
    found = dated_facts("")
    return (
        select(col(Organisation.id), col(Organisation.name))
        .where(col(Organisation.id).in_(select(found.c.organisation_id)))
        .order_by(col(Organisation.name))
    )
