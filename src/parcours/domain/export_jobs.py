"""A workbook too large to wait for: where its making stands, and what an interruption leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

# Nothing heard for that long: whoever was making it is no more.
SILENCE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
GIVEN_UP = (
    "La préparation s’est interrompue trois fois. Réessayez plus tard ; si cela dure, prévenez "
    "l’administration technique."
)


class JobState(Word):
    """Where it stands."""

    WAITING = "waiting", "En attente"
    RUNNING = "running", "En préparation"
    INTERRUPTED = "interrupted", "Interrompu"
    READY = "ready", "Prêt"
    FAILED = "failed", "Échoué"


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What is known of a making; `beat_at` is the last sign of it."""

    started_at: datetime | None
    beat_at: datetime | None
    ended_at: datetime | None
    has_failed: bool
    attempts: int
    done: int
    total: int


def state(facts: JobFacts, now: datetime) -> JobState:
    """Where a making stands at an instant."""
    if facts.ended_at is not None:
        return JobState.FAILED if facts.has_failed else JobState.READY
    if facts.started_at is None or facts.beat_at is None:
        return JobState.WAITING
    return JobState.RUNNING if now - facts.beat_at < SILENCE else JobState.INTERRUPTED


def share(facts: JobFacts) -> int:
    """The part done, in hundredths; never the whole of it before the end."""
    if facts.ended_at is not None and not facts.has_failed:
        return 100
    return min(facts.done * 100 // facts.total, 99) if facts.total else 0


def seconds_left(facts: JobFacts, now: datetime) -> int | None:
    """About how long it still takes; None while nothing tells."""
    if facts.started_at is None or not facts.done or facts.total <= facts.done:
        return None
    spent = (now - facts.started_at).total_seconds()
    return max(round(spent * (facts.total - facts.done) / facts.done), 1)


def is_given_up(facts: JobFacts) -> bool:
    """Whether it was interrupted too often to be taken up again by itself."""
    return facts.attempts >= MOST_ATTEMPTS


def check_restart(found: JobState) -> None:
    """Refuse to begin again what is being made or is ready."""
    if found not in {JobState.INTERRUPTED, JobState.FAILED}:
        raise RuleBroken("Ce classeur est déjà en préparation, ou prêt.")
