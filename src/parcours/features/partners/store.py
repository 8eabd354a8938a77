"""What the directory reads: organisations by page, their actions, choices of the filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.directory import has_account, looks_like
from parcours.actions.partners import has_a_place, is_listed, is_to_confirm
from parcours.domain.errors import NotFound
from parcours.domain.identity import fold
from parcours.domain.words import StepKind
from parcours.models import Offer, OfferDate, Organisation, Programme

PAGE_SIZE = 30
OFFERS_OF_ONE = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What the directory and the map keep; empty keeps everything."""

    q: str = ""
    kind: str = ""
    city: str = ""
    action: StepKind | None = None
    has_place: bool = False
    to_confirm: bool = False


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """An organisation of the directory."""

    id: int
    name: str
    kind: str
    city: str | None
    confirmed_on: date | None
    created_at: datetime
    has_account: bool
    offers: int
    to_confirm: int


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An action, its partner’s name and who entered it."""

    offer: Offer
    organisation: str
    entered_by: str


def directory(
    session: Session, filters: Filters, *, today: date, after: int | None
) -> list[PartnerRow]:
    """A page of organisations by name, and one more when there is a next page."""
    counted = _offers_of_row(today)
    statement = select(
        col(Organisation.id),
        col(Organisation.name),
        col(Organisation.kind),
        col(Organisation.city),
        col(Organisation.confirmed_on),
        col(Organisation.created_at),
        has_account(today),
        select(func.count()).where(*counted).scalar_subquery(),
        select(func.count()).where(*counted, is_to_confirm(today)).scalar_subquery(),
    ).where(col(Organisation.closed_on).is_(None), *_kept(filters, today))
    if after is not None:
        statement = statement.where(_comes_after(after))
    ordered = statement.order_by(col(Organisation.name_key), col(Organisation.id))
    rows = session.execute(ordered.limit(PAGE_SIZE + 1))
    return [PartnerRow(*row) for row in rows]


def cities(session: Session) -> list[str]:
    """Communes of the directory and of what it offers."""
    of_organisations = select(col(Organisation.city)).where(col(Organisation.city).is_not(None))
    of_offers = select(col(Offer.city)).where(col(Offer.city).is_not(None))
    found = session.execute(of_organisations.union(of_offers)).scalars()
    return sorted((city for city in found if city), key=fold)


def kinds(session: Session) -> set[str]:
    """The kinds of organisations there are."""
    return set(session.execute(select(col(Organisation.kind)).distinct()).scalars())


def partner(session: Session, organisation_id: int) -> Organisation:
    """An organisation, else NotFound: the directory is everybody’s."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


def details(
    session: Session, row: Organisation, *, today: date
) -> tuple[bool, str | None, list[tuple[int, str]]]:
    """Whether it has an account, who added it, and which organisations look like it."""
    added_by = (
        select(col(Organisation.name))
        .where(col(Organisation.id) == row.added_by_organisation_id)
        .correlate(None)
        .scalar_subquery()
    )
    found = session.execute(
        select(col(Organisation.id), col(Organisation.name), has_account(today), added_by)
        .where(or_(col(Organisation.id) == row.id, looks_like(row)))
        .where(or_(col(Organisation.id) == row.id, col(Organisation.closed_on).is_(None)))
        .limit(10)
    ).all()
    own = next(line for line in found if line[0] == row.id)
    return own[2], own[3], [(line[0], line[1]) for line in found if line[0] != row.id]


def offers_of(session: Session, organisation_id: int) -> list[OfferRow]:
    """What an organisation offers: listed first, then ended and withdrawn."""
    return _rows(session, [col(Offer.organisation_id) == organisation_id], OFFERS_OF_ONE)


def offer_row(session: Session, offer_id: int) -> OfferRow:
    """One action, whatever its state, else NotFound."""
    rows = _rows(session, [col(Offer.id) == offer_id], 1)
    if not rows:
        raise NotFound
    return rows[0]


