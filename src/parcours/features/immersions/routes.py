"""Immersions: the lists, planning one, what is agreed, hours missed, and what came of it."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from parcours import audit
from parcours.actions import immersion_outcomes, immersions
from parcours.actions.cohorts import cohort_choices
from parcours.actions.continuity import COUNT_LIMIT
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.immersions import forms, pages_of, showing, store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.paging import after_day, written

router = APIRouter()
TABS = (
    ("Toutes", ""),
    ("En cours", "en-cours"),
    ("À venir", "a-venir"),
    ("Terminées", "terminees"),
    ("Sans bilan", "sans-bilan"),
)


@router.get("/immersions")
def immersion_list(
    visit: RecordedReading,
    etat: str = "",
    cohort: Annotated[str, Query(alias="promotion")] = "",
    apres: str = "",
) -> Response:
    """The immersions one’s organisation holds: all, or of a kind, or of a cohort."""
    require(visit.actor, Capability.READ_LEARNERS)
    cohort_id = _cohort(visit, cohort)
    kind = etat if etat in store.KINDS else ""
    rows = store.immersions(
        visit.session, visit.actor, kind=kind, cohort_id=cohort_id, today=visit.today,
        after=after_day(apres),
    )  # fmt: skip
    audit.record_listing(visit.session, visit.actor, "immersion", len(rows))
    query = {"etat": kind, "promotion": cohort_id or ""}
    return pages.page(visit, "immersions/list.html", _listing(visit, rows, query))


@router.get("/apprenants/{learner_id}/immersions/nouvelle")
def plan_form(visit: RecordedReading, learner_id: int) -> Response:
    """An empty form."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _plan_page(visit, learner_id, forms.empty())


@router.post("/apprenants/{learner_id}/immersions")
def plan(deed: Acting, learner_id: int) -> Response:
    """Agree on an immersion."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        step_id = _plan(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _plan_page(deed, learner_id, forms.typed(deed.form), errors=refusal.errors)
    return pages.done_once(deed, f"/immersions/{step_id}", "Immersion enregistrée.")


@router.get("/immersions/{step_id}")
def one(visit: RecordedReading, step_id: int) -> Response:
    """One immersion: what is agreed, hours missed, the assessment, what came of it."""
    return pages_of.immersion(visit, step_id)


@router.get("/immersions/{step_id}/modifier")
def edit_form(visit: RecordedReading, step_id: int) -> Response:
    """What is agreed, to correct or to complete."""
    require(visit.actor, Capability.WRITE_STEPS)
    found = immersions.opened(visit.session, visit.actor, step_id, today=visit.today)
    return _edit_page(visit, step_id, forms.stored(found), version=found.step.version)


@router.post("/immersions/{step_id}/modifier")
def correct(deed: Acting, step_id: int) -> Response:
    """Correct what is agreed; a second editor is told."""
    values, version = forms.typed(deed.form), deed.form.integer("version") or 0
    try:
        _correct(deed, step_id, version)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _edit_page(deed, step_id, values, version=version, errors=refusal.errors)
    except EditConflict:
        pages.undo(deed)
        return _conflict(deed, step_id, values)
    return pages.done(f"/immersions/{step_id}", "Immersion mise à jour.")


@router.post("/immersions/{step_id}/absences")
def miss_hours(deed: Acting, step_id: int) -> Response:
    """Note what was missed on a day."""

    def act() -> None:
        day, minutes, reason = forms.read_missed(deed.form, today=deed.today)
        immersion_outcomes.miss_hours(
            deed.session, deed.actor, step_id, missed_on=day, minutes=minutes, reason=reason,
            today=deed.today,
        )  # fmt: skip

    return _do(deed, step_id, act, "Heures notées.")


@router.post("/immersions/{step_id}/embauche")
def say_hired(deed: Acting, step_id: int) -> Response:
    """Say whether it ended with a job; a yes leads to the exit, pre-filled and not yet kept."""
    hired = deed.form.yes_no("hired")
    try:
        if hired is None:
            raise RuleBroken("Choisissez oui ou non.", field="hired")
        row = immersion_outcomes.say_hired(
            deed.session, deed.actor, step_id, hired=hired, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return pages_of.immersion(deed, step_id, errors=refusal.errors)
    if not hired:
        return pages.done(f"/immersions/{step_id}", "C’est noté.")
    url = f"/apprenants/{row.learner_id}/emploi?immersion={step_id}#exited_on"
    return pages.done(url, "C’est noté. Complétez la sortie : elle n’est pas encore enregistrée.")


def _cohort(visit: Visit, text: str) -> int | None:
    """The cohort asked for, one’s own organisation’s; None when none is."""
    if not text.isdecimal() or len(text) > 9:
        return None
    return visibility.cohort(visit.session, visit.actor, int(text)).id


def _listing(visit: Visit, rows: list[store.Row], query: dict[str, Any]) -> dict[str, Any]:
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    following = query | {"apres": written(page[-1].place)} if more else {}
    cohort_id = query["promotion"] or None
    return {
        "rows": showing.rows(page, visit.today),
        "tabs": _tabs(visit, query),
        "query": query,
        "cohorts": cohort_choices(visit.session, visit.actor),
        "periods": showing.without(visit.session, cohort_id, visit.today) if cohort_id else [],
        "can_write": visit.actor.can(Capability.WRITE_STEPS),
        "next_url": f"/immersions?{urlencode(following)}" if following else "",
    }


def _tabs(visit: Visit, query: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Every kind with its count, each leading to exactly those rows."""
    found = store.counts(
        visit.session, visit.actor, cohort_id=query["promotion"] or None, today=visit.today
    )
    tabs = []
    for label, kind in TABS:
        kept = urlencode({k: v for k, v in (query | {"etat": kind}).items() if v})
        count = found.get(kind)
        shown = "" if count is None else f" ({count if count < COUNT_LIMIT else '99+'})"
        url = f"/immersions?{kept}" if kept else "/immersions"
        tabs.append((label + shown, url, query["etat"] == kind))
    return tabs


