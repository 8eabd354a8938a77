"""Frameworks in use, and how the people of the cohort under way were positioned."""

import random
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import frameworks, skills
from parcours.demo.cohorts import SOPHIE, Cohorts
from parcours.domain.access import Actor
from parcours.domain.skills import EvidenceSource, Moment
from parcours.features.skills import store

FRAMEWORKS = ("pix", "clea-numerique")
# The school’s own, as it was first and as it is since: one skill left, another came.
WORKSHOPS = (
    ("Travailler ensemble", "Présenter son travail"),
    ("Travailler ensemble", "Demander de l’aide"),
    ("Chercher un emploi", "Tenir un portfolio en ligne"),
)
SINCE = (*WORKSHOPS[:2], ("Chercher un emploi", "Publier ses réalisations"))


def position_people(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date, chance: random.Random
) -> None:
    """Pix at entry, then in the middle but for two skills, and an exercise somebody observed."""
    for code in FRAMEWORKS:
        skills.use_framework(session, code)
    actor, cohort = actors[SOPHIE], opened.current
    _write_own(session, actor, today)
    people = [person.learner_id for person in store.people(session, cohort.id or 0)]
    entry = skills.Said(cohort.starts_on + timedelta(days=2), EvidenceSource.ASSESSED, Moment.ENTRY)
    middle = skills.Said(today - timedelta(days=12), EvidenceSource.ASSESSED, Moment.MIDDLE)
    seen = skills.Said(today - timedelta(days=4), note="Recherche et tri de sources, seul·e")
    pix = store.skills(session, "pix")
    for place, skill in enumerate(pix):
        began = {learner: chance.randint(0, 2) for learner in people if chance.random() < 0.9}
        _tell(session, actor, cohort.id or 0, skill.id, began, entry, today)
        if place < len(pix) - 2:
            now = {learner: min(4, level + chance.choice((0, 1, 1, 2)))
                   for learner, level in began.items()}  # fmt: skip
            _tell(session, actor, cohort.id or 0, skill.id, now, middle, today)
    _tell(session, actor, cohort.id or 0, pix[0].id, dict.fromkeys(people[:5], 3), seen, today)


def _write_own(session: Session, actor: Actor, today: date) -> None:
    own = frameworks.create_framework(
        session, actor, code="ATELIERS", label="Ateliers de l’école", skills=WORKSHOPS,
        edition="2025",
    )  # fmt: skip
    frameworks.revise_framework(
        session, actor, own.id or 0, edition="2026", skills=SINCE, version=1, today=today
    )


def _tell(
    session: Session,
    actor: Actor,
    cohort_id: int,
    skill_id: int,
    levels: dict[int, int],
    said: skills.Said,
    today: date,
) -> None:
    skills.record_group(session, actor, cohort_id, skill_id, levels, said, today=today)
