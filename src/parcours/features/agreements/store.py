"""What the pages of agreements read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.outputs import OUTPUTS
from parcours.domain.access import Actor, Role
from parcours.domain.agreements import Audience
from parcours.domain.nominative import Purpose
from parcours.models import (
    Account,
    Agreement,
    AgreementCohort,
    Cohort,
    Export,
    NominativeExport,
    Organisation,
    Programme,
    visibility,
)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A workbook kept."""

    id: int
    as_of: date
    output: str
    layout: str | None
    file_name: str
    participants: int | None
    rules: str
    sha256: str
    created_at: datetime
    author: str
    audience: Audience

    @property
    def is_counts(self) -> bool:
        """Whether it holds counts for the funder, and nobody’s row."""
        return self.audience is Audience.FUNDER

    @property
    def label(self) -> str:
        """Which output it is, and by which choice of columns."""
        label = OUTPUTS[self.output].label
        return f"{label} : {self.layout}" if self.layout else label


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy that names people: who took it, why, until when."""

    id: int
    reference: str
    output: str
    as_of: date
    purpose: Purpose
    words: str
    participants: int
    sha256: str
    created_at: datetime
    expires_at: datetime
    author: str
    organisation: str
    is_mine: bool
    is_expired: bool

    @property
    def label(self) -> str:
        """Which output it is."""
        return OUTPUTS[self.output].label


FUNDER, HOLDER = aliased(Organisation), aliased(Organisation)
NAMES = (
    select(col(FUNDER.name), col(HOLDER.name), col(Programme.name))
    .select_from(Agreement)
    .join(FUNDER, col(FUNDER.id) == col(Agreement.funder_id))
    .join(HOLDER, col(HOLDER.id) == col(Agreement.organisation_id))
    .outerjoin(Programme, col(Programme.id) == col(Agreement.programme_id))
    .where(col(Agreement.id) == bindparam("agreement"))
)


def names(session: Session, agreement: Agreement) -> dict[str, str]:
    """Who funds an agreement the caller has opened, who holds it, and its programme."""
    row = session.execute(NAMES, {"agreement": agreement.id}).one()
    return {"funder": row[0], "organisation": row[1], "programme": row[2] or ""}


COHORTS = (
    select(col(Cohort.name))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
    .where(col(AgreementCohort.agreement_id) == bindparam("agreement"))
    .order_by(col(Cohort.starts_on), col(Cohort.id))
)


def cohorts(session: Session, agreement_id: int) -> list[str]:
    """The names of the cohorts of an agreement."""
    return list(session.execute(COHORTS, {"agreement": agreement_id}).scalars())


def exports(session: Session, actor: Actor, agreement_id: int) -> list[ExportRow]:
    """The workbooks of an agreement, the latest first (their bytes left where they are).

    A funder reads those made of counts, and nobody’s rows.
    """
    rows = session.execute(
        select(
            col(Export.id),
            col(Export.as_of),
            col(Export.output),
            col(Export.layout),
            col(Export.file_name),
            col(Export.participants),
            col(Export.rules),
            col(Export.sha256),
            col(Export.created_at),
            col(Account.name),
            col(Export.audience),
        )
        .join(Account, col(Account.id) == col(Export.created_by_id))
        .where(col(Export.agreement_id) == agreement_id, visibility.reads_export(actor))
        .order_by(col(Export.id).desc())
    )
    return [ExportRow(*row) for row in rows]


def copies(session: Session, actor: Actor, agreement_id: int, now: datetime) -> list[CopyRow]:
    """Who took names of an agreement, the latest first (their bytes left where they are).

    A funder reads its own; who holds the people reads everybody’s.
    """
    table = NominativeExport
    is_mine = and_(
        col(table.created_by_id) == actor.account_id,
        col(table.organisation_id) == actor.organisation_id,
    )
    statement = (
        select(
            col(table.id),
            col(table.reference),
            col(table.output),
            col(table.as_of),
            col(table.purpose),
            col(table.words),
            col(table.participants),
            col(table.sha256),
            col(table.created_at),
            col(table.expires_at),
            col(Account.name),
            col(Organisation.name),
            is_mine,
            or_(col(table.erased_at).is_not(None), col(table.expires_at) <= now),
        )
        .join(Account, col(Account.id) == col(table.created_by_id))
        .join(Organisation, col(Organisation.id) == col(table.organisation_id))
        .where(col(table.agreement_id) == agreement_id)
        .order_by(col(table.id).desc())
    )
    if actor.role is Role.FUNDER:
        statement = statement.where(col(table.organisation_id) == actor.organisation_id)
    return [CopyRow(*row) for row in session.execute(statement)]


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
