"""Thresholds of one’s own: whose decide, what is kept, on real marks, steps and sheets."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    alert_rules,
    alerts,
    alerts_daily,
    calendars,
    cohorts,
    relay_answers,
    relay_facts,
)
from parcours.domain.access import Actor, Role
from parcours.domain.alerts import DEFAULT, AskedBy, Level, Rule, Thresholds
from parcours.domain.alerts_settling import settle, settled
from parcours.domain.attendance import Status
from parcours.domain.errors import EditConflict, NotAllowed, RuleBroken
from parcours.models import AlertRuleVersion, AuditEntry
from tests.actions.conftest import Cast, Meet
from tests.actions.test_alerts import (
    NEW_YEAR,
    attended,
    every,
    lise,
    offered,
    sophie,
    spoken,
)

__all__ = ["lise", "sophie"]
DAY = date(2026, 1, 5)


@pytest.fixture
def boss(cast: Cast) -> Actor:
    """Who settles the thresholds of the association."""
    return cast("CLIC", Role.COORDINATOR, name="Claire Dupuis")


def put(session: Session, actor: Actor, number: int = 0, **changes: int) -> Thresholds:
    """New thresholds for an actor’s organisation."""
    current = alert_rules.thresholds_of(session, actor.organisation_id)
    thresholds = settle(settled(current) | changes, number + 1)
    alert_rules.set_thresholds(session, actor, thresholds, motive="Essai", number=number, today=DAY)
    return thresholds


def test_the_daily_work_follows_them_for_people_one_holds_alone(
    session: Session, lise: Actor, sophie: Actor, boss: Actor, meet: Meet
) -> None:
    put(session, boss, reminder_after_days=7, vigilance_after_days=10)
    meet(lise, opened_on=NEW_YEAR)
    meet(sophie, "Autre", opened_on=NEW_YEAR)
    seen = {}
    for number in range(7, 17):
        alerts_daily.run(session, today=NEW_YEAR + timedelta(days=number - 1))
        rows = [row for row in every(session, Rule.NO_STEP) if row.closed_on is None]
        seen[number] = {row.organisation_id: row.level for row in rows}
    theirs, others = lise.organisation_id, sophie.organisation_id
    assert seen[7] == {}
    assert seen[8] == seen[10] == {theirs: Level.REMINDER}
    assert seen[11] == seen[14] == {theirs: Level.VIGILANCE}
    assert seen[15] == {theirs: Level.VIGILANCE, others: Level.REMINDER}
    versions = {row.organisation_id: row.rules_version for row in every(session, Rule.NO_STEP)}
    assert versions == {theirs: "alertes-1/1", others: "alertes-1"}


def test_a_changed_threshold_moves_an_episode_and_opens_none_twice(
    session: Session, lise: Actor, boss: Actor, meet: Meet
) -> None:
    meet(lise, opened_on=NEW_YEAR)
    day = NEW_YEAR + timedelta(days=19)
    alerts_daily.run(session, today=day)
    put(session, boss, vigilance_after_days=18)
    assert spoken(session) == [(Rule.NO_STEP, Level.REMINDER)]
    alerts_daily.run(session, today=day)
    assert spoken(session) == [(Rule.NO_STEP, Level.VIGILANCE)]
    put(session, boss, 1, reminder_after_days=25, vigilance_after_days=30)
    alerts_daily.run(session, today=day + timedelta(days=1))
    assert spoken(session) == []
    for number in range(2, 40):
        alerts_daily.run(session, today=day + timedelta(days=number))
    assert len(every(session, Rule.NO_STEP)) == 2
    (row,) = (row for row in every(session, Rule.NO_STEP) if row.closed_on is None)
    assert (row.first_day, row.rules_version) == (NEW_YEAR + timedelta(days=25), "alertes-1/2")


def test_who_trains_decides_of_the_attendance_of_a_person_two_follow(
    session: Session, lise: Actor, sophie: Actor, boss: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise, opened_on=date(2026, 9, 1))
    relay = offered(session, lise, sophie, learner, date(2026, 9, 1))
    relay_answers.accept(
        session,
        relay,
        relay_facts.Speaker.of(sophie),
        starts_on=date(2026, 9, 7),
        ends_on=date(2027, 1, 29),
        words=None,
        today=date(2026, 9, 2),
    )
    marks = [Status.UNJUSTIFIED] + [Status.PRESENT] * 19
    _, last = attended(session, sophie, learner, marks)
    put(session, boss, watch_below=100, alert_below=100)
    alerts_daily.run(session, today=last)
    assert spoken(session, Rule.ATTENDANCE) == []
    put(session, sophie, watch_below=100, alert_below=90)
    alerts_daily.run(session, today=last)
    assert spoken(session, Rule.ATTENDANCE) == [(Rule.ATTENDANCE, Level.VIGILANCE)]


def test_the_receiver_decides_how_long_an_entry_may_wait(
    session: Session, lise: Actor, sophie: Actor, boss: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    relay = offered(session, lise, sophie, learner)
    relay_answers.accept(
        session,
        relay,
        relay_facts.Speaker.of(sophie),
        starts_on=date(2027, 1, 7),
        ends_on=date(2027, 7, 31),
        words=None,
        today=date(2026, 12, 1),
    )
    late = date(2027, 1, 10)
    put(session, boss, start_within_days=7)
    alerts_daily.run(session, today=late)
    first = every(session, Rule.NOT_STARTED)[0].rules_version
    put(session, sophie, start_within_days=60)
    alerts_daily.run(session, today=late)
    assert first == "alertes-1"
    assert spoken(session, Rule.NOT_STARTED) == []


def test_a_request_for_help_speaks_whatever_the_thresholds(
    session: Session, lise: Actor, boss: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    put(session, boss, reminder_after_days=60, vigilance_after_days=90, alert_after_days=120,
        interruption_after_days=180, closure_after_days=365)  # fmt: skip
    alerts.ask_help(
        session, lise, learner.id or 0, asked_by=AskedBy.LEARNER, words="Logement", today=DAY
    )
    alerts_daily.run(session, today=DAY)
    assert (Rule.HELP, Level.ALERT) in spoken(session)


def test_a_sheet_is_late_when_its_organisation_says(
    session: Session, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 11, 9))
    facts = cohorts.CohortFacts("GEN-2", "Promo", date(2026, 11, 9), date(2026, 11, 9), 12)
    cohort = cohorts.create_cohort(session, sophie, facts)
    calendars.plan_half_days(session, sophie, cohort.id or 0)
    cohorts.enrol(session, sophie, cohort.id or 0, learner.id or 0, today=date(2026, 11, 9))
    put(session, sophie, recording_working_days=1)
    alerts_daily.run(session, today=date(2026, 11, 9))
    assert spoken(session, Rule.UNRECORDED) == []
    alerts_daily.run(session, today=date(2026, 11, 10))
    assert len(spoken(session, Rule.UNRECORDED)) == 2
    put(session, sophie, 1, recording_working_days=5)
    alerts_daily.run(session, today=date(2026, 11, 11))
    assert spoken(session, Rule.UNRECORDED) == []


def test_versions_are_added_said_and_audited(
    session: Session, lise: Actor, boss: Actor, sophie: Actor
) -> None:
    with pytest.raises(NotAllowed):
        put(session, lise, watch_below=85)
    put(session, boss, watch_below=85)
    with pytest.raises(EditConflict):
        put(session, boss, watch_below=86)
    with pytest.raises(RuleBroken, match="Aucun seuil ne change"):
        put(session, boss, 1)
    wide = Thresholds(closure_after_days=3000)
    with pytest.raises(RuleBroken):
        alert_rules.set_thresholds(session, boss, wide, motive="x", number=1, today=DAY)
    with pytest.raises(RuleBroken, match="pourquoi"):
        alert_rules.set_thresholds(
            session, boss, settle(settled(DEFAULT), 2), motive=" ", number=1, today=DAY
        )
    session.flush()
    rows = session.execute(select(AlertRuleVersion)).scalars().all()
    assert [(row.number, row.organisation_id) for row in rows] == [(1, boss.organisation_id)]
    told = session.execute(select(col(AuditEntry.act)).order_by(col(AuditEntry.id).desc()))
    assert told.scalars().first() == "set_alert_rules"
    assert alert_rules.thresholds_of(session, sophie.organisation_id) is DEFAULT
    assert alert_rules.in_force(session).of(boss.organisation_id).version == "alertes-1/1"


def test_the_ladder_of_today_counts_people_without_a_step(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    for days in (10, 20, 35, 50, 100, 200):
        meet(lise, f"Nom{days}", opened_on=DAY - timedelta(days=days - 1))
    meet(sophie, "Ailleurs", opened_on=DAY - timedelta(days=99))
    found = alert_rules.ladder_today(session, lise, DEFAULT, today=DAY)
    assert list(found.values()) == [1, 1, 1, 1, 1]
    sooner = settle(settled(DEFAULT) | {"reminder_after_days": 9}, 1)
    assert alert_rules.ladder_today(session, lise, sooner, today=DAY)[Level.REMINDER] == 2
