"""Weekly hours on screen: sums of facts alone, what was agreed, who was below last week."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    attendance,
    calendars,
    cohorts,
    engagements,
    immersion_outcomes,
    immersions,
    learners,
    mediation,
    pathways,
    weekly_hours,
)
from parcours.actions.immersion_hours import working_days
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Asked, Mark, Status
from parcours.domain.calendar import HalfDay
from parcours.domain.immersions import Firm, ImmersionFacts
from parcours.domain.mediation import ActivityFacts, ActivityKind, Part, Taking
from parcours.domain.weekly_hours import Agreed, Source, in_company, monday_of
from parcours.features.hours import store
from parcours.models import Cohort, CohortHalfDay, Step
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Page, Person

MONDAY = date(2026, 11, 16)  # the last full week: TODAY is Monday 23


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def actor(sophie: Person, session: Session) -> Actor:
    """The same; her cohort has three people, two of whom receive the RSA."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("GEN", "Promo GEN", date(2026, 9, 7), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, found, facts)
    calendars.plan_half_days(session, found, cohort.id or 0)
    for name, rsa in (("Boucher", True), ("Cissé", True), ("Diallo", None)):
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), receives_rsa=rsa
        )
        learner = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        pathways.open_pathway(session, found, learner, opened_on=date(2026, 9, 1))
        cohorts.enrol(session, found, cohort.id or 0, learner.id or 0, today=TODAY)
    session.commit()
    return found


def slots(session: Session) -> list[HalfDay]:
    """The half-days of the last full week."""
    cohort = session.get_one(Cohort, 1)
    return [slot for slot in calendars.taking_place(session, cohort) if MONDAY <= slot.on < TODAY]


def take(session: Session, actor: Actor, rows: dict[int, list[Asked | None]]) -> None:
    """Take the week’s sheets: by enrolment, what is recorded of each half-day, None for nothing."""
    for place, slot in enumerate(slots(session)):
        asked = {key: mark for key, row in rows.items() if (mark := row[place]) is not None}
        attendance.mark_half_day(session, actor, 1, slot, asked, today=TODAY, is_complete=False)
    session.commit()


def note(session: Session, actor: Actor, learner: int, minutes: int, on: date) -> None:
    facts = ActivityFacts(ActivityKind.WORKSHOP, "COURRIEL", on, minutes, heads=1)
    taking = Taking(Part.LEADS if minutes % 2 else Part.TAKES)
    mediation.record_activity(session, actor, facts, {learner: taking}, today=TODAY)
    session.commit()


PRESENT, ABSENT = Asked(Status.PRESENT), Asked(Status.UNJUSTIFIED)
EXCUSED = Asked(Status.JUSTIFIED, reason="FAMILLE")
COMPANY, LATE = Asked(Status.IN_COMPANY), Asked(Status.LATE, 30)


def below(page: Page) -> list[str]:
    """The people a list names."""
    return re.findall(
        r'<a class="person" href="/apprenants/\d+/heures">Alix ([^<]+)</a>', page.html
    )


def test_a_week_below_is_shown_plainly(sophie: Person, actor: Actor, session: Session) -> None:
    """By hand: 2 × 3 h 30 and a lateness make 10 h; the other was here 17 h 30."""
    count = len(slots(session))
    assert count >= 8
    rows: dict[int, list[Asked | None]] = {
        1: [PRESENT, COMPANY, LATE, *[ABSENT] * (count - 3)],
        2: [PRESENT] * 5 + [ABSENT] * (count - 5),
        3: [ABSENT] * count,
    }
    take(session, actor, rows)
    page = sophie.visit("/heures")
    assert below(page) == ["BOUCHER"]
    assert "Une semaine en dessous de l’engagement, du 16 nov. au 22 novembre 2026" in page.text
    assert "jamais une sanction" in page.text
    weeks = sophie.visit("/apprenants/1/heures")
    assert "10 h 0 h 0 h 10 h 15 h En dessous de 5 h" in weeks.text
    assert 'class="wh-attendance"' in weeks.html
    # A workshop of five hours meets it.
    note(session, actor, 1, 300, MONDAY)
    assert below(sophie.visit("/heures")) == []
    assert "10 h 5 h 0 h 15 h 15 h Atteint" in sophie.visit("/apprenants/1/heures").text
    # Nothing is expected of somebody who has no engagement.
    assert "Sans engagement" in sophie.visit("/apprenants/3/heures").text


