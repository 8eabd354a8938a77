"""The demonstration’s pathways: each story is a situation the screens must show."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from parcours.actions import cohorts, exits, learners, pathways, sharing, situations
from parcours.demo.cohorts import MALIK, SOPHIE, Cohorts
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.outcomes import EmployerKind, Qualification
from parcours.domain.pathway import StepDates
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Cohort, Learner, Pathway, Step

LISE = "lise.morel@clic.exemple.fr"
NADIA = "nadia.belkacem@mde.exemple.fr"
HUGO = "hugo.blanc@fablab.exemple.fr"


@dataclass(slots=True)
class Teller:
    """Tells stories through the actions, on days counted from today."""

    session: Session
    today: date
    actors: dict[str, Actor]
    chance: random.Random
    cohorts: Cohorts = field(init=False)

    def day(self, offset: int) -> date:
        """The day `offset` days from today."""
        return self.today + timedelta(days=offset)

    def welcome(self, who: str, facts: learners.LearnerFacts) -> Learner:
        """Enter a person in the organisation of `who`."""
        actor = self.actors[who]
        return learners.create_learner(
            self.session, actor, facts, today=self.today, is_another=True
        )

    def begin(self, who: str, facts: learners.LearnerFacts, opened: int) -> tuple[Learner, Pathway]:
        """Enter a person and open their pathway."""
        learner = self.welcome(who, facts)
        pathway = pathways.open_pathway(
            self.session,
            self.actors[who],
            learner,
            opened_on=self.day(opened),
            programme_id=self.cohorts.rsa.id,
        )
        return learner, pathway

    def step(
        self,
        who: str,
        pathway: Pathway,
        kind: StepKind,
        title: str,
        start: int,
        end: int | None,
        *,
        hours: int | None = None,
        is_confirmed: bool = True,
    ) -> Step:
        """A step held by the organisation of `who`, real as far as it is past."""
        dates = StepDates(
            self.day(start),
            self.day(end) if end is not None else None,
            self.day(start) if start <= 0 and is_confirmed else None,
            self.day(end) if end is not None and end < 0 and is_confirmed else None,
        )
        facts = pathways.StepFacts(kind, title, dates, Decimal(hours) if hours else None)
        return pathways.add_step(self.session, self.actors[who], pathway, facts, today=self.today)

    def share(self, who: str, learner: Learner, partner: str, since: int) -> None:
        """The person agreed, on paper, that a partner sees the file."""
        sharing.share_learner(
            self.session,
            self.actors[who],
            learner.id or 0,
            organisation_id=self.actors[partner].organisation_id,
            medium=SharingMedium.PAPER,
            purpose="Préparer la suite du parcours",
            starts_on=self.day(since),
            ends_on=None,
            today=self.today,
        )

    def enrol(self, who: str, learner: Learner, cohort: Cohort) -> bool:
        """A place in a cohort, while there are some."""
        try:
            cohorts.enrol(
                self.session, self.actors[who], cohort.id or 0, learner.id or 0, today=self.today
            )
        except RuleBroken:
            return False
        return True

    def leave(self, who: str, pathway: Pathway, record: situations.SituationRecord) -> None:
        """An exit, which closes the pathway."""
        exits.record_exit(self.session, self.actors[who], pathway.id or 0, record, today=self.today)

    def about(self, offset: int, spread: int = 5) -> int:
        """An offset moved by a few days."""
        return offset + self.chance.randint(-spread, spread)


Story = Callable[[Teller, learners.LearnerFacts], None]
INITIATION, TITLE = StepKind.DIGITAL_INITIATION, "Initiation numérique"


def in_initiation(tell: Teller, facts: learners.LearnerFacts) -> None:
    """Learning the basics now."""
    start = tell.about(-35)
    _, pathway = tell.begin(LISE, facts, start - 8)
    tell.step(LISE, pathway, INITIATION, TITLE, start, tell.about(25), hours=24)


def soon_alone(tell: Teller, facts: learners.LearnerFacts) -> None:
    """The initiation is over, nothing follows: the break comes within days."""
    end = tell.about(-7)
    learner, pathway = tell.begin(LISE, facts, end - 50)
    tell.step(LISE, pathway, INITIATION, TITLE, end - 42, end, hours=24)
    tell.share(LISE, learner, NADIA, end)


def fallen(tell: Teller, facts: learners.LearnerFacts) -> None:
    """Nobody holds the person any more."""
    end = tell.about(-35, 12)
    learner, pathway = tell.begin(LISE, facts, end - 60)
    tell.step(LISE, pathway, INITIATION, TITLE, end - 45, end, hours=18)
    if tell.chance.random() < 0.5:
        tell.share(LISE, learner, NADIA, end)


def in_cohort(tell: Teller, facts: learners.LearnerFacts) -> None:
    """From the initiation to the cohort now under way."""
    end = tell.about(-118, 10)
    learner, pathway = tell.begin(LISE, facts, end - 60)
    tell.step(LISE, pathway, INITIATION, TITLE, end - 45, end, hours=24)
    tell.share(LISE, learner, SOPHIE, end)
    tell.enrol(SOPHIE, learner, tell.cohorts.current)
    if tell.chance.random() < 0.6:
        tell.share(LISE, learner, NADIA, end)


def in_pre_training(tell: Teller, facts: learners.LearnerFacts) -> None:
    """In the pre-training, a workshop before."""
    learner, pathway = tell.begin(HUGO, facts, tell.about(-80))
    tell.step(
        HUGO, pathway, StepKind.WORKSHOP, "Atelier fabrication numérique", -72, tell.about(-48)
    )
    tell.share(HUGO, learner, MALIK, -50)
    tell.enrol(MALIK, learner, tell.cohorts.pre_current)


def placed(tell: Teller, facts: learners.LearnerFacts) -> None:
    """The first cohort, then a job: an exit of every kind of contract."""
    end = tell.about(-450, 8)
    learner, pathway = tell.begin(LISE, facts, end - 40)
    tell.step(LISE, pathway, INITIATION, TITLE, end - 35, end, hours=24)
    tell.share(LISE, learner, SOPHIE, end)
    if tell.enrol(SOPHIE, learner, tell.cohorts.past):
        tell.leave(SOPHIE, pathway, _exit(tell))
    else:
        # The cohort was full: the person went by the maison de l’emploi, then left.
        tell.share(LISE, learner, NADIA, end)
        tell.step(NADIA, pathway, StepKind.JOB_SEARCH, "Recherche accompagnée", end + 12, end + 140)
        left = tell.day(end + 141)
        tell.leave(NADIA, pathway, situations.SituationRecord(left, situation="CHOMAGE"))


def searching(tell: Teller, facts: learners.LearnerFacts) -> None:
    """Accompanied by the maison de l’emploi."""
    learner, pathway = tell.begin(NADIA, facts, tell.about(-70))
    tell.step(NADIA, pathway, StepKind.POSITIONING, "Diagnostic", -65, -65, hours=2)
    end = tell.about(45, 45)
    tell.step(NADIA, pathway, StepKind.JOB_SEARCH, "Recherche accompagnée", -58, end)
    if learner.id and learner.id % 3 == 0:
        tell.step(NADIA, pathway, StepKind.IMMERSION, "Immersion en entreprise", end + 4, end + 18)


def not_confirmed(tell: Teller, facts: learners.LearnerFacts) -> None:
    """A workshop was planned; did it begin?"""
    _, pathway = tell.begin(NADIA, facts, tell.about(-30))
    tell.step(
        NADIA, pathway, StepKind.WORKSHOP, "Atelier CV numérique", tell.about(-13, 4), 40,
        is_confirmed=False,
    )  # fmt: skip


def pre_trained(tell: Teller, facts: learners.LearnerFacts) -> None:
    """The spring pre-training, then a place in the cohort to come, and the wait between."""
    learner, pathway = tell.begin(NADIA, facts, tell.about(-250))
    tell.share(NADIA, learner, MALIK, -240)
    tell.share(NADIA, learner, SOPHIE, -160)
    tell.enrol(MALIK, learner, tell.cohorts.pre_past)
    tell.step(NADIA, pathway, StepKind.JOB_SEARCH, "Recherche accompagnée", -140, tell.about(5))
    tell.enrol(SOPHIE, learner, tell.cohorts.coming)


def came_back(tell: Teller, facts: learners.LearnerFacts) -> None:
    """A first pathway without news, then a second: the old one stays as it was."""
    learner, pathway = tell.begin(LISE, facts, -600)
    tell.step(LISE, pathway, INITIATION, TITLE, -590, -560, hours=12)
    tell.leave(LISE, pathway, situations.SituationRecord(tell.day(-540), situation="SANS_NOUVELLE"))
    again = pathways.open_pathway(
        tell.session, tell.actors[LISE], learner, opened_on=tell.day(tell.about(-28))
    )
    tell.step(LISE, again, INITIATION, "Initiation numérique, reprise", tell.about(-20, 3), 10)


def working(tell: Teller, facts: learners.LearnerFacts) -> None:
    """In a fixed-term job that ends soon: the break is in sight."""
    _, pathway = tell.begin(NADIA, facts, tell.about(-200))
    tell.step(NADIA, pathway, StepKind.JOB_SEARCH, "Recherche accompagnée", -190, -100)
    tell.step(NADIA, pathway, StepKind.EMPLOYMENT, "CDD 4 mois", -96, tell.about(4, 12))
    cancelled = tell.step(NADIA, pathway, StepKind.WORKSHOP, "Atelier annulé", -150, -149)
    pathways.cancel_step(
        tell.session, tell.actors[NADIA], cancelled.id or 0, reason="Salle fermée", today=tell.today
    )


def just_met(tell: Teller, facts: learners.LearnerFacts) -> None:
    """A file and nothing else yet."""
    tell.welcome(LISE if tell.chance.random() < 0.5 else NADIA, facts)


def waiting(tell: Teller, facts: learners.LearnerFacts) -> None:
    """The pathway is open, the first step is to come."""
    _, pathway = tell.begin(LISE, facts, tell.about(-6, 3))
    tell.step(LISE, pathway, INITIATION, TITLE, tell.about(9, 4), tell.about(50))


# How many people out of each round live each story.
STORIES: tuple[tuple[int, Story], ...] = (
    (3, in_initiation),
    (1, soon_alone),
    (1, fallen),
    (5, in_cohort),
    (3, in_pre_training),
    (5, placed),
    (2, searching),
    (1, not_confirmed),
    (2, pre_trained),
    (1, came_back),
    (1, working),
    (1, just_met),
    (1, waiting),
)


def _exit(tell: Teller) -> situations.SituationRecord:
    left = tell.cohorts.past.ends_on
    start = left + timedelta(days=tell.chance.randint(3, 70))
    kinds: tuple[dict[str, Any], ...] = (
        {"situation": "CDI_NON_AIDE", "contract_type": "CDI", "contract_starts_on": start,
         "employer": "Atelier Brou", "weekly_hours": Decimal(35), "related_to_training": True,
         "qualification": Qualification.FULL, "qualified_on": left},
        {"situation": "CDI_NON_AIDE", "contract_type": "CDI", "contract_starts_on": start,
         "proof": "copie du contrat", "proof_seen_on": min(start, tell.today),
         "employer": "Mairie de Viriat", "employer_kind": EmployerKind.PUBLIC,
         "weekly_hours": Decimal(35)},
        {"situation": "CDD_6P", "contract_type": "CDD", "contract_starts_on": start,
         "contract_ends_on": start + timedelta(days=220), "proof": "attestation d’employeur",
         "proof_seen_on": min(start, tell.today)},
        {"situation": "CDD_M6", "contract_type": "CDD", "contract_starts_on": start,
         "contract_ends_on": start + timedelta(days=90)},
        {"situation": "INTERIM_M6", "contract_type": "INTERIM", "contract_starts_on": start,
         "contract_ends_on": start + timedelta(days=60)},
        {"situation": "FORMATION_QUALIF"},
        {"situation": "CREATION", "contract_type": "CREATION", "contract_starts_on": start},
        {"situation": "CHOMAGE"},
        {"situation": "SANS_NOUVELLE"},
        {"situation": "NON_DOCUMENTEE"},
        {},
    )  # fmt: skip
    return situations.SituationRecord(observed_on=left, **tell.chance.choice(kinds))
