"""Where quality is read: an agreement or a cohort, its address, and what each list is called."""

from dataclasses import dataclass

from parcours.actions.entry_answers import asked_in
from parcours.actions.quality_reads import Scope, of_agreement, of_cohort
from parcours.domain.access import Capability, require
from parcours.domain.quality import Lack
from parcours.models import visibility
from parcours.web.deps import Visit

SLUGS = {
    "genre": Lack.GENDER,
    "situation-a-l-entree": Lack.STATUS,
    "niveau": Lack.LEVEL,
    "naissance": Lack.BIRTH,
    "rsa": Lack.RSA,
    "quartier": Lack.DISTRICT,
    "code-du-quartier": Lack.DISTRICT_CODE,
    "questionnaire-d-entree": Lack.ENTRY_ANSWERS,
    "debuts": Lack.START,
    "emargements": Lack.HALF_DAY,
    "sorties": Lack.EXIT,
    "situation-a-la-sortie": Lack.SITUATION,
    "contrat": Lack.CONTRACT,
    "dates-du-contrat": Lack.CONTRACT_DATES,
    "heures-par-semaine": Lack.WEEKLY_HOURS,
    "justificatif": Lack.PROOF,
    "certification": Lack.QUALIFICATION,
    "suivis-a-faire": Lack.FOLLOW_UP_DUE,
    "suivis-non-demandes": Lack.FOLLOW_UP_NOT_ASKED,
    "suivis-injoignables": Lack.FOLLOW_UP_UNREACHABLE,
    "suivis-inconnus": Lack.FOLLOW_UP_UNKNOWN,
}
SLUG_OF = {lack: slug for slug, lack in SLUGS.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """The agreement or the cohort whose quality is read."""

    scope: Scope
    title: str
    code: str
    back: str
    parent: tuple[str, str]

    @property
    def home(self) -> str:
        """The address of its quality page."""
        return f"{self.back}/qualite"

    def list_url(self, lack: Lack) -> str:
        """The address of the rows that lack one thing."""
        return f"{self.home}/{SLUG_OF[lack]}"


def agreement_place(visit: Visit, agreement_id: int) -> Place:
    """An agreement one’s organisation signed, for those who follow its people."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    require(visit.actor, Capability.READ_LEARNERS)
    row = visibility.agreement(visit.session, visit.actor, agreement_id)
    url = f"/conventions/{agreement_id}"
    return Place(of_agreement(row), row.title, row.code, url, ("Conventions", "/conventions"))


def cohort_place(visit: Visit, cohort_id: int) -> Place:
    """A cohort of one’s organisation."""
    require(visit.actor, Capability.READ_LEARNERS)
    row = visibility.cohort(visit.session, visit.actor, cohort_id)
    url = f"/promotions/{cohort_id}"
    asked = asked_in(
        visit.session, cohort_id, row.organisation_id, since=row.starts_on, until=row.ends_on
    )
    return Place(of_cohort(row, asked), row.name, row.code, url, ("Promotions", "/promotions"))
