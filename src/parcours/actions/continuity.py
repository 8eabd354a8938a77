"""The days nobody holds: stored with the facts that move them, listed, checked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session, col

from parcours.actions.standings import refresh_standings
from parcours.domain.pathway import Cover, GapSpan, StepDates, find_gaps
from parcours.domain.words import StepKind
from parcours.models import Gap, Organisation, Pathway, Step

HORIZON = timedelta(days=30)
# Beyond this, a menu says « 99+ »: counting thousands of rows on every page helps nobody.
COUNT_LIMIT = 100
CHUNK = 500


class RibbonStep(NamedTuple):
    """A step as the ribbon draws it."""

    kind: StepKind
    starts_on: date
    ends_on: date | None
    state: str
    label: str
    sub: str


class RibbonFacts(NamedTuple):
    """What the ribbon of one pathway is drawn from: values that can be compared and kept."""

    pathway_id: int
    opened_on: date
    closed_on: date | None
    steps: tuple[RibbonStep, ...]
    gaps: tuple[GapSpan, ...]


def refresh_gaps(session: Session, pathway: Pathway) -> None:
    """Recompute the gaps of a pathway; called in the transaction of every change that moves them.

    The pathway’s row is locked and read again, so that two changes of one pathway queue on
    PostgreSQL (SQLite’s writing transactions already do) and the second sees the first’s dates.
    """
    lock_pathway(session, pathway)
    spans = compute_gaps(pathway, covers_of(session, [id_of(pathway)])[id_of(pathway)])
    session.execute(delete(Gap).where(col(Gap.pathway_id) == pathway.id))
    if spans:
        session.execute(
            insert(Gap), [gap_row(id_of(pathway), pathway.learner_id, span) for span in spans]
        )
    refresh_standings(session, [pathway.learner_id])


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
        pathways = session.scalars(
            select(Pathway).where(col(Pathway.id).in_(chunk)).with_for_update(key_share=True)
        ).all()
        covers = covers_of(session, chunk)
        session.execute(delete(Gap).where(col(Gap.pathway_id).in_(chunk)))
        rows = [
            gap_row(id_of(pathway), pathway.learner_id, span)
            for pathway in pathways
            for span in compute_gaps(pathway, covers[id_of(pathway)])
        ]
        if rows:
            session.execute(insert(Gap), rows)
        refresh_standings(session, [pathway.learner_id for pathway in pathways])


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


def _drawn() -> Any:
    """Steps, then gaps, of the same pathways in one statement: a list draws fifty ribbons."""
    pathways: Any = bindparam("pathways", expanding=True)
    steps: Any = (
        select(
            literal(0).label("is_gap"),
            col(Step.pathway_id),
            func.coalesce(col(Step.started_on), col(Step.planned_start_on)).label("starts_on"),
            func.coalesce(col(Step.ended_on), col(Step.planned_end_on)).label("ends_on"),
            col(Step.kind),
            col(Step.accepted_at).is_not(None).label("is_held"),
            col(Step.title),
            col(Organisation.name),
            cast(null(), Date).label("breaks_on"),
            col(Step.organisation_id).label("owner_id"),
        )
        .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
        .where(col(Step.pathway_id).in_(pathways), col(Step.cancelled_at).is_(None))
    )
    gaps = select(
        literal(1),
        col(Gap.pathway_id),
        col(Gap.starts_on),
        col(Gap.ends_on),
        cast(null(), String(32)),
        literal(False),
        cast(null(), String),
        cast(null(), String),
        col(Gap.breaks_on),
        col(Gap.owner_id),
    ).where(col(Gap.pathway_id).in_(pathways))
    return union_all(steps, gaps).order_by("pathway_id", "is_gap", "starts_on")


DRAWN = _drawn()


def ribbon_facts(
    session: Session, pathways: Iterable[tuple[int, date, date | None]]
) -> dict[int, RibbonFacts]:
    """What the ribbons of these pathways are drawn from: (id, opened_on, closed_on) each.

    One query whatever their number. Callers pass only pathways the actor sees.
    """
    asked = list(pathways)
    steps: dict[int, list[RibbonStep]] = {pathway_id: [] for pathway_id, *_ in asked}
    gaps: dict[int, list[GapSpan]] = {pathway_id: [] for pathway_id in steps}
    rows = session.connection().execute(DRAWN, {"pathways": list(steps)}).all()
    for is_gap, key, start, end, kind, is_held, title, name, breaks_on, owner in rows:
        if is_gap:
            gaps[key].append(GapSpan(start, end, breaks_on, owner))
        else:
            state = "held" if is_held else "proposed"
            steps[key].append(RibbonStep(kind, start, end, state, title, name))
    return {
        key: RibbonFacts(key, opened_on, closed_on, tuple(steps[key]), tuple(gaps[key]))
        for key, opened_on, closed_on in asked
    }


def compute_gaps(pathway: Pathway, covers: Iterable[Cover]) -> list[GapSpan]:
    """The gaps of a pathway, from its held covering steps."""
    return find_gaps(
        opened_on=pathway.opened_on,
        closed_on=pathway.closed_on,
        covers=covers,
        tolerance_days=pathway.tolerance_days,
        opened_by=pathway.organisation_id,
    )


def covers_of(session: Session, pathway_ids: Sequence[int]) -> dict[int, list[Cover]]:
    """The held covering steps of pathways, by pathway."""
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


def id_of(pathway: Pathway) -> int:
    """The identifier of a stored pathway."""
    if pathway.id is None:
        raise LookupError("The pathway was not stored yet.")
    return pathway.id
