"""Loading official lists: what an edition holds is written, what it drops is archived."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from sqlalchemy import insert, select, update
from sqlmodel import Session, SQLModel, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.reference_lists import (
    CertificationRow,
    CommuneRow,
    DistrictRow,
    OccupationRow,
    ReferenceList,
)
from parcours.models import Commune, District, Occupation, ReferenceVersion, RncpSheet
from parcours.sheets import reference_files

Reader = Callable[[bytes], Sequence[Any]]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did: codes of the edition, those it brings, changes, drops."""

    version: str
    codes: int
    created: int = 0
    updated: int = 0
    archived: int = 0
    is_known: bool = False


def load(
    session: Session,
    actor: Actor | None,
    kind: ReferenceList,
    content: bytes,
    *,
    version: str,
    today: date,
) -> Loaded:
    """Load a file as published; the same bytes twice change nothing. No code is ever deleted.

    `actor` is None at the machine itself. Raises RuleBroken, in French.
    """
    if actor is not None:
        require(actor, Capability.LOAD_REFERENCES)
    digest = hashlib.sha256(content).hexdigest()
    known = _known(session, kind, digest)
    last = _last(session, kind)
    if known is not None and last is not None and known.id == last.id:
        return Loaded(known.version, known.codes, is_known=True)
    table, read = LISTS[kind]
    values = {row["code"]: row for row in map(_values, read(content))}
    row = known or ReferenceVersion(
        list=kind, version=version[:60], sha256=digest, codes=len(values)
    )
    row.imported_by_id = actor.account_id if actor else None
    session.add(row)
    session.flush()
    created, updated, archived = _write(session, table, values, row.id or 0, today)
    audit.record(session, actor, "load", "reference_version", row.id, list=kind.value)
    return Loaded(row.version, len(values), created, updated, archived)


def _write(
    session: Session,
    table: type[SQLModel],
    values: dict[str, dict[str, Any]],
    version_id: int,
    today: date,
) -> tuple[int, int, int]:
    stored = {
        row["code"]: dict(row)
        for row in session.execute(select(table.__table__)).mappings()  # type: ignore[attr-defined]
    }
    new = [row for code, row in values.items() if code not in stored]
    changed = [
        row
        for code, row in values.items()
        if code in stored and any(stored[code][name] != value for name, value in row.items())
    ]
    back = [row for row in changed if stored[row["code"]]["archived_on"] is not None]
    for start in range(0, len(new), CHUNK):
        rows = [row | {"version_id": version_id} for row in new[start : start + CHUNK]]
        session.execute(insert(table), rows)
    for row in changed:
        _change(session, table, [row["code"]], {**row, "version_id": version_id})
    gone = [code for code, row in stored.items() if code not in values and not row["archived_on"]]
    for start in range(0, len(gone), CHUNK):
        _change(session, table, gone[start : start + CHUNK], {"archived_on": today})
    return len(new) + len(back), len(changed) - len(back), len(gone)


def _change(
    session: Session, table: type[SQLModel], codes: list[str], values: dict[str, Any]
) -> None:
    code = table.__table__.c.code  # type: ignore[attr-defined]
    statement = update(table).where(code.in_(codes)).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))


def _known(session: Session, kind: ReferenceList, digest: str) -> ReferenceVersion | None:
    found: ReferenceVersion | None = session.execute(
        select(ReferenceVersion).where(
            col(ReferenceVersion.list) == kind, col(ReferenceVersion.sha256) == digest
        )
    ).scalar_one_or_none()
    return found


def _last(session: Session, kind: ReferenceList) -> ReferenceVersion | None:
    found: ReferenceVersion | None = session.execute(
        select(ReferenceVersion)
        .where(col(ReferenceVersion.list) == kind)
        .order_by(col(ReferenceVersion.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def _values(row: OccupationRow | CertificationRow | CommuneRow | DistrictRow) -> dict[str, Any]:
    values: dict[str, Any] = {**asdict(row), "archived_on": None}
    if isinstance(row, CommuneRow):
        values["name_key"] = fold(row.name)[:120]
    elif isinstance(row, CertificationRow):
        values["blocks"] = [{"code": code, "label": label} for code, label in row.blocks]
    elif isinstance(row, DistrictRow):
        values |= _box(row)
    return values


def _box(row: DistrictRow) -> dict[str, float]:
    """The box of an outline that is one (RuleBroken); projected metres are no degrees."""
    try:
        outline = shape(row.outline)
        west, south, east, north = (float(side) for side in shapely.bounds(outline))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise RuleBroken(f"Le contour du quartier {row.code} n’est pas lisible.") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise RuleBroken(
            f"Le contour du quartier {row.code} n’est pas en degrés : prenez le fichier EPSG:4326."
        )
    return {"west": west, "south": south, "east": east, "north": north}


LISTS: dict[ReferenceList, tuple[type[SQLModel], Reader]] = {
    ReferenceList.ROME: (Occupation, reference_files.read_rome),
    ReferenceList.RNCP: (RncpSheet, reference_files.read_rncp),
    ReferenceList.QPV: (District, reference_files.read_districts),
    ReferenceList.COMMUNES: (Commune, reference_files.read_communes),
}
