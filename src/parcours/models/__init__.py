"""All tables, so that importing this package fills the metadata."""

from parcours.models.agenda import Appointment, CalendarToken
from parcours.models.agreements import Agreement, AgreementCohort, Export
from parcours.models.alerts import AlertEpisode, HelpRequest
from parcours.models.audit import AuditEntry
from parcours.models.cohorts import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Curriculum,
    Enrolment,
    Module,
    ModuleSkill,
    Programme,
    SigningCode,
)
from parcours.models.imports import Import, ImportMapping
from parcours.models.learners import (
    FieldChange,
    Learner,
    LearnerAccess,
    LearnerCriterion,
    Sharing,
)
from parcours.models.messages import Message, MessageEvent
from parcours.models.notes import Note
from parcours.models.organisations import (
    Account,
    Membership,
    Organisation,
    SignInAttempt,
    SignInSession,
    Submission,
)
from parcours.models.outcomes import Exit, ExitSituation, FollowUp, FollowUpTry
from parcours.models.partners import (
    CharterAcceptance,
    Discussion,
    DiscussionMessage,
    DiscussionParty,
    Offer,
    OfferDate,
)
from parcours.models.pathways import Gap, Pathway, Step
from parcours.models.relays import OrganisationClosure, Relay, RelayEvent, RelayLink
from parcours.models.skills import Framework, Skill, SkillEvidence
from parcours.models.staff import Replacement
from parcours.models.tasks import Task

__all__ = [
    "Account",
    "Agreement",
    "AgreementCohort",
    "AlertEpisode",
    "Appointment",
    "AttendanceMark",
    "AuditEntry",
    "CalendarToken",
    "CharterAcceptance",
    "Cohort",
    "CohortHalfDay",
    "Curriculum",
    "Discussion",
    "DiscussionMessage",
    "DiscussionParty",
    "Enrolment",
    "Exit",
    "ExitSituation",
    "Export",
    "FieldChange",
    "FollowUp",
    "FollowUpTry",
    "Framework",
    "Gap",
    "HelpRequest",
    "Import",
    "ImportMapping",
    "Learner",
    "LearnerAccess",
    "LearnerCriterion",
    "Membership",
    "Message",
    "MessageEvent",
    "Module",
    "ModuleSkill",
    "Note",
    "Offer",
    "OfferDate",
    "Organisation",
    "OrganisationClosure",
    "Pathway",
    "Programme",
    "Relay",
    "RelayEvent",
    "RelayLink",
    "Replacement",
    "Sharing",
    "SignInAttempt",
    "SignInSession",
    "SigningCode",
    "Skill",
    "SkillEvidence",
    "Step",
    "Submission",
    "Task",
]
