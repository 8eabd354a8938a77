"""The organisations, accounts and programmes a synthetic territory stands on."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import accounts
from parcours.domain.access import Role
from parcours.models import Account, Organisation, Programme

PERSONS_A_PARTNER = 3_000
FEWEST_PARTNERS, MOST_PARTNERS = 5, 30
KINDS = ("OF", "MEDIATION", "ML", "EPN", "OF", "FAB_LAB", "CCAS", "PLIE")
FUNDERS = ("DREETS", "DEPARTEMENT", "REGION")
PROGRAMMES = ("GEN", "RSA-NUM", "FSE")
Opened = list[tuple[str, Role]]


@dataclass(slots=True)
class Ground:
    """Partners, somebody who acts for each, funders, programmes; the first partner is the hub."""

    organisations: list[int]
    authors: list[int]
    funders: list[int]
    programmes: list[int]

    def next_to(self, place: int) -> int:
        """Another partner, the hub only when there is no other."""
        others = len(self.organisations) - 1
        return place % others + 1 if others > 1 else 0


def lay_ground(
    session: Session, partners: int, today: date, password: str
) -> tuple[Ground, Opened]:
    """That many partners, their accounts, programmes; the accounts one may sign in with."""
    first = accounts.create_account(
        session, email="admin@exemple.fr", name="Administration", password=password
    )
    doors = _Doors(session, first, today - timedelta(days=900))
    ground = Ground([], [], [], [])
    for number in range(partners):
        kind = KINDS[(number - 1) % len(KINDS)] if number else "MDE"
        role = Role.COORDINATOR if number else Role.COUNSELLOR
        partner = doors.organisation(f"S{number:02d}", kind)
        ground.organisations.append(partner.id or 0)
        ground.authors.append(doors.account(partner, f"s{number:02d}@exemple.fr", role))
        if number == 1:
            doors.account(partner, "formation@exemple.fr", Role.TRAINER)
    for number, kind in enumerate(FUNDERS):
        funder = doors.organisation(f"F{number:02d}", kind)
        ground.funders.append(funder.id or 0)
        doors.account(funder, f"f{number:02d}@exemple.fr", Role.FUNDER)
    ground.programmes = [_programme(session, code, today) for code in PROGRAMMES]
    return ground, doors.opened


def partners_for(learners: int) -> int:
    """How many partners a territory of so many people has when nobody says."""
    return max(FEWEST_PARTNERS, min(MOST_PARTNERS, learners // PERSONS_A_PARTNER))


class _Doors:
    """Opens organisations and accounts, the password hashed once for all of them."""

    def __init__(self, session: Session, first: Account, since: date) -> None:
        self._session, self._first, self._since = session, first, since
        self.opened: Opened = []

    def organisation(self, code: str, kind: str) -> Organisation:
        name = f"Structure {code}"
        return accounts.create_organisation(self._session, code=code, name=name, kind=kind)

    def account(self, organisation: Organisation, email: str, role: Role) -> int:
        name = f"Personne {email.partition('@')[0]}"
        account = accounts.copy_account(self._session, self._first, email=email, name=name)
        accounts.join(self._session, account, organisation, role, starts_on=self._since)
        self.opened.append((email, role))
        return account.id or 0


def _programme(session: Session, code: str, today: date) -> int:
    programme = Programme(code=code, name=code, starts_on=today - timedelta(days=1500))
    session.add(programme)
    session.flush()
    return programme.id or 0
