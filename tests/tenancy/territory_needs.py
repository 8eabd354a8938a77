"""The employers and needs of a tenant."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    allocations,
    coverage,
    coverage_runs,
    employers,
    fairness,
    introduction_links,
    introductions,
    job_searches,
    match_rules,
    match_runs,
    matching,
    need_freshness,
    need_links,
    needs,
    skills,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.introductions import Agreement
from parcours.actions.need_history import By
from parcours.domain.access import Actor
from parcours.domain.allocation import Mode
from parcours.domain.coverage_report import Scope
from parcours.domain.introductions import PersonReason, Way
from parcours.domain.job_search import JobSearch, SaidBy
from parcours.domain.match_acts import Choice, ContestReason
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_rules import MatchRules
from parcours.domain.needs import Requirement, Terms
from parcours.models import Cohort, Enrolment, Learner, NeedRequirement, Pathway, Skill
from tests.tenancy.tenant import Tenant


def note_needs(session: Session, tenant: Tenant, lead: Actor, today: date) -> None:
    """Needs of one’s own in every state, kept to oneself, some with two versions."""
    text, digits = tenant.text, tenant.digits
    facts = PartnerFacts(f"Entreprise {digits}", employers.KIND, contact_email="e@exemple.fr")
    contact = employers.Contact(contact_name=text("Contact"))
    number = employers.add_employer(session, lead, facts, contact).id or 0
    site = employers.add_site(
        session, lead, number, employers.SiteFacts(text("Lieu"), city=text("Ville"))
    )
    taught = col(Skill.code) == f"html-{tenant.mark}"
    skill = session.execute(select(col(Skill.id)).where(taught)).scalar_one()
    asked = (Requirement(skill or 0, 2, 4, True),)
    words = [needs.AskedWord(text("Savoir"))]
    made = [
        needs.create_need(
            session,
            lead,
            number,
            Terms(text(f"Poste {state}"), site_id=site.id, words=text("Mots")),
            asked,
            words=words,
            is_shared=False,
            today=today,
        )
        for state in range(3)
    ]
    for need in made[1:]:
        needs.publish(session, lead, need.id or 0, version=1, today=today)
    tell_candidates(session, tenant, lead, made[1].id or 0, today)
    tenant.secrets.add(need_links.make(session, lead, made[1].id or 0, today=today).token)
    by = By.account(lead)
    need_freshness.fill(session, made[2], by, words=text("Pourvu"), today=today)
    terms = Terms(text("Poste modifié"), 2)
    for need in made[:2]:
        needs.edit_need(
            session,
            lead,
            need.id or 0,
            terms,
            asked,
            is_shared=False,
            version=1,
            today=today,
        )
    _introduce(session, tenant, lead, made[1].id or 0, today)


def keep_figures(session: Session, lead: Actor, cohort: Cohort, today: date) -> None:
    """A comparison kept, and a distribution of a cohort: over the post published."""
    curriculum = cohort.curriculum_id or 0
    enrolled = select(col(Enrolment.learner_id)).where(
        col(Enrolment.cohort_id) == cohort.id, col(Enrolment.left_on).is_(None)
    )
    of_need = select(col(NeedRequirement.skill_id)).order_by(col(NeedRequirement.id).desc())
    skill = session.execute(of_need.limit(1)).scalar_one()
    for learner in session.execute(enrolled).scalars().all():
        said = skills.Said(today)
        skills.record_level(session, lead, learner, skill, 2, said, today=today)
    fairness.make_report(session, lead, today=today)
    found = coverage.study(session, lead.organisation_id, curriculum, today=today)
    coverage_runs.keep_study(session, lead, found, today=today)
    mode, scope = Mode.TOTAL, Scope.TERRITORY
    allocations.propose(session, lead, curriculum, cohort.id or 0, mode, scope, today=today)


def _introduce(session: Session, tenant: Tenant, lead: Actor, need_id: int, today: date) -> None:
    """People proposed for a need: one to ask, one who agreed, one sent by a link."""
    text = tenant.text
    people = session.execute(
        select(col(Learner.id))
        .where(col(Learner.organisation_id) == lead.organisation_id)
        .order_by(col(Learner.id).desc())
        .limit(4)
    ).scalars()
    for place, learner_id in enumerate(people):
        row = introductions.propose(
            session, lead, need_id, learner_id or 0, words=text("Pourquoi"), today=today
        )
        if place == 3:
            reason = PersonReason.PAY
            introductions.refuse(
                session, lead, row.id or 0, reason=reason, words=text("Non"), version=1, today=today
            )
        if place in (0, 3):
            continue
        agreement = Agreement(text("Dit oui"), today, text("Présentation"))
        introductions.agree(session, lead, row.id or 0, agreement, version=1, today=today)
        if place == 2:
            introductions.send(session, lead, row.id or 0, way=Way.LINK, version=2, today=today)
            link = introduction_links.make(session, lead, row.id or 0, today=today)
            tenant.secrets.add(link.token)


def tell_candidates(
    session: Session, tenant: Tenant, lead: Actor, need_id: int, today: date
) -> None:
    """What somebody looks for and wishes, what was shown of them, decided and contested."""
    code = f"html-{tenant.mark}"
    one = _who_may_be_proposed(session, lead)
    skill = session.execute(select(col(Skill.id)).where(col(Skill.code) == code)).scalar_one()
    said = skills.Said(today, note=tenant.text("Exercice"))
    skills.record_level(session, lead, one, skill or 0, 1, said, today=today)
    search = JobSearch(today, ("CDI",), {"car": 20}, False, (), ("0-am",))
    job_searches.set_search(
        session, lead, one, search, said_by=SaidBy.PERSON, version=0, today=today
    )
    job_searches.set_wish(
        session, lead, one, need_id, Wish.ACCEPTS, said_by=SaidBy.PERSON, version=0, today=today
    )
    words = tenant.text("Motif")
    match_rules.set_rules(
        session, lead, MatchRules(most_children=11), motive=words, number=0, today=today
    )
    found = matching.compare(session, lead, need_id, today=today)
    paired = matching.pairs(session, lead, found, [one])
    result = match_runs.keep(session, lead, found, paired.values())[one]
    match_runs.decide(session, lead, result, Choice.LATER, motive=words, today=today)
    for answer in (None, tenant.text("Réponse")):
        row = match_runs.contest(
            session, lead, result, code, ContestReason.LEVEL, words=tenant.text("Ligne"),
            said_by=SaidBy.PERSON, today=today,
        )  # fmt: skip
        if answer:
            match_runs.answer_contest(session, lead, row.id or 0, answer=answer, today=today)


def _who_may_be_proposed(session: Session, lead: Actor) -> int:
    """Somebody of one’s own whose pathway is open."""
    mine = select(col(Learner.id)).join(Pathway, col(Pathway.learner_id) == col(Learner.id))
    is_mine = col(Learner.organisation_id) == lead.organisation_id
    is_open = col(Pathway.closed_on).is_(None)
    found = session.execute(mine.where(is_mine, is_open).order_by(col(Learner.id)).limit(1))
    return found.scalar_one() or 0
