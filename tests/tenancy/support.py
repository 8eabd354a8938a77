"""What a tenant’s mediators hold, and whom it invites; every text bears its mark."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from parcours.actions import account_links, engagements, equipment, mediation
from parcours.actions.account_links import Invited
from parcours.domain.access import Role
from parcours.domain.equipment import Nature
from parcours.domain.mediation import ActivityFacts, ActivityKind, Autonomy, Taking
from parcours.domain.weekly_hours import Agreed


def write(session: Session, tenant: Any, learner_id: int, today: date) -> None:
    """Acts of both organisations, equipment in several states, hours agreed."""
    text, lead, number = tenant.text, tenant.actors["coordinator"], learner_id
    for kind, actor in (
        (ActivityKind.WORKSHOP, lead),
        (ActivityKind.INDIVIDUAL, lead),
        (ActivityKind.INDIVIDUAL, tenant.actors["partner"]),
    ):
        facts = ActivityFacts(kind, "COURRIEL", _day(today, -3), 60, text("Salle"), text("Atelier"))
        people = {number: Taking(autonomy=Autonomy.PARTLY)}
        row = mediation.record_activity(session, actor, facts, people, today=today)
        if actor is lead:
            mediation.correct_activity(
                session,
                lead,
                row.id or 0,
                replace(facts, place=text("Autre salle")),
                people,
                version=row.version,
                today=today,
            )
    cancelled = mediation.record_activity(session, lead, facts, people, today=today)
    mediation.cancel_activity(session, lead, cancelled.id or 0, reason=text("Personne n’est venu"))
    _equipment(session, tenant, number, today)
    _invite(session, tenant, today)
    for minutes, start, end in ((480, -60, -31), (600, -30, None)):
        agreed = Agreed(minutes, _day(today, start), end and _day(today, end), "GARDE")
        engagements.agree(session, lead, number, agreed, today=today)


def _equipment(session: Session, tenant: Any, learner_id: int, today: date) -> None:
    """One to lend, one lent and late, one lost."""
    text, lead = tenant.text, tenant.actors["coordinator"]
    for index in range(3):
        facts = equipment.ItemFacts(
            "PORTABLE", text("Portable"), f"{tenant.mark}-{index}", text("Chargeur")
        )
        item = equipment.add_item(session, lead, facts)
        if not index:
            continue
        row = equipment.hand_over(
            session,
            lead,
            item.id or 0,
            learner_id,
            nature=Nature.LOAN,
            handed_on=_day(today, -60),
            due_on=_day(today, -5),
            today=today,
        )
        if index == 2:
            equipment.declare_lost(session, lead, row.id or 0, lost_on=_day(today, -2), today=today)


def _invite(session: Session, tenant: Any, today: date) -> None:
    """Somebody who has not chosen a password yet."""
    invited = Invited(tenant.email("invitee"), tenant.text("Dominique"), Role.TRAINER)
    admin = tenant.actors["organisation_admin"]
    tenant.secrets.add(account_links.invite(session, admin, invited, today=today).token)


def _day(today: date, offset: int) -> date:
    return today + timedelta(days=offset)
