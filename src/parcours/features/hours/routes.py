"""Heures par semaine: who was below last week, a person’s weeks, what is agreed with them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import engagements, people, weekly_hours
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.agenda import WEEK
from parcours.domain.errors import RuleBroken
from parcours.domain.mediation import read_minutes
from parcours.domain.weekly_hours import LAST_DAY, Agreed, Source, Week, last_full_monday, monday_of
from parcours.domain.weekly_hours import weeks as added_up
from parcours.features.hours import store
from parcours.features.hours.drawing import picture
from parcours.models import Learner, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.forms import Form
from parcours.web.learner_file import top
from parcours.web.words import hours, typed_day

router = APIRouter()
SHOWN_WEEKS = 12
LABELS = {
    "hours": "Heures par semaine",
    "motive": "Motif",
    "starts_on": "À partir du",
    "ends_on": "Jusqu’au",
}
UNCLEAR = "« {} » n’est pas clair. Écrivez par exemple 8 h, ou 7 h 30."


@router.get("/heures")
def below(
    visit: RecordedReading, semaine: str = "", etat: str = "", qui: str = "", apres: str = ""
) -> Response:
    """People whose week is below what was agreed: the last full one unless the address says."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    latest = last_full_monday(visit.today)
    monday = min(_monday(semaine) or latest, latest)
    query = {"semaine": _week(monday), "etat": "a-completer" if etat == "a-completer" else "",
             "qui": "moi" if qui == "moi" else "", "apres": ""}  # fmt: skip
    return pages.page(visit, "hours/list.html", _listing(visit, monday, latest, query, apres))


@router.get("/apprenants/{learner_id}/heures")
def of_learner(visit: RecordedReading, learner_id: int, jusque: str = "") -> Response:
    """The weeks of a person against what was agreed with them."""
    return _page(visit, learner_id, until=_monday(jusque))


