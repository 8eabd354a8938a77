"""The parameters of the score in an organisation: versions that are added, never changed."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import canonical
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.matching_replay import read_rules
from parcours.domain.matching_rules import DEFAULT, MatchRules, check_rules
from parcours.models import Account, MatchRuleVersion


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """A version of the rules, the parameters people read, and who set them; 0 is the default."""

    number: int
    rules: MatchRules
    valid_from: date | None = None
    motive: str = "Valeurs de départ de Parcours."
    by: str = ""


FIRST = RulesVersion(0, DEFAULT)


def versions(session: Session, organisation_id: int) -> list[RulesVersion]:
    """Every version, the latest first, down to the one Parcours starts with."""
    rows = session.execute(
        select(MatchRuleVersion, col(Account.name))
        .join(Account, col(Account.id) == col(MatchRuleVersion.account_id))
        .where(col(MatchRuleVersion.organisation_id) == organisation_id)
        .order_by(col(MatchRuleVersion.number).desc())
    )
    found = [
        RulesVersion(row.number, read_rules(json.loads(row.params)), row.valid_from, row.motive, by)
        for row, by in rows
    ]
    return [*found, FIRST]


def rules_in_force(session: Session, organisation_id: int) -> MatchRules:
    """The parameters an organisation compares with."""
    statement = select(params_in_force(organisation_id))
    return rules_of(session.execute(statement).scalar_one_or_none())


def params_in_force(organisation_id: Any) -> Any:
    """The parameters an organisation compares with, as stored; nothing when it set none."""
    return (
        select(col(MatchRuleVersion.params))
        .where(col(MatchRuleVersion.organisation_id) == organisation_id)
        .order_by(col(MatchRuleVersion.number).desc())
        .limit(1)
        .scalar_subquery()
    )


def rules_of(params: str | None) -> MatchRules:
    """The rules of stored parameters; those Parcours starts with when there are none."""
    return read_rules(json.loads(params)) if params else DEFAULT


def set_rules(
    session: Session, actor: Actor, rules: MatchRules, *, motive: str, number: int, today: date
) -> MatchRuleVersion:
    """Add a version after number `number` (RuleBroken, EditConflict when another came since)."""
    require(actor, Capability.SET_DELAYS)
    check_rules(rules)
    if not motive.strip():
        raise RuleBroken("Dites pourquoi les paramètres changent.", field="motive")
    last = versions(session, actor.organisation_id)[0]
    if last.number != number:
        raise EditConflict(theirs={"number": last.number}, mine={"number": number}, who=last.by)
    if last.rules == rules:
        raise RuleBroken("Aucun paramètre ne change.", field="motive")
    row = MatchRuleVersion(
        organisation_id=actor.organisation_id,
        number=number + 1,
        params=canonical(rules.as_facts()).decode(),
        sha256=rules.sha256,
        valid_from=today,
        motive=motive.strip(),
        account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "set_match_rules", "organisation", actor.organisation_id,
                 number=row.number)  # fmt: skip
    return row
