"""Introductions as rules: what follows what, nothing without agreement, silence by working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from parcours.actions.working_days import public_holidays
from parcours.domain.calendar import is_working_day
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import (
    ANSWERABLE,
    ANSWERS,
    LIVE,
    LONGEST_PRESENTATION,
    OVER,
    TRANSITIONS,
    WAITING,
    Act,
    Delays,
    EmployerReason,
    PersonReason,
    State,
    after,
    check_agreement,
    check_day,
    check_presentation,
    check_reason,
    deadlines,
    possible,
)

TODAY = date(2026, 11, 23)
NIR = f"2900501004123{97 - 2900501004123 % 97:02d}"
OFF = public_holidays(date(2026, 1, 1), date(2028, 12, 31))
# From each state, what may be noted and where it leads: written apart from the table of the rule.
EXPECTED = {
    State.PROPOSED: {Act.AGREED: State.AGREED, Act.DECLINED: State.GIVEN_UP,
                     Act.GIVEN_UP: State.GIVEN_UP},
    State.AGREED: {Act.SENT: State.SENT, Act.DECLINED: State.GIVEN_UP,
                   Act.GIVEN_UP: State.GIVEN_UP},
    State.SENT: {Act.INTERESTED: State.INTERVIEW, Act.MET: State.INTERVIEW,
                 Act.TRIED: State.TRIAL, Act.HIRED: State.HIRED,
                 Act.NOT_RETAINED: State.NOT_RETAINED, Act.GIVEN_UP: State.GIVEN_UP,
                 Act.SILENT: State.NO_ANSWER},
    State.INTERVIEW: {Act.MET: State.INTERVIEW, Act.TRIED: State.TRIAL, Act.HIRED: State.HIRED,
                      Act.NOT_RETAINED: State.NOT_RETAINED, Act.GIVEN_UP: State.GIVEN_UP,
                      Act.SILENT: State.NO_ANSWER},
    State.TRIAL: {Act.HIRED: State.HIRED, Act.NOT_RETAINED: State.NOT_RETAINED,
                  Act.GIVEN_UP: State.GIVEN_UP},
    State.HIRED: {Act.REOPENED: State.PROPOSED},
    State.NOT_RETAINED: {Act.REOPENED: State.PROPOSED},
    State.GIVEN_UP: {Act.REOPENED: State.PROPOSED},
    State.NO_ANSWER: {Act.INTERESTED: State.INTERVIEW, Act.MET: State.INTERVIEW,
                      Act.TRIED: State.TRIAL, Act.HIRED: State.HIRED,
                      Act.NOT_RETAINED: State.NOT_RETAINED, Act.REOPENED: State.PROPOSED},
}  # fmt: skip


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_every_act_from_every_state(state: State, act: Act) -> None:
    if act in {Act.PROPOSED, Act.LINK, Act.REMINDED}:
        assert act not in TRANSITIONS
    elif act in EXPECTED[state]:
        assert after(state, act) is EXPECTED[state][act]
    else:
        with pytest.raises(RuleBroken) as refusal:
            after(state, act)
        assert str(refusal.value)
    assert possible(state) == set(EXPECTED[state])


def test_states_are_live_or_over_and_silence_is_no_refusal() -> None:
    assert set(State) == LIVE | OVER
    assert not LIVE & OVER
    assert after(State.SENT, Act.SILENT) is not State.NOT_RETAINED
    assert State.NO_ANSWER in ANSWERABLE


class Walk(RuleBasedStateMachine):
    """Anything done in any order: nothing is sent or answered before the person agreed."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.agreed, self.sent = State.PROPOSED, False, False

    @rule(act=st.sampled_from(sorted(TRANSITIONS)))
    def try_it(self, act: Act) -> None:
        """Do an act, which is refused or leads somewhere."""
        try:
            self.state = after(self.state, act)
        except RuleBroken:
            return
        if act is Act.REOPENED:
            self.agreed = self.sent = False
        assert act is not Act.SENT or self.agreed
        assert act not in ANSWERS or self.sent
        self.agreed = self.agreed or act is Act.AGREED
        self.sent = self.sent or act is Act.SENT

    @invariant()
    def nothing_without_agreement(self) -> None:
        """What the employer knows was agreed first."""
        if self.state not in {State.PROPOSED, State.GIVEN_UP}:
            assert self.agreed
        if self.state in WAITING or self.state in {State.TRIAL, State.HIRED, State.NOT_RETAINED}:
            assert self.sent

    @invariant()
    def there_is_a_way_on(self) -> None:
        """No state is a dead end: what is over is reopened."""
        assert possible(self.state)
        assert (Act.REOPENED in possible(self.state)) == (self.state in OVER)


