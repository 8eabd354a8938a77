"""What outputs count, by family: ESF+, publics, exits by each definition, hours, certification."""

from collections.abc import Iterable, Sequence
from datetime import date

from parcours import reference
from parcours.actions import account_frames
from parcours.actions.definitions import definition_on
from parcours.actions.outcome_columns import INCOMPLETE, NO, YES
from parcours.actions.outcome_titles import FULL, ORDER
from parcours.actions.supported_entities import TITLE
from parcours.domain.definitions import APART, UNDOCUMENTED, Definition
from parcours.domain.esf import READERS
from parcours.domain.esf_facts import Reading
from parcours.domain.indicators import EVERYBODY, NOBODY, UNTOLD, Measure, is_one_of
from parcours.domain.outcomes import ExitClass
from parcours.domain.supported_entities import Declared, Entity
from parcours.domain.words import DistrictStatus, Gender

# Results follow what was realised, entities included.
FIRST_RESULT = "EECR01"
CONCERNED = (Reading.YES.label, Reading.NO.label, Reading.UNKNOWN.label)
AGES = ("moins de 18 ans", "18–29 ans", "30–54 ans", "55 ans et plus")
ASSIDUITY = ("90 % et plus", "de 75 à 90 %", "moins de 75 %")


def people(_as_of: date) -> Iterable[Measure]:
    """How many people, whatever is known of them."""
    yield Measure(
        "PARTICIPANTS",
        "Participants, dossiers incomplets compris",
        "Personnes entrées dans une promotion de la convention pendant sa période, comptées une "
        "fois ; une participation d’un jour ou moins n’en est pas une.",
        EVERYBODY,
    )


def esf(_as_of: date) -> Iterable[Measure]:
    """The common indicators, and the files they leave out."""
    yield Measure(
        "DOSSIERS",
        "Dossiers incomplets",
        "Il manque le genre, la situation ou le niveau : la personne n’entre dans aucun indicateur "
        "et ne compte que dans le grand total.",
        is_one_of("complete", INCOMPLETE),
    )
    for code in READERS:
        if code == FIRST_RESULT:
            yield from entities()
        item = reference.esf_indicators()[code]
        doubt = item.extra["doubt"]
        yield Measure(
            code,
            item.label,
            f"{item.extra['text']} {doubt}".strip(),
            is_one_of(code, Reading.YES.label),
            among=is_one_of(code, *CONCERNED),
            unknown=is_one_of(code, Reading.UNKNOWN.label),
            source=item.extra["source"],
            reliability=item.extra["reliability"],
        )


def entities() -> Iterable[Measure]:
    """What the operation declares: public services and small firms it supported."""
    for entity in Entity:
        item = reference.esf_indicators()[entity.value]
        line = ("person", entity.value)
        yield Measure(
            entity.value,
            item.label,
            f"{item.extra['text']} Nombre déclaré sur la convention avec son justificatif ; non "
            "déclaré compte comme inconnu, jamais comme zéro.",
            ((line, ("state", Declared.COUNTED.label)),),
            among=NOBODY,
            unknown=((line, ("state", UNTOLD)),),
            sums="number",
            sheet=TITLE,
            source=item.extra["source"],
            reliability=item.extra["reliability"],
        )


def publics(_as_of: date) -> Iterable[Measure]:
    """Whom the agreement reached; women, age, level, RSA, district."""
    for gender in Gender:
        yield _answer(f"GENRE:{gender.value}", gender.label, "gender", gender.label,
                      "Genre tel que la personne le dit ; sans réponse, à part.")  # fmt: skip
    for band in AGES:
        yield Measure(f"AGE:{band}", f"Âge à l’entrée : {band}", "Âge révolu au jour d’entrée.",
                      is_one_of("age_band", band))  # fmt: skip
    yield _answer("NIVEAU:bac", "Niveau bac ou moins", "low_level", YES,
                  "Plus haut niveau achevé à l’entrée, de 1 à 4.")  # fmt: skip
    yield _answer("RSA", "Bénéficiaires du RSA à l’entrée", "rsa", YES, "Réponse à l’entrée.")
    yield Measure(
        "QPV",
        "Habitants d’un quartier prioritaire",
        "Quartier fixé à l’entrée, génération comprise ; « à vérifier » compte comme inconnu.",
        is_one_of("district", DistrictStatus.INSIDE.label),
        unknown=is_one_of("district", DistrictStatus.TO_CHECK.label, UNTOLD),
    )


def districts(_as_of: date) -> Iterable[Measure]:
    """By priority district, and by age within them."""
    inside = is_one_of("district", DistrictStatus.INSIDE.label)
    text = "Habitants d’un quartier prioritaire, par le code du quartier fixé à l’entrée."
    yield Measure("QUARTIER", "Quartier", text, inside, among=inside, each="district_code")
    for band in AGES:
        yield Measure(
            f"QPV-AGE:{band}",
            f"En quartier prioritaire, {band}",
            "Habitants d’un quartier prioritaire de cet âge à l’entrée.",
            tuple((*term, ("age_band", band)) for term in inside),
            among=inside,
        )


def exits(codes: Sequence[str], as_of: date) -> Iterable[Measure]:
    """Exits noted, then each class and the rate of each definition, in their version of a day."""
    yield Measure(
        "SORTIES",
        "Sorties constatées",
        "Une sortie est notée à la date d’arrêt ; une personne compte une fois, par la dernière.",
        is_one_of("has_left", YES),
    )
    for code in codes:
        yield from _classes(definition_on(code, as_of))


