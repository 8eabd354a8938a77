"""Exits: the facts kept once, and the versioned rules that read them.

Source: domain notes §2. « Sortie positive » has several incompatible definitions; each is a rule
over the same facts. Unknown is never zero, and silence is not unemployment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

DURABLE_MONTHS = 6
GEN_MONTHS = 3
ONE_DAY = timedelta(days=1)
# Beyond these a date is a slip of the keyboard (9999, 2206), not a contract.
EARLIEST_CONTRACT = date(1950, 1, 1)
LATEST_START_MONTHS = 24
LATEST_END_MONTHS = 120


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


@dataclass(frozen=True, slots=True)
class ContractType:
    """A contract as the rules read it; `iae_class` durable, transition, positive, by_length…"""

    code: str
    is_employment: bool
    needs_end: bool
    iae_class: str


@dataclass(frozen=True, slots=True)
class ExitType:
    """A situation at exit as the rules read it.

    `overrides_contract`: it says who employs (another SIAE, a subsidised post), which the
    contract’s kind and length do not tell.
    """

    code: str
    kind: SituationKind
    iae_class: str
    overrides_contract: bool = False


@dataclass(frozen=True, slots=True)
class ExitFacts:
    """What happened. None is unknown."""

    exited_on: date
    situation: ExitType | None = None
    contract: ContractType | None = None
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = None
    has_proof: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A written definition, versioned: what a figure was counted by."""

    code: str
    version: int
    valid_from: date
    label: str
    text: str
    source: str
    reliability: str
    classify: Callable[[ExitFacts], ExitClass]

    @property
    def name(self) -> str:
        """`iae-1`: what exports cite."""
        return f"{self.code}-{self.version}"


def check_exit(facts: ExitFacts, *, opened_on: date, today: date) -> None:
    """Refuse facts that contradict one another, one French message per field."""
    errors: dict[str, str] = {}
    if facts.exited_on > today:
        errors["exited_on"] = "La sortie ne peut pas être dans l’avenir."
    elif facts.exited_on < opened_on:
        errors["exited_on"] = "La sortie est avant l’ouverture du parcours."
    start, end = facts.contract_starts_on, facts.contract_ends_on
    if start and end and end < start:
        errors["contract_ends_on"] = "Le contrat finit avant d’avoir commencé."
    if end and not start:
        errors["contract_starts_on"] = "Indiquez le début du contrat."
    if facts.contract is not None:
        errors |= _contract_errors(facts, facts.contract)
    elif start or end:
        errors["contract_type"] = "Indiquez la nature du contrat."
    errors |= _implausible_years(facts, today)
    if errors:
        raise RuleBroken(errors=errors)


def missing(facts: ExitFacts) -> list[str]:
    """What an exit still lacks, in French; empty when it is complete."""
    lacks = []
    if facts.situation is None or facts.situation.kind is SituationKind.NOT_DOCUMENTED:
        lacks.append("situation")
    elif facts.situation.kind is SituationKind.EMPLOYMENT:
        if facts.contract is None:
            lacks.append("contrat")
        if facts.contract_starts_on is None:
            lacks.append("début du contrat")
    if not facts.has_proof and facts.situation is not None:
        lacks.append("justificatif")
    return lacks


def lasts_months(starts_on: date, ends_on: date, months: int) -> bool:
    """Whether a contract covers at least `months` whole months, both days included.

    1 January to 30 June is exactly six months; to 29 June is not. Where the last month has no
    such day, it is covered to its end: 31 August to 28 February.
    """
    same_day = _add_months(starts_on, months)
    return ends_on >= (same_day - ONE_DAY if same_day.day == starts_on.day else same_day)


def classify_iae(facts: ExitFacts, *, durable_months: int = DURABLE_MONTHS) -> ExitClass:
    """IAE classes: durable (permanent, or 6 months and more), transition, positive, other.

    A contract decides, by its kind and dates, unless the situation says who employs.
    """
    kind, situation = _kind(facts), facts.situation
    if kind is SituationKind.NOT_DOCUMENTED:
        return ExitClass.NOT_DOCUMENTED
    is_told = situation is not None and situation.overrides_contract
    if kind is SituationKind.EMPLOYMENT and facts.contract is not None and not is_told:
        return _class_by_length(facts, facts.contract.iae_class, durable_months)
    return _class_by_length(facts, situation.iae_class if situation else "", durable_months)


