"""Early-warning rules between steps: nobody holds the person, or nobody answers.

Source: matching notes §5, rules SANS_ETAPE, ATTENTE_LONGUE, RELAIS_SANS_REPONSE,
ACCEPTE_SANS_ENTREE and DEMANDE_AIDE. Days without a step are counted as the product counts them:
inclusively, from the first day that no held step covers.
"""

from collections.abc import Container, Mapping
from datetime import date, timedelta

from parcours.domain.alerts_shape import (
    Alert,
    HelpRequest,
    ObjectKey,
    PathwayFacts,
    RelayFacts,
    sort_facts,
)
from parcours.domain.alerts_telling import FactValue
from parcours.domain.alerts_thresholds import DEFAULT, Thresholds
from parcours.domain.alerts_words import Level, ObjectKind, Rule
from parcours.domain.calendar import ONE_DAY, nth_working_day_after
from parcours.domain.pathway import GapSpan


def judge_pathway(
    facts: PathwayFacts, *, today: date, thresholds: Thresholds = DEFAULT
) -> list[Alert]:
    """Rules SANS_ETAPE and ATTENTE_LONGUE; a closed pathway raises neither.

    The wait before the first step counts like any other: there too, nobody holds the person.
    """
    if facts.closed_on is not None and facts.closed_on <= today:
        return []
    gaps = sorted(facts.gaps, key=lambda gap: gap.starts_on)
    found = [_judge_gap(facts, gap, today, thresholds) for gap in gaps]
    return [alert for alert in found if alert is not None]


def judge_relay(
    facts: RelayFacts,
    *,
    today: date,
    days_off: Container[date],
    thresholds: Thresholds = DEFAULT,
) -> Alert | None:
    """Rule RELAIS_SANS_REPONSE before the answer, ACCEPTE_SANS_ENTREE after a yes."""
    if facts.sent_on > today or _is_past(facts.withdrawn_on, today):
        return None
    if _is_past(facts.declined_on, today):
        return None
    if facts.accepted_on is not None and facts.accepted_on <= today:
        return _judge_entry(facts, facts.accepted_on, today, thresholds)
    return _judge_silence(facts, today, days_off, thresholds)


def judge_help(
    facts: HelpRequest, *, today: date, thresholds: Thresholds = DEFAULT
) -> Alert | None:
    """Rule DEMANDE_AIDE: from the day of the request until somebody answered it."""
    if facts.asked_on > today or _is_past(facts.answered_on, today):
        return None
    told: dict[str, FactValue] = {"asked_on": facts.asked_on, "asked_by": facts.asked_by.value}
    about = ObjectKey(ObjectKind.HELP_REQUEST, str(facts.request_id))
    return Alert(
        Rule.HELP,
        Level.ALERT,
        facts.learner_id,
        about,
        facts.asked_on,
        sort_facts(told),
        thresholds.version,
    )


def due_on(sent_on: date, days_off: Container[date], thresholds: Thresholds = DEFAULT) -> date:
    """The last day on which a relay’s answer is on time, itself included."""
    return nth_working_day_after(sent_on, thresholds.relay_working_days, days_off)


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day <= today


def _judge_gap(
    facts: PathwayFacts, gap: GapSpan, today: date, thresholds: Thresholds
) -> Alert | None:
    if gap.ends_on is None:
        return _judge_no_step(facts, gap, today, thresholds)
    # A gap that runs up to the closing is followed by no step.
    if facts.closed_on is not None and gap.ends_on + ONE_DAY >= facts.closed_on:
        return None
    return _judge_wait(facts, gap, gap.ends_on, today, thresholds)


def _judge_no_step(
    facts: PathwayFacts, gap: GapSpan, today: date, thresholds: Thresholds
) -> Alert | None:
    days = (today - gap.starts_on).days + 1
    reached = [level for limit, level in thresholds.ladder if days > limit]
    if not reached:
        return None
    # Day 1 is the first uncovered one: more than 14 days is reached 14 days after it.
    since = gap.starts_on + timedelta(days=thresholds.reminder_after_days)
    told: dict[str, FactValue] = {"first_on": gap.starts_on, "days": days}
    about = ObjectKey(ObjectKind.PATHWAY, str(facts.pathway_id))
    return Alert(
        Rule.NO_STEP,
        reached[-1],
        facts.learner_id,
        about,
        since,
        sort_facts(told),
        thresholds.version,
    )


def _judge_wait(
    facts: PathwayFacts, gap: GapSpan, last_on: date, today: date, thresholds: Thresholds
) -> Alert | None:
    """Told some days ahead: a bridge is found before the wait, not during it."""
    days = (last_on - gap.starts_on).days + 1
    since = gap.starts_on - timedelta(days=thresholds.long_wait_notice_days)
    if days <= thresholds.long_wait_days or not since <= today <= last_on:
        return None
    told: dict[str, FactValue] = {
        "first_on": gap.starts_on,
        "last_on": last_on,
        "next_on": last_on + ONE_DAY,
        "days": days,
    }
    reference = f"{facts.pathway_id}/{gap.starts_on.isoformat()}"
    return Alert(
        Rule.LONG_WAIT,
        Level.VIGILANCE,
        facts.learner_id,
        ObjectKey(ObjectKind.GAP, reference),
        since,
        sort_facts(told),
        thresholds.version,
    )


def _judge_silence(
    facts: RelayFacts, today: date, days_off: Container[date], thresholds: Thresholds
) -> Alert | None:
    due = facts.due_on or due_on(facts.sent_on, days_off, thresholds)
    if today <= due:
        return None
    # The second deadline is counted from the sending too: 2N working days.
    last = facts.escalates_on or nth_working_day_after(due, thresholds.relay_working_days, days_off)
    level = Level.ALERT if today > last else Level.VIGILANCE
    told: dict[str, FactValue] = {"sent_on": facts.sent_on, "due_on": due}
    return _about_relay(facts, Rule.UNANSWERED_RELAY, level, due + ONE_DAY, told, thresholds)


def _judge_entry(
    facts: RelayFacts, accepted_on: date, today: date, thresholds: Thresholds
) -> Alert | None:
    """Thirty days after the acceptance, and never before the start that was agreed is past."""
    since = accepted_on + timedelta(days=thresholds.start_within_days + 1)
    told: dict[str, FactValue] = {"accepted_on": accepted_on, "days": (today - accepted_on).days}
    if facts.planned_start_on is not None:
        since = max(since, facts.planned_start_on + ONE_DAY)
        told["planned_on"] = facts.planned_start_on
    if today < since or _is_past(facts.started_on, today):
        return None
    return _about_relay(facts, Rule.NOT_STARTED, Level.VIGILANCE, since, told, thresholds)


def _about_relay(
    facts: RelayFacts,
    rule: Rule,
    level: Level,
    since: date,
    told: Mapping[str, FactValue],
    thresholds: Thresholds,
) -> Alert:
    about = ObjectKey(ObjectKind.RELAY, str(facts.relay_id))
    return Alert(rule, level, facts.learner_id, about, since, sort_facts(told), thresholds.version)
