"""What the demonstration’s curricula prepare for, and a second one at the school to choose from."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import (
    allocations,
    coverage,
    coverage_runs,
    curricula,
    curriculum_aims,
    fairness,
    needs,
    skills,
)
from parcours.actions.coverage_facts import CurriculumFacts, curricula_of
from parcours.actions.coverage_needs import open_needs
from parcours.demo.cohorts import MALIK, SOPHIE, Cohorts
from parcours.demo.exchanges import PIERRE
from parcours.domain.access import Actor
from parcours.domain.allocation import Mode
from parcours.domain.coverage_report import Scope
from parcours.domain.skills import EvidenceSource, Moment
from parcours.features.skills import store
from parcours.models import Cohort

# Skills by name, as employers told them: (module, hours, (skill, level), …).
SUPPORT = (
    ("Dépanner un poste", 105,
     ("Diagnostiquer une panne", 3), ("Utiliser un poste informatique", 3)),
    ("Accueillir au téléphone", 35, ("Accueil téléphonique", 3)),
    ("Être trouvé sur le web", 28, ("Référencement naturel", 2)),
    ("Bureautique avancée", 42, ("Utiliser la bureautique", 3)),
)  # fmt: skip
# Of the skills taught: the level, and one person in how many who did not get there.
SEEN = (("html", 3, 6), ("css", 2, 5), ("js", 2, 2), ("sql", 2, 3))
AIMS = {
    "DWWM": (("M1855",), ("Immersion en entreprise",)),
    "TAI": (("I1401",), ("Bureautique avancée",)),
    "PREFO": (("G1238",), ("Reprendre confiance avec l’ordinateur",)),
}


def say_what_curricula_are_for(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date
) -> None:
    """Occupations aimed at and foundations, of each curriculum; what those who left could do."""
    _assess_leavers(session, actors[SOPHIE], opened.past, today)
    sophie = actors[SOPHIE]
    asked = open_needs(session, sophie.organisation_id, today=today).labels
    codes = {label: code for code, label in asked.items()}
    curricula.create_curriculum(
        session,
        sophie,
        code="TAI",
        name="Technicien·ne d’assistance en informatique",
        modules=[
            curricula.ModuleFacts(
                name, Decimal(hours), [(codes[label], label, level) for label, level in skills]
            )
            for name, hours, *skills in SUPPORT
        ],
    )
    for who in (SOPHIE, MALIK):
        found, _labels = curricula_of(session, actors[who].organisation_id, today=today)
        for curriculum in found.values():
            _aim(session, actors[who], curriculum)


def keep_figures(session: Session, actors: dict[str, Actor], opened: Cohorts, today: date) -> None:
    """The figures of the day kept, and a distribution of the group under way proposed."""
    sophie = actors[SOPHIE]
    curriculum = opened.current.curriculum_id or 0
    found = coverage.study(session, sophie.organisation_id, curriculum, today=today)
    coverage_runs.keep_study(session, sophie, found, today=today)
    cohort, scope = opened.current.id or 0, Scope.TERRITORY
    allocations.propose(session, sophie, curriculum, cohort, Mode.TOTAL, scope, today=today)
    fairness.make_report(session, actors[PIERRE], today=today)


def _assess_leavers(session: Session, actor: Actor, cohort: Cohort, today: date) -> None:
    """At the end of the first cohort: most at the level taught, some below, some never seen."""
    skills_of = needs.skills_by_code(session)
    people = [person.learner_id for person in store.people(session, cohort.id or 0)]
    said = skills.Said(cohort.ends_on, EvidenceSource.ASSESSED, Moment.EXIT)
    for code, level, below in SEEN:
        levels = {
            learner: level - (place % below == 0) for place, learner in enumerate(people[:-3])
        }
        skills.record_group(
            session, actor, cohort.id or 0, skills_of[code], levels, said, today=today
        )


def _aim(session: Session, actor: Actor, curriculum: CurriculumFacts) -> None:
    rome_codes, names = AIMS[curriculum.code]
    foundations = {one.id for one in curriculum.modules.values() if one.name in names}
    curriculum_aims.set_aims(
        session,
        actor,
        curriculum.id,
        rome_codes=rome_codes,
        foundations=foundations,
        version=curriculum.version,
    )
