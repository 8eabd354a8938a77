"""The selection of the cohort to come: a partner’s list imported, notes, a place to propose."""

from datetime import date, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import candidates, imports, information_meetings, selection
from parcours.demo.cohorts import SOPHIE, Cohorts
from parcours.domain.access import Actor
from parcours.domain.selection import Decision, DecisionReason
from parcours.features.selection import store
from parcours.resources import resource_dir
from parcours.sheets.opening import open_workbook
from parcours.web.words import clock, week_day

LIST = "candidates.csv"
GRADES = {
    "motivation": (3, "Vient de finir un cours en ligne, raconte ce qu’elle a construit."),
    "aptitude_a_apprendre_a_coder": (2, "Cherche seule avant de demander."),
}


def choose_candidates(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date
) -> None:
    """Open the period, take the list in, note somebody, invite those who were not yet."""
    actor, cohort = actors[SOPHIE], opened.coming
    selection.set_window(
        session,
        actor,
        cohort.id or 0,
        opens_on=today - timedelta(days=40),
        closes_on=cohort.starts_on - timedelta(days=10),
        version=cohort.version,
    )
    content = (resource_dir("fixtures") / "demo" / LIST).read_bytes()
    workbook = open_workbook(content, "candidats-gen-3.csv")
    imports.run_import(session, actor, workbook, kind="candidates", cohort=cohort.code, today=today)
    rows = store.candidates(session, actor, cohort.id or 0, today=today)
    came = [row for row in rows if row.decision is None and row.meeting_on is not None]
    candidates.note_file(
        session,
        actor,
        came[0].id,
        GRADES,
        [candidates.Mark("Entretien", Decimal(14), Decimal(20))],
        version=came[0].version,
        today=today,
    )
    judgement = selection.Judgement(
        Decision.REFUSED, DecisionReason.PREREQUISITES, "Une initiation au clavier d’abord."
    )
    selection.decide(
        session, actor, cohort.id or 0, {came[-1].id: came[-1].version}, judgement, today=today
    )
    _invite(session, actor, cohort.id or 0, [row for row in rows if row.meeting is None], today)


def _invite(
    session: Session, actor: Actor, cohort_id: int, rows: list[store.CandidateRow], today: date
) -> None:
    day = today + timedelta(days=9)
    moment = f"{week_day(day)} à {clock(time(14))}"
    invitation = information_meetings.Invitation(day, moment, "Salle 2, 4 rue du Stand")
    chosen = {row.id: row.version for row in rows if row.decision is None}
    information_meetings.invite(session, actor, cohort_id, chosen, invitation, today=today)
