"""*Qualité*: the figures of the quality page, live formulas where the rows of the workbook tell."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours import reference
from parcours.actions import quality
from parcours.actions.export_sheets import RowSheet
from parcours.actions.quality_reads import of_agreement
from parcours.domain.esf import MAIN
from parcours.domain.indicators import UNTOLD, Tally, is_one_of
from parcours.domain.quality import Lack, Missing
from parcours.domain.words import DistrictStatus
from parcours.models import Agreement
from parcours.sheets.writing import Column, Formula, SheetPlan

QUALITY = (
    Column("Rubrique", width=44),
    Column("Manquants", "integer", 12),
    Column("Parmi", "integer", 10),
    Column("Part", "percent", 9),
    Column("Ce que cela alimente", width=70),
    Column("Comment corriger", width=54),
)
DELAYS = "Délai de saisie, {} : {}"
HERE = "Page « Qualité » de la convention ou de la promotion, sur la ligne de la personne."
ELSEWHERE = {
    Lack.HALF_DAY: "Émargement de la promotion.",
    Lack.EXIT: "Parcours de la personne, « Noter la sortie ».",
    Lack.FOLLOW_UP_DUE: "Suivis, « Faire ce suivi ».",
    Lack.FOLLOW_UP_NOT_ASKED: "Le délai est passé : seule une réponse datée d’alors se note.",
    Lack.FOLLOW_UP_UNREACHABLE: "Suivis, si la personne reprend contact.",
    Lack.FOLLOW_UP_UNKNOWN: "Suivis, si la personne reprend contact.",
}
# Columns that an output alone tells, with what says that nobody knows.
OF_OUTPUTS = {
    "assiduity_band": ("Heures et assiduité de l’émargement.", "Émargement de la promotion."),
    "title": ("Certification des participants.", "Résultats de jury de la promotion."),
}
# Columns of *Participants* the sheet counts one by one.
COUNTED_ALONE = ("gender", "status", "level", "rsa", "district", *OF_OUTPUTS)


def quality_sheet(
    session: Session, agreement: Agreement, people: RowSheet, *, as_of: date
) -> SheetPlan:
    """The sheet, counted by the rules of the page on the day of the workbook."""
    found = quality.judged(session, of_agreement(agreement), as_of=as_of)
    rows = [
        _row(place, item, people) for place, item in enumerate(found.missing, start=people.first)
    ]
    for code, (why, fix) in OF_OUTPUTS.items():
        if code in people.columns:
            heading = people.columns[code].heading
            lacks = people.formula(is_one_of(code, UNTOLD))
            told = (lacks, people.formula(((),)))
            rows.append((heading, *told, _share(len(rows) + people.first, *told), why, fix))
    return SheetPlan("Qualité", QUALITY, [*rows, *_delays(found)], mark=people.mark)


def _row(place: int, item: Missing, people: RowSheet) -> tuple[Any, ...]:
    count: int | Formula = item.count
    among: int | Formula = item.among
    if (tally := _tally(item.lack, people)) is not None:
        count, among = people.formula(tally), people.formula(((),))
    fix = ELSEWHERE.get(item.lack, HERE)
    return (item.lack.label, count, among, _share(place, count, among), item.why, fix)


def _tally(lack: Lack, people: RowSheet) -> Tally | None:
    """The rows that lack it, where a column of the output says so."""
    column, values = untold().get(lack, ("", ()))
    return is_one_of(column, *values) if column in people.columns else None


def untold() -> dict[Lack, tuple[str, tuple[str, ...]]]:
    """By what lacks, the column of an output that tells it and the words that say nothing."""
    statuses, levels = reference.entry_statuses(), reference.education_levels()
    return {
        Lack.GENDER: ("gender", (UNTOLD,)),
        Lack.STATUS: (
            "status",
            (
                UNTOLD,
                *(
                    item.label
                    for item in statuses.values()
                    if not set(item.extra["esf_indicators"].split(";")) & set(MAIN)
                ),
            ),
        ),
        Lack.LEVEL: (
            "level",
            (
                UNTOLD,
                *(item.label for item in levels.values() if not item.extra["esf_indicator"]),
            ),
        ),
        Lack.RSA: ("rsa", (UNTOLD,)),
        Lack.DISTRICT: ("district", (UNTOLD, DistrictStatus.TO_CHECK.label)),
    }


def _delays(found: quality.Quality) -> Iterable[tuple[Any, ...]]:
    """By kind of fact, the days at the middle and those nine in ten keep to."""
    for item in found.delays:
        if item.month is None:
            name, text = item.fact.label, f"Jours entre le fait et sa saisie, {item.count} faits."
            yield (DELAYS.format(name, "médiane"), item.median, None, None, text, None)
            yield (DELAYS.format(name, "neuf sur dix"), item.most, None, None, text, None)


def _share(place: int, missing: int | Formula, total: int | Formula) -> Formula:
    count, among = (item.value if isinstance(item, Formula) else item for item in (missing, total))
    value = float(count) / float(among) if among else ""
    return Formula(f'IF(C{place}=0,"",B{place}/C{place})', value)
