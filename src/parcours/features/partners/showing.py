"""How the directory reads: freshness in words, actions with their next start, filters of a URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from parcours import reference
from parcours.actions.offer_dates import ComingDate, coming_dates
from parcours.actions.partners import criteria_of, start_of
from parcours.domain.access import Actor, Capability
from parcours.domain.partners import OFFERED_KINDS, Freshness, freshness, to_confirm_since
from parcours.domain.words import StepKind
from parcours.features.partners import store
from parcours.features.partners.store import Filters, OfferRow
from parcours.models import Offer
from parcours.web.deps import Visit
from parcours.web.words import PARIS, plural, short_day

TONES = {
    Freshness.FRESH: "success",
    Freshness.STALE: "warning",
    Freshness.UNCONFIRMED: "neutral",
}
KINDS = [(kind.value, kind.label) for kind in OFFERED_KINDS]


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh an entry is, in words."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An action as lists show it."""

    offer: Offer
    organisation: str
    entered_by: str
    fresh: Fresh
    start: date | None
    places: str
    criteria: str
    dates: tuple[ComingDate, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of the directory and of the map."""

    q: str = ""
    nature: str = ""
    commune: str = ""
    action: str = ""
    places: str = ""
    fraicheur: str = ""

    def filters(self) -> Filters:
        """What is kept; words it does not know keep everything."""
        return Filters(
            q=self.q[:100],
            kind=self.nature if self.nature in reference.organisation_kinds() else "",
            city=self.commune[:120],
            action=StepKind(self.action) if self.action in set(OFFERED_KINDS) else None,
            has_place=self.places == "oui",
            to_confirm=self.fraicheur == "a-confirmer",
        )

    def query(self) -> dict[str, str]:
        """What of it a next page goes on with."""
        names = ("q", "nature", "commune", "action", "places", "fraicheur")
        return {name: getattr(self, name) for name in names}

    def url(self, path: str, **more: str) -> str:
        """The address of the same query."""
        kept = {name: value for name, value in (self.query() | more).items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


def fresh(confirmed_on: date | None, entered_at: datetime, today: date) -> Fresh:
    """« confirmé le 3 janv. », « à confirmer depuis le 3 janv. »."""
    since = to_confirm_since(confirmed_on, entered_at.astimezone(PARIS).date(), today)
    tone = TONES[freshness(confirmed_on, today)]
    if confirmed_on is not None and since is None:
        return Fresh(tone, f"confirmé le {short_day(confirmed_on, today)}")
    told = f"à confirmer depuis le {short_day(since or today, today)}"
    if confirmed_on is not None:
        told += f" (dernière fois le {short_day(confirmed_on, today)})"
    return Fresh(tone, told)


def shown(visit: Visit, rows: Sequence[OfferRow]) -> list[Shown]:
    """Actions with their coming dates, in one statement."""
    today = visit.today
    dates = coming_dates(visit.session, [row.offer.id or 0 for row in rows], on=today)
    return [_shown(row, tuple(dates.get(row.offer.id or 0, ())), today) for row in rows]


def choices(visit: Visit) -> dict[str, Any]:
    """What the filters offer."""
    known = store.kinds(visit.session)
    options = reference.options(reference.organisation_kinds())
    return {
        "natures": [pair for pair in options if pair[0] in known],
        "cities": [(city, city) for city in store.cities(visit.session)],
        "kinds": KINDS,
    }


def number(text: str) -> int | None:
    """The identifier of an address, None when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def may_publish(actor: Actor) -> bool:
    """Whether the actor enters and confirms actions."""
    return actor.can(Capability.PUBLISH_OFFERS)


def kind_label(kind: str) -> str:
    """The kind of an organisation, in words."""
    return reference.label(reference.organisation_kinds(), kind)


def _shown(row: OfferRow, dates: tuple[ComingDate, ...], today: date) -> Shown:
    offer = row.offer
    return Shown(
        offer,
        row.organisation,
        row.entered_by,
        fresh(offer.confirmed_on, offer.created_at, today),
        start_of(offer, dates, on=today),
        _places(offer, dates),
        ", ".join(criteria_of(offer).in_words),
        dates,
        offer.ends_on is not None and offer.ends_on < today,
    )


def _places(offer: Offer, dates: tuple[ComingDate, ...]) -> str:
    counts = [row.places_left for row in dates if row.places_left is not None]
    if counts:
        total = sum(counts)
        return plural(total, "place libre", "places libres") if total else "complet"
    return plural(offer.places, "place") if offer.places else "places : à demander"
