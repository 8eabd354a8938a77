"""Sheets as they leave the printer: A4 pages, every name on them, nothing of the screen."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from parcours.domain.identity import fold
from tests.browser.conftest import COORDINATOR, SignIn
from tests.browser.test_pages import follow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed"),
]
A4_LANDSCAPE = "841.92 x 594.96"


def printed(page: Page, folder: Path) -> tuple[list[str], str]:
    """The text of each page as printed, and what pdfinfo says of the file."""
    path = folder / "feuille.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    # The last form feed ends the last page.
    return text.split("\f")[:-1], told


@pytest.mark.parametrize("view", ["jour", "semaine", "mois"])
def test_sheets_fill_whole_pages(sign_in: SignIn, tmp_path: Path, view: str) -> None:
    page = sign_in(COORDINATOR, reads_only=True)
    page.goto(follow(page, "{cohort}/feuilles") + f"?vue={view}")
    names = page.locator(".paper").first.locator("tbody th[scope=row]").all_text_contents()[:-1]
    sheets = page.locator(".paper").count()
    assert names == sorted(names, key=fold)
    texts, told = printed(page, tmp_path)
    assert A4_LANDSCAPE in told
    # Each sheet begins a page; a long one goes on with its headings written again.
    assert sum("École Revermont" in text for text in texts) == sheets <= len(texts)
    for name in names:
        assert any(name in text for text in texts), name
    for text in texts:
        assert "Nom, prénom" in text
        # The menu, the buttons and the foot of the screen stay on the screen.
        assert not re.search("Ma journée|Déconnecter|semaine d’avant|Accessibilité", text)
    assert ("Récapitulatif" in texts[-1]) == (view == "mois")
