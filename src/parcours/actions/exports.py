"""Outcome workbooks: made from rows, kept as handed over, the same bytes twice."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours import audit
from parcours.actions.definitions import definition_on
from parcours.actions.outcome_rows import Rows, gather
from parcours.domain.access import Actor, Capability, require
from parcours.domain.definitions import Definition
from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import DYNAMIC, Figure, Participant, figures
from parcours.models import Agreement, Export, Organisation, visibility
from parcours.sheets.writing import Column, SheetPlan, write_workbook

RULES_USED = ("iae", "gen")
SUMMARY = (
    Column("Code", width=20),
    Column("Figure", width=44),
    Column("Nombre", "integer", 10),
    Column("Parmi", "integer", 10),
    Column("Part", "percent", 9),
    Column("Inconnus", "integer", 10),
    Column("Colonne à filtrer", width=26),
    Column("Valeur du filtre", width=26),
)
PARTICIPANTS = (
    Column("Participant", width=14),
    Column("Promotion", width=34),
    Column("Genre"),
    Column("Âge à l’entrée", "integer", 10),
    Column("Tranche d’âge", width=18),
    Column("Niveau à l’entrée", width=34),
    Column("Indicateur de niveau", width=14),
    Column("Situation à l’entrée", width=34),
    Column("Indicateurs de situation", width=18),
    Column("RSA", width=10),
    Column("QPV", width=12),
    Column("Code du quartier", width=14),
    Column("Entrée", "date", 12),
    Column("Fin", "date", 12),
    Column("Assiduité", "percent", 10),
    Column("Sortie notée", width=10),
    Column("Date de sortie", "date", 12),
    Column("Situation à la sortie", width=34),
    Column("Classe IAE", width=28),
    Column("Sortie dynamique", width=12),
    Column("Sortie GEN", width=22),
)
STEPS = (
    Column("Participant", width=14),
    Column("Nature", width=24),
    Column("Étape", width=40),
    Column("Début prévu", "date", 12),
    Column("Fin prévue", "date", 12),
    Column("Début réel", "date", 12),
    Column("Fin réelle", "date", 12),
    Column("Heures", "decimal", 10),
)
EXITS = (
    Column("Participant", width=14),
    Column("Date de sortie", "date", 12),
    Column("Situation", width=40),
    Column("Contrat", width=30),
    Column("Début du contrat", "date", 12),
    Column("Fin du contrat", "date", 12),
    Column("Justificatif vu le", "date", 12),
    Column("En lien avec la formation", width=14),
    Column("Classe IAE (iae-1)", width=28),
    Column("Classe GEN (gen-1)", width=28),
)
METHOD = (Column("Rubrique", width=34), Column("Contenu", width=110))


def export_outcomes(
    session: Session, actor: Actor, agreement_id: int, *, as_of: date, today: date
) -> Export:
    """Make, keep and record the workbook of an agreement as known on `as_of`.

    The same facts give the same bytes. Raises RuleBroken for a day to come.
    """
    require(actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    if as_of > today:
        raise RuleBroken("La date d’arrêt ne peut pas être dans l’avenir.", field="as_of")
    rows = gather(session, agreement, as_of=as_of)
    content = workbook(session, agreement, rows, as_of=as_of)
    export = Export(
        agreement_id=agreement_id,
        organisation_id=actor.organisation_id,
        as_of=as_of,
        file_name=f"{agreement.code}-{as_of.isoformat()}.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        rules=", ".join(definition_on(code, as_of).name for code in RULES_USED),
        participants=len(rows.participants),
        content=content,
        created_by_id=actor.account_id,
    )
    session.add(export)
    session.flush()
    audit.record(
        session,
        actor,
        "export",
        "agreement",
        agreement_id,
        participants=len(rows.participants),
        sha256=export.sha256,
    )
    return export


def read_export(session: Session, actor: Actor, export_id: int) -> Export:
    """A workbook kept, byte for byte, its download being recorded."""
    require(actor, Capability.EXPORT_OUTCOMES)
    export = visibility.export(session, actor, export_id)
    audit.record(session, actor, "download", "export", export_id)
    return export


def workbook(session: Session, agreement: Agreement, rows: Rows, *, as_of: date) -> bytes:
    """The workbook’s bytes: Synthèse, Participants, Étapes, Sorties, Méthode."""
    counted = figures(rows.participants)
    plans = (
        SheetPlan("Synthèse", SUMMARY, map(_summary_row, counted)),
        SheetPlan("Participants", PARTICIPANTS, map(_participant_row, rows.participants)),
        SheetPlan("Étapes", STEPS, map(_fields, rows.steps)),
        SheetPlan("Sorties", EXITS, map(_fields, rows.exits)),
        SheetPlan(
            "Méthode", METHOD, _method(session, agreement, counted, as_of=as_of), filters=False
        ),
    )
    return write_workbook(plans, title=f"Parcours : {agreement.title}")


def _summary_row(figure: Figure) -> Sequence[Any]:
    return (
        figure.code,
        figure.label,
        figure.count,
        figure.denominator,
        figure.rate,
        figure.unknown,
        figure.column,
        figure.value,
    )


def _participant_row(row: Participant) -> Sequence[Any]:
    return (
        row.pseudonym,
        row.cohort,
        row.gender,
        row.age,
        row.age_band,
        row.education,
        row.education_indicator,
        row.entry_status,
        ", ".join(row.status_indicators) or None,
        row.receives_rsa,
        row.district,
        row.district_code,
        row.entered_on,
        row.left_on,
        row.attendance,
        row.exited_on is not None,
        row.exited_on,
        row.situation,
        row.iae.label if row.iae else None,
        row.iae in DYNAMIC if row.iae else None,
        row.gen.label if row.gen else None,
    )


def _fields(row: Any) -> Sequence[Any]:
    return tuple(getattr(row, name) for name in row.__slots__)


def _method(
    session: Session, agreement: Agreement, counted: Iterable[Figure], *, as_of: date
) -> Iterable[tuple[str, str]]:
    funder = session.get_one(Organisation, agreement.funder_id).name
    holder = session.get_one(Organisation, agreement.organisation_id).name
    yield "Convention", f"{agreement.code} : {agreement.title}"
    yield "Financeur", funder
    yield "Structure", holder
    yield "Période", f"du {_day(agreement.starts_on)} au {_day(agreement.ends_on)}"
    yield "Date d’arrêt", f"{_day(as_of)} : ce qui était connu et daté de ce jour au plus tard."
    yield (
        "Pseudonymes",
        "Stables pour cette convention, différents dans toute autre : deux classeurs de "
        "conventions différentes ne se rapprochent pas.",
    )
    yield (
        "Étapes et sorties",
        f"Seules figurent celles que {holder} a tenues ou notées.",
    )
    yield (
        "Lecture",
        "« Parmi » est le dénominateur, « Inconnus » les personnes dont la réponse manque : une "
        "cellule vide n’est jamais un zéro. Chaque nombre se retrouve en filtrant la feuille "
        "Participants sur la colonne et la valeur indiquées.",
    )
    for code in RULES_USED:
        yield from _rule_rows(definition_on(code, as_of))
    for figure in counted:
        text = f"{figure.definition} Source : {figure.source}. Fiabilité : {figure.reliability}."
        yield f"{figure.code} · {figure.label}", text


def _rule_rows(rule: Definition) -> Iterable[tuple[str, str]]:
    yield f"Règle {rule.name} · {rule.label}", f"{rule.text} {rule.counted}"
    yield f"Règle {rule.name} · source", rule.source
    yield f"Règle {rule.name} · fiabilité", f"{rule.reliability}. {rule.doubt}".strip()
    yield f"Règle {rule.name} · en vigueur depuis", _day(rule.valid_from)


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
