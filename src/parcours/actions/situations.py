"""What was said of people who left: each row kept, the last version of each read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import reference
from parcours.domain.follow_ups import Teller
from parcours.domain.outcomes import (
    ContractType,
    EmployerKind,
    ExitType,
    Improvement,
    Qualification,
    SituationFacts,
    SituationKind,
)
from parcours.models import ExitSituation
from parcours.models.outcomes import is_current

FLAGS = (
    "is_open_ended", "is_temp", "is_public", "is_subsidised", "is_self_employed", "is_seasonal",
    "is_work_study",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SituationRecord:
    """What a person says of a situation, on the day it is true of. None is unknown."""

    observed_on: date
    situation: str | None = None
    contract_type: str | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = None
    siret: str | None = None
    employer_kind: EmployerKind | None = None
    weekly_hours: Decimal | None = None
    related_to_training: bool | None = None
    qualification: Qualification | None = None
    qualified_on: date | None = None
    improvement: Improvement | None = None
    proof: str | None = None
    proof_seen_on: date | None = None
    told_by: Teller | None = None
    words: str | None = None
    need_id: int | None = None


FIELDS = tuple(SituationRecord.__dataclass_fields__)
CURRENT = (
    select(ExitSituation)
    .where(col(ExitSituation.exit_id).in_(bindparam("exits", expanding=True)), is_current())
    .order_by(col(ExitSituation.moment), col(ExitSituation.observed_on), col(ExitSituation.id))
)
EVERY = (
    select(ExitSituation)
    .where(col(ExitSituation.exit_id).in_(bindparam("exits", expanding=True)))
    .order_by(col(ExitSituation.id))
)
# A statement is told no more ids than that: databases refuse tens of thousands.
CHUNK = 2_000


def columns(record: SituationRecord) -> dict[str, Any]:
    """A record as columns of its row."""
    return {name: getattr(record, name) for name in FIELDS}


def record_of(row: ExitSituation) -> SituationRecord:
    """A stored situation as it was said."""
    return SituationRecord(**{name: getattr(row, name) for name in FIELDS})


def situations_of(
    session: Session, exit_ids: Iterable[int], *, as_of: date | None = None
) -> dict[int, list[ExitSituation]]:
    """By exit, the last version of each situation, the exit’s own first, then by day.

    `as_of`: those of that day or before. The caller may see these exits.
    """
    ids, found = sorted(exit_ids), defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(CURRENT, {"exits": ids[start : start + CHUNK]}).scalars()
        for row in rows:
            if as_of is None or row.observed_on <= as_of:
                found[row.exit_id].append(row)
    return found


def every_version(session: Session, exit_ids: Sequence[int]) -> list[ExitSituation]:
    """Everything ever said of exits, the corrected versions too, in the order it was said."""
    if not exit_ids:
        return []
    return list(session.execute(EVERY, {"exits": list(exit_ids)}).scalars())


def facts_of(said: SituationRecord | ExitSituation) -> SituationFacts:
    """A situation as the rules read it."""
    return SituationFacts(
        on=said.observed_on,
        situation=exit_type(said.situation),
        contract=contract_type(said.contract_type),
        contract_starts_on=said.contract_starts_on,
        contract_ends_on=said.contract_ends_on,
        employer=said.employer,
        has_proof=said.proof_seen_on is not None,
        siret=said.siret,
        employer_kind=said.employer_kind,
        weekly_hours=said.weekly_hours,
        related_to_training=said.related_to_training,
        qualification=said.qualification,
        qualified_on=said.qualified_on,
        improvement=said.improvement,
    )


def exit_type(code: str | None) -> ExitType | None:
    """A situation of the list as the rules read it."""
    item = reference.exit_types().get(code) if code else None
    if item is None:
        return None
    return ExitType(
        item.code,
        SituationKind(item.extra["situation"]),
        item.extra["iae_class"],
        item.flag("overrides_contract"),
        item.flag("is_qualifying"),
    )


def contract_type(code: str | None) -> ContractType | None:
    """A contract of the list as the rules read it."""
    item = reference.contract_types().get(code) if code else None
    if item is None:
        return None
    return ContractType(
        item.code,
        item.flag("is_employment"),
        item.flag("needs_end"),
        item.extra["iae_class"],
        **{name: item.flag(name) for name in FLAGS},
    )


def answer_of(session: Session, follow_up_id: int) -> ExitSituation | None:
    """The last version of the answer to a follow-up."""
    found: ExitSituation | None = session.execute(
        select(ExitSituation).where(col(ExitSituation.follow_up_id) == follow_up_id, is_current())
    ).scalar_one_or_none()
    return found


def is_corrected(session: Session, situation_id: int) -> bool:
    """Whether somebody said it again since."""
    found = session.execute(
        select(col(ExitSituation.id)).where(col(ExitSituation.replaces_id) == situation_id)
    )
    return found.first() is not None
