"""The organisations, accounts and programmes a synthetic territory stands on."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import accounts
from parcours.domain.access import Role
from parcours.models import Programme


@dataclass(slots=True)
class Ground:
    """Who the invented people belong to."""

    organisations: list[int]
    authors: list[int]
    programmes: list[int]
    cohorts: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def lay_ground(
    session: Session, learners: int, today: date, password: str
) -> tuple[Ground, list[tuple[str, Role]]]:
    """Organisations, accounts and programmes of a synthetic territory."""
    count = max(5, min(30, learners // 3_000))
    ground, opened = Ground([], [], []), []
    known = accounts.create_account(
        session, email="synth@exemple.fr", name="Compte Synthétique", password=password
    )
    for number in range(count):
        kind = "MDE" if number == 0 else ("OF" if number % 3 == 1 else "MEDIATION")
        organisation = accounts.create_organisation(
            session, code=f"S{number:02d}", name=f"Structure {number:02d}", kind=kind
        )
        role = Role.COUNSELLOR if number == 0 else Role.COORDINATOR
        email = f"s{number:02d}@exemple.fr"
        account = accounts.copy_account(session, known, email=email, name=f"Personne {number:02d}")
        accounts.join(session, account, organisation, role, starts_on=today - timedelta(days=900))
        ground.organisations.append(organisation.id or 0)
        ground.authors.append(account.id or 0)
        opened.append((email, role))
    for code in ("GEN", "RSA-NUM", "FSE"):
        programme = Programme(code=code, name=code, starts_on=today - timedelta(days=1500))
        session.add(programme)
        session.flush()
        ground.programmes.append(programme.id or 0)
    return ground, opened