TestWalk = Walk.TestCase


def test_the_days_of_silence_leave_holidays_out() -> None:
    """Sent on Wednesday 23 December 2026: Christmas and New Year’s Day do not count."""
    sent = date(2026, 12, 23)
    assert deadlines(sent, Delays(5, 15), OFF) == (date(2026, 12, 31), date(2027, 1, 15))


@given(st.dates(date(2026, 1, 1), date(2027, 6, 30)), st.integers(1, 30), st.integers(1, 30))
def test_the_employer_is_chased_before_it_is_closed(since: date, first: int, more: int) -> None:
    remind, close = deadlines(since, Delays(first, first + more), OFF)
    assert since < remind < close
    between = [since + timedelta(days=n) for n in range(1, (close - since).days + 1)]
    assert sum(is_working_day(day, OFF) for day in between) == first + more


@pytest.mark.parametrize(
    ("delays", "field"),
    [(Delays(0, 5), "reminder"), (Delays(5, 5), "closing"), (Delays(5, 91), "closing")],
)
def test_delays_in_order(delays: Delays, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        delays.check()
    assert set(refusal.value.errors) == {field}
    Delays(5, 90).check()


@pytest.mark.parametrize(
    "text",
    ["", "  ", "x" * (LONGEST_PRESENTATION + 1), f"Joignable, {NIR}"],
)
def test_what_the_employer_will_read(text: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_presentation(text)
    assert set(refusal.value.errors) == {"presentation"}
    check_presentation("x" * LONGEST_PRESENTATION)


def test_an_agreement_has_words_and_a_day_that_came() -> None:
    for said, on, field in (
        (" ", TODAY, "said"),
        ("Oui", TODAY + timedelta(days=1), "agreed_on"),
        ("Oui", TODAY - timedelta(days=3), "agreed_on"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            check_agreement(said, on, proposed_on=TODAY - timedelta(days=2), today=TODAY)
        assert set(refusal.value.errors) == {field}
    check_agreement("Oui", TODAY, proposed_on=TODAY, today=TODAY)


@pytest.mark.parametrize("reasons", [EmployerReason, PersonReason])
def test_an_end_says_why(reasons: type[EmployerReason | PersonReason]) -> None:
    for reason, words, field in ((None, "mots", "reason"), (reasons.OTHER, " ", "words")):
        with pytest.raises(RuleBroken) as refusal:
            check_reason(reason, words)
        assert set(refusal.value.errors) == {field}
    check_reason(reasons.OTHER, "mots")
    check_reason(reasons.SCHEDULE, None)


@pytest.mark.parametrize(
    ("act", "offset", "is_refused"),
    [
        (Act.HIRED, None, True),
        (Act.HIRED, -2, True),
        (Act.HIRED, 367, True),
        (Act.HIRED, 366, False),
        (Act.MET, 1, True),
        (Act.MET, None, False),
        (Act.INTERESTED, 9, False),
    ],
)
def test_the_day_an_answer_speaks_of(act: Act, offset: int | None, *, is_refused: bool) -> None:
    on = None if offset is None else TODAY + timedelta(days=offset)
    sent_on = TODAY - timedelta(days=1)
    if not is_refused:
        check_day(act, on, sent_on=sent_on, today=TODAY)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_day(act, on, sent_on=sent_on, today=TODAY)
    assert set(refusal.value.errors) == {"on"}
