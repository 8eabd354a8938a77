"""What each tenant says of skills and titles: versions, levels taken back, juries, attempts."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from parcours.actions import (
    certification_facts,
    certifications,
    frameworks,
    imports,
    juries,
    skills,
)
from parcours.domain.certification import JuryOutcome
from parcours.models import Cohort, Enrolment, Skill

RESULTS = "Nom;Prénom;Date de naissance;Date;{skill}\n{rows}"


def tell_skills(builder: Any, cohort: Cohort) -> None:
    """A framework in its second version, levels of everybody, one of them taken back, attempts."""
    text, lead, session = builder.tenant.text, builder.tenant.actors["coordinator"], builder.session
    lines = [(text("Domaine"), text("Savoir")), (text("Domaine"), text("Faire"))]
    own = frameworks.create_framework(
        session, lead, code="REF", label=text("Référentiel"), skills=lines
    )
    frameworks.revise_framework(
        session, lead, own.id or 0, edition=text("V2"), skills=lines[:1], version=1,
        today=builder.today,
    )  # fmt: skip
    skill = session.execute(
        select(Skill).where(col(Skill.framework) == own.code, col(Skill.archived_on).is_(None))
    ).scalar_one()
    people = _people(builder, cohort)
    link = f"https://{builder.tenant.mark}.exemple.fr/preuve"
    said = skills.Said(builder.today, note=text("Exercice"), link=link)
    told = dict.fromkeys(people, 2)
    skills.record_group(
        session, lead, cohort.id or 0, skill.id or 0, told, said, today=builder.today
    )
    wrong = skills.record_level(
        session, lead, people[0], skill.id or 0, 4, said, today=builder.today
    )
    skills.withdraw(
        session, lead, people[0], wrong.id or 0, reason=text("Erreur"), today=builder.today
    )


def hold_juries(builder: Any, cohort: Cohort) -> None:
    """A title of one’s own, the sheet that follows it, and what a jury decided."""
    text, lead, session = builder.tenant.text, builder.tenant.actors["coordinator"], builder.session
    mark, held = builder.tenant.mark.upper(), builder.today - timedelta(days=3)
    codes = (f"{mark}1", f"{mark}2")
    sheets = [
        certifications.create_certification(
            session,
            lead,
            certifications.SheetFacts(code, text("Titre"), certifier=text("Jury")),
            [(f"{code}BC01", text("Bloc un")), (f"{code}BC02", text("Bloc deux"))],
        )
        for code in codes
    ]
    known = certification_facts.titles(session, lead)
    old, new = (known.blocks_of(sheet.id)[0].id for sheet in sheets)
    certifications.say_equivalence(session, lead, old, new)
    people = _people(builder, cohort)
    for block, outcome in ((old, JuryOutcome.OBTAINED), (None, JuryOutcome.REFUSED)):
        sitting = juries.Sitting(sheets[0].id or 0, block, held, text("Session"))
        told = dict.fromkeys(people, outcome)
        juries.record_jury(session, lead, cohort.id or 0, sitting, told, today=builder.today)


def results_of(builder: Any) -> str:
    """A file of results that names somebody known and somebody like them."""
    text, mark = builder.tenant.text, builder.tenant.mark.capitalize()
    day = (builder.today - timedelta(days=9)).strftime("%d/%m/%Y")
    born = builder._born(1).strftime("%d/%m/%Y")
    rows = f"{mark} bbb;Prénom{mark.lower()} b;{born};{day};3\n{mark} bbc;Prénom b;{born};{day};2"
    return RESULTS.format(skill=text("Savoir"), rows=rows)


def import_results(builder: Any) -> None:
    """One file confirmed, another that waits for a decision."""
    for name in ("resultats", "suite"):
        content = results_of(builder).replace(";3\n", ";4\n" if name == "suite" else ";3\n")
        number = builder._give(f"{name}-{builder.tenant.mark}.csv", content, "assessments")
        if name == "resultats":
            lead = builder.tenant.actors["coordinator"]
            imports.confirm_import(builder.session, lead, number, today=builder.today)


def _people(builder: Any, cohort: Cohort) -> list[int]:
    rows = builder.session.execute(
        select(col(Enrolment.learner_id))
        .where(col(Enrolment.cohort_id) == cohort.id)
        .order_by(col(Enrolment.id))
    )
    return list(rows.scalars())
