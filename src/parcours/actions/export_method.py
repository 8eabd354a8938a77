"""*Méthode*: what a workbook covers, by which rules, and what it does not say."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from parcours.actions.definitions import definition_on, esf_rules_on
from parcours.actions.outputs import Output
from parcours.domain.definitions import Definition
from parcours.domain.indicators import Measure
from parcours.models import Agreement, Organisation
from parcours.sheets.writing import Column, SheetPlan

METHOD = (Column("Rubrique", width=34), Column("Contenu", width=110))
READING = (
    "« Parmi » est le dénominateur, « Inconnus » les personnes dont la réponse manque : une "
    "cellule vide n’est jamais un zéro. Chaque nombre est une formule sur les lignes et se "
    "retrouve en posant le filtre indiqué."
)
PSEUDONYMS = (
    "Stables pour cette convention, différents dans toute autre : deux classeurs de conventions "
    "différentes ne se rapprochent pas."
)


def rules_of(output: Output, as_of: date) -> list[str]:
    """The versions an output was counted by, the common rules of ESF+ first."""
    return [esf_rules_on(as_of)[0], *(definition_on(code, as_of).name for code in output.rules)]


def method(
    session: Session,
    agreement: Agreement,
    output: Output,
    measures: Iterable[Measure],
    *,
    as_of: date,
    passing: int,
) -> SheetPlan:
    """The sheet: scope, rules with their sources and doubts, each figure’s definition."""
    rows = [
        *_scope(session, agreement, output, as_of, passing),
        *(("Non fourni", text) for text in output.missing),
        *(pair for code in output.rules for pair in _rule_rows(definition_on(code, as_of))),
        *(_figure_row(measure) for measure in measures),
    ]
    return SheetPlan("Méthode", METHOD, rows, filters=False, tells_parts=True)


def _scope(
    session: Session, agreement: Agreement, output: Output, as_of: date, passing: int
) -> Iterable[tuple[str, str]]:
    holder = session.get_one(Organisation, agreement.organisation_id).name
    yield "Sortie", f"{output.label}. {output.about}"
    yield "Convention", f"{agreement.code} : {agreement.title}"
    yield "Financeur", session.get_one(Organisation, agreement.funder_id).name
    yield "Structure", holder
    yield "Période", f"du {_day(agreement.starts_on)} au {_day(agreement.ends_on)}"
    if agreement.pillar:
        yield "Pilier du contrat de ville", agreement.pillar.label
    yield "Date d’arrêt", f"{_day(as_of)} : ce qui était connu et daté de ce jour au plus tard."
    yield "Pseudonymes", PSEUDONYMS
    yield "Étapes, heures et sorties", f"Seules figurent celles que {holder} a tenues ou notées."
    yield "Participations d’un jour ou moins", f"{passing}, qui ne sont pas des participants."
    yield "Règles de comptage", ", ".join(rules_of(output, as_of))
    yield "Lecture", READING


def _rule_rows(rule: Definition) -> Iterable[tuple[str, str]]:
    yield f"Règle {rule.name} · {rule.label}", f"{rule.text} {rule.counted}"
    yield f"Règle {rule.name} · source", rule.source
    yield f"Règle {rule.name} · fiabilité", f"{rule.reliability}. {rule.doubt}".strip()
    yield f"Règle {rule.name} · en vigueur depuis", _day(rule.valid_from)


def _figure_row(measure: Measure) -> tuple[str, str]:
    source = f"Source : {measure.source}. Fiabilité : {measure.reliability}."
    return f"{measure.code} · {measure.label}", f"{measure.text} {source}"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
