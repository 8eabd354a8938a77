"""Writing a planned list of needs through the same verbs as the screens."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import employers, needs
from parcours.actions.directory import PartnerFacts
from parcours.actions.import_needs import Keys, Payload, known_skills
from parcours.actions.import_plans import Plan, Verdict
from parcours.actions.need_history import current
from parcours.actions.need_words import USUAL_LEVEL
from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.intake_needs import NeedRow
from parcours.domain.needs import Requirement, Terms, default_weight, merged
from parcours.models import Employer, EmployerSite, Need, visibility


def apply_needs(session: Session, actor: Actor, plan: Plan, *, today: date) -> None:
    """Write what the plan says; each need is a draft until somebody publishes it."""
    skills, made = known_skills(session, actor), dict[str, int]()
    for fate in plan.rows:
        if fate.payload is None or fate.verdict not in {Verdict.CREATED, Verdict.UPDATED}:
            continue
        payload: Payload = fate.payload
        employer = _employer(session, actor, payload, made)
        if payload.need_id is None:
            _create(session, actor, payload, employer, skills, today)
        else:
            _update(session, actor, payload, payload.need_id, employer, skills, today)


def _employer(session: Session, actor: Actor, payload: Payload, made: Keys) -> Employer:
    row = payload.row
    partner = payload.partner_id or made.get(row.siret or fold(row.employer))
    if partner is not None:
        known = employers.employer_of(session, actor, partner)
        return known or employers.know_partner(session, actor, partner)
    facts = PartnerFacts(
        row.employer,
        employers.KIND,
        city=row.city,
        contact_email=row.email,
        siret=row.siret,
        postcode=row.postcode,
    )
    contact = employers.Contact()
    new = employers.add_employer(session, actor, facts, contact, is_another=True)
    new.siret_to_check = row.siret_to_check
    made[row.siret or fold(row.employer)] = new.partner_id
    return new


def _create(
    session: Session,
    actor: Actor,
    payload: Payload,
    employer: Employer,
    skills: Keys,
    today: date,
) -> None:
    terms = _terms(session, actor, payload.row, employer)
    needs.create_need(
        session,
        actor,
        employer.id or 0,
        terms,
        _requirements(payload.row, skills),
        words=_words(payload.row, skills),
        source=needs.Source(payload.key, payload.sha256),
        today=today,
    )


def _update(
    session: Session,
    actor: Actor,
    payload: Payload,
    need_id: int,
    employer: Employer,
    skills: Keys,
    today: date,
) -> None:
    """What the file says now, beside what people mapped and added since."""
    need: Need = visibility.own_need(session, actor, need_id, lock=True)
    before, asked = current(session, need)
    told = _terms(session, actor, payload.row, employer)
    terms = replace(
        told,
        certainty=before.certainty,
        flex_days=before.flex_days,
        access_modes=before.access_modes,
        licence=before.licence,
        licence_task=before.licence_task,
        hosts_immersion=before.hosts_immersion,
    )
    needs.edit_need(
        session,
        actor,
        need_id,
        terms,
        merged((*asked, *_requirements(payload.row, skills))),
        is_shared=need.is_shared,
        version=need.version,
        today=today,
    )
    needs.add_words(session, need, _words(payload.row, skills))
    need.source_sha256 = payload.sha256
    session.flush()


def _terms(session: Session, actor: Actor, row: NeedRow, employer: Employer) -> Terms:
    return Terms(
        title=row.title,
        posts=row.posts,
        rome_code=row.rome,
        contracts=row.contracts,
        starts_on=row.starts_on,
        weekly_hours=row.weekly_hours,
        slots=row.slots,
        is_remote=row.is_remote,
        site_id=_site(session, actor, row, employer),
        words=row.said,
    )


def _site(session: Session, actor: Actor, row: NeedRow, employer: Employer) -> int | None:
    if row.city is None and row.postcode is None:
        return None
    label = row.city or row.postcode or ""
    known: int | None = session.execute(
        select(col(EmployerSite.id)).where(
            col(EmployerSite.employer_id) == employer.id, col(EmployerSite.label) == label
        )
    ).scalar_one_or_none()
    if known is not None:
        return known
    facts = employers.SiteFacts(label, postcode=row.postcode, city=row.city)
    return employers.add_site(session, actor, employer.id or 0, facts).id


def _requirements(row: NeedRow, skills: Keys) -> tuple[Requirement, ...]:
    return merged(
        Requirement(
            skills[fold(item.text)],
            item.level or USUAL_LEVEL,
            default_weight(item.is_essential),
            item.is_essential,
        )
        for item in row.skills
        if fold(item.text) in skills
    )


def _words(row: NeedRow, skills: Keys) -> list[needs.AskedWord]:
    return [
        needs.AskedWord(item.text, item.level, item.is_essential)
        for item in row.skills
        if fold(item.text) not in skills
    ]
