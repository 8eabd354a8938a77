"""All tables, so that importing this package fills the metadata."""

from parcours.models.agenda import Appointment, CalendarToken
from parcours.models.agreements import (
    Agreement,
    AgreementCohort,
    AgreementTarget,
    Export,
    ExportLayout,
    Release,
)
from parcours.models.alerts import AlertEpisode, HelpRequest
from parcours.models.audit import AuditEntry
from parcours.models.certifications import (
    BlockEquivalence,
    BlockSkill,
    Certification,
    CertificationBlock,
    JuryResult,
    ResultEvidence,
)
from parcours.models.cohorts import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Curriculum,
    CurriculumOccupation,
    Enrolment,
    Module,
    ModuleSkill,
    Programme,
    SigningCode,
)
from parcours.models.coverage import AllocationPair, CoverageRun
from parcours.models.engagements import WeeklyEngagement
from parcours.models.equipment import Equipment, EquipmentHandover, HandoverEvent
from parcours.models.fairness import FairnessReport
from parcours.models.immersions import (
    Immersion,
    ImmersionAbsence,
    ImmersionAnswer,
    ImmersionAssessment,
    ImmersionLink,
)
from parcours.models.imports import Import, ImportMapping
from parcours.models.introductions import Introduction, IntroductionEvent, IntroductionLink
from parcours.models.learners import (
    FieldChange,
    Learner,
    LearnerAccess,
    LearnerCriterion,
    Sharing,
)
from parcours.models.matching import (
    JobSearchRow,
    JobSearchSaid,
    MatchContest,
    MatchDecision,
    MatchResult,
    MatchRuleVersion,
    MatchRun,
    NeedWish,
)
from parcours.models.mediation import Act, Activity, ActivityChange
from parcours.models.messages import Message, MessageEvent
from parcours.models.needs import (
    Employer,
    EmployerSite,
    Need,
    NeedEvent,
    NeedLink,
    NeedRequirement,
    NeedVersion,
    NeedWord,
    SkillWord,
)
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
from parcours.models.reference_lists import (
    Commune,
    District,
    Occupation,
    ReferenceVersion,
    RncpSheet,
)
from parcours.models.relays import OrganisationClosure, Relay, RelayEvent, RelayLink
from parcours.models.selection import (
    Candidate,
    CandidateEvent,
    CandidateGrade,
    CandidateMark,
)
from parcours.models.skills import (
    Assessment,
    Framework,
    FrameworkEdition,
    Skill,
    SkillEvidence,
    SkillWithdrawal,
)
from parcours.models.staff import Replacement
from parcours.models.tasks import Task

__all__ = [
    "Account",
    "Act",
    "Activity",
    "ActivityChange",
    "Agreement",
    "AgreementCohort",
    "AgreementTarget",
    "AlertEpisode",
    "AllocationPair",
    "Appointment",
    "Assessment",
    "AttendanceMark",
    "AuditEntry",
    "BlockEquivalence",
    "BlockSkill",
    "CalendarToken",
    "Candidate",
    "CandidateEvent",
    "CandidateGrade",
    "CandidateMark",
    "Certification",
    "CertificationBlock",
    "CharterAcceptance",
    "Cohort",
    "CohortHalfDay",
    "Commune",
    "CoverageRun",
    "Curriculum",
    "CurriculumOccupation",
    "Discussion",
    "DiscussionMessage",
    "DiscussionParty",
    "District",
    "Employer",
    "EmployerSite",
    "Enrolment",
    "Equipment",
    "EquipmentHandover",
    "Exit",
    "ExitSituation",
    "Export",
    "ExportLayout",
    "FairnessReport",
    "FieldChange",
    "FollowUp",
    "FollowUpTry",
    "Framework",
    "FrameworkEdition",
    "Gap",
    "HandoverEvent",
    "HelpRequest",
    "Immersion",
    "ImmersionAbsence",
    "ImmersionAnswer",
    "ImmersionAssessment",
    "ImmersionLink",
    "Import",
    "ImportMapping",
    "Introduction",
    "IntroductionEvent",
    "IntroductionLink",
    "JobSearchRow",
    "JobSearchSaid",
    "JuryResult",
    "Learner",
    "LearnerAccess",
    "LearnerCriterion",
    "MatchContest",
    "MatchDecision",
    "MatchResult",
    "MatchRuleVersion",
    "MatchRun",
    "Membership",
    "Message",
    "MessageEvent",
    "Module",
    "ModuleSkill",
    "Need",
    "NeedEvent",
    "NeedLink",
    "NeedRequirement",
    "NeedVersion",
    "NeedWish",
    "NeedWord",
    "Note",
    "Occupation",
    "Offer",
    "OfferDate",
    "Organisation",
    "OrganisationClosure",
    "Pathway",
    "Programme",
    "ReferenceVersion",
    "Relay",
    "RelayEvent",
    "RelayLink",
    "Release",
    "Replacement",
    "ResultEvidence",
    "RncpSheet",
    "Sharing",
    "SignInAttempt",
    "SignInSession",
    "SigningCode",
    "Skill",
    "SkillEvidence",
    "SkillWithdrawal",
    "SkillWord",
    "Step",
    "Submission",
    "Task",
    "WeeklyEngagement",
]
