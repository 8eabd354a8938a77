"""Choosing one’s password from a link: to join an organisation, or to come back."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours.actions import account_links
from parcours.domain.errors import RuleBroken
from parcours.models import AccountLink, Organisation
from parcours.web import pages
from parcours.web.deps import Anonymous, AnonymousForm
from parcours.web.doors import Door

router = APIRouter(prefix="/acces/{token}")
NOT_TWICE = "Les deux mots de passe ne sont pas les mêmes."


@router.get("", name="account_link_page")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    return DOOR.look(request, token)


@router.post("")
def open_link(visit: Anonymous, token: str) -> Response:
    """The form, for who has the code."""
    return DOOR.enter(visit, token)


@router.post("/mot-de-passe")
def take_place(visit: Anonymous, token: str) -> Response:
    """Keep the password, open the account; the link answers once."""

    def take(subject: AccountLink, _link: AccountLink) -> Response:
        chosen, again = _raw(visit, "password"), _raw(visit, "again")
        if chosen != again:
            raise RuleBroken(NOT_TWICE, field="again")
        account = account_links.answer(
            visit.session, subject, chosen, today=visit.today, now=visit.now
        )
        return pages.plain_page(visit.request, "account/ready.html", {"email": account.email})

    return DOOR.answer(visit, token, take)


def _raw(visit: AnonymousForm, name: str) -> str:
    """What was typed, its spaces with it: they are part of a password."""
    return visit.form.values.get(name, [""])[0]


def _show(
    visit: AnonymousForm, token: str, link: AccountLink, refusal: RuleBroken | None
) -> Response:
    context = {
        "name": link.name,
        "email": link.email,
        "role": link.role.label if link.role else "",
        "organisation": visit.session.get_one(Organisation, link.organisation_id).name,
        "has_account": account_links.has_account(visit.session, link),
        "url": f"/acces/{token}/mot-de-passe",
        "code": visit.form.text("code"),
        "errors": refusal.errors if refusal else {},
    }
    status = 422 if refusal else 200
    return pages.plain_page(visit.request, "account/by_link.html", context, status=status)


DOOR = Door(account_links.LINKS, "/acces/", "account/door.html", _show)
