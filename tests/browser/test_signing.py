"""A group signs its presence on a telephone and on a tablet, looked at in every look."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import COORDINATOR, SignIn
from tests.browser.looks import assert_accessible
from tests.browser.test_pages import follow

pytestmark = pytest.mark.browser


def code_of(page: Page, way: str) -> str:
    """Ask for a code on today’s sheet and read it."""
    page.goto(follow(page, "{sheet}"))
    page.get_by_role("button", name=way).click()
    expect(page.locator("h1")).to_contain_text("ode")
    return re.sub(r"\D", "", page.locator(".big-code").inner_text())


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_tablet_goes_round_the_room(sign_in: SignIn, has_javascript: bool) -> None:
    page = sign_in(COORDINATOR, java_script_enabled=has_javascript)
    code = code_of(page, "Préparer une tablette")
    if has_javascript:
        assert_accessible(page)
    tablet = page.context.browser.new_context(java_script_enabled=has_javascript).new_page()  # type: ignore[union-attr]
    tablet.goto(page.url.split("/promotions")[0] + "/presence")
    tablet.fill("#code", code)
    tablet.keyboard.press("Enter")
    names = tablet.locator(".sign-names button")
    expect(names.first).to_be_visible()
    left = names.count()
    assert left > 5
    name = names.first.inner_text().split("\n")[0]
    names.first.focus()
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("status")).to_contain_text("C’est signé")
    expect(names).to_have_count(left - 1)
    if has_javascript:
        assert_accessible(tablet)
    tablet.context.close()
    page.goto(follow(page, "{sheet}"))
    signed = page.locator("tbody tr", has_text="a signé à")
    assert any(name.split()[0] in row for row in signed.all_inner_texts())
