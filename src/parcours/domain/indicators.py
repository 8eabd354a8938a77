"""Figures of an agreement: counts over rows, each with its denominator, unknowns and definition.

Source: domain notes §1 (ESF+ common indicators: age and level at entry) and §2 (exits).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.dates import age_on
from parcours.domain.outcomes import ExitClass

ESF = "règlement (UE) 2021/1057, annexe I"
CHECKED, PARTLY = "confirmé", "en partie confirmé"
DYNAMIC = (ExitClass.DURABLE, ExitClass.TRANSITION, ExitClass.POSITIVE)
UNKNOWN = (ExitClass.NOT_DOCUMENTED, ExitClass.UNCLASSIFIED)
GEN_ONLY = (ExitClass.NO_ANSWER, ExitClass.NOT_DUE, ExitClass.NOT_CONCERNED)
GEN_UNKNOWN = (*UNKNOWN, ExitClass.NO_ANSWER)
GEN_APART = {ExitClass.WITHDRAWN, ExitClass.NOT_DUE, *GEN_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Participant:
    """A row of the sheet *Participants*: pseudonymised, as of the export’s date."""

    pseudonym: str
    cohort: str
    gender: str | None
    age: int
    education: str | None
    education_indicator: str | None
    entry_status: str | None
    status_indicators: tuple[str, ...]
    receives_rsa: bool | None
    district: str | None
    district_code: str | None
    entered_on: date
    left_on: date | None
    attendance: Fraction | None
    exited_on: date | None
    situation: str | None
    iae: ExitClass | None
    gen: ExitClass | None

    @property
    def age_band(self) -> str:
        """The bands of ESF+, at entry; 30–54 counts in no indicator."""
        if self.age < 18:
            return "moins de 18 ans"
        if self.age < 30:
            return "18–29 ans"
        return "30–54 ans" if self.age < 55 else "55 ans et plus"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count: how many of how many, how many unknown, by which definition.

    `unknown` stand in the denominator or, where the definition counts only known answers, beside
    it. `column` and `value` say which filter of *Participants* gives the count back.
    """

    code: str
    label: str
    count: int
    denominator: int
    unknown: int
    column: str
    value: str
    definition: str
    source: str
    reliability: str

    @property
    def rate(self) -> Fraction | None:
        """Count over denominator; None when the denominator is empty."""
        return Fraction(self.count, self.denominator) if self.denominator else None


