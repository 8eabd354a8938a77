"""The facts early warning reads, for a range of learners, in few statements; and who acts."""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select
from sqlmodel import Session, col

from parcours.domain.alerts import (
    Actor,
    Alert,
    EnrolmentFacts,
    Facts,
    HelpRequest,
    PathwayFacts,
    RelayFacts,
    Slot,
)
from parcours.domain.attendance import Mark
from parcours.domain.calendar import HalfDay
from parcours.domain.pathway import GapSpan
from parcours.domain.relays import Answer
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Gap,
    Learner,
    LearnerAccess,
    Organisation,
    Pathway,
    Relay,
    Step,
)
from parcours.models import HelpRequest as HelpRow
from parcours.models.cohorts import takes_place
from parcours.models.visibility import ACCESS, access_is_open

Parties = dict[Actor, int]


@dataclass(slots=True)
class Gathered:
    """Facts of some learners; by object (slug), the organisations behind the words « who acts »."""

    facts: Facts
    parties: dict[str, Parties] = field(default_factory=dict)

    def holders(self, alert: Alert) -> tuple[int, int | None, bool]:
        """Who must act, the other organisation concerned, and whether that one acts too."""
        return holders(alert, self.parties[alert.about.slug])

    def of(self, organisations: AbstractSet[int]) -> Facts:
        """The facts of the objects on which one of these organisations may have to act."""

        def is_theirs(slug: str) -> bool:
            return not organisations.isdisjoint(self.parties[slug].values())

        return Facts(
            enrolments=[
                row for row in self.facts.enrolments if is_theirs(f"enrolment:{row.enrolment_id}")
            ],
            pathways=[
                row
                for row in self.facts.pathways
                if any(is_theirs(_gap_slug(row.pathway_id, gap.starts_on)) for gap in row.gaps)
            ],
            relays=[row for row in self.facts.relays if is_theirs(f"relay:{row.relay_id}")],
            help_requests=[
                row
                for row in self.facts.help_requests
                if is_theirs(f"help_request:{row.request_id}")
            ],
        )


def holders(alert: Alert, parties: Parties) -> tuple[int, int | None, bool]:
    """The first organisation that acts leads; the second acts too, or follows the person."""
    acting = [parties[who] for who in alert.acts]
    second = next((one for one in (*acting, *parties.values()) if one != acting[0]), None)
    return acting[0], second, second in acting


def in_range(column: Any) -> Any:
    """Condition: between the parameters `lo` and `hi`, both included."""
    return column.between(bindparam("lo"), bindparam("hi"))


def _answers_for_gap() -> Any:
    """Who answers for a gap: its owner, else the organisation that entered the person.

    An owner that sees the person no more, or closed, would be told of nobody and find nobody.
    """
    sees = exists(
        select(1)
        .select_from(LearnerAccess)
        .join(Organisation, col(Organisation.id) == ACCESS.organisation_id)
        .where(
            access_is_open(col(Gap.owner_id)),
            ACCESS.learner_id == col(Gap.learner_id),
            col(Organisation.closed_on).is_(None),
        )
    )
    return case((sees, col(Gap.owner_id)), else_=col(Learner.organisation_id))


def _gaps() -> Any:
    return (
        select(
            col(Gap.learner_id),
            col(Gap.pathway_id),
            col(Pathway.closed_on),
            col(Gap.starts_on),
            col(Gap.ends_on),
            col(Gap.breaks_on),
            _answers_for_gap(),
            col(Learner.organisation_id),
        )
        .join(Pathway, col(Pathway.id) == col(Gap.pathway_id))
        .join(Learner, col(Learner.id) == col(Gap.learner_id))
        .where(
            in_range(col(Gap.learner_id)),
            or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= bindparam("today")),
            or_(col(Pathway.closed_on).is_(None), col(Pathway.closed_on) > bindparam("today")),
        )
    )


def _enrolments() -> Any:
    ends_on = func.coalesce(col(Enrolment.left_on), col(Cohort.ends_on))
    return (
        select(
            col(Enrolment.id),
            col(Enrolment.learner_id),
            ends_on,
            col(Cohort.organisation_id),
            col(Learner.organisation_id),
        )
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(
            in_range(col(Enrolment.learner_id)),
            or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= bindparam("today")),
            col(Cohort.ends_on) >= bindparam("today"),
        )
    )


def _marks() -> Any:
    return (
        select(
            col(AttendanceMark.enrolment_id),
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(AttendanceMark.status),
            col(CohortHalfDay.minutes),
            col(AttendanceMark.late_minutes),
        )
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .join(Enrolment, col(Enrolment.id) == col(AttendanceMark.enrolment_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            in_range(col(Enrolment.learner_id)),
            or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= bindparam("today")),
            col(Cohort.ends_on) >= bindparam("today"),
            col(CohortHalfDay.held_on) <= bindparam("today"),
            takes_place(),
        )
    )


