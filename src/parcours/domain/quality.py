"""What nobody has said yet of the people a funder asks about, what each silence costs, and delays.

Source: product, feature 44; domain notes §1.2 (an incomplete file counts in no indicator) and
§2.3 (unknown, unreachable and not asked are not one another, and none of them is a no).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from parcours.domain.dates import age_on
from parcours.domain.follow_ups import State
from parcours.domain.outcomes import SituationFacts, SituationKind
from parcours.domain.words import DistrictStatus, Gender, Word

LEAST_AGE, MOST_AGE = 16, 110


class Lack(Word):
    """Something an output asks for and nobody has said."""

    GENDER = "gender", "Genre"
    STATUS = "status", "Situation à l’entrée"
    LEVEL = "level", "Niveau à l’entrée"
    BIRTH = "birth", "Date de naissance à vérifier"
    RSA = "rsa", "RSA à l’entrée"
    DISTRICT = "district", "Quartier prioritaire à vérifier"
    DISTRICT_CODE = "district_code", "Code du quartier"
    ENTRY_ANSWERS = "entry_answers", "Questionnaire d’entrée FSE+"
    START = "start", "Début d’étape à confirmer"
    HALF_DAY = "half_day", "Demi-journées sans émargement"
    EXIT = "exit", "Sortie à noter"
    SITUATION = "situation", "Situation à la sortie"
    CONTRACT = "contract", "Contrat de l’emploi"
    CONTRACT_DATES = "contract_dates", "Dates du contrat"
    WEEKLY_HOURS = "weekly_hours", "Heures par semaine de l’emploi"
    PROOF = "proof", "Justificatif de la sortie"
    QUALIFICATION = "qualification", "Certification à la sortie"
    FOLLOW_UP_DUE = "follow_up_due", "Suivis à faire"
    FOLLOW_UP_NOT_ASKED = "follow_up_not_asked", "Suivis non demandés"
    FOLLOW_UP_UNREACHABLE = "follow_up_unreachable", "Suivis injoignables"
    FOLLOW_UP_UNKNOWN = "follow_up_unknown", "Suivis de réponse inconnue"


class Fact(Word):
    """A fact that is entered some days after it happened."""

    ENTRY = "entry", "Entrées"
    HALF_DAY = "half_day", "Émargements"
    EXIT = "exit", "Sorties"
    ANSWER = "answer", "Réponses aux suivis"


# Why each is asked: what it feeds, in the words of the outputs and of the indicators.
WHY: Mapping[Lack, str] = {
    Lack.GENDER: "Sans lui le dossier FSE+ est incomplet : la personne ne compte dans aucun "
    "indicateur EECO ou EECR. Femmes et hommes de toutes les sorties.",
    Lack.STATUS: "EECO02 à EECO05, et qui EECR01, EECR04, EECR05 et EECR06 concernent ; dossier "
    "FSE+ incomplet sans elle. Type de stagiaire du bilan pédagogique.",
    Lack.LEVEL: "EECO09 à EECO11 ; dossier FSE+ incomplet sans lui. Public « bac ou moins ».",
    Lack.BIRTH: "EECO06 à EECO08 et toutes les tranches d’âge : l’âge à l’entrée ne peut pas "
    "être celui-là.",
    Lack.RSA: "Sortie « RSA : activité » et public RSA.",
    Lack.DISTRICT: "Contrat de ville et public des quartiers : compte comme inconnu, pas comme "
    "non.",
    Lack.DISTRICT_CODE: "Contrat de ville, ventilation par quartier.",
    Lack.ENTRY_ANSWERS: "EECO12 à EECO17 : sans réponse ils restent inconnus. « Ne souhaite pas "
    "répondre » est une réponse ; le dossier reste complet sans elles.",
    Lack.START: "Étapes du classeur et jours sans étape : le début réel n’est pas dit.",
    Lack.HALF_DAY: "Heures suivies, assiduité, heures du bilan pédagogique : seules comptent les "
    "demi-journées relevées.",
    Lack.EXIT: "Toutes les sorties (FSE+, IAE, PLIE, GEN) : la participation est finie et "
    "personne n’a dit ce que la personne fait ensuite.",
    Lack.SITUATION: "EECR01, EECR02, EECR04 ; sortie « non documentée » des taux IAE, PLIE et GEN.",
    Lack.CONTRACT: "IAE : un emploi sans contrat n’est ni durable ni de transition.",
    Lack.CONTRACT_DATES: "IAE (six mois et plus), PLIE (six mois continus), GEN et France Travail "
    "(début) : sans dates l’emploi est « non classable ».",
    Lack.WEEKLY_HOURS: "PLIE : mi-temps au moins ; sans heures l’emploi est « non classable ».",
    Lack.PROOF: "PLIE n’attend que des emplois attestés ; contrôle FSE+ et IAE.",
    Lack.QUALIFICATION: "EECR03 et RNCP : ni obtenue, ni non obtenue.",
    Lack.FOLLOW_UP_DUE: "EECR05 et EECR06 à six mois, RNCP, maintien dans l’emploi : le délai "
    "court encore.",
    Lack.FOLLOW_UP_NOT_ASKED: "EECR05 et EECR06, RNCP, maintien : le délai est passé sans que "
    "personne n’ait demandé.",
    Lack.FOLLOW_UP_UNREACHABLE: "EECR05 et EECR06, RNCP : compte à part, jamais comme un échec.",
    Lack.FOLLOW_UP_UNKNOWN: "EECR05 et EECR06, RNCP : la personne n’a pas pu ou pas voulu dire.",
}
JOBS = {SituationKind.EMPLOYMENT, SituationKind.CREATION}
# What is to be proved: a success. Nobody proves that they have no news.
PROVED = JOBS | {SituationKind.TRAINING}
FOLLOW_UPS = {
    State.DUE: Lack.FOLLOW_UP_DUE,
    State.NOT_ASKED: Lack.FOLLOW_UP_NOT_ASKED,
    State.UNREACHABLE: Lack.FOLLOW_UP_UNREACHABLE,
    State.UNKNOWN: Lack.FOLLOW_UP_UNKNOWN,
}
NOT_ASKED_OF = {State.NOT_DUE, State.CANCELLED}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says of somebody’s entry; `status` and `level` are ESF+ codes. None: unsaid."""

    born_on: date
    entered_on: date
    gender: Gender | None = None
    status: str | None = None
    level: str | None = None
    receives_rsa: bool | None = None
    district: DistrictStatus | None = None
    district_code: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is asked of one row, and what of it lacks: `lacks` is always part of `asked`."""

    asked: frozenset[Lack] = frozenset()
    lacks: frozenset[Lack] = frozenset()


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of those asked lack something."""

    lack: Lack
    count: int
    among: int

    @property
    def why(self) -> str:
        """What it feeds."""
        return WHY[self.lack]


