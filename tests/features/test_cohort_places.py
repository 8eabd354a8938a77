"""Places of a cohort: leaving, coming back for a new period, one’s own place given back."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    attendance,
    calendars,
    candidates,
    cohort_places,
    cohorts,
    frameworks,
    imports,
    learners,
    pathways,
    relay_answers,
    relays,
    selection,
    sharing,
    skills,
)
from parcours.actions.relay_facts import Speaker
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Asked, Status
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.selection import Decision, DecisionReason
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import AttendanceMark, Enrolment, Gap, Skill, Step
from parcours.sheets.opening import open_workbook
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

FIRST, LAST = date(2026, 11, 2), date(2026, 12, 18)
LEFT = date(2026, 11, 13)
PRESENT = Asked(Status.PRESENT)
COHORT, LEAVING = "/promotions/1", "/promotions/1/inscriptions/1/depart"


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def actor(sophie: Person, session: Session) -> Actor:
    """The same; her running cohort of two places has Boucher in it."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    cohorts.create_cohort(session, found, cohorts.CohortFacts("GEN", "Promo GEN", FIRST, LAST, 2))
    calendars.plan_half_days(session, found, 1)
    cohorts.enrol(session, found, 1, person(session, found, "Boucher"), today=TODAY)
    session.commit()
    return found


def person(session: Session, actor: Actor, name: str) -> int:
    """Somebody the organisation follows."""
    facts = learners.LearnerFacts(name, "Alix", date(1990, 1, 1))
    row = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
    return row.id or 0


def take(session: Session, actor: Actor, day: date, *who: int) -> None:
    """Take a morning: these enrolments are present."""
    asked = dict.fromkeys(who, PRESENT)
    slot = HalfDay(day, Half.AM)
    attendance.mark_half_day(session, actor, 1, slot, asked, today=TODAY, is_complete=False)
    session.commit()


def periods(session: Session, learner: int = 1) -> list[tuple[date, date | None]]:
    """The periods of somebody in the cohort."""
    rows = session.execute(
        select(col(Enrolment.enrolled_on), col(Enrolment.left_on))
        .where(col(Enrolment.learner_id) == learner)
        .order_by(col(Enrolment.enrolled_on))
    ).all()
    session.rollback()
    return [(row[0], row[1]) for row in rows]


def leave(session: Session, actor: Actor, enrolment: int = 1, on: date = LEFT) -> None:
    """Somebody leaves."""
    cohort_places.leave(
        session, actor, 1, enrolment, reason="Déménagement", left_on=on, today=TODAY
    )
    session.commit()


def test_leaving_on_screen_and_coming_back(sophie: Person, actor: Actor, session: Session) -> None:
    """The first period keeps its days and its marks; the second is another place and step."""
    take(session, actor, FIRST, 1)
    page = sophie.visit(COHORT)
    assert f'href="{LEAVING}"' in page.html
    form = sophie.visit(LEAVING)
    for typed, said in (
        ({"reason": ""}, "Dites en quelques mots"),
        ({"reason": "1 84 12 76 451 089 46"}, "sécurité sociale"),
        ({"reason": "Déménagement", "left_on": "24/12/2026"}, "pas encore venu"),
        ({"reason": "Déménagement", "left_on": "1/11/2026"}, "avant l’entrée"),
        ({"reason": "Déménagement", "left_on": "jamais"}, "date"),
    ):
        refused = sophie.submit(form, LEAVING, 422, **typed)
        assert said in refused.text
    assert 'value="Déménagement"' in refused.html
    page = sophie.submit(form, LEAVING, reason="Déménagement", left_on="13/11/2026")
    assert "Départ noté : la place est libre." in page.text
    assert "départ le 13 novembre 2026 : Déménagement" in page.text
    assert "2 places libres" in page.text
    sophie.visit(LEAVING, status=404)
    step = session.get_one(Step, 1)
    assert step.ended_on == LEFT
    session.rollback()
    found = sophie.visit(f"{COHORT}?q=bouch")
    page = sophie.submit(found, f"{COHORT}/inscriptions", learner="1")
    assert "1 place libre" in page.text
    # Without a day said, the cohort’s first day is asked for: the day after the departure is next.
    assert periods(session) == [(FIRST, LEFT), (LEFT + timedelta(days=1), None)]
    assert page.text.count("Alix BOUCHER Promotion") == 0
    assert page.html.count('class="person"') == 1
    assert "de retour le 14 novembre 2026" in page.text
    mark = session.execute(select(AttendanceMark)).scalar_one()
    assert mark.enrolment_id == 1
    steps = session.execute(select(Step).order_by(col(Step.id))).scalars().all()
    assert [(row.enrolment_id, row.cancelled_at) for row in steps] == [(1, None), (2, None)]
    assert steps[1].started_on == LEFT + timedelta(days=1)
    session.rollback()


