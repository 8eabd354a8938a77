"""An allocation as it is kept, and computed again to the same bytes.

Source: matching notes §4 and §9. What is kept are references, the numbers of the pairs, their
constraints and wishes, the posts and the objective: no name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parcours.domain.allocation import (
    Allocation,
    Difference,
    Mode,
    Proposal,
    allocate,
    allocate_greedily,
    compare,
    values_of,
)
from parcours.domain.canonical import canonical, digest
from parcours.domain.errors import RuleBroken
from parcours.domain.matching_filters import Status
from parcours.domain.matching_ranking import Wish

# Changes with what a result is made of.
ENGINE = 1


@dataclass(frozen=True, slots=True)
class Sharing:
    """What is shared out: who, which posts, the pairs there are, what is sought first."""

    mode: Mode
    learners: tuple[str, ...]
    posts: Mapping[str, int]
    pairs: tuple[Proposal, ...]
    about: str

    @property
    def run(self) -> str:
        """The name of this allocation, which also decides between equals."""
        return digest(_facts(self))[:32]


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of it, and what the best pair first would have given."""

    allocation: Allocation
    greedy: Allocation
    differences: Sequence[Difference]


def share_out(asked: Sharing) -> Shared:
    """A need for each person, at most; who can be proposed nothing stays without."""
    values: dict[str, dict[str, int]] = {one: {} for one in asked.learners}
    values |= values_of(asked.pairs)
    run = asked.run
    allocation = allocate(values, asked.posts, run=run, mode=asked.mode)
    greedy = allocate_greedily(values, asked.posts, run=run)
    return Shared(allocation, greedy, compare(allocation, greedy, values))


def snapshot(asked: Sharing) -> bytes:
    """What must be kept to share out again, in canonical JSON."""
    return canonical(_facts(asked))


def result_bytes(found: Shared) -> bytes:
    """An allocation as it is kept, in canonical JSON."""
    return canonical(
        {
            "needs": dict(found.allocation.needs),
            "total": found.allocation.total,
            "best_pair_first": {"needs": dict(found.greedy.needs), "total": found.greedy.total},
            "differences": [list(one) for one in found.differences],
        }
    )


def replay(kept: bytes) -> bytes:
    """The allocation of a snapshot computed again; RuleBroken when another engine made it."""
    return result_bytes(share_out(read_snapshot(kept)))


def read_snapshot(kept: bytes) -> Sharing:
    """What a snapshot kept."""
    facts = json.loads(kept)
    if facts["engine"] != ENGINE:
        raise RuleBroken(
            f"Cette répartition vient de la version {facts['engine']} du calcul ; "
            f"ce programme a la version {ENGINE}."
        )
    return Sharing(
        Mode(facts["mode"]),
        tuple(facts["learners"]),
        facts["posts"],
        tuple(
            Proposal(learner, need, pct, Status(status), Wish(wish))
            for learner, need, pct, status, wish in facts["pairs"]
        ),
        facts["about"],
    )


def _facts(asked: Sharing) -> dict[str, Any]:
    return {
        "engine": ENGINE,
        "mode": asked.mode,
        "about": asked.about,
        "learners": sorted(asked.learners),
        "posts": dict(asked.posts),
        "pairs": sorted(
            ([one.learner, one.need, one.pct, one.status, one.wish] for one in asked.pairs),
            key=canonical,
        ),
    }
