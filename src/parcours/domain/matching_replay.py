"""What was shown can be computed again, byte for byte, from a snapshot that names nobody.

Source: matching notes §9. A snapshot holds skills, levels, dates and constraints, the parameters
and the part of the reference list they call for; evidence no requirement reads is left out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from parcours.domain.calendar import Half
from parcours.domain.canonical import canonical, joined, ratio, read_ratio
from parcours.domain.errors import RuleBroken
from parcours.domain.matching import Match, Planned, match, planned_evidence
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_filters import Answer, Constraints, Terms, check_terms, status_of
from parcours.domain.matching_rules import (
    DEFAULT,
    SHARES,
    Evidence,
    MatchRules,
    Requirement,
    Source,
)
from parcours.domain.matching_target import Target
from parcours.domain.taxonomy import Taxonomy

# Changes with what a result is made of: one of another engine is not compared, it is told.
ENGINE = 1
_ASKED: WeakKeyDictionary[Target, dict[str, bytes]] = WeakKeyDictionary()


class Conditions(NamedTuple):
    """What the filters read of a pair."""

    terms: Terms
    constraints: Constraints
    distance_m: int | None = None
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """All that the score and the filters of one pair depend on."""

    requirements: tuple[Requirement, ...]
    evidence: tuple[Evidence, ...]
    taxonomy: Taxonomy
    as_of: date
    start: date | None = None
    planned: tuple[Planned, ...] = ()
    conditions: Conditions | None = None
    rules: MatchRules = DEFAULT
    # The same need made ready once for all those it is compared with, where that is at hand.
    ready: Target | None = field(default=None, compare=False, repr=False)

    def target(self) -> Target:
        """The need, ready to be compared."""
        return self.ready or Target(
            self.requirements, self.taxonomy, as_of=self.as_of, start=self.start, rules=self.rules
        )


class Result(NamedTuple):
    """What came of a question: the score today and at entry, and the six answers, if asked."""

    today: Match
    at_entry: Match
    answers: tuple[Answer, ...]


def answer(question: Question) -> Result:
    """Score a pair and check its constraints."""
    target, asked = question.target(), question.conditions
    coming = planned_evidence(question.planned, question.start)
    today = match(target, question.evidence)
    return Result(
        today,
        match(target, (*question.evidence, *coming)) if coming else today,
        check_terms(*asked) if asked else (),
    )


def snapshot(question: Question) -> bytes:
    """What must be kept to compute a result again, in canonical JSON."""
    target = question.target()
    evidence = [item for item in question.evidence if item.skill in target.worth]
    planned = [module for module in question.planned if module.skill in target.worth]
    skills = {line.skill for line in target.lines}
    skills |= {item.skill for item in evidence} | {module.skill for module in planned}
    own = {
        "evidence": sorted((_facts(item) for item in evidence), key=canonical),
        "planned": sorted((module._asdict() for module in planned), key=canonical),
        "taxonomy": question.taxonomy.part(skills).as_facts(),
        "conditions": _conditions(question.conditions),
    }
    return joined(_asked(target) | {key: canonical(value) for key, value in own.items()})


def _asked(target: Target) -> dict[str, bytes]:
    """What a snapshot holds of the need and the rules: written once for all who are compared."""
    if target not in _ASKED:
        facts = {
            "engine": ENGINE,
            "rules": target.rules.as_facts(),
            "as_of": target.as_of,
            "start": target.start,
            "requirements": [_facts(line) for line in target.lines],
        }
        _ASKED[target] = {key: canonical(value) for key, value in facts.items()}
    return _ASKED[target]


def result_bytes(result: Result, taxonomy: Taxonomy) -> bytes:
    """A result as it is kept, in canonical JSON: fractions, lines and sentences."""
    today = _match_facts(result.today, taxonomy)
    is_same = result.at_entry is result.today
    return canonical(
        {
            "today": today,
            "at_entry": today if is_same else _match_facts(result.at_entry, taxonomy),
            "filters": [one._asdict() for one in result.answers],
            "status": status_of(result.answers),
        }
    )


def replay(kept: bytes) -> bytes:
    """The result of a snapshot computed again; RuleBroken when another engine made it."""
    question = read_snapshot(kept)
    return result_bytes(answer(question), question.taxonomy)


def read_snapshot(kept: bytes) -> Question:
    """The question a snapshot kept."""
    facts = json.loads(kept)
    if facts["engine"] != ENGINE:
        raise RuleBroken(
            f"Ce résultat vient de la version {facts['engine']} du calcul ; "
            f"ce programme a la version {ENGINE}."
        )
    return Question(
        requirements=tuple(Requirement(**row) for row in facts["requirements"]),
        evidence=tuple(_evidence(row) for row in facts["evidence"]),
        taxonomy=Taxonomy.from_facts(facts["taxonomy"]),
        as_of=date.fromisoformat(facts["as_of"]),
        start=_day(facts["start"]),
        planned=tuple(
            Planned(row["skill"], row["level"], date.fromisoformat(row["ends_on"]))
            for row in facts["planned"]
        ),
        conditions=_read_conditions(facts["conditions"]),
        rules=read_rules(facts["rules"]),
    )


def read_rules(facts: Mapping[str, Any]) -> MatchRules:
    """The parameters a version kept, as `MatchRules.as_facts` wrote them."""
    found: dict[str, Any] = {
        name: read_ratio(value) if name in SHARES else value for name, value in facts.items()
    }
    return MatchRules(**found)


def _facts(row: Any) -> dict[str, Any]:
    """The fields of a row of the allow-list."""
    return {one.name: getattr(row, one.name) for one in fields(row)}


def _conditions(asked: Conditions | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    codes = {asked.terms.contract or "", *asked.terms.licences}
    return {
        "terms": _facts(asked.terms),
        "constraints": _facts(asked.constraints),
        "distance_m": asked.distance_m,
        "labels": {code: text for code, text in (asked.labels or {}).items() if code in codes},
    }


def _read_conditions(facts: Mapping[str, Any] | None) -> Conditions | None:
    if facts is None:
        return None
    terms, said = facts["terms"], facts["constraints"]
    hours = said["hours"]
    return Conditions(
        Terms(
            **terms
            | {
                "start": _day(terms["start"]),
                "modes": _codes(terms["modes"]),
                "licences": frozenset(terms["licences"]),
                "slots": _week(terms["slots"]) or frozenset(),
                "weekly_hours": _hours(terms["weekly_hours"]),
            }
        ),
        Constraints(
            available_from=_day(said["available_from"]),
            contracts=_codes(said["contracts"]),
            radius=said["radius"],
            licences=_codes(said["licences"]),
            slots=_week(said["slots"]),
            hours=None if hours is None else (_hours(hours[0]) or 0, _hours(hours[1]) or 0),
        ),
        facts["distance_m"],
        facts["labels"],
    )


def _match_facts(found: Match, taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "score": ratio(found.score),
        "pct": found.pct,
        "coverage": ratio(found.coverage),
        "essential_coverage": ratio(found.essential_coverage),
        "band": found.band,
        "solidity": ratio(found.solidity),
        "lines": [
            {
                "skill": line.requirement.skill,
                "coverage": ratio(line.coverage),
                "relation": line.relation,
                "evidence": _facts(line.evidence) if line.evidence else None,
            }
            for line in found.lines
        ],
        "gains": [[asked.skill, asked.level, pct] for asked, pct in found.gains],
        "explanation": explain(found, taxonomy).texts,
    }


def _evidence(row: Mapping[str, Any]) -> Evidence:
    return Evidence(
        row["skill"],
        row["level"],
        Source(row["source"]),
        _day(row["on"]),
        _day(row["valid_until"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _codes(codes: Iterable[str] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(codes)


def _week(slots: Iterable[list[Any]] | None) -> frozenset[tuple[int, Half]] | None:
    return None if slots is None else frozenset((day, Half(half)) for day, half in slots)


def _hours(value: int | str | None) -> Fraction | int | None:
    return read_ratio(value) if isinstance(value, str) else value
