"""A comparison as a document for another program: numbers, constraints, sentences, no name."""

from datetime import date
from typing import Any

from sqlmodel import Session

from parcours.actions.matching import Comparison, Paired, compare, everybody, pairs
from parcours.domain.access import Actor
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_filters import Status, status_of

# People are read by as many at once as one statement may name.
BATCH = 400


def document(session: Session, actor: Actor, need_id: int, *, today: date) -> dict[str, Any]:
    """The candidates of a need in order, those set aside, and the counts that add up."""
    found = compare(session, actor, need_id, today=today)
    order = list(everybody(found.ranking))
    rows = []
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        paired = pairs(session, actor, found.asking, batch)
        rows += [_row(paired[one]) for one in batch]
    blocked = [row for row in rows if row["status"] == Status.BLOCKED.value]
    return {
        "need": need_id,
        "as_of": today.isoformat(),
        "candidates": [row for row in rows if row["status"] != Status.BLOCKED.value],
        "blocked": blocked,
        "counts": counts(found),
    }


def counts(found: Comparison) -> dict[str, int]:
    """Where everybody went: the parts add up to `people`."""
    ranking = found.ranking
    listed = {
        "proposable": len(ranking.proposable),
        "to_check": len(ranking.to_check),
        "blocked": len(ranking.blocked),
        "refused": len(ranking.refused),
    }
    return {
        "people": found.people,
        **listed,
        "without_related_skill": found.people - sum(listed.values()),
    }


def _row(one: Paired) -> dict[str, Any]:
    today = one.result.today
    return {
        "learner": one.learner_id,
        "pct": today.pct,
        "pct_at_entry": one.result.at_entry.pct,
        "band": today.band.value if today.band else None,
        "status": status_of(one.result.answers).value,
        "filters": [
            {"filter": item.filter.value, "status": item.status.value, "reason": item.reason}
            for item in one.result.answers
        ],
        "lines": list(explain(today, one.question.taxonomy).texts),
    }
