"""The directory of partners: adding one that has no account, correcting and confirming an entry."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.accounts import create_organisation
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.identity import fold
from parcours.domain.partners import is_activity_number, is_siret, place_key
from parcours.models import Membership, Organisation, visibility

MOVED = "Quelqu’un vient de modifier cette fiche : relisez-la avant de la confirmer."
SAME_SIRET = "Une structure de l’annuaire porte déjà ce SIRET : {names}."
ALIKE = (
    "Ressemble à une structure de l’annuaire : {names}. "
    "Cochez la case s’il s’agit bien d’une autre."
)


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What somebody says of an organisation; `kind` is a code of organisation_kinds.csv."""

    name: str
    kind: str
    city: str | None = None
    contact_email: str | None = None
    siret: str | None = None
    phone: str | None = None
    address: str | None = None
    postcode: str | None = None
    activity_number: str | None = None


FIELDS = tuple(PartnerFacts.__dataclass_fields__)


def add_partner(
    session: Session, actor: Actor, facts: PartnerFacts, *, is_another: bool = False
) -> Organisation:
    """Write a partner without an account in the directory: relays can be sent to it at once.

    One that looks like an organisation of the directory is refused until `is_another` says that it
    is not the same; a SIRET already known always is.
    """
    require(actor, Capability.PUBLISH_OFFERS)
    _check(session, facts)
    if not is_another and (names := _alike(session, facts)):
        raise RuleBroken(ALIKE.format(names=", ".join(names)), field="is_another")
    code = f"ANNUAIRE-{secrets.token_hex(6)}"
    return create_organisation(session, code=code, added_by=actor, **asdict(facts))


def correct_partner(
    session: Session,
    actor: Actor,
    organisation_id: int,
    facts: PartnerFacts,
    *,
    version: int,
    today: date,
) -> Organisation:
    """Correct an entry; corrected by the organisation itself, it is confirmed."""
    require(actor, Capability.PUBLISH_OFFERS)
    row = visibility.writable_partner(session, actor, organisation_id, lock=True)
    if row.version != version:
        raise EditConflict(
            theirs={name: getattr(row, name) for name in FIELDS}, mine=asdict(facts), who=""
        )
    _check(session, facts, but=organisation_id)
    changed = [name for name, value in asdict(facts).items() if getattr(row, name) != value]
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.name_key = fold(facts.name)[:200]
    row.place_key = place_key(facts.kind, facts.postcode, facts.address)
    row.version += bool(changed)
    if organisation_id == actor.organisation_id:
        row.confirmed_on, row.confirmed_by_id = today, actor.account_id
    session.flush()
    audit.record(session, actor, "edit", "organisation", organisation_id, fields=changed)
    return row


def confirm_partner(
    session: Session, actor: Actor, organisation_id: int, *, version: int, today: date
) -> None:
    """The organisation says that its own entry, as it read it, still holds."""
    require(actor, Capability.PUBLISH_OFFERS)
    row = visibility.writable_partner(session, actor, organisation_id, lock=True)
    if organisation_id != actor.organisation_id:
        raise RuleBroken("Seule la structure concernée confirme sa fiche.")
    if row.version != version:
        raise RuleBroken(MOVED)
    if row.confirmed_on != today:
        row.confirmed_on, row.confirmed_by_id = today, actor.account_id
        session.flush()
        audit.record(session, actor, "confirm", "organisation", organisation_id)


def looks_like(facts: Organisation | PartnerFacts) -> ColumnElement[bool]:
    """Condition: the same folded name, the same SIRET, or the same address and kind."""
    place = place_key(facts.kind, facts.postcode, facts.address)
    return or_(
        col(Organisation.name_key) == fold(facts.name)[:200],
        col(Organisation.siret) == facts.siret if facts.siret else false(),
        col(Organisation.place_key) == place if place else false(),
    )


def has_account(today: date) -> ColumnElement[bool]:
    """Condition: somebody acts for the organisation today."""
    return exists(
        select(1).where(
            col(Membership.organisation_id) == col(Organisation.id),
            col(Membership.starts_on) <= today,
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= today),
        )
    )


def _check(session: Session, facts: PartnerFacts, *, but: int | None = None) -> None:
    errors: dict[str, str] = {}
    if not facts.name.strip():
        errors["name"] = "Indiquez le nom de la structure."
    if facts.kind not in reference.organisation_kinds():
        errors["kind"] = "Choisissez la nature de la structure."
    if facts.activity_number and not is_activity_number(facts.activity_number):
        errors["activity_number"] = "Un numéro de déclaration d’activité a 11 chiffres."
    if facts.siret and not is_siret(facts.siret):
        errors["siret"] = "Un SIRET a 14 chiffres : vérifiez ceux que vous avez tapés."
    elif facts.siret:
        same = select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.siret) == facts.siret
        )
        names = [name for number, name in session.execute(same) if number != but]
        if names:
            errors["siret"] = SAME_SIRET.format(names=", ".join(names))
    if errors:
        raise RuleBroken(errors=errors)


def _alike(session: Session, facts: PartnerFacts) -> list[str]:
    found = select(col(Organisation.name)).where(looks_like(facts)).order_by("name").limit(3)
    return list(session.execute(found).scalars())
