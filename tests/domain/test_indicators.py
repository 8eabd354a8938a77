"""Figures of an agreement: each with its denominator and unknowns, each a filter on the rows."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.indicators import (
    EVERYBODY,
    NOBODY,
    UNTOLD,
    Measure,
    Tallies,
    and_also,
    expanded,
    filters_of,
    is_one_of,
)

COLUMNS = ("person", "gender", "rsa", "hours")
ROWS = [
    ("P-A", "Femme", "oui", Decimal("10.50")),
    ("P-B", "Femme", "non", None),
    ("P-C", "Homme", UNTOLD, Decimal("3.25")),
    ("P-D", UNTOLD, "oui", Decimal(2)),
]
rows = st.lists(
    st.tuples(
        st.just("P"),
        st.sampled_from(["Femme", "Homme", UNTOLD]),
        st.sampled_from(["oui", "non", UNTOLD]),
        st.none() | st.decimals(0, 100, places=2),
    ),
    max_size=30,
)


def measure(**more: Any) -> Measure:
    given_ = {"code": "X", "label": "X", "text": "X.", "counts": EVERYBODY} | more
    return Measure(**given_)


@pytest.mark.parametrize(
    ("tally", "sums", "count"),
    [
        (EVERYBODY, "", 4),
        (NOBODY, "", 0),
        (is_one_of("gender", "Femme"), "", 2),
        (is_one_of("gender", "Femme", "Homme"), "", 3),
        (and_also(is_one_of("gender", "Femme"), "rsa", "oui"), "", 1),
        (EVERYBODY, "hours", Decimal("15.75")),
        (is_one_of("rsa", "non"), "hours", 0),
        (is_one_of("rsa", "oui"), "hours", Decimal("12.50")),
    ],
)
def test_known_counts(tally: Any, sums: str, count: Any) -> None:
    assert Tallies(COLUMNS, ROWS).count(tally, sums=sums) == count


def test_no_answer_is_neither_yes_nor_no() -> None:
    rsa = measure(counts=is_one_of("rsa", "oui"), unknown=is_one_of("rsa", UNTOLD))
    found = Tallies(COLUMNS, ROWS).figure(rsa)
    assert (found.count, found.among, found.unknown, found.rate) == (2, 4, 1, Fraction(1, 2))


def test_nobody_is_no_rate_and_few_are_none_either() -> None:
    assert Tallies(COLUMNS, []).figure(measure()).rate is None
    assert Tallies(COLUMNS, ROWS).figure(measure(minimum=4)).rate is None
    assert Tallies(COLUMNS, ROWS).figure(measure(minimum=3)).rate == 1


def test_a_measure_is_repeated_for_each_value_of_its_column() -> None:
    found = expanded([measure(), measure(code="G", each="gender")], Tallies(COLUMNS, ROWS))
    assert [item.code for item in found] == ["X", "G:Femme", "G:Homme", f"G:{UNTOLD}"]
    tallies = Tallies(COLUMNS, ROWS)
    assert sum(tallies.count(item.counts) for item in found[1:]) == len(ROWS)


def test_a_filter_is_told_in_words() -> None:
    narrowed = measure(counts=and_also(is_one_of("gender", "Femme", "Homme"), "rsa", "oui"))
    told = filters_of(narrowed, {"gender": "Genre", "rsa": "RSA"})
    assert told == "Genre = Femme, et RSA = oui, ou Genre = Homme, et RSA = oui"
    assert filters_of(measure(), {}) == ""


@given(rows)
def test_answers_and_unknowns_add_up_to_everybody(found: list[Any]) -> None:
    tallies = Tallies(COLUMNS, found)
    assert tallies.count(is_one_of("gender", "Femme", "Homme", UNTOLD)) == len(found)
    assert tallies.count(EVERYBODY) == len(found)


@given(rows)
def test_a_count_is_a_filter_whatever_the_rows(found: list[Any]) -> None:
    tally = and_also(is_one_of("gender", "Femme", "Homme"), "rsa", "oui")
    kept = [row for row in found if row[1] in {"Femme", "Homme"} and row[2] == "oui"]
    tallies = Tallies(COLUMNS, found)
    assert tallies.count(tally) == len(kept)
    assert tallies.count(tally, sums="hours") == sum(row[3] or 0 for row in kept)


@given(rows, st.randoms())
def test_the_order_of_rows_changes_no_figure(found: list[Any], random: Any) -> None:
    shuffled = random.sample(found, len(found))
    one = measure(counts=is_one_of("rsa", "oui"))
    assert Tallies(COLUMNS, found).figure(one) == Tallies(COLUMNS, shuffled).figure(one)
