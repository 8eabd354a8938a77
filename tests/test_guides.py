"""The guides say what the screens say: their words in bold are read in the pages."""

import re
from pathlib import Path

import pytest

from parcours.domain.access import Role
from parcours.web import nav
from tests.house import ROOT, SOURCE, TEMPLATES

FOLDER = ROOT / "docs" / "guides"
GUIDES = sorted(FOLDER.glob("*.md"))


def words(text: str) -> str:
    """A text on one line, in lower case."""
    return " ".join(text.split()).lower()


def on_screen() -> str:
    """Everything a page may say."""
    files = [*TEMPLATES.rglob("*.html"), *SOURCE.rglob("*.py")]
    return words(" ".join(path.read_text(encoding="utf-8") for path in files))


def bold(path: Path) -> set[str]:
    """What a guide says is on screen."""
    return {words(found) for found in re.findall(r"\*\*(.+?)\*\*", path.read_text("utf-8"), re.S)}


def test_there_are_guides() -> None:
    assert len(GUIDES) >= 6


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_names_is_on_screen(path: Path) -> None:
    said = on_screen()
    assert [name for name in sorted(bold(path)) if name not in said] == []


def test_every_place_of_the_menu_is_in_a_guide() -> None:
    told = set().union(*(bold(path) for path in GUIDES))
    places = {place.label for place in (*nav.DAILY, *sum(nav.GROUPS.values(), ()))}
    assert {place for place in places if words(place) not in told} == set()
    assert len(places) > len(Role)


@pytest.mark.parametrize("path", [*GUIDES, ROOT / "README.md", ROOT / "docs" / "installation.md"],
                         ids=lambda path: path.stem)  # fmt: skip
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
