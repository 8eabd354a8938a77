"""What holds of any score, for facts drawn at random; the order read never shows."""

import random
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parcours.domain.matching import Match, match
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_ranking import Candidate, rank
from parcours.domain.matching_rules import (
    DEFAULT,
    Evidence,
    MatchRules,
    Requirement,
    check_rules,
)
from parcours.domain.matching_target import Target, merge, percent
from tests.domain.matching.rational import (
    AS_OF,
    TAXONOMY,
    Facts,
    any_evidence,
    any_facts,
    any_requirement,
    any_rules,
    any_skill,
    reference,
)


def scored(facts: Facts, rules: MatchRules = DEFAULT) -> Match:
    """The score of drawn facts."""
    target = Target(facts.requirements, TAXONOMY, as_of=AS_OF, start=facts.start, rules=rules)
    return match(target, facts.evidence)


def score_of(facts: Facts, rules: MatchRules = DEFAULT) -> Fraction:
    """The score, where something is asked."""
    found = scored(facts, rules).score
    assert found is not None
    return found


def shuffled(facts: Facts, seed: int) -> Facts:
    """The same facts in another order."""
    requirements, evidence = list(facts.requirements), list(facts.evidence)
    random.Random(seed).shuffle(requirements)
    random.Random(seed + 1).shuffle(evidence)
    return replace(facts, requirements=tuple(requirements), evidence=tuple(evidence))


@settings(max_examples=400)
@given(any_facts)
def test_whole_numbers_give_what_the_formulas_give(facts: Facts) -> None:
    found, wanted = scored(facts), reference(facts)
    assert wanted is not None
    assert (found.score, found.coverage, found.essential_coverage, found.band) == (
        wanted.score,
        wanted.coverage,
        wanted.essential_coverage,
        wanted.band,
    )
    assert {line.requirement.skill: line.coverage for line in found.lines} == wanted.by_skill


@given(any_facts, any_rules)
def test_and_so_they_do_under_other_rules(facts: Facts, rules: MatchRules) -> None:
    check_rules(rules)
    found, wanted = scored(facts, rules), reference(facts, rules)
    assert wanted is not None
    assert (found.score, found.band) == (wanted.score, wanted.band)


@given(any_facts)
def test_a_score_is_a_share_and_never_more_than_the_coverage(facts: Facts) -> None:
    found = scored(facts)
    assert 0 <= found.score <= found.coverage <= 1  # type: ignore[operator]


@given(st.lists(any_requirement, max_size=2).map(tuple), st.lists(any_evidence, max_size=4))
def test_nothing_asked_is_the_only_way_to_no_score(
    asked: tuple[Requirement, ...], held: list[Evidence]
) -> None:
    found = scored(Facts(asked, tuple(held)))
    empty = [found.score, found.pct, found.coverage, found.essential_coverage, found.band]
    assert all(value is None for value in empty) is (not asked)


@given(any_facts, any_evidence)
def test_more_evidence_never_lowers(facts: Facts, more: Evidence) -> None:
    assert score_of(replace(facts, evidence=(*facts.evidence, more))) >= score_of(facts)


@given(any_facts, any_evidence, st.integers(0, 4))
def test_a_higher_level_never_lowers(facts: Facts, item: Evidence, level: int) -> None:
    low, high = sorted((item.level, level))
    lower, higher = (
        replace(facts, evidence=(*facts.evidence, replace(item, level=one))) for one in (low, high)
    )
    assert score_of(higher) >= score_of(lower)


@given(any_facts, st.integers(1, 4))
def test_asking_a_higher_level_never_raises(facts: Facts, level: int) -> None:
    first, *others = facts.requirements
    low, high = sorted((first.level, level))
    easier, harder = (
        replace(facts, requirements=(replace(first, level=one), *others)) for one in (low, high)
    )
    assert score_of(harder) <= score_of(easier)


@given(any_facts, st.integers(0, 1000))
def test_the_order_read_changes_nothing_at_all(facts: Facts, seed: int) -> None:
    first, second = scored(facts), scored(shuffled(facts, seed))
    assert first == second
    assert explain(first, TAXONOMY) == explain(second, TAXONOMY)


@given(any_facts, st.integers(2, 9))
def test_only_the_proportion_of_weights_counts(facts: Facts, times: int) -> None:
    heavier = tuple(replace(one, weight=one.weight * times) for one in facts.requirements)
    assert score_of(replace(facts, requirements=heavier)) == score_of(facts)


@given(any_facts)
def test_saying_twice_is_saying_once(facts: Facts) -> None:
    twice = replace(
        facts, requirements=facts.requirements * 2, evidence=(*facts.evidence, *facts.evidence)
    )
    assert scored(twice) == scored(facts)


@given(any_facts, any_evidence)
def test_an_unrelated_skill_changes_nothing(facts: Facts, more: Evidence) -> None:
    asked = {one.skill for one in facts.requirements}
    assume(all(TAXONOMY.relation(one, more.skill, DEFAULT) is None for one in asked))
    assert scored(replace(facts, evidence=(*facts.evidence, more))) == scored(facts)


@given(any_facts, any_requirement)
def test_asking_what_is_held_never_lowers(facts: Facts, more: Requirement) -> None:
    known = {one.skill for one in facts.requirements}
    held = replace(facts, evidence=(*facts.evidence, Evidence(more.skill, 4)))
    assume(more.skill in TAXONOMY and more.skill not in known)
    assert score_of(replace(held, requirements=(*held.requirements, more))) >= score_of(held)


