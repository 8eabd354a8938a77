"""What every act on a need writes: its versions, its history, its deadlines."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import personal_links
from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.needs import NeedAct, Requirement, Terms, deadlines
from parcours.models import (
    Employer,
    Need,
    NeedEvent,
    NeedLink,
    NeedRequirement,
    NeedVersion,
    Organisation,
)

LISTS = ("contracts", "slots", "access_modes")


@dataclass(frozen=True, slots=True)
class By:
    """Who acts on a need: somebody signed in, somebody named on a link, or the rules (nobody)."""

    actor: Actor | None = None
    name: str | None = None

    @classmethod
    def account(cls, actor: Actor) -> "By":
        """Somebody signed in."""
        return cls(actor, actor.name)

    @property
    def account_id(self) -> int | None:
        """The account that acts, if any does."""
        return self.actor.account_id if self.actor else None


RULES = By()


def write_version(
    session: Session, need: Need, terms: Terms, requirements: Sequence[Requirement], by: By
) -> NeedVersion:
    """Write the current content of a need as its version `need.version`; it never changes again."""
    values = asdict(terms)
    row = NeedVersion(
        need_id=need.id or 0,
        number=need.version,
        account_id=by.account_id,
        by_name=by.name,
        **(values | {name: list(values[name]) for name in LISTS}),
    )
    session.add(row)
    session.flush()
    for position, item in enumerate(requirements):
        session.add(NeedRequirement(version_id=row.id or 0, position=position, **asdict(item)))
    session.flush()
    return row


def current(session: Session, need: Need) -> tuple[Terms, tuple[Requirement, ...]]:
    """What a need asks now."""
    row = session.execute(
        select(NeedVersion).where(
            col(NeedVersion.need_id) == need.id, col(NeedVersion.number) == need.version
        )
    ).scalar_one()
    return terms_of(row), requirements_of(session, row.id or 0)


def terms_of(row: NeedVersion) -> Terms:
    """A stored version, as rules read it."""
    values = {name: getattr(row, name) for name in Terms.__dataclass_fields__}
    return Terms(**(values | {name: tuple(values[name]) for name in LISTS}))


def requirements_of(session: Session, version_id: int) -> tuple[Requirement, ...]:
    """The skills a version asks for, in order."""
    rows = session.execute(
        select(
            col(NeedRequirement.skill_id),
            col(NeedRequirement.level),
            col(NeedRequirement.weight),
            col(NeedRequirement.is_essential),
        )
        .where(col(NeedRequirement.version_id) == version_id)
        .order_by(col(NeedRequirement.position), col(NeedRequirement.id))
    )
    return tuple(Requirement(*row) for row in rows)


def tell(
    session: Session,
    need: Need,
    act: NeedAct,
    by: By,
    *,
    today: date,
    words: str | None = None,
) -> None:
    """Append a line to a need’s history, and to the journal without its words."""
    session.add(
        NeedEvent(
            need_id=need.id or 0,
            act=act,
            on=today,
            version=need.version,
            account_id=by.account_id,
            by_name=by.name,
            words=words,
        )
    )
    session.flush()
    audit.record(session, by.actor, act.value, "need", need.id, version=need.version)


def stand_confirmed(session: Session, need: Need, *, today: date) -> None:
    """The need holds on `today`: reminder and suspension follow its organisation’s delay."""
    days = session.get_one(Organisation, need.organisation_id).need_fresh_days
    need.confirmed_on, need.reminded_on = today, None
    need.remind_on, need.suspends_on = deadlines(today, days)


def end_links(session: Session, need: Need) -> int:
    """Let no link of a need answer any more; returns how many still could."""
    return personal_links.end_all(session, NeedLink, col(NeedLink.need_id) == need.id)


def search_text(session: Session, need: Need, terms: Terms) -> str:
    """What a need is searched by: the post, the occupation, the employer."""
    name = session.execute(
        select(col(Organisation.name))
        .join(Employer, col(Employer.partner_id) == col(Organisation.id))
        .where(col(Employer.id) == need.employer_id)
    ).scalar_one()
    said = (terms.title, terms.rome_code, terms.rome_label, name)
    return fold(" ".join(part for part in said if part))
