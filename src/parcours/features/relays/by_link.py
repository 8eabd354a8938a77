"""Answering a relay from a link, without an account.

Opening the link reads nothing and changes nothing. The code, sent apart or printed, opens it; an
answer uses it up. What is shown of the person is the minimum.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import relay_answers, relay_links, relays
from parcours.actions.relay_facts import Speaker
from parcours.domain.errors import RuleBroken
from parcours.features.relays import store
from parcours.features.relays.forms import (
    ANSWER_LABELS,
    REASONS,
    answer_errors,
    read_acceptance,
    read_refusal,
)
from parcours.features.relays.showing import shown
from parcours.models import Relay, RelayLink
from parcours.web import pages
from parcours.web.deps import Anonymous, AnonymousForm
from parcours.web.doors import Door
from parcours.web.words import typed_day

router = APIRouter(prefix="/reponse/{token}")


@router.get("", name="link_page")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    return DOOR.look(request, token)


@router.post("")
def open_relay(visit: Anonymous, token: str) -> Response:
    """The relay, for who has the code."""
    return DOOR.enter(visit, token)


@router.post("/acceptation")
def accept(visit: Anonymous, token: str) -> Response:
    """Take the person on."""

    def act(relay: Relay, speaker: Speaker) -> None:
        given = read_acceptance(visit.form, today=visit.today)
        relay_answers.accept(
            visit.session,
            relay.id or 0,
            speaker,
            starts_on=given.starts_on,
            ends_on=given.ends_on,
            words=given.words,
            today=visit.today,
        )

    return _answer(visit, token, act, "Merci : le relais est accepté.", is_final=True)


@router.post("/refus")
def decline(visit: Anonymous, token: str) -> Response:
    """Not take the person on, and say why."""

    def act(relay: Relay, speaker: Speaker) -> None:
        reason, words = read_refusal(visit.form)
        relay_answers.decline(
            visit.session, relay.id or 0, speaker, reason=reason, words=words, today=visit.today
        )

    return _answer(visit, token, act, "Merci de votre réponse.", is_final=True)


@router.post("/question")
def ask(visit: Anonymous, token: str) -> Response:
    """Ask before answering; the link goes on working."""

    def act(relay: Relay, speaker: Speaker) -> None:
        words = visit.form.text("question", limit=2000)
        visit.form.check()
        relays.ask(visit.session, relay, speaker, words=words, today=visit.today)

    return _answer(visit, token, act, "Question envoyée.", is_final=False)


def _answer(
    visit: AnonymousForm,
    token: str,
    act: Callable[[Relay, Speaker], None],
    message: str,
    *,
    is_final: bool,
) -> Response:
    def take(relay: Relay, _link: RelayLink) -> Response:
        name = visit.form.required("name", "Écrivez votre nom et votre fonction.", limit=120)
        visit.form.check()
        act(relay, Speaker(organisation_id=relay.receiver_id, name=name))
        context = {"title": message, "is_final": is_final, "token": token}
        return pages.plain_page(visit.request, "relays/answered.html", context)

    return DOOR.answer(visit, token, take, is_final=is_final)


def _show(visit: AnonymousForm, token: str, relay: Relay, refusal: RuleBroken | None) -> Response:
    row = store.relay_by_link(visit.session, relay.id or 0)
    audit.record(
        visit.session,
        None,
        "read",
        "relay",
        relay.id,
        learner_id=relay.learner_id,
        by=relay.receiver_id,
    )
    usual = {
        "starts_on": typed_day(max(row.starts_on, visit.today)),
        "ends_on": typed_day(row.ends_on),
    }
    values = {name: visit.form.text(name) for name in ANSWER_LABELS if name in visit.form.values}
    context = {
        "relay": shown(row, visit.today),
        "events": store.events(visit.session, relay.id or 0),
        "token": token,
        "reasons": REASONS,
        "labels": ANSWER_LABELS,
        "values": dict.fromkeys(ANSWER_LABELS, "") | usual | values,
        "errors": answer_errors(refusal) if refusal else {},
        "today": visit.today,
    }
    status = 422 if refusal else 200
    return pages.plain_page(visit.request, "relays/by_link.html", context, status=status)


DOOR = Door(relay_links.LINKS, "/reponse/", "relays/door.html", _show)
