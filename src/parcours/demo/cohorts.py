"""The demonstration’s programmes, curricula and cohorts, and who was there."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import attendance, cohorts
from parcours.domain.access import Actor
from parcours.domain.attendance import Asked, Status
from parcours.domain.words import StepKind
from parcours.models import Cohort, Curriculum, Programme

SOPHIE = "sophie.garnier@revermont.exemple.fr"
MALIK = "malik.ferhat@bressecode.exemple.fr"
LEFT_TO_TAKE = 3
GEN_CRITERIA = (
    {"code": "gratuit", "label": "La formation est gratuite"},
    {"code": "motivation", "label": "Motivation"},
    {"code": "code", "label": "Aptitude à apprendre à coder"},
    {"code": "sans_emploi", "label": "Ni en emploi, ni en formation"},
    {"code": "femmes", "label": "Femmes", "target": "30 %"},
    {"code": "peu_qualifies", "label": "Jeunes peu qualifiés", "target": "50 %"},
)
MODULES = (
    ("Poser les bases du web", 70, (("html", "Structurer une page", 3), ("css", "Mettre en forme une page", 2))),
    ("Programmer côté client", 140, (("js", "Programmer une interface", 2),)),
    ("Données et serveur", 140, (("sql", "Interroger une base de données", 2), ("api", "Construire une interface de programmation", 2))),
    ("Travailler en équipe", 35, (("git", "Gérer des versions", 3), ("agile", "Travailler par itérations", 2))),
    ("Immersion en entreprise", 140, (("pro", "Tenir un poste en entreprise", 2),)),
)  # fmt: skip
OFFICE = (
    (
        "Reprendre confiance avec l’ordinateur",
        42,
        (("poste", "Utiliser un poste informatique", 2),),
    ),
    ("Écrire, compter, classer", 70, (("bureautique", "Utiliser la bureautique", 2),)),
    ("Démarches en ligne", 28, (("demarches", "Faire ses démarches en ligne", 3),)),
)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The cohorts people are enrolled in."""

    past: Cohort
    current: Cohort
    coming: Cohort
    pre_past: Cohort
    pre_current: Cohort
    rsa: Programme

    @property
    def all(self) -> tuple[Cohort, ...]:
        """In the order of time."""
        return (self.past, self.pre_past, self.current, self.pre_current, self.coming)


def open_cohorts(session: Session, actors: dict[str, Actor], today: date) -> Cohorts:
    """Programmes, two curricula and five cohorts, with their calendars."""
    start = today - timedelta(days=1000)
    gen = cohorts.create_programme(
        session,
        code="GEN",
        name="Grande École du Numérique",
        starts_on=start,
        entry_criteria=GEN_CRITERIA,
    )
    rsa = cohorts.create_programme(
        session, code="RSA-NUM", name="RSA : initiation et équipement numériques", starts_on=start
    )
    sophie, malik = actors[SOPHIE], actors[MALIK]
    web = _curriculum(session, sophie, "DWWM", "Développeur web et web mobile", MODULES)
    office = _curriculum(session, malik, "PREFO", "Préformation numérique", OFFICE)
    training, pre = StepKind.TRAINING, StepKind.PRE_TRAINING
    return Cohorts(
        _cohort(session, sophie, web, gen, "GEN-1", "Promo GEN, première", -420, -200, 24, training, today),
        _cohort(session, sophie, web, gen, "GEN-2", "Promo GEN, deuxième", -90, 110, 24, training, today),
        _cohort(session, sophie, web, gen, "GEN-3", "Promo GEN, troisième", 45, 250, 24, training, today),
        _cohort(session, malik, office, rsa, "PREFO-1", "Préformation, printemps", -230, -150, 16, pre, today),
        _cohort(session, malik, office, rsa, "PREFO-2", "Préformation, en cours", -35, 45, 16, pre, today),
        rsa,
    )  # fmt: skip


def take_attendance(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date, chance: random.Random
) -> None:
    """Everybody’s attendance up to today, but for the last half-days, left to take."""
    for cohort in opened.all:
        actor = actors[SOPHIE if cohort.code.startswith("GEN") else MALIK]
        people = cohorts.roster(session, cohort)
        steadiness = {enrolment: chance.choice((0.97, 0.95, 0.93, 0.78)) for enrolment in people}
        slots = [slot for slot in cohorts.calendar(session, cohort) if slot.on < today]
        left = LEFT_TO_TAKE if cohort.ends_on >= today else 0
        for slot in slots[: len(slots) - left]:
            asked = {
                enrolment: _status(chance, steadiness[enrolment])
                for enrolment, enrolled_on in people.items()
                if enrolled_on <= slot.on
            }
            attendance.mark_half_day(session, actor, cohort.id or 0, slot, asked, today=today)


def _curriculum(
    session: Session,
    actor: Actor,
    code: str,
    name: str,
    modules: tuple[tuple[str, int, tuple[tuple[str, str, int], ...]], ...],
) -> Curriculum:
    facts = [cohorts.ModuleFacts(title, Decimal(hours), skills) for title, hours, skills in modules]
    return cohorts.create_curriculum(session, actor, code=code, name=name, modules=facts)


def _cohort(
    session: Session,
    actor: Actor,
    curriculum: Curriculum,
    programme: Programme,
    code: str,
    name: str,
    start: int,
    end: int,
    capacity: int,
    kind: StepKind,
    today: date,
) -> Cohort:
    cohort = cohorts.create_cohort(
        session,
        actor,
        cohorts.CohortFacts(
            code=code,
            name=name,
            starts_on=today + timedelta(days=start),
            ends_on=today + timedelta(days=end),
            capacity=capacity,
            kind=kind,
            programme_id=programme.id,
            curriculum_id=curriculum.id,
        ),
    )
    cohorts.plan_half_days(session, actor, cohort.id or 0)
    return cohort


def _status(chance: random.Random, steadiness: float) -> Asked:
    draw = chance.random()
    if draw < steadiness:
        return Asked(Status.PRESENT)
    share = (draw - steadiness) / (1 - steadiness)
    if share < 0.35:
        return Asked(Status.UNJUSTIFIED)
    if share < 0.7:
        return Asked(Status.JUSTIFIED)
    return Asked(Status.LATE, 15 * chance.randint(1, 4))
