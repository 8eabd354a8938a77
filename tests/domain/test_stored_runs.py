"""Runs stored once and committed: an engine that would change a byte of them is noticed here.

Should one have to change, its version number (ENGINE) changes with it, and it is stored again.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from parcours.domain import allocation_runs, coverage_runs, matching_replay
from parcours.domain.canonical import canonical

STORED: Mapping[str, Mapping[str, str]] = json.loads(
    (Path(__file__).parent / "matching" / "stored_runs.json").read_text(encoding="utf-8")
)
ENGINES: Mapping[str, Callable[[bytes], bytes]] = {
    "match": matching_replay.replay,
    "alignment": coverage_runs.replay,
    "allocation": allocation_runs.replay,
}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_stored_run_gives_the_same_bytes(kind: str) -> None:
    kept = STORED[kind]
    assert ENGINES[kind](kept["snapshot"].encode()) == kept["result"].encode()


@pytest.mark.parametrize("kind", ENGINES)
def test_what_is_stored_has_one_writing(kind: str) -> None:
    for text in STORED[kind].values():
        assert canonical(json.loads(text)) == text.encode()


def test_the_stored_runs_say_what_the_oracles_say() -> None:
    aligned = json.loads(STORED["alignment"]["result"])
    assert (aligned["territory"]["alignment"], aligned["aimed"]["alignment"]) == ("41/84", "13/16")
    assert aligned["territory"]["weights"] == {"N1": "4/1", "N2": "2/1", "N3": "1/1", "N4": "3/1"}
    shared = json.loads(STORED["allocation"]["result"])
    assert (shared["needs"], shared["total"]) == ({"A": "N2", "B": "N1", "C": None}, 1650)
    matched = json.loads(STORED["match"]["result"])
    assert matched["status"] == "blocked"
    assert matched["today"]["pct"] < matched["at_entry"]["pct"]


def test_a_byte_changed_is_noticed() -> None:
    changed = STORED["match"]["snapshot"].replace('"level":4', '"level":1')
    assert changed != STORED["match"]["snapshot"]
    assert matching_replay.replay(changed.encode()) != STORED["match"]["result"].encode()
