"""What an organisation settles for its relays: delays, overlap, its holidays and closures."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.relays import delays_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.relays import Delays
from parcours.models import Organisation, OrganisationClosure

MOST_OVERLAP_DAYS = 365
LONGEST_CLOSURE = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class RelayRules:
    """Delays in working days, days of overlap after a hand-over, region of the public holidays."""

    delays: Delays
    overlap_days: int
    holiday_region: str | None


def rules_of(session: Session, actor: Actor) -> RelayRules:
    """What the actor’s organisation has settled."""
    row = session.get_one(Organisation, actor.organisation_id)
    return RelayRules(delays_of(row), row.overlap_days, row.holiday_region)


def set_rules(session: Session, actor: Actor, rules: RelayRules) -> None:
    """Settle the rules of the relays to come; those already sent keep their own deadlines."""
    require(actor, Capability.SET_DELAYS)
    rules.delays.check()
    if not 0 <= rules.overlap_days <= MOST_OVERLAP_DAYS:
        raise RuleBroken(f"De 0 à {MOST_OVERLAP_DAYS} jours.", field="overlap")
    row = session.execute(
        select(Organisation)
        .where(col(Organisation.id) == actor.organisation_id)
        .with_for_update(key_share=True)
    ).scalar_one()
    row.relay_reminder_days = rules.delays.reminder
    row.relay_escalation_days = rules.delays.escalation
    row.relay_expiry_days = rules.delays.expiry
    row.overlap_days, row.holiday_region = rules.overlap_days, rules.holiday_region
    session.flush()
    audit.record(session, actor, "set_relay_rules", "organisation", row.id)


def closures(session: Session, actor: Actor, *, since: date) -> list[OrganisationClosure]:
    """The closures of the actor’s organisation that are not over on `since`, in order."""
    rows = session.execute(
        select(OrganisationClosure)
        .where(
            col(OrganisationClosure.organisation_id) == actor.organisation_id,
            col(OrganisationClosure.ends_on) >= since,
        )
        .order_by(col(OrganisationClosure.starts_on), col(OrganisationClosure.id))
    )
    return list(rows.scalars())


def add_closure(
    session: Session, actor: Actor, *, starts_on: date, ends_on: date, label: str
) -> None:
    """Days one’s organisation is closed: they do not count in delays asked from then on."""
    require(actor, Capability.SET_DELAYS)
    errors: dict[str, str] = {}
    if ends_on < starts_on:
        errors["ends_on"] = "La fermeture finit avant de commencer."
    elif ends_on - starts_on > LONGEST_CLOSURE:
        errors["ends_on"] = "Trois mois au plus : découpez une fermeture plus longue."
    if not label.strip():
        errors["label"] = "Donnez un nom à cette fermeture, par exemple « Congés d’été »."
    if errors:
        raise RuleBroken(errors=errors)
    row = OrganisationClosure(
        organisation_id=actor.organisation_id,
        starts_on=starts_on,
        ends_on=ends_on,
        label=label.strip(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "add", "closure", row.id)


def remove_closure(session: Session, actor: Actor, closure_id: int) -> None:
    """Take back a closure of one’s organisation."""
    require(actor, Capability.SET_DELAYS)
    row = session.get(OrganisationClosure, closure_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    session.delete(row)
    audit.record(session, actor, "remove", "closure", closure_id)
