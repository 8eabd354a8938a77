"""Actes: the list, one form for one person or a workshop, one activity, its corrections."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import mediation
from parcours.domain.access import Capability, require
from parcours.domain.dates import read_date
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.mediation import ActivityKind
from parcours.features.mediation import editing, showing, store
from parcours.features.mediation.forms import KINDS, LABELS, read_facts, read_people, typed
from parcours.models import Activity, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.paging import after_day, written
from parcours.web.words import hours, plural

router = APIRouter(prefix="/actes")


@router.get("")
def act_list(
    visit: RecordedReading,
    qui: str = "",
    nature: str = "",
    theme: str = "",
    du: str = "",
    au: str = "",
    apres: str = "",
) -> Response:
    """The organisation’s activities, the latest first; every filter is in the address."""
    require(visit.actor, Capability.WRITE_STEPS)
    query = {"qui": qui, "nature": nature, "theme": theme, "du": du, "au": au}
    return pages.page(visit, "mediation/list.html", _listing(visit, query, apres))


@router.get("/nouveau")
def new_activity(visit: RecordedReading, personne: str = "", comme: str = "") -> Response:
    """The form: blank, about somebody (`personne`), or like an earlier activity (`comme`)."""
    require(visit.actor, Capability.WRITE_STEPS)
    return editing.new_page(visit, personne, comme)


@router.post("")
def record(deed: Acting) -> Response:
    """Note the activity: one act for each person."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        row, count = _record(deed)
    except RuleBroken as refusal:
        return editing.refused_page(deed, values, refusal.errors)
    url = f"/apprenants/{values['back']}/actes" if values["back"].isdecimal() else "/actes"
    return pages.done_once(deed, url, _noted(row, count))


@router.get("/{activity_id}")
def activity(visit: RecordedReading, activity_id: int) -> Response:
    """One activity, its people, what was corrected."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _page(visit, activity_id)


@router.get("/{activity_id}/modifier")
def edit_form(visit: RecordedReading, activity_id: int) -> Response:
    """The form of an activity noted."""
    require(visit.actor, Capability.WRITE_STEPS)
    return editing.edit_page(visit, activity_id)


@router.post("/{activity_id}/modifier")
def correct(deed: Acting, activity_id: int) -> Response:
    """Say it otherwise; a second editor is told."""
    values = typed(deed.form)
    try:
        _correct(deed, activity_id)
    except RuleBroken as refusal:
        return editing.refused_page(deed, values, refusal.errors, activity_id=activity_id)
    except EditConflict:
        return editing.conflict_page(deed, values, activity_id)
    return pages.done(f"/actes/{activity_id}", "Correction enregistrée.")


@router.post("/{activity_id}/annulation")
def cancel(deed: Acting, activity_id: int) -> Response:
    """It did not take place."""
    reason = deed.form.text("reason", limit=200)
    try:
        deed.form.check()
        mediation.cancel_activity(deed.session, deed.actor, activity_id, reason=reason)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, activity_id, errors=refusal.errors)
    return pages.done(f"/actes/{activity_id}", "Activité annulée. Elle peut être rétablie.")


@router.post("/{activity_id}/retablissement")
def restore(deed: Acting, activity_id: int) -> Response:
    """It did after all."""
    mediation.restore_activity(deed.session, deed.actor, activity_id)
    return pages.done(f"/actes/{activity_id}", "Activité rétablie.")


def _record(deed: Deed) -> tuple[Activity, int]:
    facts, chosen = read_facts(deed.form, deed), read_people(deed.form, deed)
    deed.form.check()
    row = mediation.record_activity(
        deed.session, deed.actor, facts, chosen.people, today=deed.today
    )
    return row, len(chosen.people)


def _correct(deed: Deed, activity_id: int) -> None:
    visibility.activity(deed.session, deed.actor, activity_id)
    facts, chosen = read_facts(deed.form, deed), read_people(deed.form, deed)
    version = deed.form.integer("version") or 0
    deed.form.check()
    mediation.correct_activity(
        deed.session,
        deed.actor,
        activity_id,
        facts,
        chosen.people,
        version=version,
        today=deed.today,
    )


def _noted(row: Activity, count: int) -> str:
    if row.kind is ActivityKind.INFORMATION:
        named, heads = plural(count, "personne connue", "personnes connues"), row.heads
        return f"Information notée : {named}, {heads} sans nom."
    acts = "Acte noté" if count == 1 else f"{count} actes notés"
    return f"{acts} : {hours(row.minutes)}."


def _listing(visit: Visit, query: dict[str, str], after: str) -> dict[str, Any]:
    filters = store.Filters(
        query["qui"] == "moi",
        ActivityKind(query["nature"]) if query["nature"] in set(ActivityKind) else None,
        query["theme"] if query["theme"] in reference.act_themes() else None,
        _day(query["du"], visit.today),
        _day(query["au"], visit.today),
    )
    found = store.activities(
        visit.session, visit.actor, filters, today=visit.today, after=after_day(after)
    )
    rows, more = found[: store.PAGE_SIZE], found[store.PAGE_SIZE :]
    audit.record_listing(
        visit.session, visit.actor, "activity", sum(bool(row.name) for row in rows)
    )
    kept = {name: text for name, text in query.items() if text}
    following = {**kept, "apres": written((rows[-1].held_on, rows[-1].id))} if more else {}
    return {
        "rows": [(row, showing.theme(row.theme), showing.who(row)) for row in rows],
        "query": query,
        "kinds": KINDS,
        "themes": reference.options(reference.act_themes()),
        "next_url": f"/actes?{urlencode(following)}" if following else "",
    }


def _day(text: str, today: date) -> date | None:
    return read_date(text, near=today) if text else None


def _page(visit: Visit, activity_id: int, *, errors: dict[str, str] | None = None) -> Response:
    session, actor, today = visit.session, visit.actor, visit.today
    row = visibility.activity(session, actor, activity_id)
    parts = store.parts(session, actor, activity_id, today=today)
    audit.record_listing(session, actor, "activity", len(parts))
    context: dict[str, Any] = {
        "activity": row,
        "theme": showing.theme(row.theme),
        "parts": parts,
        "hidden": store.how_many(session, activity_id) - len(parts),
        "changes": showing.changed(store.changes(session, actor, activity_id, today=today)),
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "mediation/activity.html", context, status=422 if errors else 200)
