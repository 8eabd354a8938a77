"""The workbook a funder takes away: figures frozen and masked, counted live, and nobody’s row.

A line of *Participants* is an answer and how many gave it. Every workbook of a release is a part
of what its page tells, so that any two of them, put together, tell no more than the page.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours import audit
from parcours.actions import frozen
from parcours.actions.definitions import definition_on
from parcours.actions.outputs import FREE, Output, output
from parcours.actions.release_facts import (
    AGE,
    COHORT,
    DISTRICT,
    DISTRICTS,
    EXITS,
    FUNDER,
    GENDER,
    LEVEL,
)
from parcours.actions.releases import masked_count, releases_of, shown, shown_districts
from parcours.actions.stored_crosses import shown_cross
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import Audience
from parcours.domain.disclosure import Thresholds, shows_rate
from parcours.domain.disclosure_outputs import TOTAL
from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import UNTOLD
from parcours.models import Agreement, Export, Organisation, Release, visibility
from parcours.sheets.writing import Bars, Column, Formula, SheetPlan, write_workbook_to

MASKED = "non affiché"
PEOPLE = "Participants"
BASE = (GENDER, AGE, LEVEL, "Situation à l’entrée", COHORT)
TABLES = {
    "fse": (*BASE, "RSA à l’entrée", DISTRICT, EXITS),
    "insertion": (*BASE, EXITS),
    "gen": (*BASE, DISTRICT, "Assiduité", "Certification", EXITS),
    "ville": (GENDER, AGE, COHORT, DISTRICT, DISTRICTS, EXITS),
    "rsa": (*BASE, "RSA à l’entrée", EXITS),
    "bpf": (COHORT, "Situation à l’entrée", "Certification"),
    "emargement": (COHORT, "Assiduité"),
}
SUMMARY = (
    Column("Rubrique", width=26),
    Column("Réponse", width=34),
    Column("Nombre", "integer", 14),
    Column("Parmi", "integer", 14),
    Column("Part", "percent", 9),
    Column("Inconnus", "integer", 14),
)
LINES = (
    Column("Rubrique", width=26),
    Column("Réponse", width=60),
    Column("Personnes", "integer", 14),
)
CROSSES = (
    Column("Public", width=24),
    Column("Groupe", width=34),
    Column("Sortie", width=34),
    Column("Personnes", "integer", 14),
)
STEPS = (Column("Étapes", width=110),)
QUALITY = (
    Column("Rubrique", width=34),
    Column("Sans réponse", "integer", 14),
    Column("Parmi", "integer", 14),
)
METHOD = (Column("Rubrique", width=34), Column("Contenu", width=110))
NO_STEPS = (
    "Les étapes sont celles d’une personne : elles ne figurent que dans une sortie nominative, "
    "quand la convention le prévoit."
)
BESIDE = (
    "Un autre nombre est masqué avec lui quand une soustraction le livrerait, dans ce classeur, "
    "entre deux classeurs ou entre deux dates. Un nombre non affiché ne se compte pas comme un "
    "zéro."
)
READING = (
    "Une ligne de « Participants » est une réponse et le nombre de personnes qui l’ont donnée, pas "
    "une personne. Chaque nombre de « Synthèse » est une formule sur ces lignes."
)


@dataclass(frozen=True, slots=True)
class Line:
    """An answer and how many gave it; None is not told."""

    table: str
    part: str
    count: int | None


def export_figures(
    session: Session,
    actor: Actor,
    agreement_id: int,
    *,
    as_of: date,
    code: str,
    limits: Thresholds | None = None,
) -> Export:
    """Write, keep and record the workbook of the last figures frozen on `as_of` or before.

    The same figures give the same bytes. Raises RuleBroken when none were frozen by then.
    """
    require(actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    chosen = output(code)
    if code == FREE:
        raise RuleBroken(
            "Les colonnes libres décrivent des personnes : elles restent à la structure.",
            field="output",
        )
    kept = [row for row in releases_of(session, agreement_id) if row.as_of <= as_of]
    if not kept:
        day = as_of.strftime("%d/%m/%Y")
        raise RuleBroken(
            f"Aucun chiffre n’était arrêté au {day} : arrêtez d’abord les chiffres sur la page "
            "« Avancement ».",
            field="as_of",
        )
    export = _kept(session, actor, agreement, chosen, kept[0], limits or Thresholds())
    session.add(export)
    session.flush()
    audit.record(
        session, actor, "export", "agreement", agreement_id,
        output=code, audience=str(Audience.FUNDER), sha256=export.sha256,
    )  # fmt: skip
    return export


def lines_of(release: Release, code: str) -> list[Line]:
    """What a release tells of the tables of an output, line by line."""
    told = shown(release, FUNDER)
    districts = shown_districts(release, FUNDER)
    found = [Line(TOTAL.capitalize(), "Participants", told[GENDER][TOTAL])]
    for table in TABLES[code]:
        parts: Mapping[str, int | None] = districts if table == DISTRICTS else told[table]
        found += [Line(table, part, count) for part, count in parts.items() if part != TOTAL]
    return found


def _kept(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    chosen: Output,
    release: Release,
    limits: Thresholds,
) -> Export:
    lines = lines_of(release, chosen.code)
    plans = _plans(session, agreement, chosen, release, lines, limits)
    buffer = io.BytesIO()
    write_workbook_to(buffer, plans, title=f"Parcours : {agreement.title}")
    content = buffer.getvalue()
    day = release.as_of.isoformat()
    rows = [(f"{line.table} : {line.part}", _cell(line.count)) for line in lines]
    return Export(
        agreement_id=agreement.id or 0,
        organisation_id=actor.organisation_id,
        audience=Audience.FUNDER,
        release_id=release.id,
        as_of=release.as_of,
        file_name=f"{agreement.code}-{chosen.code}-chiffres-{day}.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        output=chosen.code,
        rules=f"{release.rule}, {definition_on(release.exit_rule, release.as_of).name}",
        participants=lines[0].count,
        people=frozen.pack(["person", "count"], ["Chiffre", "Personnes"], rows),
        content=content,
        created_by_id=actor.account_id,
    )


def _plans(
    session: Session,
    agreement: Agreement,
    chosen: Output,
    release: Release,
    lines: list[Line],
    limits: Thresholds,
) -> list[SheetPlan]:
    has_exits = EXITS in TABLES[chosen.code]
    return [
        _summary(lines, limits),
        SheetPlan(PEOPLE, LINES, [(line.table, line.part, _cell(line.count)) for line in lines]),
        SheetPlan("Étapes", STEPS, [(NO_STEPS,)], filters=False),
        SheetPlan("Sorties et suivis", CROSSES, list(_crosses(release)) if has_exits else []),
        SheetPlan("Qualité", QUALITY, _quality(lines)),
        SheetPlan(
            "Méthode", METHOD, _method(session, agreement, chosen, release, limits), filters=False
        ),
    ]


def _summary(lines: list[Line], limits: Thresholds) -> SheetPlan:
    untold = {line.table: line.count for line in lines if line.part == UNTOLD}
    rows, total = [], lines[0].count
    for place, line in enumerate(lines, start=2):
        is_rate = place > 2 and shows_rate(line.count, total, limits)
        rows.append((
            line.table,
            line.part,
            _counted(lines, line.table, line.part, line.count),
            _counted(lines, lines[0].table, lines[0].part, total),
            Formula(f"C{place}/D{place}", (line.count or 0) / (total or 1)) if is_rate else None,
            _counted(lines, line.table, UNTOLD, untold[line.table])
            if line.table in untold else None,
        ))  # fmt: skip
    return SheetPlan("Synthèse", SUMMARY, rows, charts=tuple(_charts(lines)))


def _counted(lines: list[Line], table: str, part: str, count: int | None) -> Formula | str:
    """A count as a live formula over the lines; a word where it is masked."""
    if count is None:
        return MASKED
    last = len(lines) + 1
    wanted = ",".join(
        f'{PEOPLE}!${letter}$2:${letter}${last},"={text}"'
        for letter, text in (("A", _escaped(table)), ("B", _escaped(part)))
    )
    return Formula(f"SUMIFS({PEOPLE}!$C$2:$C${last},{wanted})", count)


def _escaped(text: str) -> str:
    """A value as a criterion: its jokers and quotes taken for themselves."""
    for mark in "~*?":
        text = text.replace(mark, f"~{mark}")
    return text.replace('"', '""')


def _charts(lines: list[Line]) -> Iterable[Bars]:
    for table in (GENDER, EXITS):
        places = [place for place, line in enumerate(lines, start=2) if line.table == table]
        if places:
            yield Bars(table, labels=2, numbers=3, first=places[0], last=places[-1])


def _crosses(release: Release) -> Iterable[tuple[str, str, str, Any]]:
    for scope, stored in release.crosses.items():
        for group, counts in shown_cross(stored):
            for exit_name, count in zip(stored["columns"], counts, strict=True):
                yield scope, group, exit_name, _cell(count)


def _quality(lines: list[Line]) -> list[tuple[Any, ...]]:
    total = _counted(lines, lines[0].table, lines[0].part, lines[0].count)
    return [
        (line.table, _counted(lines, line.table, UNTOLD, line.count), total)
        for line in lines
        if line.part == UNTOLD
    ]


def _method(
    session: Session, agreement: Agreement, chosen: Output, release: Release, limits: Thresholds
) -> Iterable[tuple[str, str]]:
    rule = definition_on(release.exit_rule, release.as_of)
    holder = session.get_one(Organisation, agreement.organisation_id).name
    yield "Sortie", f"{chosen.label} : chiffres arrêtés, pour le financeur"
    yield "Convention", f"{agreement.code} : {agreement.title}"
    yield "Financeur", session.get_one(Organisation, agreement.funder_id).name
    yield "Structure", holder
    yield "Période", f"du {_day(agreement.starts_on)} au {_day(agreement.ends_on)}"
    yield "Chiffres arrêtés au", _day(release.as_of)
    yield "Lecture", READING
    secret = f"Règle {release.rule} : moins de {limits.aggregated} personnes, non affiché. {BESIDE}"
    yield "Secret des petits nombres", secret
    yield "Nombres non affichés", str(masked_count(release, FUNDER))
    yield "Parts", f"Aucune part sur moins de {limits.denominator} personnes."
    yield f"Sorties : {rule.label} ({rule.name})", f"{rule.text} {rule.counted}"
    yield "Source de cette règle", f"{rule.source}. {rule.reliability}. {rule.doubt}".strip()
    yield (
        "Sorties par public",
        ("Les valeurs que les tableaux ne montrent pas y forment un seul groupe, « Autres »."),
    )


def _cell(count: int | None) -> int | str:
    return MASKED if count is None else count


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