Test = Callable[[Participant], bool]


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure to count: which participants it counts, who is unknown, among whom."""

    code: str
    label: str
    column: str
    value: str
    text: str
    counts: Test
    unknown: Test = lambda _: False
    among: Test = lambda _: True
    source: str = "Parcours"
    reliability: str = CHECKED


def age_at_entry(born_on: date, entered_on: date) -> int:
    """Completed years on the day of entry (ESF+ counts age there)."""
    return age_on(born_on, entered_on)


def figures(participants: Sequence[Participant]) -> list[Figure]:
    """Every figure of *Synthèse*, in its order."""
    return [_count(definition, participants) for definition in definitions()]


def definitions() -> list[Definition]:
    """What is counted, in the order of the workbook."""
    return [
        Definition(
            "EECO01",
            "Participants",
            "",
            "",
            "Personnes entrées dans une promotion de la convention pendant sa période, "
            "comptées une fois.",
            lambda _: True,
            source=ESF,
            reliability=PARTLY,
        ),
        *_genders(),
        *_ages(),
        *_levels(),
        *_statuses(),
        *_publics(),
        *_exits(),
    ]


def _equals(name: str, value: object) -> Test:
    return lambda row: getattr(row, name) == value


def _has_status(code: str) -> Test:
    return lambda row: code in row.status_indicators


def _genders() -> Iterable[Definition]:
    for value in ("Femme", "Homme", "Personne non binaire"):
        yield Definition(
            f"GENRE:{value}",
            value,
            "Genre",
            value,
            "Genre tel que la personne le dit ; sans réponse, la personne est à part.",
            _equals("gender", value),
            unknown=lambda row: row.gender is None,
            source=ESF,
        )


def _ages() -> Iterable[Definition]:
    bands = (("EECO06", "moins de 18 ans"), ("EECO07", "18–29 ans"), ("", "30–54 ans"),
             ("EECO08", "55 ans et plus"))  # fmt: skip
    for code, band in bands:
        yield Definition(
            code or "AGE:30-54",
            f"Âge à l’entrée : {band}",
            "Tranche d’âge",
            band,
            "Âge au jour d’entrée." + ("" if code else " Cette tranche n’est dans aucun EECO."),
            _equals("age_band", band),
            source=ESF,
        )


def _levels() -> Iterable[Definition]:
    names = {"EECO09": "CITE 0 à 2", "EECO10": "CITE 3 et 4", "EECO11": "CITE 5 à 8"}
    for code, name in names.items():
        yield Definition(
            code,
            f"Niveau à l’entrée : {name}",
            "Indicateur de niveau",
            code,
            "Plus haut niveau achevé, une classe par personne ; CAP et BEP sont en CITE 3.",
            _equals("education_indicator", code),
            unknown=lambda row: row.education_indicator is None,
            source=ESF,
        )


def _statuses() -> Iterable[Definition]:
    names = {
        "EECO02": "Chômeurs, longue durée comprise",
        "EECO03": "dont chômeurs de longue durée",
        "EECO04": "Personnes inactives",
        "EECO05": "En emploi, indépendants compris",
    }
    for code, name in names.items():
        yield Definition(
            code,
            name,
            "Indicateurs de situation",
            f"*{code}*",
            "Situation au jour d’entrée. EECO02, 04 et 05 s’excluent.",
            _has_status(code),
            unknown=lambda row: not row.status_indicators,
            source=ESF,
            reliability=PARTLY,
        )


def _publics() -> Iterable[Definition]:
    yield Definition(
        "RSA",
        "Bénéficiaires du RSA à l’entrée",
        "RSA",
        "oui",
        "Réponse à l’entrée ; sans réponse, la personne est à part.",
        lambda row: row.receives_rsa is True,
        unknown=lambda row: row.receives_rsa is None,
    )
    yield Definition(
        "QPV",
        "Habitants d’un quartier prioritaire",
        "QPV",
        "Oui",
        "Quartier fixé à l’entrée, génération comprise ; « à vérifier » compte comme inconnu.",
        lambda row: row.district == "Oui",
        unknown=lambda row: row.district not in {"Oui", "Non"},
    )


def _left(row: Participant) -> bool:
    return row.exited_on is not None


def _exits() -> Iterable[Definition]:
    yield Definition(
        "SORTIES",
        "Sorties constatées",
        "Sortie notée",
        "oui",
        "Participants dont une sortie est notée à la date d’arrêt ; une personne compte une fois, "
        "par sa dernière sortie.",
        _left,
    )
    for exit_class in (item for item in ExitClass if item not in GEN_ONLY):
        yield Definition(
            f"IAE:{exit_class.value}",
            f"Sorties : {exit_class.label.lower()}",
            "Classe IAE",
            exit_class.label,
            "Règle iae-1 appliquée au contrat et à ses dates.",
            _equals("iae", exit_class),
            unknown=lambda row: row.iae in UNKNOWN,
            among=_left,
        )
    yield from _exit_rates()


def _exit_rates() -> Iterable[Definition]:
    yield Definition(
        "IAE:dynamiques",
        "Sorties dynamiques",
        "Sortie dynamique",
        "oui",
        "Emploi durable, de transition et sorties positives, sur toutes les sorties constatées "
        "hors retraits (règle iae-1).",
        lambda row: row.iae in DYNAMIC,
        unknown=lambda row: row.iae in UNKNOWN,
        among=lambda row: _left(row) and row.iae is not ExitClass.WITHDRAWN,
    )
    yield Definition(
        "GEN:positives",
        "Sorties GEN positives",
        "Sortie GEN",
        ExitClass.POSITIVE.label,
        "Emploi, création ou poursuite de formation dans les 3 mois, sur les sorties connues et "
        "hors retraits ; les sans-nouvelle sont des inconnus, pas des échecs (règle gen-1).",
        lambda row: row.gen is ExitClass.POSITIVE,
        unknown=lambda row: row.gen in GEN_UNKNOWN,
        among=lambda row: _left(row) and row.gen not in GEN_APART,
    )


def _count(definition: Definition, participants: Sequence[Participant]) -> Figure:
    among = [row for row in participants if definition.among(row)]
    return Figure(
        code=definition.code,
        label=definition.label,
        count=sum(map(definition.counts, among)),
        denominator=len(among),
        unknown=sum(map(definition.unknown, participants)),
        column=definition.column,
        value=definition.value,
        definition=definition.text,
        source=definition.source,
        reliability=definition.reliability,
    )
