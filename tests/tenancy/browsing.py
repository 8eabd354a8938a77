"""A browser for the two tenants: what a page links to, which forms it holds, what it can send."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from starlette.routing import compile_path
from starlette.testclient import TestClient

from parcours.web.security import SESSION_COOKIE, new_token

Pair = tuple[str, str]
# What partners are and offer is known to the whole territory, and anybody may speak to them of it.
OF_THE_TERRITORY = {
    "GET /programmes/{programme_id}",
    "POST /programmes/{programme_id}",
    "GET /partenaires/{organisation_id}",
    "GET /partenaires/{organisation_id}/actions/nouvelle",
    "POST /partenaires/{organisation_id}/actions",
    "POST /partenaires/{organisation_id}/discussions",
    "GET /partenaires/actions/{offer_id}",
    "POST /partenaires/actions/{offer_id}/discussions",
    # What a figure means is the same for everybody.
    "GET /definitions/{name}",
    # A definition belongs to nobody: each reads the exits of one’s own organisation by it.
    "GET /sorties/taux/{name}",
}
# In fillings: tick every box of that name.
TICK = "*"
FILE = ("neutre.csv", b"Nom;Pr\xc3\xa9nom;Date de naissance\nNeutre;Alix;12/03/1990\n", "text/csv")


@dataclass(slots=True)
class Field:
    """A field of a form and the values it offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form as the page holds it."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)

    def filled(self, fillings: Mapping[str, str]) -> list[Pair]:
        """What a browser sends: what is there, else `fillings`, else the first choice offered."""
        pairs: list[Pair] = []
        for item in self.fields:
            if item.kind == "checkbox":
                is_ticked = item.options or fillings.get(item.name) == TICK
                pairs += [(item.name, item.value)] if is_ticked else []
            elif item.kind != "file":
                chosen = item.value or fillings.get(item.name, "")
                offered = [option for option in item.options if option]
                if offered and chosen not in offered:
                    chosen = offered[0]
                pairs.append((item.name, chosen))
        return pairs

    @property
    def file_field(self) -> str:
        """The field that sends a file, "" when none does."""
        return next((item.name for item in self.fields if item.kind == "file"), "")


@dataclass(frozen=True, slots=True)
class Request:
    """Something a page can make a browser ask for."""

    method: str
    url: str
    route: str
    pairs: tuple[Pair, ...] = ()
    file_field: str = ""

    @property
    def names_something(self) -> bool:
        """Whether its path holds the identifier of a row that is somebody’s."""
        return "{" in self.route and self.route not in OF_THE_TERRITORY


