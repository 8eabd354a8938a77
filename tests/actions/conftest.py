"""People to act as, and somebody to follow."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from parcours.actions import accounts, learners, pathways
from parcours.domain.access import Actor, Role
from parcours.models import Account, Learner, Pathway

Cast = Callable[..., Actor]
Meet = Callable[..., tuple[Learner, Pathway]]


@pytest.fixture
def cast(session: Session, today: date) -> Cast:
    """Somebody of an organisation, which opens with its first person."""

    def enter(
        code: str, role: Role = Role.COUNSELLOR, name: str = "Nadia Belkacem", kind: str = "OF"
    ) -> Actor:
        organisation = accounts.organisation_of_code(session, code)
        if organisation is None:
            organisation = accounts.create_organisation(
                session, code=code, name=f"Structure {code}", kind=kind
            )
        email = f"{name.split()[0].lower()}.{role.value}@{code.lower()}.exemple.fr"
        account = Account(email=email, name=name, password_hash="not a hash")
        session.add(account)
        session.flush()
        accounts.join(session, account, organisation, role, starts_on=date(2025, 1, 1))
        return accounts.actor_for(session, email, today=today)

    return enter


@pytest.fixture
def meet(session: Session, today: date) -> Meet:
    """A person an actor’s organisation follows, with an open pathway."""

    def begin(
        actor: Actor, name: str = "Traoré", opened_on: date = date(2026, 2, 1)
    ) -> tuple[Learner, Pathway]:
        facts = learners.LearnerFacts(
            birth_name=name, first_names="Amina", born_on=date(1990, 3, 12), city="Viriat"
        )
        learner = learners.create_learner(session, actor, facts, today=today, is_another=True)
        return learner, pathways.open_pathway(session, actor, learner, opened_on=opened_on)

    return begin
