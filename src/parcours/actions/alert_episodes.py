"""Alert episodes between the database and the rules, and the tasks that an alert gives."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import tasks
from parcours.domain.alerts import Alert, Level, ObjectKey, Rule, pack_facts, unpack_facts
from parcours.domain.episodes import Closing, Episode, EpisodeKey, Mute, Review, review
from parcours.domain.tasks import TaskKind
from parcours.models import AlertEpisode, Learner

Holders = Callable[[Alert], tuple[int, int | None, bool]]
Exits = dict[int, tuple[date, Closing]]


def read(row: AlertEpisode) -> Episode:
    """An episode as the rules know it."""
    about = ObjectKey.parse(row.about)
    alert = Alert(
        row.rule,
        row.level,
        row.learner_id,
        about,
        row.since,
        unpack_facts(row.facts),
        row.rules_version,
    )
    mute = None
    if row.muted_until is not None and row.muted_level is not None:
        mute = Mute(row.muted_until, row.mute_motive or "", row.muted_level)
    return Episode(
        alert,
        row.first_day,
        row.last_day,
        row.highest,
        mute,
        row.closed_on,
        row.closing,
        row.motive or "",
        row.over_on,
    )


def write(row: AlertEpisode, episode: Episode) -> None:
    """Put on a row what the rules made of its episode; who acts is left as it is."""
    alert, mute = episode.alert, episode.mute
    row.last_day, row.since, row.level = episode.last_day, alert.since, alert.level
    row.highest, row.rules_version = episode.highest, alert.version
    row.rank = 0 if alert.rule is Rule.HELP else len(Level) - alert.level.rank
    row.facts = pack_facts(alert.facts)
    holds = mute is not None and alert.level <= mute.level
    row.silent_until = mute.until if mute is not None and holds else None
    row.closed_on, row.closing = episode.closed_on, episode.closing
    row.motive, row.over_on = episode.motive or None, episode.over_on


def apply(
    session: Session,
    rows: Sequence[AlertEpisode],
    alerts: Iterable[Alert],
    holders: Holders,
    *,
    today: date,
    exits: Exits | None = None,
) -> Counter[str]:
    """Review the episodes kept in `rows` by what speaks today; tell at once whoever must act."""
    known = {read(row).key: row for row in rows}
    found = review([read(row) for row in rows], alerts, today=today)
    for episode in found.changes:
        _keep(session, known, _explained(episode, exits or {}), holders)
    session.flush()
    for episode in found.closed:
        settle(session, known[episode.key])
    _tell(session, found, known, today)
    return Counter(
        opened=len(found.opened), closed=len(found.closed), notified=len(found.to_notify)
    )


def settle(session: Session, row: AlertEpisode, *, done_by_id: int | None = None) -> None:
    """An alert that ended asks nothing more: its tasks leave the lists of those who had to act."""
    acting = [number for number in (row.organisation_id, row.second_id) if number is not None]
    tasks.settle_event(session, _event(row.rule, row.about), acting, done_by_id=done_by_id)


def _event(rule: Rule, about: str) -> str:
    """How the keys of the tasks an alert gives begin."""
    return f"alert:{rule.value}:{about}:"


def _keep(
    session: Session, known: dict[EpisodeKey, AlertEpisode], episode: Episode, holders: Holders
) -> None:
    row = known.get(episode.key)
    if row is None:
        row = known[episode.key] = _begin(episode, holders)
        session.add(row)
        return
    write(row, episode)
    if episode.over_on is None:
        row.organisation_id, row.second_id, row.second_acts = holders(episode.alert)


def _begin(episode: Episode, holders: Holders) -> AlertEpisode:
    alert = episode.alert
    organisation_id, second_id, second_acts = holders(alert)
    row = AlertEpisode(
        rule=alert.rule,
        learner_id=alert.learner_id,
        about=alert.about.slug,
        first_day=episode.first_day,
        last_day=episode.last_day,
        since=alert.since,
        rank=0,
        rules_version=alert.version,
        organisation_id=organisation_id,
        second_id=second_id,
        second_acts=second_acts,
    )
    write(row, episode)
    return row


def _explained(episode: Episode, exits: Exits) -> Episode:
    """A job found or an early success says better why the condition ended."""
    left = exits.get(episode.alert.learner_id or 0)
    if left is None or episode.closing is not Closing.OVER or left[0] < episode.first_day:
        return episode
    return replace(episode, closing=left[1])


def _tell(
    session: Session, found: Review, known: dict[EpisodeKey, AlertEpisode], today: date
) -> None:
    concerned = [episode.alert.learner_id for episode in found.to_notify]
    owners = _owners(session, [number for number in concerned if number is not None])
    for episode in found.to_notify:
        row = known[episode.key]
        acting = [row.organisation_id]
        if row.second_acts and row.second_id is not None:
            acting.append(row.second_id)
        for organisation_id in acting:
            _give(session, episode.alert, organisation_id, owners, today)


def _give(
    session: Session,
    alert: Alert,
    organisation_id: int,
    owners: dict[int, tuple[int, int | None]],
    today: date,
) -> None:
    owner, referent_id = owners.get(alert.learner_id or 0, (0, None))
    is_relay = alert.rule in {Rule.UNANSWERED_RELAY, Rule.NOT_STARTED}
    # A receiver that has not answered yet sees nobody’s file: its task names the relay alone.
    is_blind = alert.rule is Rule.UNANSWERED_RELAY and organisation_id != owner
    tasks.give(
        session,
        organisation_id=organisation_id,
        account_id=referent_id if organisation_id == owner else None,
        kind=TaskKind.ALERT,
        title=alert.rule.label,
        due_on=today,
        learner_id=None if is_blind else alert.learner_id,
        relay_id=int(alert.about.reference) if is_relay else None,
        once_key=f"{_event(alert.rule, alert.about.slug)}{today}:{organisation_id}",
    )


def _owners(session: Session, learner_ids: Sequence[int]) -> dict[int, tuple[int, int | None]]:
    if not learner_ids:
        return {}
    rows = session.execute(
        select(col(Learner.id), col(Learner.organisation_id), col(Learner.referent_id)).where(
            col(Learner.id).in_(learner_ids)
        )
    )
    return {number: (owner, referent_id) for number, owner, referent_id in rows}