class Page(HTMLParser):
    """Reads the links and forms of a page."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url, self.links, self.forms = url, list[str](), list[Form]()
        self._select: Field | None = None
        self._text: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.url, given["href"]).partition("#")[0])
        elif tag == "form":
            action = urljoin(self.url, given.get("action", "")).partition("#")[0]
            self.forms.append(Form(given.get("method", "get").upper(), action))
        elif tag == "button" and "formaction" in given and self.forms:
            # What the form holds goes elsewhere by this button; the form itself goes on.
            whole, place = self.forms[-1], len(self.forms) - 1
            action = urljoin(self.url, given["formaction"])
            self.forms.insert(place, Form(whole.method, action, fields=whole.fields))
        elif self.forms and given.get("name"):
            self._add(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def _add(self, tag: str, given: Mapping[str, str]) -> None:
        form, name, kind = self.forms[-1], given["name"], given.get("type", tag)
        if kind == "radio":
            item = next((item for item in form.fields if item.name == name), None)
            if item is None:
                item = Field(name, kind)
                form.fields.append(item)
            item.options.append(given.get("value", ""))
            if "checked" in given:
                item.value = given.get("value", "")
            return
        ticked = ["on"] if "checked" in given else []
        item = Field(name, kind, given.get("value", ""), ticked)
        form.fields.append(item)
        self._select = item if tag == "select" else self._select
        self._text = item if tag == "textarea" else None


class Routes:
    """The routes of the running application, and which of them a request reaches."""

    def __init__(self, app: FastAPI) -> None:
        self._known = [
            (method, compile_path(context.path)[0], f"{method} {context.path}")
            for context in iter_route_contexts(app.routes)
            if context.path
            for method in context.methods or ()
        ]
        self._met: dict[tuple[str, str], str] = {}

    def all(self) -> set[str]:
        """Every route, as « GET /apprenants/{learner_id} »."""
        return {name for _, _, name in self._known}

    def of(self, method: str, url: str) -> str:
        """The route a request reaches, "" when none (a static file, another site)."""
        path = urlsplit(url).path
        if (method, path) not in self._met:
            names = (
                name for verb, regex, name in self._known if verb == method and regex.match(path)
            )
            self._met[method, path] = next(names, "")
        return self._met[method, path]


@dataclass(slots=True)
class Browser:
    """One person’s signed-in browser."""

    client: TestClient
    token: str
    csrf: str

    def send(self, request: Request, *, htmx: bool = False) -> Response:
        """Send a request with this person’s cookie and form token."""
        headers = {"Cookie": f"{SESSION_COOKIE}={self.token}"} | (
            {"HX-Request": "true"} if htmx else {}
        )
        self.client.cookies.clear()
        if request.method == "GET":
            return self.client.get(request.url, headers=headers, follow_redirects=False)
        body: dict[str, list[str]] = {}
        for name, value in request.pairs:
            body.setdefault(name, []).append(self._own(name, value))
        files = {request.file_field: FILE} if request.file_field else None
        return self.client.post(
            request.url, data=body, files=files, headers=headers, follow_redirects=False
        )

    def _own(self, name: str, value: str) -> str:
        """The token and the key of each sending are the sender’s own."""
        if name == "_csrf":
            return self.csrf
        return value or new_token() if name == "_once" else value


def sign_in(client: TestClient, email: str, password: str) -> Browser:
    """Sign in through the form."""
    client.cookies.clear()
    form = Page("/connexion", client.get("/connexion").text).forms[0]
    body = dict(form.filled({})) | {"email": email, "password": password}
    answer = client.post("/connexion", data=body, follow_redirects=False)
    assert answer.status_code == 303, f"{email}: {answer.status_code}"
    token = client.cookies.get(SESSION_COOKIE) or ""
    browser = Browser(client, token, "")
    first = Page("/", browser.send(Request("GET", "/", "GET /")).text)
    browser.csrf = next(
        item.value for form in first.forms for item in form.fields if item.name == "_csrf"
    )
    return browser


def crawl(
    browser: Browser, routes: Routes, fillings: Mapping[str, str], *, each: int
) -> dict[Request, None]:
    """Every request the pages offer, in the order met; at most `each` addresses of a route read.

    Forms that search are sent, forms that write are only noted.
    """
    found: dict[Request, None] = {}
    waiting, seen, read = ["/"], {"/"}, dict[str, int]()
    while waiting:
        url = waiting.pop(0)
        request = Request("GET", url, routes.of("GET", url))
        if not request.route or read.get(request.route, 0) >= each:
            continue
        read[request.route] = read.get(request.route, 0) + 1
        found[request] = None
        answer = browser.send(request)
        assert answer.status_code in (200, 303, 403), f"{url}: {answer.status_code}"
        for offered in _offered(url, answer, routes, fillings):
            if offered.method == "GET" and offered.url not in seen:
                seen.add(offered.url)
                waiting.append(offered.url)
            elif offered.method == "POST":
                found[offered] = None
    return found


def text_of(answer: Response) -> str:
    """Everything an answer says: its headers and body, the parts of a workbook unpacked."""
    content: bytes = answer.content
    parts = [str(answer.headers)]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    else:
        parts.append(content.decode("utf-8", "replace"))
    return "\n".join(parts)


def _offered(
    url: str, answer: Response, routes: Routes, fillings: Mapping[str, str]
) -> Iterator[Request]:
    if answer.status_code == 303:
        target = answer.headers["location"]
        yield Request("GET", target, routes.of("GET", target))
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    page = Page(url, answer.text)
    for link in page.links:
        yield Request("GET", link, routes.of("GET", link))
    for form in page.forms:
        pairs = form.filled(fillings)
        if form.method == "GET":
            target = f"{form.action}?{urlencode(pairs)}"
            yield Request("GET", target, routes.of("GET", target))
        else:
            kept = [("_csrf", "") if name == "_csrf" else (name, value) for name, value in pairs]
            kept = [("_once", "") if name == "_once" else (name, value) for name, value in kept]
            route = routes.of("POST", form.action)
            yield Request("POST", form.action, route, tuple(kept), form.file_field)


def squeezed(text: str) -> str:
    """Without spaces, points or hyphens: a telephone number reads the same however it is cut."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)
