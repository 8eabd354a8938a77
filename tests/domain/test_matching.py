"""The score: every oracle in exact fractions and exact sentences, and what else it must say."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from parcours.domain.canonical import read_ratio
from parcours.domain.errors import RuleBroken
from parcours.domain.matching import Planned, match, project
from parcours.domain.matching_cases import BANDS, results
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_intake import read_case_file
from parcours.domain.matching_rules import (
    DEFAULT,
    Band,
    Evidence,
    MatchRules,
    Requirement,
    SkillEntry,
    Source,
    check_rules,
    freshness,
    full_months,
    scale_of,
)
from parcours.domain.matching_target import Target, percent
from parcours.domain.taxonomy import Relation, Taxonomy

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "matching" / "cases.json").read_text(encoding="utf-8")
)
FILE = read_case_file(DOCUMENT)
TAXONOMY = FILE.taxonomy
AS_OF = date(2026, 11, 23)
CASES = [
    pytest.param(row, case, id=case.name)
    for row, case in zip(DOCUMENT["cases"], FILE.cases, strict=True)
]
CODES = {code: band for band, code in BANDS.items()}


def asks(skill: str, level: int, weight: int = 4, essential: bool = True) -> Requirement:
    """A line of a need."""
    return Requirement(skill, level, weight, essential)


def said(lines: list[Requirement], *held: Evidence, start: date | None = None) -> tuple[str, ...]:
    """The sentences of a score."""
    found = match(Target(lines, TAXONOMY, as_of=AS_OF, start=start), held)
    return explain(found, TAXONOMY).texts


def test_there_are_twenty_three_cases() -> None:
    assert len(CASES) == 23
    assert len({case.name for case in FILE.cases}) == 23


@pytest.mark.parametrize(("row", "case"), CASES)
def test_the_score_of_a_case(row: dict[str, Any], case: Any) -> None:
    target = Target(case.requirements, TAXONOMY, as_of=case.as_of, start=case.start)
    found = match(target, case.evidence)
    assert [found.score, found.coverage, found.essential_coverage, found.solidity] == [
        None if row[key] is None else read_ratio(row[key])
        for key in ("score", "C", "CE", "solidity")
    ]
    assert found.pct == row["pct"]
    assert found.band == CODES.get(row["band"])
    by_skill = {line.requirement.skill: line.coverage for line in found.lines}
    assert by_skill == {skill: read_ratio(part) for skill, part in row["coverage"].items()}


@pytest.mark.parametrize(("row", "case"), CASES)
def test_the_sentences_of_a_case(row: dict[str, Any], case: Any) -> None:
    target = Target(case.requirements, TAXONOMY, as_of=case.as_of, start=case.start)
    found = match(target, case.evidence)
    told = explain(found, TAXONOMY)
    assert list(told.texts) == [text.replace("'", "’") for text in row["explanation"]]
    gains = [[gain.requirement.skill, gain.requirement.level, gain.pct] for gain in told.gains]
    assert gains == row["counterfactuals"]


def test_a_file_of_cases_comes_out_as_it_is_written() -> None:
    found = results(FILE)
    assert found["cases"] == DOCUMENT["cases"]
    assert found["taxonomy"]["parent"] == DOCUMENT["taxonomy"]["parent"]
    assert found["params"] == DOCUMENT["params"]
    kept = ("today", "at_entry", "band_today", "band_at_entry", "solidity_at_entry")
    assert [[row[key] for key in kept] for row in found["projection"]] == [
        [row[key] for key in kept] for row in DOCUMENT["projection"]
    ]


@pytest.mark.parametrize(
    ("start", "at_entry"),
    [(date(2027, 3, 1), 100), (date(2027, 2, 26), 100), (date(2027, 2, 25), 57), (None, 57)],
)
def test_projection(start: date | None, at_entry: int) -> None:
    """A19: a module that ends on the entry date counts, one that ends a day later does not."""
    need = [asks("HTML", 3, 5), asks("SQL", 2, 3), asks("EQUIPE", 2, 2, essential=False)]
    target = Target(need, TAXONOMY, as_of=AS_OF, start=start)
    held = [Evidence("HTML", 3), Evidence("EQUIPE", 2)]
    found = project(target, held, [Planned("SQL", 2, date(2027, 2, 26))])
    assert (found.today.pct, found.at_entry.pct) == (57, at_entry)
    assert found.today.band is Band.TO_PREPARE
    if at_entry == 100:
        assert found.at_entry.band is Band.READY
        assert explain(found.at_entry, TAXONOMY).texts[2] == (
            "SQL (indispensable, poids 3) : acquise le 26/02/2027, niveau 2 pour 2 attendu, prévu."
        )


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2025, 10, 24), 12),
        (date(2025, 10, 23), 13),
        (date(2025, 11, 23), 12),
        (date(2025, 11, 24), 11),
        (date(2026, 11, 23), 0),
        (date(2026, 12, 24), 0),
    ],
)
def test_full_months(on: date, months: int) -> None:
    assert full_months(on, AS_OF) == months


@pytest.mark.parametrize(
    ("on", "kept"),
    [
        (None, 48),
        (date(2025, 11, 23), 48),
        (date(2025, 10, 24), 48),
        (date(2025, 10, 23), 47),
        (date(2024, 11, 23), 36),
        (date(2023, 12, 23), 25),
        (date(2023, 11, 24), 25),
        (date(2023, 11, 23), 24),
        (date(2023, 10, 23), 24),
        (date(2010, 1, 1), 24),
    ],
)
def test_freshness_in_forty_eighths(on: date | None, kept: int) -> None:
    assert freshness(on, AS_OF, DEFAULT) == kept


def test_the_unit_of_coverage() -> None:
    scale = scale_of(DEFAULT)
    assert (scale.unit, scale.exact, scale.fresh) == (2304, 4, 48)
    assert (scale.child, scale.parent, scale.neighbour) == (3, 2, 2)


def test_relations_go_through_one_parent_with_few_children() -> None:
    def relation(asked: str, held: str) -> Relation | None:
        return TAXONOMY.relation(asked, held, DEFAULT)

    assert relation("WEB", "JS") is Relation.CHILD
    assert relation("JS", "WEB") is Relation.PARENT
    assert relation("HTML", "CSS") is Relation.NEIGHBOUR
    assert relation("HTML", "HTML") is Relation.EXACT
    assert relation("B01", "B02") is None, "thirteen children are too many"
    assert relation("B01", "BIG") is Relation.PARENT
    assert relation("HTML", "SQL") is None
    assert relation("EQUIPE", "FR_ORAL") is None, "without a parent there is no neighbour"
    assert relation("ZZZ", "ZZZ") is None, "an unknown code stays to be met"
    wide = replace(DEFAULT, most_children=13)
    assert TAXONOMY.relation("B01", "B02", wide) is Relation.NEIGHBOUR
    narrow = Taxonomy(SkillEntry(f"S{n:02}", "P") for n in range(12))
    assert narrow.relation("S00", "S11", DEFAULT) is Relation.NEIGHBOUR


def test_an_expired_certificate_says_when() -> None:
    need = [asks("SST", 1, 3)]
    over = Evidence("SST", 1, Source.CERTIFIED, date(2024, 1, 10), date(2026, 11, 22))
    assert said(need, over)[1:] == (
        "SST (indispensable, poids 3) : certificat expiré (valable jusqu’au 22/11/2026).",
        "Après renouvellement de SST : 100.",
    )
    last_day = replace(over, valid_until=AS_OF, on=None)
    assert said(need, last_day)[0] == "Score 100 / 100 : couverture 100."
    entry = said(need, last_day, start=AS_OF + timedelta(days=1))
    assert "expiré à la date d’entrée (valable jusqu’au 23/11/2026)" in entry[1]
    # A low certificate, renewed, would still be too low.
    assert said([asks("SST", 2)], over)[-1] == "Avec SST au niveau 2 : 100."


def test_what_fades_is_to_refresh_whatever_the_relation() -> None:
    entries = [SkillEntry("A", "P", True), SkillEntry("B", "P", True, "Bureau"), SkillEntry("P")]
    taxonomy = Taxonomy(entries)
    old = date(2024, 11, 23)

    def line(need: Requirement, held: Evidence) -> tuple[str, ...]:
        return explain(match(Target([need], taxonomy, as_of=AS_OF), [held]), taxonomy).texts[1:]

    assert line(asks("A", 4), Evidence("B", 4, on=old)) == (
        "A (indispensable, poids 4) : compétence voisine « Bureau » niveau 4, comptée pour "
        "moitié, à rafraîchir (38 %).",
        "Avec A au niveau 4 : 100.",
    )
    assert line(asks("A", 4), Evidence("A", 2, on=old)) == (
        "A (indispensable, poids 4) : niveau 2 pour 4 attendu, à rafraîchir (38 %).",
        "Avec A au niveau 4 : 100.",
    )
    assert (
        line(asks("B", 2), Evidence("B", 3, on=old))[1] == "Après remise à niveau de Bureau : 100."
    )


def test_shares_are_said_as_the_rules_set_them() -> None:
    rules = replace(DEFAULT, child=Fraction(1), neighbour=Fraction(3, 5), parent=Fraction(1, 3))

    def line(skill: str, held: str) -> str:
        found = match(
            Target([asks(skill, 2)], TAXONOMY, as_of=AS_OF, rules=rules), [Evidence(held, 2)]
        )
        return explain(found, TAXONOMY).texts[1].partition(" : ")[2]

    assert line("WEB", "JS") == "« JS » niveau 2 en fait partie, comptée entièrement (100 %)."
    assert line("JS", "CSS") == "compétence voisine « CSS » niveau 2, comptée à 60 % (60 %)."
    assert line("JS", "WEB") == (
        "compétence plus générale « WEB » niveau 2, comptée pour un tiers (33 %)."
    )


@pytest.mark.parametrize(
    ("held", "band"),
    [
        # 90 % of the weight, an essential under its level: never ready.
        ([("SQL", 4), ("HTML", 1), ("CMS", 4), ("EQUIPE", 4)], Band.WITH_SUPPORT),
        ([("SQL", 4), ("HTML", 2), ("CMS", 4), ("EQUIPE", 4)], Band.READY),
        # An essential at zero: to prepare, whatever the score.
        ([("SQL", 4), ("CMS", 4), ("EQUIPE", 4)], Band.TO_PREPARE),
        ([("HTML", 2)], Band.FAR),
    ],
)
def test_bands_are_facts_first(held: list[tuple[str, int]], band: Band) -> None:
    need = [asks("SQL", 4, 5), asks("HTML", 2, 1), asks("CMS", 4, 5), asks("EQUIPE", 4, 5)]
    found = match(
        Target(need, TAXONOMY, as_of=AS_OF), [Evidence(skill, level) for skill, level in held]
    )
    assert found.band is band


def test_asked_twice_is_asked_once_whatever_the_order() -> None:
    """A15: the highest level, the highest weight, essential if either is."""
    lines = [asks("SQL", 1, 2, essential=False), asks("SQL", 3, 4)]
    for order in (lines, lines[::-1]):
        assert Target(order, TAXONOMY, as_of=AS_OF).lines == (asks("SQL", 3, 4),)


def test_what_somebody_else_saw_is_solid() -> None:
    solid = [source for source in Source if source.is_solid]
    assert solid == [Source.OBSERVED, Source.ASSESSED, Source.CERTIFIED]
    assert [source.strength for source in Source] == [0, 1, 2, 3, 4]


def test_thresholds_are_reached_exactly() -> None:
    def band(first: int, second: int) -> Band | None:
        need = [asks("SQL", 1, first, False), asks("EQUIPE", 1, second, False)]
        return match(Target(need, TAXONOMY, as_of=AS_OF), [Evidence("SQL", 1)]).band

    assert band(4, 1) is Band.READY
    assert band(79, 21) is Band.WITH_SUPPORT
    assert band(3, 2) is Band.WITH_SUPPORT
    assert band(59, 41) is Band.TO_PREPARE
    assert band(3, 7) is Band.TO_PREPARE
    assert band(29, 71) is Band.FAR


def test_the_evidence_cited_is_always_the_same() -> None:
    """Equal coverage: the nearest relation, then the source, the date, the level, the code."""

    def cited(*held: Evidence) -> Evidence | None:
        target = Target([asks("HTML", 4, 4)], TAXONOMY, as_of=AS_OF)
        both = {match(target, order).lines[0].evidence for order in (held, held[::-1])}
        assert len(both) == 1
        return both.pop()

    exact, neighbour = Evidence("HTML", 2), Evidence("PHP", 4, Source.CERTIFIED)
    assert cited(exact, neighbour) == exact
    assert (
        cited(Evidence("HTML", 2), Evidence("HTML", 2, Source.OBSERVED)).source is Source.OBSERVED
    )  # type: ignore[union-attr]
    dated = Evidence("HTML", 2, on=date(2026, 1, 1))
    assert cited(exact, dated) == dated
    assert cited(Evidence("CSS", 4), Evidence("JS", 4)) == Evidence("JS", 4)
    endless, ending = Evidence("HTML", 2), Evidence("HTML", 2, valid_until=date(2030, 1, 1))
    assert cited(ending, endless) == endless


def test_the_score_reads_an_allow_list() -> None:
    """Frozen, without room for anything else: who people are cannot come in."""
    allowed = {
        Requirement: ["skill", "level", "weight", "is_essential"],
        Evidence: ["skill", "level", "source", "on", "valid_until"],
        SkillEntry: ["code", "parent", "is_perishable", "label"],
    }
    for row, names in allowed.items():
        assert [one.name for one in fields(row)] == names
        assert not hasattr(row, "__dict__") or "__slots__" in vars(row)
    item = Evidence("SQL", 2)
    for change in ("age", "level"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(item, change, 3)
    assert list(signature(match).parameters) == ["target", "evidence"]
    assert list(signature(Target).parameters) == [
        "requirements", "taxonomy", "as_of", "start", "rules",
    ]  # fmt: skip
    assert list(signature(project).parameters) == ["target", "evidence", "planned"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"child": Fraction(5, 4)}, "child"),
        ({"neighbour": Fraction(-1, 4)}, "neighbour"),
        ({"fading_months": 0}, "fading_months"),
        ({"grace_months": -1}, "grace_months"),
        ({"most_children": -1}, "most_children"),
        ({"ready_from": Fraction(1, 2)}, "ready_from"),
        ({"to_prepare_from": Fraction(0)}, "ready_from"),
        ({"wanted_weight": 6}, "wanted_weight"),
    ],
)
def test_parameters_that_would_lie(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_rules(replace(DEFAULT, **change))
    assert set(refusal.value.errors) == {field}


def test_a_version_of_the_rules_is_named_by_its_values() -> None:
    check_rules(DEFAULT)
    assert MatchRules().sha256 == DEFAULT.sha256
    assert replace(DEFAULT, essential_share=Fraction(1, 4)).sha256 != DEFAULT.sha256
    whole = (replace(DEFAULT, child=Fraction(1)), replace(DEFAULT, child=1))  # type: ignore[arg-type]
    assert whole[0].sha256 == whole[1].sha256


def test_halves_go_up() -> None:
    assert [percent(Fraction(number, 200)) for number in (0, 1, 125, 199, 200)] == [
        0,
        1,
        63,
        100,
        100,
    ]
