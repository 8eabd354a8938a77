"""The form of an activity as a page: new, like another, refused, corrected at the same time."""

from typing import Any

from starlette.responses import Response

from parcours import audit, reference
from parcours.domain.errors import NotFound
from parcours.domain.mediation import ActivityKind, Taking
from parcours.features.mediation import showing, store
from parcours.features.mediation.forms import (
    AUTONOMIES,
    DURATIONS,
    KINDS,
    LABELS,
    Chosen,
    empty,
    read_people,
    stored,
)
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Deed, Visit
from parcours.web.words import typed_day

CONFLICT = "Quelqu’un a corrigé cette activité en même temps que vous : relisez, puis enregistrez."


def new_page(visit: Visit, person: str, like: str) -> Response:
    """A form about nobody yet, about somebody, or like an earlier activity."""
    about = _number(person)
    if about is not None:
        visibility.learner(visit.session, visit.actor, about, today=visit.today)
    today = typed_day(visit.today)
    if (number := _number(like)) is not None:
        row = visibility.activity(visit.session, visit.actor, number)
        values = stored(row) | {"held_on": today, "version": "", "heads": ""}
        before = _parts(visit, number)
        ticked = before if about is None else {about: before.get(about, Taking())}
        if about is not None and row.kind is not ActivityKind.INDIVIDUAL:
            values |= {"kind": ActivityKind.INDIVIDUAL.value, "title": ""}
            ticked = {about: Taking()}
    else:
        values = empty(store.last_of_mine(visit.session, visit.actor), today)
        ticked = {about: Taking()} if about is not None else {}
    values["back"] = str(about or "")
    return _form(visit, values, Chosen(ticked), only=about is not None)


def edit_page(visit: Visit, activity_id: int) -> Response:
    """The form of an activity noted, its people ticked."""
    row = visibility.activity(visit.session, visit.actor, activity_id)
    chosen = Chosen(_parts(visit, activity_id))
    return _form(visit, stored(row), chosen, activity_id=activity_id)


def refused_page(
    deed: Deed, values: dict[str, str], errors: dict[str, str], *, activity_id: int | None = None
) -> Response:
    """The same form, with what was typed; names understood are ticked, the others left to mend."""
    pages.undo(deed)
    if activity_id is not None:
        visibility.activity(deed.session, deed.actor, activity_id)
    chosen = read_people(deed.form, deed)
    values |= {"names": "\n".join(chosen.left)}
    return _form(deed, values, chosen, activity_id=activity_id, errors=errors, status=422)


def conflict_page(deed: Deed, values: dict[str, str], activity_id: int) -> Response:
    """What was typed, over the version somebody else just wrote."""
    pages.undo(deed)
    row = visibility.activity(deed.session, deed.actor, activity_id)
    values |= {"version": str(row.version)}
    chosen = read_people(deed.form, deed)
    errors = {"": CONFLICT}
    return _form(deed, values, chosen, activity_id=activity_id, errors=errors, status=409)


def _parts(visit: Visit, activity_id: int) -> dict[int, Taking]:
    rows = store.parts(visit.session, visit.actor, activity_id, today=visit.today)
    return {row.learner_id: Taking(row.part, row.autonomy) for row in rows}


def _form(
    visit: Visit,
    values: dict[str, str],
    chosen: Chosen,
    *,
    activity_id: int | None = None,
    only: bool = False,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    rows = _rows(visit, chosen, values["autonomy"], only)
    audit.record_listing(visit.session, visit.actor, "learner", len(rows))
    context: dict[str, Any] = {
        "activity_id": activity_id,
        "action": f"/actes/{activity_id}/modifier" if activity_id else "/actes",
        "values": values,
        "rows": rows,
        "only": only,
        "kinds": KINDS,
        "themes": reference.options(reference.act_themes()),
        "durations": DURATIONS,
        "autonomies": AUTONOMIES,
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "mediation/form.html", context, status=status)


def _rows(visit: Visit, chosen: Chosen, common: str, only: bool) -> list[showing.FormRow]:
    session, actor, today = visit.session, visit.actor, visit.today
    offered = [] if only else store.offered(session, actor, today=today)
    known = {person.id for person in offered}
    wanted = {*chosen.people, *(found.id for found in chosen.to_choose)} - known
    people = [*store.people(session, actor, wanted, today=today), *offered]
    return showing.form_rows(people, chosen.people, common)


def _number(text: str) -> int | None:
    """An identifier in the address; NotFound for what is none."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise NotFound
    return int(text)
