"""Partners’ actions as next steps somebody could enter."""

from datetime import date

from sqlmodel import Session

from parcours.actions.partners import OpenOffer, open_offers
from parcours.domain.access import Actor
from parcours.domain.entry import Condition, EntryRule
from parcours.domain.finder import Candidate
from parcours.domain.partners import Entry, Freshness

MOST = 40


def offers_open_to_entry(session: Session, actor: Actor, *, today: date) -> list[Candidate]:
    """The soonest actions of the territory that have a known start; two queries."""
    known = (offer for offer in open_offers(session, actor, today) if _start(offer))
    return [_candidate(offer) for offer, _ in zip(known, range(MOST), strict=False)]


def _candidate(offer: OpenOffer) -> Candidate:
    doubts: tuple[str, ...] = ()
    if offer.freshness is not Freshness.FRESH:
        doubts = ("Action à confirmer par la structure : appelez avant d’y envoyer quelqu’un",)
    return Candidate(
        source="offer",
        id=offer.offer_id,
        kind=offer.kind,
        organisation_id=offer.organisation_id,
        organisation=offer.organisation,
        title=offer.title,
        starts_on=_start(offer) or date.max,
        ends_on=offer.last_day(_start(offer)),
        places=offer.places_left,
        city=offer.city or "",
        conditions=(*_conditions(offer.criteria), *_words(offer)),
        doubts=doubts,
    )


def _start(offer: OpenOffer) -> date | None:
    """Its next start; the first of its dates when all are full, so that it is shown as full."""
    return offer.next_start or (offer.dates[0].starts_on if offer.dates else None)


def _conditions(criteria: Entry) -> list[Condition]:
    ages = criteria.age_min, criteria.age_max
    found = [Condition(criteria.ages_in_words.capitalize(), ages=ages)] if any(ages) else []
    found += [Condition(EntryRule.RSA.label, EntryRule.RSA)] if criteria.rsa_only else []
    return found + (
        [Condition(EntryRule.DISTRICT.label, EntryRule.DISTRICT)] if criteria.qpv_only else []
    )


def _words(offer: OpenOffer) -> list[Condition]:
    return [Condition(offer.audience)] if offer.audience else []