def test_an_excused_absence_never_puts_a_week_below(
    sophie: Person, actor: Actor, session: Session
) -> None:
    count = len(slots(session))
    rows: dict[int, list[Asked | None]] = {
        1: [PRESENT, *[EXCUSED] * 4, *[ABSENT] * (count - 5)],
        2: [PRESENT] * count,
    }
    take(session, actor, rows)
    assert below(sophie.visit("/heures")) == []
    text = sophie.visit("/apprenants/1/heures").text
    assert "3 h 30 15 h 14 h Atteint, absences justifiées déduites" in text


def test_what_nobody_recorded_is_not_zero(sophie: Person, actor: Actor, session: Session) -> None:
    assert below(sophie.visit("/heures")) == []
    assert below(sophie.visit("/heures?etat=a-completer")) == ["BOUCHER", "CISSÉ"]
    text = sophie.visit("/apprenants/1/heures").text
    assert "À compléter" in text
    assert "pas encore relevées" in text


def test_hours_adapted_to_the_person(sophie: Person, actor: Actor, session: Session) -> None:
    count = len(slots(session))
    take(session, actor, {key: [PRESENT] * 3 + [ABSENT] * (count - 3) for key in (1, 2, 3)})
    assert below(sophie.visit("/heures")) == ["BOUCHER", "CISSÉ"]
    page = sophie.visit("/apprenants/1/heures")
    url = "/apprenants/1/engagements"
    refused = sophie.submit(page, url, 422, hours="8 h", starts_on="1/10/2026")
    assert (
        "Choisissez une valeur de la liste"
        in sophie.submit(page, url, 422, hours="8", motive="GRIPPE").text
    )
    assert 'value="8 h"' in refused.html
    assert "n’est pas clair" in sophie.submit(page, url, 422, hours="huit", motive="GARDE").text
    page = sophie.submit(page, url, hours="8", motive="GARDE", starts_on="1/10/2026")
    assert "8 h par semaine, depuis le 1 octobre 2026".replace("1 oct", "1er oct") in page.text
    assert below(sophie.visit("/heures")) == ["CISSÉ"]
    again = sophie.submit(page, url, 422, hours="9", motive="GARDE", starts_on="1/11/2026")
    assert "Un autre engagement est déjà noté" in again.text
    # Somebody without the RSA may agree on hours too.
    other = sophie.visit("/apprenants/3/heures")
    sophie.submit(other, "/apprenants/3/engagements", hours="20 h", motive="PLUS",
                  starts_on="1/10/2026")  # fmt: skip
    assert below(sophie.visit("/heures")) == ["CISSÉ", "DIALLO"]
    page = sophie.submit(page, "/engagements/1/fin", last_day="15/11/2026")
    assert below(sophie.visit("/heures")) == ["BOUCHER", "CISSÉ", "DIALLO"]
    page = sophie.submit(page, "/engagements/1/retrait")
    assert "8 h par semaine" not in page.text


def test_weeks_and_filters_are_in_the_address(
    sophie: Person, actor: Actor, session: Session
) -> None:
    count = len(slots(session))
    take(session, actor, {key: [ABSENT] * count for key in (1, 2, 3)})
    assert below(sophie.visit("/heures?semaine=2026-W47")) == ["BOUCHER", "CISSÉ"]
    # A week to come, or none: the last full one.
    for text in ("2027-W10", "2026-W99", "hier"):
        assert "du 16 nov." in sophie.visit(f"/heures?semaine={text}").text
    assert "du 9 nov." in sophie.visit("/heures?semaine=2026-W46").text
    assert below(sophie.visit("/heures?qui=moi")) == ["BOUCHER", "CISSÉ"]
    assert "du 24 août" in sophie.visit("/apprenants/1/heures?jusque=2026-W35").text
    assert "Semaine incomplète du parcours" in (
        sophie.visit("/apprenants/1/heures?jusque=2026-W36").text
    )


