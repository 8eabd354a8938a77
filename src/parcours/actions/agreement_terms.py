"""What an agreement asks for: targets, outputs, retention; and how far it got."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.agreement_edits import editor_of
from parcours.actions.definitions import definition_on
from parcours.actions.exports import figures_of
from parcours.actions.outcome_columns import COLUMNS, RULES
from parcours.actions.outcome_figures import exits, people, publics
from parcours.actions.outputs import OUTPUTS, Output
from parcours.actions.releases import releases_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import (
    Pillar,
    Progress,
    TargetKind,
    check_outputs,
    check_rule,
    check_targets,
    elapsed,
)
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.indicators import Figure
from parcours.models import Agreement, AgreementTarget, ExportLayout, visibility
from parcours.models.base import utc_now

COUNTED_BY = {
    TargetKind.PARTICIPANTS: "PARTICIPANTS",
    TargetKind.WOMEN: "GENRE:woman",
    TargetKind.DISTRICT: "QPV",
    TargetKind.LOW_LEVEL: "NIVEAU:bac",
}

# The columns those are counted on, with the agreement’s own class of exits.
AIMED = ("person", "gender", "age_band", "low_level", "rsa", "district", "has_left")


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be changed of an agreement once it is entered."""

    targets: Mapping[TargetKind, int]
    outputs: Sequence[str] = ()
    exit_rule: str = "iae"
    pillar: Pillar | None = None
    is_nominative: bool = False
    retention_years: int | None = None


def set_terms(
    session: Session, actor: Actor, agreement_id: int, terms: Terms, *, version: int
) -> Agreement:
    """Write what the agreement asks for (RuleBroken, EditConflict); exports kept stay so."""
    require(actor, Capability.MANAGE_AGREEMENTS)
    agreement = visibility.agreement(session, actor, agreement_id, lock=True)
    if agreement.version != version:
        raise EditConflict(theirs={}, mine={}, who=editor_of(session, agreement))
    check_targets(terms.targets)
    check_outputs(terms.outputs, list(OUTPUTS))
    if terms.exit_rule not in RULES:
        raise RuleBroken("Choisissez une définition de la liste.", field="exit_rule")
    kept = releases_of(session, agreement_id)
    check_rule(terms.exit_rule, kept[0].exit_rule if kept else None)
    if terms.retention_years is not None and not 1 <= terms.retention_years <= 30:
        raise RuleBroken("La conservation va de 1 à 30 ans.", field="retention_years")
    agreement.outputs = list(terms.outputs)
    agreement.exit_rule, agreement.pillar = terms.exit_rule, terms.pillar
    agreement.is_nominative = terms.is_nominative
    agreement.retention_years = terms.retention_years
    agreement.version += 1
    agreement.edited_at, agreement.edited_by_id = utc_now(), actor.account_id
    _write_targets(session, agreement_id, terms.targets)
    audit.record(session, actor, "edit", "agreement", agreement_id)
    return agreement


TARGETS = select(col(AgreementTarget.kind), col(AgreementTarget.value)).where(
    col(AgreementTarget.agreement_id) == bindparam("agreement")
)


def targets_of(session: Session, agreement_id: int) -> dict[TargetKind, int]:
    """The targets of an agreement the caller has opened."""
    rows = session.execute(TARGETS, {"agreement": agreement_id})
    found: dict[TargetKind, int] = {row.kind: row.value for row in rows}
    return {kind: found[kind] for kind in TargetKind if kind in found}


def standing(
    session: Session, agreement: Agreement, shown: Output, *, today: date
) -> tuple[list[Figure], list[Progress]]:
    """The figures of an output today, and how far each target is: the people are read once."""
    targets = targets_of(session, agreement.id or 0)
    asked = _with_targets(shown, agreement) if targets else shown
    counted = figures_of(session, agreement, asked, as_of=today)
    own = {measure.code for measure in shown.measures(today)}
    aims = {measure.code for measure in asked.measures(today)} - own
    figures = [figure for figure in counted if figure.measure.code not in aims]
    by_code = {figure.measure.code: figure for figure in counted}
    gone, aimed_at = (
        elapsed(agreement.starts_on, agreement.ends_on, today),
        figures_aimed_at(agreement),
    )
    progress = [
        _progress(kind, value, by_code[aimed_at[kind]], gone) for kind, value in targets.items()
    ]
    return figures, progress