@given(any_facts, st.integers(1, 4), st.integers(1, 5))
def test_wishing_for_what_is_missing_never_raises(facts: Facts, level: int, weight: int) -> None:
    more = Requirement("YYY", level, weight, is_essential=False)
    assert score_of(replace(facts, requirements=(*facts.requirements, more))) <= score_of(facts)


@given(any_facts)
def test_the_two_ends_of_the_scale(facts: Facts) -> None:
    found = scored(facts)
    parts = [line.coverage for line in found.lines]
    assert (found.score == 1) is all(part == 1 for part in parts)
    assert (found.score == 0) is all(part == 0 for part in parts)


@given(any_facts)
def test_a_related_skill_alone_is_worth_half_or_three_quarters(facts: Facts) -> None:
    asked = {one.skill for one in facts.requirements}
    others = tuple(item for item in facts.evidence if item.skill not in asked)
    for line in scored(replace(facts, evidence=others)).lines:
        children = {one for one in TAXONOMY.entries if TAXONOMY.entries[one].parent}
        is_child = line.evidence is not None and line.evidence.skill in children
        is_child = (
            is_child and TAXONOMY.entries[line.evidence.skill].parent == line.requirement.skill
        )  # type: ignore[union-attr]
        assert line.coverage <= (Fraction(3, 4) if is_child else Fraction(1, 2))


@given(any_facts)
def test_the_numbers_printed_add_up(facts: Facts) -> None:
    found = scored(facts)
    assert found.score is not None
    assert found.coverage is not None
    total = sum(line.requirement.weight for line in found.lines)
    parts = [line.coverage * line.requirement.weight / total for line in found.lines]
    penalty = found.coverage * (1 - found.essential_coverage) / 2  # type: ignore[operator]
    assert sum(parts) - penalty == found.score
    head = explain(found, TAXONOMY).head
    numbers = [int(word.strip(",.")) for word in head.split() if word.strip(",.").isdigit()]
    pct, _hundred, coverage, *moins = numbers
    assert (pct, coverage) == (percent(found.score), percent(found.coverage))
    assert coverage - (moins[0] if moins else 0) == pct


@given(any_facts)
def test_each_missing_line_brings_nearer_and_all_of_them_bring_there(facts: Facts) -> None:
    found = scored(facts)
    assert all(pct >= (found.pct or 0) for _asked, pct in found.gains)
    missing = {line.requirement.skill for line in found.lines if line.coverage < 1}
    assert {asked.skill for asked, _pct in found.gains} == missing
    known = [one for one in facts.requirements if one.skill in TAXONOMY]
    assume(known)
    filled = [Evidence(asked.skill, asked.level) for asked, _pct in found.gains]
    done = replace(facts, requirements=tuple(known), evidence=(*facts.evidence, *filled))
    assert scored(done).pct == 100


@given(any_facts)
def test_a_gain_is_the_score_with_that_line_alone_at_its_level(facts: Facts) -> None:
    """By the formulas, from the coverages of the lines."""
    found = scored(facts)
    for asked, pct in found.gains:
        parts = {line.requirement.skill: line.coverage for line in found.lines}
        parts[asked.skill] = Fraction(1)
        lines = [line.requirement for line in found.lines]
        essential = [one for one in lines if one.is_essential]
        c, c_e = (
            sum(one.weight * parts[one.skill] for one in some)
            / Fraction(sum(o.weight for o in some))
            if some
            else Fraction(1)
            for some in (lines, essential)
        )
        assert pct == percent(c * (1 + c_e) / 2)


def drawn_candidates() -> st.SearchStrategy[list[Candidate]]:
    """Candidates with their scores, in any order."""
    return st.lists(any_facts, min_size=1, max_size=6).map(
        lambda rows: [
            Candidate(f"P{number}", found.pct, found.band)
            for number, row in enumerate(rows)
            for found in [scored(row)]
        ]
    )


@settings(max_examples=40)
@given(drawn_candidates(), st.integers(0, 1000))
def test_ranks_owe_nothing_to_the_order_read(people: list[Candidate], seed: int) -> None:
    first = rank(people, run="r1", about="B7")
    random.Random(seed).shuffle(people)
    assert rank(people, run="r1", about="B7") == first


@settings(max_examples=40)
@given(drawn_candidates(), st.integers(0, 5))
def test_taking_somebody_away_reverses_nobody(people: list[Candidate], number: int) -> None:
    gone = people[number % len(people)]
    before = [one.candidate.ref for one in rank(people, run="r", about="B7").proposable]
    people.remove(gone)
    after = [one.candidate.ref for one in rank(people, run="r", about="B7").proposable]
    assert after == [ref for ref in before if ref != gone.ref]


@given(st.lists(any_requirement, max_size=8), any_skill)
def test_one_line_a_skill_the_strictest(asked: list[Requirement], skill: str) -> None:
    merged = merge(asked)
    same = [one for one in asked if one.skill == skill]
    found = [one for one in merged if one.skill == skill]
    assert len(found) == bool(same)
    for one in found:
        assert one.level == max(line.level for line in same)
        assert one.weight == max(line.weight for line in same)
        assert one.is_essential is any(line.is_essential for line in same)
    assert merge(merged) == merged
