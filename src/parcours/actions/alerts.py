"""What people do about alerts: mute, take back, set aside, ask for help and answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import alert_episodes, alerts_daily
from parcours.domain import episodes
from parcours.domain.access import Actor, Capability, require
from parcours.domain.alerts import AskedBy, Level, ObjectKey, Rule
from parcours.domain.errors import NotAllowed, RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.models import AlertEpisode, HelpRequest, visibility

COUNT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class LearnerAlert:
    """An alert of one person, as their file says it."""

    id: int
    rule: Rule
    level: Level
    since: date
    sentence: str
    suggestion: str


def may_act(actor: Actor, row: AlertEpisode) -> bool:
    """Whether the actor’s organisation is one of those that must act on the alert."""
    acting = {row.organisation_id} | ({row.second_id} if row.second_acts else set())
    return actor.organisation_id in acting and actor.can(Capability.WRITE_LEARNERS)


def mute(
    session: Session, actor: Actor, alert_id: int, *, until: date, motive: str, today: date
) -> AlertEpisode:
    """Silence an alert until a day included, saying why (RuleBroken by field)."""
    row = _to_act(session, actor, alert_id, today)
    _check_words(motive, "motive")
    episode = episodes.mute(alert_episodes.read(row), until=until, motive=motive, today=today)
    row.muted_until, row.mute_motive = until, motive.strip()
    row.muted_level, row.muted_by_id = episode.alert.level, actor.account_id
    alert_episodes.write(row, episode)
    _note(session, actor, row, "mute")
    return row


def unmute(session: Session, actor: Actor, alert_id: int, *, today: date) -> AlertEpisode:
    """Let a muted alert speak again; the journal keeps who muted it."""
    row = _to_act(session, actor, alert_id, today)
    row.muted_until = row.mute_motive = row.muted_level = row.muted_by_id = None
    row.silent_until = None
    _note(session, actor, row, "unmute")
    return row


def close(
    session: Session,
    actor: Actor,
    alert_id: int,
    closing: episodes.Closing,
    *,
    motive: str,
    today: date,
) -> AlertEpisode:
    """Close an alert by hand: a job, an early success, or set aside with a motive."""
    row = _to_act(session, actor, alert_id, today)
    _check_words(motive, "motive")
    episode = episodes.close(alert_episodes.read(row), closing, motive=motive, today=today)
    alert_episodes.write(row, episode)
    alert_episodes.settle(session, row, done_by_id=actor.account_id)
    _note(session, actor, row, "close")
    return row


def ask_help(
    session: Session, actor: Actor, learner_id: int, *, asked_by: AskedBy, words: str, today: date
) -> HelpRequest:
    """Ask for help for a person one sees: told at once to the organisation that follows them."""
    require(actor, Capability.WRITE_LEARNERS)
    learner = visibility.learner(session, actor, learner_id, today=today)
    if not words.strip():
        raise RuleBroken("Dites en quelques mots ce qui se passe.", field="words")
    _check_words(words, "words")
    request = HelpRequest(
        learner_id=learner_id,
        organisation_id=actor.organisation_id,
        asked_by=asked_by,
        words=words.strip(),
        asked_on=today,
        created_by_id=actor.account_id,
    )
    session.add(request)
    session.flush()
    audit.record(session, actor, "ask", "help_request", request.id, learner_id=learner.id)
    alerts_daily.review_learners(session, learner_id, learner_id, today=today)
    return request


def answer_help(
    session: Session, actor: Actor, alert_id: int, *, answer: str, today: date
) -> AlertEpisode:
    """Answer a request for help: the organisation that follows the person says what it did."""
    row = _to_act(session, actor, alert_id, today)
    if row.rule is not Rule.HELP or row.closed_on is not None:
        raise RuleBroken("Cette demande d’aide a déjà sa réponse.")
    if not answer.strip():
        raise RuleBroken("Dites ce qui a été fait ou convenu.", field="answer")
    _check_words(answer, "answer")
    request = session.get_one(HelpRequest, int(ObjectKey.parse(row.about).reference))
    request.answered_on, request.answered_by_id = today, actor.account_id
    request.answer = answer.strip()
    session.flush()
    audit.record(session, actor, "answer", "help_request", request.id, learner_id=row.learner_id)
    learner_id = request.learner_id
    alerts_daily.review_learners(session, learner_id, learner_id, today=today)
    return row


def is_heard() -> Any:
    """Condition: not silenced on the parameter `today`."""
    silent = col(AlertEpisode.silent_until)
    return or_(silent.is_(None), silent < bindparam("today"))


OF_LEARNER = (
    select(AlertEpisode)
    .where(
        col(AlertEpisode.learner_id) == bindparam("learner"),
        col(AlertEpisode.closed_on).is_(None),
        visibility.sees_alert(),
        is_heard(),
    )
    .order_by(col(AlertEpisode.rank), col(AlertEpisode.since), col(AlertEpisode.id))
)


def of_learner(
    session: Session, actor: Actor, learner_id: int, *, today: date
) -> list[LearnerAlert]:
    """The alerts of one person that speak today, the most serious first; one statement."""
    parameters = visibility.scope(actor, today) | {"learner": learner_id}
    found = []
    for row in session.execute(OF_LEARNER, parameters).scalars():
        told = alert_episodes.read(row).alert
        found.append(
            LearnerAlert(
                row.id or 0, row.rule, row.level, row.since, told.sentence, told.suggestion
            )
        )
    return found


def acts() -> Any:
    """Condition: the parameter `org` leads on the alert, or acts beside who leads."""
    is_second = col(AlertEpisode.second_id) == bindparam("org")
    return or_(
        col(AlertEpisode.organisation_id) == bindparam("org"),
        and_(is_second, col(AlertEpisode.second_acts)),
    )


def is_serious() -> Any:
    """Condition: a request for help, a closure to confirm, a rupture, an alert."""
    return col(AlertEpisode.rank) <= len(Level) - Level.ALERT.rank


def is_to_act_on() -> Any:
    """Condition: open, serious, heard on `today`, and `org` acts: what the first page counts."""
    return and_(
        acts(),
        col(AlertEpisode.closed_on).is_(None),
        is_serious(),
        visibility.sees_alert(),
        is_heard(),
    )


def _to_act(session: Session, actor: Actor, alert_id: int, today: date) -> AlertEpisode:
    row = visibility.alert(session, actor, alert_id, today=today, lock=True)
    if not may_act(actor, row):
        raise NotAllowed("Ce geste revient à qui doit agir sur cette alerte.")
    return row


def _check_words(words: str, field: str) -> None:
    if looks_like_nir(words):
        raise RuleBroken("Un numéro de sécurité sociale ne s’écrit nulle part.", field=field)


def _note(session: Session, actor: Actor, row: AlertEpisode, act: str) -> None:
    session.flush()
    audit.record(session, actor, act, "alert", row.id, learner_id=row.learner_id)