@router.post("/apprenants/{learner_id}/engagements")
def agree(deed: Acting, learner_id: int) -> Response:
    """Note the weekly hours agreed with the person."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        asked = _read_agreed(deed.form, deed.today)
        engagements.agree(deed.session, deed.actor, learner_id, asked, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, learner_id, form=deed.form, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/heures", "Engagement noté.")


@router.post("/engagements/{engagement_id}/fin")
def end(deed: Acting, engagement_id: int) -> Response:
    """Say the last day of what was agreed."""

    def act() -> None:
        ends_on = deed.form.day("last_day", near=deed.today) or deed.today
        deed.form.check()
        engagements.end(deed.session, deed.actor, engagement_id, ends_on=ends_on, today=deed.today)

    return _change(deed, engagement_id, act, "Fin notée.")


@router.post("/engagements/{engagement_id}/retrait")
def withdraw(deed: Acting, engagement_id: int) -> Response:
    """It was noted by mistake."""
    return _change(
        deed,
        engagement_id,
        lambda: engagements.withdraw(deed.session, deed.actor, engagement_id, today=deed.today),
        "Engagement retiré.",
    )


def _change(deed: Deed, engagement_id: int, act: Callable[[], object], message: str) -> Response:
    row = visibility.engagement(deed.session, deed.actor, engagement_id, today=deed.today)
    learner_id = row.learner_id
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, learner_id, errors={"": str(refusal)})
    return pages.done(f"/apprenants/{learner_id}/heures", message)


def _read_agreed(form: Form, today: date) -> Agreed:
    text = form.text("hours")
    # « 8 » is eight hours here, whatever it would be for an act.
    minutes = int(text) * 60 if text.isdecimal() and len(text) < 3 else read_minutes(text)
    if minutes is None:
        form.errors["hours"] = UNCLEAR.format(text) if text else "Indiquez les heures convenues."
    motive = form.one_of("motive", reference.engagement_motives())
    starts_on = form.day("starts_on", near=today) or monday_of(today)
    ends_on = form.day("ends_on", near=today)
    form.check()
    return Agreed(minutes or 0, starts_on, ends_on, motive)


def _page(
    visit: Visit,
    learner_id: int,
    *,
    until: date | None = None,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="hours")
    current = monday_of(visit.today)
    last = min(until or current, current)
    agreed = weekly_hours.engagements_of(visit.session, learner_id)
    found = _weeks(visit, opened.learner, opened.pathways, agreed, last)
    motives = reference.engagement_motives()
    context: dict[str, Any] = top(visit, opened, "/presences") | {
        "weeks": [(week, week.monday + LAST_DAY) for week in reversed(found)],
        "picture": picture(found),
        "sources": list(Source),
        "default": weekly_hours.default_for(opened.learner),
        "engagements": [(row, reference.label(motives, row.motive)) for row in agreed],
        "earlier": _week(last - timedelta(weeks=SHOWN_WEEKS)),
        "later": _week(last + timedelta(weeks=SHOWN_WEEKS)) if last < current else "",
        "motives": reference.options(motives),
        "organisation_id": visit.actor.organisation_id,
        "can_agree": visit.actor.can(Capability.WRITE_LEARNERS),
        "values": _values(form, visit.today),
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "hours/learner.html", context, status=422 if errors else 200)


def _weeks(
    visit: Visit, learner: Learner, pathways: list[Any], agreed: list[Any], last: date
) -> list[Week]:
    mondays = [last - timedelta(weeks=number) for number in range(SHOWN_WEEKS)][::-1]
    until = min(last + LAST_DAY, visit.today)
    facts = weekly_hours.facts_of_learner(
        visit.session, learner.id or 0, mondays[0], until, today=visit.today
    )
    return added_up(
        facts,
        mondays,
        adapted=[weekly_hours.agreed_of(row) for row in agreed],
        default=weekly_hours.default_for(learner),
        spans=[weekly_hours.span_of(row) for row in pathways],
        today=visit.today,
    )


def _values(form: Form | None, today: date) -> dict[str, str]:
    if form is not None:
        return {name: form.text(name) for name in LABELS}
    return dict.fromkeys(LABELS, "") | {"starts_on": typed_day(monday_of(today))}


def _listing(
    visit: Visit, monday: date, latest: date, query: dict[str, str], after: str
) -> dict[str, Any]:
    found = store.people(
        visit.session,
        visit.actor,
        monday,
        to_complete=query["etat"] == "a-completer",
        mine=query["qui"] == "moi",
        today=visit.today,
        after=people.place_after(visit.session, visit.actor, after, today=visit.today),
    )
    rows, more = found[: store.PAGE_SIZE], found[store.PAGE_SIZE :]
    audit.record_listing(visit.session, visit.actor, "hours", len(rows))
    return {
        "rows": rows,
        "query": query | {"apres": after},
        "monday": monday,
        "sunday": monday + LAST_DAY,
        "usual": hours(int(reference.engagements()[weekly_hours.RSA].extra["weekly_minutes"])),
        "next_url": _url(query | {"apres": str(rows[-1].learner_id)}) if more else "",
        **_around(monday, latest, query),
    }


def _around(monday: date, latest: date, query: dict[str, str]) -> dict[str, Any]:
    """The other list of the same week, and the same list of the weeks before and after."""
    later = query | {"semaine": _week(monday + timedelta(weeks=1))}
    return {
        "tabs": [
            (label, _url(query | {"etat": state}), query["etat"] == state)
            for state, label in (("", "En dessous"), ("a-completer", "À compléter"))
        ],
        "before": _url(query | {"semaine": _week(monday - timedelta(weeks=1))}),
        "later": _url(later) if monday < latest else "",
    }


def _url(query: dict[str, str]) -> str:
    kept = urlencode({name: text for name, text in query.items() if text})
    return f"/heures?{kept}" if kept else "/heures"


def _week(monday: date) -> str:
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02d}"


def _monday(text: str) -> date | None:
    """The Monday of « 2026-W47 »; None for what is no week."""
    found = WEEK.match(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None
