"""Levels as files write them, and the skills their headings name."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours import reference
from parcours.domain.intake_assessment_columns import moment_of
from parcours.domain.intake_levels import Scale, looks_like_levels, read_level, scale_of_column
from parcours.domain.intake_skills import Catalogue, KnownSkill, is_numbered, match_skills
from parcours.domain.intake_table import Cell, Value
from parcours.domain.skills import Moment, four_levels, four_levels_of_share, stated

FOUR, EIGHT = Scale(4), Scale(8)


def cell(value: Value) -> Cell:
    """A cell as read."""
    return Cell("E", value, "" if value is None else str(value))


@pytest.mark.parametrize(
    ("value", "scale", "level", "words"),
    [
        ("0", EIGHT, 0, "0 sur 8"), (8, EIGHT, 4, "8 sur 8"), (5.0, EIGHT, 3, "5 sur 8"),
        ("3", FOUR, 3, None), ("Niveau 3", EIGHT, 2, "3 sur 8"), ("N2", FOUR, 2, None),
        ("3 - Indépendant", EIGHT, 2, "3 sur 8"), ("Avancé (5-6)", EIGHT, 3, "Avancé (5-6)"),
        ("80 %", EIGHT, 4, "80 %"), ("0,8", Scale(1, shares=True), 4, "80 %"),
        ("25%", FOUR, 1, "25%"), ("26", Scale(100), 2, "26 %"), ("0 %", FOUR, 0, "0 %"),
        ("3/8", FOUR, 2, "3/8"), ("3 sur 5", EIGHT, 3, "3 sur 5"),
        ("14", Scale(20), 3, "14 sur 20"),
        ("autonome", EIGHT, 3, "autonome"), ("Non acquis", FOUR, 0, "Non acquis"),
        ("ECA", FOUR, 2, "ECA"), ("EXPERT", FOUR, 4, "EXPERT"),
    ],
)  # fmt: skip
def test_levels_that_read(value: Value, scale: Scale, level: int, words: str | None) -> None:
    read = read_level(cell(value), scale)
    assert (read.level, read.stated, read.message) == (level, words, None)


@pytest.mark.parametrize("value", [None, "", "NE", "non évalué", "Absente", "-"])
def test_what_was_not_evaluated_is_no_level(value: Value) -> None:
    read = read_level(cell(value), EIGHT)
    assert (read.level, read.message) == (None, None)


@pytest.mark.parametrize(
    ("value", "scale", "kind"),
    [
        ("12", EIGHT, "level_out_of_range"), ("5", FOUR, "level_out_of_range"),
        ("-1", EIGHT, "level_out_of_range"), ("120 %", EIGHT, "level_out_of_range"),
        ("9/8", EIGHT, "level_out_of_range"), ("3/0", EIGHT, "level_out_of_range"),
        ("2,5", EIGHT, "level_unreadable"), ("bof", EIGHT, "level_unreadable"),
        (True, EIGHT, "level_unreadable"), (date(2026, 8, 3), EIGHT, "level_unreadable"),
        ("Niveau 9", EIGHT, "level_out_of_range"),
    ],
)  # fmt: skip
def test_levels_that_do_not(value: Value, scale: Scale, kind: str) -> None:
    read = read_level(cell(value), scale)
    assert read.level is None
    assert read.kind == kind
    assert read.message
    assert read.message.endswith((".", "%."))


@pytest.mark.parametrize(
    ("heading", "values", "usual", "scale"),
    [
        ("1.1 Chercher", ["4", "1", "12", "0"], 8, Scale(8)),  # one mistake stays one
        ("1.1 Chercher", ["40", "75", "100", "0"], 8, Scale(100)),
        ("1.1 Chercher", ["0,8", "1", "0,25"], 8, Scale(1, shares=True)),
        ("1.1 Chercher", ["80 %", "1", "0"], 8, Scale(1, shares=True)),
        ("1.1 Chercher", ["80 %", "60"], 8, Scale(100)),
        ("1.1 Chercher (sur 4)", ["4", "1"], 8, Scale(4)),
        ("1.1 Chercher /20", ["14"], 8, Scale(20)),
        ("1.1 Chercher (%)", ["14"], 8, Scale(100)),
        ("Souder", ["1", "0"], 4, Scale(4)),
        ("Souder", [], 4, Scale(4)),
    ],
)
def test_what_numbers_are_out_of(
    heading: str, values: list[Value], usual: int, scale: Scale
) -> None:
    assert scale_of_column(heading, [cell(value) for value in values], usual) == scale


def test_columns_that_hold_levels() -> None:
    assert looks_like_levels([cell("3"), cell("autonome"), cell(None)])
    assert not looks_like_levels([cell("Bourg-en-Bresse"), cell("Viriat")])
    assert not looks_like_levels([])


@given(st.integers(0, 8))
def test_a_share_of_eight_is_the_level_on_eight(level: int) -> None:
    assert four_levels_of_share(Fraction(level, 8)) == four_levels(level, 8)
    assert read_level(cell(f"{level}/8"), FOUR).level == four_levels(level, 8)
    assert stated(level, 8) == f"{level} sur 8"


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_is_never_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    first, last = (read_level(cell(f"{value} %"), EIGHT).level or 0 for value in (low, high))
    assert 0 <= first <= last <= 4


@given(st.text(max_size=12))
def test_any_text_is_a_level_of_the_four_or_told(text: str) -> None:
    read = read_level(cell(text), EIGHT)
    assert read.level is None or 0 <= read.level <= 4
    assert read.level is None or read.message is None
    assert read.stated is None or len(read.stated) <= 40


SKILLS = [
    KnownSkill(code, item.label, item.extra["framework"])
    for code, item in reference.skills().items()
]
CATALOGUE = Catalogue(
    SKILLS,
    {code: item.label for code, item in reference.frameworks().items()},
    {item.framework: 8 for item in SKILLS},
)


@pytest.mark.parametrize(
    ("headings", "hint", "codes"),
    [
        (["1.1 Mener une recherche et une veille d'information"], "", ["pix:1.1"]),
        (["Gérer des données", "1.3"], "", ["pix:1.2", "pix:1.3"]),
        (["C1.2 Gérer des données (sur 8)"], "", ["pix:1.2"]),
        (["Pix 2.1 - Interagir"], "", ["pix:2.1"]),
        (["2.1"], "Positionnement Pix", ["pix:2.1"]),
        (["2.1"], "Grille DigComp", ["digcomp-2.2:2.1"]),
        (["2.1"], "", [None]),  # two frameworks have one
        (["2.1"], "Pix ou DigComp", [None]),
        (["1.1 Mener une recherche"], "", ["pix:1.1"]),  # cut by the export
        (["1.1 Réparer un vélo", "Interagir"], "", [None, "pix:2.1"]),
        (["BC01:2", "Maquetter des interfaces utilisateur web ou web mobile"], "",
         ["RNCP37674BC01:2", "RNCP37674BC01:2"]),
        (["Réparer un vélo"], "Pix", [None]),
        # The words win over a number that says otherwise.
        (["1.1 Gérer des données"], "", ["pix:1.2"]),
    ],
)  # fmt: skip
def test_headings_name_skills_or_none(
    headings: list[str], hint: str, codes: list[str | None]
) -> None:
    found = match_skills(headings, CATALOGUE, hint)
    got = [found.skills[text].code if text in found.skills else None for text in headings]
    assert got == codes
    assert set(found.unknown) | set(found.skills) == set(headings)


@given(st.sampled_from(SKILLS))
def test_its_own_label_always_names_a_skill(skill: KnownSkill) -> None:
    found = match_skills([skill.label], CATALOGUE)
    assert found.skills[skill.label].label == skill.label


def test_numbered_headings() -> None:
    assert all(map(is_numbered, ("1.1 Mener", "C2.3", "BC01", "RNCP37674BC01 Développer")))
    assert not any(map(is_numbered, ("Nom", "3 - Indépendant", "Date", "1 Mener")))


@pytest.mark.parametrize(
    ("text", "moment"),
    [("Positionnement d’entrée", Moment.ENTRY), ("Intermédiaire", Moment.MIDDLE),
     ("Évaluation finale", Moment.EXIT), ("", None), ("Mardi", None)],
)  # fmt: skip
def test_moments(text: str, moment: Moment | None) -> None:
    assert moment_of(text) is moment
