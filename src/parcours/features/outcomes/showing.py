"""Exits and follow-ups as the pages write them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours import reference
from parcours.actions.definitions import definitions_on
from parcours.actions.exits import ExitRow
from parcours.actions.follow_ups import delays, state_of
from parcours.actions.situations import facts_of
from parcours.domain.exit_checks import missing
from parcours.domain.follow_ups import State
from parcours.domain.leavers import Leaver
from parcours.domain.outcomes import ExitClass, SituationKind
from parcours.models import ExitSituation, FollowUp

TONES = {
    State.DUE: "warning",
    State.ANSWERED: "success",
    State.UNREACHABLE: "danger",
    State.NOT_ASKED: "danger",
}
# Classes that say nothing of somebody’s exit are not worth a line.
SILENT = {ExitClass.NOT_CONCERNED}


@dataclass(frozen=True, slots=True)
class Told:
    """A situation as a page writes it."""

    row: ExitSituation
    situation: str
    contract: str
    period: tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up as a page writes it."""

    row: FollowUp
    label: str
    state: State
    tone: str


def situation(row: ExitSituation, organisation_id: int) -> Told:
    """A situation; health, death and court decisions stay with whoever recorded them."""
    item = reference.exit_types().get(row.situation or "")
    label = item.label if item else "Non renseignée"
    if item is not None and item.flag("sensitive") and row.organisation_id != organisation_id:
        label = SituationKind.WITHDRAWN.label
    return Told(
        row,
        label,
        reference.label(reference.contract_types(), row.contract_type),
        (row.contract_starts_on, row.contract_ends_on),
    )


def exit_of(
    row: ExitRow,
    leaver: Leaver,
    follow_ups: Sequence[FollowUp],
    versions: Iterable[ExitSituation],
    *,
    organisation_id: int,
    today: date,
) -> dict[str, Any]:
    """An exit with its situations, its follow-ups and what each definition makes of it."""
    replaced = {item.replaces_id for item in versions}
    return {
        "exit": row.exit,
        "first": situation(row.first, organisation_id),
        "later": [situation(item, organisation_id) for item in row.situations[1:]],
        "missing": missing(facts_of(row.first)),
        "is_own": row.exit.organisation_id == organisation_id,
        "follow_ups": [follow_up(item, today) for item in follow_ups],
        "corrected": [situation(item, organisation_id) for item in versions if item.id in replaced],
        "classes": [
            (item, found)
            for item in definitions_on(today)
            if (found := item.classify(leaver, as_of=today)) not in SILENT
        ],
    }


def follow_up(row: FollowUp, today: date) -> Asked:
    """A follow-up and where it stands."""
    where = state_of(row, today)
    return Asked(row, delays()[row.delay].label, where, TONES.get(where, "neutral"))
