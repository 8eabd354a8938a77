"""Opening a learner’s file: what every one of its pages starts from, and the trace it leaves."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, bindparam, exists, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.contacts import latest_contact
from parcours.actions.continuity import RibbonFacts, ribbon_facts
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound
from parcours.domain.situation import Situation, situation
from parcours.models import (
    Account,
    AgreementCohort,
    Candidate,
    Enrolment,
    Learner,
    Organisation,
    Pathway,
    visibility,
)


@dataclass(frozen=True, slots=True)
class LearnerFile:
    """A learner, their pathways (the latest first) and where they stand today.

    `has_applied`: they once asked to enter a cohort, whoever may read it; `is_funded`: they once
    entered one that an agreement pays for.
    """

    learner: Learner
    organisation: str
    referent: str | None
    pathways: list[Pathway]
    facts: RibbonFacts | None
    situation: Situation | None
    last_contact_on: date | None = None
    last_adviser: str | None = None
    has_applied: bool = False
    is_funded: bool = False

    @property
    def pathway(self) -> Pathway | None:
        """The pathway the pages show: the open one, else the latest."""
        still_open = (row for row in self.pathways if row.closed_on is None)
        return next(still_open, self.pathways[0] if self.pathways else None)


# Somebody who left is shown neither as referent nor as adviser: nobody can reach them.
OPENED = (
    select(
        Learner,
        col(Organisation.name),
        col(Account.name),
        *latest_contact(),
        exists().where(col(Candidate.learner_id) == col(Learner.id)),
        exists().where(
            col(Enrolment.learner_id) == col(Learner.id),
            col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id),
        ),
        Pathway,
    )
    .join(Organisation, col(Organisation.id) == col(Learner.organisation_id))
    .outerjoin(
        Account,
        and_(col(Account.id) == col(Learner.referent_id), col(Account.disabled_at).is_(None)),
    )
    .outerjoin(Pathway, col(Pathway.learner_id) == col(Learner.id))
    .where(col(Learner.id) == bindparam("learner"), visibility.sees_learner(Learner.id))
    .order_by(col(Pathway.opened_on).desc(), col(Pathway.id).desc())
)


def open_file(
    session: Session, actor: Actor, learner_id: int, *, today: date, page: str
) -> LearnerFile:
    """The file of a learner the actor sees (else NotFound), its reading being recorded."""
    require(actor, Capability.READ_LEARNERS)
    rows = session.execute(OPENED, {**visibility.scope(actor, today), "learner": learner_id}).all()
    if not rows:
        raise NotFound
    learner, organisation, referent, contact_on, adviser, has_applied, is_funded, _ = rows[0]
    audit.record_reading(session, actor, page, learner_id)
    pathways = [row[-1] for row in rows if row[-1] is not None]
    found = LearnerFile(
        learner, organisation, referent, pathways, None, None, contact_on, adviser, has_applied,
        is_funded,
    )  # fmt: skip
    return _with_situation(session, found, today)


def _with_situation(session: Session, found: LearnerFile, today: date) -> LearnerFile:
    pathway = found.pathway
    if pathway is None or pathway.id is None:
        return found
    key = (pathway.id, pathway.opened_on, pathway.closed_on)
    facts = ribbon_facts(session, [key])[pathway.id]
    where = situation(facts.steps, facts.gaps, facts.closed_on, today=today)
    return replace(found, facts=facts, situation=where)
