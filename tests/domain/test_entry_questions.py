"""Questions at entry: a refusal is an answer, a silence is not, and minorities are not asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.leavers import entry_facts
from parcours.domain.entry_questions import (
    LATER,
    NOT_ASKED,
    NOTHING,
    PRIVATE,
    WORDINGS,
    Answer,
    Question,
    as_known,
    changed,
    check_answers,
    is_complete,
    questions_for,
)
from parcours.domain.errors import RuleBroken
from parcours.domain.esf import READERS
from parcours.domain.esf_facts import Participation, Reading
from parcours.domain.supported_entities import (
    MOST,
    Declaration,
    Declared,
    check_declaration,
)
from parcours.domain.words import DataSource, Gender
from parcours.models import Learner

TODAY = date(2026, 11, 25)
USUAL = questions_for(has_instruction=False)
EVERY = questions_for(has_instruction=True)
ANSWERS = st.dictionaries(st.sampled_from(Question), st.none() | st.sampled_from(Answer))


def refused(
    answers: dict[Question, Answer | None], on: date = TODAY, asked: tuple[Question, ...] = USUAL
) -> dict[str, str]:
    """What is refused, by field; nothing where all is well."""
    try:
        check_answers(answers, on, asked, today=TODAY)
    except RuleBroken as refusal:
        return refusal.errors
    return {}


@pytest.mark.parametrize(
    ("answers", "on", "asked", "errors"),
    [
        ({Question.RURAL: Answer.NO}, TODAY, USUAL, {}),
        ({Question.RURAL: Answer.REFUSED}, TODAY, USUAL, {}),
        ({}, TODAY, USUAL, {"disability": NOTHING}),
        ({Question.RURAL: None}, TODAY, USUAL, {"disability": NOTHING}),
        ({Question.RURAL: Answer.NO}, TODAY + timedelta(days=1), USUAL, {"asked_on": LATER}),
        ({Question.MINORITY: Answer.NO}, TODAY, USUAL, {"minority": NOT_ASKED}),
        ({Question.MINORITY: Answer.REFUSED}, TODAY, USUAL, {"minority": NOT_ASKED}),
        ({Question.MINORITY: Answer.NO}, TODAY, EVERY, {}),
    ],
)
def test_what_may_be_recorded(
    answers: dict[Question, Answer | None],
    on: date,
    asked: tuple[Question, ...],
    errors: dict[str, str],
) -> None:
    assert refused(answers, on, asked) == errors


def test_the_questions_are_the_indicators_nobody_else_feeds() -> None:
    assert [WORDINGS[item].indicator for item in Question] == [
        f"EECO{number}" for number in range(12, 18)
    ]
    assert {"EECO12", "EECO13", "EECO14", "EECO15", "EECO16"} == PRIVATE
    assert set(EVERY) - set(USUAL) == {Question.MINORITY}


@pytest.mark.parametrize("question", list(Question))
@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (Answer.YES, Reading.YES),
        (Answer.NO, Reading.NO),
        (Answer.REFUSED, Reading.UNKNOWN),
        (None, Reading.UNKNOWN),
    ],
)
def test_each_answer_is_read_by_its_indicator_and_no_other(
    question: Question, answer: Answer | None, reading: Reading
) -> None:
    learner = Learner(
        organisation_id=1, birth_name="A", first_names="B", sort_key="a", created_by_id=1,
        born_on=date(1990, 1, 1), gender=Gender.WOMAN, education="3", entry_status="DELD",
        source=DataSource.SCREEN,
    )  # fmt: skip
    somebody = Participation(TODAY, entry_facts(learner, {question: answer}))
    for item, wording in WORDINGS.items():
        found = READERS[wording.indicator](somebody, TODAY, {})  # type: ignore[arg-type]
        assert found is (reading if item is question else Reading.UNKNOWN)


@given(ANSWERS)
def test_complete_is_answered_refusals_included(answers: dict[Question, Answer | None]) -> None:
    given_answers = {item for item, answer in answers.items() if answer is not None}
    assert is_complete(answers, USUAL) is (set(USUAL) <= given_answers)
    assert {item for item in answers if as_known(answers[item]) is None} == {
        item for item in answers if answers[item] in {None, Answer.REFUSED}
    }


@given(ANSWERS, ANSWERS)
def test_changes_lead_from_one_to_the_other(
    before: dict[Question, Answer | None], after: dict[Question, Answer | None]
) -> None:
    found = changed(before, after)
    assert {**before, **{item: pair[1] for item, pair in found.items()}} == {
        **{item: after.get(item) for item in {*before, *found}}
    }
    assert changed(after, after) == {}


@pytest.mark.parametrize(
    ("declaration", "errors"),
    [
        (Declaration(Declared.COUNTED, TODAY, 4, "Liste signée"), set()),
        (Declaration(Declared.COUNTED, TODAY, 0), set()),
        (Declaration(Declared.NOT_CONCERNED, TODAY), set()),
        (Declaration(Declared.COUNTED, TODAY, 4), {"EECO18_proof"}),
        (Declaration(Declared.COUNTED, TODAY), {"EECO18_number"}),
        (Declaration(Declared.COUNTED, TODAY, -1, "Liste"), {"EECO18_number"}),
        (Declaration(Declared.COUNTED, TODAY, MOST + 1, "Liste"), {"EECO18_number"}),
        (Declaration(Declared.NOT_CONCERNED, TODAY, 4, "Liste"), {"EECO18_state"}),
        (Declaration(Declared.NOT_CONCERNED, TODAY + timedelta(days=1)), {"EECO18_on"}),
    ],
)
def test_entities_are_a_number_with_its_proof_or_neither(
    declaration: Declaration, errors: set[str]
) -> None:
    assert set(check_declaration(declaration, name="EECO18", today=TODAY)) == errors
