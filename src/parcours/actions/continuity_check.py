"""`parcours continuity`: every stored gap printed, or recomputed and compared."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.continuity import CHUNK, compute_gaps, covers_of, id_of
from parcours.domain.pathway import GapSpan
from parcours.models import Gap, Organisation, Pathway


def differences(session: Session) -> list[tuple[int, list[GapSpan], list[GapSpan]]]:
    """Pathways whose stored gaps are not those recomputed: (id, stored, recomputed)."""
    found = []
    last = 0
    while chunk := _pathways_after(session, last):
        ids = [id_of(pathway) for pathway in chunk]
        covers, stored = covers_of(session, ids), _stored(session, ids)
        for pathway in chunk:
            computed = compute_gaps(pathway, covers[id_of(pathway)])
            if stored[id_of(pathway)] != computed:
                found.append((id_of(pathway), stored[id_of(pathway)], computed))
        last = ids[-1]
    return found


def report(session: Session) -> list[dict[str, Any]]:
    """Every pathway with its stored gaps, as `parcours continuity --json` prints them."""
    codes = dict(session.execute(select(col(Organisation.id), col(Organisation.code))).all())
    printed: list[dict[str, Any]] = []
    last = 0
    while chunk := _pathways_after(session, last):
        stored = _stored(session, [id_of(pathway) for pathway in chunk])
        printed.extend(_printed(pathway, stored[id_of(pathway)], codes) for pathway in chunk)
        last = id_of(chunk[-1])
    return printed


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