MARKS = [PRESENT, ABSENT, EXCUSED, COMPANY, LATE, Asked(Status.LATE, 240), Asked(Status.REMOTE),
         None]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_sums_match_the_facts(sophie: Person, actor: Actor, session: Session, seed: int) -> None:
    """Whatever was recorded: the list, the file and the facts added up by hand say the same."""
    chance = random.Random(seed)
    count = len(slots(session))
    rows = {key: [chance.choice(MARKS) for _ in range(count)] for key in (1, 2, 3)}
    take(session, actor, rows)
    done = dict.fromkeys((1, 2, 3), 0)
    for _ in range(chance.randint(0, 12)):
        learner, minutes = chance.randint(1, 3), chance.randint(1, 240)
        on = MONDAY + timedelta(days=chance.randint(-7, 7))
        note(session, actor, learner, minutes, on)
        done[learner] += minutes if monday_of(on) == MONDAY else 0
    engagements.agree(session, actor, 3, Agreed(2400, MONDAY, None, "PLUS"), today=TODAY)
    session.commit()
    expected = {}
    for key, row in rows.items():
        marks = [Mark(mark.status, 210, mark.late_minutes) for mark in row if mark is not None]
        attended = sum(mark.minutes for mark in marks)
        excused = sum(210 for mark in marks if mark.status is Status.JUSTIFIED)
        expected[key] = (attended + done[key], excused, 210 * row.count(None))
    for key, (total, excused, unrecorded) in expected.items():
        last = MONDAY + timedelta(days=6)
        facts = weekly_hours.facts_of_learner(session, key, MONDAY, last, today=TODAY)
        assert sum(fact.done for fact in facts) == total
        assert sum(fact.excused for fact in facts) == excused
        assert sum(fact.unrecorded for fact in facts) == unrecorded
        assert sum(fact.done for fact in facts if fact.source is Source.ACTS) == done[key]
    target = {1: 900, 2: 900, 3: 2400}
    for to_complete in (False, True):
        found = store.people(session, actor, MONDAY, to_complete=to_complete, today=TODAY)
        assert {row.learner_id: (row.done, row.excused, row.unrecorded) for row in found} == {
            key: parts
            for key, parts in expected.items()
            if parts[0] + parts[1] < target[key] and (sum(parts) >= target[key]) is to_complete
        }


def company(
    session: Session, actor: Actor, pathway: int, *, hours: int | None = 35, days: int = 5
) -> int:
    """An immersion that begins on the Monday of the last full week; the id of its step."""
    facts = ImmersionFacts(
        Firm("Atelier Kervella"), weekly_hours=None if hours is None else Decimal(hours)
    )
    last = MONDAY + timedelta(days=days - 1)
    row = immersions.plan(
        session, actor, pathway, facts, starts_on=MONDAY, ends_on=last, today=TODAY
    )
    session.commit()
    return row.step_id


def off_calendar(session: Session) -> None:
    """The cohort has no half-day in the last full week: its sheets say nothing of it."""
    for half_day in session.execute(
        select(CohortHalfDay).where(col(CohortHalfDay.held_on).between(MONDAY, TODAY))
    ).scalars():
        half_day.cancelled_at, half_day.cancelled_by_id = datetime.now(UTC), 1
    session.commit()


def done(session: Session, learner: int) -> dict[Source, tuple[int, int, int]]:
    """(done, excused, not recorded) of the last full week, by source."""
    found = weekly_hours.facts_of_learner(
        session, learner, MONDAY, MONDAY + timedelta(days=6), today=TODAY
    )
    session.rollback()
    return {
        source: (
            sum(fact.done for fact in found if fact.source is source),
            sum(fact.excused for fact in found if fact.source is source),
            sum(fact.unrecorded for fact in found if fact.source is source),
        )
        for source in Source
    }


def test_hours_of_an_immersion_count(sophie: Person, actor: Actor, session: Session) -> None:
    """35 hours agreed, less what was missed; what is excused is not done, nor below."""
    off_calendar(session)
    step = company(session, actor, 1)
    assert done(session, 1)[Source.IMMERSIONS] == (35 * 60, 0, 0)
    for day, minutes, reason in ((0, 120, "SANS_MOTIF"), (1, 420, "SANTE"), (2, 600, "AUTRE")):
        immersion_outcomes.miss_hours(
            session, actor, step, missed_on=MONDAY + timedelta(days=day), minutes=minutes,
            reason=reason, today=TODAY,
        )  # fmt: skip
    session.commit()
    assert done(session, 1)[Source.IMMERSIONS] == (300 + 2 * 420, 420, 0)
    page = sophie.visit("/apprenants/1/heures")
    assert "0 h 0 h 19 h 19 h 15 h 7 h Atteint" in page.text
    assert 'class="wh-immersions"' in page.html
    assert below(sophie.visit("/heures")) == ["CISSÉ"]


def test_days_of_an_immersion_are_working_days_over(
    sophie: Person, actor: Actor, session: Session
) -> None:
    off_calendar(session)
    company(session, actor, 1, days=30)
    facts = weekly_hours.facts_of_learner(
        session, 1, MONDAY - timedelta(days=7), MONDAY + timedelta(days=20), today=TODAY
    )
    days = [fact.on for fact in facts if fact.source is Source.IMMERSIONS and fact.done]
    assert days == [MONDAY + timedelta(days=number) for number in range(5)]
    # 11 November is a public holiday: nobody is taken to have worked.
    assert date(2026, 11, 11).isoformat() not in working_days(
        date(2026, 11, 9), date(2026, 11, 13), today=TODAY
    )


