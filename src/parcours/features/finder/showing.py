"""How the candidates of a next step read."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from parcours.actions.finder import Found
from parcours.domain.access import Actor
from parcours.domain.entry import Eligibility
from parcours.domain.finder import Fit
from parcours.domain.words import StepKind
from parcours.web.words import long_day, plural

TONES = {Eligibility.YES: "success", Eligibility.CHECK: "warning", Eligibility.NO: "danger"}


@dataclass(frozen=True, slots=True)
class ShownFit:
    """A candidate as the page writes it."""

    fit: Fit
    days: str
    then: str
    places: str
    tone: str
    is_best: bool
    act: str
    act_url: str


def shown(found: Found, actor: Actor, learner_id: int) -> dict[str, Any]:
    """The gap to fill, the candidates and the relays already sent."""
    best = found.best
    return {
        "found": found,
        "fits": [_shown(fit, fit is best, actor, learner_id) for fit in found.fits],
        "count": plural(len(found.fits), "suite possible", "suites possibles"),
    }


def _new_step(
    learner_id: int, kind: StepKind, title: str, starts_on: date, ends_on: date | None
) -> str:
    """The form of a step, what is known already filled in."""
    known = {
        "nature": kind.value,
        "intitule": title,
        "debut": starts_on.isoformat(),
        "fin": ends_on.isoformat() if ends_on else "",
    }
    query = urlencode({name: text for name, text in known.items() if text})
    return f"/apprenants/{learner_id}/etapes/nouvelle?{query}"


def _shown(fit: Fit, is_best: bool, actor: Actor, learner_id: int) -> ShownFit:
    act, url = _act(fit, actor, learner_id)
    return ShownFit(
        fit,
        "Aucun jour sans étape d’ici là"
        if fit.days_ahead == 0
        else f"{plural(fit.days_ahead, 'jour')} sans étape d’ici là",
        _then(fit),
        _places(fit),
        TONES[fit.eligibility],
        is_best,
        act,
        url,
    )


def _then(fit: Fit) -> str:
    """What follows; a candidate whose end nobody told is counted as going on, and says so."""
    if fit.then_from:
        return f"puis plus rien dès le {long_day(fit.then_from)}"
    return "" if fit.candidate.ends_on else "fin à demander : comptée ici sans fin"


def _places(fit: Fit) -> str:
    if fit.candidate.is_bridge:
        return f"jusqu’au {long_day(fit.candidate.ends_on)}" if fit.candidate.ends_on else ""
    if fit.candidate.places is None:
        return "places à demander"
    return "complet" if fit.candidate.is_full else f"{plural(fit.candidate.places, 'place')}"


def _act(fit: Fit, actor: Actor, learner_id: int) -> tuple[str, str]:
    """What to do with a candidate, and where; nothing when it cannot be proposed."""
    candidate = fit.candidate
    if candidate.relay_id is not None:
        return "Voir le relais", f"/relais/{candidate.relay_id}"
    if candidate.candidacy_id is not None:
        page = f"/promotions/{candidate.id}/candidats/{candidate.candidacy_id}"
        return "Voir la candidature", page
    if not fit.can_be_proposed:
        return "", ""
    if candidate.source == "search":
        days = fit.starts_on, candidate.ends_on
        return "Ajouter l’étape", _new_step(learner_id, candidate.kind, "", *days)
    if candidate.source == "offer":
        if candidate.organisation_id == actor.organisation_id:
            own = (candidate.kind, candidate.title, fit.starts_on, candidate.ends_on)
            return "Ajouter l’étape", _new_step(learner_id, *own)
        return (
            "Proposer un relais",
            f"/apprenants/{learner_id}/relais/nouveau?action={candidate.id}",
        )
    if candidate.source == "need":
        return (
            "Proposer une immersion",
            f"/apprenants/{learner_id}/relais/nouveau?besoin={candidate.id}",
        )
    if candidate.organisation_id == actor.organisation_id:
        return "Inscrire", f"/promotions/{candidate.id}?personne={learner_id}#inscrire"
    return "Proposer un relais", f"/apprenants/{learner_id}/relais/nouveau?promotion={candidate.id}"
