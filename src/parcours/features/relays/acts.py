"""What one does to a relay, signed in: accept, decline, ask, reply, take back, make a link."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import relay_answers, relay_links, relays
from parcours.actions.relay_facts import Speaker
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.relays.forms import (
    ANSWER_LABELS,
    answer_errors,
    read_acceptance,
    read_refusal,
)
from parcours.features.relays.routes import show
from parcours.features.relays.showing import ShownLink
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed

router = APIRouter(prefix="/relais/{relay_id}")


@router.post("/acceptation")
def accept(deed: Acting, relay_id: int) -> Response:
    """Take the person on."""

    def act(speaker: Speaker) -> None:
        given = read_acceptance(deed.form, today=deed.today)
        relay_answers.accept(
            deed.session,
            relay_id,
            speaker,
            starts_on=given.starts_on,
            ends_on=given.ends_on,
            words=given.words,
            today=deed.today,
        )

    return _answer(deed, relay_id, act, "Relais accepté : l’étape est maintenant la vôtre.")


@router.post("/refus")
def decline(deed: Acting, relay_id: int) -> Response:
    """Not take the person on, and say why."""

    def act(speaker: Speaker) -> None:
        reason, words = read_refusal(deed.form)
        relay_answers.decline(
            deed.session, relay_id, speaker, reason=reason, words=words, today=deed.today
        )

    message = "Relais décliné. La structure qui le proposait cherche une autre suite."
    return _answer(deed, relay_id, act, message)


@router.post("/question")
def ask(deed: Acting, relay_id: int) -> Response:
    """Ask before answering."""

    def act(speaker: Speaker) -> None:
        words = deed.form.text("question", limit=2000)
        deed.form.check()
        relay = visibility.relay(deed.session, deed.actor, relay_id, today=deed.today, lock=True)
        relays.ask(deed.session, relay, speaker, words=words, today=deed.today)

    return _answer(deed, relay_id, act, "Question envoyée. Le délai de réponse continue de courir.")


@router.post("/reponse")
def reply(deed: Acting, relay_id: int) -> Response:
    """Reply to a question."""

    def act() -> None:
        words = deed.form.text("reply", limit=2000)
        deed.form.check()
        relays.reply(deed.session, deed.actor, relay_id, words=words, today=deed.today)

    return _do(deed, relay_id, act, "Réponse envoyée.")


@router.post("/retrait")
def take_back(deed: Acting, relay_id: int) -> Response:
    """Withdraw a relay one’s organisation proposed."""

    def act() -> None:
        words = deed.form.text("withdrawal", limit=300)
        deed.form.check()
        relays.take_back(deed.session, deed.actor, relay_id, words=words, today=deed.today)

    return _do(deed, relay_id, act, "Relais retiré. La personne reste sous votre responsabilité.")


@router.post("/lien")
def make_link(deed: Acting, relay_id: int) -> Response:
    """A link that answers without an account: shown once, here, with its code."""
    sent = None
    try:
        made = relay_links.make(deed.session, deed.actor, relay_id, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return show(deed, relay_id, errors=answer_errors(refusal))
    address = deed.request.url_for("link_page", token=made.token)
    if deed.form.text("write"):
        relay = visibility.relay(deed.session, deed.actor, relay_id, today=deed.today)
        sent = relay_links.write_to_receiver(
            deed.session, deed.actor, relay, made, address.path, today=deed.today
        )
    return show(deed, relay_id, made=ShownLink(str(address), made.code, sent))


def _answer(deed: Deed, relay_id: int, act: Callable[[Speaker], None], message: str) -> Response:
    """An answer of the receiver: checked, then done."""

    def answer() -> None:
        require(deed.actor, Capability.WRITE_STEPS)
        found = visibility.relay(deed.session, deed.actor, relay_id, today=deed.today)
        relays.check_receiver(deed.actor, found)
        act(Speaker.of(deed.actor))

    return _do(deed, relay_id, answer, message)


def _do(deed: Deed, relay_id: int, act: Callable[[], None], message: str) -> Response:
    if answer := pages.earlier_answer(deed):
        return answer
    values = {name: deed.form.text(name) for name in ANSWER_LABELS if name in deed.form.values}
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return show(deed, relay_id, errors=answer_errors(refusal), values=values)
    return pages.done_once(deed, f"/relais/{relay_id}", message)
