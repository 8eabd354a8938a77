"""The static files: nothing fetched elsewhere, colours that can be read, ribbons all coloured."""

import re
from pathlib import Path

import pytest

from parcours.domain.words import StepKind
from parcours.web import security
from parcours.web.pages import STATIC, environment, static

CSS = (STATIC / "app.css").read_text(encoding="utf-8")
SCRIPT = (STATIC / "app.js").read_text(encoding="utf-8")
HTMX = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
GROUNDS = ("ground", "card", "head")
BLOCKS = ("initiation", "workshop", "training", "immersion", "search", "employment")


def palettes() -> dict[str, dict[str, str]]:
    """The custom properties of each mode, colours only."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_can_be_read(mode: str) -> None:
    colours = palettes()[mode]
    pairs = [(text, ground) for text in ("ink", "soft", "tblr-link-color") for ground in GROUNDS]
    pairs += [(tone, f"{tone}-bg") for tone in ("danger", "warning", "success", "violet")]
    pairs += [("neutral", "neutral-bg"), ("side-ink", "side"), ("side-ink", "side-on")]
    pairs += [("danger", "card"), ("danger", "break-bg"), ("soft", "wait"), ("violet", "card")]
    poor = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < TEXT
    }
    assert not poor


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("block", BLOCKS)
def test_words_on_the_ribbon_can_be_read(mode: str, block: str) -> None:
    colours = palettes()[mode]
    assert contrast("#ffffff", colours[block]) >= TEXT
    assert contrast(colours["card"], colours[block]) >= SHAPE


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_focus_and_breaks_can_be_seen(mode: str) -> None:
    colours = palettes()[mode]
    assert all(contrast(colours["focus"], colours[ground]) >= SHAPE for ground in GROUNDS)
    assert contrast(colours["break"], colours["card"]) >= SHAPE
    on_the_side = re.search(r"\.side :focus-visible \{ outline-color: (#[0-9a-f]{6})", CSS)
    assert on_the_side
    assert contrast(on_the_side[1], colours["side"]) >= SHAPE
    assert contrast(on_the_side[1], colours["side-on"]) >= SHAPE


@pytest.mark.parametrize("look", [*(kind.value for kind in StepKind), "wait", "break", "proposed"])
def test_every_kind_of_step_has_its_look(look: str) -> None:
    assert re.search(rf"\.rb-{look}\b[^{{}}]*\{{[^}}]*fill:", CSS)


def test_hatchings_are_drawn_by_the_layout() -> None:
    layout, _, _ = environment().loader.get_source(  # type: ignore[union-attr]
        environment(), "_layout/base.html"
    )
    wanted = set(re.findall(r'url\("#([\w-]+)"\)', CSS))
    assert wanted
    assert wanted == set(re.findall(r'<pattern id="([\w-]+)"', layout))


def test_nothing_is_fetched_elsewhere() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *STATIC.glob("*.svg")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), path.name
    for address in re.findall(r'url\("([^#"][^"]*)"\)', CSS):
        assert (STATIC / address).is_file(), address


def test_our_script_evaluates_nothing_and_writes_no_markup() -> None:
    for banned in ("eval(", "Function(", "innerHTML", "outerHTML", "document.write", "Storage"):
        assert banned not in SCRIPT


def test_htmx_is_the_reviewed_one() -> None:
    """The sum of the published file, checked by hand; the list beside it could be edited."""
    listed = (STATIC / "vendor" / "VENDORED.csv").read_text(encoding="utf-8")
    assert f"htmx-4.0.1.min.js,htmx.org,4.0.1,0BSD,{HTMX}\n" in listed


def test_htmx_keeps_no_page_and_adds_no_style() -> None:
    head, _, _ = environment().loader.get_source(  # type: ignore[union-attr]
        environment(), "_layout/head.html"
    )
    assert '"history": "reload"' in head
    assert '"includeIndicatorCSS": false' in head


def test_addresses_change_with_their_content() -> None:
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{12}", static("app.css"))


def test_every_vendored_file_has_its_licence_beside() -> None:
    folder: Path = STATIC / "vendor"
    for row in (folder / "VENDORED.csv").read_text(encoding="utf-8").splitlines()[1:]:
        assert (folder / f"{row.split('-', 1)[0]}-LICENSE").is_file(), row


def test_the_policy_allows_only_our_own() -> None:
    assert "unsafe" not in security.CONTENT_SECURITY_POLICY
    assert "http" not in security.CONTENT_SECURITY_POLICY
