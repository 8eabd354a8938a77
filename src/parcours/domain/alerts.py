"""Early warning: which of the nine rules speak on a day, and what a person’s level is.

Source: matching notes §5, rules `alertes-1`. A short list of conditions with named facts and a
named person who must act: no score and no sum, nothing about the person but what happened. What
the rules never read (age, gender, district, disability…) is not even among their inputs.
"""

from collections.abc import Container, Iterable
from datetime import date

from parcours.domain.alerts_attendance import judge_enrolment, judge_sheet, trend
from parcours.domain.alerts_pathway import due_on, judge_help, judge_pathway, judge_relay
from parcours.domain.alerts_shape import (
    Alert,
    EnrolmentFacts,
    Facts,
    HelpRequest,
    ObjectKey,
    PathwayFacts,
    RelayFacts,
    SheetFacts,
    Slot,
    pack_facts,
    unpack_facts,
)
from parcours.domain.alerts_thresholds import DEFAULT, Thresholds
from parcours.domain.alerts_words import Actor, AskedBy, Level, ObjectKind, Rule, Trend

__all__ = [
    "DEFAULT",
    "Actor",
    "Alert",
    "AskedBy",
    "EnrolmentFacts",
    "Facts",
    "HelpRequest",
    "Level",
    "ObjectKey",
    "ObjectKind",
    "PathwayFacts",
    "RelayFacts",
    "Rule",
    "SheetFacts",
    "Slot",
    "Thresholds",
    "Trend",
    "due_on",
    "find_alerts",
    "leading",
    "level_of",
    "pack_facts",
    "trend",
    "unpack_facts",
]


def find_alerts(
    facts: Facts, *, today: date, days_off: Container[date], thresholds: Thresholds = DEFAULT
) -> list[Alert]:
    """Every alert that holds on `today`, the most urgent first; facts may come in any order.

    `days_off` holds the public holidays and closures that are no working days. What is dated
    after `today` is not read.
    """
    found: list[Alert | None] = []
    for enrolment in facts.enrolments:
        found += judge_enrolment(enrolment, today=today, thresholds=thresholds)
    for sheet in facts.sheets:
        found.append(judge_sheet(sheet, today=today, days_off=days_off, thresholds=thresholds))
    for pathway in facts.pathways:
        found += judge_pathway(pathway, today=today, thresholds=thresholds)
    for relay in facts.relays:
        found.append(judge_relay(relay, today=today, days_off=days_off, thresholds=thresholds))
    for request in facts.help_requests:
        found.append(judge_help(request, today=today, thresholds=thresholds))
    return sorted((alert for alert in found if alert is not None), key=_urgency)


def leading(alerts: Iterable[Alert]) -> Alert | None:
    """The alert that stands for one person: a request for help, else the highest level.

    Alerts that are about no learner are left aside; None when nothing is left.
    """
    own = (alert for alert in alerts if alert.rule.is_about_learner)
    return min(own, key=_urgency, default=None)


def level_of(alerts: Iterable[Alert]) -> Level | None:
    """One person’s level: that of the leading alert, never a sum."""
    alert = leading(alerts)
    return alert.level if alert else None


def _urgency(alert: Alert) -> tuple[bool, int, date, int, int, str]:
    """Help first, then level, then who has waited longest; the rest makes the order total."""
    return (
        alert.rule is not Rule.HELP,
        -alert.level.rank,
        alert.since,
        list(Rule).index(alert.rule),
        alert.learner_id or 0,
        alert.about.slug,
    )