def classes_of(definition: Definition) -> list[ExitClass]:
    """The classes a definition gives somebody who left."""
    if definition.method == "iae":
        return [item for item in ExitClass if item not in _NEVER_IAE]
    return [item for item in ExitClass if item not in {ExitClass.DURABLE, ExitClass.TRANSITION}]


def hours(_as_of: date) -> Iterable[Measure]:
    """Hours followed over hours planned, of half-days recorded."""
    yield Measure(
        "HEURES",
        "Heures suivies, sur les heures prévues relevées",
        "Demi-journées relevées seulement ; retards déduits, entreprise et distance comprises.",
        EVERYBODY,
        sums="hours_done",
        among_sums="hours_planned",
    )
    for name, label in (("excused", "justifiée"), ("missed", "non justifiée")):
        yield Measure(
            f"HEURES:{name}",
            f"Heures d’absence {label}",
            "Sur les heures prévues des demi-journées relevées.",
            EVERYBODY,
            sums=f"hours_{name}",
            among_sums="hours_planned",
        )
    for band in ASSIDUITY:
        yield Measure(
            f"ASSIDUITE:{band}",
            f"Assiduité : {band}",
            "Heures suivies sur heures prévues des demi-journées relevées, personne par personne.",
            is_one_of("assiduity_band", band),
            among=is_one_of("assiduity_band", *ASSIDUITY),
            unknown=is_one_of("assiduity_band", UNTOLD),
        )


def titles(_as_of: date) -> Iterable[Measure]:
    """What juries decided."""
    for word in ORDER:
        yield Measure(
            f"CERTIFICATION:{word}",
            f"Certification : {word.lower()}",
            "Le meilleur résultat noté à la date d’arrêt ; un bloc seul n’est pas un titre.",
            is_one_of("title", word),
            among=is_one_of("title", *ORDER),
            unknown=is_one_of("title", UNTOLD),
        )
    yield Measure(
        "CERTIFIES",
        "Titres obtenus, sur les participants",
        "Sur tous les participants, présentés ou non.",
        is_one_of("title", FULL),
        unknown=is_one_of("title", UNTOLD),
    )


def activity(_as_of: date) -> Iterable[Measure]:
    """Weekly activity of those who receive the RSA, and of the others."""
    for code, label, answer in (("rsa", "bénéficiaires du RSA", YES), ("autres", "autres", NO)):
        whom = is_one_of("rsa", answer)
        yield Measure(
            f"SEMAINES:{code}",
            f"Semaines où l’engagement est atteint ({label})",
            "Semaines entières écoulées du parcours, avec un engagement. Seules comptent les "
            "heures tenues ici : une semaine non atteinte peut l’être ailleurs.",
            whom,
            among=whom,
            sums="weeks_met",
            among_sums="weeks_asked",
        )
        yield Measure(
            f"ACTIVITE:{code}",
            f"Heures d’activité tenues ici ({label})",
            "Émargement, actes et ateliers de la structure pendant la convention.",
            whom,
            sums="activity_hours",
            among_sums="activity_hours",
        )


def account(_as_of: date) -> Iterable[Measure]:
    """The lines of the training body’s annual account that rows tell: people and hours."""
    yield from account_frames.measures()


def candidates(_as_of: date) -> Iterable[Measure]:
    """The selection: people who asked, and what was decided."""
    for word in ("Admis·e", "Liste d’attente", "Refusé·e", "Désisté·e", "En cours"):
        yield Measure(
            f"SELECTION:{word}",
            f"Candidatures : {word.lower()}",
            "Candidatures aux promotions de la convention, dernière décision à la date d’arrêt.",
            is_one_of("decision", word),
            sheet="Candidatures",
        )


_NEVER_IAE = {ExitClass.NO_ANSWER, ExitClass.NOT_DUE, ExitClass.NOT_CONCERNED}


def _answer(code: str, label: str, column: str, value: str, text: str) -> Measure:
    return Measure(code, label, text, is_one_of(column, value), unknown=is_one_of(column, UNTOLD))


def _classes(item: Definition) -> Iterable[Measure]:
    column = f"exit:{item.code}"
    given = [found.label for found in classes_of(item)]
    for found in classes_of(item):
        yield Measure(
            f"{item.code}:{found.value}",
            f"{item.code} : {found.label.lower()}",
            item.text,
            is_one_of(column, found.label),
            among=is_one_of(column, *given),
            source=item.source,
            reliability=item.reliability,
        )
    yield _rate(item, column)


def _rate(item: Definition, column: str) -> Measure:
    """Numerator and denominator exactly as domain/definitions.rate counts them."""
    holds_unknown = item.parameters.flag("unknown_in_denominator")
    out = APART if holds_unknown else APART | UNDOCUMENTED
    given = classes_of(item)
    return Measure(
        f"{item.code}:taux",
        f"Taux : {item.label}",
        item.counted,
        is_one_of(column, *(found.label for found in given if found in item.positives)),
        among=is_one_of(column, *(found.label for found in given if found not in out)),
        unknown=is_one_of(column, *(found.label for found in given if found in UNDOCUMENTED)),
        minimum=item.parameters.integer("minimum_leavers"),
        source=item.source,
        reliability=item.reliability,
    )
