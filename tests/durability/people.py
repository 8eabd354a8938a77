"""A house to write in: one organisation, a coordinator who acts, people to enter."""

from datetime import date, timedelta
from uuid import uuid4

from sqlmodel import Session

from parcours.actions import accounts, learners, pathways
from parcours.actions.learners import LearnerFacts
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.models import Learner, Pathway

PASSWORD = "quatre mots pour les essais"


def open_house(database: Database, today: date) -> Actor:
    """A coordinator of a new organisation."""
    word = uuid4().hex[:12]
    email = f"{word}@exemple.fr"
    with database.writing() as session:
        organisation = accounts.create_organisation(
            session, code=word.upper(), name="Association d’essai", kind="MEDIATION"
        )
        account = accounts.create_account(
            session, email=email, name="Camille Vidal", password=PASSWORD
        )
        accounts.join(session, account, organisation, Role.COORDINATOR, starts_on=today)
        return accounts.actor_for(session, email, today=today)


def facts(number: int, batch: int = 0) -> LearnerFacts:
    """A person nobody else resembles."""
    return LearnerFacts(
        birth_name=f"Lot{batch:04d}",
        first_names=f"Numéro {_letters(number)}",
        born_on=date(1960, 1, 1) + timedelta(days=(batch * 997 + number * 13) % 14_000),
    )


def enter(session: Session, actor: Actor, number: int, batch: int, *, today: date) -> Learner:
    """A learner with a pathway and a past step: the days after it are nobody’s."""
    learner = learners.create_learner(
        session, actor, facts(number, batch), today=today, is_another=True
    )
    begin(session, actor, learner, today=today)
    return learner


def begin(session: Session, actor: Actor, learner: Learner, *, today: date) -> Pathway:
    """A pathway open for sixty days and held for ten."""
    start = today - timedelta(days=60)
    pathway = pathways.open_pathway(session, actor, learner, opened_on=start)
    add_step(session, actor, pathway, start=0, days=10, today=today)
    return pathway


def add_step(
    session: Session, actor: Actor, pathway: Pathway, *, start: int, days: int, today: date
) -> int:
    """A step from `start` days after the opening; its id."""
    first = pathway.opened_on + timedelta(days=start)
    last = first + timedelta(days=days - 1)
    dates = StepDates(first, last, min(first, today), None)
    told = pathways.StepFacts(StepKind.WORKSHOP, "Atelier", dates)
    return pathways.add_step(session, actor, pathway, told, today=today).id or 0


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
