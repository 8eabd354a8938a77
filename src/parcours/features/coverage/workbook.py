"""The workbook of a curriculum: figures, skills, modules, and every open need with what it became.

The posts of its last sheet add up to those of the list of open needs.
"""

from typing import Any

from parcours.actions.coverage import Study
from parcours.domain.coverage_report import Scope, Scoped
from parcours.features.coverage import showing
from parcours.sheets.writing import Column, SheetPlan, write_workbook

WHOLE, DECIMAL, PERCENT = "integer", "decimal", "percent"
SKILLS = (
    Column("Compétence", width=42),
    Column("Constat", width=38),
    Column("Niveau demandé", WHOLE),
    Column("Postes", DECIMAL),
    Column("Employeurs", WHOLE),
    Column("Postes non couverts", DECIMAL),
    Column("Niveau enseigné", WHOLE),
    Column("Acquis à la sortie", width=28),
)
ADDITIONS = (
    Column("Module", width=48),
    Column("Heures", WHOLE),
    Column("Points gagnés", DECIMAL),
    Column("Points pour 100 h", DECIMAL),
    Column("Postes débloqués", DECIMAL),
    Column("Employeurs", WHOLE),
)


def workbook(study: Study, run: str) -> bytes:
    """The workbook as bytes; the same study gives the same bytes. `run` names what was kept."""
    plans = [_summary(study, run)]
    for scope in Scope:
        plans += _of_scope(study, study.scoped(scope))
    plans.append(_needs(study))
    return write_workbook(plans, title=f"Adéquation {study.curriculum.code}")


def _summary(study: Study, run: str) -> SheetPlan:
    window = study.question.window
    rows: list[tuple[str, Any]] = [
        ("Cursus", study.curriculum.name),
        ("Promotion", study.cohort.name if study.cohort else "aucune : besoins de toutes dates"),
        ("À la date du", study.question.as_of),
        ("Prises de poste à partir du", window.first_on if window else None),
        ("Prises de poste jusqu’au", window.last_on if window else None),
    ]
    for scoped in (study.aimed, study.territory):
        label = scoped.scope.label
        rows += [
            (f"{label} : part enseignée", showing.share(scoped)),
            (f"{label} : postes couverts", scoped.covered),
            (f"{label} : postes comptés, selon leur certitude", scoped.demand.total),
            (f"{label} : employeurs", scoped.demand.employers),
        ]
    rows.append(("Calcul gardé, qui se refait à l’identique", run))
    return SheetPlan("Synthèse", (Column("", width=48), Column("Valeur", DECIMAL, 40)), rows)


def _of_scope(study: Study, scoped: Scoped) -> list[SheetPlan]:
    found = study.details(scoped.scope)
    short = "cible" if scoped.scope is Scope.AIMED else "territoire"
    skills = [
        (
            study.labels[row.skill],
            showing.verdict(row),
            row.asked or None,
            row.posts,
            row.employers,
            row.uncovered,
            row.taught or None,
            showing.acquired(study, row),
        )
        for row in found.skills
    ]
    additions = [
        (
            showing.addition(study, gain).name,
            gain.hours,
            gain.points * 100,
            None if gain.points_per_100_hours is None else gain.points_per_100_hours * 100,
            gain.posts,
            gain.employers,
        )
        for gain in [*found.gains, *found.pairs]
    ]
    return [
        SheetPlan(f"Compétences, {short}", SKILLS, skills),
        SheetPlan(f"Modules à ajouter, {short}", ADDITIONS, additions),
    ]


def _needs(study: Study) -> SheetPlan:
    columns = (
        Column("Besoin", width=42),
        Column("Employeur", width=32),
        Column("Postes", WHOLE),
        Column("Certitude"),
        Column("Prise de poste", "date"),
        Column("Métiers visés", width=32),
        Column("Tout le territoire", width=32),
    )
    rows = [
        (
            need.title,
            need.employer,
            need.asked.posts,
            need.asked.certainty.label,
            need.asked.start,
            study.aimed.states[code].label,
            study.territory.states[code].label,
        )
        for code, need in study.needs.by_code.items()
    ]
    return SheetPlan("Besoins ouverts", columns, rows)
