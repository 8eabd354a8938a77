"""The demonstration’s relays: one of each kind a screen must show."""

from dataclasses import dataclass
from datetime import timedelta

from parcours.actions import pathways, relay_answers, relay_daily, relays
from parcours.actions.breaks import breaks
from parcours.actions.relay_facts import Speaker
from parcours.demo.cohorts import SOPHIE
from parcours.demo.stories import HUGO, LISE, NADIA, Teller
from parcours.domain.pathway import StepDates
from parcours.domain.relays import DeclineReason
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Relay

REASONS = (
    "À l’aise avec l’ordinateur, veut travailler vite ; un métier du web l’attire.",
    "A fini l’initiation sans une absence et demande une formation longue.",
    "Cherche un emploi dans l’accueil et voudrait refaire son CV.",
    "Répare du matériel à la maison et veut transmettre ce qu’elle ou il sait faire.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A relay of the demonstration: from whom, to whom, sent how many days ago, what came of it."""

    sender: str
    receiver: str
    sent: int
    kind: StepKind
    title: str
    outcome: str = ""


TOLD = (
    Told(LISE, NADIA, 2, StepKind.JOB_SEARCH, "Recherche accompagnée"),
    Told(LISE, SOPHIE, 4, StepKind.TRAINING, "Promo GEN, troisième", "question"),
    Told(LISE, NADIA, 9, StepKind.JOB_SEARCH, "Recherche accompagnée"),
    Told(LISE, HUGO, 17, StepKind.PEER_TEACHING, "Aide aux débutants du fab lab"),
    Told(LISE, SOPHIE, 12, StepKind.TRAINING, "Promo GEN, troisième", "declined"),
    Told(LISE, HUGO, 6, StepKind.WORKSHOP, "Atelier fabrication numérique", "accepted"),
    Told(LISE, NADIA, 40, StepKind.JOB_SEARCH, "Recherche accompagnée"),
    Told(NADIA, SOPHIE, 1, StepKind.TRAINING, "Promo GEN, troisième", "cohort"),
    Told(NADIA, HUGO, 3, StepKind.WORKSHOP, "Atelier CV et portfolio"),
)


def tell_relays(tell: Teller) -> None:
    """Propose relays for people whose pathway is about to break, then let the days bring theirs."""
    people = {
        who: iter(breaks(tell.session, tell.actors[who], today=tell.today)) for who in (LISE, NADIA)
    }
    for number, told in enumerate(TOLD):
        row = next(people[told.sender], None)
        if row is not None:
            _follow_up(tell, told, _propose(tell, told, row.learner_id, REASONS[number % 4]))
    relay_daily.run(tell.session, today=tell.today)


def _propose(tell: Teller, told: Told, learner_id: int, reason: str) -> Relay:
    coming = tell.cohorts.coming
    is_cohort = told.outcome == "cohort"
    starts_on = coming.starts_on if is_cohort else tell.day(21)
    dates = StepDates(starts_on, coming.ends_on if is_cohort else starts_on + timedelta(days=90))
    return relays.propose(
        tell.session,
        tell.actors[told.sender],
        learner_id,
        relays.Proposal(
            tell.actors[told.receiver].organisation_id,
            pathways.StepFacts(told.kind, told.title, dates),
            reason,
            SharingMedium.PAPER,
            coming.id if is_cohort else None,
        ),
        today=tell.day(-told.sent),
    )


def _follow_up(tell: Teller, told: Told, relay: Relay) -> None:
    speaker, day = Speaker.of(tell.actors[told.receiver]), tell.day(1 - told.sent)
    if told.outcome == "question":
        words = "Y a-t-il un ordinateur à la maison, et quels jours de libres ?"
        relays.ask(tell.session, relay, speaker, words=words, today=day)
    elif told.outcome == "declined":
        relay_answers.decline(
            tell.session,
            relay.id or 0,
            speaker,
            reason=DeclineReason.DATES,
            words="La promotion commence en janvier ; nous avons une réunion le mois prochain.",
            today=day,
        )
    elif told.outcome == "accepted":
        relay_answers.accept(
            tell.session,
            relay.id or 0,
            speaker,
            starts_on=None,
            ends_on=None,
            words="Bienvenue !",
            today=day,
        )
