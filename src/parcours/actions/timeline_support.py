"""Mediation acts, equipment and what tutors said, as facts of a person’s timeline."""

from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, literal
from sqlmodel import col

from parcours.actions.mediation_reads import counts
from parcours.actions.timeline_shape import shaped
from parcours.models import (
    Act,
    Activity,
    Equipment,
    EquipmentHandover,
    HandoverEvent,
    Immersion,
    ImmersionAssessment,
    Step,
)

ASSESSED = "assessed"


def acts() -> list[Select[Any]]:
    """Acts, workshops and informations the person was at, of every partner."""
    found = shaped(
        12,
        "actes",
        col(Activity.held_on),
        col(Act.id),
        col(Activity.organisation_id),
        col(Activity.created_by_id),
        code=cast(col(Activity.kind), Text).concat(":").concat(cast(col(Act.part), Text)),
        title=func.coalesce(col(Activity.title), col(Activity.theme)),
        extra=cast(col(Activity.minutes), Text),
        link_id=col(Activity.id),
    )
    return [
        found.select_from(Act)
        .join(Activity, col(Activity.id) == col(Act.activity_id))
        .where(col(Act.learner_id) == bindparam("learner"), *counts())
    ]


def equipment() -> list[Select[Any]]:
    """What was lent or given, and came back or not."""
    found = shaped(
        13,
        "materiel",
        col(HandoverEvent.on),
        col(HandoverEvent.id),
        col(EquipmentHandover.organisation_id),
        col(HandoverEvent.by_id),
        code=cast(col(HandoverEvent.act), Text),
        title=col(Equipment.label),
        extra=cast(col(EquipmentHandover.nature), Text),
        link_id=col(Equipment.id),
    )
    return [
        found.select_from(HandoverEvent)
        .join(EquipmentHandover, col(EquipmentHandover.id) == col(HandoverEvent.handover_id))
        .join(Equipment, col(Equipment.id) == col(EquipmentHandover.equipment_id))
        .where(col(HandoverEvent.learner_id) == bindparam("learner"))
    ]


def assessments() -> list[Select[Any]]:
    """That a tutor assessed an immersion, the day they did; what they said stays on its page."""
    found = shaped(
        14,
        "etapes",
        col(ImmersionAssessment.answered_on),
        col(ImmersionAssessment.id),
        col(Step.organisation_id),
        col(ImmersionAssessment.typed_by_id),
        code=literal(f"{ASSESSED}:").concat(cast(col(Step.kind), Text)),
        title=col(Immersion.firm_name),
        link_id=col(Step.id),
        by_name=col(ImmersionAssessment.by_name),
    )
    return [
        found.select_from(Immersion)
        .join(Step, col(Step.id) == col(Immersion.step_id))
        .join(ImmersionAssessment, col(ImmersionAssessment.immersion_id) == col(Immersion.id))
        .where(col(Immersion.learner_id) == bindparam("learner"))
    ]
