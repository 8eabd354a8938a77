"""Attendance as trainers live it: locked sheets, reasons, a week at once, paper, the calendar."""

import re
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from parcours.actions import accounts, calendars, cohorts, learners
from parcours.domain.access import Role
from parcours.domain.attendance import Status
from parcours.domain.calendar import Setting
from parcours.domain.words import DataSource
from parcours.models import AttendanceMark, AuditEntry, CohortHalfDay, Enrolment
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

# Monday 9 November: the Wednesday of that week is a public holiday.
FIRST, LAST = date(2026, 11, 9), date(2026, 11, 27)
NAMES = ("Boucher", "Cissé", "Garcia")


@pytest.fixture
def sophie(be: Be, session: Session) -> Person:
    """A coordinator whose cohort of three began on 9 November."""
    person = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    cohort = cohorts.create_cohort(
        session, actor, cohorts.CohortFacts("GEN", "Promo GEN", FIRST, LAST, 12)
    )
    calendars.plan_half_days(session, actor, cohort.id or 0)
    for name in NAMES:
        facts = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), city="Viriat"
        )
        learner = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, cohort.id or 0, learner.id or 0, today=TODAY)
    session.commit()
    return person


def marks(session: Session, day: date) -> list[tuple[Status, int, str | None, DataSource]]:
    """What is recorded for the mornings of a day, in the order people entered."""
    session.rollback()
    rows = session.execute(
        select(AttendanceMark)
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .where(col(CohortHalfDay.held_on) == day, col(CohortHalfDay.half) == "am")
        .order_by(col(AttendanceMark.enrolment_id))
    ).scalars()
    found = [(row.status, row.late_minutes, row.reason, row.source) for row in rows]
    session.rollback()
    return found


SHEET = "/promotions/1/emargement/2026-11-09-am"


def test_a_reason_of_the_list_is_kept_and_goes_with_a_presence(
    sophie: Person, session: Session
) -> None:
    typed = {"mark-2": "justified", "why-2": "SANTE", "paper": "1"}
    page = sophie.submit(sophie.visit(SHEET), SHEET, **typed)
    assert marks(session, FIRST)[1] == (Status.JUSTIFIED, 0, "SANTE", DataSource.PAPER)
    # A second page with nothing changed keeps it; a presence needs none.
    sophie.submit(page, SHEET, **{"mark-2": "justified", "why-2": "SANTE"})
    assert marks(session, FIRST)[1][2] == "SANTE"
    sophie.submit(sophie.visit(SHEET), SHEET, **{"mark-2": "present", "why-2": "SANTE"})
    assert marks(session, FIRST)[1][:3] == (Status.PRESENT, 0, None)
    refused = sophie.submit(
        sophie.visit(SHEET), SHEET, 422, **{"mark-2": "justified", "why-2": "GRIPPE"}
    )
    assert "Choisissez un motif de la liste" in refused.text


def test_a_locked_sheet_is_reopened_with_a_reason_that_stays(
    sophie: Person, session: Session
) -> None:
    sophie.submit(sophie.visit(SHEET), SHEET)
    signed = sophie.visit(SHEET)
    sophie.submit(signed, f"{SHEET}/signature")
    assert "Feuille signée par l’équipe" in sophie.visit(SHEET).text
    # Its window for corrections was thirteen days long: yesterday was its last.
    session.execute(update(accounts.Organisation).values(correction_days=13))
    session.commit()
    page = sophie.visit(SHEET)
    assert "Feuille verrouillée depuis le 22 novembre 2026" in page.text
    assert "Enregistrer la demi-journée" not in page.text
    refused = sophie.submit(page, SHEET, 422, **{"mark-1": "unjustified"})
    assert "Cette feuille est verrouillée" in refused.text
    assert marks(session, FIRST)[0][0] is Status.PRESENT
    sophie.submit(page, f"{SHEET}/reouverture", 422, reason=" ")
    sophie.submit(page, f"{SHEET}/reouverture", reason="Justificatif reçu")
    page = sophie.visit(SHEET)
    assert "Signer cette feuille" in page.text
    sophie.submit(page, SHEET, **{"mark-1": "justified", "why-1": "FAMILLE"})
    assert marks(session, FIRST)[0][:3] == (Status.JUSTIFIED, 0, "FAMILLE")
    entries = session.execute(select(AuditEntry).where(col(AuditEntry.act) == "reopen")).scalars()
    assert ["Justificatif reçu" in str(entry.details) for entry in entries] == [True]