def test_a_second_editor_and_a_double_click(sophie: Person, actor: Actor, session: Session) -> None:
    form = sophie.visit(LEAVING)
    typed = {"reason": "Emploi", "left_on": "13/11/2026"}
    sophie.submit(form, LEAVING, **typed)
    # The same form sent twice answers as the first time; another one finds nobody to leave.
    again = sophie.submit(form, LEAVING, **typed)
    assert "Promo GEN" in again.text
    other = dict(form.form(LEAVING).fields) | typed | {"_once": "une-autre-fois"}
    late = sophie.client.post(LEAVING, data=other)
    assert late.status_code == 422
    assert "déjà partie de la promotion" in late.text
    assert "départ le 13 novembre 2026 : Emploi" in late.text
    assert periods(session) == [(FIRST, LEFT)]


def test_sheets_and_rates_follow_the_periods(
    sophie: Person, actor: Actor, session: Session
) -> None:
    take(session, actor, FIRST, 1)
    leave(session, actor)
    cohorts.enrol(session, actor, 1, 1, today=TODAY, enrolled_on=date(2026, 11, 18))
    session.commit()
    names = [
        sophie.visit(f"{COHORT}/emargement/{day}-am").text.count("BOUCHER")
        for day in ("2026-11-12", "2026-11-16", "2026-11-19")
    ]
    assert [bool(count) for count in names] == [True, False, True]
    sheet = f"{COHORT}/emargement/2026-11-19-am"
    assert 'name="mark-2"' in sophie.visit(sheet).html
    sophie.submit(sophie.visit(sheet), sheet, **{"mark-2": "unjustified"})
    rows = session.execute(
        select(col(AttendanceMark.enrolment_id), col(AttendanceMark.status)).order_by(
            col(AttendanceMark.half_day_id)
        )
    ).all()
    assert [tuple(row) for row in rows] == [(1, Status.PRESENT), (2, Status.UNJUSTIFIED)]
    session.rollback()
    # One certificate a period, each over its own half-days; neither has the other’s hours.
    first = sophie.visit(f"{COHORT}/certificats/1").text
    assert "3 h 30" in first
    afternoon = f"{COHORT}/emargement/2026-11-19-pm"
    sophie.submit(sophie.visit(afternoon), afternoon, **{"mark-2": "late", "late-2": "30"})
    second = sophie.visit(f"{COHORT}/certificats/2").text
    assert "3 h sur 7 h prévues et relevées" in second
    assert "19 novembre 2026" in second
    with pytest.raises(NotFound):
        take(session, actor, date(2026, 11, 16), 1)
    session.rollback()


