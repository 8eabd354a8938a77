"""What the pages of agreements read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import reference
from parcours.domain.access import Actor
from parcours.models import (
    Account,
    Agreement,
    AgreementCohort,
    Cohort,
    Export,
    Organisation,
    Programme,
    visibility,
)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement of the list."""

    id: int
    code: str
    title: str
    funder: str
    organisation: str
    starts_on: date
    ends_on: date
    exports: int


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A workbook kept."""

    id: int
    as_of: date
    file_name: str
    participants: int
    rules: str
    sha256: str
    created_at: datetime
    author: str


def agreements(session: Session, actor: Actor) -> list[AgreementRow]:
    """The agreements the actor sees, the latest first."""
    funder, holder = aliased(Organisation), aliased(Organisation)
    kept = (
        select(func.count())
        .select_from(Export)
        .where(col(Export.agreement_id) == col(Agreement.id))
        .correlate(Agreement)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            col(Agreement.id),
            col(Agreement.code),
            col(Agreement.title),
            col(funder.name),
            col(holder.name),
            col(Agreement.starts_on),
            col(Agreement.ends_on),
            kept,
        )
        .join(funder, col(funder.id) == col(Agreement.funder_id))
        .join(holder, col(holder.id) == col(Agreement.organisation_id))
        .where(visibility.sees_agreement(actor))
        .order_by(col(Agreement.starts_on).desc(), col(Agreement.id).desc())
    )
    return [AgreementRow(*row) for row in rows]


def names(session: Session, agreement: Agreement) -> dict[str, str]:
    """Who funds an agreement the caller has opened, who holds it, and its programme."""
    funder = session.get_one(Organisation, agreement.funder_id)
    holder = session.get_one(Organisation, agreement.organisation_id)
    programme = session.get(Programme, agreement.programme_id) if agreement.programme_id else None
    return {
        "funder": funder.name,
        "organisation": holder.name,
        "programme": programme.name if programme else "",
    }


def cohorts(session: Session, agreement_id: int) -> list[str]:
    """The names of the cohorts of an agreement."""
    return list(
        session.execute(
            select(col(Cohort.name))
            .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
            .where(col(AgreementCohort.agreement_id) == agreement_id)
            .order_by(col(Cohort.starts_on), col(Cohort.id))
        ).scalars()
    )


def exports(session: Session, agreement_id: int) -> list[ExportRow]:
    """The workbooks of an agreement, the latest first (their bytes left where they are)."""
    rows = session.execute(
        select(
            col(Export.id),
            col(Export.as_of),
            col(Export.file_name),
            col(Export.participants),
            col(Export.rules),
            col(Export.sha256),
            col(Export.created_at),
            col(Account.name),
        )
        .join(Account, col(Account.id) == col(Export.created_by_id))
        .where(col(Export.agreement_id) == agreement_id)
        .order_by(col(Export.id).desc())
    )
    return [ExportRow(*row) for row in rows]


def choices(session: Session, actor: Actor) -> dict[str, list[tuple[int, str]]]:
    """Funders, programmes, and the cohorts of one’s organisation."""
    funding = [
        code for code, item in reference.organisation_kinds().items() if item.flag("is_funder")
    ]
    funders = session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .where(col(Organisation.kind).in_(funding), col(Organisation.closed_on).is_(None))
        .order_by(col(Organisation.name))
    )
    programmes = session.execute(
        select(col(Programme.id), col(Programme.name)).order_by(col(Programme.name))
    )
    own = session.execute(
        select(col(Cohort.id), col(Cohort.name))
        .where(col(Cohort.organisation_id) == actor.organisation_id)
        .order_by(col(Cohort.starts_on).desc())
    )
    return {
        "funder": [(row[0] or 0, row[1]) for row in funders],
        "programme": [(row[0] or 0, row[1]) for row in programmes],
        "cohorts": [(row[0] or 0, row[1]) for row in own],
    }
