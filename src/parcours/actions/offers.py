"""Partners’ actions: entering one, correcting, confirming, withdrawing it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.identity import fold
from parcours.domain.partners import Entry, OfferEntry, check_offer, likeness_key
from parcours.domain.words import StepKind
from parcours.models import Offer, Organisation, Programme, visibility
from parcours.models.base import utc_now

WITHDRAWN = "Cette action est retirée : rétablissez-la d’abord."
MOVED = "Quelqu’un vient de modifier cette action : relisez-la avant de la confirmer."


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What somebody says of an action. None is unknown."""

    kind: StepKind
    title: str
    entry: OfferEntry
    what: str | None = None
    audience: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    rsa_only: bool = False
    qpv_only: bool = False
    venue: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    schedule: str | None = None
    places: int | None = None
    contact: str | None = None
    programme_id: int | None = None


FIELDS = tuple(OfferFacts.__dataclass_fields__)


def enter_offer(
    session: Session, actor: Actor, organisation_id: int, facts: OfferFacts, *, today: date
) -> Offer:
    """Enter an action of a partner; it is confirmed at once when the partner enters it itself."""
    require(actor, Capability.PUBLISH_OFFERS)
    holder = session.get(Organisation, organisation_id)
    if holder is None or holder.closed_on is not None:
        raise RuleBroken("Choisissez une structure de la liste.", field="organisation")
    _check(session, facts)
    offer = Offer(
        organisation_id=organisation_id,
        entered_by_organisation_id=actor.organisation_id,
        created_by_id=actor.account_id,
        **asdict(facts),
        **_derived(facts, holder.name),
    )
    if organisation_id == actor.organisation_id:
        offer.confirmed_on, offer.confirmed_by_id = today, actor.account_id
    session.add(offer)
    session.flush()
    audit.record(session, actor, "create", "offer", offer.id)
    return offer


def edit_offer(
    session: Session, actor: Actor, offer_id: int, facts: OfferFacts, *, version: int, today: date
) -> Offer:
    """Correct an action; corrected by the partner it concerns, it is confirmed.

    Whoever entered it for somebody else may correct it until that partner confirmed it.
    """
    require(actor, Capability.PUBLISH_OFFERS)
    offer = visibility.writable_offer(session, actor, offer_id, lock=True)
    if offer.version != version:
        mine = asdict(facts)
        raise EditConflict(
            theirs={name: getattr(offer, name) for name in FIELDS}, mine=mine, who=""
        )
    if offer.withdrawn_at is not None:
        raise RuleBroken(WITHDRAWN)
    _check(session, facts)
    changed = [name for name, value in asdict(facts).items() if getattr(offer, name) != value]
    holder = session.get_one(Organisation, offer.organisation_id)
    for name, value in {**asdict(facts), **_derived(facts, holder.name)}.items():
        setattr(offer, name, value)
    offer.version += bool(changed)
    if offer.organisation_id == actor.organisation_id:
        offer.confirmed_on, offer.confirmed_by_id = today, actor.account_id
    session.flush()
    audit.record(session, actor, "edit", "offer", offer.id, fields=changed)
    return offer


def confirm_offer(
    session: Session, actor: Actor, offer_id: int, *, version: int, today: date
) -> Offer:
    """The partner concerned says that what is written, as it read it, still holds."""
    require(actor, Capability.PUBLISH_OFFERS)
    offer = visibility.own_offer(session, actor, offer_id, lock=True)
    if offer.withdrawn_at is not None:
        raise RuleBroken(WITHDRAWN)
    if offer.version != version:
        raise RuleBroken(MOVED)
    if offer.confirmed_on != today:
        offer.confirmed_on, offer.confirmed_by_id = today, actor.account_id
        session.flush()
        audit.record(session, actor, "confirm", "offer", offer.id)
    return offer


def withdraw_offer(session: Session, actor: Actor, offer_id: int, *, reason: str) -> Offer:
    """Take an action out of the directory, saying why; it can be put back."""
    require(actor, Capability.PUBLISH_OFFERS)
    offer = visibility.writable_offer(session, actor, offer_id, lock=True)
    if not reason.strip():
        raise RuleBroken("Dites pourquoi l’action est retirée.", field="reason")
    if offer.withdrawn_at is None:
        offer.withdrawn_at, offer.withdrawn_by_id = utc_now(), actor.account_id
        offer.withdrawal_reason = reason
        offer.version += 1
        session.flush()
        audit.record(session, actor, "withdraw", "offer", offer.id)
    return offer


def restore_offer(session: Session, actor: Actor, offer_id: int) -> Offer:
    """Put a withdrawn action back, as it was."""
    require(actor, Capability.PUBLISH_OFFERS)
    offer = visibility.writable_offer(session, actor, offer_id, lock=True)
    if offer.withdrawn_at is not None:
        offer.withdrawn_at = offer.withdrawn_by_id = offer.withdrawal_reason = None
        offer.version += 1
        session.flush()
        audit.record(session, actor, "restore", "offer", offer.id)
    return offer


def _check(session: Session, facts: OfferFacts) -> None:
    check_offer(
        kind=facts.kind,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        entry=Entry(facts.age_min, facts.age_max, facts.rsa_only, facts.qpv_only),
        places=facts.places,
        position=(facts.latitude, facts.longitude),
    )
    if facts.programme_id is not None and session.get(Programme, facts.programme_id) is None:
        raise RuleBroken("Choisissez un programme de la liste.", field="programme_id")


def _derived(facts: OfferFacts, holder: str) -> dict[str, Any]:
    said = (facts.title, facts.what, facts.audience, facts.venue, facts.city, holder)
    return {
        "sort_key": fold(facts.title)[:200],
        "likeness_key": likeness_key(facts.title, facts.kind, facts.city)[:400],
        "search_text": fold(" ".join(filter(None, (*said, facts.kind.label)))),
    }
