"""The partners’ files kept beside the repository, against what a correct import finds in them."""

import json
from datetime import date
from typing import Any

import pytest

from parcours import reference
from parcours.domain.intake import LearnerIntake, read_learner_rows
from parcours.domain.intake_assessments import read_assessments
from parcours.domain.intake_attendance import read_attendance
from parcours.domain.intake_needs import read_needs
from parcours.domain.intake_outcomes import read_outcomes
from parcours.domain.intake_roster import match_roster
from parcours.domain.intake_skills import Catalogue, KnownSkill
from parcours.domain.intake_table import Workbook
from parcours.sheets.headers import Proposal, propose
from parcours.sheets.opening import open_workbook
from tests.conftest import SHARED

pytestmark = pytest.mark.shared
SAMPLES = SHARED / "samples"
TODAY = date(2026, 11, 23)
LEARNERS = "initiation-numerique-2026.xlsx"
CANDIDATES = "candidats-promo-dwwm.csv"
ATTENDANCE = "emargement-semaine-15.xlsx"
NEEDS = "besoins-employeurs-t4.xlsx"
ASSESSMENTS = "resultats-positionnement.csv"
OUTCOMES = "sorties-promo-2025.xlsx"


def truth(name: str) -> dict[str, Any]:
    return dict(json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))[name])


def opened(name: str) -> Workbook:
    return open_workbook((SAMPLES / name).read_bytes(), name)


def learners(name: str) -> tuple[Workbook, Proposal, LearnerIntake]:
    workbook = opened(name)
    proposal = propose(workbook, "learners")
    sheet = workbook.sheet(proposal.map.sheet)
    assert sheet is not None
    return workbook, proposal, read_learner_rows(sheet, proposal.map, TODAY)


@pytest.mark.parametrize("name", [LEARNERS, CANDIDATES])
def test_lists_of_people_are_as_the_truth_says(name: str) -> None:
    expected, (_, _, found) = truth(name), learners(name)
    assert len(found.rows) == expected["data_rows"]
    assert [{"row": e.row, "kind": e.kind} for e in found.errors] == expected["errors"]
    in_error = {error.row for error in found.errors}
    assert sum(row.number not in in_error for row in found.rows) == expected["valid_rows"]
    assert {row.number for row in found.rejected} == {e.row for e in found.errors if e.rejects}
    assert [
        {"row": row.number, "same_as": row.same_as} for row in found.rows if row.same_as
    ] == expected.get("duplicates_in_file", [])


def test_what_is_ignored_and_what_is_never_stored() -> None:
    expected, (workbook, proposal, found) = truth(LEARNERS), learners(LEARNERS)
    assert [item.row for item in found.ignored] == [expected["ignored"]["total_row"]]
    assert found.blank == expected["ignored"]["blank_rows"]
    assert expected["ignored"]["hidden_sheet"] in [s.title for s in workbook.sheets if s.hidden]
    assert proposal.map.sheet != expected["ignored"]["hidden_sheet"]
    assert [item.heading for item in proposal.forbidden] == expected["must_not_store"]
    assert "0123456A" not in repr((workbook, proposal, found))
    assert "'1234567'" not in repr((workbook, proposal, found))
    lost = [error for error in found.errors if error.kind == "hours_text"]
    assert [error.rejects for error in lost] == [False]


def test_the_week_of_attendance_is_as_the_truth_says() -> None:
    expected, workbook = truth(ATTENDANCE), opened(ATTENDANCE)
    found = read_attendance(workbook.sheets[0], propose(workbook, "attendance").map, TODAY)
    assert {status.value: count for status, count in found.counts.items()} == expected["counts"]
    assert [{"row": error.row, "column": error.column} for error in found.errors] == expected[
        "unknown_codes"
    ]
    assert [day.isoformat() for day in found.holidays] == expected["holidays"]
    assert min(half_day.on for half_day in found.half_days).isoformat() == expected["monday"]
    roster = [(n, p["last"], None, p["first"]) for n, p in enumerate(expected["roster"], 1)]
    matched = {match_roster(row.name_text, roster).person_id for row in found.rows}
    assert len(found.rows) == expected["learners"]
    assert matched == set(range(1, expected["learners"] + 1))


def test_the_needs_of_employers_are_as_the_truth_says() -> None:
    expected, workbook = truth(NEEDS), opened(NEEDS)
    proposal = propose(workbook, "needs")
    assert (proposal.missing, proposal.ignored) == ((), ())
    found = read_needs(workbook.sheets[0], proposal.map, TODAY)
    assert [{"row": e.row, "kind": e.kind} for e in found.errors] == expected["errors"]
    assert len(found.rows) + len(found.rejected) == expected["data_rows"]
    assert found.rejected == [error["row"] for error in expected["errors"]]
    # Fictional numbers do not hold: each is kept to check, and refuses nothing.
    assert expected["sirets_are_fictional"]
    assert all(row.siret is None and row.siret_to_check for row in found.rows)
    assert {row.number: len(row.skills) for row in found.rows} == {2: 2, 3: 3, 5: 3, 7: 2, 8: 5}


def test_the_results_are_as_the_truth_says() -> None:
    expected, workbook = truth(ASSESSMENTS), opened(ASSESSMENTS)
    proposal = propose(workbook, "assessments")
    assert (proposal.missing, proposal.ignored) == ((), ())
    skills = [
        KnownSkill(code, item.label, item.extra["framework"])
        for code, item in reference.skills().items()
    ]
    names = {code: item.label for code, item in reference.frameworks().items()}
    scales = {item.extra["framework"]: int(item.extra["scale"])
              for item in reference.skills().values()}  # fmt: skip
    catalogue = Catalogue(skills, names, scales)
    found = read_assessments(workbook.sheets[0], proposal.map, catalogue, TODAY)
    assert [{"row": e.row, "kind": e.kind} for e in found.errors] == expected["errors"]
    assert len(found.rows) + len(found.rejected) == expected["data_rows"]
    assert found.frameworks == ["pix"]
    assert {len(row.levels) for row in found.rows} == {9}
    assert found.warnings == []


def test_the_exits_are_as_the_truth_says() -> None:
    expected, workbook = truth(OUTCOMES), opened(OUTCOMES)
    proposal = propose(workbook, "outcomes")
    assert len(proposal.map.columns) == 11
    found = read_outcomes(workbook.sheets[0], proposal.map, TODAY)
    assert len(found.rows) == expected["data_rows"]
    assert found.errors == []
    assert found.warnings == []
    assert found.counts == expected["tally"]
