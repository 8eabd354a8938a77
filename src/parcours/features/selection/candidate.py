"""One candidate: conditions, notes, history, and what follows when they do not enter."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import candidates, selection
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.identity import shown_name
from parcours.domain.selection import Decision
from parcours.features.selection import alone_store, forms, notes_store, showing, store
from parcours.features.selection.routes import CHANGED, everybody
from parcours.models import Candidate, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter()
ONE = "/promotions/{cohort_id}/candidats/{candidate_id}"


@router.get("/candidats/sans-suite")
def without_next_step(visit: RecordedReading, promo: str = "") -> Response:
    """Candidates who did not enter and whom nobody holds."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    cohort_id = int(promo) if promo.isdecimal() and len(promo) < 10 else None
    rows = alone_store.alone(visit.session, visit.actor, today=visit.today, cohort_id=cohort_id)
    audit.record_listing(visit.session, visit.actor, "candidate", len(rows))
    context = {
        "rows": [
            (row, shown_name(row.birth_name, row.first_names, row.usage_name)) for row in rows
        ],
        "cohorts": alone_store.cohorts_with_candidates(visit.session, visit.actor),
        "promo": promo,
    }
    return pages.page(visit, "selection/alone.html", context)


@router.get(ONE)
def one_candidate(visit: RecordedReading, cohort_id: int, candidate_id: int) -> Response:
    """A candidate’s page."""
    require(visit.actor, Capability.READ_LEARNERS)
    return _page(visit, cohort_id, candidate_id)


@router.post(ONE + "/notes")
def note(deed: Acting, cohort_id: int, candidate_id: int) -> Response:
    """Note criteria and a test."""
    return _do(deed, cohort_id, candidate_id, _note, "Noté.")


@router.post(ONE + "/place")
def offer_place(deed: Acting, cohort_id: int, candidate_id: int) -> Response:
    """Note that a freed place was proposed."""

    def act(deed: Deed, row: Candidate, version: int) -> None:
        selection.offer_place(
            deed.session, deed.actor, row.id or 0, version=version, today=deed.today
        )

    message = "C’est noté : la place est proposée. Admettez la personne quand elle a répondu."
    return _do(deed, cohort_id, candidate_id, act, message)


@router.post(ONE + "/rang")
def move(deed: Acting, cohort_id: int, candidate_id: int) -> Response:
    """Change somebody’s place on the waiting list."""

    def act(deed: Deed, row: Candidate, version: int) -> None:
        to = forms.read_rank(deed.form)
        selection.move_in_queue(
            deed.session, deed.actor, row.id or 0, to=to, version=version, today=deed.today
        )

    return _do(deed, cohort_id, candidate_id, act, "Rang changé.")


@router.post(ONE + "/reprise")
def reopen(deed: Acting, cohort_id: int, candidate_id: int) -> Response:
    """Take a decision back."""

    def act(deed: Deed, row: Candidate, version: int) -> None:
        words = deed.form.text("why", limit=300)
        deed.form.check()
        selection.reopen(
            deed.session, deed.actor, row.id or 0, words=words, version=version, today=deed.today
        )

    return _do(deed, cohort_id, candidate_id, act, "Décision retirée : elle reste à prendre.")


def _note(deed: Deed, row: Candidate, version: int) -> None:
    cohort = visibility.cohort(deed.session, deed.actor, row.cohort_id)
    noted = showing.noted_of(store.programme(deed.session, cohort))
    grades = forms.read_grades(deed.form, noted)
    marks = forms.read_mark(deed.form, today=deed.today)
    deed.form.check()
    candidates.note_file(
        deed.session, deed.actor, row.id or 0, grades, marks, version=version, today=deed.today
    )


def _do(
    deed: Deed,
    cohort_id: int,
    candidate_id: int,
    act: Callable[[Deed, Candidate, int], None],
    message: str,
) -> Response:
    """One act on a candidate, once; 422 or 409 with what was typed."""
    if answer := pages.earlier_answer(deed):
        return answer
    row = _of_cohort(deed, cohort_id, candidate_id)
    try:
        act(deed, row, deed.form.integer("version") or 0)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, cohort_id, candidate_id, form=deed, errors=refusal.errors)
    except EditConflict:
        pages.undo(deed)
        errors = {"": CHANGED}
        return _page(deed, cohort_id, candidate_id, form=deed, errors=errors, status=409)
    return pages.done_once(deed, f"/promotions/{cohort_id}/candidats/{candidate_id}", message)


def _of_cohort(visit: Visit, cohort_id: int, candidate_id: int) -> Candidate:
    """The candidate, of the cohort the address names."""
    visibility.cohort(visit.session, visit.actor, cohort_id)
    return visibility.candidate(visit.session, visit.actor, candidate_id, cohort_id=cohort_id)


def _page(
    visit: Visit,
    cohort_id: int,
    candidate_id: int,
    *,
    form: Deed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    session, actor = visit.session, visit.actor
    cohort = visibility.cohort(session, actor, cohort_id)
    found = everybody(visit, cohort)
    person = next((item for item in found.people if item.row.id == candidate_id), None)
    if person is None:
        raise NotFound
    audit.record_reading(session, actor, "candidate", person.row.learner_id)
    noted = showing.noted_of(found.programme)
    context: dict[str, Any] = {
        "cohort": cohort,
        "person": person,
        "noted": noted,
        "conditions": showing.conditions(person.row, cohort, found.programme),
        "history": _history(visit, found, candidate_id),
        "places": cohort.capacity - len(store.entered(session, cohort_id)),
        "waiting": sum(item.row.decision is Decision.WAITING for item in found.people),
        "is_alone": _is_alone(visit, cohort_id, candidate_id),
        "values": forms.typed(form.form, noted) if form else forms.blank(noted),
        "levels": forms.LEVEL_CHOICES,
        "labels": forms.LABELS,
        "errors": errors or {},
        "can_decide": actor.can(Capability.MANAGE_COHORTS),
        "can_select": actor.can(Capability.SELECT_CANDIDATES),
    }
    return pages.page(visit, "selection/candidate.html", context, status=status if errors else 200)


def _is_alone(visit: Visit, cohort_id: int, candidate_id: int) -> bool:
    rows = alone_store.alone(visit.session, visit.actor, today=visit.today, cohort_id=cohort_id)
    return any(row.candidate_id == candidate_id for row in rows)


def _history(visit: Visit, found: showing.Everybody, candidate_id: int) -> list[dict[str, Any]]:
    """Every line about a candidate, the latest first: acts, notes, marks."""
    names = {item.code: item.label for item in showing.noted_of(found.programme)}
    lines = [
        {"at": row.at, "by": row.by, "text": _told(row), "words": row.words}
        for row in notes_store.events(visit.session, candidate_id)
    ]
    for grade in found.grades:
        if grade.candidate_id == candidate_id:
            text = f"{names.get(grade.criterion, grade.criterion)} : {grade.level} sur 3"
            lines.append({"at": grade.at, "by": grade.by, "text": text, "words": grade.words})
    for mark in found.marks:
        if mark.candidate_id == candidate_id:
            text = showing.mark_words(mark)
            lines.append({"at": mark.at, "by": mark.by, "text": text, "words": None})
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _told(row: notes_store.EventRow) -> str:
    parts = [row.act.label if row.decision is None else row.decision.label]
    if row.reason is not None:
        parts.append(row.reason.label.lower())
    if row.rank is not None:
        parts.append(f"rang {row.rank}")
    return ", ".join(parts)
