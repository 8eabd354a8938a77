"""The entries of the agenda, whatever they come from, in order of day and hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from parcours.actions.appointments import AppointmentRow, appointments_between
from parcours.actions.task_list import TaskRow, due_between
from parcours.domain.access import Actor, Capability
from parcours.domain.agenda import Outcome
from parcours.domain.calendar import Half
from parcours.domain.identity import shown_name, veiled_name
from parcours.features.agenda import store
from parcours.features.agenda.store import Period
from parcours.web.deps import Visit
from parcours.web.tasks import task_title
from parcours.web.words import clock

# The sorts of entries, as addresses name them, with what screens call them.
SORTS = {
    "rendez-vous": "Rendez-vous",
    "demi-journees": "Demi-journées",
    "ateliers": "Ateliers et permanences",
    "etapes": "Débuts et fins d’étape",
    "taches": "Tâches",
    "relais": "Relais à répondre",
}
TONES = {Outcome.KEPT: "success", Outcome.MISSED: "danger", Outcome.CANCELLED: "neutral"}
# What has no hour is read before the hours of the day; half-days stand at theirs.
NO_HOUR, HALVES = time(0, 0), {Half.AM: time(8, 0), Half.PM: time(13, 0)}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as pages write it."""

    on: date
    at: time
    sort: str
    hours: str
    title: str
    url: str
    person: str = ""
    learner_id: int | None = None
    place: str = ""
    badge: str = ""
    tone: str = "neutral"
    whose: str = ""
    row: Any = None


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a period, by sort."""

    appointments: list[AppointmentRow] = field(default_factory=list)
    half_days: list[store.HalfDayRow] = field(default_factory=list)
    sessions: list[store.SessionRow] = field(default_factory=list)
    steps: list[store.StepDay] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    relays: list[store.RelayDue] = field(default_factory=list)

    def is_cut(self, most: int) -> bool:
        """Whether some sort has more rows than are shown."""
        groups = [*self.half_days, *self.sessions]
        sorts = (self.appointments, groups, self.steps, self.tasks, self.relays)
        return any(len(rows) >= most for rows in sorts)


def read(session: Any, actor: Actor, period: Period, *, mine: bool, only: str = "") -> Read:
    """Everything of a period, or `only` one sort of it."""
    first, last, today, most = period.first, period.last, period.today, period.most
    found = Read()
    if only in ("", "rendez-vous"):
        found.appointments.extend(
            appointments_between(session, actor, first, last, today=today, mine=mine, most=most)
        )
    half_days = only in ("", "demi-journees") and actor.can(Capability.MARK_ATTENDANCE)
    sessions = only in ("", "ateliers")
    if half_days or sessions:
        asked = {"half_days": half_days, "sessions": sessions}
        taught, announced = store.groups(session, actor, period, **asked)
        found.half_days.extend(taught)
        found.sessions.extend(announced)
    if only in ("", "etapes"):
        found.steps.extend(store.step_days(session, actor, period, mine=mine))
    if only in ("", "taches"):
        found.tasks.extend(due_between(session, actor, first, last, today=today, most=most))
    if only in ("", "relais"):
        found.relays.extend(store.relays_due(session, actor, period))
    return found


def entries(found: Read, visit: Visit) -> list[Entry]:
    """The entries of what was read, in order of day and hour."""
    every = (
        *(_appointment(row, visit.actor) for row in found.appointments),
        *(_half_day(row, visit.today) for row in found.half_days),
        *(_session(row) for row in found.sessions),
        *(_step(row) for row in found.steps),
        *(_task(row, visit.today) for row in found.tasks),
        *(_relay(row, visit.today) for row in found.relays),
    )
    return sorted(every, key=lambda entry: (entry.on, entry.at))


def by_day(found: list[Entry], days: list[date]) -> Iterator[tuple[date, list[Entry]]]:
    """Each day with its entries."""
    for day in days:
        yield day, [entry for entry in found if entry.on == day]


def appointment_title(row: AppointmentRow) -> str:
    """What a person wrote, else what it is for."""
    return row.title or row.kind.label


def person_of(row: AppointmentRow | TaskRow) -> str:
    """The person’s name, "" when there is none or the actor no longer sees them."""
    if row.birth_name is None:
        return ""
    return shown_name(row.birth_name, row.first_names or "", row.usage_name)


def _appointment(row: AppointmentRow, actor: Actor) -> Entry:
    return Entry(
        row.held_on,
        row.starts_at,
        "rendez-vous",
        f"{clock(row.starts_at)} – {clock(row.ends_at)}",
        appointment_title(row),
        f"/agenda/rendez-vous/{row.id}",
        person_of(row),
        row.learner_id,
        row.place or "",
        row.outcome.label if row.outcome else "",
        TONES[row.outcome] if row.outcome else "neutral",
        _whose(row, actor),
        row,
    )


def _whose(row: AppointmentRow, actor: Actor) -> str:
    """Who holds it when it is not the actor, and the colleague who noted it."""
    holder = "" if row.account_id == actor.account_id else f"tenu par {row.account}"
    maker = "vous" if row.maker_id == actor.account_id else row.made_by
    noted = f"noté par {maker}" if row.made_by else ""
    return ", ".join(filter(None, (holder, noted)))


def _half_day(row: store.HalfDayRow, today: date) -> Entry:
    has_come = row.held_on <= today
    to_take = not row.is_taken and has_come
    slug = f"{row.held_on.isoformat()}-{row.half.value}"
    # A sheet opens on its day; before, the calendar tells the most.
    page = f"emargement/{slug}" if has_come else "calendrier"
    return Entry(
        row.held_on,
        row.starts_at or HALVES[row.half],
        "demi-journees",
        clock(row.starts_at) if row.starts_at else row.half.label.capitalize(),
        row.cohort,
        f"/promotions/{row.cohort_id}/{page}",
        badge="à émarger" if to_take else ("émargée" if row.is_taken else ""),
        tone="warning" if to_take else "success",
        row=row,
    )


def _session(row: store.SessionRow) -> Entry:
    hours = " – ".join(clock(at) for at in (row.from_time, row.to_time) if at)
    url = f"/partenaires/actions/{row.offer_id}"
    at = row.from_time or NO_HOUR
    return Entry(row.on, at, "ateliers", hours, row.title, url, place=row.place, row=row)


def _step(row: store.StepDay) -> Entry:
    what = ("Fin" if row.is_end else "Début") + (" prévue" if row.is_end and row.is_planned else "")
    what += " prévu" if row.is_planned and not row.is_end else ""
    name = shown_name(row.birth_name, row.first_names, row.usage_name)
    url = f"/apprenants/{row.learner_id}"
    title = f"{what} : {row.title}"
    return Entry(row.on, NO_HOUR, "etapes", "", title, url, name, row.learner_id, row=row)


def _task(row: TaskRow, today: date) -> Entry:
    late = row.due_on < today
    return Entry(
        row.due_on,
        NO_HOUR,
        "taches",
        "",
        task_title(row.kind, row.title),
        f"/taches/{row.id}",
        person_of(row),
        row.learner_id,
        badge="en retard" if late else "",
        tone="danger",
        row=row,
    )


def _relay(row: store.RelayDue, today: date) -> Entry:
    title = f"Répondre au relais de {row.sender}"
    return Entry(
        row.due_on,
        NO_HOUR,
        "relais",
        "",
        title,
        f"/relais/{row.id}",
        veiled_name(row.birth_name, row.first_names),
        badge="en retard" if row.due_on < today else "",
        tone="danger",
        row=row,
    )