def test_a_week_in_one_go(sophie: Person, session: Session) -> None:
    url = "/promotions/1/emargement/semaine/2026-11-09"
    page = sophie.visit("/promotions/1/emargement/semaine/2026-11-12")
    # Ten half-days but the public holiday’s two.
    assert len(re.findall(r'name="take"', page.html)) == 8
    ids = re.findall(r'name="take" value="(\d+)"', page.html)
    typed = {"take": ids[:3], f"mark-{ids[0]}-2": "late", f"mark-{ids[1]}-3": "unjustified"}
    sophie.submit(page, url, **typed)
    assert [mark[:2] for mark in marks(session, FIRST)] == [
        (Status.PRESENT, 0),
        (Status.LATE, 15),
        (Status.PRESENT, 0),
    ]
    assert marks(session, date(2026, 11, 12)) == []
    # Nothing ticked writes nothing; what was typed is still there.
    refused = sophie.submit(sophie.visit(url), url, 422, take=[], **{f"mark-{ids[5]}-1": "late"})
    assert "Cochez au moins une demi-journée" in refused.text
    assert 'value="late" selected' in refused.html


def test_a_week_never_writes_over_a_colleague(sophie: Person, session: Session) -> None:
    url = "/promotions/1/emargement/semaine/2026-11-09"
    page = sophie.visit(url)
    (first, *_) = re.findall(r'name="take" value="(\d+)"', page.html)
    sophie.submit(sophie.visit(SHEET), SHEET, **{"mark-1": "unjustified", "mark-2": "late"})
    # Line 1 untouched: the colleague’s absence stays. Line 2 changed by both: told, nothing lost.
    sophie.submit(page, url, take=[first])
    assert [mark[0] for mark in marks(session, FIRST)][:2] == [Status.UNJUSTIFIED, Status.LATE]
    told = sophie.submit(page, url, 409, take=[first], **{f"mark-{first}-2": "unjustified"})
    assert "en même temps que vous" in told.text
    assert marks(session, FIRST)[1][0] is Status.LATE


def test_paper_holds_every_name_and_what_is_recorded(sophie: Person) -> None:
    sophie.submit(sophie.visit(SHEET), SHEET, **{"mark-3": "justified", "why-3": "TRANSPORT"})
    day = sophie.visit("/promotions/1/feuilles?vue=jour&le=2026-11-09")
    assert [name for name in ("BOUCHER", "CISSÉ", "GARCIA") if name in day.text] == [
        "BOUCHER", "CISSÉ", "GARCIA",
    ]  # fmt: skip
    assert "Justifié" in day.text
    # It goes from hand to hand: nobody’s reason is on it.
    assert "ransport" not in day.text
    month = sophie.visit("/promotions/1/feuilles?vue=mois&le=2026-11-09")
    assert month.html.count('class="paper"') == 4
    assert "Récapitulatif, du 1 novembre 2026" in month.text.replace("1er", "1")
    # 3 h 30 recorded for each, followed by two of them.
    assert month.text.count("100 %") == 2
    assert " 0 %" in month.text
    assert (
        "Aucune demi-journée" in sophie.visit("/promotions/1/feuilles?vue=jour&le=2026-11-11").text
    )


def test_the_calendar_keeps_what_was_recorded(sophie: Person, session: Session) -> None:
    sophie.submit(sophie.visit(SHEET), SHEET)
    page = sophie.visit("/promotions/1/calendrier")
    assert "28 demi-journées, 98 heures" in page.text
    # Mornings alone from now on: the afternoons go, but the one recorded stays.
    afternoon = SHEET.replace("am", "pm")
    sophie.submit(sophie.visit(afternoon), afternoon)
    mornings = [f"{day}-am" for day in range(5)]
    typed = {"slots": mornings, "starts_am": "9 h", "minutes_am": "180", "room": "Salle 2"}
    sophie.submit(page, "/promotions/1/calendrier", **typed)
    page = sophie.visit("/promotions/1/calendrier")
    assert "15 demi-journées" in page.text
    refused = sophie.submit(page, "/promotions/1/calendrier", 422, slots=[], starts_am="midi")
    assert "Cochez au moins une demi-journée" in refused.text
    assert "« midi » n’est pas une heure" in refused.text