@dataclass(slots=True)
class Tally:
    """Counts of what is asked and of what lacks, added up row by row."""

    asked: dict[Lack, int] = field(default_factory=lambda: defaultdict(int))
    lacks: dict[Lack, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, judged: Judged) -> None:
        """Count one row."""
        for lack in judged.asked:
            self.asked[lack] += 1
        for lack in judged.lacks:
            self.lacks[lack] += 1

    def missing(self) -> list[Missing]:
        """Everything that was asked of somebody, in the order of the list."""
        return [Missing(lack, self.lacks[lack], self.asked[lack]) for lack in Lack]

    @property
    def complete(self) -> int | None:
        """The share of what was asked that is known, in hundredths, never rounded up to 100."""
        asked, lacking = sum(self.asked.values()), sum(self.lacks.values())
        return (asked - lacking) * 100 // asked if asked else None


def judge_file(facts: FileFacts) -> Judged:
    """What somebody’s entry lacks."""
    asked = {Lack.GENDER, Lack.STATUS, Lack.LEVEL, Lack.BIRTH, Lack.RSA, Lack.DISTRICT}
    told = {
        Lack.GENDER: facts.gender is not None,
        Lack.STATUS: facts.status is not None,
        Lack.LEVEL: facts.level is not None,
        Lack.BIRTH: LEAST_AGE <= age_on(facts.born_on, facts.entered_on) <= MOST_AGE,
        Lack.RSA: facts.receives_rsa is not None,
        Lack.DISTRICT: facts.district not in {None, DistrictStatus.TO_CHECK},
    }
    if facts.district is DistrictStatus.INSIDE:
        asked.add(Lack.DISTRICT_CODE)
        told[Lack.DISTRICT_CODE] = facts.district_code is not None
    return _judged(asked, told)