def test_one_open_place_whoever_writes(actor: Actor, session: Session) -> None:
    """The rule says it in French; the database holds it, on both, whatever the program does."""
    with pytest.raises(RuleBroken, match="déjà dans la promotion"):
        cohorts.enrol(session, actor, 1, 1, today=TODAY)
    session.rollback()
    session.add(Enrolment(cohort_id=1, learner_id=1, enrolled_on=TODAY, created_by_id=1))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    leave(session, actor)
    session.add(
        Enrolment(cohort_id=1, learner_id=1, enrolled_on=FIRST, left_on=LEFT, created_by_id=1)
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_place_taken_meanwhile_is_not_given_back(actor: Actor, session: Session) -> None:
    leave(session, actor)
    for name in ("Cissé", "Garcia"):
        cohorts.enrol(session, actor, 1, person(session, actor, name), today=TODAY)
    with pytest.raises(RuleBroken, match="complète"):
        cohorts.enrol(session, actor, 1, 1, today=TODAY)
    session.rollback()
    assert periods(session) == [(FIRST, LEFT)]


def test_a_place_nobody_used_goes_as_if_never_taken(
    sophie: Person, actor: Actor, session: Session
) -> None:
    late = person(session, actor, "Cissé")
    cohorts.enrol(session, actor, 1, late, today=TODAY, enrolled_on=TODAY + timedelta(days=7))
    session.commit()
    url = "/promotions/1/inscriptions/2/depart"
    page = sophie.submit(sophie.visit(url), url, reason="Ne viendra pas")
    assert "Place rendue" in page.text
    assert periods(session, late) == []
    step = session.get_one(Step, 2)
    assert step.cancel_reason == "Ne viendra pas"
    session.rollback()


def test_marks_after_the_last_day_are_told(sophie: Person, actor: Actor, session: Session) -> None:
    take(session, actor, date(2026, 11, 18), 1)
    page = sophie.submit(sophie.visit(LEAVING), LEAVING, 422, reason="Emploi", left_on="13/11/2026")
    assert "Une feuille dit encore quelque chose" in page.text


def test_selection_admits_somebody_again(actor: Actor, session: Session) -> None:
    learner = person(session, actor, "Cissé")
    row = candidates.apply_for(session, actor, 1, learner, today=TODAY)
    admitted = selection.Judgement(Decision.ADMITTED, DecisionReason.CRITERIA_MET)
    gone = selection.Judgement(Decision.WITHDREW, DecisionReason.FOUND_JOB)

    def decide(judgement: selection.Judgement, today: date) -> None:
        session.refresh(row)
        selection.decide(session, actor, 1, {row.id or 0: row.version}, judgement, today=today)
        session.commit()

    decide(admitted, TODAY)
    assert len(periods(session, learner)) == 1
    decide(gone, TODAY)
    assert periods(session, learner) == [(FIRST, TODAY)]
    decide(admitted, TODAY + timedelta(days=3))
    assert periods(session, learner) == [(FIRST, TODAY), (TODAY + timedelta(days=1), None)]


def test_a_relay_brings_somebody_back(be: Be, actor: Actor, session: Session) -> None:
    leave(session, actor)
    facts = pathways.StepFacts(StepKind.TRAINING, "Promo GEN", StepDates(TODAY, LAST))
    proposal = relays.Proposal(actor.organisation_id, facts, "Reprise", cohort_id=1)
    be("MDE", Role.COUNSELLOR, "Nadia Belkacem")
    nadia = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    sharing.share_learner(
        session, actor, 1, organisation_id=nadia.organisation_id, medium=SharingMedium.PAPER,
        purpose="Suite", starts_on=TODAY, ends_on=None, today=TODAY,
    )  # fmt: skip
    relay = relays.propose(session, nadia, 1, proposal, today=TODAY)
    relay_answers.accept(
        session, relay.id or 0, Speaker.of(actor), starts_on=None, ends_on=None, words=None,
        today=TODAY,
    )  # fmt: skip
    session.commit()
    assert periods(session) == [(FIRST, LEFT), (TODAY, None)]


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    """A week’s sheet as partners fill it."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    for row in rows:
        page.append(row)
    kept = BytesIO()
    workbook.save(kept)
    return kept.getvalue()


def test_an_attendance_sheet_finds_the_period_of_each_day(actor: Actor, session: Session) -> None:
    """One line for the person: days before and after the return; the days between are refused."""
    leave(session, actor)
    cohorts.enrol(session, actor, 1, 1, today=TODAY, enrolled_on=date(2026, 11, 18))
    session.commit()
    content = sheet_of(
        ("Stagiaire", "Date", "Demi-journée", "Présence"),
        ("Boucher Alix", date(2026, 11, 12), "matin", "P"),
        ("Boucher Alix", date(2026, 11, 12), "après-midi", "A"),
        ("Boucher Alix", date(2026, 11, 16), "matin", "P"),
        ("Boucher Alix", date(2026, 11, 19), "matin", "P"),
    )

    def run() -> dict[str, Any]:
        workbook = open_workbook(content, "presences.xlsx")
        report = imports.run_import(
            session, actor, workbook, kind="attendance", cohort="GEN", today=TODAY
        )
        session.commit()
        return report

    report = run()
    assert {error["row"] for error in report["errors"]} == {4}
    found = session.execute(
        select(col(AttendanceMark.enrolment_id), col(AttendanceMark.status)).order_by(
            col(AttendanceMark.half_day_id)
        )
    ).all()
    assert [tuple(row) for row in found] == [
        (1, Status.PRESENT), (1, Status.UNJUSTIFIED), (2, Status.PRESENT),
    ]  # fmt: skip
    again = run()
    assert (again["created"], again["updated"]) == (0, 0)


def test_levels_said_of_a_cohort_count_the_person_once(actor: Actor, session: Session) -> None:
    leave(session, actor)
    cohorts.enrol(session, actor, 1, 1, today=TODAY)
    frameworks.use_framework(session, "digcomp-2.2")
    skill = session.execute(select(col(Skill.id)).limit(1)).scalar_one() or 0
    said = skills.Said(TODAY)
    assert skills.record_group(session, actor, 1, skill, {1: 2}, said, today=TODAY) == 1
    session.rollback()


def test_a_place_is_freed_when_the_file_is_no_longer_shared(
    sophie: Person, actor: Actor, be: Be, session: Session
) -> None:
    """The training body ends its own place and step; it reads nothing of the file, and may not."""
    other = be("MDE", Role.COUNSELLOR, "Nadia Belkacem")
    nadia = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    learner = person(session, nadia, "Cissé")
    shared = sharing.share_learner(
        session, nadia, learner, organisation_id=actor.organisation_id,
        medium=SharingMedium.PAPER, purpose="Formation", starts_on=TODAY, ends_on=None,
        today=TODAY,
    )  # fmt: skip
    row = candidates.apply_for(session, actor, 1, learner, today=TODAY)
    selection.decide(
        session, actor, 1, {row.id or 0: row.version},
        selection.Judgement(Decision.ADMITTED, DecisionReason.CRITERIA_MET), today=TODAY,
    )  # fmt: skip
    sharing.withdraw_sharing(session, nadia, shared.id or 0, today=TODAY)
    enrolment = session.execute(
        select(col(Enrolment.id)).where(col(Enrolment.learner_id) == learner)
    ).scalar_one()
    session.commit()
    sophie.visit(f"/apprenants/{learner}", status=404)
    page = sophie.visit(COHORT)
    assert f'href="/apprenants/{learner}"' not in page.html
    assert "dossier plus partagé avec vous" in page.text
    url = f"{COHORT}/inscriptions/{enrolment}/depart"
    form = sophie.visit(url)
    assert "seule la place et son étape prennent fin" in form.text
    # Their pathway opened today, when they applied: a step cannot end before it.
    refused = sophie.submit(form, url, 422, reason="Accord retiré", left_on="20/11/2026")
    assert "avant l’ouverture du parcours" in refused.text
    page = sophie.submit(refused, url, reason="Accord retiré", left_on="23/11/2026")
    assert "la place est libre" in page.text
    assert periods(session, learner) == [(FIRST, TODAY)]
    step = session.execute(select(Step).where(col(Step.learner_id) == learner)).scalar_one()
    assert step.ended_on == TODAY
    gaps = session.execute(select(Gap).where(col(Gap.learner_id) == learner)).scalars().all()
    assert [gap.starts_on for gap in gaps if gap.ends_on is None] == [TODAY + timedelta(days=1)]
    session.rollback()
    # The step is over for its owner too, who still reads the file.
    assert "23 nov" in other.visit(f"/apprenants/{learner}").text


def test_the_selection_gives_back_a_place_no_longer_shared(
    actor: Actor, be: Be, session: Session
) -> None:
    be("MDE", Role.COUNSELLOR, "Nadia Belkacem")
    nadia = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    learner = person(session, nadia, "Cissé")
    shared = sharing.share_learner(
        session, nadia, learner, organisation_id=actor.organisation_id,
        medium=SharingMedium.PAPER, purpose="Formation", starts_on=TODAY, ends_on=None,
        today=TODAY,
    )  # fmt: skip
    row = candidates.apply_for(session, actor, 1, learner, today=TODAY)
    number = row.id or 0
    selection.decide(
        session, actor, 1, {number: row.version},
        selection.Judgement(Decision.ADMITTED, DecisionReason.CRITERIA_MET), today=TODAY,
    )  # fmt: skip
    sharing.withdraw_sharing(session, nadia, shared.id or 0, today=TODAY)
    session.refresh(row)
    selection.reopen(session, actor, number, words="Retrait", version=row.version, today=TODAY)
    session.commit()
    assert periods(session, learner) == [(FIRST, TODAY)]


def test_another_organisation_frees_nothing(
    sophie: Person, actor: Actor, be: Be, session: Session
) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    other.visit(LEAVING, status=404)
    token = other.visit("/promotions").html
    assert token
    form = sophie.visit(LEAVING).form(LEAVING)
    page = other.visit("/promotions/nouvelle")
    data = form.fields | {"_csrf": page.form("/promotions").fields["_csrf"], "reason": "Non"}
    assert other.client.post(LEAVING, data=data).status_code == 404
    assert periods(session) == [(FIRST, None)]
