"""Cases of the score with their results, in the shape they came in.

Source: product §7 and matching notes §2.8: exact fractions, exact sentences.
"""

from datetime import date
from fractions import Fraction
from typing import Any

from parcours.domain.canonical import ratio
from parcours.domain.matching import Match, match, project
from parcours.domain.matching_explaining import explain
from parcours.domain.matching_intake import PARAMETERS, SOURCES, Case, CaseFile, ProjectedCase
from parcours.domain.matching_rules import Band, Evidence, Requirement
from parcours.domain.matching_target import Target

SOURCE_CODES = {source: code for code, source in SOURCES.items()}
BANDS = {
    Band.READY: "pret",
    Band.WITH_SUPPORT: "pret_avec_appui",
    Band.TO_PREPARE: "a_preparer",
    Band.FAR: "eloigne",
}


def results(file: CaseFile) -> dict[str, Any]:
    """The file with every result filled in, in the shape it came in."""
    entries = sorted(file.taxonomy.entries.values(), key=lambda entry: entry.code)
    facts = file.rules.as_facts()
    return {
        "taxonomy": {
            "parent": {entry.code: entry.parent for entry in entries},
            "perishable": [entry.code for entry in entries if entry.is_perishable],
        },
        "params": {name: _plain(facts[ours]) for name, ours in PARAMETERS.items()},
        "cases": [_result(case, file) for case in file.cases],
        "projection": [_projected(case, file) for case in file.projections],
    }


def _result(case: Case, file: CaseFile) -> dict[str, Any]:
    found = match(_target(case, case.start, file), case.evidence)
    lines = sorted(found.lines, key=lambda line: line.requirement.skill)
    return {
        "id": case.name,
        "requirements": [_requirement_facts(asked) for asked in case.requirements],
        "evidence": [_evidence_facts(item) for item in case.evidence],
        "as_of": case.as_of.isoformat(),
        "start": _day(case.start),
        "score": ratio(found.score),
        "pct": found.pct,
        "C": ratio(found.coverage),
        "CE": ratio(found.essential_coverage),
        "band": BANDS[found.band] if found.band else None,
        "solidity": ratio(found.solidity),
        "coverage": {line.requirement.skill: ratio(line.coverage) for line in lines},
        "explanation": [_ascii(text) for text in explain(found, file.taxonomy).texts],
        "counterfactuals": [[asked.skill, asked.level, pct] for asked, pct in found.gains],
    }


def _projected(row: ProjectedCase, file: CaseFile) -> dict[str, Any]:
    today: Match | None = None
    at_entry: Match | None = None
    if row.case is not None:
        target = _target(row.case, row.start, file)
        today, at_entry = project(target, row.case.evidence, row.planned)
    return {
        "id": row.name,
        "start": _day(row.start),
        "planned": [[one.skill, one.level, one.ends_on.isoformat()] for one in row.planned],
        "today": today.pct if today else None,
        "at_entry": at_entry.pct if at_entry else None,
        "band_today": BANDS[today.band] if today and today.band else None,
        "band_at_entry": BANDS[at_entry.band] if at_entry and at_entry.band else None,
        "solidity_at_entry": ratio(at_entry.solidity) if at_entry else None,
    }


def _target(case: Case, start: date | None, file: CaseFile) -> Target:
    return Target(case.requirements, file.taxonomy, as_of=case.as_of, start=start, rules=file.rules)


def _ascii(text: str) -> str:
    """Files of cases write the plain apostrophe; screens the typographic one."""
    return text.replace("’", "'")


def _requirement_facts(asked: Requirement) -> dict[str, Any]:
    return {
        "skill": asked.skill,
        "level": asked.level,
        "weight": asked.weight,
        "essential": asked.is_essential,
    }


def _evidence_facts(item: Evidence) -> dict[str, Any]:
    return {
        "skill": item.skill,
        "level": item.level,
        "source": SOURCE_CODES[item.source],
        "on": _day(item.on),
        "valid_until": _day(item.valid_until),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: Any) -> Any:
    return ratio(value) if isinstance(value, Fraction) else value
