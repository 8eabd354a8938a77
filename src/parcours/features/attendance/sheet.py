"""How the rows of an attendance sheet read."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby, zip_longest
from typing import Any

from markupsafe import Markup

from parcours.domain.alerts import DEFAULT, Slot, Thresholds, trend
from parcours.domain.attendance import (
    Asked,
    Assiduity,
    Mark,
    Status,
    assiduity,
    judge,
    unjustified_in_window,
)
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.errors import EditConflict
from parcours.features.attendance.store import SheetRow
from parcours.web.words import PARIS, clock

LOOKS = {status: (status.value, status.label.lower()) for status in Status}
NOT_TAKEN = ("none", "non relevé")
TONES = {Assiduity.FINE: "", Assiduity.WATCH: "warning", Assiduity.ALERT: "danger"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """Somebody on the sheet: the mark shown, what was recorded, the last half-days, the rate."""

    enrolment_id: int
    learner_id: int
    name: str
    status: Status
    late: int
    reason: str
    was: str
    last: Markup
    rate: Fraction | None
    tone: str
    remark: str
    signed: str


def shown_rows(
    group: list[SheetRow],
    recorded: dict[int, Asked],
    signed: dict[int, datetime],
    asked: dict[int, Asked] | None,
    slots: list[HalfDay],
    marks: dict[int, list[Mark | None]],
    conflict: EditConflict | None,
    usual: Status = Status.PRESENT,
    thresholds: Thresholds = DEFAULT,
) -> list[ShownRow]:
    """The rows of a sheet; `asked` keeps what was typed when the form comes back.

    Whoever was not recorded is shown as `usual`. The remarks follow the organisation’s
    `thresholds`, so that the sheet and the alerts say the same.
    """
    days = [f"{slot.on.day:02d}/{slot.on.month:02d} {slot.half.label}" for slot in slots]
    rows = []
    for person in group:
        known = recorded.get(person.enrolment_id)
        mark = (asked or {}).get(person.enrolment_id) or known or Asked(usual)
        theirs = conflict.theirs.get(str(person.enrolment_id)) if conflict else None
        told = signed_words(signed.get(person.enrolment_id))
        past = marks.get(person.enrolment_id, [])
        rows.append(_row(person, mark, known, days, past, theirs, told, thresholds))
    return rows


def signed_words(instant: datetime | None) -> str:
    """« a signé à 9 h 05 », "" for who did not."""
    return f"a signé à {clock(instant.astimezone(PARIS).time())}" if instant else ""


def shown_cohorts(
    rows: list[tuple[int, str, date, Half, Status, int, int]], today: date
) -> list[dict[str, Any]]:
    """A learner’s marks by cohort: rate and where it heads, tally, exceptions with their days."""
    shown = []
    for (_, name), group in groupby(rows, key=lambda row: (row[0], row[1])):
        marks = list(group)
        shown.append(
            {
                "name": name,
                "count": len(marks),
                "rate": assiduity(Mark(row[4], row[5], row[6]) for row in marks),
                "trend": trend(_slots(marks), today=today),
                "tally": [
                    (status, sum(row[4] is status for row in marks))
                    for status in Status
                    if any(row[4] is status for row in marks)
                ],
                "exceptions": [row for row in marks if row[4] is not Status.PRESENT][::-1],
            }
        )
    return shown


def _slots(rows: list[tuple[int, str, date, Half, Status, int, int]]) -> list[Slot]:
    return [
        Slot(HalfDay(held_on, half), Mark(status, minutes, late))
        for _, _, held_on, half, status, minutes, late in rows
    ]


def _row(
    person: SheetRow,
    mark: Asked,
    known: Asked | None,
    days: list[str],
    marks: list[Mark | None],
    theirs: object,
    signed: str,
    thresholds: Thresholds,
) -> ShownRow:
    recent = [found for found in marks if found is not None][-thresholds.window :]
    rate = assiduity(recent)
    return ShownRow(
        person.enrolment_id,
        person.learner_id,
        person.name,
        mark.status,
        mark.late_minutes,
        mark.reason or "",
        f"{known.status.value}:{known.late_minutes}:{known.reason or ''}" if known else "",
        _history(days, marks),
        rate,
        _tone(rate, len(recent), thresholds),
        _remark(recent, theirs, thresholds),
        signed,
    )


def _history(days: list[str], marks: list[Mark | None]) -> Markup:
    """The last half-days as small blocks; joined here, five hundred of them make a sheet."""
    cells, exceptions = [], []
    for day, mark in zip_longest(days, marks[: len(days)]):
        look, word = LOOKS[mark.status] if mark else NOT_TAKEN
        cells.append(f'<i class="{look}" title="{day} : {word}"></i>')
        if mark is None or mark.status is not Status.PRESENT:
            exceptions.append(f"{day} : {word}")
    label = "; ".join(exceptions) or "toujours présent·e"
    return Markup(  # noqa: S704  dates and words of our own lists only
        f'<span class="last" role="img" aria-label="{label}">{"".join(cells)}</span>'
    )


def _tone(rate: Fraction | None, recorded: int, thresholds: Thresholds) -> str:
    said = judge(
        rate,
        recorded,
        minimum=thresholds.window_minimum,
        watch_below=thresholds.watch_below,
        alert_below=thresholds.alert_below,
    )
    return TONES[said]


def _remark(recent: list[Mark], theirs: object, thresholds: Thresholds) -> str:
    if isinstance(theirs, Asked):
        return f"Quelqu’un a noté « {theirs.status.label} » entre-temps."
    absences = unjustified_in_window(recent)
    if absences < thresholds.unjustified_limit:
        return ""
    several = "s" if absences > 1 else ""
    return f"{absences} absence{several} non justifiée{several}"
