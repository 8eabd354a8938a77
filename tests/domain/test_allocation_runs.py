"""An allocation kept gives the same bytes again; people ready are compared as at each entry."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain import allocation_runs
from parcours.domain.allocation import Mode, Proposal
from parcours.domain.allocation_runs import Sharing, read_snapshot, share_out, snapshot
from parcours.domain.demand import Need
from parcours.domain.errors import RuleBroken
from parcours.domain.job_search import JobSearch
from parcours.domain.matching import Planned
from parcours.domain.matching_filters import Status
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_replay import answer
from parcours.domain.matching_rules import DEFAULT, Evidence, Requirement, SkillEntry, Source
from parcours.domain.needs import Certainty, Terms
from parcours.domain.prospects import Ground, Person, Post, proposals, prospects, question
from parcours.domain.supply import Fit, Prospect, fits
from parcours.domain.taxonomy import Taxonomy

TODAY, END = date(2026, 11, 23), date(2027, 2, 26)
SKILLS = Taxonomy(SkillEntry(code, None, False, code) for code in ("HTML", "SQL", "EQUIPE"))
GROUND = Ground(SKILLS, DEFAULT, TODAY, {})
LINES = (Requirement("HTML", 3, 5, True), Requirement("SQL", 2, 3, True),
         Requirement("EQUIPE", 2, 2, False))  # fmt: skip
A19 = Person(
    "1", END,
    (Evidence("HTML", 3, Source.DECLARED, TODAY), Evidence("EQUIPE", 2, Source.DECLARED, TODAY)),
    (Planned("SQL", 2, END),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "pct"),
    [(END, 100), (date(2027, 3, 1), 100), (date(2027, 2, 25), 57), (None, 57)],
)
def test_a19_somebody_is_compared_as_at_the_entry_date(start: date | None, pct: int) -> None:
    post = Post("7", Terms("Poste", starts_on=start), LINES)
    (found,) = prospects([A19], [post], GROUND)
    assert (found.learner, found.need, found.pct_at_entry) == ("1", "7", pct)
    assert answer(question(post, A19, GROUND)).at_entry.pct == pct


def test_who_covers_nothing_is_no_prospect() -> None:
    nobody = Person("2", END)
    post = Post("7", Terms("Poste"), LINES)
    assert prospects([nobody], [post, Post("8", Terms("Vide"), ())], GROUND) == []


def test_a_distance_said_comes_before_a_computed_one() -> None:
    post = Post("7", Terms("Poste", starts_on=END), LINES, (46.2510, 5.2240))
    near = JobSearch(modes={"bike": 6}, point=(46.2050, 5.2270))
    here = Person("1", END, A19.evidence, (), near)
    assert question(post, here, GROUND).conditions[2] == 5120  # type: ignore[index]
    told = Person("1", END, A19.evidence, (), near, {"7": (Wish.REFUSES, 9)})
    assert question(post, told, GROUND).conditions[2] == 9000  # type: ignore[index]
    (blocked,) = prospects([told], [post], GROUND)
    assert blocked.status is Status.BLOCKED
    (pair,) = proposals([blocked], [told])
    assert (pair.wish, pair.value) == (Wish.REFUSES, None)


def test_each_need_counts_the_people_ready_in_time() -> None:
    ok = Status.OK
    first, second = date(2027, 1, 1), date(2027, 3, 1)
    pairs = [
        Prospect("a", "N1", first, 60, ok),
        Prospect("b", "N1", second, 90, ok),
        Prospect("c", "N1", first, 59, ok),
        Prospect("d", "N1", first, 99, Status.BLOCKED),
        Prospect("b", "N2", second, 60, Status.CHECK),
    ]
    asked = [
        Need("N1", 2, Certainty.FIRM, (), "E", date(2026, 12, 30), flex_days=2),
        Need("N2", 1, Certainty.FIRM, (), "E"),
        Need("N3", 1, Certainty.FIRM, (), "E"),
    ]
    assert fits(asked, pairs) == [
        Fit("N1", 2, first, 1, 2),
        Fit("N2", 1, None, 1, 1),
        Fit("N3", 1, None, 0, 0),
    ]


PAIRS = (
    Proposal("A", "N1", 90, Status.OK),
    Proposal("A", "N2", 85, Status.CHECK),
    Proposal("B", "N1", 80, Status.OK),
    Proposal("B", "N2", 10, Status.OK),
)
ASKED = Sharing(Mode.TOTAL, ("A", "B", "C"), {"N1": 1, "N2": 1}, PAIRS, "1|2|2026-11-23")


def test_p1_and_p3_kept_and_shared_out_again() -> None:
    found = share_out(ASKED)
    assert found.allocation.needs == {"A": "N2", "B": "N1", "C": None}
    # B at 10 for N2 is under 40: no pair at all, the best pair first leaves B without a post.
    assert (found.allocation.total, found.greedy.total) == (1650, 900)
    assert read_snapshot(snapshot(ASKED)).run == ASKED.run
    assert allocation_runs.replay(snapshot(ASKED)) == allocation_runs.result_bytes(found)


@given(st.permutations(PAIRS), st.permutations(["A", "B", "C"]), st.sampled_from(Mode))
def test_the_order_read_changes_no_byte(
    pairs: list[Proposal], people: list[str], mode: Mode
) -> None:
    one = Sharing(mode, ("A", "B", "C"), ASKED.posts, PAIRS, ASKED.about)
    other = Sharing(mode, tuple(people), dict(reversed(ASKED.posts.items())), tuple(pairs),
                    ASKED.about)  # fmt: skip
    assert snapshot(one) == snapshot(other)
    assert allocation_runs.replay(snapshot(one)) == allocation_runs.replay(snapshot(other))


def test_another_engine_is_told() -> None:
    with pytest.raises(RuleBroken, match="version 9"):
        allocation_runs.replay(snapshot(ASKED).replace(b'"engine":1', b'"engine":9'))
