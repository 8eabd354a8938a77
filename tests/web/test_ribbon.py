"""The ribbon as it is drawn: well-formed, escaped, legible without colour, and told in words."""

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from markupsafe import Markup

from parcours.actions.continuity import RibbonFacts, RibbonStep
from parcours.domain.pathway import GapSpan
from parcours.domain.ribbon import Ribbon, last_year, lay_out
from parcours.domain.words import StepKind
from parcours.web import ribbon as drawing

TODAY = date(2026, 11, 22)
Draw = Callable[[Ribbon], Markup]


@dataclass(frozen=True)
class Step:
    """A step as the ribbon reads it."""

    starts_on: date
    ends_on: date | None
    label: str = "Développeur web et web mobile"
    sub: str = "École Revermont"
    kind: StepKind = StepKind.TRAINING
    state: str = "held"


STEPS = [
    Step(
        date(2026, 2, 10), date(2026, 5, 10), "Initiation", "Clic", kind=StepKind.DIGITAL_INITIATION
    ),
    Step(date(2026, 6, 3), date(2026, 12, 19)),
    Step(date(2026, 12, 22), date(2027, 1, 20), "Immersion", "Bressane", state="proposed"),
]
GAPS = [
    GapSpan(date(2026, 2, 1), date(2026, 2, 9), None, 1),
    GapSpan(date(2026, 5, 11), date(2026, 6, 2), date(2026, 5, 26), 1),
    GapSpan(date(2026, 12, 20), None, date(2027, 1, 4), 1),
]


def amina(steps: list[Step] = STEPS, gaps: list[GapSpan] = GAPS, *, small: bool = False) -> Ribbon:
    opened_on = date(2026, 2, 1)
    window = last_year(TODAY) if small else None
    return lay_out(steps, gaps, opened_on=opened_on, closed_on=None, today=TODAY, window=window)


def drawn_texts(markup: Markup) -> list[str]:
    return [element.text or "" for element in ET.fromstring(markup).iter("text")]


@pytest.mark.parametrize("draw", [drawing.small, drawing.large])
def test_what_people_type_is_escaped(draw: Draw) -> None:
    nasty = "<script>alert(1)</script>\"'&"
    laid = amina([Step(date(2026, 3, 1), date(2026, 11, 1), nasty, nasty)])
    markup = draw(laid)
    assert isinstance(markup, Markup)
    assert "<script" not in markup
    ET.fromstring(markup)


@pytest.mark.parametrize("draw", [drawing.small, drawing.large])
def test_nothing_is_styled_inline(draw: Draw) -> None:
    markup = draw(amina())
    assert " style=" not in markup
    assert " on" not in markup.replace(" on-", "")
    assert " id=" not in markup


def test_the_small_ribbon_is_an_image_with_words() -> None:
    svg = ET.fromstring(drawing.small(amina(small=True)))
    assert svg.attrib["role"] == "img"
    assert (
        "Rupture : 23 jours sans étape, du 11 mai 2026 au 2 juin 2026" in svg.attrib["aria-label"]
    )


def test_an_empty_pathway_says_so() -> None:
    svg = ET.fromstring(drawing.small(amina([], [])))
    assert svg.attrib["aria-label"] == "Aucune étape"


def test_the_twin_tells_steps_and_gaps_in_order() -> None:
    assert drawing.twin(amina()) == [
        "Attente : 9 jours sans étape, du 1er février 2026 au 9 février 2026",
        "Initiation numérique : Initiation (Clic), du 10 février 2026 au 10 mai 2026",
        "Rupture : 23 jours sans étape, du 11 mai 2026 au 2 juin 2026",
        "Formation : Développeur web et web mobile (École Revermont), "
        "du 3 juin 2026 au 19 décembre 2026",
        "Rupture : aucune étape tenue à partir du 20 décembre 2026, rompu le 4 janvier 2027",
        "Étape proposée : Immersion (Bressane), du 22 décembre 2026 au 20 janvier 2027",
    ]


def test_an_open_step_has_no_known_end() -> None:
    laid = amina([Step(date(2026, 9, 1), None, "CDI", "", kind=StepKind.EMPLOYMENT)], [])
    assert drawing.twin(laid) == ["Emploi : CDI, à partir du 1er septembre 2026, sans fin connue"]


def test_the_large_ribbon_writes_what_fits_and_cuts_the_rest() -> None:
    texts = drawn_texts(drawing.large(amina()))
    assert "Développeur web et web mobile" in texts
    assert "aujourd’hui, 22 nov." in texts
    long = "Un intitulé interminable, " * 12
    cut = drawn_texts(drawing.large(amina([Step(date(2026, 3, 1), date(2026, 11, 1), long)])))
    assert any(text.startswith("Un intitulé") and text.endswith("…") for text in cut)


def test_a_block_too_narrow_for_words_has_none() -> None:
    texts = drawn_texts(
        drawing.large(amina([Step(date(2026, 3, 1), date(2026, 3, 2), "Bilan")], []))
    )
    assert "Bilan" not in texts
    assert not any("…" in text for text in texts)


def test_a_break_says_since_when_beside_what_is_proposed() -> None:
    """The words of a gap go where the proposed step does not cover them."""
    svg = ET.fromstring(drawing.large(amina([], [GapSpan(date(2026, 2, 1), None, TODAY, 1)])))
    assert "rupture depuis le 22 nov." in [text.text for text in svg.iter("text")]
    proposed = Step(date(2026, 2, 1), date(2026, 5, 1), "Immersion", "", state="proposed")
    covered = amina([proposed], [GapSpan(date(2026, 2, 1), None, TODAY, 1)])
    svg = ET.fromstring(drawing.large(covered))
    boxes = {box[0].text: float(box.attrib["x"]) for box in svg.iter("svg") if box is not svg}
    assert boxes["rupture depuis le 22 nov."] > boxes["Immersion ?"]


def test_fifty_small_ribbons_are_no_cost_to_a_list() -> None:
    """A list draws fifty: their part of its 5 ms stays small, even on a busy machine."""
    ribbons = [amina(small=True) for _ in range(50)]
    best = min(_seconds(ribbons) for _ in range(20))
    assert best < 0.005


def _seconds(ribbons: list[Ribbon]) -> float:
    start = time.perf_counter()
    for ribbon in ribbons:
        drawing.small(ribbon)
    return time.perf_counter() - start


def test_a_kept_ribbon_follows_every_fact() -> None:
    """What lists keep is found by the facts themselves: whichever moves, it is drawn again."""
    step = RibbonStep(StepKind.TRAINING, date(2026, 6, 3), None, "held", "Développeur", "École")
    facts = RibbonFacts(1, date(2026, 2, 1), None, (step,), (GAPS[1],))
    drawn = drawing.last_year(facts, TODAY)
    assert drawing.last_year(facts._replace(steps=(step._replace(),)), TODAY) is drawn
    for other in (
        facts._replace(steps=(step._replace(ends_on=date(2026, 12, 19)),)),
        facts._replace(steps=(step._replace(state="proposed"),)),
        facts._replace(steps=(step._replace(label="Autre"),)),
        facts._replace(gaps=()),
    ):
        assert drawing.last_year(other, TODAY) != drawn
    assert drawing.last_year(facts, TODAY + timedelta(days=30)) != drawn
