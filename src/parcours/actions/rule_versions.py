"""Rules an organisation settles for itself: versions that are added, never changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import Account, AlertRuleVersion, MatchRuleVersion

Rules = TypeVar("Rules")
Row = TypeVar("Row", AlertRuleVersion, MatchRuleVersion)


@dataclass(frozen=True, slots=True)
class Version(Generic[Rules]):
    """A version of the rules and who settled it; 0 is what Parcours starts with."""

    number: int
    rules: Rules
    valid_from: date | None = None
    motive: str = "Valeurs de départ de Parcours."
    by: str = ""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Row, Rules]):
    """Where the versions are kept, how one is read, what Parcours starts with.

    `act` is what the journal calls a change; `untold` and `unchanged` are what is said to who
    gives no motive, or changes nothing.
    """

    table: type[Row]
    read: Callable[[str], Rules]
    first: Rules
    act: str
    untold: str
    unchanged: str

    def versions(self, session: Session, organisation_id: int) -> list[Version[Rules]]:
        """Every version, the latest first, down to the one Parcours starts with."""
        rows = session.execute(
            select(self.table, col(Account.name))
            .join(Account, col(Account.id) == col(self.table.account_id))
            .where(col(self.table.organisation_id) == organisation_id)
            .order_by(col(self.table.number).desc())
        )
        found: list[Version[Rules]] = [
            Version(row.number, self.read(row.params), row.valid_from, row.motive, by)
            for row, by in rows
        ]
        return [*found, Version(0, self.first)]

    def latest(self, organisation_id: Any) -> Any:
        """The parameters in force as stored, to ask alone or beside another statement."""
        return (
            select(col(self.table.params))
            .where(col(self.table.organisation_id) == organisation_id)
            .order_by(col(self.table.number).desc())
            .limit(1)
        )

    def of(self, params: str | None) -> Rules:
        """The rules of stored parameters; those Parcours starts with when there are none."""
        return self.read(params) if params else self.first

    def in_force(self, session: Session, organisation_id: int) -> Rules:
        """The rules one organisation goes by."""
        statement = self.latest(bindparam("org"))
        return self.of(session.execute(statement, {"org": organisation_id}).scalar_one_or_none())

    def add(
        self,
        session: Session,
        actor: Actor,
        params: str,
        *,
        is_same: Callable[[Rules], bool],
        motive: str,
        after: int,
        today: date,
        **more: Any,
    ) -> Row:
        """Add a version after number `after`, from `today` on; `more` are columns of its own.

        Raises RuleBroken (no motive, nothing changes), EditConflict when another came since.
        """
        require(actor, Capability.SET_DELAYS)
        if not motive.strip():
            raise RuleBroken(self.untold, field="motive")
        last = self.versions(session, actor.organisation_id)[0]
        if last.number != after:
            raise EditConflict(theirs={"number": last.number}, mine={"number": after}, who=last.by)
        if is_same(last.rules):
            raise RuleBroken(self.unchanged, field="motive")
        row = self.table(
            organisation_id=actor.organisation_id,
            number=after + 1,
            params=params,
            valid_from=today,
            motive=motive.strip(),
            account_id=actor.account_id,
            **more,
        )
        session.add(row)
        session.flush()
        audit.record(session, actor, self.act, "organisation", actor.organisation_id,
                     number=row.number)  # fmt: skip
        return row
