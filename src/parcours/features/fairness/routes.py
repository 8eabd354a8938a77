"""« Équité des propositions »: the last report, group by group, and decisions beside the order."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import fairness
from parcours.actions.fairness import Report
from parcours.domain.fairness import (
    FEWEST_DECISIONS,
    FEWEST_IN_GROUP,
    GROUPS,
    Dimension,
    Milestone,
    Rate,
    rates,
)
from parcours.web import pages
from parcours.web.deps import Acting, Reading
from parcours.web.words import percent

router = APIRouter(prefix="/reglages/equite")
HERE = "/reglages/equite"


@router.get("")
def last_report(visit: Reading) -> Response:
    """The last report kept; nothing is counted while reading."""
    known = fairness.reports(visit.session, visit.actor)
    context = {
        "report": known[0] if known else None,
        "earlier": known[1:],
        "tables": _tables(known[0]) if known else [],
        "milestones": list(Milestone),
        "fewest": FEWEST_IN_GROUP,
        "fewest_decisions": FEWEST_DECISIONS,
    }
    return pages.page(visit, "fairness/report.html", context)


@router.post("")
def make_report(deed: Acting) -> Response:
    """Count the last twelve months."""
    fairness.make_report(deed.session, deed.actor, today=deed.today)
    return pages.done(HERE, "Relevé fait : des nombres, et le nom de personne.")


def _tables(report: Report) -> list[tuple[str, list[tuple[str, str, list[tuple[str, str]]]]]]:
    """By dimension: (its name, rows of (group, how many, (words, tone) by milestone))."""
    found = []
    for dimension in Dimension:
        milestones = [rates(report.counted, dimension, milestone) for milestone in Milestone]
        rows = [
            (GROUPS[dimension][row.group], _people(row), [_told(one[place]) for one in milestones])
            for place, row in enumerate(milestones[0])
        ]
        found.append((dimension.label, rows))
    return found


def _people(row: Rate) -> str:
    return f"moins de {FEWEST_IN_GROUP}" if row.about is None else f"environ {row.about}"


def _told(row: Rate) -> tuple[str, str]:
    """« environ 30 % », or why it is not said; its tone."""
    if row.share is None:
        return "trop peu de personnes pour le dire", "neutral"
    return f"environ {percent(row.share)}", "warning" if row.is_question else "success"
