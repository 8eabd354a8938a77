"""Employers: their entry in the directory, whom to speak to, where they work, their code."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import communes, directory
from parcours.actions.directory import PartnerFacts
from parcours.actions.districts import locate
from parcours.actions.employer_codes import Code, change_code, new_code
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.needs import EmployerSize
from parcours.models import (
    Employer,
    EmployerSite,
    IntroductionLink,
    Need,
    NeedLink,
    Organisation,
    visibility,
)

KIND = "EMPLOYEUR"
ALREADY = "Votre structure connaît déjà cet employeur : ouvrez sa fiche."


@dataclass(frozen=True, slots=True)
class Contact:
    """What one’s organisation alone knows of an employer. None is unknown."""

    naf: str | None = None
    size: EmployerSize | None = None
    contact_name: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A place of work."""

    label: str
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    commune_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


CONTACT_FIELDS = tuple(Contact.__dataclass_fields__)
SITE_FIELDS = tuple(SiteFacts.__dataclass_fields__)


def add_employer(
    session: Session,
    actor: Actor,
    facts: PartnerFacts,
    contact: Contact,
    *,
    is_another: bool = False,
) -> Employer:
    """Note an employer; its entry of the directory is written unless the SIRET has one already.

    Raises RuleBroken: known already, looks like another until `is_another`, SIRET, name.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    known = _of_siret(session, facts.siret)
    if known is None:
        described = replace(facts, kind=KIND)
        known = directory.add_partner(session, actor, described, is_another=is_another)
    return know_partner(session, actor, known.id or 0, contact)


def know_partner(
    session: Session, actor: Actor, partner_id: int, contact: Contact | None = None
) -> Employer:
    """Take an organisation of the directory for an employer (RuleBroken when it is one already)."""
    require(actor, Capability.FOLLOW_NEEDS)
    partner = session.get(Organisation, partner_id)
    if partner is None or partner.closed_on is not None:
        raise RuleBroken("Choisissez une structure de l’annuaire.", field="name")
    if employer_of(session, actor, partner_id) is not None:
        raise RuleBroken(ALREADY, field="siret" if partner.siret else "name")
    row = Employer(
        organisation_id=actor.organisation_id,
        partner_id=partner_id,
        created_by_id=actor.account_id,
        **_values(contact or Contact()),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "create", "employer", row.id)
    return row


def edit_contact(
    session: Session, actor: Actor, employer_id: int, contact: Contact, *, version: int
) -> Employer:
    """Correct what one’s organisation knows of an employer."""
    require(actor, Capability.FOLLOW_NEEDS)
    row = visibility.employer(session, actor, employer_id, lock=True)
    if row.version != version:
        theirs = {name: getattr(row, name) for name in CONTACT_FIELDS}
        raise EditConflict(theirs=theirs, mine=_values(contact), who="")
    changed = [name for name, value in _values(contact).items() if getattr(row, name) != value]
    for name, value in _values(contact).items():
        setattr(row, name, value)
    row.version += bool(changed)
    session.flush()
    audit.record(session, actor, "edit", "employer", row.id, fields=changed)
    return row


def employer_of(session: Session, actor: Actor, partner_id: int) -> Employer | None:
    """What one’s organisation knows of an organisation of the directory as an employer."""
    found: Employer | None = session.execute(
        select(Employer).where(
            col(Employer.organisation_id) == actor.organisation_id,
            col(Employer.partner_id) == partner_id,
        )
    ).scalar_one_or_none()
    return found


def add_site(session: Session, actor: Actor, employer_id: int, facts: SiteFacts) -> EmployerSite:
    """Note a place of work (RuleBroken, one message per field)."""
    require(actor, Capability.FOLLOW_NEEDS)
    visibility.employer(session, actor, employer_id)
    _check_site(session, facts)
    row = EmployerSite(employer_id=employer_id, **_site_values(session, facts))
    session.add(row)
    session.flush()
    audit.record(session, actor, "create", "employer_site", row.id)
    return row


def edit_site(
    session: Session, actor: Actor, employer_id: int, site_id: int, facts: SiteFacts
) -> EmployerSite:
    """Correct a place of work; its district follows its point."""
    require(actor, Capability.FOLLOW_NEEDS)
    row = visibility.employer_site(session, actor, employer_id, site_id)
    _check_site(session, facts)
    for name, value in _site_values(session, facts).items():
        setattr(row, name, value)
    session.flush()
    audit.record(session, actor, "edit", "employer_site", row.id)
    return row


def renew_code(session: Session, actor: Actor, employer_id: int) -> str:
    """A new code for an employer, said once; the links that wait open with it from now on."""
    require(actor, Capability.FOLLOW_NEEDS)
    row = visibility.employer(session, actor, employer_id, lock=True)
    digits, code = new_code()
    row.code_salt, row.code_hash = code.salt, code.hashed
    session.flush()
    of_employer = select(col(Need.id)).where(col(Need.employer_id) == employer_id)
    change_code(session, NeedLink, col(NeedLink.need_id).in_(of_employer), code)
    theirs = col(IntroductionLink.employer_id) == employer_id
    change_code(session, IntroductionLink, theirs, code)
    audit.record(session, actor, "renew_code", "employer", employer_id)
    return digits


def code_of(row: Employer) -> Code | None:
    """The code an employer was told, None while it has none."""
    if row.code_hash is None or row.code_salt is None:
        return None
    return Code(row.code_salt, row.code_hash)


def _of_siret(session: Session, siret: str | None) -> Organisation | None:
    if not siret:
        return None
    found: Organisation | None = session.execute(
        select(Organisation).where(col(Organisation.siret) == siret)
    ).scalar_one_or_none()
    return found


def _values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in CONTACT_FIELDS}


def _check_site(session: Session, facts: SiteFacts) -> None:
    errors: dict[str, str] = {}
    if not facts.label.strip():
        errors["label"] = "Nommez ce lieu, par exemple « Siège » ou « Entrepôt de Viriat »."
    if (facts.latitude is None) != (facts.longitude is None):
        missing = "latitude" if facts.latitude is None else "longitude"
        errors[missing] = "Donnez la latitude et la longitude, ou aucune des deux."
    if facts.latitude is not None and not -90 <= facts.latitude <= 90:
        errors["latitude"] = "La latitude va de -90 à 90."
    if facts.longitude is not None and not -180 <= facts.longitude <= 180:
        errors["longitude"] = "La longitude va de -180 à 180."
    if facts.commune_code and not communes.is_known(session, facts.commune_code):
        errors["commune_code"] = "Ce code n’est pas dans la liste des communes : laissez-le vide."
    if errors:
        raise RuleBroken(errors=errors)


def _site_values(session: Session, facts: SiteFacts) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(facts, name) for name in SITE_FIELDS}
    if not facts.commune_code:
        commune = communes.commune_of(session, facts.city, facts.postcode)
        if commune is not None:
            values |= {"commune_code": commune.code, "city": commune.name}
    found = locate(session, facts.latitude, facts.longitude)
    return values | {
        "district_status": found.status,
        "district_code": found.code,
        "district_generation": found.generation,
    }
