"""Early-warning rules over half-days: absences, nobody seen yet, sheets nobody filled in.

Source: matching notes §5, rules ASSIDUITE, INJUSTIFIEES, NON_PRESENTATION and
EMARGEMENT_NON_SAISI. Only what was recorded counts: a cancelled half-day and one that nobody
recorded are nothing to the learner. Minutes and counts are integers, rates exact fractions.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.alerts_shape import (
    Alert,
    EnrolmentFacts,
    ObjectKey,
    SheetFacts,
    Slot,
    sort_facts,
)
from parcours.domain.alerts_telling import FactValue
from parcours.domain.alerts_thresholds import DEFAULT, Thresholds
from parcours.domain.alerts_words import Level, ObjectKind, Rule, Trend
from parcours.domain.attendance import Mark, Status, assiduity
from parcours.domain.calendar import HalfDay, nth_working_day_after


class Recorded(NamedTuple):
    """A half-day that took place and was recorded."""

    half_day: HalfDay
    mark: Mark


Judge = Callable[[Sequence[Recorded], Thresholds], Level | None]


def judge_enrolment(
    facts: EnrolmentFacts, *, today: date, thresholds: Thresholds = DEFAULT
) -> list[Alert]:
    """The alerts of one person’s half-days up to `today`; none once the enrolment has ended."""
    if facts.ended_on is not None and facts.ended_on < today:
        return []
    history = recorded_until(facts.slots, today)
    alerts = []
    for rule, judge, describe in _RULES:
        level = judge(history, thresholds)
        if level is not None:
            alerts.append(
                Alert(
                    rule,
                    level,
                    facts.learner_id,
                    ObjectKey(ObjectKind.ENROLMENT, str(facts.enrolment_id)),
                    _first_day(history, judge, thresholds),
                    sort_facts(describe(history, thresholds)),
                    thresholds.version,
                )
            )
    return alerts


def judge_sheet(
    facts: SheetFacts,
    *,
    today: date,
    days_off: Container[date],
    thresholds: Thresholds = DEFAULT,
) -> Alert | None:
    """Rule EMARGEMENT_NON_SAISI: speaks from the third working day after the half-day.

    It is about the organisation: no learner is named, nobody’s level moves.
    """
    half_day = facts.half_day
    since = nth_working_day_after(half_day.on, thresholds.recording_working_days, days_off)
    if facts.is_cancelled or facts.missing < 1 or today < since:
        return None
    told: dict[str, FactValue] = {
        "half_day_on": half_day.on,
        "half": half_day.half.value,
        "missing": facts.missing,
        "working_days": thresholds.recording_working_days,
    }
    about = ObjectKey(ObjectKind.HALF_DAY, f"{facts.cohort_id}/{half_day.slug}")
    return Alert(
        Rule.UNRECORDED, Level.REMINDER, None, about, since, sort_facts(told), thresholds.version
    )


def trend(slots: Iterable[Slot], *, today: date, thresholds: Thresholds = DEFAULT) -> Trend | None:
    """The rate of the last 10 recorded half-days against that of up to 20 before them.

    Read as an arrow only: a fall of 25 points always brings the window under 90 %, so a rule of
    its own would add noise. None while fewer than 10 stand on either side.
    """
    marks = [found.mark for found in recorded_until(slots, today)]
    recent = marks[-thresholds.trend_recent :]
    before = marks[: -thresholds.trend_recent][-thresholds.window :]
    now, then = assiduity(recent), assiduity(before)
    if len(before) < thresholds.window_minimum or now is None or then is None:
        return None
    if abs(now - then) < Fraction(thresholds.trend_points, 100):
        return Trend.STEADY
    return Trend.RISING if now > then else Trend.FALLING


def recorded_until(slots: Iterable[Slot], today: date) -> list[Recorded]:
    """What counts, oldest first; the order is total, so that entry order changes nothing."""
    found = [
        Recorded(slot.half_day, slot.mark)
        for slot in slots
        if slot.mark is not None and not slot.is_cancelled and slot.half_day.on <= today
    ]
    return sorted(found, key=_reading_order)


def _reading_order(slot: Recorded) -> tuple[HalfDay, str, int, int]:
    mark = slot.mark
    return slot.half_day, mark.status.value, mark.planned_minutes, mark.late_minutes


def _first_day(history: Sequence[Recorded], judge: Judge, thresholds: Thresholds) -> date:
    """Walks back while the rule already spoke: the day its condition began to hold."""
    length = len(history)
    while length > 1 and judge(history[: length - 1], thresholds) is not None:
        length -= 1
    return history[length - 1].half_day.on


def _judge_attendance(history: Sequence[Recorded], thresholds: Thresholds) -> Level | None:
    recent = history[-thresholds.window :]
    rate = assiduity(slot.mark for slot in recent)
    if rate is None or len(recent) < thresholds.window_minimum or rate >= thresholds.watch_below:
        return None
    return Level.ALERT if rate < thresholds.alert_below else Level.VIGILANCE


def _judge_unjustified(history: Sequence[Recorded], thresholds: Thresholds) -> Level | None:
    absences = _tally(history[-thresholds.window :], Status.UNJUSTIFIED)
    return Level.ALERT if absences >= thresholds.unjustified_limit else None


def _judge_no_show(history: Sequence[Recorded], thresholds: Thresholds) -> Level | None:
    """Coming late is coming: what counts is that somebody was seen once."""
    if len(history) < thresholds.no_show_minimum:
        return None
    return None if any(slot.mark.status.is_presence for slot in history) else Level.ALERT


def _describe_window(history: Sequence[Recorded], thresholds: Thresholds) -> dict[str, FactValue]:
    recent = history[-thresholds.window :]
    return {
        "recorded": len(recent),
        "minutes_present": sum(slot.mark.minutes for slot in recent),
        "minutes_planned": sum(slot.mark.planned_minutes for slot in recent),
        "justified": _tally(recent, Status.JUSTIFIED),
        "unjustified": _tally(recent, Status.UNJUSTIFIED),
        "first_on": recent[0].half_day.on,
        "last_on": recent[-1].half_day.on,
    }


def _describe_unjustified(
    history: Sequence[Recorded], thresholds: Thresholds
) -> dict[str, FactValue]:
    recent = history[-thresholds.window :]
    absences = [slot for slot in recent if slot.mark.status is Status.UNJUSTIFIED]
    return {
        "recorded": len(recent),
        "unjustified": len(absences),
        "latest_on": absences[-1].half_day.on,
        "first_on": recent[0].half_day.on,
        "last_on": recent[-1].half_day.on,
    }


def _describe_no_show(history: Sequence[Recorded], _: Thresholds) -> dict[str, FactValue]:
    return {
        "recorded": len(history),
        "justified": _tally(history, Status.JUSTIFIED),
        "first_on": history[0].half_day.on,
        "last_on": history[-1].half_day.on,
    }


def _tally(history: Iterable[Recorded], status: Status) -> int:
    return sum(slot.mark.status is status for slot in history)


_RULES = (
    (Rule.ATTENDANCE, _judge_attendance, _describe_window),
    (Rule.UNJUSTIFIED, _judge_unjustified, _describe_unjustified),
    (Rule.NO_SHOW, _judge_no_show, _describe_no_show),
)
