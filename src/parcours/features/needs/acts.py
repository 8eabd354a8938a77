"""What one does to a need: publish, map words, confirm, fill, close, reopen, make a link."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import need_freshness, need_links, need_words, needs
from parcours.actions.need_history import By
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import ClosingReason
from parcours.features.needs import forms
from parcours.features.needs.showing import show, shown_link
from parcours.models import Need
from parcours.web import pages
from parcours.web.deps import Acting, Deed

router = APIRouter(prefix="/besoins/{need_id}")
KEPT = ("reason", "words", "posts")


@router.post("/publication")
def publish(deed: Acting, need_id: int) -> Response:
    """Show the need to those who look for posts."""

    def act() -> None:
        version = deed.form.integer("version") or 0
        needs.publish(deed.session, deed.actor, need_id, version=version, today=deed.today)

    return _do(deed, need_id, act, "Besoin publié.")


@router.post("/mots")
def settle_words(deed: Acting, need_id: int) -> Response:
    """Map the employer’s words to skills."""

    def act() -> None:
        choices = forms.read_choices(deed.form)
        need_words.settle_words(deed.session, deed.actor, need_id, choices, today=deed.today)

    return _do(deed, need_id, act, "Mots reliés. Le même choix sera proposé la prochaine fois.")


@router.post("/confirmation")
def confirm(deed: Acting, need_id: int) -> Response:
    """The need still holds."""

    def act(need: Need) -> None:
        posts = deed.form.integer("posts")
        deed.form.check()
        by = By.account(deed.actor)
        need_freshness.confirm(deed.session, need, by, posts=posts, today=deed.today)

    return _on(deed, need_id, act, "Besoin confirmé, à la date du jour.")


@router.post("/pourvu")
def fill(deed: Acting, need_id: int) -> Response:
    """Somebody was found for every post."""

    def act(need: Need) -> None:
        words = deed.form.optional("words", limit=300)
        deed.form.check()
        by = By.account(deed.actor)
        need_freshness.fill(deed.session, need, by, words=words, today=deed.today)

    return _on(deed, need_id, act, "Besoin pourvu. Il peut être rouvert.")


@router.post("/fermeture")
def close(deed: Acting, need_id: int) -> Response:
    """Nobody is looked for any more."""

    def act(need: Need) -> None:
        reason = deed.form.word("reason", ClosingReason)
        words = deed.form.optional("words", limit=300)
        deed.form.check()
        by = By.account(deed.actor)
        need_freshness.close(deed.session, need, by, reason=reason, words=words, today=deed.today)

    return _on(deed, need_id, act, "Besoin fermé. Il peut être rouvert.")


@router.post("/reouverture")
def reopen(deed: Acting, need_id: int) -> Response:
    """Look for somebody again."""

    def act(need: Need) -> None:
        need_freshness.reopen(deed.session, need, By.account(deed.actor), today=deed.today)

    return _on(deed, need_id, act, "Besoin rouvert.")


@router.post("/lien")
def make_link(deed: Acting, need_id: int) -> Response:
    """A link by which the employer answers: shown once, here."""
    session, actor = deed.session, deed.actor
    try:
        link = need_links.make(session, actor, need_id, today=deed.today)
        sent = None
        if deed.form.text("write"):
            sent = need_links.write_to_employer(session, actor, need_id, link, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return show(deed, need_id, errors=refusal.errors)
    address = deed.request.url_for("need_link_page", token=link.token)
    return show(deed, need_id, made=shown_link(str(address), link, sent))


def _on(deed: Deed, need_id: int, act: Callable[[Need], None], message: str) -> Response:
    def acted() -> None:
        act(need_freshness.own(deed.session, deed.actor, need_id))
        deed.session.flush()

    return _do(deed, need_id, acted, message)


def _do(deed: Deed, need_id: int, act: Callable[[], None], message: str) -> Response:
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return show(deed, need_id, errors=refusal.errors, values=forms.typed(deed.form, KEPT))
    return pages.done_once(deed, f"/besoins/{need_id}", message)