def same_offers(session: Session, offer: Offer, *, today: date) -> list[OfferRow]:
    """Other listed actions of the same kind, title and commune."""
    conditions = [col(Offer.likeness_key) == offer.likeness_key, col(Offer.id) != offer.id]
    return _rows(session, [*conditions, *is_listed(today)], 5)


def listed(
    session: Session, filters: Filters, *, today: date, after: int | None, most: int
) -> list[OfferRow]:
    """A page of the actions somebody may look for, by title, and one more when there is a next."""
    conditions = [*is_listed(today), *_kept_offers(filters, today)]
    if filters.kind:
        conditions.append(col(Organisation.kind) == filters.kind)
    for word in fold(filters.q).split():
        conditions.append(col(Offer.search_text).contains(word, autoescape=True))
    if filters.city:
        conditions.append(col(Offer.city) == filters.city)
    if after is not None:
        last = select(col(Offer.sort_key)).where(col(Offer.id) == after).scalar_subquery()
        conditions.append(
            or_(
                col(Offer.sort_key) > last,
                and_(col(Offer.sort_key) == last, col(Offer.id) > after),
            )
        )
    return _rows(session, conditions, most + 1)


def dates_of(session: Session, offer_id: int, *, since: date) -> list[OfferDate]:
    """The dates to come of an action, cancelled ones too."""
    rows = session.execute(
        select(OfferDate)
        .where(col(OfferDate.offer_id) == offer_id, col(OfferDate.starts_on) >= since)
        .order_by(col(OfferDate.starts_on), col(OfferDate.from_time), col(OfferDate.id))
        .limit(100)
    )
    return list(rows.scalars())


def programmes(session: Session) -> list[tuple[int, str]]:
    """Programmes an action can belong to."""
    rows = session.execute(select(col(Programme.id), col(Programme.name)).order_by("name"))
    return [(row[0] or 0, row[1]) for row in rows]


def _rows(session: Session, conditions: Sequence[ColumnElement[bool]], most: int) -> list[OfferRow]:
    entered = aliased(Organisation)
    rows = session.execute(
        select(Offer, col(Organisation.name), col(entered.name))
        .join(Organisation, col(Organisation.id) == col(Offer.organisation_id))
        .join(entered, col(entered.id) == col(Offer.entered_by_organisation_id))
        .where(*conditions)
        .order_by(col(Offer.withdrawn_at).is_not(None), col(Offer.sort_key), col(Offer.id))
        .limit(most)
    )
    return [OfferRow(*row) for row in rows]


def _offers_of_row(today: date) -> list[ColumnElement[bool]]:
    return [
        col(Offer.organisation_id) == col(Organisation.id),
        col(Offer.withdrawn_at).is_(None),
        or_(col(Offer.ends_on).is_(None), col(Offer.ends_on) >= today),
    ]


def _kept(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [
        col(Organisation.name_key).contains(word, autoescape=True)
        for word in fold(filters.q).split()
    ]
    if filters.kind:
        kept.append(col(Organisation.kind) == filters.kind)
    offered = _offers_of_row(today)
    if filters.city:
        somewhere = exists(select(1).where(*offered, col(Offer.city) == filters.city))
        kept.append(or_(col(Organisation.city) == filters.city, somewhere))
    if asked := _kept_offers(filters, today):
        kept.append(exists(select(1).where(*offered, *asked)))
    return kept


def _kept_offers(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = []
    if filters.action:
        kept.append(col(Offer.kind) == filters.action)
    if filters.has_place:
        kept.append(has_a_place(today))
    if filters.to_confirm:
        kept.append(is_to_confirm(today))
    return kept


def _comes_after(number: int) -> ColumnElement[bool]:
    other = aliased(Organisation)
    last = select(col(other.name_key)).where(col(other.id) == number).scalar_subquery()
    return or_(
        col(Organisation.name_key) > last,
        and_(col(Organisation.name_key) == last, col(Organisation.id) > number),
    )
