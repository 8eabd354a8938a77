"""« Corriger / contester »: a line that is wrong, its answer, and the score computed again."""

import json
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import match_runs
from parcours.domain.access import Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.job_search import SaidBy
from parcours.domain.match_acts import ContestReason
from parcours.features.matching import forms, store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter()


@router.get("/contestations")
def contest_list(visit: RecordedReading) -> Response:
    """What is contested, to be answered first."""
    return _list_page(visit)


@router.get("/appariements/{result_id}/contestation")
def contest_form(visit: RecordedReading, result_id: str, ligne: str = "") -> Response:
    """The line, and what is wrong with it."""
    return _form_page(visit, result_id, ligne)


@router.post("/appariements/{result_id}/contestation")
def contest(deed: Acting, result_id: str) -> Response:
    """Keep the contest."""
    if answer := pages.earlier_answer(deed):
        return answer
    skill = deed.form.text("line")
    try:
        _contest(deed, result_id, skill)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, result_id, skill, refusal.errors)
    return pages.done_once(deed, "/contestations", "Contestation notée : elle attend une réponse.")


@router.post("/contestations/{contest_id}/reponse")
def reply(deed: Acting, contest_id: int) -> Response:
    """Answer, and score again."""
    text = deed.form.text("answer", limit=1000)
    try:
        deed.form.check()
        match_runs.answer_contest(
            deed.session, deed.actor, contest_id, answer=text, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _list_page(deed, {contest_id: (refusal.errors, text)})
    return pages.done("/contestations", "Réponse notée, score recalculé.")


def _contest(deed: Deed, result_id: str, skill: str) -> None:
    reason = deed.form.word("reason", ContestReason)
    words = deed.form.text("words", limit=1000)
    said_by = deed.form.word("said_by", SaidBy) or SaidBy.PERSON
    deed.form.check()
    match_runs.contest(
        deed.session, deed.actor, result_id, skill, reason, words=words, said_by=said_by,
        today=deed.today,
    )  # fmt: skip


def _form_page(
    visit: Visit, result_id: str, skill: str, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.WRITE_LEARNERS)
    row, run = visibility.match_result(visit.session, visit.actor, result_id, today=visit.today)
    line, label = _line(row.result, row.input_snapshot, skill)
    form: Any = getattr(visit, "form", None)
    names = ("reason", "words", "said_by")
    values = {name: form.text(name) if form else "" for name in names}
    context = {
        "name": store.names(visit.session, [row.learner_id])[row.learner_id],
        "learner_id": row.learner_id,
        "head": store.heads(visit.session, [run.need_id])[run.need_id],
        "result_id": result_id,
        "skill": skill,
        "label": label,
        "line": line,
        "as_of": run.as_of,
        "values": values | {"said_by": values["said_by"] or SaidBy.PERSON.value},
        "forms": forms,
        "labels": forms.LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "matching/contest.html", context, status=422 if errors else 200)


def _line(result: str, snapshot: str, skill: str) -> tuple[str, str]:
    """The sentence shown of a line, and the words of its skill (NotFound when there is none)."""
    facts = json.loads(result)["today"]
    for place, line in enumerate(facts["lines"]):
        if line["skill"] == skill:
            entries = json.loads(snapshot)["taxonomy"]["skills"]
            labels = {entry["code"]: entry["label"] for entry in entries}
            return facts["explanation"][place + 1], labels.get(skill) or skill
    raise NotFound


def _list_page(
    visit: Visit, refused: dict[int, tuple[dict[str, str], str]] | None = None
) -> Response:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    rows = store.contests(visit.session, visit.actor, visit.today)
    scores = store.scores(visit.session, rows)
    audit.record_listing(visit.session, visit.actor, "contests", len(rows))
    context = {
        "rows": [(row, scores.get(row.result_id), scores.get(row.rescored_id or ""))
                 for row in rows],
        "can_answer": visit.actor.can(Capability.WRITE_LEARNERS),
        "refused": refused or {},
    }  # fmt: skip
    return pages.page(visit, "matching/contests.html", context, status=422 if refused else 200)
