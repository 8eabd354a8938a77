"""Letters to print, calls to make, and writing to a person the way they prefer."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import messages
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.identity import shown_name
from parcours.domain.messages import (
    CALLS_BEFORE_A_LETTER,
    Channel,
    MessageAct,
    channel_for,
    link,
    told_parts,
)
from parcours.features.messages import forms, store
from parcours.models import Immersion, Learner, Message, Organisation, visibility
from parcours.settings import Settings
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.paging import after_day

router = APIRouter()
STATES = [("echec", "Pas partis"), ("faits", "Faits ou partis")]


@router.get("/messages")
def worklist(
    visit: RecordedReading, moyen: str = "", qui: str = "", etat: str = "", apres: str = ""
) -> Response:
    """What waits for somebody of one’s organisation, by date."""
    require(visit.actor, Capability.WRITE_LEARNERS)
    query = {"moyen": moyen, "qui": qui, "etat": etat}
    channel = Channel(moyen) if moyen in set(Channel) else None
    by_hand = forms.by_hand_channels(_settings(visit))
    wanted = store.Wanted(by_hand, channel, qui == "moi", etat)
    rows = store.worklist(
        visit.session, visit.actor, wanted, today=visit.today, after=after_day(apres)
    )
    audit.record_listing(visit.session, visit.actor, "message", len(rows))
    return pages.page(visit, "messages/list.html", _list_context(rows, query))


@router.get("/messages/{message_id}")
def one_message(visit: RecordedReading, message_id: int) -> Response:
    """A message: what to say or print, and what became of it."""
    return _message_page(visit, message_id)


@router.post("/messages/{message_id}/suite")
def record(deed: Acting, message_id: int) -> Response:
    """Note a call, a letter handed over, a word said."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        act = forms.read_act(deed.form)
        messages.record_by_hand(deed.session, deed.actor, message_id, act, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _message_page(deed, message_id, errors=refusal.errors)
    told = "Noté : à rappeler." if act is MessageAct.NO_ANSWER else "Noté : c’est fait."
    return pages.done_once(deed, f"/messages/{message_id}", told)


@router.post("/messages/{message_id}/annulation")
def cancel(deed: Acting, message_id: int) -> Response:
    """Give a message up."""
    if answer := pages.earlier_answer(deed):
        return answer
    reason = deed.form.text("reason", limit=200)
    try:
        deed.form.check()
        messages.cancel(deed.session, deed.actor, message_id, reason=reason, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _message_page(deed, message_id, errors=refusal.errors, reason=reason)
    return pages.done_once(deed, f"/messages/{message_id}", "Message annulé.")


@router.get("/apprenants/{learner_id}/messages")
def write_form(visit: RecordedReading, learner_id: int) -> Response:
    """What was written to a person, and the form to write or call again."""
    return _learner_page(visit, learner_id, {})


@router.post("/apprenants/{learner_id}/messages")
def write(deed: Acting, learner_id: int) -> Response:
    """Prepare a message to a person."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        asked = forms.read_message(deed.form)
        kind, facts = asked.pop("kind"), asked.pop("facts")
        message = messages.write_to_learner(
            deed.session, deed.actor, learner_id, kind, facts, **asked, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        typed = {name: deed.form.text(name) for name in forms.LABELS}
        return _learner_page(deed, learner_id, typed, errors=refusal.errors)
    return pages.done_once(deed, f"/messages/{message.id}", "Message préparé.")


def _settings(visit: Visit) -> Settings:
    settings: Settings = visit.request.app.state.settings
    return settings


def _list_context(rows: list[store.MessageRow], query: dict[str, str]) -> dict[str, Any]:
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    kept = {key: text for key, text in query.items() if text}
    after = {**kept, "apres": f"{page[-1].due_on}~{page[-1].id}"} if more else {}
    return {
        "rows": [(_name(row), row) for row in page],
        "query": query,
        "channels": [(way.value, way.label) for way in Channel],
        "states": STATES,
        "page_size": store.PAGE_SIZE,
        "next_url": f"/messages?{urlencode(after)}" if after else "",
    }


def _name(row: store.MessageRow) -> str:
    if row.birth_name is None or row.first_names is None:
        return row.partner or ""
    return shown_name(row.birth_name, row.first_names, row.usage_name)


def _message_page(
    visit: Visit, message_id: int, *, errors: dict[str, str] | None = None, reason: str = ""
) -> Response:
    require(visit.actor, Capability.WRITE_LEARNERS)
    message = visibility.message(visit.session, visit.actor, message_id, today=visit.today)
    history = store.history(visit.session, message_id)
    calls = sum(event.act is MessageAct.NO_ANSWER for event, _ in history)
    settings = _settings(visit)
    is_over = bool(message.sent_at or message.done_at or message.cancelled_at)
    context = _recipient(visit, message) | {
        "message": message,
        "parts": told_parts(message.body),
        "verb": forms.VERBS[message.channel],
        "link": link(settings.base_url or str(visit.request.base_url), message.path),
        "history": history,
        "is_over": is_over,
        "buttons": [] if is_over else forms.buttons(message.channel, settings),
        "has_called_enough": calls >= CALLS_BEFORE_A_LETTER,
        "errors": errors or {},
        "reason": reason,
    }
    return pages.page(visit, "messages/message.html", context, status=422 if errors else 200)


def _recipient(visit: Visit, message: Message) -> dict[str, Any]:
    writer = visit.session.get_one(Organisation, message.organisation_id)
    if message.immersion_id is not None:
        immersion = visit.session.get_one(Immersion, message.immersion_id)
        lines = [immersion.firm_name, immersion.firm_city or ""]
        return {"name": immersion.firm_name, "learner": None, "lines": lines, "writer": writer}
    if message.learner_id is None:
        partner = visit.session.get_one(Organisation, message.partner_id)
        lines = [partner.name, partner.city or ""]
        return {"name": partner.name, "learner": None, "lines": lines, "writer": writer}
    learner = visit.session.get_one(Learner, message.learner_id)
    audit.record_reading(visit.session, visit.actor, "message", message.learner_id)
    name = shown_name(learner.birth_name, learner.first_names, learner.usage_name)
    place = " ".join(filter(None, (learner.postcode, learner.city)))
    lines = [name, learner.address or "", place]
    return {"name": name, "learner": learner, "lines": lines, "writer": writer}


def _learner_page(
    visit: Visit, learner_id: int, typed: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.WRITE_LEARNERS)
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="message")
    if opened.learner.organisation_id != visit.actor.organisation_id:
        raise NotFound
    contact = messages.contact_of(opened.learner)
    empty = dict.fromkeys(forms.LABELS, "") | {"channel": channel_for(contact).value}
    context = top(visit, opened, "/messages") | {
        "values": empty | typed,
        "labels": forms.LABELS,
        "choices": forms.choices(contact),
        "contact": contact,
        "rows": store.of_learner(visit.session, visit.actor, learner_id, today=visit.today),
        "errors": errors or {},
    }
    return pages.page(visit, "messages/write.html", context, status=422 if errors else 200)
