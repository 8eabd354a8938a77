"""The questionnaire of an entry: asked, corrected, erased, printed blank."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import entry_answers
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.entry_questions import WORDINGS, Answer, Question
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.words import DataSource
from parcours.features.entries import store
from parcours.models import Enrolment, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.words import meanwhile, typed_day

router = APIRouter(prefix="/entrees/{enrolment_id}/questionnaire")
ANSWERS = (*((item.value, item.label) for item in Answer), ("", "Pas demandé"))
SOURCES = (
    (DataSource.SCREEN.value, "De vive voix, saisi à l’écran"),
    (DataSource.PAPER.value, "D’après la feuille remplie"),
)
LABELS = {item.value: item.label for item in Question} | {
    "asked_on": "Recueilli le",
    "source": "Mode de recueil",
}
ERASED = "Réponses effacées, corrections comprises."


@router.get("")
def questionnaire(visit: RecordedReading, enrolment_id: int) -> Response:
    """The questions, with the answers known."""
    enrolment = opened_entry(visit, enrolment_id)
    row = store.answers(visit.session, enrolment_id)
    known = entry_answers.answers_of(row)
    values: dict[str, Any] = {item.value: known.get(item) or "" for item in Question}
    values["asked_on"] = typed_day(row.asked_on if row else visit.today)
    values["source"] = row.source.value if row else DataSource.SCREEN.value
    values["version"] = row.version if row else 0
    return _page(visit, enrolment, values)


@router.post("")
def save(deed: Acting, enrolment_id: int) -> Response:
    """Write the answers; a second editor sees what the first wrote beside what they typed."""
    if answer := pages.earlier_answer(deed):
        return answer
    enrolment = opened_entry(deed, enrolment_id)
    values = {name: deed.form.text(name) for name in (*LABELS, "version")}
    learner_id = enrolment.learner_id
    try:
        _save(deed, enrolment_id)
    except EditConflict as conflict:
        pages.undo(deed)
        return _conflicting(deed, enrolment_id, values, conflict)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, opened_entry(deed, enrolment_id), values, refusal.errors, status=422)
    return pages.done_once(deed, f"/apprenants/{learner_id}", "Réponses d’entrée enregistrées.")


@router.post("/effacement")
def erase(deed: Acting, enrolment_id: int) -> Response:
    """Erase the answers, as the person asks."""
    if answer := pages.earlier_answer(deed):
        return answer
    learner_id = opened_entry(deed, enrolment_id).learner_id
    version = deed.form.integer("version") or 0
    session, actor, today = deed.session, deed.actor, deed.today
    try:
        entry_answers.erase_answers(session, actor, enrolment_id, version=version, today=today)
    except EditConflict as conflict:
        pages.undo(deed)
        return _conflicting(deed, enrolment_id, {}, conflict)
    return pages.done_once(deed, f"/apprenants/{learner_id}", ERASED)


def opened_entry(visit: Visit, enrolment_id: int) -> Enrolment:
    """An entry whose answers the actor may ask, else NotFound or NotAllowed."""
    require(visit.actor, Capability.ASK_AT_ENTRY)
    return visibility.own_enrolment(visit.session, visit.actor, enrolment_id, today=visit.today)


def _save(deed: Deed, enrolment_id: int) -> None:
    form = deed.form
    answers = {item: form.word(item.value, Answer) for item in Question if item in form.values}
    asked_on = form.day("asked_on", near=deed.today)
    if asked_on is None:
        form.errors.setdefault("asked_on", "Indiquez le jour où la personne a répondu.")
    source = form.one_of("source", dict(SOURCES)) or DataSource.SCREEN.value
    version = form.integer("version") or 0
    form.check()
    record = entry_answers.Record(asked_on, answers, DataSource(source))
    entry_answers.record_answers(
        deed.session, deed.actor, enrolment_id, record, version=version, today=deed.today
    )


def _conflicting(
    deed: Deed, enrolment_id: int, values: dict[str, Any], conflict: EditConflict
) -> Response:
    row = store.answers(deed.session, enrolment_id)
    known = entry_answers.answers_of(row)
    stored: dict[str, Any] = {item.value: known.get(item) or "" for item in Question}
    stored["asked_on"] = typed_day(row.asked_on if row else deed.today)
    stored["source"] = row.source.value if row else DataSource.SCREEN.value
    shown = stored | values | {"version": row.version if row else 0}
    theirs = [
        (item.label, _told(known.get(item)))
        for item in Question
        if shown[item.value] != stored[item.value]
    ]
    errors = {"": meanwhile(conflict.who, "a répondu")}
    enrolment = opened_entry(deed, enrolment_id)
    return _page(deed, enrolment, shown, errors, theirs=theirs, status=409)


def _told(answer: Answer | None) -> str:
    return answer.label if answer else "Pas demandé"


def _page(
    visit: Visit,
    enrolment: Enrolment,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    *,
    theirs: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    session, actor = visit.session, visit.actor
    opened = open_file(
        session, actor, enrolment.learner_id, today=visit.today, page=entry_answers.SUBJECT
    )
    questions = entry_answers.asked_of(session, actor, enrolment)
    row = store.answers(session, enrolment.id or 0)
    if not questions and row is None:
        raise NotFound
    history = entry_answers.history_of(session, enrolment.id or 0)
    context = top(visit, opened, "/questionnaire") | {
        "enrolment": enrolment,
        "cohort": store.cohort_name(session, enrolment),
        "questions": [(item.value, WORDINGS[item]) for item in questions],
        "answers": ANSWERS,
        "sources": SOURCES,
        "values": values,
        "row": row,
        "author": entry_answers.author_of(session, row) if row else "",
        "history": [
            (change.at, who, change.question.label, _told(change.before), _told(change.after))
            for change, who in history
        ],
        "errors": errors or {},
        "labels": LABELS,
        "theirs": theirs or [],
    }
    return pages.page(visit, "entries/questionnaire.html", context, status=status)
