"""What a release counts: the people of an agreement, each in one part of every table."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from parcours import reference
from parcours.actions.definitions import definition_on
from parcours.actions.outcome_columns import COLUMNS
from parcours.actions.outcome_figures import ASSIDUITY
from parcours.actions.outcome_rows import HOURS, JURIES, Facts, gather
from parcours.actions.outcome_titles import ORDER
from parcours.domain.dates import age_on
from parcours.domain.definitions import APART, UNDOCUMENTED, Definition
from parcours.domain.indicators import UNTOLD
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Agreement

# Who reads a release.
FUNDER, PUBLIC = "funder", "public"
LOW, HIGH = "Bac ou moins", "Au-dessus du bac"
ACTIVE, POSITIVE, NO_EXIT = "En recherche d’emploi", "Sorties positives", "Sans sortie notée"
EXITS, COHORT, DISTRICT, DISTRICTS = "Sorties", "Promotion", "Quartier prioritaire", "Quartiers"
GENDER, AGE, LEVEL = "Genre", "Âge à l’entrée", "Niveau à l’entrée"
# Tables whose parts are known beforehand; cohorts and districts are those there are.
PARTS: dict[str, tuple[str, ...]] = {
    GENDER: (*(item.label for item in Gender), UNTOLD),
    AGE: ("Moins de 18 ans", "18–29 ans", "30–54 ans", "55 ans et plus"),
    LEVEL: (LOW, HIGH, UNTOLD),
    "Situation à l’entrée": (ACTIVE, "Inactivité", "En emploi", UNTOLD),
    "RSA à l’entrée": ("Oui", "Non", UNTOLD),
    DISTRICT: ("Oui", "Non", UNTOLD),
    COHORT: (),
    "Assiduité": (*ASSIDUITY, UNTOLD),
    "Certification": (*ORDER, UNTOLD),
    EXITS: (POSITIVE, "Autres sorties", "Sans nouvelle", "Hors du compte", NO_EXIT),
}
# Whom exits are told by.
SCOPES = (COHORT, GENDER, AGE, LEVEL, DISTRICT)
STATUSES = {"EECO02": ACTIVE, "EECO04": "Inactivité", "EECO05": "En emploi"}
LEVELS = {"EECO09": LOW, "EECO10": LOW, "EECO11": HIGH}

Tables = dict[str, dict[str, int]]


class Stated(NamedTuple):
    """What somebody is counted in: their part of every table, the district where they have one."""

    entered_on: date
    parts: Mapping[str, str]
    district: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by table, by pair of a scope’s part and an exit, by district; names of cohorts.

    `people` says whom they count, by learner: never kept, it is there to tell what two agreements
    count of the same people.
    """

    tables: Tables
    pairs: dict[str, dict[tuple[str, str], int]]
    districts: dict[str, int]
    cohorts: dict[str, str]
    people: Mapping[int, Stated] = field(default_factory=dict)


def counted(
    session: Session, agreement: Agreement, rule: str, names: Mapping[str, str], today: date
) -> Counted:
    """Everybody of an agreement as known on a day, counted once in each table.

    `names`: what earlier releases call a cohort, by its number as text, whatever it is called now.
    """
    people, called = stated(session, agreement, rule, names, today)
    told = [item.parts for item in people.values()]
    codes = [item.district for item in people.values() if item.district]
    return Counted(
        {name: _counts(parts, (row[name] for row in told)) for name, parts in PARTS.items()},
        {scope: dict(Counter((row[scope], row[EXITS]) for row in told)) for scope in SCOPES},
        dict(sorted(Counter(codes).items())),
        called,
        people,
    )


def stated(
    session: Session, agreement: Agreement, rule: str, names: Mapping[str, str], today: date
) -> tuple[dict[int, Stated], dict[str, str]]:
    """What everybody of an agreement is counted in, by learner; and what its cohorts are called."""
    people = gather(session, agreement, as_of=today, needs={HOURS, JURIES}).participants
    definition = definition_on(rule, today)
    called = {str(item.first[1].id): item.first[1].name for item in people} | dict(names)
    found = {
        item.learner.id or 0: Stated(
            item.first[0].enrolled_on,
            dict(zip(PARTS, _told(item, called[str(item.first[1].id)], definition), strict=True)),
            (item.learner.qpv_code or UNTOLD) if _inside(item) else None,
        )
        for item in people
    }
    return found, called


def _counts(parts: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counter = Counter(found)
    names = (*parts, *sorted(set(counter) - set(parts)))
    return {name: counter[name] for name in names}


def _told(item: Facts, cohort: str, definition: Definition) -> tuple[str, ...]:
    """The part somebody falls in, table by table."""
    learner = item.learner
    level = reference.education_levels().get(learner.education or "")
    status = reference.entry_statuses().get(learner.entry_status or "")
    codes = status.extra["esf_indicators"].split(";") if status else []
    answers: Mapping[bool | None, str] = {True: "Oui", False: "Non", None: UNTOLD}
    districts = {DistrictStatus.INSIDE: "Oui", DistrictStatus.OUTSIDE: "Non"}
    return (
        learner.gender.label if learner.gender else UNTOLD,
        _band(age_on(learner.born_on, item.first[0].enrolled_on)),
        LEVELS.get(level.extra["esf_indicator"] if level else "", UNTOLD),
        next((STATUSES[code] for code in codes if code in STATUSES), UNTOLD),
        answers[learner.receives_rsa],
        districts.get(learner.qpv_status, UNTOLD) if learner.qpv_status else UNTOLD,
        cohort,
        COLUMNS["assiduity_band"].cell(item),
        item.title or UNTOLD,
        _exit(item, definition),
    )


def _inside(item: Facts) -> bool:
    return item.learner.qpv_status is DistrictStatus.INSIDE


def _band(age: int) -> str:
    limits = zip((18, 30, 55), PARTS[AGE], strict=False)
    return next((band for limit, band in limits if age < limit), "55 ans et plus")


def _exit(item: Facts, definition: Definition) -> str:
    left = item.exit_class(definition.code)
    if left is None:
        return NO_EXIT
    if left in APART:
        return "Hors du compte"
    if left in UNDOCUMENTED:
        return "Sans nouvelle"
    return POSITIVE if left in definition.positives else "Autres sorties"
