"""What a page must hold in every look: axe finds nothing, nothing spills over its width."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# The same page keeps its words and its order in the dark, and its colours when narrow: only what
# differs is looked at again. The narrow menu alone has colours of its own.
COLOURS = ("color-contrast", "link-in-text-block")
COLOUR_RULES: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": COLOURS},
    "resultTypes": ["violations"],
}
LAYOUT_RULES = RULES | {"rules": {name: {"enabled": False} for name in COLOURS}}
AXE = Axe()
# Dates and names as long as they get, at the end of whatever may carry one.
LONGER = """() => document.querySelectorAll("main :is(.btn, .badge-soft, .person, h1, h2, li, dd)")
  .forEach(e => e.closest(".table-responsive") ||
    e.append(" jusqu’au 30 septembre 2027 Vandenbroucke-Montgolfier-de-Saint-Exupéry"))"""
DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}


def assert_accessible(page: Page) -> None:
    """Look at the page that is open: wide, narrow as a small telephone, and in the dark.

    Narrow again, with other names and dates than today’s: what fits by luck on one day fails.
    """
    page.evaluate(AXE.axe_script)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    _nothing_found(page, RULES)
    _nothing_spills(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _nothing_found(page, LAYOUT_RULES)
    if page.locator(".side").count():
        _nothing_found(page, COLOUR_RULES, ".side")
    _nothing_spills(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    _nothing_found(page, COLOUR_RULES)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.evaluate(LONGER)
    _nothing_spills(page)


def _nothing_found(page: Page, rules: dict[str, Any], where: str = "html") -> None:
    # Half a megabyte of script is sent to the page once, not at each look.
    results = AxeResults(page.evaluate("([where, rules]) => axe.run(where, rules)", [where, rules]))
    assert not results.response["violations"], results.generate_report()


def _nothing_spills(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
