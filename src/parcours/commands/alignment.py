"""`parcours align`: a curriculum beside the needs its organisation may read, for whoever asks."""

from datetime import date
from typing import Annotated, Any

import typer
from sqlmodel import Session

from parcours.actions import accounts, coverage, coverage_runs
from parcours.actions.coverage_facts import curriculum_of_code
from parcours.commands.console import Json, open_database, print_json, today_of
from parcours.domain.canonical import ratio
from parcours.domain.coverage import Gain
from parcours.domain.coverage_report import Scope, Scoped
from parcours.domain.coverage_verdicts import SkillRow
from parcours.models import visibility
from parcours.settings import get_settings

NOTHING_KNOWN = "aucune demande connue"


def align(
    curriculum: Annotated[str, typer.Argument(help="Le code du cursus, par exemple DWWM.")],
    org: Annotated[str, typer.Option(help="Sa structure, quand deux portent ce code.")] = "",
    email: Annotated[
        str | None, typer.Option("--as", help="Garder le calcul, au nom de ce compte.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ce qu’un cursus enseigne à côté de ce que les employeurs demandent."""
    settings = get_settings()
    today = today_of(settings)
    database, run = open_database(settings), None
    with database.writing() if email else database.reading() as session:
        number, organisation_id = curriculum_of_code(session, curriculum, org)
        study = coverage.study(session, organisation_id, number, today=today)
        if email:
            run = _keep(session, email, study, today)
    if as_json:
        print_json(document(study) | ({"run": run} if run else {}))
        return
    for scoped in (study.aimed, study.territory):
        typer.echo(f"{scoped.scope.label} : {_told(scoped)}")
    if run:
        typer.echo(f"Calcul gardé : {run}")


def _keep(session: Session, email: str, study: coverage.Study, today: date) -> str:
    """Keep the comparison in the account’s own organisation (NotFound for another one’s)."""
    actor = accounts.actor_for(session, email, today=today)
    visibility.curriculum(session, actor, study.curriculum.id)
    return coverage_runs.keep_study(session, actor, study, today=today).id


def document(study: coverage.Study) -> dict[str, Any]:
    """The figures as exact fractions « num/den »; `alignment` null when nobody is known to ask."""
    window = study.question.window
    return {
        "curriculum": study.curriculum.code,
        "as_of": study.question.as_of.isoformat(),
        "cohort": study.cohort.code if study.cohort else None,
        "window": [window.first_on.isoformat(), window.last_on.isoformat()] if window else None,
        "open_needs": len(study.needs.by_code),
        "open_posts": sum(one.asked.posts for one in study.needs.by_code.values()),
        "scopes": {scope.value: _scope(study, scope) for scope in Scope},
    }


def _scope(study: coverage.Study, scope: Scope) -> dict[str, Any]:
    scoped, found = study.scoped(scope), study.details(scope)
    return {
        "alignment": ratio(scoped.alignment),
        "covered": ratio(scoped.covered),
        "demand": ratio(scoped.demand.total),
        "employers": scoped.demand.employers,
        "is_small_sample": scoped.demand.is_small,
        "survey_rounds": scoped.rounds,
        "needs": {
            one.counting.value: {"needs": one.needs, "posts": one.posts} for one in scoped.tallies
        },
        "skills": [_skill(study, row) for row in found.skills],
        "gains": [_gain(study, one) for one in found.gains],
        "pairs": [_gain(study, one) for one in found.pairs],
        "losses": [_gain(study, one) for one in found.losses],
        "modules": [
            {"module": study.module_name(one.module), "removal": one.removal.value}
            for one in found.modules
        ],
        "uncovered": [
            {"skill": one.skill, "posts": ratio(one.posts), "employers": one.employers}
            for one in found.uncovered
        ],
        "unreached": [
            {"need": int(one.need), "posts": one.posts, "missing": one.missing}
            for one in found.unreached
        ],
    }


def _skill(study: coverage.Study, row: SkillRow) -> dict[str, Any]:
    seen = row.acquired
    return {
        "skill": row.skill,
        "label": study.labels[row.skill],
        "verdict": row.verdict.value,
        "asked": row.asked,
        "posts": ratio(row.posts),
        "employers": row.employers,
        "uncovered": ratio(row.uncovered),
        "taught": row.taught,
        "acquired": ratio(seen.share) if seen else None,
    }


def _gain(study: coverage.Study, gain: Gain) -> dict[str, Any]:
    return {
        "modules": [study.module_name(code) for code in gain.modules],
        "points": ratio(gain.points),
        "points_per_100_hours": ratio(gain.points_per_100_hours),
        "posts": ratio(gain.posts),
        "employers": gain.employers,
        "hours": gain.hours,
    }


def _told(scoped: Scoped) -> str:
    if scoped.alignment is None:
        return NOTHING_KNOWN
    part = f"{float(scoped.alignment * 100):.1f}".replace(".", ",")
    return f"{part} % ({ratio(scoped.alignment)}), {scoped.demand.employers} employeur(s)" + (
        ", petit échantillon" if scoped.demand.is_small else ""
    )
