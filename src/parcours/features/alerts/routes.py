"""Alertes: the list, one alert, muting and closing it, asking for help and answering."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import alerts
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.alerts import Rule
from parcours.domain.errors import RuleBroken
from parcours.features.alerts import forms, store
from parcours.features.alerts.showing import shown
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter()


@router.get("/alertes")
def alert_list(
    visit: RecordedReading,
    qui: str = "",
    regle: str = "",
    niveau: str = "",
    sourdine: str = "",
    apres: str = "",
) -> Response:
    """The open alerts one is concerned by, the most serious first."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    query = {"qui": qui, "regle": regle, "niveau": niveau, "sourdine": sourdine}
    return pages.page(visit, "alerts/list.html", _listing(visit, query, apres))


@router.get("/alertes/{alert_id}")
def alert_page(visit: RecordedReading, alert_id: int) -> Response:
    """One alert: its facts, who acts, what one may do."""
    return _show(visit, alert_id)


@router.post("/alertes/{alert_id}/sourdine")
def mute(deed: Acting, alert_id: int) -> Response:
    """Silence an alert until a day, saying why."""

    def act() -> None:
        until, motive = forms.read_mute(deed.form, today=deed.today)
        alerts.mute(
            deed.session, deed.actor, alert_id, until=until, motive=motive, today=deed.today
        )

    return _do(deed, alert_id, act, "Alerte en sourdine : elle reparlera à la date choisie.")


@router.post("/alertes/{alert_id}/reprise")
def unmute(deed: Acting, alert_id: int) -> Response:
    """Let a muted alert speak again."""

    def act() -> None:
        alerts.unmute(deed.session, deed.actor, alert_id, today=deed.today)

    return _do(deed, alert_id, act, "La sourdine est levée.")


@router.post("/alertes/{alert_id}/classement")
def close(deed: Acting, alert_id: int) -> Response:
    """Close an alert by hand."""

    def act() -> None:
        closing, motive = forms.read_closing(deed.form)
        alerts.close(deed.session, deed.actor, alert_id, closing, motive=motive, today=deed.today)

    return _do(deed, alert_id, act, "Alerte classée.")


@router.post("/alertes/{alert_id}/reponse")
def answer(deed: Acting, alert_id: int) -> Response:
    """Answer a request for help."""

    def act() -> None:
        words = deed.form.text("answer", limit=2000)
        deed.form.check()
        alerts.answer_help(deed.session, deed.actor, alert_id, answer=words, today=deed.today)

    return _do(deed, alert_id, act, "Réponse notée : la demande d’aide est close.")


@router.get("/apprenants/{learner_id}/aide")
def help_form(visit: RecordedReading, learner_id: int) -> Response:
    """The form to ask for help for a person."""
    require(visit.actor, Capability.WRITE_LEARNERS)
    return _help_page(visit, learner_id)


@router.post("/apprenants/{learner_id}/aide")
def ask_help(deed: Acting, learner_id: int) -> Response:
    """Ask for help for a person."""
    if earlier := pages.earlier_answer(deed):
        return earlier
    visibility.learner(deed.session, deed.actor, learner_id, today=deed.today)
    try:
        asked_by, words = forms.read_help(deed.form)
        alerts.ask_help(
            deed.session, deed.actor, learner_id, asked_by=asked_by, words=words, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _help_page(deed, learner_id, errors=refusal.errors)
    message = "Demande d’aide transmise à la structure qui accompagne la personne."
    return pages.done_once(deed, f"/apprenants/{learner_id}", message)


def _do(deed: Deed, alert_id: int, act: Callable[[], None], told: str) -> Response:
    if earlier := pages.earlier_answer(deed):
        return earlier
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return _show(deed, alert_id, errors=forms.closing_errors(refusal))
    return pages.done_once(deed, f"/alertes/{alert_id}", told)


def _listing(visit: Visit, query: dict[str, str], apres: str) -> dict[str, Any]:
    found = store.alerts(
        visit.session,
        visit.actor,
        forms.read_wanted(query),
        today=visit.today,
        after=forms.read_place(apres),
    )
    page = [shown(row, visit.actor, visit.today) for row in found[: store.PAGE_SIZE]]
    audit.record_listing(visit.session, visit.actor, "alert", len(page))
    following = {name: text for name, text in query.items() if text}
    if len(found) > len(page):
        last = page[-1].row.episode
        following["apres"] = forms.write_place((last.rank, last.since, last.id or 0))
    return {
        "rows": page,
        "query": query,
        "who": forms.WHO,
        "rules": forms.RULES,
        "levels": forms.LEVELS,
        "next_url": f"/alertes?{urlencode(following)}" if "apres" in following else "",
    }


def _show(visit: Visit, alert_id: int, *, errors: dict[str, str] | None = None) -> Response:
    require(visit.actor, Capability.READ_LEARNERS)
    found = visibility.alert(visit.session, visit.actor, alert_id, today=visit.today)
    if found.learner_id is not None:
        audit.record_reading(visit.session, visit.actor, "alert", found.learner_id)
    row = store.alert(visit.session, visit.actor, alert_id, today=visit.today)
    told = shown(row, visit.actor, visit.today)
    context = {
        "told": told,
        "is_help": told.alert.rule is Rule.HELP,
        "request_for_help": store.request_of(visit.session, told.alert.about),
        "closings": forms.CLOSINGS,
        "labels": forms.LABELS,
        "values": _typed(visit),
        "errors": errors or {},
    }
    return pages.page(visit, "alerts/alert.html", context, status=422 if errors else 200)


def _help_page(visit: Visit, learner_id: int, errors: dict[str, str] | None = None) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="help")
    context = top(visit, opened, "") | {
        "askers": forms.ASKERS,
        "labels": forms.LABELS,
        "values": _typed(visit),
        "errors": errors or {},
    }
    return pages.page(visit, "alerts/help.html", context, status=422 if errors else 200)


def _typed(visit: Visit) -> dict[str, str]:
    if not isinstance(visit, Deed):
        return dict.fromkeys(forms.LABELS, "")
    return {name: visit.form.text(name) for name in forms.LABELS}
