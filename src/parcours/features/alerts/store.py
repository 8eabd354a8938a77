"""What the pages of alerts read: the list, walked along an index, and one alert."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, not_, select, tuple_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.alerts import acts, is_heard, is_serious
from parcours.domain.access import Actor
from parcours.domain.alerts import Level, ObjectKey, ObjectKind, Rule
from parcours.models import Account, AlertEpisode, HelpRequest, Learner, Organisation
from parcours.models.visibility import is_mine, scope, sees_alert, sees_learner

PAGE_SIZE = 30
Place = tuple[int, date, int]
START: Place = (-1, date.min, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list keeps; `who`: « moi » (people one follows), « structure » (one’s to act).

    `is_serious`: alerts and what is graver.
    """

    who: str = ""
    rule: Rule | None = None
    level: Level | None = None
    is_serious: bool = False
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An episode with the person, if the actor may know of them, and the organisations."""

    episode: AlertEpisode
    organisation: str
    second: str | None
    muted_by: str | None
    learner: Learner | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for help: who asked, in which words."""

    words: str
    organisation: str
    author: str


SECOND = aliased(Organisation)
ROWS = (
    select(
        AlertEpisode,
        col(Organisation.name),
        col(SECOND.name),
        col(Account.name),
        Learner,
        sees_learner(AlertEpisode.learner_id),
    )
    .join(Organisation, col(Organisation.id) == col(AlertEpisode.organisation_id))
    .outerjoin(SECOND, col(SECOND.id) == col(AlertEpisode.second_id))
    .outerjoin(Account, col(Account.id) == col(AlertEpisode.muted_by_id))
    .outerjoin(Learner, col(Learner.id) == col(AlertEpisode.learner_id))
)
ORDER = col(AlertEpisode.rank), col(AlertEpisode.since), col(AlertEpisode.id)
ONE = ROWS.where(col(AlertEpisode.id) == bindparam("alert"))


def _walk(column: Any, wanted: Wanted) -> Any:
    """The page’s keys along one index: the alerts of one column’s organisation."""
    here: Any = (bindparam("rank"), bindparam("since", type_=Date), bindparam("number"))
    keys: Any = (
        select(col(AlertEpisode.id).label("id"))
        .where(
            column == bindparam("org"),
            col(AlertEpisode.closed_on).is_(None),
            tuple_(*ORDER) > tuple_(*here),
            sees_alert(),
            not_(is_heard()) if wanted.is_muted else is_heard(),
        )
        .order_by(*ORDER)
        .limit(PAGE_SIZE + 1)
    )
    if wanted.rule is not None:
        keys = keys.where(col(AlertEpisode.rule) == wanted.rule)
    if wanted.level is not None:
        keys = keys.where(col(AlertEpisode.level) == wanted.level)
    if wanted.is_serious:
        keys = keys.where(is_serious())
    if wanted.who == "moi":
        mine = select(col(Learner.id)).where(is_mine(col(Learner.referent_id)))
        keys = keys.where(col(AlertEpisode.learner_id).in_(mine))
    if wanted.who == "structure":
        keys = keys.where(acts())
    return keys.subquery()


@cache
def _listed(wanted: Wanted) -> Any:
    walks = [
        _walk(column, wanted)
        for column in (col(AlertEpisode.organisation_id), col(AlertEpisode.second_id))
    ]
    keys = union_all(*(select(walk.c.id) for walk in walks))
    listed = ROWS.where(col(AlertEpisode.id).in_(keys))
    return listed.order_by(*ORDER).limit(PAGE_SIZE + 1)


def alerts(
    session: Session, actor: Actor, wanted: Wanted, *, today: date, after: Place = START
) -> list[AlertRow]:
    """Open alerts, the most serious first, one row more than a page when another follows."""
    rank, since, number = after
    parameters = scope(actor, today) | {
        "account": actor.account_id,
        "rank": rank,
        "since": since,
        "number": number,
    }
    return [AlertRow(*row) for row in session.execute(_listed(wanted), parameters)]


def alert(session: Session, actor: Actor, alert_id: int, *, today: date) -> AlertRow:
    """One alert the caller has found visible."""
    row = session.execute(ONE, scope(actor, today) | {"alert": alert_id}).one()
    return AlertRow(*row)


def request_of(session: Session, about: ObjectKey) -> Asked | None:
    """The request for help an alert is about, if it is about one."""
    if about.kind is not ObjectKind.HELP_REQUEST:
        return None
    row: Any = session.execute(
        select(col(HelpRequest.words), col(Organisation.name), col(Account.name))
        .join(Organisation, col(Organisation.id) == col(HelpRequest.organisation_id))
        .join(Account, col(Account.id) == col(HelpRequest.created_by_id))
        .where(col(HelpRequest.id) == int(about.reference))
    ).one()
    return Asked(*row)
