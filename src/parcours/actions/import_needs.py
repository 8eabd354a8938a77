"""A partner’s list of needs: which employer, which need is known already, what each row will do."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours.actions.employers import KIND
from parcours.actions.import_plans import Candidate, Plan, RowPlan, Verdict, rejected
from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.intake_needs import NeedRow, read_needs
from parcours.domain.intake_table import ColumnMap, Sheet
from parcours.models import Employer, Framework, Need, Organisation, Skill

NEW, SKIP = "new", "skip"
Keys = dict[str, int]


@dataclass(slots=True)
class Payload:
    """What applying a row takes: the row, its employer if known, the need it changes."""

    row: NeedRow
    key: str
    sha256: str
    partner_id: int | None
    need_id: int | None = None


@dataclass(slots=True)
class Known:
    """What is there already: organisations by SIRET and by name, needs by the row they came from,
    skills by their words.
    """

    by_siret: Keys
    by_name: Keys
    needs: dict[str, tuple[int, str | None]]
    skills: Keys
    taken: Keys = field(default_factory=dict)


def plan_needs(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the rows of a list will do; nothing is written."""
    intake = read_needs(sheet, column_map, today)
    known = known_for(session, actor, intake.rows)
    rows = [_plan_row(row, known, decisions) for row in intake.rows]
    rows += rejected(intake.rejected)
    return Plan(
        sorted(rows, key=lambda fate: fate.row),
        intake.errors,
        intake.warnings,
        intake.ignored,
        intake.blank,
        _notices(intake.rows, known),
    )


def known_for(session: Session, actor: Actor, rows: list[NeedRow]) -> Known:
    """What is there already of what rows speak of, in four statements."""
    sirets = [row.siret for row in rows if row.siret]
    named = select(col(Organisation.siret), col(Organisation.id)).where(
        col(Organisation.siret).in_(sirets)
    )
    employers = (
        select(col(Organisation.name_key), col(Organisation.id))
        .outerjoin(
            Employer,
            (col(Employer.partner_id) == col(Organisation.id))
            & (col(Employer.organisation_id) == actor.organisation_id),
        )
        .where(
            col(Organisation.name_key).in_([fold(row.employer)[:200] for row in rows]),
            or_(col(Employer.id).is_not(None), col(Organisation.kind) == KIND),
        )
        .order_by(col(Employer.id).is_(None).desc(), col(Organisation.id).desc())
    )
    needs = select(col(Need.source_key), col(Need.id), col(Need.source_sha256)).where(
        col(Need.organisation_id) == actor.organisation_id, col(Need.source_key).is_not(None)
    )
    return Known(
        {str(row[0]): int(row[1]) for row in session.execute(named)},
        {str(row[0]): int(row[1]) for row in session.execute(employers)},
        {str(row[0]): (int(row[1]), row[2]) for row in session.execute(needs)},
        known_skills(session, actor),
    )


def known_skills(session: Session, actor: Actor) -> Keys:
    """The skills in use by their folded label: exactly that label is that skill, nothing else."""
    rows = session.execute(
        select(col(Skill.label), col(Skill.id))
        .outerjoin(Framework, col(Framework.code) == col(Skill.framework))
        .where(
            col(Skill.archived_on).is_(None),
            or_(
                col(Framework.organisation_id).is_(None),
                col(Framework.organisation_id) == actor.organisation_id,
            ),
        )
        .order_by(col(Skill.id).desc())
    )
    return {fold(row[0]): int(row[1] or 0) for row in rows}


def fingerprint(row: NeedRow) -> str:
    """What a row says, whatever its place in the sheet."""
    said: dict[str, Any] = {
        name: str(getattr(row, name)) for name in NeedRow.__dataclass_fields__ if name != "number"
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plan_row(row: NeedRow, known: Known, decisions: Mapping[str, str]) -> RowPlan:
    name = f"{row.title}, {row.employer}"
    decided = decisions.get(str(row.number), "")
    if decided == SKIP:
        return RowPlan(row.number, Verdict.TO_DECIDE, name, "laissée de côté")
    key = _key(row, decided == NEW)
    partner = known.by_siret.get(row.siret or "") or known.by_name.get(fold(row.employer)[:200])
    payload = Payload(row, key, fingerprint(row), partner)
    if earlier := known.taken.get(key):
        reason = f"La ligne {earlier} décrit déjà ce poste chez cet employeur."
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    known.taken[key] = row.number
    if key not in known.needs:
        return RowPlan(row.number, Verdict.CREATED, name, payload=payload)
    need_id, sha256 = known.needs[key]
    if sha256 == payload.sha256:
        return RowPlan(row.number, Verdict.UNCHANGED, name)
    if decided == str(need_id):
        payload.need_id = need_id
        return RowPlan(row.number, Verdict.UPDATED, name, payload=payload)
    reason = "Ce besoin est déjà noté, et le fichier ne dit plus la même chose."
    same = [Candidate(need_id, "ce besoin : le mettre à jour", "nouvelle version")]
    return RowPlan(row.number, Verdict.TO_DECIDE, name, reason, same)


def _key(row: NeedRow, is_new: bool) -> str:
    told = [row.siret or fold(row.employer), fold(row.title), row.rome or ""]
    if is_new:
        told.append(fingerprint(row))
    return hashlib.sha256("|".join(told).encode()).hexdigest()


def _notices(rows: list[NeedRow], known: Known) -> list[str]:
    words = {fold(item.text) for row in rows for item in row.skills}
    unknown = len(words - set(known.skills))
    told = ["Les besoins entrent comme brouillons : relisez-les, puis publiez-les."] if rows else []
    if unknown:
        many = "s" if unknown > 1 else ""
        told.append(
            f"{unknown} mot{many} d’employeur à relier à une compétence, sur la page de chaque "
            "besoin."
        )
    return told
