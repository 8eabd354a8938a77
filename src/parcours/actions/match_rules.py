"""The parameters of the score in an organisation, version after version."""

import json
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours.actions.rule_versions import Settled
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import canonical
from parcours.domain.matching_replay import read_rules
from parcours.domain.matching_rules import DEFAULT, MatchRules, check_rules
from parcours.models import MatchRuleVersion

RULES: Settled[MatchRuleVersion, MatchRules] = Settled(
    MatchRuleVersion,
    lambda params: read_rules(json.loads(params)),
    DEFAULT,
    act="set_match_rules",
    untold="Dites pourquoi les paramètres changent.",
    unchanged="Aucun paramètre ne change.",
)


def rules_in_force(session: Session, organisation_id: int) -> MatchRules:
    """The parameters an organisation compares with."""
    return RULES.in_force(session, organisation_id)


def params_in_force(organisation_id: Any) -> Any:
    """The parameters an organisation compares with, as stored; nothing when it set none."""
    return RULES.latest(organisation_id).scalar_subquery()


def rules_of(params: str | None) -> MatchRules:
    """The rules of stored parameters; those Parcours starts with when there are none."""
    return RULES.of(params)


def set_rules(
    session: Session, actor: Actor, rules: MatchRules, *, motive: str, number: int, today: date
) -> MatchRuleVersion:
    """Add a version after number `number` (RuleBroken, EditConflict when another came since)."""
    require(actor, Capability.SET_DELAYS)
    check_rules(rules)
    return RULES.add(
        session,
        actor,
        canonical(rules.as_facts()).decode(),
        is_same=lambda last: last == rules,
        motive=motive,
        after=number,
        today=today,
        sha256=rules.sha256,
    )
