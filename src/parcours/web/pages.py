"""Pages whole or by block, and the redirects that say what was done."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from jinja2 import FileSystemLoader, StrictUndefined
from sqlalchemy.exc import IntegrityError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from parcours.actions import submissions, waiting
from parcours.db import is_duplicate
from parcours.domain.access import Capability
from parcours.resources import resource_dir
from parcours.web import nav, security, words
from parcours.web.deps import Deed, Visit
from parcours.web.writing import Templates

STATIC = Path(__file__).parent / "static"
FLASH_COOKIE = "__Host-parcours-dit"
CHARTER = "/charte"
Template = str


@cache
def environment() -> Templates:
    """The templates, strict about undefined names, escaping everything."""
    env = Templates(
        loader=FileSystemLoader(resource_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals["static"] = static
    env.filters.update(words.FILTERS)
    env.globals["ui"] = env.get_template("_ui/all.html").module
    return env


@cache
def static(name: str) -> str:
    """The address of a static file, changing with its content so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def page(
    visit: Visit,
    name: Template,
    context: Mapping[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> Response:
    """The page `name`, or its block `fragment` alone when HTMX asks for a part."""
    headers = visit.request.headers
    is_part = (
        fragment is not None
        and "hx-request" in headers
        and "hx-history-restore-request" not in headers
    )
    full = {**_frame(visit, context.get("menu_counts"), with_menu=not is_part), **context}
    template = environment().get_template(name)
    if is_part and fragment is not None:
        html = "".join(template.blocks[fragment](template.new_context(full)))
    else:
        html = template.render(full)
    response = HTMLResponse(html, status_code=status)
    response.headers["Vary"] = "HX-Request"
    if full.get("flash") is not None:
        response.delete_cookie(FLASH_COOKIE, **security.COOKIE_OPTIONS)
    return response


def plain_page(
    request: Request, name: Template, context: Mapping[str, Any], *, status: int = 200
) -> Response:
    """A page for somebody who is not signed in, with its own form token."""
    visitor = request.cookies.get(security.VISITOR_COOKIE) or security.new_token()
    csrf = security.visitor_csrf(request.app.state.settings.secret_key, visitor)
    html = (
        environment()
        .get_template(name)
        .render({"actor": None, "flash": None, "csrf": csrf, **context})
    )
    response = HTMLResponse(html, status_code=status)
    if security.VISITOR_COOKIE not in request.cookies:
        response.set_cookie(security.VISITOR_COOKIE, visitor, **security.COOKIE_OPTIONS)
    return response


def done(url: str, message: str | None = None) -> Response:
    """After a success: go to `url` and say `message` there, once. No person is named in it."""
    response = RedirectResponse(url, status_code=303)
    if message is not None:
        response.set_cookie(FLASH_COOKIE, quote(message), max_age=60, **security.COOKIE_OPTIONS)
    return response


def earlier_answer(deed: Deed) -> Response | None:
    """Where the same form already led, when it was sent before (double click, retry, Back).

    The form’s key is taken in the same transaction as what the form does: of two sent at once,
    the second waits, then is led to what the first one made.
    """
    key = deed.form.text("_once", limit=64)
    if not key:
        return None
    location = submissions.location_of(deed.session, deed.actor, key)
    if location is None:
        try:
            submissions.take(deed.session, deed.actor, key)
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            deed.session.rollback()
            location = submissions.location_of(deed.session, deed.actor, key) or "/"
    return RedirectResponse(location, status_code=303) if location else None


def done_once(deed: Deed, url: str, message: str | None = None) -> Response:
    """Like `done`, remembering where this form led."""
    key = deed.form.text("_once", limit=64)
    if key:
        submissions.remember(deed.session, key, url)
    return done(url, message)


def undo(deed: Deed) -> None:
    """Drop whatever a refused form began, so that the page shown again reads clean facts."""
    deed.session.rollback()


def _frame(visit: Visit, known: dict[str, int] | None, *, with_menu: bool) -> dict[str, Any]:
    path = visit.request.url.path
    frame: dict[str, Any] = {
        "actor": visit.actor,
        "csrf": visit.signed_in.csrf_token,
        "today": visit.today,
        "once": security.new_token(),
        "flash": None,
        "asks_charter": not visit.signed_in.has_accepted_charter and path != CHARTER,
    }
    if with_menu:
        counts = known or {}
        if known is None and visit.actor.can(Capability.SEE_CONTINUITY):
            counts = waiting.menu_counts(visit.session, visit.actor, today=visit.today)
        frame["nav"] = nav.groups(visit.actor, path, counts)
        message = visit.request.cookies.get(FLASH_COOKIE)
        frame["flash"] = {"text": unquote(message), "tone": "success"} if message else None
    return frame
