"""The facts of a person’s timeline: each table’s rows on that person, in one shape.

Parameters of every statement made of them: `learner`, and `org` for what is one’s own alone.
"""

from typing import Any

from sqlalchemy import (
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from parcours.actions.timeline_shape import day_of, shaped
from parcours.actions.timeline_support import acts, assessments, equipment, introductions
from parcours.domain.agenda import Outcome
from parcours.domain.attendance import Status
from parcours.domain.notes import NoteReach
from parcours.domain.relays import RelayAct
from parcours.models import (
    Appointment,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    ExitSituation,
    FollowUp,
    FollowUpTry,
    Message,
    Note,
    Organisation,
    Pathway,
    Relay,
    RelayEvent,
    Step,
)
from parcours.models.cohorts import takes_place
from parcours.models.outcomes import is_current

# What prepares an answer without being one stays on the relay’s own page.
RELAY_ACTS = tuple(
    act for act in RelayAct if act not in {RelayAct.LINK, RelayAct.LINK_ENDED, RelayAct.REMINDED}
)
WITHDRAWN = "withdrawn"


def dated_facts(sort: str) -> Subquery:
    """Every fact of a person, or those of one sort (a key of ARMS), as rows of one shape."""
    # Each arm walks the index of its table on the person: a life holds hundreds of rows, no more.
    arms = [arm for name, made in ARMS.items() if sort in ("", name) for arm in made()]
    return union_all(*arms).subquery("fact")


def _pathways() -> list[Select[Any]]:
    whose = col(Pathway.learner_id) == bindparam("learner")
    key, org, author = col(Pathway.id), col(Pathway.organisation_id), col(Pathway.created_by_id)
    return [
        shaped(
            1, "parcours", col(Pathway.opened_on), key, org, author, code=literal("opened")
        ).where(whose),
        shaped(
            11, "parcours", col(Pathway.closed_on), key, org, None, code=literal("closed")
        ).where(whose, col(Pathway.closed_on).is_not(None)),
    ]


def _steps() -> list[Select[Any]]:
    # A step proposed by a relay is told by the relay until it starts.
    has_relay = select(1).where(col(Relay.step_id) == col(Step.id)).exists()
    is_held = and_(col(Step.accepted_at).is_not(None), col(Step.cancelled_at).is_(None))
    planned = and_(is_held, col(Step.started_on).is_(None), ~has_relay)
    told = (
        (2, "planned", day_of(Step.created_at), col(Step.created_by_id), planned),
        (3, "started", col(Step.started_on), None, and_(is_held, _has(Step.started_on))),
        (8, "ended", col(Step.ended_on), None, and_(is_held, _has(Step.ended_on))),
        (9, "cancelled", day_of(Step.cancelled_at), col(Step.cancelled_by_id),
         and_(_has(Step.cancelled_at), ~has_relay)),
    )  # fmt: skip
    found = [
        shaped(
            rank,
            "etapes",
            on,
            col(Step.id),
            col(Step.organisation_id),
            author,
            code=literal(f"{act}:").concat(cast(col(Step.kind), Text)),
            title=col(Step.title),
            extra=cast(col(Step.planned_start_on), Text),
        ).where(col(Step.learner_id) == bindparam("learner"), condition)
        for rank, act, on, author, condition in told
    ]
    return [*found, *assessments()]


def _relays() -> list[Select[Any]]:
    receiver = aliased(Organisation)
    theirs = select(col(Pathway.id)).where(col(Pathway.learner_id) == bindparam("learner"))
    arm = shaped(
        4,
        "relais",
        col(RelayEvent.on),
        col(RelayEvent.id),
        func.coalesce(col(RelayEvent.organisation_id), col(Relay.sender_id)),
        col(RelayEvent.account_id),
        code=cast(col(RelayEvent.act), Text),
        title=col(receiver.name),
        link_id=col(Relay.id),
        by_name=col(RelayEvent.by_name),
    )
    return [
        arm.select_from(Relay)
        .join(RelayEvent, col(RelayEvent.relay_id) == col(Relay.id))
        .join(receiver, col(receiver.id) == col(Relay.receiver_id))
        .where(col(Relay.pathway_id).in_(theirs), col(RelayEvent.act).in_(RELAY_ACTS))
    ]


def _absences() -> list[Select[Any]]:
    """One line for each cohort, dated by the last absence: half-days stay on their own page."""
    missed = (Status.JUSTIFIED, Status.UNJUSTIFIED)
    arm = shaped(
        5,
        "presences",
        func.max(col(CohortHalfDay.held_on)),
        col(Enrolment.id),
        col(Cohort.organisation_id),
        None,
        code=func.count(),
        title=col(Cohort.name),
        extra=func.count().filter(col(AttendanceMark.status) == Status.UNJUSTIFIED),
    )
    return [
        arm.select_from(Enrolment)
        .join(AttendanceMark, col(AttendanceMark.enrolment_id) == col(Enrolment.id))
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            col(Enrolment.learner_id) == bindparam("learner"),
            col(AttendanceMark.status).in_(missed),
            takes_place(),
        )
        .group_by(col(Enrolment.id), col(Cohort.organisation_id), col(Cohort.name))
    ]


