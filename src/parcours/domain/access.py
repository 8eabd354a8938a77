"""Who may do what: roles, what each opens, and the person acting.

Source: privacy model of the product (admin is not reader; a technical admin sees no personal
data; a funder sees its agreements alone).
"""

from dataclasses import dataclass
from enum import StrEnum

from parcours.domain.errors import NotAllowed
from parcours.domain.words import Word


class Role(Word):
    """What a person does in an organisation."""

    TRAINER = "trainer", "Formateur·rice"
    COUNSELLOR = "counsellor", "Conseiller·ère"
    COORDINATOR = "coordinator", "Coordinateur·rice"
    FUNDER = "funder", "Financeur"
    ORGANISATION_ADMIN = "organisation_admin", "Administration de la structure"
    TECHNICAL_ADMIN = "technical_admin", "Administration technique"


class Capability(StrEnum):
    """An act a role may include."""

    READ_LEARNERS = "read_learners"
    WRITE_LEARNERS = "write_learners"
    SHARE_LEARNERS = "share_learners"
    WRITE_STEPS = "write_steps"
    SEE_CONTINUITY = "see_continuity"
    MARK_ATTENDANCE = "mark_attendance"
    ASSESS_SKILLS = "assess_skills"
    MANAGE_COHORTS = "manage_cohorts"
    SELECT_CANDIDATES = "select_candidates"
    RECORD_EXITS = "record_exits"
    ASK_AT_ENTRY = "ask_at_entry"
    IMPORT_FILES = "import_files"
    MANAGE_AGREEMENTS = "manage_agreements"
    EXPORT_OUTCOMES = "export_outcomes"
    EXPORT_NAMES = "export_names"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_JOURNAL = "read_journal"
    WATCH_SENDING = "watch_sending"
    SET_DELAYS = "set_delays"
    SEE_TERRITORY = "see_territory"
    PUBLISH_OFFERS = "publish_offers"
    SEE_CHARTER = "see_charter"
    FOLLOW_NEEDS = "follow_needs"
    LOAD_REFERENCES = "load_references"
    SEE_REFERENCES = "see_references"
    WATCH_FAIRNESS = "watch_fairness"


_FOLLOWING = {
    Capability.READ_LEARNERS,
    Capability.WRITE_LEARNERS,
    Capability.SHARE_LEARNERS,
    Capability.WRITE_STEPS,
    Capability.SEE_CONTINUITY,
    Capability.RECORD_EXITS,
    Capability.IMPORT_FILES,
    Capability.PUBLISH_OFFERS,
    Capability.ASSESS_SKILLS,
    Capability.SELECT_CANDIDATES,
    Capability.FOLLOW_NEEDS,
}
_TEACHING = _FOLLOWING | {Capability.MARK_ATTENDANCE}
_COORDINATING = _TEACHING | {
    Capability.ASK_AT_ENTRY,
    Capability.MANAGE_COHORTS,
    Capability.MANAGE_AGREEMENTS,
    Capability.EXPORT_OUTCOMES,
    Capability.EXPORT_NAMES,
    Capability.READ_JOURNAL,
    Capability.WATCH_SENDING,
    Capability.SET_DELAYS,
    Capability.SEE_TERRITORY,
    Capability.SEE_CHARTER,
    Capability.SEE_REFERENCES,
    Capability.WATCH_FAIRNESS,
}
MATRIX: dict[Role, frozenset[Capability]] = {
    Role.TRAINER: frozenset(_TEACHING),
    Role.COUNSELLOR: frozenset(_FOLLOWING | {Capability.READ_JOURNAL, Capability.ASK_AT_ENTRY}),
    Role.COORDINATOR: frozenset(_COORDINATING),
    Role.FUNDER: frozenset({Capability.EXPORT_OUTCOMES, Capability.EXPORT_NAMES}),
    Role.ORGANISATION_ADMIN: frozenset(
        {
            Capability.MANAGE_ACCOUNTS,
            Capability.WATCH_SENDING,
            Capability.SET_DELAYS,
            Capability.PUBLISH_OFFERS,
            Capability.SEE_CHARTER,
            Capability.SEE_REFERENCES,
            Capability.WATCH_FAIRNESS,
        }
    ),
    Role.TECHNICAL_ADMIN: frozenset({Capability.LOAD_REFERENCES, Capability.SEE_REFERENCES}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person acting, for one organisation, in one role."""

    account_id: int
    membership_id: int
    organisation_id: int
    organisation_code: str
    organisation_name: str
    role: Role
    name: str
    email: str
    has_several: bool = False

    @property
    def role_label(self) -> str:
        """The role in French."""
        return self.role.label

    def can(self, capability: Capability) -> bool:
        """Whether the role includes the act."""
        return capability in MATRIX[self.role]


def require(actor: Actor, capability: Capability) -> None:
    """Raise NotAllowed, saying which roles may, when the actor’s does not include the act."""
    if not actor.can(capability):
        able = [role.label.lower() for role in Role if capability in MATRIX[role]]
        raise NotAllowed(f"Ce geste revient à : {', '.join(able) or 'personne'}.")
