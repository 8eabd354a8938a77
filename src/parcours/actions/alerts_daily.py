"""Early warning day by day: what begins to speak, goes on and ends; each once.

Set-based: learners are taken a thousand at a time, each chunk in a fixed number of statements. Run
twice, or after days without running, the episodes are the same: their first day is in the facts.
"""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions import alert_episodes, alert_rules, alerts_sheets
from parcours.actions.alert_facts import Gathered, gather, in_range
from parcours.actions.alert_rules import InForce
from parcours.domain.alerts import Alert, find_alerts
from parcours.domain.episodes import Closing
from parcours.domain.outcomes import SituationKind
from parcours.models import AlertEpisode, ExitSituation, Learner
from parcours.models.outcomes import is_at_exit

CHUNK = 1000
EXIT_CLOSINGS = {
    SituationKind.EMPLOYMENT: Closing.BACK_TO_WORK,
    SituationKind.CREATION: Closing.BACK_TO_WORK,
    SituationKind.TRAINING: Closing.EARLY_SUCCESS,
}


def run(session: Session, *, today: date) -> dict[str, int]:
    """Review every learner and every half-day; returns how many opened, closed, were notified."""
    done: Counter[str] = Counter(opened=0, closed=0, notified=0)
    after, rules = 0, alert_rules.in_force(session)
    while ids := _next_ids(session, after):
        done += review_learners(session, ids[0], ids[-1], today=today, rules=rules)
        after = ids[-1]
    done += alerts_sheets.review_sheets(session, today=today, rules=rules)
    return {name: done[name] for name in ("opened", "closed", "notified")}


def review_learners(
    session: Session, lo: int, hi: int, *, today: date, rules: InForce | None = None
) -> Counter[str]:
    """Review the learners numbered `lo` to `hi`: the daily work, or one person after an act."""
    found = gather(session, lo, hi, today=today)
    alerts = _judge(found, rules or alert_rules.in_force(session), today)
    rows = session.execute(EPISODES, {"lo": lo, "hi": hi}).scalars().all()
    exits = _exits(session, lo, hi)
    done = alert_episodes.apply(session, rows, alerts, found.holders, today=today, exits=exits)
    for row in rows:
        session.expunge(row)
    return done


EPISODES = select(AlertEpisode).where(in_range(col(AlertEpisode.learner_id)))
IDS = (
    select(col(Learner.id))
    .where(col(Learner.id) > bindparam("after"))
    .order_by(col(Learner.id))
    .limit(CHUNK)
)
EXITS = (
    select(
        col(ExitSituation.learner_id), col(ExitSituation.observed_on), col(ExitSituation.situation)
    )
    .where(
        in_range(col(ExitSituation.learner_id)),
        col(ExitSituation.situation).is_not(None),
        is_at_exit(),
    )
    .order_by(col(ExitSituation.observed_on), col(ExitSituation.exit_id))
)


def _judge(found: Gathered, rules: InForce, today: date) -> list[Alert]:
    """What speaks by the thresholds of whoever leads on each alert (see `alert_rules`)."""
    alerts = [
        alert
        for alert in find_alerts(found.facts, today=today, days_off=frozenset())
        if found.holders(alert)[0] not in rules.own
    ]
    for thresholds, who in rules.others():
        own = find_alerts(found.of(who), today=today, days_off=frozenset(), thresholds=thresholds)
        alerts += [alert for alert in own if found.holders(alert)[0] in who]
    return alerts


def _next_ids(session: Session, after: int) -> list[int]:
    return [row[0] or 0 for row in session.connection().execute(IDS, {"after": after})]


def _exits(session: Session, lo: int, hi: int) -> alert_episodes.Exits:
    found: alert_episodes.Exits = {}
    kinds = reference.exit_types()
    rows: Any = session.connection().execute(EXITS, {"lo": lo, "hi": hi})
    for learner_id, exited_on, situation in rows:
        closing = EXIT_CLOSINGS.get(SituationKind(kinds[situation].extra["situation"]))
        if closing is not None:
            found[learner_id] = (exited_on, closing)
    return found