def test_an_immersion_that_nobody_confirmed_is_unknown(
    sophie: Person, actor: Actor, session: Session
) -> None:
    off_calendar(session)
    step = session.get_one(Step, company(session, actor, 1))
    step.started_on = step.ended_on = None
    company(session, actor, 2, hours=None)
    session.commit()
    assert done(session, 1)[Source.IMMERSIONS] == (0, 0, 35 * 60)
    assert done(session, 2)[Source.IMMERSIONS] == (0, 0, 35 * 60)
    assert below(sophie.visit("/heures")) == []
    assert below(sophie.visit("/heures?etat=a-completer")) == ["BOUCHER", "CISSÉ"]
    step.cancelled_at, step.cancelled_by_id = datetime.now(UTC), 1
    session.commit()
    assert done(session, 1)[Source.IMMERSIONS] == (0, 0, 0)
    assert below(sophie.visit("/heures")) == ["BOUCHER"]


def test_the_same_immersion_entered_twice_counts_once(
    sophie: Person, actor: Actor, session: Session
) -> None:
    off_calendar(session)
    company(session, actor, 1)
    company(session, actor, 1, hours=28)
    assert done(session, 1)[Source.IMMERSIONS] == (35 * 60, 0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_a_day_in_a_company_is_never_counted_twice(
    sophie: Person, actor: Actor, session: Session, seed: int
) -> None:
    """Whatever the sheet and the immersion say: day by day, what the rule says by hand."""
    chance = random.Random(seed)
    found = slots(session)
    marks = [chance.choice([*MARKS, COMPANY, COMPANY]) for _ in found]
    take(session, actor, {1: marks})
    hours = chance.choice([20, 28, 35, 39])
    step = company(session, actor, 1, hours=hours, days=chance.randint(1, 5))
    last = session.get_one(Step, step).planned_end_on or MONDAY
    missed = {}
    for number in range((last - MONDAY).days + 1):
        if minutes := chance.choice([0, 0, 60, 210, 420, 600]):
            missed[day := MONDAY + timedelta(days=number)] = minutes
            immersion_outcomes.miss_hours(
                session, actor, step, missed_on=day, minutes=minutes, reason="SANTE", today=TODAY
            )
    session.commit()
    total = [0, 0]
    for number in range((last - MONDAY).days + 1):
        day = MONDAY + timedelta(days=number)
        there = [mark for slot, mark in zip(found, marks, strict=True) if slot.on == day]
        taken = [Mark(mark.status, 210, mark.late_minutes) for mark in there if mark is not None]
        told = sum(mark.planned_minutes - mark.minutes for mark in taken)
        parts = in_company(
            hours * 12, missed.get(day, 0), 210 * len(there), told,
            above_zero=lambda minutes: max(minutes, 0),
        )  # fmt: skip
        assert sum(mark.minutes for mark in taken) + parts[0] <= max(hours * 12, 210 * len(there))
        total = [one + other for one, other in zip(total, parts, strict=True)]
    assert done(session, 1)[Source.IMMERSIONS] == (*total, 0)


def test_both_pages_ask_as_much_whatever_the_number(
    sophie: Person, actor: Actor, session: Session, count: Count
) -> None:
    paths = ("/heures?etat=a-completer", "/apprenants/1/heures")

    def statements() -> list[int]:
        return [count(sophie, path) for path in paths]

    few = statements()
    for day in range(1, 20):
        for learner in (1, 2, 3):
            note(session, actor, learner, 30, date(2026, 11, day))
    assert statements() == few
    assert max(few) <= 8, few


def test_another_organisation_sees_nothing(
    sophie: Person, actor: Actor, session: Session, be: Be
) -> None:
    engagements.agree(session, actor, 1, Agreed(480, MONDAY, None, "GARDE"), today=TODAY)
    session.commit()
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    other.visit("/apprenants/1/heures", status=404)
    for etat in ("", "?etat=a-completer"):
        assert below(other.visit(f"/heures{etat}")) == []
    token = other.visit("/actes/nouveau").form("/actes").fields["_csrf"]
    for path in ("/apprenants/1/engagements", "/engagements/1/fin", "/engagements/1/retrait"):
        data = {"_csrf": token, "hours": "8", "motive": "GARDE"}
        assert other.client.post(path, data=data).status_code == 404
