"""All tables, so that importing this package fills the metadata."""

from parcours.models.agreements import Agreement, AgreementCohort, Export
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
    Skill,
)
from parcours.models.imports import Import, ImportMapping
from parcours.models.learners import (
    FieldChange,
    Learner,
    LearnerAccess,
    LearnerCriterion,
    Sharing,
)
from parcours.models.organisations import (
    Account,
    Membership,
    Organisation,
    SignInAttempt,
    SignInSession,
    Submission,
)
from parcours.models.outcomes import Exit
from parcours.models.partners import (
    CharterAcceptance,
    Discussion,
    DiscussionMessage,
    DiscussionParty,
    Offer,
    OfferDate,
)
from parcours.models.pathways import Gap, Pathway, Step

__all__ = [
    "Account",
    "Agreement",
    "AgreementCohort",
    "AttendanceMark",
    "AuditEntry",
    "CharterAcceptance",
    "Cohort",
    "CohortHalfDay",
    "Curriculum",
    "Discussion",
    "DiscussionMessage",
    "DiscussionParty",
    "Enrolment",
    "Exit",
    "Export",
    "FieldChange",
    "Gap",
    "Import",
    "ImportMapping",
    "Learner",
    "LearnerAccess",
    "LearnerCriterion",
    "Membership",
    "Module",
    "ModuleSkill",
    "Offer",
    "OfferDate",
    "Organisation",
    "Pathway",
    "Programme",
    "Sharing",
    "SignInAttempt",
    "SignInSession",
    "Skill",
    "Step",
    "Submission",
]
