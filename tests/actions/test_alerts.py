"""Early warning through the database: real marks, relays and steps, day after day."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    alerts,
    alerts_daily,
    alerts_weekly,
    attendance,
    calendars,
    cohorts,
    exits,
    pathways,
    relay_answers,
    relay_daily,
    relay_facts,
    relays,
    situations,
    waiting,
)
from parcours.domain.access import Actor, Role
from parcours.domain.alerts import AskedBy, Level, Rule
from parcours.domain.attendance import Asked, Status
from parcours.domain.episodes import Closing
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.messages import MessageKind
from parcours.domain.pathway import StepDates
from parcours.domain.tasks import TaskKind
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import AlertEpisode, Learner, Message, Pathway, Task
from tests.actions.conftest import Cast, Meet

NEW_YEAR = date(2026, 1, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def lise(cast: Cast) -> Actor:
    """A counsellor of the association that follows the person."""
    return cast("CLIC", name="Lise Morel")


@pytest.fixture
def sophie(cast: Cast) -> Actor:
    """A coordinator of the training body."""
    return cast("ECOLE", Role.COORDINATOR, name="Sophie Garnier")


def spoken(session: Session, rule: Rule | None = None) -> list[tuple[Rule, Level]]:
    """The open episodes, as stored."""
    session.flush()
    found = select(AlertEpisode).where(col(AlertEpisode.closed_on).is_(None))
    if rule is not None:
        found = found.where(col(AlertEpisode.rule) == rule)
    rows = session.execute(found.order_by(col(AlertEpisode.rank), col(AlertEpisode.id))).scalars()
    return [(row.rule, row.level) for row in rows]


def every(session: Session, rule: Rule) -> list[AlertEpisode]:
    """All the episodes of a rule, the oldest first."""
    session.flush()
    found = select(AlertEpisode).where(col(AlertEpisode.rule) == rule)
    return list(session.execute(found.order_by(col(AlertEpisode.first_day))).scalars())


def told(session: Session) -> list[tuple[int, int | None]]:
    """The tasks alerts gave: (organisation, learner)."""
    session.flush()
    rows = session.execute(
        select(col(Task.organisation_id), col(Task.learner_id))
        .where(col(Task.kind) == TaskKind.ALERT)
        .order_by(col(Task.id))
    )
    return [(row[0], row[1]) for row in rows]


def attended(
    session: Session, trainer: Actor, learner: Learner, statuses: list[Status]
) -> tuple[int, date]:
    """A cohort whose first half-days were so recorded; its id, and the last of them."""
    start = date(2026, 9, 7)
    facts = cohorts.CohortFacts("GEN-2", "Promo GEN", start, date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, trainer, facts)
    calendars.plan_half_days(session, trainer, cohort.id or 0)
    today = date(2026, 11, 2)
    place = cohorts.enrol(session, trainer, cohort.id or 0, learner.id or 0, today=today)
    half_days = calendars.calendar(session, cohort)[: len(statuses)]
    for half_day, status in zip(half_days, statuses, strict=True):
        asked = {place.id or 0: Asked(status)}
        attendance.mark_half_day(
            session, trainer, cohort.id or 0, half_day, asked, today=half_day.on
        )
    return cohort.id or 0, half_days[-1].on


@pytest.mark.parametrize(
    ("present", "absent", "level"),
    [
        (20, 0, None),
        (18, 2, None),
        (17, 3, Level.VIGILANCE),
        (16, 4, Level.VIGILANCE),
        (15, 5, Level.ALERT),
        (7, 2, None),
    ],
)
def test_attendance_speaks_at_its_limits(
    session: Session,
    sophie: Actor,
    meet: Meet,
    present: int,
    absent: int,
    level: Level | None,
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 9, 7))
    marks = [Status.PRESENT] + [Status.JUSTIFIED] * absent + [Status.PRESENT] * (present - 1)
    _, last = attended(session, sophie, learner, marks)
    alerts_daily.run(session, today=last)
    found = [found for _, found in spoken(session, Rule.ATTENDANCE)]
    assert found == ([level] if level else [])
    assert len(told(session)) == (level is Level.ALERT)


def test_the_facts_of_an_absence_read_in_french(
    session: Session, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 9, 7))
    marks = [Status.JUSTIFIED] * 3 + [Status.PRESENT] * 17
    _, last = attended(session, sophie, learner, marks)
    alerts_daily.run(session, today=last)
    (alert,) = alerts.of_learner(session, sophie, learner.id or 0, today=last)
    assert "85 %" in alert.sentence
    assert "dont 3 absences justifiées" in alert.sentence


def test_four_absences_from_the_start_then_one_presence(
    session: Session, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 9, 7))
    cohort_id, last = attended(session, sophie, learner, [Status.JUSTIFIED] * 4)
    alerts_daily.run(session, today=last)
    assert spoken(session, Rule.NO_SHOW) == [(Rule.NO_SHOW, Level.ALERT)]
    half_day = calendars.calendar(session, cohorts.lock(session, cohort_id))[4]
    (place,) = cohorts.roster(session, cohorts.lock(session, cohort_id))
    attendance.mark_half_day(
        session, sophie, cohort_id, half_day, {place: Asked(Status.PRESENT)}, today=half_day.on
    )
    alerts_daily.run(session, today=half_day.on)
    assert spoken(session, Rule.NO_SHOW) == []


def test_a_sheet_nobody_filled_in_is_the_organisations_matter(
    session: Session, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 11, 9))
    facts = cohorts.CohortFacts("GEN-2", "Promo", date(2026, 11, 9), date(2026, 11, 9), 12)
    cohort = cohorts.create_cohort(session, sophie, facts)
    calendars.plan_half_days(session, sophie, cohort.id or 0)
    cohorts.enrol(session, sophie, cohort.id or 0, learner.id or 0, today=date(2026, 11, 9))
    alerts_daily.run(session, today=date(2026, 11, 12))
    assert spoken(session, Rule.UNRECORDED) == []
    alerts_daily.run(session, today=date(2026, 11, 13))
    found = every(session, Rule.UNRECORDED)
    assert found
    assert {(row.learner_id, row.organisation_id) for row in found} == {
        (None, sophie.organisation_id)
    }
    asked = dict.fromkeys(cohorts.roster(session, cohort), Asked(Status.PRESENT))
    for half_day in calendars.calendar(session, cohort):
        attendance.mark_half_day(
            session, sophie, cohort.id or 0, half_day, asked, today=date(2026, 11, 13)
        )
    alerts_daily.run(session, today=date(2026, 11, 14))
    assert spoken(session, Rule.UNRECORDED) == []


def offered(
    session: Session, lise: Actor, sophie: Actor, learner: Learner, sent: date = date(2026, 11, 6)
) -> int:
    """A relay proposed on Friday 6 November."""
    dates = StepDates(date(2027, 1, 7), date(2027, 7, 31))
    facts = pathways.StepFacts(StepKind.TRAINING, "Promo GEN", dates)
    proposal = relays.Proposal(sophie.organisation_id, facts, "Prête.", SharingMedium.PAPER)
    return relays.propose(session, lise, learner.id or 0, proposal, today=sent).id or 0


def test_a_relay_without_an_answer_day_by_day(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    offered(session, lise, sophie, learner)
    seen = {}
    for number in range(8, 26):
        day = date(2026, 11, number)
        alerts_daily.run(session, today=day)
        seen[number] = [level for _, level in spoken(session, Rule.UNANSWERED_RELAY)]
    assert [day for day, levels in seen.items() if not levels] == list(range(8, 17))
    assert {day for day, levels in seen.items() if levels == [Level.VIGILANCE]} == set(
        range(17, 24)
    )
    assert seen[24] == seen[25] == [Level.ALERT]
    (row,) = every(session, Rule.UNANSWERED_RELAY)
    assert (row.first_day, row.organisation_id, row.second_id) == (
        date(2026, 11, 17),
        lise.organisation_id,
        sophie.organisation_id,
    )
    # The receiver has no right to the file: its task names the relay alone.
    tasks = [entry for entry in told(session) if entry[0] == sophie.organisation_id]
    assert tasks == [(sophie.organisation_id, None)]


@pytest.mark.parametrize(
    ("number", "level"),
    [
        (14, None),
        (15, Level.REMINDER),
        (30, Level.REMINDER),
        (31, Level.VIGILANCE),
        (46, Level.ALERT),
        (91, Level.INTERRUPTION),
        (181, Level.CLOSURE),
    ],
)
def test_days_without_a_step(
    session: Session, lise: Actor, meet: Meet, number: int, level: Level | None
) -> None:
    meet(lise, opened_on=NEW_YEAR)
    alerts_daily.run(session, today=NEW_YEAR + timedelta(days=number - 1))
    assert spoken(session) == ([(Rule.NO_STEP, level)] if level else [])


def step(
    session: Session, actor: Actor, pathway: Pathway, starts: date, ends: date, today: date
) -> None:
    """A workshop that took place, or will."""
    facts = pathways.StepFacts(StepKind.WORKSHOP, "Atelier", StepDates(starts, ends))
    pathways.add_step(session, actor, pathway, facts, today=today)


def test_each_episode_opens_once_closes_once_and_arms_again(
    session: Session, lise: Actor, meet: Meet
) -> None:
    _, pathway = meet(lise, opened_on=NEW_YEAR)
    done: Counter[str] = Counter()
    for number in range(62):
        day = NEW_YEAR + timedelta(days=number)
        if number == 20:
            step(session, lise, pathway, day, day + timedelta(days=9), day)
        first = alerts_daily.run(session, today=day)
        again = alerts_daily.run(session, today=day)
        assert set(again.values()) == {0}, day
        done.update(first)
    first, second = every(session, Rule.NO_STEP)
    assert (first.first_day, first.closed_on) == (date(2026, 1, 15), date(2026, 1, 21))
    assert (second.first_day, second.closed_on) == (date(2026, 2, 14), None)
    assert (done["opened"], done["closed"]) == (2, 1)


def test_the_task_of_an_alert_ends_with_it(session: Session, lise: Actor, meet: Meet) -> None:
    _, pathway = meet(lise, opened_on=NEW_YEAR)
    begins = NEW_YEAR + timedelta(days=60)
    alerts_daily.run(session, today=begins)
    given = session.execute(select(Task).where(col(Task.kind) == TaskKind.ALERT)).scalars()
    (task,) = given
    assert task.done_at is None
    step(session, lise, pathway, begins, begins + timedelta(days=9), begins)
    alerts_daily.run(session, today=begins + ONE_DAY)
    session.refresh(task)
    assert task.done_at is not None
    assert task.done_by_id is None


def test_the_task_of_an_alert_set_aside_was_done_by_who_did(
    session: Session, lise: Actor, meet: Meet
) -> None:
    meet(lise, opened_on=NEW_YEAR)
    other, _ = meet(lise, opened_on=NEW_YEAR)
    today = NEW_YEAR + timedelta(days=60)
    alerts_daily.run(session, today=today)
    row = next(row for row in every(session, Rule.NO_STEP) if row.learner_id == other.id)
    alerts.close(session, lise, row.id or 0, Closing.SET_ASIDE, motive="Vu avec elle", today=today)
    given = session.execute(select(Task).where(col(Task.kind) == TaskKind.ALERT)).scalars()
    done = {task.learner_id: task.done_by_id for task in given}
    assert done.pop(other.id) == lise.account_id
    assert list(done.values()) == [None]


def test_vigilances_are_told_once_a_week_to_who_follows(
    session: Session, lise: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise, opened_on=NEW_YEAR)
    learner.referent_id = lise.account_id
    told: list[date] = []
    for number in range(70):
        day = NEW_YEAR + timedelta(days=number)
        alerts_daily.run(session, today=day)
        if alerts_weekly.run(session, today=day):
            told.append(day)
        assert alerts_weekly.run(session, today=day) == 0
    # Day 31 is Saturday 31 January, then each Monday, until day 46 is an alert.
    assert told == [date(2026, 1, 31), date(2026, 2, 2), date(2026, 2, 9)]
    message = session.execute(select(Message).order_by(col(Message.id))).scalars().first()
    assert message is not None
    assert (message.account_id, message.kind) == (lise.account_id, MessageKind.VIGILANCES)
    assert message.path == "/alertes?qui=structure&niveau=vigilance"
    assert "Traoré" not in message.body


def test_a_muted_vigilance_is_not_told(session: Session, lise: Actor, meet: Meet) -> None:
    meet(lise, opened_on=NEW_YEAR)
    day = date(2026, 2, 2)
    alerts_daily.run(session, today=day)
    (row,) = every(session, Rule.NO_STEP)
    alerts.mute(session, lise, row.id or 0, until=date(2026, 2, 8), motive="Congé", today=day)
    assert alerts_weekly.run(session, today=day) == 0
    assert alerts_weekly.run(session, today=date(2026, 2, 9)) > 0


def test_days_without_running_lose_and_double_nothing(
    session: Session, lise: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise, opened_on=NEW_YEAR)
    done = alerts_daily.run(session, today=date(2026, 3, 1))
    assert done == {"opened": 1, "closed": 0, "notified": 1}
    assert every(session, Rule.NO_STEP)[0].first_day == date(2026, 1, 15)
    assert told(session) == [(lise.organisation_id, learner.id)]
    assert alerts_daily.run(session, today=date(2026, 2, 1)) == dict.fromkeys(done, 0)


def test_a_mute_holds_until_its_end_and_up_to_its_level(
    session: Session, lise: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise, opened_on=NEW_YEAR)
    day = date(2026, 2, 2)
    alerts_daily.run(session, today=day)
    (row,) = every(session, Rule.NO_STEP)
    with pytest.raises(RuleBroken) as refusal:
        alerts.mute(session, lise, row.id or 0, until=day, motive=" ", today=day)
    assert set(refusal.value.errors) == {"until", "motive"}
    until = date(2026, 2, 10)
    alerts.mute(session, lise, row.id or 0, until=until, motive="En congé", today=day)
    assert alerts.of_learner(session, lise, learner.id or 0, today=until) == []
    assert len(alerts.of_learner(session, lise, learner.id or 0, today=until + ONE_DAY)) == 1
    alerts.mute(session, lise, row.id or 0, until=date(2026, 6, 1), motive="Congé", today=day)
    alerts_daily.run(session, today=date(2026, 2, 15))
    assert len(alerts.of_learner(session, lise, learner.id or 0, today=date(2026, 2, 15))) == 1
    assert told(session) == [(lise.organisation_id, learner.id)]


def test_only_who_acts_may_mute_and_nobody_else_sees(
    session: Session, lise: Actor, sophie: Actor, cast: Cast, meet: Meet
) -> None:
    learner, _ = meet(lise)
    offered(session, lise, sophie, learner)
    day = date(2026, 11, 17)
    alerts_daily.run(session, today=day)
    (row,) = every(session, Rule.UNANSWERED_RELAY)
    key, until = row.id or 0, day + timedelta(days=5)
    with pytest.raises(NotAllowed):
        alerts.mute(session, lise, key, until=until, motive="Vu", today=day)
    for outsider in (cast("AILLEURS"), cast("CD01", Role.FUNDER)):
        with pytest.raises(NotFound):
            alerts.mute(session, outsider, key, until=until, motive="Vu", today=day)
        assert waiting.waiting(session, outsider, ["alerts"], today=day) == {"alerts": 0}
    alerts.mute(session, sophie, key, until=until, motive="Réunion jeudi", today=day)


def test_help_comes_first_until_somebody_answers(session: Session, lise: Actor, meet: Meet) -> None:
    learner, _ = meet(lise, opened_on=NEW_YEAR)
    day = date(2026, 7, 20)
    alerts_daily.run(session, today=day)
    with pytest.raises(RuleBroken):
        alerts.ask_help(
            session, lise, learner.id or 0, asked_by=AskedBy.LEARNER, words=" ", today=day
        )
    alerts.ask_help(
        session, lise, learner.id or 0, asked_by=AskedBy.LEARNER, words="Au secours", today=day
    )
    assert spoken(session) == [(Rule.HELP, Level.ALERT), (Rule.NO_STEP, Level.CLOSURE)]
    first = alerts.of_learner(session, lise, learner.id or 0, today=day)[0]
    with pytest.raises(RuleBroken):
        alerts.mute(session, lise, first.id, until=day + ONE_DAY, motive="Non", today=day)
    assert waiting.waiting(session, lise, ["alerts"], today=day) == {"alerts": 2}
    alerts_daily.run(session, today=day + ONE_DAY)
    alerts.answer_help(session, lise, first.id, answer="Reçue ce matin", today=day + ONE_DAY)
    assert spoken(session) == [(Rule.NO_STEP, Level.CLOSURE)]
    with pytest.raises(RuleBroken):
        alerts.answer_help(session, lise, first.id, answer="Encore", today=day + ONE_DAY)


def test_a_job_closes_without_counting_as_an_interruption(
    session: Session, lise: Actor, meet: Meet
) -> None:
    _, pathway = meet(lise, opened_on=NEW_YEAR)
    alerts_daily.run(session, today=date(2026, 5, 1))
    record = situations.SituationRecord(date(2026, 5, 2), "CDD_M6")
    exits.record_exit(session, lise, pathway.id or 0, record, today=date(2026, 5, 2))
    alerts_daily.run(session, today=date(2026, 5, 3))
    (row,) = every(session, Rule.NO_STEP)
    assert (row.level, row.closing) == (Level.INTERRUPTION, Closing.BACK_TO_WORK)


def test_set_aside_by_hand_stays_until_it_grows_worse(
    session: Session, lise: Actor, meet: Meet
) -> None:
    meet(lise, opened_on=NEW_YEAR)
    day = date(2026, 2, 2)
    alerts_daily.run(session, today=day)
    (row,) = every(session, Rule.NO_STEP)
    alerts.close(session, lise, row.id or 0, Closing.SET_ASIDE, motive="En vacances", today=day)
    alerts_daily.run(session, today=day + ONE_DAY)
    assert spoken(session) == []
    alerts_daily.run(session, today=date(2026, 2, 15))
    assert spoken(session) == [(Rule.NO_STEP, Level.ALERT)]


def test_an_expired_relay_is_no_longer_waited_for(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    offered(session, lise, sophie, learner)
    alerts_daily.run(session, today=date(2026, 11, 24))
    relay_daily.run(session, today=date(2026, 12, 20))
    alerts_daily.run(session, today=date(2026, 12, 20))
    assert spoken(session, Rule.UNANSWERED_RELAY) == []


def test_three_absences_nobody_justified_are_enough(
    session: Session, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(sophie, opened_on=date(2026, 9, 7))
    marks = [Status.PRESENT] * 2 + [Status.UNJUSTIFIED] * 2
    cohort_id, last = attended(session, sophie, learner, marks)
    alerts_daily.run(session, today=last)
    assert spoken(session, Rule.UNJUSTIFIED) == []
    half_day = calendars.calendar(session, cohorts.lock(session, cohort_id))[4]
    (place,) = cohorts.roster(session, cohorts.lock(session, cohort_id))
    asked = {place: Asked(Status.UNJUSTIFIED)}
    attendance.mark_half_day(session, sophie, cohort_id, half_day, asked, today=half_day.on)
    alerts_daily.run(session, today=half_day.on)
    assert spoken(session) == [(Rule.UNJUSTIFIED, Level.ALERT)]


@pytest.mark.parametrize(
    ("next_on", "level"), [(date(2026, 8, 15), None), (date(2026, 8, 16), Level.VIGILANCE)]
)
def test_a_long_wait_before_a_planned_step(
    session: Session, lise: Actor, meet: Meet, next_on: date, level: Level | None
) -> None:
    _, pathway = meet(lise, opened_on=NEW_YEAR)
    ended = date(2026, 6, 30)
    step(session, lise, pathway, NEW_YEAR, ended, ended)
    step(session, lise, pathway, next_on, date(2026, 12, 18), ended)
    alerts_daily.run(session, today=ended + ONE_DAY)
    assert spoken(session) == ([(Rule.LONG_WAIT, level)] if level else [])


def test_accepted_and_not_begun_thirty_days_later(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise, opened_on=date(2026, 9, 1))
    accepted = date(2026, 10, 1)
    facts = pathways.StepFacts(
        StepKind.TRAINING, "Promo GEN", StepDates(date(2026, 10, 5), date(2027, 7, 31))
    )
    proposal = relays.Proposal(sophie.organisation_id, facts, "Prête.", SharingMedium.PAPER)
    relay = relays.propose(session, lise, learner.id or 0, proposal, today=accepted)
    relay_answers.accept(
        session,
        relay.id or 0,
        relay_facts.Speaker.of(sophie),
        starts_on=None,
        ends_on=None,
        words=None,
        today=accepted,
    )
    alerts_daily.run(session, today=date(2026, 10, 31))
    assert spoken(session, Rule.NOT_STARTED) == []
    alerts_daily.run(session, today=date(2026, 11, 1))
    assert spoken(session, Rule.NOT_STARTED) == [(Rule.NOT_STARTED, Level.VIGILANCE)]
    (row,) = every(session, Rule.NOT_STARTED)
    assert (row.first_day, row.organisation_id) == (date(2026, 11, 1), sophie.organisation_id)
    pathways.confirm_start(
        session, sophie, relay.step_id, started_on=date(2026, 11, 2), today=date(2026, 11, 2)
    )
    alerts_daily.run(session, today=date(2026, 11, 3))
    assert spoken(session, Rule.NOT_STARTED) == []
