"""What the top of every page of a learner’s file shows: name, facts, ribbon, tabs."""

from typing import Any

from markupsafe import Markup

from parcours import reference
from parcours.actions import alerts
from parcours.actions.files import LearnerFile
from parcours.domain.access import Capability
from parcours.domain.dates import age_on
from parcours.domain.identity import shown_name
from parcours.domain.ribbon import lay_out
from parcours.domain.words import DistrictStatus
from parcours.web import ribbon
from parcours.web.deps import Visit
from parcours.web.standing import tell

TABS = (
    ("Parcours", ""),
    ("Compétences", "/competences"),
    ("Présences", "/presences"),
    ("Emploi", "/emploi"),
    ("Documents", "/documents"),
    ("Échanges", "/fil"),
    ("Partages", "/partages"),
    ("Journal", "/journal"),
)


def top(visit: Visit, opened: LearnerFile, tab: str) -> dict[str, Any]:
    """The context of `_layout/learner.html`; `tab` is the end of the page’s address."""
    learner = opened.learner
    base = f"/apprenants/{learner.id}"
    return {
        "learner": learner,
        "name": shown_name(learner.birth_name, learner.first_names, learner.usage_name),
        "summary": _summary(visit, opened),
        "referent": opened.referent,
        "is_referent": learner.referent_id == visit.actor.account_id,
        "last_contact": (opened.last_contact_on, opened.last_adviser),
        "holder": opened.organisation,
        "is_own": learner.organisation_id == visit.actor.organisation_id,
        "can_write": visit.actor.can(Capability.WRITE_STEPS),
        "pathway": opened.pathway,
        "alerts": alerts.of_learner(visit.session, visit.actor, learner.id or 0, today=visit.today),
        "tabs": [
            (label, base + end, end == tab)
            for label, end in TABS
            if end != "/journal" or visit.actor.can(Capability.READ_JOURNAL)
        ],
        **_ribbon(visit, opened),
    }


def _summary(visit: Visit, opened: LearnerFile) -> list[str]:
    learner = opened.learner
    parts = [f"{age_on(learner.born_on, visit.today)} ans", learner.city or ""]
    if learner.qpv_status is DistrictStatus.INSIDE:
        parts.append(f"quartier prioritaire {learner.qpv_code or ''}".strip())
    if learner.receives_rsa:
        parts.append("RSA à l’entrée")
    if learner.entry_status:
        label = reference.label(reference.entry_statuses(), learner.entry_status)
        parts.append(label[:1].lower() + label[1:])
    if learner.contact_preference:
        parts.append(f"préfère : {learner.contact_preference.label.lower()}")
    return [part for part in parts if part]


def _ribbon(visit: Visit, opened: LearnerFile) -> dict[str, Any]:
    facts, where = opened.facts, opened.situation
    if facts is None or where is None:
        return {"told": None, "ribbon": Markup(""), "twin": []}
    drawn = lay_out(
        facts.steps,
        facts.gaps,
        opened_on=facts.opened_on,
        closed_on=facts.closed_on,
        today=visit.today,
    )
    return {
        "told": tell(where, facts, visit.today),
        "ribbon": ribbon.large(drawn),
        "twin": ribbon.twin(drawn),
    }