def figures_aimed_at(agreement: Agreement) -> dict[TargetKind, str]:
    """The code of the figure each target is counted by."""
    return {kind: COUNTED_BY.get(kind, f"{agreement.exit_rule}:taux") for kind in TargetKind}


def save_layout(
    session: Session, actor: Actor, agreement_id: int, name: str, columns: Sequence[tuple[str, str]]
) -> ExportLayout:
    """Keep a choice of columns under a name; the same name says it again (RuleBroken)."""
    require(actor, Capability.MANAGE_AGREEMENTS)
    visibility.agreement(session, actor, agreement_id)
    chosen = _checked(name, columns)
    row = session.execute(
        select(ExportLayout).where(
            col(ExportLayout.agreement_id) == agreement_id, col(ExportLayout.name) == name
        )
    ).scalar_one_or_none()
    if row is None:
        row = ExportLayout(
            agreement_id=agreement_id,
            organisation_id=actor.organisation_id,
            name=name,
            columns=chosen,
            created_by_id=actor.account_id,
        )
        session.add(row)
    else:
        row.columns, row.version = chosen, row.version + 1
    session.flush()
    audit.record(session, actor, "edit", "export_layout", row.id)
    return row


LAYOUTS = (
    select(ExportLayout)
    .where(col(ExportLayout.agreement_id) == bindparam("agreement"))
    .order_by(col(ExportLayout.name))
)


def layouts_of(session: Session, agreement_id: int) -> list[ExportLayout]:
    """The choices of columns of an agreement the caller has opened."""
    return list(session.execute(LAYOUTS, {"agreement": agreement_id}).scalars())


def _write_targets(session: Session, agreement_id: int, targets: Mapping[TargetKind, int]) -> None:
    session.execute(
        delete(AgreementTarget).where(col(AgreementTarget.agreement_id) == agreement_id)
    )
    session.add_all(
        AgreementTarget(agreement_id=agreement_id, kind=kind, value=value)
        for kind, value in targets.items()
    )
    session.flush()


def _with_targets(shown: Output, agreement: Agreement) -> Output:
    """An output and, counted on the same people, what the targets of an agreement are about."""
    rule = agreement.exit_rule
    return replace(
        shown,
        columns=tuple(dict.fromkeys((*shown.columns, *AIMED, f"exit:{rule}"))),
        figures=tuple(dict.fromkeys((*shown.figures, people, publics, partial(exits, (rule,))))),
    )


def _progress(kind: TargetKind, value: int, figure: Figure, gone: Fraction) -> Progress:
    return Progress(kind, value, int(figure.count), int(figure.among), figure.unknown, gone)


def rule_label(agreement: Agreement, today: date) -> str:
    """What the agreement calls a positive exit, in words."""
    return definition_on(agreement.exit_rule, today).label


def _checked(name: str, columns: Sequence[tuple[str, str]]) -> list[list[str]]:
    if not name.strip():
        raise RuleBroken("Donnez un nom à ce choix de colonnes.", field="name")
    codes = [code for code, _ in columns]
    if not codes or not set(codes) <= set(COLUMNS) or len(set(codes)) < len(codes):
        raise RuleBroken("Donnez un rang à au moins une colonne.", field="name")
    headings = [heading for _, heading in columns]
    if len(set(headings)) < len(headings):
        raise RuleBroken("Deux colonnes portent le même intitulé.", field="name")
    # The pseudonym is what two exports are compared by.
    first = [] if "person" in codes else [["person", COLUMNS["person"].column.heading]]
    return [*first, *([code, heading] for code, heading in columns)]
