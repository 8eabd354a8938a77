"""The days nobody holds: stored with the facts that move them, listed, checked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, insert, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.pathway import Cover, GapSpan, StepDates, find_gaps
from parcours.domain.words import StepKind
from parcours.models import Gap, Organisation, Pathway, Step
from parcours.models.visibility import scope, sees_learner

HORIZON = timedelta(days=30)
# Beyond this, a menu says « 99+ »: counting thousands of rows on every page helps nobody.
COUNT_LIMIT = 100
CHUNK = 500


@dataclass(frozen=True, slots=True)
class RibbonStep:
    """A step as the ribbon draws it."""

    kind: StepKind
    starts_on: date
    ends_on: date | None
    state: str
    label: str
    sub: str


@dataclass(frozen=True, slots=True)
class RibbonFacts:
    """What the ribbon of one pathway is drawn from."""

    pathway_id: int
    opened_on: date
    closed_on: date | None
    steps: list[RibbonStep]
    gaps: list[GapSpan]


def refresh_gaps(session: Session, pathway: Pathway) -> None:
    """Recompute the gaps of a pathway; called in the transaction of every change that moves them.

    The pathway’s row is locked and read again, so that two changes of one pathway queue on
    PostgreSQL (SQLite’s writing transactions already do) and the second sees the first’s dates.
    """
    lock_pathway(session, pathway)
    spans = _compute(pathway, _covers(session, [_id(pathway)])[_id(pathway)])
    session.execute(delete(Gap).where(col(Gap.pathway_id) == pathway.id))
    if spans:
        session.execute(
            insert(Gap), [gap_row(_id(pathway), pathway.learner_id, span) for span in spans]
        )


def lock_pathway(session: Session, pathway: Pathway) -> None:
    """Keep other writers of a pathway waiting, and know it as the last of them left it."""
    session.flush()
    session.execute(
        select(Pathway)
        .where(col(Pathway.id) == pathway.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def refresh_all(session: Session, pathway_ids: Sequence[int]) -> None:
    """Recompute the gaps of many pathways at once (imports, synthetic territories)."""
    for start in range(0, len(pathway_ids), CHUNK):
        chunk = pathway_ids[start : start + CHUNK]
        pathways = session.execute(
            select(Pathway).where(col(Pathway.id).in_(chunk)).with_for_update(key_share=True)
        ).scalars()
        covers = _covers(session, chunk)
        session.execute(delete(Gap).where(col(Gap.pathway_id).in_(chunk)))
        rows = [
            gap_row(_id(pathway), pathway.learner_id, span)
            for pathway in pathways
            for span in _compute(pathway, covers[_id(pathway)])
        ]
        if rows:
            session.execute(insert(Gap), rows)


def differences(session: Session) -> list[tuple[int, list[GapSpan], list[GapSpan]]]:
    """Pathways whose stored gaps are not those recomputed: (id, stored, recomputed)."""
    found = []
    last = 0
    while chunk := _pathways_after(session, last):
        ids = [_id(pathway) for pathway in chunk]
        covers, stored = _covers(session, ids), _stored(session, ids)
        for pathway in chunk:
            computed = _compute(pathway, covers[_id(pathway)])
            if stored[_id(pathway)] != computed:
                found.append((_id(pathway), stored[_id(pathway)], computed))
        last = ids[-1]
    return found


def report(session: Session) -> list[dict[str, Any]]:
    """Every pathway with its stored gaps, as `parcours continuity --json` prints them."""
    codes = dict(session.execute(select(col(Organisation.id), col(Organisation.code))).all())
    printed: list[dict[str, Any]] = []
    last = 0
    while chunk := _pathways_after(session, last):
        stored = _stored(session, [_id(pathway) for pathway in chunk])
        printed.extend(_printed(pathway, stored[_id(pathway)], codes) for pathway in chunk)
        last = _id(chunk[-1])
    return printed


def gap_row(pathway_id: int, learner_id: int, span: GapSpan) -> dict[str, Any]:
    """A gap as its table stores it."""
    return {
        "pathway_id": pathway_id,
        "learner_id": learner_id,
        "starts_on": span.starts_on,
        "ends_on": span.ends_on,
        "days": span.days,
        "breaks_on": span.breaks_on,
        "owner_id": span.owner_id,
    }


def is_to_avoid() -> Any:
    """Condition on Gap: still to come or running, and breaking before `:until`."""
    return and_(
        col(Gap.breaks_on) <= bindparam("until"),
        or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= bindparam("today")),
    )


def _counted() -> Select[Any]:
    owned = (
        select(col(Gap.pathway_id))
        .where(col(Gap.owner_id) == bindparam("org"), is_to_avoid(), sees_learner(Gap.learner_id))
        .limit(COUNT_LIMIT)
    )
    return select(func.count()).select_from(owned.subquery())


COUNT_TO_AVOID = _counted()


def count_to_avoid(session: Session, actor: Actor, *, today: date) -> int:
    """Gaps the actor’s organisation owns that break within 30 days, counted up to 100."""
    parameters = {**scope(actor, today), "until": today + HORIZON}
    return int(session.execute(COUNT_TO_AVOID, parameters).scalar_one())


def _ribbon_steps() -> Any:
    return (
        select(
            col(Step.pathway_id),
            col(Step.kind),
            func.coalesce(col(Step.started_on), col(Step.planned_start_on)),
            func.coalesce(col(Step.ended_on), col(Step.planned_end_on)),
            col(Step.accepted_at).is_not(None),
            col(Step.title),
            col(Organisation.name),
        )
        .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
        .where(
            col(Step.pathway_id).in_(bindparam("pathways", expanding=True)),
            col(Step.cancelled_at).is_(None),
        )
        .order_by(col(Step.pathway_id), col(Step.planned_start_on), col(Step.id))
    )


def _ribbon_gaps() -> Any:
    return (
        select(
            col(Gap.pathway_id),
            col(Gap.starts_on),
            col(Gap.ends_on),
            col(Gap.breaks_on),
            col(Gap.owner_id),
        )
        .where(col(Gap.pathway_id).in_(bindparam("pathways", expanding=True)))
        .order_by(col(Gap.pathway_id), col(Gap.starts_on))
    )


RIBBON_STEPS, RIBBON_GAPS = _ribbon_steps(), _ribbon_gaps()


def ribbon_facts(
    session: Session, pathways: Iterable[tuple[int, date, date | None]]
) -> dict[int, RibbonFacts]:
    """What the ribbons of these pathways are drawn from: (id, opened_on, closed_on) each.

    Two queries whatever their number. Callers pass only pathways the actor sees.
    """
    facts = {
        pathway_id: RibbonFacts(pathway_id, opened_on, closed_on, [], [])
        for pathway_id, opened_on, closed_on in pathways
    }
    ids = {"pathways": list(facts)}
    for pathway_id, kind, start, end, is_held, title, name in session.execute(RIBBON_STEPS, ids):
        state = "held" if is_held else "proposed"
        facts[pathway_id].steps.append(RibbonStep(kind, start, end, state, title, name))
    for pathway_id, start, end, breaks_on, owner in session.execute(RIBBON_GAPS, ids):
        facts[pathway_id].gaps.append(GapSpan(start, end, breaks_on, owner))
    return facts


def _compute(pathway: Pathway, covers: Iterable[Cover]) -> list[GapSpan]:
    return find_gaps(
        opened_on=pathway.opened_on,
        closed_on=pathway.closed_on,
        covers=covers,
        tolerance_days=pathway.tolerance_days,
        opened_by=pathway.organisation_id,
    )


def _covers(session: Session, pathway_ids: Sequence[int]) -> dict[int, list[Cover]]:
    steps = session.execute(
        select(
            col(Step.pathway_id),
            col(Step.organisation_id),
            col(Step.planned_start_on),
            col(Step.planned_end_on),
            col(Step.started_on),
            col(Step.ended_on),
        ).where(
            col(Step.pathway_id).in_(pathway_ids),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            col(Step.kind).in_([kind for kind in StepKind if kind.covers]),
        )
    )
    covers: dict[int, list[Cover]] = defaultdict(list)
    for pathway_id, organisation_id, *dates in steps:
        step = StepDates(*dates)
        covers[pathway_id].append(Cover(step.starts_on, step.ends_on, organisation_id))
    return covers


def _stored(session: Session, pathway_ids: Sequence[int]) -> dict[int, list[GapSpan]]:
    stored: dict[int, list[GapSpan]] = defaultdict(list)
    for row in session.execute(
        select(Gap).where(col(Gap.pathway_id).in_(pathway_ids)).order_by(col(Gap.starts_on))
    ).scalars():
        stored[row.pathway_id].append(
            GapSpan(row.starts_on, row.ends_on, row.breaks_on, row.owner_id)
        )
    return stored


def _pathways_after(session: Session, last: int) -> list[Pathway]:
    return list(
        session.execute(
            select(Pathway).where(col(Pathway.id) > last).order_by(col(Pathway.id)).limit(CHUNK)
        ).scalars()
    )


def _printed(pathway: Pathway, gaps: list[GapSpan], codes: dict[int, str]) -> dict[str, Any]:
    return {
        "id": pathway.id,
        "learner": pathway.learner_id,
        "opened_on": pathway.opened_on.isoformat(),
        "closed_on": pathway.closed_on.isoformat() if pathway.closed_on else None,
        "gaps": [
            {
                "starts_on": gap.starts_on.isoformat(),
                "ends_on": gap.ends_on.isoformat() if gap.ends_on else None,
                "days": gap.days,
                "breaks_on": gap.breaks_on.isoformat() if gap.breaks_on else None,
                "owner": codes[gap.owner_id],
            }
            for gap in gaps
        ],
    }


def _id(pathway: Pathway) -> int:
    if pathway.id is None:
        raise LookupError("The pathway was not stored yet.")
    return pathway.id