def _exits() -> list[Select[Any]]:
    arm = shaped(
        10,
        "sorties",
        col(ExitSituation.observed_on),
        col(ExitSituation.id),
        col(ExitSituation.organisation_id),
        col(ExitSituation.created_by_id),
        code=col(ExitSituation.situation),
        title=col(ExitSituation.employer),
        extra=cast(col(ExitSituation.moment), Text),
    )
    return [
        arm.where(col(ExitSituation.learner_id) == bindparam("learner"), is_current()),
        *_tries(),
    ]


def _tries() -> list[Select[Any]]:
    """Tries of follow-ups are told to the organisation that makes them alone."""
    arm = shaped(
        9,
        "sorties",
        col(FollowUpTry.tried_on),
        col(FollowUpTry.id),
        col(FollowUp.organisation_id),
        col(FollowUpTry.created_by_id),
        code=cast(col(FollowUpTry.outcome), Text),
        title=col(FollowUp.delay),
        extra=literal("try"),
    )
    return [
        arm.select_from(FollowUp)
        .join(FollowUpTry, col(FollowUpTry.follow_up_id) == col(FollowUp.id))
        .where(
            col(FollowUp.learner_id) == bindparam("learner"),
            col(FollowUp.organisation_id) == bindparam("org"),
        )
    ]


def _messages() -> list[Select[Any]]:
    """What really left, or was said, in the name of the reader’s own organisation."""
    done = func.coalesce(col(Message.sent_at), col(Message.done_at))
    arm = shaped(
        6,
        "messages",
        day_of(done),
        col(Message.id),
        col(Message.organisation_id),
        col(Message.created_by_id),
        code=cast(col(Message.kind), Text),
        title=cast(col(Message.channel), Text),
        link_id=col(Message.id),
    )
    return [
        arm.where(
            col(Message.learner_id) == bindparam("learner"),
            col(Message.organisation_id) == bindparam("org"),
            done.is_not(None),
        )
    ]


def _appointments() -> list[Select[Any]]:
    """Those somebody came to, or not, with the reader’s own organisation."""
    arm = shaped(
        8,
        "rendez-vous",
        col(Appointment.held_on),
        col(Appointment.id),
        col(Appointment.organisation_id),
        col(Appointment.account_id),
        code=cast(col(Appointment.outcome), Text),
        title=cast(col(Appointment.kind), Text),
        link_id=col(Appointment.id),
    )
    return [
        arm.where(
            col(Appointment.learner_id) == bindparam("learner"),
            col(Appointment.organisation_id) == bindparam("org"),
            col(Appointment.outcome).in_((Outcome.KEPT, Outcome.MISSED)),
        )
    ]


def _notes() -> list[Select[Any]]:
    """The last version of each note; one withdrawn leaves its trace to its organisation alone."""
    is_own = col(Note.organisation_id) == bindparam("org")
    is_there = col(Note.withdrawn_at).is_(None)
    arm = shaped(
        7,
        "notes",
        col(Note.happened_on),
        col(Note.id),
        col(Note.organisation_id),
        col(Note.author_id),
        code=cast(col(Note.kind), Text),
        title=case((is_there, cast(col(Note.reach), Text)), else_=literal(WITHDRAWN)),
        extra=case((is_there, col(Note.words)), else_=null()),
        link_id=case((col(Note.replaces_id).is_(None), null()), else_=col(Note.id)),
    )
    return [
        arm.where(
            col(Note.learner_id) == bindparam("learner"),
            col(Note.replaced_at).is_(None),
            or_(is_own, and_(col(Note.reach) == NoteReach.SHARED, is_there)),
        )
    ]


def _has(column: Any) -> Any:
    return col(column).is_not(None)


ARMS = {
    "parcours": _pathways,
    "etapes": _steps,
    "relais": _relays,
    "presences": _absences,
    "sorties": _exits,
    "messages": _messages,
    "rendez-vous": _appointments,
    "notes": _notes,
    "actes": acts,
    "materiel": equipment,
    "mises-en-relation": introductions,
}
