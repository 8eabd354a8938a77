"""Exits: what happened, told as facts, several times if need be; no figure is stored here.

Source: domain notes §2. « Sortie positive » has several incompatible definitions; each is a rule
over these facts (domain/exit_rules.py). Unknown is never zero, and silence is not unemployment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from parcours.domain.identity import fold
from parcours.domain.words import Word

ONE_DAY = timedelta(days=1)


class SituationKind(Word):
    """What kind of situation an exit leads to."""

    EMPLOYMENT = "employment", "Emploi"
    CREATION = "creation", "Création d’entreprise"
    TRAINING = "training", "Formation"
    JOB_SEEKING = "job_seeking", "Recherche d’emploi"
    INACTIVE = "inactive", "Ni emploi ni recherche"
    NO_NEWS = "no_news", "Sans nouvelle"
    LEFT = "left", "Arrêt en cours de parcours"
    WITHDRAWN = "withdrawn", "Retrait"
    NOT_DOCUMENTED = "not_documented", "Non documentée"


class ExitClass(Word):
    """The classes a rule sorts exits into."""

    DURABLE = "durable", "Emploi durable"
    TRANSITION = "transition", "Emploi de transition"
    POSITIVE = "positive", "Sortie positive"
    OTHER = "other", "Autre sortie"
    NO_ANSWER = "no_answer", "Sans réponse"
    WITHDRAWN = "withdrawn", "Retrait des sorties constatées"
    UNCLASSIFIED = "unclassified", "Non classable : fait manquant"
    NOT_DOCUMENTED = "not_documented", "Sortie non documentée"
    NOT_DUE = "not_due", "Pas encore à terme"
    NOT_CONCERNED = "not_concerned", "Hors du champ de cette définition"


class EmployerKind(Word):
    """Whom the person works for: some definitions leave some of them out."""

    COMPANY = "company", "Entreprise ou association"
    PUBLIC = "public", "Employeur public"
    HOUSEHOLD = "household", "Particulier employeur"
    ABROAD = "abroad", "Employeur à l’étranger"


class Qualification(Word):
    """What a competent body certified; a certificate of attendance is none of these."""

    FULL = "full", "Titre ou diplôme complet"
    PARTIAL = "partial", "Bloc ou certificat partiel"
    OTHER = "other", "Autre certification enregistrée"
    NONE = "none", "Aucune"


class Improvement(Word):
    """How the job of somebody who had one at entry became better, six months after."""

    STABLE = "stable", "Contrat plus stable"
    FULL_TIME = "full_time", "Temps plein, ou plus d’heures"
    SKILLED = "skilled", "Poste plus qualifié ou plus de responsabilités"
    RAISED = "raised", "Promotion"
    NONE = "none", "Pas d’amélioration"


@dataclass(frozen=True, slots=True)
class ContractType:
    """A contract as the rules read it; `iae_class` durable, transition, positive, by_length…"""

    code: str
    is_employment: bool
    needs_end: bool
    iae_class: str
    is_open_ended: bool = False
    is_temp: bool = False
    is_public: bool = False
    is_subsidised: bool = False
    is_self_employed: bool = False
    is_seasonal: bool = False
    is_work_study: bool = False


@dataclass(frozen=True, slots=True)
class ExitType:
    """A situation as the rules read it.

    `overrides_contract`: it says who employs (another SIAE, a subsidised post), which the
    contract’s kind and length do not tell. `is_qualifying`: a training that leads to a title.
    """

    code: str
    kind: SituationKind
    iae_class: str
    overrides_contract: bool = False
    is_qualifying: bool = False


@dataclass(frozen=True, slots=True)
class SituationFacts:
    """What somebody said of a person’s situation on a day: the exit’s, then later ones.

    None is unknown. The contract’s dates are those of a training where there is no contract.
    """

    on: date
    situation: ExitType | None = None
    contract: ContractType | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = None
    has_proof: bool = False
    siret: str | None = None
    employer_kind: EmployerKind | None = None
    weekly_hours: Decimal | None = None
    related_to_training: bool | None = None
    qualification: Qualification | None = None
    qualified_on: date | None = None
    improvement: Improvement | None = None

    @property
    def kind(self) -> SituationKind:
        """What it is; a known contract of employment tells it when nobody said."""
        known = self.situation.kind if self.situation else SituationKind.NOT_DOCUMENTED
        has_job = self.contract is not None and self.contract.is_employment
        if known is SituationKind.NOT_DOCUMENTED and has_job:
            return SituationKind.EMPLOYMENT
        return known

    @property
    def is_job(self) -> bool:
        """Employed, or at the head of one’s own business."""
        return self.kind in {SituationKind.EMPLOYMENT, SituationKind.CREATION}


def lasts_months(starts_on: date, ends_on: date, months: int, *, inclusive: bool = True) -> bool:
    """Whether a contract covers at least `months` whole months, both days included.

    1 January to 30 June is exactly six months; to 29 June is not. Where the last month has no
    such day, it is covered to its end: 31 August to 28 February. Not `inclusive`: one day more.
    """
    same_day = add_months(starts_on, months)
    last = same_day - ONE_DAY if same_day.day == starts_on.day else same_day
    return ends_on >= last if inclusive else ends_on > last


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of a month too short to have it."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - ONE_DAY).day
    return date(year, month, min(day.day, last))


def same_employer(first: SituationFacts, other: SituationFacts) -> bool | None:
    """Whether two situations name one employer; None when one of them does not say.

    Two establishments of one company (same SIREN) are one employer.
    """
    if first.siret and other.siret:
        return first.siret[:9] == other.siret[:9]
    if first.employer and other.employer:
        return fold(first.employer) == fold(other.employer)
    return None


def in_force_on(
    situations: Iterable[SituationFacts], day: date, *, tolerance: int = 0
) -> SituationFacts | None:
    """The situation that tells where the person stood on a day; None when nothing does.

    A job tells of a day between its dates; without an end, of the days until it was told. Anything
    tells of the `tolerance` days after it. What was said last of a day up to it wins; without any,
    what was said first within `tolerance` days after it.
    """
    told = list(situations)
    known = [item for item in told if _covers(item, day) or _is_near(item, day, tolerance)]
    if known:
        return max(enumerate(known), key=lambda pair: (pair[1].on, pair[0]))[1]
    after = [item for item in told if 0 < (item.on - day).days <= tolerance]
    return min(
        (item for item in after if not _began_after(item, day)),
        key=lambda item: item.on,
        default=None,
    )


def between(situations: Sequence[SituationFacts], first: date, last: date) -> list[SituationFacts]:
    """The situations in force at some moment from `first` to `last`, both included."""
    found = []
    for item in situations:
        starts = item.contract_starts_on or item.on
        ends = item.contract_ends_on or max(item.on, starts)
        if starts <= last and ends >= first:
            found.append(item)
    return found


def _covers(facts: SituationFacts, day: date) -> bool:
    starts = facts.contract_starts_on
    if starts is None or starts > day:
        return False
    return (facts.contract_ends_on or facts.on) >= day


def _is_near(facts: SituationFacts, day: date, tolerance: int) -> bool:
    is_over = facts.contract_ends_on is not None and facts.contract_ends_on < day
    is_told = 0 <= (day - facts.on).days <= tolerance
    return is_told and not is_over and not _began_after(facts, day)


def _began_after(facts: SituationFacts, day: date) -> bool:
    return facts.contract_starts_on is not None and facts.contract_starts_on > day
