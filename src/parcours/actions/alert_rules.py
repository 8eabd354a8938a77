"""The thresholds of alerts in an organisation: versions that are added, never changed.

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

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.alerts import DEFAULT, Level, Thresholds
from parcours.domain.alerts_settling import check_settled, read_parameters
from parcours.domain.canonical import canonical
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import Account, AlertRuleVersion, Gap


@dataclass(frozen=True, slots=True)
class AlertRules:
    """A version of the thresholds and who settled it; 0 is what Parcours starts with."""

    number: int
    thresholds: Thresholds
    valid_from: date | None = None
    motive: str = "Valeurs de départ de Parcours."
    by: str = ""


FIRST = AlertRules(0, DEFAULT)


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
OF_ONE = (
    select(col(AlertRuleVersion.params))
    .where(col(AlertRuleVersion.organisation_id) == bindparam("org"))
    .order_by(col(AlertRuleVersion.number).desc())
    .limit(1)
)
# Read beside the rows of another statement, then by `thresholds_in`.
PARAMS_OF_ONE = OF_ONE.scalar_subquery()
OPEN_GAPS = (
    select(col(Gap.starts_on), func.count())
    .where(
        col(Gap.owner_id) == bindparam("org"),
        col(Gap.ends_on).is_(None),
        col(Gap.starts_on) <= bindparam("today"),
    )
    .group_by(col(Gap.starts_on))
)


def versions(session: Session, organisation_id: int) -> list[AlertRules]:
    """Every version, the latest first, down to the one Parcours starts with."""
    rows = session.execute(
        select(AlertRuleVersion, col(Account.name))
        .join(Account, col(Account.id) == col(AlertRuleVersion.account_id))
        .where(col(AlertRuleVersion.organisation_id) == organisation_id)
        .order_by(col(AlertRuleVersion.number).desc())
    )
    found = [
        AlertRules(row.number, _read(row.params), row.valid_from, row.motive, by)
        for row, by in rows
    ]
    return [*found, FIRST]


def in_force(session: Session) -> InForce:
    """The thresholds of every organisation that settled its own, in one statement."""
    return InForce({number: _read(params) for number, params in session.execute(EVERY)})


def thresholds_of(session: Session, organisation_id: int) -> Thresholds:
    """The thresholds one organisation judges with."""
    return thresholds_in(session.execute(OF_ONE, {"org": organisation_id}).scalar_one_or_none())


def thresholds_in(params: str | None) -> Thresholds:
    """The thresholds an organisation keeps in these parameters; those of Parcours without any."""
    return _read(params) if params else DEFAULT


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
    if not motive.strip():
        raise RuleBroken("Dites pourquoi les seuils changent.", field="motive")
    last = versions(session, actor.organisation_id)[0]
    if last.number != number:
        raise EditConflict(theirs={"number": last.number}, mine={"number": number}, who=last.by)
    if replace(last.thresholds, version=thresholds.version) == thresholds:
        raise RuleBroken("Aucun seuil ne change.", field="motive")
    row = AlertRuleVersion(
        organisation_id=actor.organisation_id,
        number=number + 1,
        params=canonical(thresholds.as_parameters()).decode(),
        valid_from=today,
        motive=motive.strip(),
        account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "set_alert_rules", "organisation", actor.organisation_id,
                 number=row.number)  # fmt: skip
    return row


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


def _read(params: str) -> Thresholds:
    return read_parameters(json.loads(params))
