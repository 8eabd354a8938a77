"""Who is at the other end: sign-in sessions, form tokens, headers and where a request is from."""

import hashlib
import hmac
import secrets
import uuid
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcours import audit

SESSION_COOKIE = "__Host-parcours"
VISITOR_COOKIE = "__Host-parcours-visite"
COOKIE_OPTIONS: dict[str, Any] = {
    "secure": True,
    "httponly": True,
    "samesite": "lax",
    "path": "/",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NO_STORE = "no-store"
# A spreadsheet of at most 10 MiB, and the form around it.
MAX_BODY_BYTES = 11 * 1024 * 1024
STATIC_CACHE = "public, max-age=31536000, immutable"


def new_token() -> str:
    """An unguessable token (256 bits)."""
    return secrets.token_urlsafe(32)


def visitor_csrf(secret: str, visitor: str) -> str:
    """The form token of somebody not signed in, bound to their visitor cookie."""
    return hmac.new(secret.encode(), visitor.encode(), hashlib.sha256).hexdigest()


def same_token(given: str, expected: str) -> bool:
    """Compare two tokens in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def comes_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site sent this request (pages of ours never do)."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class SecureHeaders:
    """Puts the protective headers on every answer, errors and static files included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                cacheable = is_static and message["status"] == 200
                headers["Cache-Control"] = STATIC_CACHE if cacheable else NO_STORE
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameSiteOnly:
    """Refuses any unsafe request another site made the browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 before anything of the request is read."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and comes_from_elsewhere(Headers(scope=scope))
        ):
            start = {
                "type": "http.response.start",
                "status": 403,
                "headers": [(b"content-type", b"text/plain; charset=utf-8")],
            }
            body = "Cette demande vient d’un autre site : elle a été refusée.".encode()
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        await self.app(scope, receive, send)


class NumberedRequests:
    """Gives each request a number that its entries in the journal share."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number the request and pass it on."""
        audit.request_id.set(uuid.uuid4().hex)
        await self.app(scope, receive, send)


class LimitedBodies:
    """Stops reading a body that is too large, announced or not; the answer is a page in French."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; HTTPException 413 past the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        seen = int(announced) if announced.isdecimal() else 0

        async def limited_receive() -> Message:
            nonlocal seen
            if seen > MAX_BODY_BYTES:
                raise HTTPException(413)
            message = await receive()
            if not announced.strip("0"):
                seen += len(message.get("body", b""))
            return message

        await self.app(scope, limited_receive, send)
