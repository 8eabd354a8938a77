"""Ranks say no more than the numbers shown, and a stored result is found again byte for byte."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.canonical import canonical, digest, ratio, read_ratio
from parcours.domain.errors import RuleBroken
from parcours.domain.matching import Planned
from parcours.domain.matching_filters import Constraints, Status, Terms
from parcours.domain.matching_ranking import Candidate, Wish, rank, tie
from parcours.domain.matching_replay import (
    Conditions,
    Question,
    answer,
    read_rules,
    read_snapshot,
    replay,
    result_bytes,
    snapshot,
)
from parcours.domain.matching_rules import DEFAULT, Band, Evidence, Requirement, Source
from tests.domain.matching.rational import AS_OF, TAXONOMY, Facts, any_facts, any_rules
from tests.domain.test_matching_filters import any_constraints, any_distance, any_terms

READY, SUPPORT = Band.READY, Band.WITH_SUPPORT
NEED = (Requirement("HTML", 3, 5, True), Requirement("SQL", 2, 3, True))
STORED = Question(
    requirements=NEED,
    evidence=(Evidence("HTML", 3, Source.ASSESSED, date(2026, 6, 30)), Evidence("CMS", 2)),
    taxonomy=TAXONOMY,
    as_of=AS_OF,
    start=date(2027, 3, 1),
    planned=(Planned("SQL", 2, date(2027, 2, 26)),),
    conditions=Conditions(
        Terms(date(2027, 3, 1), contract="CDI", weekly_hours=Fraction(35)),
        Constraints(date(2027, 1, 4), frozenset({"CDI", "CDD"}), {"velo": 6}),
        4000,
        {"CDI": "CDI", "CDD": "CDD"},
    ),
)


def ranked(*people: Candidate) -> list[tuple[int, str]]:
    """The proposable ones, with their rank."""
    return [(one.rank, one.candidate.ref) for one in rank(people, run="r1", about="B7").proposable]


def test_equal_numbers_are_equal_ranks() -> None:
    found = ranked(
        Candidate("a", 75, SUPPORT),
        Candidate("b", 75, SUPPORT),
        Candidate("c", 90, READY),
        Candidate("d", 74, SUPPORT),
    )
    assert {ref: number for number, ref in found} == {"c": 1, "a": 2, "b": 2, "d": 3}


def test_bands_come_before_numbers() -> None:
    """82 with an essential under its level comes after 80 that is ready."""
    assert ranked(Candidate("a", 82, SUPPORT), Candidate("b", 80, READY)) == [(1, "b"), (2, "a")]


def test_a_tie_falls_by_the_run_and_by_nothing_else() -> None:
    people = [Candidate(f"P{number}", 75, SUPPORT) for number in range(20)]
    orders = {
        tuple(one.candidate.ref for one in rank(people, run=run, about="B7").proposable)
        for run in ("r1", "r2", "r3")
    }
    assert len(orders) == 3
    for order in orders:
        assert list(order) != sorted(order)
    assert tie("r1", "B7", "P1") == (
        "83419143e092f9f16a3a5b34c7e6aed090df58e66391e869035158360111d225"
    )


def test_everybody_is_in_one_list() -> None:
    people = [
        Candidate("ok", 80, READY),
        Candidate("ask", 95, READY, Status.CHECK, Wish.PRIORITY),
        Candidate("far", 99, READY, Status.BLOCKED),
        Candidate("empty", None, None),
        Candidate("no", 100, READY, wish=Wish.REFUSES),
        Candidate("nothing", None, None, wish=Wish.REFUSES),
    ]
    found = rank(people, run="r", about="B7")
    assert [one.candidate.ref for one in found.proposable] == ["ok"]
    assert [(one.rank, one.candidate.ref) for one in found.to_check] == [(1, "ask")]
    assert [one.candidate.ref for one in found.blocked] == ["far"]
    assert [one.ref for one in found.not_evaluable] == ["empty"]
    assert {one.ref for one in found.refused} == {"no", "nothing"}


def test_canonical_json_has_one_writing() -> None:
    facts = {"b": [Fraction(1, 2), 3, None, True], "a": date(2026, 11, 23), "é": Band.READY}
    wanted = '{"a":"2026-11-23","b":["1/2",3,null,true],"é":"ready"}'
    assert canonical(facts) == wanted.encode()
    assert canonical({"s": frozenset({"b", "a"})}) == b'{"s":["a","b"]}'
    # A letter and its accent written apart are the letter.
    assert canonical("e\u0301") == canonical("é")
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@pytest.mark.parametrize("value", [1.5, {"a": 0.0}, object(), {1: "a"}, {"é": 1, "e\u0301": 2}])
def test_what_has_no_canonical_writing(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_fractions_as_they_are_exchanged() -> None:
    assert [ratio(one) for one in (Fraction(215, 288), 1, 0, None)] == [
        "215/288",
        "1/1",
        "0/1",
        None,
    ]
    assert read_ratio("-3/4") == Fraction(-3, 4)
    for text in ("0.5", "1", "1/0", "a/b", "1/-2", ""):
        with pytest.raises(ValueError, match=r"^"):
            read_ratio(text)


def test_a_stored_run_is_found_again() -> None:
    """The bytes of this snapshot and of its result are part of the engine’s version."""
    kept = snapshot(STORED)
    result = result_bytes(answer(STORED), TAXONOMY)
    assert replay(kept) == result
    assert digest(json.loads(kept)) == STORED_SNAPSHOT
    assert digest(json.loads(result)) == STORED_RESULT
    told = json.loads(result)
    assert (told["today"]["score"], told["at_entry"]["pct"]) == ("65/128", 100)
    assert told["status"] == "check"


def test_a_snapshot_says_no_more_than_the_score_reads() -> None:
    kept = json.loads(snapshot(STORED))
    assert [row["skill"] for row in kept["evidence"]] == ["HTML"], "CMS is nobody’s business here"
    assert {row["code"] for row in kept["taxonomy"]["skills"]} == {"HTML", "SQL"}
    assert set(kept) == {
        "engine", "rules", "as_of", "start", "requirements", "evidence", "planned", "taxonomy",
        "conditions",
    }  # fmt: skip
    assert kept["conditions"]["labels"] == {"CDI": "CDI"}


def test_another_engine_is_told() -> None:
    kept = json.loads(snapshot(STORED)) | {"engine": 99}
    with pytest.raises(RuleBroken, match="version 99 du calcul"):
        read_snapshot(canonical(kept))


any_planned = st.lists(
    st.builds(
        Planned,
        st.sampled_from(["HTML", "SQL", "WEB", "CMS", "EQUIPE", "ZZZ"]),
        st.integers(1, 4),
        st.dates(date(2026, 10, 1), date(2027, 6, 1)),
    ),
    max_size=4,
)
any_conditions = st.none() | st.builds(Conditions, any_terms, any_constraints, any_distance)


@given(any_facts, any_planned, any_conditions, any_rules)
def test_any_result_is_found_again_byte_for_byte(
    facts: Facts, planned: list[Planned], asked: Conditions | None, rules: Any
) -> None:
    question = Question(
        facts.requirements,
        facts.evidence,
        TAXONOMY,
        AS_OF,
        facts.start,
        tuple(planned),
        asked,
        rules,
    )
    kept = snapshot(question)
    assert replay(kept) == result_bytes(answer(question), TAXONOMY)
    assert snapshot(read_snapshot(kept)) == kept


@given(any_facts, any_planned, st.randoms(use_true_random=False))
def test_the_order_read_does_not_change_a_byte(
    facts: Facts, planned: list[Planned], chance: Any
) -> None:
    question = Question(
        facts.requirements, facts.evidence, TAXONOMY, AS_OF, facts.start, tuple(planned)
    )
    lists = [list(facts.requirements), list(facts.evidence), list(planned)]
    for one in lists:
        chance.shuffle(one)
    other = replace(
        question, requirements=tuple(lists[0]), evidence=tuple(lists[1]), planned=tuple(lists[2])
    )
    assert snapshot(other) == snapshot(question)
    assert replay(snapshot(other)) == replay(snapshot(question))


def test_rules_are_read_as_they_were_kept() -> None:
    kept = json.loads(canonical(DEFAULT.as_facts()))
    assert read_rules(kept) == DEFAULT
    assert read_rules(kept).sha256 == DEFAULT.sha256


STORED_SNAPSHOT = "cb1d27eb300259b12ffde8bf538f9d7ebbb378813095355920f3b45a340d188a"
STORED_RESULT = "5ba663d16716b40559056cd83078cf1229ca7f51008a70405f97116b8999468c"
