"""Which introductions are meant, as lists, counts and other rooms read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import shown_name, veiled_name
from parcours.domain.introductions import LIVE, WAITING, State
from parcours.domain.match_acts import Choice
from parcours.models import (
    Employer,
    Introduction,
    Learner,
    MatchDecision,
    Need,
    NeedVersion,
    Organisation,
)
from parcours.models.visibility import reads_need, scope, sees_introduction, sees_learner

MAKER = aliased(Organisation)
TONES = {
    State.PROPOSED: "neutral",
    State.AGREED: "neutral",
    State.SENT: "warning",
    State.INTERVIEW: "violet",
    State.TRIAL: "violet",
    State.HIRED: "success",
    State.NOT_RETAINED: "neutral",
    State.GIVEN_UP: "neutral",
    State.NO_ANSWER: "danger",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An introduction of a list; the name is veiled for who only follows the need."""

    id: int
    need_id: int
    learner_id: int
    organisation_id: int
    organisation: str
    state: State
    proposed_on: date
    sent_on: date | None
    remind_on: date | None
    closes_on: date | None
    reminded_on: date | None
    hired_on: date | None
    title: str
    employer: str
    name: str
    knows: bool
    reads_need: bool

    @property
    def tone(self) -> str:
        """How its state is shown, besides its words."""
        return TONES[self.state]

    @property
    def is_waiting(self) -> bool:
        """Whether the employer has the word."""
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Proposed:
    """« proposé à n personnes pour p postes »: people in play, and posts still open."""

    people: int
    posts: int

    @property
    def told(self) -> str:
        """In words."""
        who = f"{self.people} personne{'s' if self.people > 1 else ''}"
        return f"proposé à {who} pour {self.posts} poste{'s' if self.posts > 1 else ''}"


def is_to_chase() -> Any:
    """Condition on Introduction: `:org` waits for an employer, whose delay is over on `:today`."""
    return and_(
        col(Introduction.organisation_id) == bindparam("org"),
        col(Introduction.state).in_(WAITING),
        col(Introduction.remind_on) <= bindparam("today"),
        sees_learner(Introduction.learner_id),
    )


PARTNER = aliased(Organisation)
# In the order of Line, the name and who knows it apart.
COLUMNS: tuple[Any, ...] = (
    col(Introduction.id),
    col(Introduction.need_id),
    col(Introduction.learner_id),
    col(Introduction.organisation_id),
    col(MAKER.name),
    col(Introduction.state),
    col(Introduction.proposed_on),
    col(Introduction.sent_on),
    col(Introduction.remind_on),
    col(Introduction.closes_on),
    col(Introduction.reminded_on),
    col(Introduction.hired_on),
    col(NeedVersion.title),
    col(PARTNER.name),
    col(Learner.birth_name),
    col(Learner.first_names),
    col(Learner.usage_name),
    sees_learner(Introduction.learner_id),
    reads_need(),
)
IS_CURRENT = and_(
    col(NeedVersion.need_id) == col(Need.id), col(NeedVersion.number) == col(Need.version)
)
LINES: Any = (
    select(*COLUMNS)
    .join(MAKER, col(MAKER.id) == col(Introduction.organisation_id))
    .join(Learner, col(Learner.id) == col(Introduction.learner_id))
    .join(Need, col(Need.id) == col(Introduction.need_id))
    .join(NeedVersion, IS_CURRENT)
    .join(Employer, col(Employer.id) == col(Need.employer_id))
    .join(PARTNER, col(PARTNER.id) == col(Employer.partner_id))
    .where(sees_introduction())
    .order_by(col(Introduction.id).desc())
)


def lines(
    session: Session, actor: Actor, *conditions: Any, today: date, most: int | None = None
) -> list[Line]:
    """Introductions the actor may read, the latest first."""
    statement = LINES.where(*conditions).limit(most) if most else LINES.where(*conditions)
    rows = session.execute(statement, scope(actor, today))
    return [_line(row) for row in rows]


def of_need(session: Session, actor: Actor, need_id: int, *, today: date) -> list[Line]:
    """The introductions to a need, as far as the actor may read them."""
    return lines(session, actor, col(Introduction.need_id) == need_id, today=today)


def of_learner(session: Session, actor: Actor, learner_id: int, *, today: date) -> list[Line]:
    """The introductions of a person whose file the caller opened."""
    return lines(session, actor, col(Introduction.learner_id) == learner_id, today=today)


def people_in_play() -> Any:
    """How many people, everybody’s, are in play for a Need.

    Introduced and not at an end, or chosen among its candidates and not introduced yet: every page
    says the same number.
    """
    introduced = (
        select(func.count())
        .select_from(Introduction)
        .where(col(Introduction.need_id) == col(Need.id), col(Introduction.state).in_(LIVE))
        .correlate(Need)
        .scalar_subquery()
    )
    return introduced + _chosen()


def _chosen() -> Any:
    """How many people somebody’s last word on a Need proposes, without an introduction."""
    later = aliased(MatchDecision)
    changed = exists(
        select(1).where(
            col(later.need_id) == col(MatchDecision.need_id),
            col(later.learner_id) == col(MatchDecision.learner_id),
            col(later.organisation_id) == col(MatchDecision.organisation_id),
            col(later.id) > col(MatchDecision.id),
        )
    )
    introduced = exists(
        select(1).where(
            col(Introduction.need_id) == col(MatchDecision.need_id),
            col(Introduction.learner_id) == col(MatchDecision.learner_id),
        )
    )
    return (
        select(func.count(func.distinct(col(MatchDecision.learner_id))))
        .where(
            col(MatchDecision.need_id) == col(Need.id),
            col(MatchDecision.choice) == Choice.PROPOSE,
            ~changed,
            ~introduced,
        )
        .correlate(Need)
        .scalar_subquery()
    )


def proposed(session: Session, need_ids: Iterable[int]) -> dict[int, Proposed]:
    """By need the caller has found visible: people in play, everybody’s counted, and open posts."""
    rows = session.execute(
        select(col(Need.id), people_in_play(), col(NeedVersion.posts))
        .join(NeedVersion, IS_CURRENT)
        .where(col(Need.id).in_(list(need_ids)))
    )
    return {row[0] or 0: Proposed(row[1], row[2]) for row in rows}


def _line(row: Any) -> Line:
    birth, first, usage, knows, reads = row[14:19]
    name = shown_name(birth, first, usage) if knows else veiled_name(birth, first)
    values: tuple[Any, ...] = (*row[:14], name, bool(knows), bool(reads))
    return Line(*values)