def _relays() -> Any:
    unanswered = and_(col(Relay.answer).is_(None), col(Relay.expired_on).is_(None))
    not_started = and_(
        col(Relay.answer) == Answer.ACCEPTED,
        col(Step.started_on).is_(None),
        col(Step.cancelled_at).is_(None),
    )
    return (
        select(
            col(Relay.id),
            col(Relay.learner_id),
            col(Relay.sender_id),
            col(Relay.receiver_id),
            col(Relay.sent_on),
            col(Relay.answer),
            col(Relay.answered_on),
            col(Relay.due_on),
            col(Relay.escalates_on),
            col(Step.planned_start_on),
        )
        .join(Step, col(Step.id) == col(Relay.step_id))
        .where(in_range(col(Relay.learner_id)), or_(unanswered, not_started))
    )


def _help() -> Any:
    return (
        select(
            col(HelpRow.id),
            col(HelpRow.learner_id),
            col(HelpRow.asked_on),
            col(HelpRow.asked_by),
            col(HelpRow.organisation_id),
            col(Learner.organisation_id),
        )
        .join(Learner, col(Learner.id) == col(HelpRow.learner_id))
        .where(in_range(col(HelpRow.learner_id)), col(HelpRow.answered_on).is_(None))
    )


GAPS, ENROLMENTS, MARKS, RELAYS, HELP = _gaps(), _enrolments(), _marks(), _relays(), _help()


def gather(session: Session, lo: int, hi: int, *, today: date) -> Gathered:
    """The facts of the learners numbered `lo` to `hi`, in five statements whatever their number."""
    found = Gathered(Facts())
    bounds = {"lo": lo, "hi": hi, "today": today}

    def rows(statement: Any) -> Any:
        return session.connection().execute(statement, bounds)

    found.facts = Facts(
        enrolments=_read_enrolments(rows(ENROLMENTS), rows(MARKS), found),
        pathways=_read_pathways(rows(GAPS), found),
        relays=[_read_relay(row, found) for row in rows(RELAYS)],
        help_requests=[_read_help(row, found) for row in rows(HELP)],
    )
    return found


def _read_enrolments(enrolments: Any, marks: Any, found: Gathered) -> list[EnrolmentFacts]:
    slots: dict[int, list[Slot]] = defaultdict(list)
    for enrolment_id, held_on, half, status, minutes, late in marks:
        slot = Slot(HalfDay(held_on, half), Mark(status, minutes, late))
        slots[enrolment_id].append(slot)
    facts = []
    for enrolment_id, learner_id, ends_on, trains, follows in enrolments:
        found.parties[f"enrolment:{enrolment_id}"] = {
            Actor.TRAINING_REFERENT: trains,
            Actor.PRESCRIBER: follows,
            Actor.PATHWAY_REFERENT: follows,
        }
        facts.append(EnrolmentFacts(learner_id, enrolment_id, slots[enrolment_id], ends_on))
    return facts


def _read_pathways(gaps: Any, found: Gathered) -> list[PathwayFacts]:
    by_pathway: dict[tuple[int, int, date | None], list[GapSpan]] = defaultdict(list)
    for learner_id, pathway_id, closed_on, starts_on, ends_on, breaks_on, owner_id, follows in gaps:
        span = GapSpan(starts_on, ends_on, breaks_on, owner_id)
        by_pathway[learner_id, pathway_id, closed_on].append(span)
        parties = {Actor.PATHWAY_REFERENT: owner_id, Actor.PRESCRIBER: follows}
        found.parties[_gap_slug(pathway_id, starts_on)] = parties
        if ends_on is None:
            found.parties[f"pathway:{pathway_id}"] = parties
    return [
        PathwayFacts(learner_id, pathway_id, spans, closed_on)
        for (learner_id, pathway_id, closed_on), spans in by_pathway.items()
    ]


def _gap_slug(pathway_id: int, starts_on: date) -> str:
    return f"gap:{pathway_id}/{starts_on.isoformat()}"


def _read_relay(row: Any, found: Gathered) -> RelayFacts:
    number, learner_id, sender, receiver, sent_on, answer, answered_on, due, escalates, start = row
    found.parties[f"relay:{number}"] = {Actor.RECEIVING_PARTNER: receiver, Actor.SENDER: sender}
    return RelayFacts(
        learner_id,
        number,
        sent_on,
        accepted_on=answered_on if answer is Answer.ACCEPTED else None,
        planned_start_on=start,
        due_on=due,
        escalates_on=escalates,
    )


def _read_help(row: Any, found: Gathered) -> HelpRequest:
    number, learner_id, asked_on, asked_by, asks, follows = row
    found.parties[f"help_request:{number}"] = {
        Actor.PATHWAY_REFERENT: follows,
        Actor.PRESCRIBER: asks,
    }
    return HelpRequest(learner_id, number, asked_on, asked_by)
