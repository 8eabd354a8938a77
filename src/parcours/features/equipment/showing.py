"""How equipment reads: where each item is, in words and a tone, and what happened to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours import reference
from parcours.domain.equipment import Condition, HandoverAct, Nature, Where
from parcours.domain.identity import shown_name
from parcours.features.equipment.store import ItemRow
from parcours.web.words import long_day, short_day

TONES = {
    Where.AVAILABLE: "success",
    Where.LENT: "neutral",
    Where.LATE: "danger",
    Where.GIVEN: "violet",
    Where.LOST: "warning",
    Where.RETIRED: "neutral",
}
GONE = "une personne que votre structure ne suit plus"


@dataclass(frozen=True, slots=True)
class Line:
    """An item as pages write it."""

    row: ItemRow
    kind: str
    where: Where
    tone: str
    detail: str
    name: str


def line(row: ItemRow, today: date) -> Line:
    """An item on `today`."""
    where = row.where(today)
    kind = reference.label(reference.equipment_kinds(), row.kind)
    name = (row.name or GONE) if row.handover is not None else ""
    return Line(row, kind, where, TONES[where], _detail(row, where, today), name)


def _detail(row: ItemRow, where: Where, today: date) -> str:
    handover = row.handover
    if handover is None:
        return f"depuis le {short_day(row.retired_on, today)}" if row.retired_on else ""
    if where is Where.LATE:
        return f"attendu le {short_day(handover.due_on or today, today)}, " + (
            f"{handover.days_late(today)} j de retard"
        )
    if where is Where.LOST and handover.lost_on:
        return f"constaté le {short_day(handover.lost_on, today)}"
    if handover.due_on is not None:
        return f"retour le {short_day(handover.due_on, today)}"
    return f"le {short_day(handover.handed_on, today)}"


def history(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """What happened, in words."""
    return [
        {
            "told": _told(act, on, due_on, detail),
            "by": by,
            "at": at,
            "learner_id": learner_id,
            "name": shown_name(birth, first, usage) if birth else GONE,
        }
        for act, on, due_on, detail, by, at, learner_id, birth, usage, first in rows
    ]


def _told(act: HandoverAct, on: date, due_on: date | None, detail: str | None) -> str:
    day = long_day(on)
    if act is HandoverAct.HANDED and detail:
        until = f", retour prévu le {long_day(due_on)}" if due_on else ""
        return f"{Nature(detail).label} le {day}{until}"
    if act is HandoverAct.EXTENDED and due_on:
        return f"Retour reporté au {long_day(due_on)}, le {day}"
    if act is HandoverAct.RETURNED and detail:
        return f"Rendu le {day} : {Condition(detail).label.lower()}"
    return f"{act.label} le {day}"