def judge_end(*, is_over: bool, has_left: bool) -> Judged:
    """Whether an exit is to be noted: asked of those whose participation is over."""
    return _judged({Lack.EXIT} if is_over else set(), {Lack.EXIT: has_left})


def judge_exit(facts: SituationFacts) -> Judged:
    """What an exit lacks; a job says its contract, dates and hours, a success its proof."""
    asked = {Lack.SITUATION, Lack.QUALIFICATION}
    contract, kind = facts.contract, facts.kind
    if kind is SituationKind.WITHDRAWN:
        asked.remove(Lack.QUALIFICATION)
    if kind is SituationKind.EMPLOYMENT:
        asked |= {Lack.CONTRACT, Lack.CONTRACT_DATES, Lack.WEEKLY_HOURS}
    if kind in PROVED:
        asked.add(Lack.PROOF)
    has_end = contract is None or not contract.needs_end or facts.contract_ends_on is not None
    told = {
        Lack.SITUATION: kind is not SituationKind.NOT_DOCUMENTED,
        Lack.QUALIFICATION: facts.qualification is not None,
        Lack.CONTRACT: contract is not None,
        Lack.CONTRACT_DATES: facts.contract_starts_on is not None and has_end,
        Lack.WEEKLY_HOURS: facts.weekly_hours is not None,
        Lack.PROOF: facts.has_proof,
    }
    return _judged(asked, told)


def judge_follow_up(state: State) -> Judged:
    """What a follow-up lacks; not yet due and without object ask nothing of anybody."""
    if state in NOT_ASKED_OF:
        return Judged()
    asked = frozenset(FOLLOW_UPS.values())
    return Judged(asked, asked & {FOLLOW_UPS[state]} if state in FOLLOW_UPS else frozenset())


def judge_said(lack: Lack, *, is_said: bool) -> Judged:
    """A row that asks one thing alone."""
    return _judged({lack}, {lack: is_said})


@dataclass(frozen=True, slots=True)
class Delay:
    """How long facts waited to be entered: days at the middle, and that nine in ten kept to.

    `month` is the first day of the month they were entered in; None for all of them.
    """

    fact: Fact
    month: date | None
    count: int
    median: int
    most: int


Waited = Mapping[tuple[Fact, date, int], int]


def waited(fact: Fact, happened_on: date, entered_on: date) -> tuple[Fact, date, int]:
    """A fact as delays count it: its kind, the month it was entered in, and the days it waited.

    A fact entered before its day, as a departure announced, waited no day.
    """
    return fact, entered_on.replace(day=1), max((entered_on - happened_on).days, 0)


def entry_delays(counts: Waited) -> list[Delay]:
    """Delays by kind of fact, all months then month by month, of how many waited so long."""
    found: dict[tuple[Fact, date | None], Counter[int]] = defaultdict(Counter)
    for (fact, month, days), count in counts.items():
        found[fact, None][days] += count
        found[fact, month][days] += count
    order = list(Fact)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1] or date.min))
    return [_delay(fact, month, found[fact, month]) for fact, month in keys]


def rank(days: Mapping[int, int], percent: int) -> int:
    """The days that `percent` in a hundred do not pass (nearest rank), of how many waited each.

    >>> rank({1: 9, 100: 1}, 90), rank({1: 1, 2: 1, 3: 1}, 50), rank({4: 1}, 90)
    (1, 2, 4)
    """
    left = ceil(sum(days.values()) * percent / 100)
    for day in sorted(days):
        left -= days[day]
        if left <= 0:
            return day
    raise ValueError("nobody waited")


def _delay(fact: Fact, month: date | None, days: Mapping[int, int]) -> Delay:
    return Delay(fact, month, sum(days.values()), rank(days, 50), rank(days, 90))


def _judged(asked: set[Lack], told: Mapping[Lack, bool]) -> Judged:
    return Judged(frozenset(asked), frozenset(lack for lack in asked if not told[lack]))
