"""Every page of the first rooms, in a real browser: axe, narrow, dark, and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import COORDINATOR, COUNSELLOR, FUNDER, SignIn

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PLACES = {
    COUNSELLOR: (
        "/",
        "/apprenants",
        "/apprenants?q=a&situation=rupture",
        "/apprenants?q=personne-de-ce-nom",
        "/apprenants/nouveau",
        "/ruptures",
        "/ruptures?portee=toutes",
        "{learner}",
        "{learner}/presences",
        "{learner}/emploi",
        "{learner}/partages",
        "{learner}/journal",
        "{learner}/etapes/nouvelle",
        "/imports",
        "/sorties",
        "/page-qui-n-existe-pas",
    ),
    COORDINATOR: (
        "/",
        "/promotions",
        "/promotions/nouvelle",
        "{cohort}",
        "{cohort}?q=a",
        "{sheet}",
        "/programmes",
        "/programmes/nouveau",
        "/cursus/nouveau",
        "/conventions",
        "/conventions/nouvelle",
        "{agreement}",
    ),
    FUNDER: ("/", "/conventions", "{agreement}", "/apprenants"),
}
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 800}},
    "dark": {"viewport": {"width": 768, "height": 900}, "color_scheme": "dark"},
}


def follow(page: Page, place: str) -> str:
    """A place’s address, its first learner, cohort… found by following links."""
    match = re.match(r"\{(\w+)\}", place)
    if match is None:
        return place
    source, selector = {
        "learner": ("/apprenants", "tbody a.person"),
        "cohort": ("/promotions", "tbody a.person"),
        "sheet": ("/promotions", "#emargements a.btn"),
        "agreement": ("/conventions", "tbody a.person"),
    }[match[1]]
    page.goto(source)
    found = page.locator(selector).first.get_attribute("href") or ""
    return place.replace(match[0], found)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("person", PLACES)
def test_axe_finds_nothing(sign_in: SignIn, person: str, look: str) -> None:
    page = sign_in(person, **LOOKS[look])
    for place in PLACES[person]:
        page.goto(follow(page, place))
        results = Axe().run(page, options=RULES)
        assert not results.response["violations"], results.generate_report()
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_axe_finds_nothing_on_the_sign_in_page(sign_in: SignIn) -> None:
    page = sign_in("personne@exemple.fr", leads_in=False)
    page.locator("#erreurs").wait_for()
    assert not Axe().run(page, options=RULES).response["violations"]


@pytest.mark.parametrize("person", PLACES)
def test_every_page_opens_without_javascript(sign_in: SignIn, person: str) -> None:
    page = sign_in(person, java_script_enabled=False)
    for place in PLACES[person]:
        page.goto(follow(page, place))
        assert page.locator("h1").count() == 1, page.url
        assert page.locator("h1").is_visible()


def test_no_link_is_dead(sign_in: SignIn) -> None:
    """Every link of every page of the menu answers."""
    for person in PLACES:
        page = sign_in(person)
        for place in PLACES[person]:
            if "n-existe-pas" in place or (person == FUNDER and place == "/apprenants"):
                continue
            page.goto(follow(page, place))
            links = page.locator("main a[href], nav a[href]").evaluate_all(
                "links => [...new Set(links.map(link => link.getAttribute('href')))]"
            )
            for link in [link for link in links if not link.startswith("#")][:40]:
                assert page.request.get(link).status == 200, (page.url, link)
