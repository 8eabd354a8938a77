"""A list of rows that lack one thing: fifty at a time, named for those who may read the file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from parcours.actions import quality
from parcours.actions.quality import Item
from parcours.domain.errors import NotFound
from parcours.domain.identity import shown_name
from parcours.domain.quality import WHY, Lack
from parcours.features.quality import fields, store
from parcours.features.quality.places import Place
from parcours.web.deps import Visit
from parcours.web.words import typed_day

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page writes it: `fields` empty where it is not filled on the spot.

    `name` is empty where the actor may not see the file; `stored` is what is in store now.
    """

    item: Item
    name: str
    cohort: str
    version: int
    values: dict[str, str]
    fields: tuple[fields.Field, ...]
    stored: str = ""
    holder: str = ""


def page(visit: Visit, place: Place, lack: Lack, after: str) -> dict[str, Any]:
    """A page of the list, from a place on."""
    found = quality.judged(visit.session, place.scope, as_of=visit.today, wanted=lack)
    items, start = found.items, _place(after)
    left = [item for item in items if start is None or (item.since, item.key) > start]
    some, more = left[:PAGE_SIZE], left[PAGE_SIZE:]
    following = f"{some[-1].since.isoformat()}~{some[-1].key}" if more else ""
    here = place.list_url(lack)
    return {
        "place": place,
        "lack": lack,
        "why": WHY[lack],
        "rows": _shown(visit, place, lack, some, found.names),
        "total": len(items),
        "after": after if start else "",
        "here": here,
        "next_url": f"{here}?{urlencode({'apres': following})}" if more else "",
    }


def row_of(
    visit: Visit, place: Place, lack: Lack, key: int, rows: Sequence[Shown], typed: dict[str, str]
) -> Shown:
    """The row just refused, with what was typed; read again when it left the list meanwhile."""
    for row in rows:
        if row.item.key == key:
            return replace(row, values=typed)
    item = Item(key, visit.today, 0, _learner_of(visit, lack, key))
    row = _shown(visit, place, lack, [item], {})[0]
    if not row.fields:
        raise NotFound
    labels = [_told(field, row.values[field.name]) for field in row.fields]
    return replace(row, values=typed, stored=", ".join(filter(None, labels)))


def _learner_of(visit: Visit, lack: Lack, key: int) -> int | None:
    if lack in fields.FILE:
        return key
    if lack in fields.ENTRY:
        entries = store.entries(visit.session, visit.actor, [key], today=visit.today)
        return entries[key].learner_id if key in entries else None
    found = store.exits(visit.session, visit.actor, [key], today=visit.today)
    return found[key].learner_id if key in found else None


def _shown(
    visit: Visit, place: Place, lack: Lack, items: list[Item], names: dict[int, str]
) -> list[Shown]:
    session, actor, today = visit.session, visit.actor, visit.today
    ids = [item.learner_id for item in items if item.learner_id is not None]
    files = store.files(session, actor, ids, today=today)
    may = fields.may_mend(actor, lack)
    keyed = _keyed(visit, lack, items) if may else {}
    found = []
    for item in items:
        file = files.get(item.learner_id or 0)
        row = keyed.get(item.key) if lack in {**fields.EXIT, **fields.ENTRY} else file
        is_own = lack not in fields.FILE or (
            file is not None and file.organisation_id == actor.organisation_id
        )
        can = may and row is not None and is_own
        found.append(
            Shown(
                item,
                shown_name(file.birth_name, file.first_names, file.usage_name) if file else "",
                names.get(item.cohort_id, ""),
                row.version if row is not None else 0,
                _values(lack, row, item),
                fields.fields_of(lack, place.scope.asked) if can else (),
                holder="" if is_own or file is None else file.holder,
            )
        )
    return found


def _keyed(visit: Visit, lack: Lack, items: list[Item]) -> dict[int, Any]:
    """What is stored of the rows that are not the file itself."""
    read = {**dict.fromkeys(fields.EXIT, store.exits), **dict.fromkeys(fields.ENTRY, store.entries)}
    if lack not in read:
        return {}
    keys = [item.key for item in items]
    return read[lack](visit.session, visit.actor, keys, today=visit.today)


def _values(lack: Lack, row: Any, item: Item) -> dict[str, str]:
    if lack is Lack.START:
        # Most begin on the day that was planned.
        return {"started_on": typed_day(item.since)}
    return fields.shown(lack, row)


def _told(field: fields.Field, value: str) -> str:
    return dict(field.options).get(value, value)


def _place(text: str) -> tuple[date, int] | None:
    """« 2026-11-23~12 »: where the list goes on; None when it is not a place."""
    day, _, key = text.partition("~")
    try:
        return (date.fromisoformat(day), int(key)) if len(key) < 12 else None
    except ValueError:
        return None
