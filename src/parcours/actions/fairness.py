"""Counting who is proposed and hired over a year, offline; what is kept names nobody.

Source: matching notes §8. The score never reads these reports, nor do the pages of candidates.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import canonical
from parcours.domain.fairness import (
    Counted,
    Decided,
    Milestone,
    Overrides,
    Person,
    count,
    groups_of,
    overrides,
)
from parcours.domain.introductions import State
from parcours.domain.match_acts import Choice
from parcours.domain.matching_filters import Status
from parcours.models import (
    FairnessReport,
    Introduction,
    Learner,
    MatchDecision,
    MatchResult,
    Organisation,
    Pathway,
)

PERIOD = timedelta(days=365)
MOST_REPORTS = 12


@dataclass(frozen=True, slots=True)
class Report:
    """A report, as it is shown."""

    id: int
    starts_on: date
    as_of: date
    counted: Counted
    decided: Overrides


def make_report(session: Session, actor: Actor, *, today: date) -> Report:
    """Count the last twelve months and keep the counts; one a day is enough."""
    require(actor, Capability.WATCH_FAIRNESS)
    # Two who ask at the same time wait for one another: the second reads the report of the first.
    session.execute(ORGANISATION, {"org": actor.organisation_id})
    known = reports(session, actor)
    if known and known[0].as_of == today:
        return known[0]
    starts_on = today - PERIOD
    asked = {"org": actor.organisation_id, "start": starts_on, "today": today}
    counted = count(_people(session, asked))
    decided = overrides(_decisions(session, asked))
    row = FairnessReport(
        organisation_id=actor.organisation_id,
        starts_on=starts_on,
        as_of=today,
        counted=canonical(counted).decode(),
        decided=canonical(asdict(decided)).decode(),
        account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "watch_fairness", "organisation", actor.organisation_id)
    return _report(row)


def reports(session: Session, actor: Actor) -> list[Report]:
    """The last reports of one’s organisation, the latest first."""
    require(actor, Capability.WATCH_FAIRNESS)
    rows = session.execute(
        select(FairnessReport)
        .where(col(FairnessReport.organisation_id) == actor.organisation_id)
        .order_by(col(FairnessReport.id).desc())
        .limit(MOST_REPORTS)
    ).scalars()
    return [_report(row) for row in rows]


def _report(row: FairnessReport) -> Report:
    return Report(
        row.id or 0,
        row.starts_on,
        row.as_of,
        json.loads(row.counted),
        Overrides(**json.loads(row.decided)),
    )


def _people(session: Session, asked: Mapping[str, Any]) -> Iterable[Person]:
    """Whoever the organisation itself followed during the period."""
    for gender, born_on, district, is_proposed, is_hired in session.execute(PEOPLE, asked):
        milestones = {Milestone.PROPOSED} if is_proposed or is_hired else set()
        if is_hired:
            milestones.add(Milestone.HIRED)
        groups = groups_of(gender, born_on, district, as_of=asked["today"])
        yield Person(groups, frozenset(milestones))


def _decisions(session: Session, asked: Mapping[str, Any]) -> Iterable[Decided]:
    """The last word on each pair, beside the first places of the comparison it was shown in."""
    told = session.execute(DECISIONS, asked).all()
    shown = _shown(session, {row[3] for row in told})
    for choice, motive, result_id, run_id in told:
        here = shown[run_id]
        status, pct = here[result_id]
        best = min((other.place, -number) for other, number in here.values())
        yield Decided(choice, (status.place, -pct) == best, status, bool(motive))


def _shown(session: Session, runs: set[str]) -> dict[str, dict[str, tuple[Status, int]]]:
    """By comparison, the constraint and the number of each result that was shown."""
    found: dict[str, dict[str, tuple[Status, int]]] = {}
    for run in sorted(runs):
        for result_id, text in session.execute(RESULTS, {"run": run}):
            result = json.loads(text)
            shown = Status(result["status"]), result["today"]["pct"] or 0
            found.setdefault(run, {})[result_id] = shown
    return found


def _chosen() -> Any:
    """Condition on Learner: somebody of the organisation decided to propose them."""
    return exists(
        select(1).where(
            col(MatchDecision.learner_id) == col(Learner.id),
            col(MatchDecision.organisation_id) == bindparam("org"),
            col(MatchDecision.choice) == Choice.PROPOSE,
            col(MatchDecision.on).between(bindparam("start"), bindparam("today")),
        )
    )


def _introduced(*conditions: Any) -> Any:
    return exists(
        select(1).where(
            col(Introduction.learner_id) == col(Learner.id),
            col(Introduction.organisation_id) == bindparam("org"),
            col(Introduction.proposed_on).between(bindparam("start"), bindparam("today")),
            *conditions,
        )
    )


ORGANISATION = (
    select(col(Organisation.id))
    .where(col(Organisation.id) == bindparam("org"))
    .with_for_update(key_share=True)
)
PEOPLE: Any = select(
    col(Learner.gender),
    col(Learner.born_on),
    col(Learner.qpv_status),
    or_(_chosen(), _introduced()),
    _introduced(col(Introduction.state) == State.HIRED),
).where(
    col(Learner.organisation_id) == bindparam("org"),
    exists(
        select(1).where(
            col(Pathway.learner_id) == col(Learner.id),
            col(Pathway.opened_on) <= bindparam("today"),
            or_(col(Pathway.closed_on).is_(None), col(Pathway.closed_on) >= bindparam("start")),
        )
    ),
)
LAST = (
    select(func.max(col(MatchDecision.id)))
    .where(
        and_(
            col(MatchDecision.organisation_id) == bindparam("org"),
            col(MatchDecision.on).between(bindparam("start"), bindparam("today")),
        )
    )
    .group_by(col(MatchDecision.need_id), col(MatchDecision.learner_id))
)
DECISIONS: Any = (
    select(
        col(MatchDecision.choice),
        col(MatchDecision.motive),
        col(MatchDecision.result_id),
        col(MatchResult.run_id),
    )
    .join(MatchResult, col(MatchResult.id) == col(MatchDecision.result_id))
    .where(col(MatchDecision.id).in_(LAST))
    .order_by(col(MatchDecision.id))
)
RESULTS: Any = select(col(MatchResult.id), col(MatchResult.result)).where(
    col(MatchResult.run_id) == bindparam("run")
)
