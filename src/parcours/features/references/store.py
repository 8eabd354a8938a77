"""What the page of official lists reads: editions, codes, and codes in use that left them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all
from sqlmodel import Session, col

from parcours.domain.access import Actor, Capability
from parcours.domain.reference_lists import ReferenceList
from parcours.models import (
    Account,
    Certification,
    Commune,
    Curriculum,
    CurriculumOccupation,
    District,
    Employer,
    EmployerSite,
    Learner,
    Need,
    NeedVersion,
    Occupation,
    ReferenceVersion,
    RncpSheet,
)

TABLES: dict[ReferenceList, Any] = {
    ReferenceList.ROME: Occupation,
    ReferenceList.RNCP: RncpSheet,
    ReferenceList.QPV: District,
    ReferenceList.COMMUNES: Commune,
}


@dataclass(frozen=True, slots=True)
class Edition:
    """A file loaded: its edition, when and by whom (None: at the machine), how many codes."""

    list: ReferenceList
    version: str
    at: datetime
    by: str | None
    codes: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A code in use: how often, and whether the list once had it (`is_archived`) or never."""

    list: ReferenceList
    code: str
    label: str
    uses: int
    is_archived: bool


def editions(session: Session) -> list[Edition]:
    """Every edition loaded, the latest first."""
    rows = session.execute(
        select(
            col(ReferenceVersion.list),
            col(ReferenceVersion.version),
            col(ReferenceVersion.imported_at),
            col(Account.name),
            col(ReferenceVersion.codes),
        )
        .outerjoin(Account, col(Account.id) == col(ReferenceVersion.imported_by_id))
        .order_by(col(ReferenceVersion.id).desc())
    )
    return [Edition(*row) for row in rows]


def counts(session: Session) -> dict[ReferenceList, tuple[int, int]]:
    """By list, how many codes hold today, and how many are archived; one statement."""
    parts = [
        select(
            literal(kind.value),
            func.count().filter(col(table.archived_on).is_(None)),
            func.count(col(table.archived_on)),
        ).select_from(table)
        for kind, table in TABLES.items()
    ]
    return {ReferenceList(row[0]): (row[1], row[2]) for row in session.execute(union_all(*parts))}


def gone(session: Session, actor: Actor, loaded: Iterable[ReferenceList]) -> list[Gone]:
    """The codes in use that the lists loaded do not hold any more, or never did.

    Those of one’s organisation; whoever loads lists reads how often each code is used anywhere.
    A list that is not loaded is compared with nothing.
    """
    everywhere = actor.can(Capability.LOAD_REFERENCES)
    found: list[Gone] = []
    for kind in loaded:
        used = _used(kind, None if everywhere else actor.organisation_id)
        table = TABLES[kind]
        name = table.name if kind in (ReferenceList.QPV, ReferenceList.COMMUNES) else table.label
        rows = session.execute(
            select(used.c.code, col(name), func.count(), col(table.code).is_not(None))
            .select_from(used)
            .outerjoin(table, col(table.code) == used.c.code)
            .where(or_(col(table.code).is_(None), col(table.archived_on).is_not(None)))
            .where(*_of_loaded_generation(kind, used.c.code))
            .group_by(used.c.code, col(name), col(table.code))
            .order_by(used.c.code)
        )
        found += [Gone(kind, code, label or "", uses, known) for code, label, uses, known in rows]
    return found


def _of_loaded_generation(kind: ReferenceList, code: Any) -> tuple[Any, ...]:
    """A district fixed at entry under a generation that is not loaded is not compared."""
    if kind is not ReferenceList.QPV:
        return ()
    loaded = select(func.substr(col(District.code), 1, 2))
    return (func.substr(code, 1, 2).in_(loaded),)


def _used(kind: ReferenceList, organisation_id: int | None) -> Any:
    """Every use of a code of a list, in what holds today."""
    parts = [
        statement.where(
            code.is_not(None),
            *(() if organisation_id is None else (or_(owner == organisation_id, owner.is_(None)),)),
        )
        for code, owner, statement in _uses()[kind]
    ]
    return union_all(*parts).subquery("used")


def _uses() -> dict[ReferenceList, list[tuple[Any, Any, Any]]]:
    """By list, where its codes are written: the column, whose it is, the statement."""
    title, sheet, lived = (
        col(Certification.code), col(Curriculum.rncp_code), col(Learner.qpv_code),
    )  # fmt: skip
    titles: Any = select(title.label("code")).where(title.like("RNCP%"))
    return {
        ReferenceList.ROME: _occupations(),
        ReferenceList.RNCP: [
            (title, col(Certification.organisation_id), titles),
            (sheet, col(Curriculum.organisation_id), select(sheet.label("code"))),
        ],
        ReferenceList.QPV: [
            (lived, col(Learner.organisation_id), select(lived.label("code"))),
            _of_sites(EmployerSite.district_code),
        ],
        ReferenceList.COMMUNES: [_of_sites(EmployerSite.commune_code)],
    }


def _occupations() -> list[tuple[Any, Any, Any]]:
    asked, aimed = col(NeedVersion.rome_code), col(CurriculumOccupation.rome_parent)
    needs: Any = (
        select(asked.label("code"))
        .join(Need, col(Need.id) == col(NeedVersion.need_id))
        .where(col(NeedVersion.number) == col(Need.version))
    )
    aims: Any = select(aimed.label("code")).join(
        Curriculum, col(Curriculum.id) == col(CurriculumOccupation.curriculum_id)
    )
    return [
        (asked, col(Need.organisation_id), needs),
        (aimed, col(Curriculum.organisation_id), aims),
    ]


def _of_sites(column: Any) -> tuple[Any, Any, Any]:
    code = col(column)
    sites: Any = select(code.label("code")).join(
        Employer, col(Employer.id) == col(EmployerSite.employer_id)
    )
    return code, col(Employer.organisation_id), sites