def classify_gen(facts: ExitFacts) -> ExitClass:
    """GEN: employment, creation or further training within 3 months after the end.

    It counts those who answered: somebody without news is apart, neither success nor failure.
    """
    kind = _kind(facts)
    if kind in _GEN_APART:
        return _GEN_APART[kind]
    if kind not in _GEN_POSITIVE:
        return ExitClass.OTHER
    if kind is SituationKind.EMPLOYMENT and facts.contract_starts_on is None:
        return ExitClass.UNCLASSIFIED
    start = facts.contract_starts_on or facts.exited_on
    is_in_time = start <= _add_months(facts.exited_on, GEN_MONTHS)
    return ExitClass.POSITIVE if is_in_time else ExitClass.OTHER


IAE = Rule(
    code="iae",
    version=1,
    valid_from=date(2024, 1, 1),
    label="Sorties IAE",
    text=(
        "Emploi durable : CDI, CDD ou intérim de 6 mois et plus, fonction publique, création "
        "d’entreprise. Transition : CDD ou intérim de moins de 6 mois, contrat aidé. Positive : "
        "entrée en formation, embauche dans une autre structure de l’insertion. Le contrat et ses "
        "dates décident, sauf quand la situation dit qui emploie (contrat aidé, autre structure "
        "de l’insertion). Un contrat dont une date nécessaire manque n’est pas classé. Les "
        "retraits (décès, longue maladie, décision de justice…) sortent du dénominateur ; les "
        "sorties non documentées y restent et sont comptées à part."
    ),
    source="Classes ASP / DGEFP ; communauté de l’inclusion, forum, fiche 115",
    reliability=(
        "Classes confirmées. La source écrit « plus de 6 mois » : la borne « 6 mois et plus » "
        "et la liste des retraits sont à faire confirmer par le financeur."
    ),
    classify=classify_iae,
)
GEN = Rule(
    code="gen",
    version=1,
    valid_from=date(2016, 1, 1),
    label="Sorties GEN",
    text=(
        "Compte comme positif un emploi (CDI, CDD, alternance), une création d’entreprise ou une "
        "poursuite de formation dans les 3 mois après la fin de la formation, sur les personnes "
        "dont la réponse est connue : les sans-nouvelle et les non documentées sont à part. Sans "
        "autre date, une création ou une formation compte au jour de la sortie."
    ),
    source="Grande École du Numérique, chiffres clés publiés",
    reliability="Définition confirmée ; le groupement est dissous depuis janvier 2025.",
    classify=classify_gen,
)
RULES = {rule.code: rule for rule in (IAE, GEN)}

_GEN_POSITIVE = {SituationKind.EMPLOYMENT, SituationKind.CREATION, SituationKind.TRAINING}
_GEN_APART = {
    SituationKind.NOT_DOCUMENTED: ExitClass.NOT_DOCUMENTED,
    SituationKind.NO_NEWS: ExitClass.NO_ANSWER,
    SituationKind.WITHDRAWN: ExitClass.WITHDRAWN,
}


def _contract_errors(facts: ExitFacts, contract: ContractType) -> dict[str, str]:
    errors: dict[str, str] = {}
    is_employment = facts.situation is not None and facts.situation.kind is SituationKind.EMPLOYMENT
    if is_employment and not contract.is_employment:
        errors["contract_type"] = "Cette situation n’est pas un contrat de travail."
    if contract.needs_end and facts.contract_starts_on and facts.contract_ends_on is None:
        errors["contract_ends_on"] = "Ce contrat a toujours une fin : indiquez-la."
    return errors


def _implausible_years(facts: ExitFacts, today: date) -> dict[str, str]:
    limits = {
        "contract_starts_on": (facts.contract_starts_on, LATEST_START_MONTHS),
        "contract_ends_on": (facts.contract_ends_on, LATEST_END_MONTHS),
    }
    return {
        field: "Vérifiez l’année de cette date."
        for field, (day, months) in limits.items()
        if day and not EARLIEST_CONTRACT <= day <= _add_months(today, months)
    }


def _kind(facts: ExitFacts) -> SituationKind:
    """What the facts lead to; a known contract of employment tells it when nobody said."""
    known = facts.situation.kind if facts.situation else SituationKind.NOT_DOCUMENTED
    has_job = facts.contract is not None and facts.contract.is_employment
    if known is SituationKind.NOT_DOCUMENTED and has_job:
        return SituationKind.EMPLOYMENT
    return known


def _class_by_length(facts: ExitFacts, iae_class: str, durable_months: int) -> ExitClass:
    if iae_class != "by_length":
        return ExitClass(iae_class) if iae_class else ExitClass.OTHER
    if facts.contract_starts_on is None or facts.contract_ends_on is None:
        return ExitClass.UNCLASSIFIED
    is_long = lasts_months(facts.contract_starts_on, facts.contract_ends_on, durable_months)
    return ExitClass.DURABLE if is_long else ExitClass.TRANSITION


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - ONE_DAY).day
    return date(year, month, min(day.day, last))
