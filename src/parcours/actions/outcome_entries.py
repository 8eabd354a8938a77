"""Who entered the cohorts of an agreement, and when."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import load_only
from sqlmodel import Session, col

from parcours.models import Agreement, AgreementCohort, Cohort, Enrolment, Learner

Entries = dict[int, list[tuple[Enrolment, Cohort]]]
# What figures and workbooks tell of a person and a cohort, and not the rest of the rows.
TOLD: tuple[tuple[Any, ...], ...] = (
    (
        Learner.gender,
        Learner.born_on,
        Learner.education,
        Learner.entry_status,
        Learner.receives_rsa,
        Learner.qpv_status,
        Learner.qpv_code,
    ),
    (Cohort.name, Cohort.ends_on),
    (
        Enrolment.learner_id,
        Enrolment.cohort_id,
        Enrolment.enrolled_on,
        Enrolment.left_on,
        Enrolment.created_at,
    ),
)
# The learners who entered, as a condition of other statements: no list of a hundred thousand ids.
MEMBERS = (
    select(col(Enrolment.learner_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id))
    .where(
        col(AgreementCohort.agreement_id) == bindparam("agreement"),
        col(Enrolment.enrolled_on) >= bindparam("starts_on"),
        col(Enrolment.enrolled_on) <= bindparam("until"),
    )
)
# Some of them at a time, so that memory holds no more whatever their number.
CHUNK = 400
# Where only counts are kept of them: a page asks the fewer statements.
MANY = 2_000
SOME: Any = bindparam("chunk", expanding=True)
IN_ORDER = (
    select(col(Enrolment.learner_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id))
    .where(
        col(AgreementCohort.agreement_id) == bindparam("agreement"),
        col(Enrolment.enrolled_on) >= bindparam("starts_on"),
        col(Enrolment.enrolled_on) <= bindparam("until"),
    )
    .group_by(col(Enrolment.learner_id))
    .order_by(func.min(col(Enrolment.enrolled_on)), col(Enrolment.learner_id))
)


def _entries(cohort_id: Any) -> Any:
    """Entries with their cohort and learner; `cohort_id`: how an entry’s cohort is looked for."""
    return (
        select(Enrolment, Cohort, Learner)
        .join(Cohort, col(Cohort.id) == cohort_id)
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
        .where(
            col(AgreementCohort.agreement_id) == bindparam("agreement"),
            col(Enrolment.enrolled_on) >= bindparam("starts_on"),
            col(Enrolment.enrolled_on) <= bindparam("until"),
        )
        .order_by(col(Enrolment.enrolled_on), col(Enrolment.id))
        .options(*(load_only(*columns, raiseload=True) for columns in TOLD))
    )


ENTRIES: Any = _entries(col(Enrolment.cohort_id))
# A few people are found by their own index: a sum has none, which keeps the planner from walking
# every cohort of the agreement, or every row of its holder, for each few hundred of them.
SOME_ENTRIES: Any = _entries(col(Enrolment.cohort_id) + 0).where(
    col(Enrolment.learner_id).in_(SOME)
)


def told(agreement: Agreement, as_of: date, chunk: Sequence[int] = ()) -> dict[str, Any]:
    """What statements over the people of an agreement, or over some of them, are told."""
    return {
        "chunk": list(chunk),
        "agreement": agreement.id,
        "holder": agreement.organisation_id,
        "starts_on": agreement.starts_on,
        "until": min(agreement.ends_on, as_of),
        "as_of": as_of,
    }


def chunks(
    session: Session, agreement: Agreement, as_of: date, size: int = CHUNK
) -> Iterator[list[int]]:
    """The learners, by first entry, `size` at a time."""
    ids = list(session.execute(IN_ORDER, told(agreement, as_of)).scalars())
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def count_of(session: Session, agreement: Agreement, as_of: date) -> int:
    """How many people that is."""
    found = select(func.count()).select_from(IN_ORDER.order_by(None).subquery())
    return int(session.execute(found, told(agreement, as_of)).scalar_one())


def entries_of(
    session: Session, agreement: Agreement, as_of: date, chunk: Sequence[int] | None = None
) -> tuple[Entries, dict[int, Learner]]:
    """The entries known on `as_of`, within the agreement, by learner; and these learners.

    `chunk`: of these learners alone.
    """
    statement = ENTRIES if chunk is None else SOME_ENTRIES
    rows = session.execute(statement, told(agreement, as_of, chunk or ()))
    entries: Entries = defaultdict(list)
    learners: dict[int, Learner] = {}
    for enrolment, cohort, learner in rows:
        entries[enrolment.learner_id].append((enrolment, cohort))
        learners[enrolment.learner_id] = learner
    return entries, learners
