"""Messages in a real browser: axe in every look, a call noted by keyboard, a letter on A4."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import COORDINATOR, COUNSELLOR, SignIn
from tests.browser.looks import assert_accessible

pytestmark = pytest.mark.browser


def first(page: Page, channel: str) -> str:
    """The first message to do by that way."""
    page.goto(f"/messages?moyen={channel}")
    return page.locator("tbody a.person").first.get_attribute("href") or ""


def write_page(page: Page) -> str:
    """The page that writes to the person of the first call."""
    page.goto(first(page, "phone"))
    learner = page.locator(".crumbs a[href^='/apprenants/']").get_attribute("href") or ""
    return f"{learner}/messages"


def test_axe_finds_nothing(sign_in: SignIn) -> None:
    counsellor, coordinator = (sign_in(who, reads_only=True) for who in (COUNSELLOR, COORDINATOR))
    places = ["/messages", "/messages?etat=faits", "/messages?etat=echec"]
    places += [first(counsellor, "phone"), first(counsellor, "letter"), write_page(counsellor)]
    for page, place in [*((counsellor, place) for place in places), (coordinator, "/envois")]:
        page.goto(place)
        assert_accessible(page)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_letter_written_is_one_sheet_with_its_address_in_the_window(
    sign_in: SignIn, has_scripts: bool
) -> None:
    page = sign_in(COUNSELLOR, java_script_enabled=has_scripts)
    page.goto(write_page(page))
    page.select_option("#kind", "appointment")
    page.fill("#moment", "mardi 1er décembre à 14 h")
    page.fill("#place", "12 rue du Stand, Bourg-en-Bresse")
    page.fill("#words", "Venez avec qui vous voulez. " * 21)
    page.check("input[value=letter]")
    page.fill("#channel_reason", "La personne veut une trace écrite")
    page.click("main form[action$='/messages'] button[type=submit]")
    page.wait_for_url(re.compile(r"/messages/\d+$"))
    pages = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pages)) == 1
    page.set_viewport_size({"width": 688, "height": 1010})  # A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    assert not page.locator("h1").is_visible()
    assert not page.get_by_role("heading", name="Historique").is_visible()
    box = page.locator(".letter-to").bounding_box()
    assert box is not None
    left, top = (14 + box[side] / 96 * 25.4 for side in ("x", "y"))
    assert 102 <= left <= 120, left
    assert 45 <= top <= 60, top


def test_a_call_is_noted_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in(COUNSELLOR)
    page.goto(first(page, "phone"))
    page.get_by_role("button", name="Sans réponse").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Noté : à rappeler.").wait_for()
    assert page.get_by_text("Appelé·e : sans réponse").count() >= 1
