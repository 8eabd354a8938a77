"""The door of a personal link: what the link can still do, and where to type its code."""

from fastapi import Request
from starlette.responses import Response

from parcours.actions.personal_links import LinkState
from parcours.web import pages

WRONG_CODE = "Ce code n’est pas le bon. Vérifiez les six chiffres sur le courrier ou le message."


def door(
    request: Request, template: str, url: str, where: LinkState, *, is_wrong: bool = False
) -> Response:
    """The page of a link before its code (`template` extends `_layout/door.html`)."""
    errors = {"code": WRONG_CODE} if is_wrong else {}
    status = 422 if is_wrong else {LinkState.READY: 200, LinkState.UNKNOWN: 404}.get(where, 410)
    context = {"where": where.value, "url": url, "errors": errors}
    return pages.plain_page(request, template, context, status=status)
