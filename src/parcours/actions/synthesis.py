"""A synthetic territory at any scale, to measure on: invented people, real rules, bulk inserts."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from parcours.actions import accounts
from parcours.actions.continuity import gap_row
from parcours.actions.synthetic_ground import Ground, lay_ground
from parcours.domain.access import Role
from parcours.domain.attendance import Status
from parcours.domain.calendar import Half
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import sort_key
from parcours.domain.pathway import Cover, find_gaps
from parcours.domain.words import DataSource, DistrictStatus, SharingMedium, StepKind
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Exit,
    Gap,
    Learner,
    LearnerAccess,
    Pathway,
    Sharing,
    Step,
)
from parcours.models.base import utc_now

CHUNK = 5_000
COHORT_SIZE = 25
HALF_DAYS = 22
FIRST_NAMES = ("Amina", "Kévin", "Fatoumata", "Jean-Pierre", "Inès", "Loïc", "Zoé", "Samir", "Léa")
STEMS = ("Ber", "Cha", "Dur", "Fon", "Gar", "Lef", "Mar", "Per", "Rou", "Tra", "Vid", "Ol")
TAILS = ("nard", "pentier", "and", "taine", "nier", "èvre", "chand", "rin", "sseau", "oré", "al")
KINDS = (StepKind.DIGITAL_INITIATION, StepKind.WORKSHOP, StepKind.TRAINING, StepKind.JOB_SEARCH)
Rows = dict[type[Any], list[dict[str, Any]]]


def build_synthetic(
    session: Session, *, learners: int, seed: int, today: date, password: str
) -> list[tuple[str, Role]]:
    """Fill an empty database; returns the accounts one may sign in with.

    One organisation in the middle, a maison de l’emploi, sees a third of everybody by sharing.
    Raises RuleBroken when the database is already in use.
    """
    if accounts.has_organisations(session):
        raise RuleBroken("Cette base est déjà utilisée : donnez-en une vide.")
    chance = random.Random(seed)  # noqa: S311  invented people, not secrets
    ground, opened = lay_ground(session, learners, today, password)
    writer = _Writer(session, ground, chance, today)
    for start in range(1, learners + 1, CHUNK):
        for number in range(start, min(start + CHUNK, learners + 1)):
            writer.add_person(number)
        writer.flush()
    return opened


class _Writer:
    """Collects rows, numbers them, and inserts a chunk of people at a time."""

    def __init__(self, session: Session, ground: Ground, chance: random.Random, today: date):
        self.session, self.ground, self.chance, self.today = session, ground, chance, today
        self.now = utc_now()
        self.rows: Rows = defaultdict(list)
        self.last: dict[type[Any], int] = defaultdict(int)
        self.places: dict[int, tuple[int, list[int], int]] = {}

    def add_person(self, number: int) -> None:
        """One learner, who sees them, their pathway, steps, gaps, and sometimes a cohort."""
        place = self.chance.randrange(1, len(self.ground.organisations))
        learner = self._learner(number, place)
        self._see(learner, place)
        pathway = self._pathway(number, place)
        covers = self._steps(pathway, place)
        if pathway["closed_on"] is None and self.chance.random() < 0.3:
            covers.append(self._enrol(pathway, place))
        self._gaps(pathway, covers)
        if pathway["closed_on"] is not None:
            self._exit(pathway)

    def flush(self) -> None:
        """Insert what was collected, parents first."""
        for model in (Learner, Sharing, LearnerAccess, Pathway, Cohort, CohortHalfDay, Enrolment,
                      Step, AttendanceMark, Gap, Exit):  # fmt: skip
            if self.rows[model]:
                self.session.execute(insert(model), self.rows[model])
                self.rows[model] = []

    def _add(self, model: type[Any], **values: Any) -> dict[str, Any]:
        self.last[model] += 1
        row = {"id": self.last[model], **values}
        self.rows[model].append(row)
        return row

    def _learner(self, number: int, place: int) -> dict[str, Any]:
        birth = f"{self.chance.choice(STEMS)}{self.chance.choice(TAILS)}"
        first = self.chance.choice(FIRST_NAMES)
        inside = self.chance.random()
        return self._add(
            Learner,
            organisation_id=self.ground.organisations[place],
            birth_name=birth,
            first_names=first,
            sort_key=sort_key(birth, first),
            born_on=self.today - timedelta(days=self.chance.randrange(6_200, 21_000)),
            city=f"Ville {number % 17}",
            receives_rsa=self.chance.random() < 0.6,
            qpv_status=DistrictStatus.INSIDE if inside < 0.3 else DistrictStatus.OUTSIDE,
            referent_id=self.ground.authors[place],
            source=DataSource.IMPORT,
            created_by_id=self.ground.authors[place],
        )

    def _see(self, learner: dict[str, Any], place: int) -> None:
        self.rows[LearnerAccess].append(self._access(learner, place, None))
        if self.chance.random() < 1 / 3:
            sharing = self._add(
                Sharing,
                learner_id=learner["id"],
                organisation_id=self.ground.organisations[0],
                medium=SharingMedium.PAPER,
                starts_on=self.today - timedelta(days=300),
                purpose="Préparer la suite",
                collected_by_id=self.ground.authors[place],
            )
            self.rows[LearnerAccess].append(self._access(learner, 0, sharing["id"]))

    def _access(
        self, learner: dict[str, Any], place: int, sharing_id: int | None
    ) -> dict[str, Any]:
        return {
            "learner_id": learner["id"],
            "organisation_id": self.ground.organisations[place],
            "sort_key": learner["sort_key"],
            "sharing_id": sharing_id,
            "starts_on": self.today - timedelta(days=2_000),
        }

    def _pathway(self, learner_id: int, place: int) -> dict[str, Any]:
        opened_on = self.today - timedelta(days=self.chance.randrange(20, 800))
        is_closed = self.chance.random() < 0.4
        return self._add(
            Pathway,
            learner_id=learner_id,
            organisation_id=self.ground.organisations[place],
            programme_id=self.chance.choice(self.ground.programmes),
            opened_on=opened_on,
            closed_on=opened_on + (self.today - opened_on) * 3 // 4 if is_closed else None,
            created_by_id=self.ground.authors[place],
        )

    def _steps(self, pathway: dict[str, Any], place: int) -> list[Cover]:
        covers, day = [], pathway["opened_on"] + timedelta(days=self.chance.randrange(0, 20))
        for _ in range(self.chance.randrange(1, 5)):
            end = day + timedelta(days=self.chance.randrange(10, 120))
            covers.append(self._step(pathway, place, self.chance.choice(KINDS), day, end))
            day = end + timedelta(days=1 + self.chance.choice((0, 0, 6, 12, 30, 60)))
            if day > self.today + timedelta(days=40):
                break
        return covers

    def _step(
        self,
        pathway: dict[str, Any],
        place: int,
        kind: StepKind,
        day: date,
        end: date,
        enrolment_id: int | None = None,
    ) -> Cover:
        has_begun = day <= self.today and self.chance.random() < 0.97
        self._add(
            Step,
            pathway_id=pathway["id"],
            learner_id=pathway["learner_id"],
            organisation_id=self.ground.organisations[place],
            kind=kind,
            title=kind.label,
            planned_start_on=day,
            planned_end_on=end,
            started_on=day if has_begun else None,
            ended_on=end if has_begun and end < self.today else None,
            accepted_at=self.now,
            enrolment_id=enrolment_id,
            source=DataSource.IMPORT,
            created_by_id=self.ground.authors[place],
        )
        return Cover(day, end, self.ground.organisations[place])

    def _enrol(self, pathway: dict[str, Any], place: int) -> Cover:
        cohort_id, slots, taken = self.places.get(place, (0, [], COHORT_SIZE))
        if taken >= COHORT_SIZE:
            cohort_id, slots = self._cohort(place)
            taken = 0
        self.places[place] = (cohort_id, slots, taken + 1)
        start = self.today - timedelta(days=20)
        enrolment = self._add(
            Enrolment,
            cohort_id=cohort_id,
            learner_id=pathway["learner_id"],
            enrolled_on=start,
            created_by_id=self.ground.authors[place],
        )
        self.rows[AttendanceMark] += self._marks(slots, enrolment["id"], place)
        end = self.today + timedelta(days=90)
        return self._step(pathway, place, StepKind.TRAINING, start, end, enrolment["id"])

    def _cohort(self, place: int) -> tuple[int, list[int]]:
        number = self.last[Cohort] + 1
        cohort = self._add(
            Cohort,
            organisation_id=self.ground.organisations[place],
            programme_id=self.ground.programmes[0],
            code=f"C{number}",
            name=f"Promotion {number}",
            kind=StepKind.TRAINING,
            starts_on=self.today - timedelta(days=20),
            ends_on=self.today + timedelta(days=90),
            capacity=COHORT_SIZE,
            created_by_id=self.ground.authors[place],
        )
        return cohort["id"], [self._slot(cohort["id"], place, n) for n in range(HALF_DAYS + 1)]

    def _slot(self, cohort_id: int, place: int, number: int) -> int:
        # The last half-day, today’s, is the one left to take.
        is_taken = number < HALF_DAYS
        day = self.today - timedelta(days=(HALF_DAYS - number + 1) // 2)
        row = self._add(
            CohortHalfDay,
            cohort_id=cohort_id,
            held_on=day,
            half=Half.AM if (HALF_DAYS - number) % 2 == 0 else Half.PM,
            taken_at=self.now if is_taken else None,
            taken_by_id=self.ground.authors[place] if is_taken else None,
        )
        return int(row["id"])

    def _marks(self, slots: list[int], enrolment_id: int, place: int) -> Iterable[dict[str, Any]]:
        for slot in slots[:HALF_DAYS]:
            status = Status.PRESENT if self.chance.random() < 0.92 else Status.UNJUSTIFIED
            yield {
                "half_day_id": slot,
                "enrolment_id": enrolment_id,
                "status": status,
                "source": DataSource.IMPORT,
                "recorded_by_id": self.ground.authors[place],
            }

    def _gaps(self, pathway: dict[str, Any], covers: list[Cover]) -> None:
        spans = find_gaps(
            opened_on=pathway["opened_on"],
            closed_on=pathway["closed_on"],
            covers=covers,
            tolerance_days=15,
            opened_by=pathway["organisation_id"],
        )
        self.rows[Gap] += [gap_row(pathway["id"], pathway["learner_id"], span) for span in spans]

    def _exit(self, pathway: dict[str, Any]) -> None:
        situation = self.chance.choice(("CDI_NON_AIDE", "CHOMAGE", "SANS_NOUVELLE", None))
        self._add(
            Exit,
            learner_id=pathway["learner_id"],
            pathway_id=pathway["id"],
            organisation_id=pathway["organisation_id"],
            exited_on=pathway["closed_on"],
            situation=situation,
            source=DataSource.IMPORT,
            created_by_id=pathway["created_by_id"],
        )
