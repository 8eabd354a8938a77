"""What one does of an introduction: the agreement, sending, an answer heard, giving up."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import introduction_answers, introduction_links, introductions
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.introductions import Way
from parcours.features.introductions import forms
from parcours.features.introductions.showing import show, shown_link
from parcours.web import pages
from parcours.web.deps import Acting, Deed

router = APIRouter(prefix="/mises-en-relation/{introduction_id}")
PERSON = {"reason": "person_reason", "words": "person_words"}


@router.post("/accord")
def agree(deed: Acting, introduction_id: int) -> Response:
    """The person agrees, to these words."""

    def act(version: int) -> None:
        agreement = forms.read_agreement(deed.form, today=deed.today)
        introductions.agree(
            deed.session, deed.actor, introduction_id, agreement, version=version, today=deed.today
        )

    return _do(deed, introduction_id, act, "Accord noté. La présentation peut partir.")


@router.post("/refus")
def refuse(deed: Acting, introduction_id: int) -> Response:
    """The person does not wish it, or it stops here."""

    def act(version: int) -> None:
        reason, words = forms.read_reason(deed.form)
        introductions.refuse(
            deed.session, deed.actor, introduction_id, reason=reason, words=words,
            version=version, today=deed.today,
        )  # fmt: skip

    return _do(deed, introduction_id, act, "Noté. Elle peut être rouverte.", names=PERSON)


@router.post("/envoi")
def send(deed: Acting, introduction_id: int) -> Response:
    """What was agreed leaves; by link, its address and code are said once, here."""
    way = deed.form.word("way", Way)

    def act(version: int) -> None:
        if way is None:
            deed.form.errors.setdefault("way", "Choisissez comment l’envoyer.")
        deed.form.check()
        introductions.send(
            deed.session, deed.actor, introduction_id, way=way or Way.LINK, version=version,
            today=deed.today,
        )  # fmt: skip

    if way is not Way.LINK:
        return _do(deed, introduction_id, act, "Envoi noté. Le délai de réponse court.")
    return _linked(deed, introduction_id, act)


@router.post("/lien")
def make_link(deed: Acting, introduction_id: int) -> Response:
    """Another link, when the first was lost: it ends the others."""
    return _linked(deed, introduction_id, lambda version: None)


@router.post("/reponse")
def answer(deed: Acting, introduction_id: int) -> Response:
    """Type what the employer said on paper or by voice."""

    def act(version: int) -> None:
        said = forms.read_answer(deed.form, today=deed.today)
        name = deed.form.optional("name", limit=120)
        deed.form.check()
        introduction_answers.answer(
            deed.session, deed.actor, introduction_id, said, by_name=name, version=version,
            today=deed.today,
        )  # fmt: skip

    return _do(deed, introduction_id, act, "Réponse de l’employeur notée.")


@router.post("/reouverture")
def reopen(deed: Acting, introduction_id: int) -> Response:
    """Begin again, asking the person again."""

    def act(version: int) -> None:
        introductions.reopen(
            deed.session, deed.actor, introduction_id, version=version, today=deed.today
        )

    return _do(deed, introduction_id, act, "Rouverte. La personne doit redire son accord.")


def _linked(deed: Deed, introduction_id: int, act: Callable[[int], None]) -> Response:
    try:
        act(deed.form.integer("version") or 0)
        link = introduction_links.make(deed.session, deed.actor, introduction_id, today=deed.today)
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, introduction_id, refusal, {})
    address = deed.request.url_for("introduction_link_page", token=link.token)
    return show(deed, introduction_id, made=shown_link(str(address), link))


def _do(
    deed: Deed,
    introduction_id: int,
    act: Callable[[int], None],
    message: str,
    *,
    names: dict[str, str] | None = None,
) -> Response:
    if earlier := pages.earlier_answer(deed):
        return earlier
    try:
        act(deed.form.integer("version") or 0)
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, introduction_id, refusal, names or {})
    return pages.done_once(deed, f"/mises-en-relation/{introduction_id}", message)


def _refused(
    deed: Deed, introduction_id: int, refusal: RuleBroken | EditConflict, names: dict[str, str]
) -> Response:
    pages.undo(deed)
    typed = {name: deed.form.text(name) for name in forms.LABELS if name in deed.form.values}
    if isinstance(refusal, EditConflict):
        return show(deed, introduction_id, values=typed, is_conflict=True)
    return show(deed, introduction_id, values=typed, errors=forms.renamed(refusal, names))
