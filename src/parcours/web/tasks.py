"""How a task reads, in its room, in the agenda and on the first page of the day."""

from dataclasses import dataclass
from datetime import date

from parcours.actions.task_list import TaskRow
from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task as pages write it; `about_url` leads to its subject, else to the person’s file."""

    row: TaskRow
    title: str
    person: str
    about_url: str
    about: str
    for_whom: str
    is_late: bool


def shown_task(row: TaskRow, actor: Actor, today: date) -> ShownTask:
    """A task on `today`, as `actor` reads it."""
    person = (
        shown_name(row.birth_name, row.first_names or "", row.usage_name) if row.birth_name else ""
    )
    url, about = _about(row)
    is_late = row.done_at is None and row.due_on < today
    return ShownTask(
        row, task_title(row.kind, row.title), person, url, about, _for_whom(row, actor), is_late
    )


def _about(row: TaskRow) -> tuple[str, str]:
    """Where the task is acted on, and the words that lead there."""
    if row.relay_id is not None:
        return f"/relais/{row.relay_id}", "Ouvrir le relais"
    if row.introduction_id is not None:
        return f"/mises-en-relation/{row.introduction_id}", "Ouvrir la mise en relation"
    if row.learner_id is None:
        return "", ""
    file = f"/apprenants/{row.learner_id}"
    if row.kind is TaskKind.ALERT:
        return f"{file}#alertes", "Voir l’alerte"
    return file, "Ouvrir la fiche"


def task_title(kind: TaskKind, title: str) -> str:
    """What a person wrote, else what the rule asks for."""
    return title or kind.label


def _for_whom(row: TaskRow, actor: Actor) -> str:
    if row.account_id == actor.account_id:
        return "vous"
    if row.account:
        return row.account
    return row.for_role.label if row.for_role else "toute la structure"
