"""Invented people of a synthetic territory: files, pathways, cohorts, in bulk, by the real rule."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from parcours.actions.continuity import gap_row
from parcours.actions.standings import refresh_standings
from parcours.actions.synthetic_exits import of_exit
from parcours.actions.synthetic_files import invented_file
from parcours.actions.synthetic_ground import Ground
from parcours.actions.synthetic_relays import relay_of
from parcours.db import is_sqlite
from parcours.domain.attendance import Status
from parcours.domain.calendar import Half
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS, Cover, find_gaps
from parcours.domain.words import DataSource, SharingMedium, StepKind
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Exit,
    ExitSituation,
    FollowUp,
    Gap,
    Learner,
    LearnerAccess,
    Pathway,
    Relay,
    Sharing,
    Step,
)

COHORT_SIZE = 25
HALF_DAYS = 22
HUB = 0  # the maison de l’emploi
KINDS = (StepKind.DIGITAL_INITIATION, StepKind.WORKSHOP, StepKind.TRAINING, StepKind.JOB_SEARCH)
# Parents first.
TABLES = (Learner, Sharing, LearnerAccess, Pathway, Cohort, CohortHalfDay, Enrolment, Step, Relay,
          AttendanceMark, Gap, Exit, FollowUp, ExitSituation)  # fmt: skip
Row = dict[str, Any]


@dataclass(slots=True)
class _Room:
    """The cohort of a partner that still has places, and its half-days."""

    cohort_id: int
    half_days: list[int]
    taken: int = 0


class People:
    """Collects the rows of a few thousand people, numbers them, and inserts them at once."""

    def __init__(self, session: Session, ground: Ground, chance: random.Random, today: date):
        self._session, self._ground, self._chance, self._today = session, ground, chance, today
        self._now = datetime.combine(today, time(6), UTC)
        self._rows: dict[type[Any], list[Row]] = defaultdict(list)
        self._last: dict[type[Any], int] = defaultdict(int)
        self._rooms: dict[int, _Room] = {}
        self.cohorts: dict[int, list[int]] = defaultdict(list)

    def add(self, numbers: Iterable[int]) -> None:
        """Invent one person a number and insert them all."""
        for number in numbers:
            self._person(number)
        people = [learner["id"] for learner in self._rows[Learner]]
        for model in TABLES:
            if rows := self._rows.pop(model, None):
                self._session.execute(insert(model), rows)
        refresh_standings(self._session, people)

    def close(self) -> None:
        """Let the database number what comes next: PostgreSQL counts apart from the rows."""
        if is_sqlite(self._session.get_bind()):
            return
        for model, last in self._last.items():
            sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
            self._session.execute(select(func.setval(sequence, last)))

    def _person(self, number: int) -> None:
        """One learner, who sees them, their pathway, steps, gaps, and sometimes a cohort."""
        place = self._chance.randrange(1, len(self._ground.organisations))
        learner = self._learner(number, place)
        is_shared = self._see(learner, place)
        pathway = self._pathway(learner["id"], place)
        covers = self._steps(pathway, place, is_shared=is_shared)
        if pathway["closed_on"] is not None:
            self._exit(pathway)
        elif self._chance.random() < 0.3:
            covers.append(self._enrol(pathway, place))
        self._gaps(pathway, covers)

    def _add(self, model: type[Any], **values: Any) -> Row:
        self._last[model] += 1
        row = {"id": self._last[model], **values}
        self._rows[model].append(row)
        return row

    def _held(self, place: int) -> Row:
        """What rows of a partner share."""
        return {
            "organisation_id": self._ground.organisations[place],
            "created_by_id": self._ground.authors[place],
        }

    def _learner(self, number: int, place: int) -> Row:
        return self._add(
            Learner,
            **self._held(place),
            **invented_file(number, self._chance, self._today),
            referent_id=self._ground.authors[place],
        )

    def _see(self, learner: Row, place: int) -> bool:
        """Who sees the file; whether the hub does."""
        self._let_see(learner, place, None)
        if self._chance.random() >= 1 / 3:
            return False
        sharing = self._add(
            Sharing,
            learner_id=learner["id"],
            organisation_id=self._ground.organisations[HUB],
            medium=SharingMedium.PAPER,
            starts_on=self._today - timedelta(days=300),
            purpose="Préparer la suite",
            collected_by_id=self._ground.authors[place],
        )
        self._let_see(learner, HUB, sharing)
        return True

    def _let_see(self, learner: Row, place: int, sharing: Row | None) -> None:
        self._rows[LearnerAccess].append(
            {
                "learner_id": learner["id"],
                "organisation_id": self._ground.organisations[place],
                "sort_key": learner["sort_key"],
                "qpv_status": learner["qpv_status"],
                "sharing_id": sharing["id"] if sharing else None,
                "starts_on": (
                    sharing["starts_on"] if sharing else self._today - timedelta(days=2_000)
                ),
            }
        )

    def _pathway(self, learner_id: int, place: int) -> Row:
        opened_on = self._today - timedelta(days=self._chance.randrange(20, 800))
        is_closed = self._chance.random() < 0.4
        return self._add(
            Pathway,
            **self._held(place),
            learner_id=learner_id,
            programme_id=self._chance.choice(self._ground.programmes),
            tolerance_days=DEFAULT_TOLERANCE_DAYS,
            opened_on=opened_on,
            closed_on=opened_on + (self._today - opened_on) * 3 // 4 if is_closed else None,
        )

    def _steps(self, pathway: Row, place: int, *, is_shared: bool) -> list[Cover]:
        """One to four steps; the hub holds some of those it may see, the last is often proposed."""
        covers: list[Cover] = []
        day = pathway["opened_on"] + timedelta(days=self._chance.randrange(0, 20))
        for _ in range(self._chance.randrange(1, 5)):
            kind, end = self._chance.choice(KINDS), day + timedelta(self._chance.randrange(10, 120))
            holder = HUB if is_shared and self._chance.random() < 0.3 else place
            if day > self._today and self._chance.random() < 0.5:
                receiver = holder if holder != place else self._ground.next_to(place)
                self._step(pathway, receiver, kind, day, end, is_held=False)
                self._relay(place, receiver)
                break
            covers.append(self._step(pathway, holder, kind, day, end))
            if holder != place:
                self._relay(place, holder)
            day = end + timedelta(days=1 + self._chance.choice((0, 0, 6, 12, 30, 60)))
            if day > self._today + timedelta(days=40):
                break
        return covers

    def _step(
        self,
        pathway: Row,
        place: int,
        kind: StepKind,
        day: date,
        end: date,
        *,
        is_held: bool = True,
        enrolment_id: int | None = None,
    ) -> Cover:
        # A few starts were never confirmed: they wait in the worklists.
        has_begun = is_held and day <= self._today and self._chance.random() < 0.97
        self._add(
            Step,
            **self._held(place),
            pathway_id=pathway["id"],
            learner_id=pathway["learner_id"],
            kind=kind,
            title=kind.label,
            planned_start_on=day,
            planned_end_on=end,
            started_on=day if has_begun else None,
            ended_on=end if has_begun and end < self._today else None,
            accepted_at=self._now if is_held else None,
            enrolment_id=enrolment_id,
            source=DataSource.IMPORT,
        )
        return Cover(day, end, self._ground.organisations[place])

    def _relay(self, sender: int, receiver: int) -> None:
        """The relay by which the step just added was proposed."""
        step, ground = self._rows[Step][-1], self._ground
        self._add(Relay, **relay_of(step, ground, sender, receiver, self._chance, self._today))

    def _enrol(self, pathway: Row, place: int) -> Cover:
        room = self._rooms.get(place)
        if room is None or room.taken == COHORT_SIZE:
            room = self._rooms[place] = self._cohort(place)
        room.taken += 1
        start = self._today - timedelta(days=20)
        enrolment = self._add(
            Enrolment,
            cohort_id=room.cohort_id,
            learner_id=pathway["learner_id"],
            enrolled_on=start,
            created_by_id=self._ground.authors[place],
        )["id"]
        self._rows[AttendanceMark].extend(self._marks(room, enrolment, place))
        end = self._today + timedelta(days=90)
        return self._step(pathway, place, StepKind.TRAINING, start, end, enrolment_id=enrolment)

    def _cohort(self, place: int) -> _Room:
        number = self._last[Cohort] + 1
        cohort = self._add(
            Cohort,
            **self._held(place),
            programme_id=self._ground.programmes[0],
            code=f"C{number}",
            name=f"Promotion {number}",
            kind=StepKind.TRAINING,
            starts_on=self._today - timedelta(days=20),
            ends_on=self._today + timedelta(days=90),
            capacity=COHORT_SIZE,
        )["id"]
        self.cohorts[place].append(cohort)
        # The last half-day, today’s, is the one left to take.
        return _Room(cohort, [self._half_day(cohort, place, n) for n in range(HALF_DAYS, -1, -1)])

    def _half_day(self, cohort_id: int, place: int, before: int) -> int:
        """A half-day of the cohort, `before` half-days before this morning; taken if it passed."""
        row = self._add(
            CohortHalfDay,
            cohort_id=cohort_id,
            held_on=self._today - timedelta(days=(before + 1) // 2),
            half=Half.PM if before % 2 else Half.AM,
            taken_at=self._now if before else None,
            taken_by_id=self._ground.authors[place] if before else None,
        )
        return int(row["id"])

    def _marks(self, room: _Room, enrolment_id: int, place: int) -> Iterator[Row]:
        for half_day in room.half_days[:HALF_DAYS]:
            yield {
                "half_day_id": half_day,
                "enrolment_id": enrolment_id,
                "status": Status.PRESENT if self._chance.random() < 0.92 else Status.UNJUSTIFIED,
                "source": DataSource.IMPORT,
                "recorded_by_id": self._ground.authors[place],
            }

    def _gaps(self, pathway: Row, covers: list[Cover]) -> None:
        spans = find_gaps(
            opened_on=pathway["opened_on"],
            closed_on=pathway["closed_on"],
            covers=covers,
            tolerance_days=pathway["tolerance_days"],
            opened_by=pathway["organisation_id"],
        )
        self._rows[Gap] += [gap_row(pathway["id"], pathway["learner_id"], span) for span in spans]

    def _exit(self, pathway: Row) -> None:
        row = self._add(
            Exit,
            learner_id=pathway["learner_id"],
            pathway_id=pathway["id"],
            organisation_id=pathway["organisation_id"],
            exited_on=pathway["closed_on"],
            source=DataSource.IMPORT,
            created_by_id=pathway["created_by_id"],
        )
        for model, values in of_exit(row, self._chance):
            self._add(model, **values)
