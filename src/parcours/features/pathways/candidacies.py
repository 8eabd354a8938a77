"""The cohorts somebody asks to enter, on their page: where each stands, and what comes next."""

from dataclasses import dataclass
from datetime import date

from parcours.domain.access import Actor, Capability
from parcours.domain.selection import Meeting, Phase, phase
from parcours.features.pathways.candidacy_store import Candidacy

STATES = {
    Phase.TO_INVITE: ("candidature reçue", "neutral"),
    Phase.INVITED: ("réunion d’information proposée", "neutral"),
    Phase.MISSED: ("pas venu·e à la réunion", "warning"),
    Phase.TO_DECIDE: ("en attente de décision", "warning"),
    Phase.ADMITTED: ("admis·e", "success"),
    Phase.WAITING: ("liste d’attente", "warning"),
    Phase.REFUSED: ("refusé·e", "danger"),
    Phase.WITHDREW: ("désisté·e", "neutral"),
}
ACTS = {
    Phase.TO_INVITE: "Inviter à la réunion",
    Phase.INVITED: "Noter sa venue",
    Phase.MISSED: "Relancer ou décider",
    Phase.TO_DECIDE: "Décider",
    Phase.WAITING: "Voir la candidature",
    Phase.ADMITTED: "Voir la candidature",
}
NOT_ENTERED = {Phase.WAITING, Phase.REFUSED, Phase.WITHDREW}


@dataclass(frozen=True, slots=True)
class ShownCandidacy:
    """A candidacy as the page writes it."""

    cohort: str
    organisation: str
    starts_on: date
    state: str
    tone: str
    since_words: str
    since: date
    why: str
    act: str
    act_url: str


def shown_candidacy(row: Candidacy, actor: Actor, today: date) -> ShownCandidacy:
    """A candidacy as its page writes it for `actor`."""
    stands = phase(row.decision, row.meeting)
    is_own = row.cohort_organisation_id == actor.organisation_id
    state, tone = STATES[stands]
    rank = f", rang {row.rank}" if row.rank is not None and is_own else ""
    words, since = _since(row)
    return ShownCandidacy(
        row.cohort,
        row.organisation,
        row.starts_on,
        state + rank,
        tone,
        words,
        since,
        row.reason.label if row.reason is not None and is_own else "",
        *_next_act(row, stands, actor, is_own=is_own, today=today),
    )


def _since(row: Candidacy) -> tuple[str, date]:
    """What happened last, and when."""
    if row.decided_on is not None:
        return "décidé", row.decided_on
    if row.meeting_on is not None and row.meeting is not Meeting.INVITED:
        return "réunion", row.meeting_on
    return "candidature reçue", row.applied_on


def _next_act(
    row: Candidacy, stands: Phase, actor: Actor, *, is_own: bool, today: date
) -> tuple[str, str]:
    """What to do now, and where; nothing for who only waits for another’s word."""
    if is_own and stands in ACTS and actor.can(Capability.SELECT_CANDIDATES):
        has_begun = row.decision is None and row.starts_on <= today
        act = "Décider" if has_begun else ACTS[stands]
        return act, f"/promotions/{row.cohort_id}/candidats/{row.id}"
    if stands in NOT_ENTERED and actor.can(Capability.WRITE_STEPS):
        return "Trouver une suite", f"/apprenants/{row.learner_id}/suite"
    return "", ""