def test_a_cancelled_half_day_no_longer_counts(sophie: Person, session: Session) -> None:
    sophie.submit(sophie.visit(SHEET), SHEET, **{"mark-1": "unjustified"})
    one = "/promotions/1/calendrier/2026-11-09-am"
    sophie.submit(sophie.visit(one), f"{one}/annulation", 422, reason="")
    sophie.submit(sophie.visit(one), f"{one}/annulation", reason="Grève des transports")
    assert "Grève des transports" in sophie.visit(SHEET).text
    assert "Absent" not in sophie.visit("/apprenants/1/presences").text
    assert len(marks(session, FIRST)) == 3
    sophie.submit(sophie.visit(one), f"{one}/retablissement")
    assert "1 absent" in sophie.visit("/apprenants/1/presences").text


def test_a_half_day_is_moved_to_a_room_or_added(sophie: Person, session: Session) -> None:
    one = "/promotions/1/calendrier/2026-11-24-pm"
    sophie.submit(
        sophie.visit(one), one, setting="remote", starts_at="13 h 30", minutes="180", room=""
    )
    assert "à distance" in sophie.visit("/promotions/1/calendrier").text
    page = sophie.visit("/promotions/1/calendrier")
    added = "/promotions/1/calendrier/ajout"
    sophie.submit(page, added, 422, held_on="9/11/2026", half="am")
    sophie.submit(page, added, 422, held_on="9/12/2026", half="am")
    sophie.submit(sophie.visit("/promotions/1/calendrier"), added, held_on="14/11/2026", half="am")
    session.rollback()
    found = select(CohortHalfDay.id).where(col(CohortHalfDay.held_on) == date(2026, 11, 14))
    assert session.execute(found).scalar_one()


def test_closures_of_the_organisation_are_left_out(be: Be, session: Session) -> None:
    sophie = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    closure = {"label": "Pont", "starts_on": "12/11/2026", "ends_on": "13/11/2026"}
    sophie.submit(sophie.visit("/reglages/relais"), "/reglages/relais/fermetures", **closure)
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("GEN", "Promo GEN", FIRST, date(2026, 11, 13), 12)
    cohort = cohorts.create_cohort(session, actor, facts)
    assert calendars.plan_half_days(session, actor, cohort.id or 0) == 4


def test_nobody_else_reads_or_prints(sophie: Person, be: Be, session: Session) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    for path in (
        SHEET, "/promotions/1/feuilles", "/promotions/1/calendrier",
        "/promotions/1/emargement/semaine/2026-11-09", "/promotions/1/calendrier/2026-11-09-am",
    ):  # fmt: skip
        assert other.client.get(path).status_code == 404, path
    assert session.execute(select(Enrolment.id)).all()


def test_a_half_day_at_a_distance_counts_as_it_is_said(sophie: Person, session: Session) -> None:
    """The calendar says where the group is: everybody is proposed so, counted and kept so."""
    for setting, word, status in (
        (Setting.REMOTE, "à distance", Status.REMOTE),
        (Setting.COMPANY, "en entreprise", Status.IN_COMPANY),
    ):
        session.execute(
            update(CohortHalfDay)
            .where(col(CohortHalfDay.held_on) == FIRST, col(CohortHalfDay.half) == "am")
            .values(setting=setting, taken_at=None, taken_by_id=None)
        )
        session.execute(delete(AttendanceMark))
        session.commit()
        page = sophie.visit(SHEET)
        assert f'id="decompte" role="status">3 {word}<' in page.html
        assert f'data-word="{word}"' in page.html
        page = sophie.submit(page, SHEET, **{"mark-2": "unjustified", "mark-3": "present"})
        page = sophie.visit(SHEET)
        assert f"1 présent · 1 absent · 1 {word}" in page.text
        assert [mark[0] for mark in marks(session, FIRST)] == [
            status, Status.UNJUSTIFIED, Status.PRESENT,
        ]  # fmt: skip
