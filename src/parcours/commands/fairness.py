"""`parcours fairness`: who is proposed and hired, in counts, counted apart from everything else."""

from typing import Any

import typer

from parcours.commands.console import As, Json, open_database, print_json, today_of
from parcours.domain.canonical import ratio
from parcours.domain.fairness import GROUPS, Dimension, Milestone, Rate, rates
from parcours.settings import get_settings


def fairness(email: As, as_json: Json = False) -> None:
    """Relever qui est proposé et recruté, par groupe, sur douze mois. Jamais un nom."""
    from parcours.actions import accounts
    from parcours.actions import fairness as counting

    settings = get_settings()
    today = today_of(settings)
    with open_database(settings).writing() as session:
        actor = accounts.actor_for(session, email, today=today)
        report = counting.make_report(session, actor, today=today)
    document = _document(report)
    if as_json:
        print_json(document)
        return
    for row in document["groups"]:
        typer.echo(
            f"{row['dimension']} {row['group']} {row['milestone']} : "
            f"{row['share'] or 'trop peu de personnes'}{', à examiner' * row['is_question']}"
        )


def _document(report: Any) -> dict[str, Any]:
    decided = report.decided
    return {
        "as_of": report.as_of.isoformat(),
        "starts_on": report.starts_on.isoformat(),
        "groups": [
            _row(dimension, milestone, rate)
            for dimension in Dimension
            for milestone in Milestone
            for rate in rates(report.counted, dimension, milestone)
        ],
        "decisions": {
            "decisions": decided.decisions,
            "followed": decided.followed,
            "differing": decided.differing,
            "with_motive": decided.with_motive,
            "always_followed": decided.is_always_followed,
        },
    }


def _row(dimension: Dimension, milestone: Milestone, rate: Rate) -> dict[str, Any]:
    return {
        "dimension": dimension.value,
        "group": rate.group,
        "label": GROUPS[dimension][rate.group],
        "milestone": milestone.value,
        "about": rate.about,
        "share": ratio(rate.share),
        "is_question": rate.is_question,
    }
