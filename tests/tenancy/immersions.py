"""The immersions of a tenant: one of each situation its pages show."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import immersion_assessments, immersion_outcomes, immersions, pathways
from parcours.domain.immersions import (
    Aim,
    Answer,
    Behaviour,
    Firm,
    ImmersionFacts,
    Said,
    Tutor,
    WouldHire,
)
from parcours.models import Cohort, Enrolment
from tests.tenancy.tenant import Tenant

DAYS = ((-30, -26), (-20, -16), (-2, 5), (8, 9))


def follow_immersions(session: Session, tenant: Tenant, cohort: Cohort, today: date) -> None:
    """Ended, assessed on paper or not, with hours missed and a link; running; cancelled."""
    people = select(col(Enrolment.learner_id)).where(col(Enrolment.cohort_id) == cohort.id)
    learner_id = session.execute(people).scalars().all()[0]
    text, lead = tenant.text, tenant.actors["coordinator"]
    ended, silent, running, dropped = (
        _plan(session, tenant, learner_id, today + timedelta(first), today + timedelta(last), today)
        for first, last in DAYS
    )
    answers = dict.fromkeys(Behaviour, Answer.OFTEN)
    said = Said(text("Tutrice"), answers, WouldHire.YES, text("Bien"), text("Mieux"))
    immersion_assessments.answer_on_paper(
        session, lead, ended, said, answered_on=today - timedelta(25), today=today
    )
    immersion_outcomes.miss_hours(
        session,
        lead,
        ended,
        missed_on=today - timedelta(28),
        minutes=90,
        reason="TRANSPORT",
        today=today,
    )
    immersion_outcomes.say_hired(session, lead, ended, hired=True, today=today)
    for step in (silent, running):
        tenant.secrets.add(immersion_assessments.make_link(session, lead, step, today=today).token)
    pathways.cancel_step(session, lead, dropped, reason=text("Fermée"), today=today)


def _plan(
    session: Session, tenant: Tenant, learner_id: int, first: date, last: date, today: date
) -> int:
    text, lead = tenant.text, tenant.actors["coordinator"]
    pathway = immersions.open_pathway_of(session, lead, learner_id, today=today)
    assert pathway
    facts = ImmersionFacts(
        Firm(text("Entreprise"), None, text("Bourg"), text("Accueil")),
        Tutor(text("Tuteur"), tenant.phone(90), f"tuteur@{tenant.mark}.exemple.fr"),
        Decimal(30),
        Aim.CONFIRM,
        text("Servir"),
    )
    row = immersions.plan(
        session, lead, pathway.id or 0, facts, starts_on=first, ends_on=last, today=today
    )
    return row.step_id
