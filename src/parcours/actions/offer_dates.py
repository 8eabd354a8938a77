"""The dates of an action: when it starts, where a mobile venue stands, which places are taken."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, time

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.partners import check_date, places_left, taken_errors
from parcours.models import OfferDate, visibility
from parcours.models.base import utc_now

MOST = 60
TOO_MANY = f"{MOST} dates à venir au plus : annoncez les suivantes plus tard."


@dataclass(frozen=True, slots=True)
class DateFacts:
    """What somebody says of a date."""

    starts_on: date
    from_time: time | None = None
    to_time: time | None = None
    place: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    places: int | None = None
    taken: int = 0


@dataclass(frozen=True, slots=True)
class ComingDate(DateFacts):
    """A date to come."""

    date_id: int = 0

    @property
    def places_left(self) -> int | None:
        """Places still free, None when unknown."""
        return places_left(self.places, self.taken)


def add_date(
    session: Session, actor: Actor, offer_id: int, facts: DateFacts, *, today: date
) -> OfferDate:
    """Announce a date of an action one’s organisation may write."""
    require(actor, Capability.PUBLISH_OFFERS)
    offer = visibility.writable_offer(session, actor, offer_id, lock=True)
    check_date(
        facts.starts_on,
        today=today,
        places=facts.places,
        taken=facts.taken,
        position=(facts.latitude, facts.longitude),
    )
    if facts.from_time and facts.to_time and facts.to_time <= facts.from_time:
        raise RuleBroken("La fin est avant le début.", field="to_time")
    if _count(session, offer_id, today) >= MOST:
        raise RuleBroken(TOO_MANY, field="starts_on")
    row = OfferDate(offer_id=offer_id, created_by_id=actor.account_id, **asdict(facts))
    session.add(row)
    session.flush()
    audit.record(session, actor, "add_date", "offer", offer.id)
    return row


def take_places(
    session: Session, actor: Actor, offer_id: int, date_id: int, *, taken: int
) -> OfferDate:
    """Say how many places of a date are taken."""
    require(actor, Capability.PUBLISH_OFFERS)
    row = _date(session, actor, offer_id, date_id)
    if errors := taken_errors(row.places, taken):
        raise RuleBroken(errors=errors)
    if row.taken != taken:
        row.taken = taken
        session.flush()
        audit.record(session, actor, "take_places", "offer", offer_id)
    return row


def cancel_date(session: Session, actor: Actor, offer_id: int, date_id: int) -> OfferDate:
    """Cancel a date; it stays on the page, struck out, and can be put back."""
    require(actor, Capability.PUBLISH_OFFERS)
    row = _date(session, actor, offer_id, date_id)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_by_id = utc_now(), actor.account_id
        session.flush()
        audit.record(session, actor, "cancel_date", "offer", offer_id)
    return row


def restore_date(session: Session, actor: Actor, offer_id: int, date_id: int) -> OfferDate:
    """Put a cancelled date back."""
    require(actor, Capability.PUBLISH_OFFERS)
    row = _date(session, actor, offer_id, date_id)
    if row.cancelled_at is not None:
        row.cancelled_at = row.cancelled_by_id = None
        session.flush()
        audit.record(session, actor, "restore_date", "offer", offer_id)
    return row


def coming_dates(
    session: Session, offer_ids: Sequence[int], *, on: date
) -> dict[int, list[ComingDate]]:
    """The dates from `on` of some actions, cancelled ones left out, in order; one query."""
    found: dict[int, list[ComingDate]] = {}
    if not offer_ids:
        return found
    names = (*DateFacts.__dataclass_fields__, "id")
    rows = session.execute(
        select(col(OfferDate.offer_id), *(getattr(OfferDate, name) for name in names))
        .where(
            col(OfferDate.offer_id).in_(offer_ids),
            col(OfferDate.starts_on) >= on,
            col(OfferDate.cancelled_at).is_(None),
        )
        .order_by(col(OfferDate.starts_on), col(OfferDate.from_time), col(OfferDate.id))
    )
    for offer_id, *values in rows:
        found.setdefault(offer_id, []).append(ComingDate(*values))
    return found


def _date(session: Session, actor: Actor, offer_id: int, date_id: int) -> OfferDate:
    visibility.writable_offer(session, actor, offer_id, lock=True)
    row = session.get(OfferDate, date_id, with_for_update=True)
    if row is None or row.offer_id != offer_id:
        raise NotFound
    return row


def _count(session: Session, offer_id: int, today: date) -> int:
    some = select(func.count()).where(
        col(OfferDate.offer_id) == offer_id,
        col(OfferDate.starts_on) >= today,
        col(OfferDate.cancelled_at).is_(None),
    )
    return int(session.execute(some).scalar_one())
