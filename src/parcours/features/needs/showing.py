"""How needs read: freshness in words, filters of a URL, one need’s page."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import introduction_lists
from parcours.actions.need_links import NewLink
from parcours.domain.access import Capability, require
from parcours.domain.errors import NotFound
from parcours.domain.needs import Certainty, NeedState, Terms, slots_told, state_on
from parcours.domain.skills import LEVELS
from parcours.features.needs import forms, history_store, store
from parcours.features.needs.store import Filters, NeedLine
from parcours.models import Message, visibility
from parcours.web import pages
from parcours.web.deps import Visit
from parcours.web.words import days_from, short_day

STATES = {
    "ouverts": ("open", "Publiés et à jour"),
    "a-confirmer": ("to_confirm", "À confirmer (les vôtres)"),
    "suspendus": ("suspended", "Suspendus"),
    "a-relier": ("to_map", "Mots à relier (les vôtres)"),
    "brouillons": ("draft", "Brouillons"),
    "pourvus": ("filled", "Pourvus"),
    "fermes": ("closed", "Fermés"),
}
WHOSE = {"structure": ("own", "De ma structure"), "autres": ("others", "Des autres structures")}
ESSENTIAL = {True: "indispensable", False: "souhaitée"}


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh a need is, in words."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link just made: its address, the code when it is new, the message that gives it."""

    address: str
    code: str | None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The query of the list."""

    q: str = ""
    etat: str = ""
    metier: str = ""
    commune: str = ""
    certitude: str = ""
    de: str = ""

    def filters(self) -> Filters:
        """What is kept; words it does not know keep everything."""
        known = {word.value for word in Certainty}
        return Filters(
            self.q[:100],
            STATES.get(self.etat, ("", ""))[0],
            self.metier.strip().upper()[:5],
            self.commune[:120],
            Certainty(self.certitude) if self.certitude in known else None,
            WHOSE.get(self.de, ("", ""))[0],
        )

    def values(self) -> dict[str, str]:
        """What of it a next page goes on with."""
        names = ("q", "etat", "metier", "commune", "certitude", "de")
        return {name: getattr(self, name) for name in names}

    def url(self, **more: str) -> str:
        """The address of the same query."""
        kept = {name: value for name, value in (self.values() | more).items() if value}
        return f"/besoins?{urlencode(kept)}" if kept else "/besoins"


def fresh(line: NeedLine, today: date) -> Fresh:
    """« confirmé il y a 12 j », « à confirmer avant le 3 janv. », « suspendu depuis 4 j »."""
    state = state_on(line.state, line.suspends_on, today)
    if state is NeedState.SUSPENDED and line.suspends_on:
        return Fresh("danger", f"suspendu : à confirmer depuis le {short_day(line.suspends_on)}")
    if state is NeedState.PUBLISHED and line.confirmed_on and line.suspends_on:
        if (line.suspends_on - today).days <= 14:
            return Fresh("warning", f"à confirmer avant le {short_day(line.suspends_on)}")
        return Fresh("success", f"confirmé {days_from(line.confirmed_on, today)}")
    return Fresh("violet" if state is NeedState.FILLED else "neutral", state.label.lower())


def told_terms(terms: Terms) -> dict[str, Any]:
    """The terms of a need, in words."""
    contracts, modes = reference.contract_types(), dict(forms.MODES)
    return {
        "contracts": [reference.label(contracts, code) for code in terms.contracts],
        "slots": slots_told(terms.slots),
        "access_modes": [modes[mode] for mode in terms.access_modes],
    }


def show(
    visit: Visit,
    need_id: int,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    made: ShownLink | None = None,
) -> Response:
    """The page of a need the actor may read."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    need = visibility.need(visit.session, visit.actor, need_id)
    context = content(visit, need_id, need.version)
    is_own = need.organisation_id == visit.actor.organisation_id
    context |= {
        "need": need,
        "is_own": is_own,
        "state": state_on(need.state, need.suspends_on, visit.today),
        "fresh": fresh(context["line"], visit.today),
        "reasons": forms.REASONS,
        "labels": forms.LABELS | {"words": "Précisions", "mots": "Mots à relier"},
        "values": {"reason": "", "words": "", "posts": ""} | (values or {}),
        "errors": errors or {},
        "made": made,
        "introductions": _introduced(visit, need_id),
        "shows_need": False,
    }
    context |= _own_part(visit, need_id) if is_own else {"words": [], "events": []}
    return pages.page(visit, "needs/need.html", context, status=422 if errors else 200)


def content(visit: Visit, need_id: int, number: int) -> dict[str, Any]:
    """What one version of a need says (NotFound when it has no such version)."""
    found = store.version(visit.session, need_id, number)
    if found is None:
        raise NotFound
    line, proposed = store.line(visit.session, need_id)
    return {
        "line": line,
        "proposed": proposed,
        "version": found.row,
        "terms": found.terms,
        "told": told_terms(found.terms),
        "site": found.site,
        "asked": found.asked,
        "levels": LEVELS,
        "essential": ESSENTIAL,
    }


def _introduced(visit: Visit, need_id: int) -> list[Any]:
    """The people proposed for a need, as far as the actor may read."""
    found = introduction_lists.of_need(visit.session, visit.actor, need_id, today=visit.today)
    if found:
        audit.record_listing(visit.session, visit.actor, "introduction", len(found))
    return found


def _own_part(visit: Visit, need_id: int) -> dict[str, Any]:
    """What the organisation that follows a need reads besides."""
    words = history_store.words(visit.session, visit.actor, need_id)
    events, has_link = history_store.events(visit.session, need_id, visit.today)
    return {
        "words": words,
        "skills": store.skill_choices(visit.session, visit.actor) if words else [],
        "level_choices": forms.LEVELS,
        "events": events,
        "has_link": has_link,
    }


def shown_link(address: str, link: NewLink, message: Message | None) -> ShownLink:
    """A link just made, as its page says it once."""
    return ShownLink(address, link.code, message)


def place(text: str) -> int | None:
    """The identifier in an address, None when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
