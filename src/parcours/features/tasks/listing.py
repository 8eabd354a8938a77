"""The list of tasks as its URL asks for it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from parcours import audit
from parcours.actions.task_list import PAGE_SIZE, TaskFilters, TaskRow, tasks
from parcours.web.deps import Visit
from parcours.web.tasks import shown_task

WHOSE = {"moi": "mine", "structure": "shared"}
WHEN = {"jour": "due", "retard": "late"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of the list: `etat=faites`, `qui`, `quand`, and the row to go on after."""

    etat: str = ""
    qui: str = ""
    quand: str = ""
    apres: str = ""

    def filters(self) -> TaskFilters:
        """What the list keeps; a word it does not know keeps everything."""
        return TaskFilters(self.etat == "faites", WHOSE.get(self.qui, ""), WHEN.get(self.quand, ""))

    def query(self) -> dict[str, str]:
        """What of the query a page goes on with."""
        kept = asdict(self)
        kept.pop("apres")
        known = {"etat": ("faites",), "qui": WHOSE, "quand": WHEN}
        return {name: kept[name] if kept[name] in known[name] else "" for name in kept}


def listing(visit: Visit, asked: Asked) -> dict[str, Any]:
    """What the page shows, the reading of the people it names recorded."""
    filters = asked.filters()
    found = tasks(
        visit.session, visit.actor, filters, today=visit.today, after=_after(filters, asked.apres)
    )
    page = found[:PAGE_SIZE]
    named = sum(row.learner_id is not None for row in page)
    audit.record_listing(visit.session, visit.actor, "task", named)
    query = asked.query()
    last = {"apres": _place(page[-1])} if len(found) > PAGE_SIZE else {}
    return {
        "rows": [shown_task(row, visit.actor, visit.today) for row in page],
        "query": query,
        "done": filters.done,
        "tab_urls": {state: _url(query | {"etat": state}) for state in ("", "faites")},
        "next_url": _url(query | last) if last else "",
    }


def _url(query: dict[str, str]) -> str:
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"/taches?{kept}" if kept else "/taches"


def _place(row: TaskRow) -> str:
    return f"{(row.done_at or row.due_on).isoformat()}~{row.id}"


def _after(filters: TaskFilters, text: str) -> tuple[date | datetime, int] | None:
    place, _, number = text.partition("~")
    try:
        read = datetime.fromisoformat if filters.done else date.fromisoformat
        found = read(place), int(number[:18])
    except ValueError:
        return None
    is_naive = isinstance(found[0], datetime) and found[0].tzinfo is None
    return None if is_naive else found
