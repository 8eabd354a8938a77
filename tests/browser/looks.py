"""What a page must hold in every look: axe finds nothing, nothing spills over its width."""

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# The same page keeps its words and its order in the dark: only what is seen can differ.
SEEN_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}


def assert_accessible(page: Page) -> None:
    """Look at the page that is open: wide, narrow as a small telephone, and in the dark."""
    axe = Axe()
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    _nothing_found(axe.run(page, options=RULES))
    _nothing_spills(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _nothing_found(axe.run(page, options=RULES))
    _nothing_spills(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    _nothing_found(axe.run(page, options=SEEN_RULES))
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def _nothing_found(results: AxeResults) -> None:
    assert not results.response["violations"], results.generate_report()


def _nothing_spills(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
