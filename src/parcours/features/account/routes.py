"""Sign-in, sign-out, and choosing the organisation one acts for."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from parcours.actions import accounts
from parcours.actions import sign_in as sessions
from parcours.domain.errors import RuleBroken
from parcours.web import pages, security
from parcours.web.deps import Acting, Anonymous, AnonymousForm, Reading

router = APIRouter()


@router.get("/connexion")
def sign_in_page(request: Request, suite: str = "") -> Response:
    """The sign-in form; `suite` is where the person was going."""
    context = {"errors": {}, "email": "", "next_url": safe_path(suite)}
    return pages.plain_page(request, "account/sign_in.html", context)


@router.post("/connexion")
def sign_in(visit: Anonymous) -> Response:
    """Open a session under a new identifier, or say that the pair is wrong."""
    try:
        opened = _sign_in(visit)
    except RuleBroken as refusal:
        return _refused(visit, str(refusal), status=429)
    if opened is None:
        return _refused(visit, sessions.WRONG_SIGN_IN, status=422)
    return _welcome(opened[0], safe_path(visit.form.text("suite")))


@router.post("/deconnexion")
def sign_out(deed: Acting) -> Response:
    """End the session on the server and leave nothing in the browser."""
    sessions.sign_out(deed.session, deed.signed_in, now=datetime.now(UTC))
    response = RedirectResponse("/connexion", status_code=303)
    response.delete_cookie(security.SESSION_COOKIE, **security.COOKIE_OPTIONS)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.get("/structure")
def choose_organisation(visit: Reading) -> Response:
    """The organisations the person may act for."""
    rows = accounts.memberships(visit.session, visit.actor, today=visit.today)
    return pages.page(visit, "account/organisations.html", {"memberships": rows, "errors": {}})


@router.post("/structure")
def act_for(deed: Acting) -> Response:
    """Act for another organisation from now on."""
    chosen = deed.form.integer("membership") or 0
    sessions.act_for(deed.session, deed.signed_in, chosen, today=deed.today)
    return pages.done("/", "Vous agissez maintenant pour cette structure.")


def safe_path(wanted: str) -> str:
    """A path of this site, "/" for anything else: a sign-in never leads elsewhere."""
    parts = urlsplit(wanted)
    is_ours = (
        wanted.startswith("/")
        and not wanted.startswith("//")
        and not parts.scheme
        and not parts.netloc
        and "\\" not in wanted
        and all(character.isprintable() for character in wanted)
    )
    return wanted if is_ours else "/"


def _sign_in(visit: AnonymousForm) -> tuple[str, sessions.SignedIn] | None:
    return sessions.sign_in(
        visit.session,
        visit.form.text("email"),
        visit.form.values.get("password", [""])[0],
        address=visit.request.client.host if visit.request.client else "",
        today=visit.today,
        now=visit.now,
    )


def _refused(visit: AnonymousForm, message: str, *, status: int) -> Response:
    context = {
        "errors": {"email": message},
        "email": visit.form.text("email"),
        "next_url": safe_path(visit.form.text("suite")),
    }
    return pages.plain_page(visit.request, "account/sign_in.html", context, status=status)


def _welcome(token: str, next_url: str) -> Response:
    response = RedirectResponse(next_url, status_code=303)
    response.set_cookie(security.SESSION_COOKIE, token, **security.COOKIE_OPTIONS)
    response.delete_cookie(security.VISITOR_COOKIE, **security.COOKIE_OPTIONS)
    return response
