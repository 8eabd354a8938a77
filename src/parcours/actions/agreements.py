"""Funders’ agreements: entering one, and finding one again."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import Agreement, AgreementCohort, Cohort, Export, Organisation, visibility


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


def create_agreement(
    session: Session,
    actor: Actor,
    *,
    code: str,
    title: str,
    funder_id: int,
    starts_on: date,
    ends_on: date,
    cohort_ids: Sequence[int],
    programme_id: int | None = None,
) -> Agreement:
    """Enter an agreement one’s organisation signed, over cohorts of its own (RuleBroken)."""
    require(actor, Capability.MANAGE_AGREEMENTS)
    check_agreement(session, actor, code, funder_id, starts_on, ends_on, cohort_ids)
    agreement = Agreement(
        code=code,
        title=title,
        funder_id=funder_id,
        organisation_id=actor.organisation_id,
        programme_id=programme_id,
        starts_on=starts_on,
        ends_on=ends_on,
        pseudonym_key=secrets.token_hex(32),
        created_by_id=actor.account_id,
    )
    session.add(agreement)
    session.flush()
    session.add_all(
        AgreementCohort(agreement_id=agreement.id or 0, cohort_id=cohort_id)
        for cohort_id in sorted(set(cohort_ids))
    )
    session.flush()
    audit.record(session, actor, "create", "agreement", agreement.id)
    return agreement


def _listed() -> Any:
    funder, holder = aliased(Organisation), aliased(Organisation)
    kept = (
        select(func.count())
        .select_from(Export)
        .where(col(Export.agreement_id) == col(Agreement.id))
        .correlate(Agreement)
        .scalar_subquery()
    )
    return (
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
        .order_by(col(Agreement.starts_on).desc(), col(Agreement.id).desc())
    )


LISTED = _listed()


def list_agreements(session: Session, actor: Actor) -> list[AgreementRow]:
    """The agreements the actor sees, the latest first."""
    rows = session.execute(LISTED.where(visibility.sees_agreement(actor)))
    return [AgreementRow(*row) for row in rows]


def agreement_by_code(session: Session, actor: Actor, code: str) -> Agreement:
    """The agreement a command names, among those the actor sees (else NotFound, RuleBroken)."""
    rows = session.execute(
        select(Agreement).where(col(Agreement.code) == code, visibility.sees_agreement(actor))
    ).scalars()
    found: list[Agreement] = list(rows)
    if not found:
        raise NotFound(f"Convention « {code} » introuvable.")
    if len(found) > 1:
        raise RuleBroken(f"Plusieurs conventions portent la référence « {code} ».", field="code")
    return found[0]


def check_agreement(
    session: Session,
    actor: Actor,
    code: str,
    funder_id: int,
    starts_on: date,
    ends_on: date,
    cohort_ids: Iterable[int],
    *,
    known: Agreement | None = None,
) -> None:
    """Refuse an agreement that cannot be (RuleBroken); `known` is the one being corrected."""
    errors: dict[str, str] = {}
    if not code.strip():
        errors["code"] = "Donnez une référence à la convention."
    elif _is_known(session, actor, code, known):
        errors["code"] = "Une autre convention de votre structure porte déjà cette référence."
    funder = session.get(Organisation, funder_id)
    if funder is None or not reference.organisation_kinds()[funder.kind].flag("is_funder"):
        errors["funder"] = "Choisissez un financeur."
    if ends_on < starts_on:
        errors["ends_on"] = "La convention finit avant d’avoir commencé."
    own = select(col(Cohort.id)).where(col(Cohort.organisation_id) == actor.organisation_id)
    if not cohort_ids or not set(cohort_ids) <= set(session.execute(own).scalars()):
        errors["cohorts"] = "Choisissez au moins une promotion de votre structure."
    if errors:
        raise RuleBroken(errors=errors)


def _is_known(session: Session, actor: Actor, code: str, known: Agreement | None) -> bool:
    same = select(col(Agreement.id)).where(
        col(Agreement.organisation_id) == actor.organisation_id,
        col(Agreement.code) == code,
        col(Agreement.id) != (known.id if known else 0),
    )
    return session.execute(same).first() is not None
