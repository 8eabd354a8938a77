"""Reading the acts of a person: every partner’s, and the hours they make in each step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.domain.mediation import ActDone, ActivityKind, Autonomy, Minutes, Part, StepSpan
from parcours.domain.mediation import hours_by_step as shared_out
from parcours.domain.pathway import StepDates
from parcours.models import Act, Activity, Organisation, Step


@dataclass(frozen=True, slots=True)
class LearnerAct:
    """An act of a person as its pages show it."""

    activity_id: int
    organisation_id: int
    organisation: str
    held_on: date
    minutes: int
    kind: ActivityKind
    theme: str
    title: str | None
    place: str | None
    part: Part
    autonomy: Autonomy | None

    @property
    def done(self) -> ActDone:
        """As hours are counted."""
        return ActDone(self.organisation_id, self.held_on, self.minutes, self.kind, self.part)


def counts() -> tuple[Any, ...]:
    """Conditions on Act and Activity: it took place, and the person was there."""
    return (col(Activity.cancelled_at).is_(None), col(Act.withdrawn_at).is_(None))


OF_LEARNER: Any = (
    select(
        col(Activity.id),
        col(Activity.organisation_id),
        col(Organisation.name),
        col(Activity.held_on),
        col(Activity.minutes),
        col(Activity.kind),
        col(Activity.theme),
        col(Activity.title),
        col(Activity.place),
        col(Act.part),
        col(Act.autonomy),
    )
    .join(Activity, col(Activity.id) == col(Act.activity_id))
    .join(Organisation, col(Organisation.id) == col(Activity.organisation_id))
    .where(col(Act.learner_id) == bindparam("learner"), *counts())
    .order_by(col(Activity.held_on).desc(), col(Activity.id).desc())
)


def acts_of_learner(session: Session, learner_id: int) -> list[LearnerAct]:
    """Every act of a person whose file the caller has opened, the latest first."""
    return [LearnerAct(*row) for row in session.execute(OF_LEARNER, {"learner": learner_id})]


def hours_by_step(acts: Iterable[LearnerAct], steps: Iterable[Step]) -> dict[int | None, Minutes]:
    """The minutes of acts in each step really held; under None those that are in no step."""
    spans = [
        StepSpan(
            step.id or 0,
            step.organisation_id,
            step.kind,
            StepDates(step.planned_start_on, step.planned_end_on, step.started_on, step.ended_on),
        )
        for step in steps
        if step.accepted_at is not None and step.cancelled_at is None
    ]
    return shared_out((act.done for act in acts), spans)
