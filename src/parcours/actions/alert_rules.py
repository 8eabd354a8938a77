"""The thresholds of alerts in an organisation, version after version.

Two organisations may follow the same person. The organisation that must act first on an alert is
the one whose thresholds decide whether it speaks and how loud: it bears the work they make. For
attendance it is the one that trains, for days without a step the one that held the last step, for
an accepted relay the one that receives.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours.actions.rule_versions import Settled
from parcours.domain.access import Actor, Capability, require
from parcours.domain.alerts import DEFAULT, Level, Thresholds
from parcours.domain.alerts_settling import check_settled, read_parameters
from parcours.domain.canonical import canonical
from parcours.models import AlertRuleVersion, Gap

RULES: Settled[AlertRuleVersion, Thresholds] = Settled(
    AlertRuleVersion,
    lambda params: read_parameters(json.loads(params)),
    DEFAULT,
    act="set_alert_rules",
    untold="Dites pourquoi les seuils changent.",
    unchanged="Aucun seuil ne change.",
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The thresholds each organisation judges with."""

    own: Mapping[int, Thresholds]

    def of(self, organisation_id: int) -> Thresholds:
        """Those of an organisation, those of Parcours when it settled none."""
        return self.own.get(organisation_id, DEFAULT)

    def others(self) -> Iterator[tuple[Thresholds, frozenset[int]]]:
        """The thresholds that are not those of Parcours, and who judges with each."""
        found: defaultdict[Thresholds, set[int]] = defaultdict(set)
        for organisation_id, thresholds in self.own.items():
            found[thresholds].add(organisation_id)
        return ((thresholds, frozenset(who)) for thresholds, who in found.items())


LATEST = (
    select(
        col(AlertRuleVersion.organisation_id),
        func.max(col(AlertRuleVersion.number)).label("number"),
    )
    .group_by(col(AlertRuleVersion.organisation_id))
    .subquery()
)
EVERY = select(col(AlertRuleVersion.organisation_id), col(AlertRuleVersion.params)).join(
    LATEST,
    (LATEST.c.organisation_id == col(AlertRuleVersion.organisation_id))
    & (LATEST.c.number == col(AlertRuleVersion.number)),
)
# Read beside the rows of another statement, then by `thresholds_in`.
PARAMS_OF_ONE = RULES.latest(bindparam("org")).scalar_subquery()
OPEN_GAPS = (
    select(col(Gap.starts_on), func.count())
    .where(
        col(Gap.owner_id) == bindparam("org"),
        col(Gap.ends_on).is_(None),
        col(Gap.starts_on) <= bindparam("today"),
    )
    .group_by(col(Gap.starts_on))
)


def in_force(session: Session) -> InForce:
    """The thresholds of every organisation that settled its own, in one statement."""
    return InForce({number: RULES.read(params) for number, params in session.execute(EVERY)})


def thresholds_of(session: Session, organisation_id: int) -> Thresholds:
    """The thresholds one organisation judges with."""
    return RULES.in_force(session, organisation_id)


def thresholds_in(params: str | None) -> Thresholds:
    """The thresholds an organisation keeps in these parameters; those of Parcours without any."""
    return RULES.of(params)


def set_thresholds(
    session: Session,
    actor: Actor,
    thresholds: Thresholds,
    *,
    motive: str,
    number: int,
    today: date,
) -> AlertRuleVersion:
    """Add a version after number `number` (RuleBroken, EditConflict when another came since)."""
    require(actor, Capability.SET_DELAYS)
    check_settled(thresholds)
    return RULES.add(
        session,
        actor,
        canonical(thresholds.as_parameters()).decode(),
        is_same=lambda last: replace(last, version=thresholds.version) == thresholds,
        motive=motive,
        after=number,
        today=today,
    )


def ladder_today(
    session: Session, actor: Actor, thresholds: Thresholds, *, today: date
) -> dict[Level, int]:
    """How many people the actor’s organisation leaves without a step, at each level; one statement.

    Exact, for it needs the facts of today alone: nobody is named.
    """
    require(actor, Capability.SEE_CONTINUITY)
    found = dict.fromkeys((level for _, level in thresholds.ladder), 0)
    rows = session.execute(OPEN_GAPS, {"org": actor.organisation_id, "today": today})
    for starts_on, count in rows:
        days = (today - starts_on).days + 1
        if reached := [level for limit, level in thresholds.ladder if days > limit]:
            found[reached[-1]] += count
    return found