def _plan(deed: Deed, learner_id: int) -> int:
    pathway = immersions.open_pathway_of(deed.session, deed.actor, learner_id, today=deed.today)
    facts, starts_on, ends_on = forms.read_immersion(deed.form, today=deed.today)
    if pathway is None:
        raise RuleBroken("Ouvrez d’abord le parcours de cette personne.")
    row = immersions.plan(
        deed.session, deed.actor, pathway.id or 0, facts, starts_on=starts_on, ends_on=ends_on,
        today=deed.today,
    )  # fmt: skip
    return row.step_id


def _plan_page(
    visit: Visit, learner_id: int, values: dict[str, Any], *, errors: dict[str, str] | None = None
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="immersion")
    context = top(visit, opened, "/emploi") | {
        "url": f"/apprenants/{learner_id}/immersions",
        "back": f"/apprenants/{learner_id}/emploi",
        "step_id": None,
        "version": 0,
        **_form(values, errors),
    }
    return pages.page(visit, "immersions/form.html", context, status=422 if errors else 200)


def _form(values: dict[str, Any], errors: dict[str, str] | None) -> dict[str, Any]:
    return {
        "labels": forms.LABELS,
        "aims": forms.AIMS,
        "values": values,
        "errors": errors or {},
        "theirs": {},
    }


def _edit_page(
    visit: Visit,
    step_id: int,
    values: dict[str, Any],
    *,
    version: int,
    errors: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
) -> Response:
    found = immersions.opened(visit.session, visit.actor, step_id, today=visit.today)
    learner_id = found.step.learner_id
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="immersion")
    context = top(visit, opened, "/emploi") | {
        "url": f"/immersions/{step_id}/modifier",
        "back": f"/immersions/{step_id}",
        "step_id": step_id,
        "version": version,
        **_form(values, errors),
        "theirs": theirs or {},
    }
    status = 409 if theirs is not None else (422 if errors else 200)
    return pages.page(visit, "immersions/form.html", context, status=status)


def _correct(deed: Deed, step_id: int, version: int) -> None:
    facts, starts_on, ends_on = forms.read_immersion(deed.form, today=deed.today)
    immersions.correct(
        deed.session, deed.actor, step_id, facts, starts_on=starts_on, ends_on=ends_on,
        version=version, today=deed.today,
    )  # fmt: skip


def _conflict(deed: Visit, step_id: int, values: dict[str, Any]) -> Response:
    """What was typed stays in the form; what is stored now is said beside it."""
    found = immersions.opened(deed.session, deed.actor, step_id, today=deed.today)
    now = forms.stored(found)
    theirs = {name: now[name] for name in forms.LABELS if str(now[name]) != str(values[name])}
    return _edit_page(
        deed, step_id, values, version=found.step.version, theirs=theirs or {"firm_name": ""}
    )


def _do(deed: Deed, step_id: int, act: Callable[[], None], message: str) -> Response:
    """An act on one immersion: done, or refused on its page with what was typed."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return pages_of.immersion(deed, step_id, errors=refusal.errors, typed=deed.form)
    return pages.done_once(deed, f"/immersions/{step_id}", message)
