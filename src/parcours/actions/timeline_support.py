"""Acts, equipment, what tutors said and introductions, as facts of a person’s timeline."""

from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, literal, or_
from sqlmodel import col

from parcours.actions.mediation_reads import counts
from parcours.actions.timeline_shape import shaped
from parcours.domain import introductions as told
from parcours.models import (
    Act,
    Activity,
    Equipment,
    EquipmentHandover,
    HandoverEvent,
    Immersion,
    ImmersionAssessment,
    Introduction,
    IntroductionEvent,
    Need,
    NeedVersion,
    Step,
)
from parcours.models.visibility import reads_need

ASSESSED = "assessed"
# What prepares an answer without being one stays on the introduction’s own page.
INTRODUCED = tuple(act for act in told.Act if act not in {told.Act.LINK, told.Act.REMINDED})


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


def introductions() -> list[Select[Any]]:
    """Needs proposed to the person, what they said, what the employer answered; without words."""
    found = shaped(
        15,
        "mises-en-relation",
        col(IntroductionEvent.on),
        col(IntroductionEvent.id),
        col(Introduction.organisation_id),
        col(IntroductionEvent.account_id),
        code=cast(col(IntroductionEvent.act), Text),
        title=col(NeedVersion.title),
        link_id=col(Introduction.id),
        by_name=col(IntroductionEvent.by_name),
    )
    is_current = (col(NeedVersion.need_id) == col(Need.id)) & (
        col(NeedVersion.number) == col(Need.version)
    )
    return [
        found.select_from(Introduction)
        .join(IntroductionEvent, col(IntroductionEvent.introduction_id) == col(Introduction.id))
        .join(Need, col(Need.id) == col(Introduction.need_id))
        .join(NeedVersion, is_current)
        .where(
            col(Introduction.learner_id) == bindparam("learner"),
            col(IntroductionEvent.act).in_(INTRODUCED),
            or_(col(Introduction.organisation_id) == bindparam("org"), reads_need()),
        )
    ]
