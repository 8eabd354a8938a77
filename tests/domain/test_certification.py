"""Titles and blocks: partial qualifications, old blocks that count, sheets that expire."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.certification import (
    Block,
    JuryOutcome,
    Result,
    check_result,
    expires_before,
    older,
    standing,
)
from parcours.domain.errors import RuleBroken

TODAY, BORN = date(2026, 11, 23), date(1990, 3, 12)
OLD, NEW = 1, 2
PRESENTED, OBTAINED, REFUSED = JuryOutcome
BLOCKS = {
    11: Block(11, "OLDBC01", "Front", OLD),
    12: Block(12, "OLDBC02", "Back", OLD),
    21: Block(21, "NEWBC01", "Front", NEW),
    22: Block(22, "NEWBC02", "Back", NEW),
}
FOLLOWS = {21: [11], 22: [12]}


def decided(
    number: int, block: int | None, outcome: JuryOutcome, day: int = 1, sheet: int | None = None
) -> Result:
    """A decision of a jury of November; the sheet is the block’s own."""
    own = BLOCKS[block].certification_id if block else (sheet or NEW)
    return Result(number, own, block, outcome, date(2026, 11, day))


def test_a_block_alone_is_a_partial_qualification() -> None:
    found = standing(NEW, BLOCKS, [decided(1, 21, OBTAINED), decided(2, None, REFUSED)], FOLLOWS)
    assert (found.obtained, found.needed) == (1, 2)
    assert found.is_partial
    assert not found.is_titled
    assert not found.is_due
    assert found.title is not None
    assert found.title.outcome is REFUSED


def test_all_blocks_never_make_the_title() -> None:
    told = [decided(1, 21, OBTAINED), decided(2, 22, OBTAINED)]
    found = standing(NEW, BLOCKS, told, FOLLOWS)
    assert found.is_due
    assert not found.is_titled
    found = standing(NEW, BLOCKS, [*told, decided(3, None, OBTAINED)], FOLLOWS)
    assert found.is_titled
    assert not found.is_due
    assert not found.is_partial


def test_a_title_gives_its_blocks() -> None:
    found = standing(NEW, BLOCKS, [decided(1, None, OBTAINED, 5)], FOLLOWS)
    assert [item.is_obtained for item in found.blocks] == [True, True]
    assert all(item.is_by_title for item in found.blocks)


def test_blocks_of_the_old_sheet_count_toward_the_new_title() -> None:
    """RNCP31114BC01 → RNCP37674BC01: obtained before, with the other one since."""
    told = [decided(1, 11, OBTAINED), decided(2, 22, OBTAINED, 9)]
    found = standing(NEW, BLOCKS, told, FOLLOWS)
    assert found.is_due
    assert [item.through.code if item.through else None for item in found.blocks] == [
        "OLDBC01", None,
    ]  # fmt: skip
    # Without the mapping, or when the old one was refused, it does not count.
    assert standing(NEW, BLOCKS, told, {}).obtained == 1
    assert standing(NEW, BLOCKS, [decided(1, 11, REFUSED)], FOLLOWS).obtained == 0
    # A new block never counts for the old sheet.
    assert standing(OLD, BLOCKS, [decided(1, 21, OBTAINED)], FOLLOWS).obtained == 0


def test_the_new_block_itself_comes_first() -> None:
    told = [decided(1, 11, OBTAINED, 1), decided(2, 21, OBTAINED, 9)]
    assert standing(NEW, BLOCKS, told, FOLLOWS).blocks[0].through is None
    # Refused under the new sheet, obtained under the old one: obtained.
    told = [decided(1, 11, OBTAINED, 1), decided(2, 21, REFUSED, 9)]
    assert standing(NEW, BLOCKS, told, FOLLOWS).blocks[0].is_obtained


def test_obtained_once_is_obtained_and_otherwise_the_last_word() -> None:
    told = [decided(1, 21, REFUSED, 1), decided(2, 21, OBTAINED, 4), decided(3, 21, PRESENTED, 9)]
    first = standing(NEW, BLOCKS, told, {}).blocks[0]
    assert first.result == told[1]
    assert standing(NEW, BLOCKS, told[:1] + told[2:], {}).blocks[0].result == told[2]


def test_one_option_is_enough() -> None:
    blocks = {
        1: Block(1, "A1", "Socle", 7),
        2: Block(2, "A2", "Option une", 7, is_option=True),
        3: Block(3, "A3", "Option deux", 7, is_option=True),
    }
    told = [Result(n, 7, n, OBTAINED, TODAY) for n in (1, 3)]
    assert standing(7, blocks, told, {}).is_due
    assert standing(7, blocks, told, {}).needed == 2
    assert not standing(7, blocks, told[:1], {}).is_due
    # The title says nothing of which option was chosen.
    whole = standing(7, blocks, [Result(9, 7, None, OBTAINED, TODAY)], {})
    assert [item.is_obtained for item in whole.blocks] == [True, False, False]


def test_a_sheet_without_known_blocks_is_never_due() -> None:
    assert not standing(9, BLOCKS, [], {}).is_due


def test_old_blocks_are_found_from_sheet_to_sheet() -> None:
    assert older(3, {3: [2], 2: [1]}) == [2, 1]
    assert older(1, {1: [2], 2: [1]}) == [2]


@pytest.mark.parametrize(
    ("outcome", "on", "words"),
    [
        (OBTAINED, TODAY + timedelta(days=1), "pas encore eu lieu"),
        (REFUSED, TODAY + timedelta(days=1), "pas encore eu lieu"),
        (PRESENTED, TODAY + timedelta(days=800), "vérifiez l’année"),
        (OBTAINED, date(1980, 1, 1), "pas née"),
    ],
)
def test_impossible_juries(outcome: JuryOutcome, on: date, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        check_result(outcome, on, BORN, today=TODAY)
    assert set(refusal.value.errors) == {"jury_on"}


def test_possible_ones() -> None:
    check_result(PRESENTED, TODAY + timedelta(days=60), BORN, today=TODAY)
    check_result(OBTAINED, TODAY, BORN, today=TODAY)


@pytest.mark.parametrize(
    ("until", "expires"),
    [(None, False), (date(2026, 12, 1), True), (date(2027, 1, 29), False)],
)
def test_a_sheet_that_expires_before_the_cohort_ends(until: date | None, expires: bool) -> None:
    assert expires_before(until, date(2027, 1, 29)) is expires


decisions = st.lists(
    st.builds(
        decided,
        st.integers(1, 50),
        st.sampled_from([11, 12, 21, 22, None]),
        st.sampled_from(list(JuryOutcome)),
        st.integers(1, 20),
    ),
    max_size=8,
)


@given(decisions, st.sampled_from([11, 12, 21, 22]))
def test_one_more_obtained_block_never_takes_any_away(told: list[Result], block: int) -> None:
    before = standing(NEW, BLOCKS, told, FOLLOWS)
    after = standing(NEW, BLOCKS, [*told, decided(99, block, OBTAINED, 20)], FOLLOWS)
    assert after.obtained >= before.obtained
    assert after.is_titled == before.is_titled
    assert not (after.is_due and after.is_titled)


@given(decisions)
def test_the_order_of_reading_changes_nothing(told: list[Result]) -> None:
    unique = list({item.id: item for item in told}.values())
    turned = list(reversed(unique))
    assert standing(NEW, BLOCKS, unique, FOLLOWS) == standing(NEW, BLOCKS, turned, FOLLOWS)
