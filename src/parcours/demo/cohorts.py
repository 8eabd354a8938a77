"""The demonstration’s programmes, curricula and cohorts, and who was there."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import attendance, calendars, cohorts, curricula
from parcours.demo.fixtures import rows
from parcours.domain.access import Actor
from parcours.domain.attendance import Asked, Status
from parcours.domain.calendar import Half, Setting
from parcours.domain.words import StepKind
from parcours.models import Cohort, Curriculum, Programme

SOPHIE = "sophie.garnier@revermont.exemple.fr"
MALIK = "malik.ferhat@bressecode.exemple.fr"
LEFT_TO_TAKE = 3
# The weeks in a company of the cohort under way, in days from today.
COMPANY = ((-35, -26), (14, 25))
IN_COMPANY = "GEN-2"
GEN_CRITERIA = (
    {"code": "gratuit", "label": "La formation est gratuite"},
    {"code": "motivation", "label": "Motivation"},
    {"code": "code", "label": "Aptitude à apprendre à coder"},
    {"code": "sans_emploi", "label": "Ni en emploi, ni en formation"},
    {"code": "femmes", "label": "Femmes", "target": "30 %"},
    {"code": "peu_qualifies", "label": "Jeunes peu qualifiés", "target": "50 %"},
)
CURRICULA = (
    ("DWWM", "Développeur web et web mobile", SOPHIE),
    ("PREFO", "Préformation numérique", MALIK),
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
    programmes = _programmes(session, actors[SOPHIE], today)
    taught = {
        code: (actors[who], _curriculum(session, actors[who], code, name))
        for code, name, who in CURRICULA
    }
    opened = {
        row["code"]: _cohort(session, *taught[row["curriculum"]], programmes, row, today)
        for row in rows("cohorts")
    }
    return Cohorts(
        past=opened["GEN-1"],
        current=opened["GEN-2"],
        coming=opened["GEN-3"],
        pre_past=opened["PREFO-1"],
        pre_current=opened["PREFO-2"],
        rsa=programmes["PREFO"],
    )


def take_attendance(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date, chance: random.Random
) -> None:
    """Everybody’s attendance up to today, but for the last half-days, left to take."""
    for cohort in opened.all:
        actor = actors[SOPHIE if cohort.code.startswith("GEN") else MALIK]
        people = cohorts.roster(session, cohort)
        steadiness = {enrolment: chance.choice((0.97, 0.95, 0.93, 0.78)) for enrolment in people}
        slots = [slot for slot in calendars.taking_place(session, cohort) if slot.on < today]
        left = LEFT_TO_TAKE if cohort.ends_on >= today else 0
        for slot in slots[: len(slots) - left]:
            away = cohort.code == IN_COMPANY and _is_in_company(slot.on, today)
            asked = {
                enrolment: _where(_status(chance, steadiness[enrolment]), away)
                for enrolment, enrolled_on in people.items()
                if enrolled_on <= slot.on
            }
            attendance.mark_half_day(session, actor, cohort.id or 0, slot, asked, today=today)


def _programmes(session: Session, actor: Actor, today: date) -> dict[str, Programme]:
    start = today - timedelta(days=1000)
    gen = curricula.create_programme(
        session,
        actor,
        code="GEN",
        name="Grande École du Numérique",
        starts_on=start,
        entry_criteria=GEN_CRITERIA,
    )
    rsa = curricula.create_programme(
        session,
        actor,
        code="RSA-NUM",
        name="RSA : initiation et équipement numériques",
        starts_on=start,
    )
    return {"DWWM": gen, "PREFO": rsa}


def _curriculum(session: Session, actor: Actor, code: str, name: str) -> Curriculum:
    modules = [
        curricula.ModuleFacts(row["name"], Decimal(row["hours"]), _skills(row["skills"]))
        for row in rows("modules")
        if row["curriculum"] == code
    ]
    return curricula.create_curriculum(session, actor, code=code, name=name, modules=modules)


def _skills(text: str) -> list[tuple[str, str, int]]:
    parts = [skill.split("|") for skill in text.split(";")]
    return [(code, label, int(level)) for code, label, level in parts]


def _cohort(
    session: Session,
    actor: Actor,
    curriculum: Curriculum,
    programmes: dict[str, Programme],
    row: dict[str, str],
    today: date,
) -> Cohort:
    facts = cohorts.CohortFacts(
        code=row["code"],
        name=row["name"],
        starts_on=today + timedelta(days=int(row["start"])),
        ends_on=today + timedelta(days=int(row["end"])),
        capacity=int(row["capacity"]),
        kind=StepKind(row["kind"]),
        programme_id=programmes[row["curriculum"]].id,
        curriculum_id=curriculum.id,
    )
    cohort = cohorts.create_cohort(session, actor, facts)
    hours = {
        Half.AM: calendars.Hours(time(9), room="Salle 2"),
        Half.PM: calendars.Hours(time(13, 30), room="Salle 2"),
    }
    calendars.plan_half_days(
        session, actor, cohort.id or 0, calendars.Pattern(calendars.WEEK, hours)
    )
    _vary(session, actor, cohort)
    if cohort.code == IN_COMPANY:
        away = [slot for slot in calendars.calendar(session, cohort)
                if _is_in_company(slot.on, today)]  # fmt: skip
        there = calendars.Hours(time(9), setting=Setting.COMPANY)
        calendars.set_hours(session, actor, cohort.id or 0, away, there)
    return cohort


def _is_in_company(day: date, today: date) -> bool:
    return any(first <= (day - today).days <= last for first, last in COMPANY)


def _where(asked: Asked, away: bool) -> Asked:
    return Asked(Status.IN_COMPANY) if away and asked.status is Status.PRESENT else asked


def _vary(session: Session, actor: Actor, cohort: Cohort) -> None:
    """Fridays at a distance every other week, and an afternoon that does not take place."""
    slots = calendars.calendar(session, cohort)
    fridays = [
        slot for slot in slots if slot.on.weekday() == 4 and slot.on.isocalendar().week % 2 == 0
    ]
    far = calendars.Hours(time(9), setting=Setting.REMOTE)
    mornings = [slot for slot in fridays if slot.half is Half.AM]
    calendars.set_hours(session, actor, cohort.id or 0, mornings, far)
    afternoon = next(slot for slot in slots[8:] if slot.half is Half.PM)
    calendars.cancel(
        session, actor, cohort.id or 0, afternoon, reason="Formation de l’équipe pédagogique"
    )


REASONS = ("SANTE", "FAMILLE", "ADMIN", "TRANSPORT")


def _status(chance: random.Random, steadiness: float) -> Asked:
    draw = chance.random()
    if draw < steadiness:
        return Asked(Status.PRESENT)
    share = (draw - steadiness) / (1 - steadiness)
    if share < 0.35:
        return Asked(Status.UNJUSTIFIED)
    if share < 0.7:
        return Asked(Status.JUSTIFIED, reason=chance.choice(REASONS))
    return Asked(Status.LATE, 15 * chance.randint(1, 4))
