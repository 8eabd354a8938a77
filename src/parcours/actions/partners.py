"""What partners offer, as everybody signed in may read it, and what waits for each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, exists, func, or_, select
from sqlmodel import Session, col

from parcours.actions.offer_dates import ComingDate, coming_dates
from parcours.domain.access import Actor, Capability, require
from parcours.domain.partners import (
    Entry,
    Freshness,
    OfferEntry,
    fresh_since,
    freshness,
    next_start,
)
from parcours.domain.words import StepKind
from parcours.models import Discussion, DiscussionParty, Offer, OfferDate, Organisation


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An action somebody could start: when, where, for whom, how sure it is.

    `next_start` is the first day with a place (None: unknown, or all full); `dates` are its coming
    dates, the first first, each with `places_left`; `places_left` is that of the next start.
    """

    offer_id: int
    organisation_id: int
    organisation: str
    kind: StepKind
    title: str
    audience: str | None
    criteria: Entry
    programme_id: int | None
    entry: OfferEntry
    next_start: date | None
    ends_on: date | None
    places_left: int | None
    dates: tuple[ComingDate, ...]
    city: str | None
    latitude: float | None
    longitude: float | None
    freshness: Freshness

    def last_day(self, starts_on: date | None) -> date | None:
        """The last day of a step that begins on `starts_on`, None when nobody told it.

        A date whose hours are told is over that day: a morning on the market holds nobody longer.
        A training’s are those of its first day.
        """
        if self.ends_on is not None or self.kind is StepKind.TRAINING:
            return self.ends_on
        is_session = any(row.starts_on == starts_on and row.to_time for row in self.dates)
        return starts_on if is_session else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one’s organisation: actions to confirm, threads to settle."""

    to_confirm: int
    discussions: int


def open_offers(session: Session, actor: Actor, today: date) -> list[OpenOffer]:
    """The actions somebody could start from `today` on, the soonest first, unknown starts last.

    For whoever looks for a next step (WRITE_STEPS); two queries whatever the size. Full ones stay,
    with no `next_start` and `places_left` 0: a place may come free. They are facts of partners, not
    of people; who may enter is told by `criteria`, which `in_words` says as people do.
    """
    require(actor, Capability.WRITE_STEPS)
    rows = session.execute(LISTED, {"today": today}).all()
    dates = coming_dates(session, [offer.id or 0 for offer, _ in rows], on=today)
    found = [_open(offer, name, dates.get(offer.id or 0, ()), today) for offer, name in rows]
    return sorted(found, key=lambda row: (row.next_start or date.max, row.title, row.offer_id))


def open_offer(session: Session, offer_id: int, *, today: date) -> OpenOffer | None:
    """One action, None when it is withdrawn, over or of a closed organisation; two queries."""
    statement = LISTED.where(col(Offer.id) == offer_id)
    row = session.execute(statement, {"today": today}).one_or_none()
    if row is None:
        return None
    offer, name = row
    dates = coming_dates(session, [offer_id], on=today)
    return _open(offer, name, dates.get(offer_id, ()), today)


def start_of(offer: Offer, dates: Iterable[ComingDate], *, on: date) -> date | None:
    """The first day somebody can start `offer` from `on`, full dates passed over."""
    dates = tuple(dates)
    free = [row.starts_on for row in dates if row.places_left != 0]
    if offer.entry is OfferEntry.DATED and dates and not free:
        return None
    return next_start(offer.entry, free, starts_on=offer.starts_on, ends_on=offer.ends_on, on=on)


def criteria_of(offer: Offer) -> Entry:
    """Who may enter, as the rules read it."""
    return Entry(offer.age_min, offer.age_max, offer.rsa_only, offer.qpv_only)


def is_listed(today: Any) -> list[ColumnElement[bool]]:
    """Conditions (on offer joined with its organisation): neither withdrawn, ended nor closed."""
    return [
        col(Offer.withdrawn_at).is_(None),
        or_(col(Offer.ends_on).is_(None), col(Offer.ends_on) >= today),
        col(Organisation.closed_on).is_(None),
    ]


LISTED = (
    select(Offer, col(Organisation.name))
    .join(Organisation, col(Organisation.id) == col(Offer.organisation_id))
    .where(*is_listed(bindparam("today", type_=Date)))
)


def is_to_confirm(today: date) -> ColumnElement[bool]:
    """Condition: the partner never confirmed, or 90 days ago or more."""
    return or_(col(Offer.confirmed_on).is_(None), col(Offer.confirmed_on) < fresh_since(today))


def has_a_place(today: date) -> ColumnElement[bool]:
    """Condition: somebody could start, as `start_of` tells: any day, or a coming date not full."""
    coming = and_(
        col(OfferDate.offer_id) == col(Offer.id),
        col(OfferDate.starts_on) >= today,
        col(OfferDate.cancelled_at).is_(None),
    )
    free = or_(col(OfferDate.places).is_(None), col(OfferDate.taken) < col(OfferDate.places))
    return or_(
        col(Offer.entry) == OfferEntry.PERMANENT,
        exists(select(1).where(coming, free)),
        and_(col(Offer.starts_on) >= today, ~exists(select(1).where(coming))),
    )


def waiting(session: Session, actor: Actor, *, today: date) -> Waiting:
    """What waits for the actor’s organisation, in one query (for the first page of the day too)."""
    to_confirm = (
        select(func.count())
        .select_from(Offer)
        .join(Organisation, col(Organisation.id) == col(Offer.organisation_id))
        .where(
            col(Offer.organisation_id) == actor.organisation_id,
            *is_listed(today),
            is_to_confirm(today),
        )
        .scalar_subquery()
    )
    threads = (
        select(func.count())
        .select_from(DiscussionParty)
        .join(Discussion, col(Discussion.id) == col(DiscussionParty.discussion_id))
        .where(
            col(DiscussionParty.organisation_id) == actor.organisation_id,
            col(Discussion.settled_at).is_(None),
        )
        .scalar_subquery()
    )
    return Waiting(*session.execute(select(to_confirm, threads)).one())


def _open(offer: Offer, name: str, dates: Sequence[ComingDate], on: date) -> OpenOffer:
    start = start_of(offer, dates, on=on)
    left = offer.places
    if dates and offer.entry is OfferEntry.DATED:
        free = (row for row in dates if row.starts_on == start and row.places_left != 0)
        left = next((row.places_left for row in free), 0)
    return OpenOffer(
        offer_id=offer.id or 0,
        organisation_id=offer.organisation_id,
        organisation=name,
        kind=offer.kind,
        title=offer.title,
        audience=offer.audience,
        criteria=criteria_of(offer),
        programme_id=offer.programme_id,
        entry=offer.entry,
        next_start=start,
        ends_on=offer.ends_on,
        places_left=left,
        dates=tuple(dates),
        city=offer.city,
        latitude=offer.latitude,
        longitude=offer.longitude,
        freshness=freshness(offer.confirmed_on, on),
    )
