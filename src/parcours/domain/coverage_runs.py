"""A comparison of adéquation as it is kept, and computed again to the same bytes.

Source: matching notes §3 and §9. Who left is kept as levels by skill, apart from one another:
nobody’s set of skills can be read in it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from parcours.domain.canonical import canonical, ratio
from parcours.domain.coverage import Gain, Module
from parcours.domain.coverage_report import (
    Programme,
    Question,
    Scoped,
    compare,
    detail,
)
from parcours.domain.demand import Levels, Need, Window
from parcours.domain.errors import RuleBroken
from parcours.domain.matching_rules import Requirement
from parcours.domain.needs import Certainty
from parcours.domain.words import Word

# Changes with what a result is made of.
ENGINE = 1


class RunKind(Word):
    """What was computed."""

    ALIGNMENT = "alignment", "Comparaison d’un cursus et des besoins"
    ALLOCATION = "allocation", "Répartition proposée"


def snapshot(question: Question) -> bytes:
    """What must be kept to compare again, in canonical JSON."""
    return canonical(
        {
            "engine": ENGINE,
            "programme": _programme(question.programme),
            "others": sorted((_programme(one) for one in question.others), key=canonical),
            "needs": [_need(need) for need in sorted(question.needs, key=lambda one: one.code)],
            "leavers": _by_skill(question.leavers),
            "spoke_on": {name: sorted(days) for name, days in question.spoke_on.items()},
            "window": list(question.window) if question.window else None,
            "as_of": question.as_of,
        }
    )


def result_bytes(question: Question) -> bytes:
    """What came of a comparison, in canonical JSON: exact fractions, in both scopes."""
    return canonical(
        {scoped.scope.value: _scoped(question, scoped) for scoped in compare(question)}
    )


def replay(kept: bytes) -> bytes:
    """The result of a snapshot computed again; RuleBroken when another engine made it."""
    return result_bytes(read_snapshot(kept))


def read_snapshot(kept: bytes) -> Question:
    """The question a snapshot kept."""
    facts = json.loads(kept)
    if facts["engine"] != ENGINE:
        raise RuleBroken(
            f"Cette comparaison vient de la version {facts['engine']} du calcul ; "
            f"ce programme a la version {ENGINE}."
        )
    window = facts["window"]
    return Question(
        programme=_read_programme(facts["programme"]),
        others=tuple(_read_programme(one) for one in facts["others"]),
        needs=tuple(_read_need(one) for one in facts["needs"]),
        leavers=_apart(facts["leavers"]),
        spoke_on={name: tuple(_days(days)) for name, days in facts["spoke_on"].items()},
        window=Window(*_days(window)) if window else None,
        as_of=date.fromisoformat(facts["as_of"]),
    )


def _scoped(question: Question, scoped: Scoped) -> dict[str, Any]:
    found = detail(question, scoped)
    return {
        "alignment": ratio(scoped.alignment),
        "covered": ratio(scoped.covered),
        "demand": ratio(scoped.demand.total),
        "weights": {one.need.code: ratio(one.weight) for one in scoped.demand.needs},
        "employers": scoped.demand.employers,
        "survey_rounds": scoped.rounds,
        "states": scoped.states,
        "gains": [_gain(one) for one in found.gains],
        "by_hour": [_gain(one) for one in found.by_hour],
        "pairs": [_gain(one) for one in found.pairs],
        "losses": [_gain(one) for one in found.losses],
        "skills": [
            {
                "skill": row.skill,
                "verdict": row.verdict,
                "asked": row.asked,
                "posts": ratio(row.posts),
                "uncovered": ratio(row.uncovered),
                "taught": row.taught,
                "acquired": ratio(row.acquired.share) if row.acquired else None,
            }
            for row in found.skills
        ],
        "uncovered": [[one.skill, ratio(one.posts), one.employers] for one in found.uncovered],
        "unreached": [[one.need, one.posts, one.missing] for one in found.unreached],
    }


def _gain(found: Gain) -> dict[str, Any]:
    return {
        "modules": list(found.modules),
        "points": ratio(found.points),
        "posts": ratio(found.posts),
        "employers": found.employers,
        "hours": found.hours,
    }


def _programme(one: Programme) -> dict[str, Any]:
    return {
        "code": one.code,
        "aims": one.aims,
        "ends_on": list(one.ends_on),
        "modules": [
            {
                "code": module.code,
                "teaches": dict(module.teaches),
                "hours": module.hours,
                "is_foundation": module.is_foundation,
            }
            for module in one.modules
        ],
    }


def _read_programme(facts: Mapping[str, Any]) -> Programme:
    return Programme(
        facts["code"],
        tuple(Module(**module) for module in facts["modules"]),
        frozenset(facts["aims"]),
        tuple(_days(facts["ends_on"])),
    )


def _need(one: Need) -> dict[str, Any]:
    facts = {field.name: getattr(one, field.name) for field in fields(one)}
    lines = [{field.name: getattr(line, field.name) for field in fields(line)}
             for line in one.requirements]  # fmt: skip
    return facts | {"requirements": lines}


def _read_need(facts: Mapping[str, Any]) -> Need:
    known: dict[str, Any] = {
        "certainty": Certainty(facts["certainty"]),
        "requirements": tuple(Requirement(**line) for line in facts["requirements"]),
    }
    for name in ("start", "confirmed_on"):
        known[name] = date.fromisoformat(facts[name]) if facts[name] else None
    return Need(**{**facts, **known})


def _by_skill(leavers: Iterable[Levels]) -> dict[str, Any]:
    """How many left, and the levels they were seen at, skill by skill, the lowest first."""
    people = list(leavers)
    seen: dict[str, list[int]] = {}
    for held in people:
        for skill, level in held.items():
            seen.setdefault(skill, []).append(level)
    return {"people": len(people), "seen": {skill: sorted(found) for skill, found in seen.items()}}


def _apart(facts: Mapping[str, Any]) -> tuple[dict[str, int], ...]:
    """As many people, with the same levels of each skill; who held which together is not kept."""
    people: list[dict[str, int]] = [{} for _ in range(facts["people"])]
    for skill, levels in facts["seen"].items():
        for held, level in zip(people, levels, strict=False):
            held[skill] = level
    return tuple(people)


def _days(texts: Iterable[str]) -> list[date]:
    return [date.fromisoformat(text) for text in texts]
