"""The demonstration’s immersions: past with and without an assessment, under way, to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import immersion_assessments, immersion_outcomes, immersions
from parcours.actions.breaks import breaks
from parcours.demo.cohorts import COMPANY, SOPHIE, Cohorts
from parcours.demo.stories import NADIA
from parcours.domain.access import Actor
from parcours.domain.immersions import (
    Aim,
    Answer,
    Behaviour,
    Firm,
    ImmersionFacts,
    Said,
    Tutor,
    WouldHire,
)
from parcours.features.immersions import cohort_store

HOURS = Decimal(35)
FIRMS = (
    ("Atelier Revermont Web", "Bourg-en-Bresse", "Claire Dutel, développeuse"),
    ("Fromagerie des Trois Rivières", "Ceyzériat", "Samir Haddad, responsable informatique"),
    ("Imprimerie de la Reyssouze", "Péronnas", "Odile Perret, cheffe d’atelier"),
    ("Garage Bressan", "Viriat", "Luc Morand, gérant"),
)
TASKS = (
    "Mettre à jour le site, répondre aux demandes simples.",
    "Saisir des fiches, vérifier des prix, préparer des étiquettes.",
    "Préparer des fichiers, suivre une commande du devis à la livraison.",
    "Accueillir, prendre rendez-vous, tenir le planning.",
)
WORDS = (
    ("A corrigé seul·e le formulaire de contact.", "Demander de l’aide plus tôt."),
    ("Très bon contact avec l’équipe.", "Relire avant d’envoyer."),
    ("Curieux·se, pose de bonnes questions.", None),
)


@dataclass(frozen=True, slots=True)
class Told:
    """An immersion of the demonstration: its days from today, and what came of it."""

    start: int
    end: int
    outcome: str = ""


PAST, NEXT = COMPANY
OF_COHORT = (
    Told(*PAST, "assessed"), Told(*PAST, "hired"), Told(*PAST, "missed"), Told(*PAST),
    Told(*PAST), Told(*NEXT), Told(*NEXT), Told(*NEXT), Told(*NEXT), Told(*NEXT),
)  # fmt: skip
OF_SEEKERS = (Told(-3, 6, "running"), Told(-12, -2), Told(9, 20))


def follow_immersions(
    session: Session, actors: dict[str, Actor], opened: Cohorts, today: date
) -> None:
    """Half the cohort under way in its weeks in a company, and a few people in search of a job."""
    people = [key[0] for key in cohort_store.places(session, opened.current.id or 0)]
    _tell(session, actors[SOPHIE], people, OF_COHORT, today)
    seekers = [row.learner_id for row in breaks(session, actors[NADIA], today=today)]
    _tell(session, actors[NADIA], list(dict.fromkeys(seekers)), OF_SEEKERS, today)


def _tell(
    session: Session, actor: Actor, people: Sequence[int], told: Sequence[Told], today: date
) -> None:
    for number, (learner_id, one) in enumerate(zip(people, told, strict=False)):
        pathway = immersions.open_pathway_of(session, actor, learner_id, today=today)
        if pathway is None:
            continue
        start = max(today + timedelta(days=one.start), pathway.opened_on)
        row = immersions.plan(
            session,
            actor,
            pathway.id or 0,
            _agreed(number),
            starts_on=start,
            ends_on=max(start, today + timedelta(days=one.end)),
            today=today,
        )
        _follow(session, actor, row.step_id, one, number, today)


def _agreed(number: int) -> ImmersionFacts:
    name, city, tutor = FIRMS[number % len(FIRMS)]
    phone = f"04 74 99 00 {number:02d}"
    return ImmersionFacts(
        Firm(name, None, city, f"Accueil, {phone}"),
        Tutor(tutor, phone, f"tuteur{number}@exemple.fr"),
        HOURS,
        list(Aim)[number % len(Aim)],
        TASKS[number % len(TASKS)],
    )


def _follow(
    session: Session, actor: Actor, step_id: int, told: Told, number: int, today: date
) -> None:
    if told.outcome in ("assessed", "hired", "missed"):
        said = _said(number, told.outcome == "hired")
        day = today + timedelta(days=told.end + 1)
        immersion_assessments.answer_on_paper(
            session, actor, step_id, said, answered_on=day, today=today
        )
    if told.outcome == "hired":
        immersion_outcomes.say_hired(session, actor, step_id, hired=True, today=today)
    elif told.outcome in ("missed", "running"):
        day = today + timedelta(days=told.start + 1)
        immersion_outcomes.miss_hours(
            session, actor, step_id, missed_on=day, minutes=210, reason="TRANSPORT", today=today
        )


def _said(number: int, would_hire: bool) -> Said:
    kinds = (Answer.ALWAYS, Answer.OFTEN, Answer.OFTEN, Answer.SOMETIMES, Answer.NOT_SEEN)
    answers = {
        behaviour: kinds[(place + number) % len(kinds)] for place, behaviour in enumerate(Behaviour)
    }
    went_well, to_work_on = WORDS[number % len(WORDS)]
    word = WouldHire.YES if would_hire else WouldHire.NO_PLACE
    return Said(FIRMS[number % len(FIRMS)][2], answers, word, went_well, to_work_on)
