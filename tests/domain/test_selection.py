"""What is noted, missing and decided of candidates; what a group looks like against targets."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.composition import Public, Reach, Share, composition
from parcours.domain.criteria import (
    Noted,
    Target,
    TargetRule,
    criteria_of,
    read_noted,
    read_targets,
)
from parcours.domain.entry import EntryRule, Known, read_conditions
from parcours.domain.errors import RuleBroken
from parcours.domain.intake_candidates import decision_of
from parcours.domain.selection import (
    REASONS,
    Decision,
    DecisionReason,
    Facts,
    Meeting,
    Phase,
    check_decision,
    check_grade,
    check_mark,
    check_window,
    is_window_open,
    missing,
    moved,
    phase,
)
from parcours.domain.words import DistrictStatus, Gender

FIRST_DAY = date(2027, 1, 4)
BORN = date(1990, 5, 1)
GEN = criteria_of(
    (EntryRule.OUT_OF_WORK, EntryRule.FREE),
    ("Motivation", "Aptitude à apprendre à coder"),
    {TargetRule.WOMEN: 30, TargetRule.UP_TO_BAC: 50},
)


def test_the_criteria_of_a_programme_are_data() -> None:
    assert [item["code"] for item in GEN] == [
        "free",
        "out_of_work",
        "motivation",
        "aptitude_a_apprendre_a_coder",
        "women",
        "up_to_bac",
    ]
    assert read_noted(GEN) == (
        Noted("motivation", "Motivation"),
        Noted("aptitude_a_apprendre_a_coder", "Aptitude à apprendre à coder"),
    )
    assert read_targets(GEN) == (Target(TargetRule.WOMEN, 30), Target(TargetRule.UP_TO_BAC, 50))
    # What asks of a person is never a target, which is about a group.
    assert "Femmes" not in {item.label for item in read_conditions(GEN)}


@pytest.mark.parametrize(
    ("noted", "targets", "field"),
    [
        (("Motivation", "motivation"), {}, "noted"),
        (("!!",), {}, "noted"),
        (("free",), {}, "noted"),
        ((), {TargetRule.WOMEN: 0}, "target_women"),
        ((), {TargetRule.RSA: 101}, "target_rsa"),
    ],
)
def test_criteria_that_cannot_be(
    noted: tuple[str, ...], targets: dict[TargetRule, int], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        criteria_of((), noted, targets)
    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    ("rule", "person", "belongs"),
    [
        (TargetRule.WOMEN, Public(gender=Gender.WOMAN), True),
        (TargetRule.WOMEN, Public(gender=Gender.NON_BINARY), False),
        (TargetRule.WOMEN, Public(), None),
        (TargetRule.UNDER_26, Public(date(2001, 1, 5)), True),
        (TargetRule.UNDER_26, Public(date(2001, 1, 4)), False),
        (TargetRule.UNDER_26, Public(), None),
        (TargetRule.UP_TO_BAC, Public(known=Known(BORN, education="4")), True),
        (TargetRule.UP_TO_BAC, Public(known=Known(BORN, education="5")), False),
        (TargetRule.UP_TO_BAC, Public(known=Known(BORN, education="ETR")), None),
        (TargetRule.UP_TO_BAC, Public(known=Known(BORN, education="NC")), None),
        (TargetRule.RSA, Public(known=Known(BORN, receives_rsa=False)), False),
        (TargetRule.RSA, Public(known=Known(BORN)), None),
        (TargetRule.OUT_OF_WORK, Public(known=Known(BORN, entry_status="INACTIF")), True),
        (TargetRule.OUT_OF_WORK, Public(known=Known(BORN, entry_status="SALARIE")), False),
        (TargetRule.DISTRICT, Public(known=Known(BORN, district=DistrictStatus.INSIDE)), True),
        (TargetRule.DISTRICT, Public(known=Known(BORN, district=DistrictStatus.TO_CHECK)), None),
        (TargetRule.DISTRICT, Public(), None),
    ],
)
def test_who_a_target_counts(rule: TargetRule, person: Public, belongs: bool | None) -> None:
    """Unknown is counted as unknown: neither in the public nor out of it."""
    share = composition([Target(rule, 50)], [person], places=1, starts_on=FIRST_DAY)[0]
    counts = {True: (1, 0, 0), False: (0, 1, 0), None: (0, 0, 1)}[belongs]
    assert (share.met, share.others, share.unknown) == counts


@pytest.mark.parametrize(
    ("met", "others", "unknown", "reach", "lacking"),
    [
        (0, 0, 0, None, 8),
        (3, 7, 0, Reach.REACHED, 5),
        (2, 8, 0, Reach.SHORT, 6),
        (2, 7, 1, Reach.DEPENDS, 6),
        (8, 16, 0, Reach.REACHED, 0),
    ],
)
def test_a_share_says_what_it_depends_on(
    met: int, others: int, unknown: int, reach: Reach | None, lacking: int
) -> None:
    """30 % of 24 places are 7.2 people, so eight."""
    share = Share(Target(TargetRule.WOMEN, 30), met, others, unknown, 24)
    assert (share.reach, share.missing) == (reach, lacking)


SHARES = st.builds(
    Share,
    st.builds(Target, st.just(TargetRule.WOMEN), st.integers(1, 100)),
    *[st.integers(0, 40)] * 3,
    st.integers(1, 40),
)


@given(SHARES)
def test_what_is_said_of_a_share_is_exact(share: Share) -> None:
    """Whatever those unknown turn out to be, the answer given now still holds."""
    if share.total == 0:
        assert share.least is share.most is share.reach is None
        return
    possible = [Fraction(share.met + more, share.total) for more in range(share.unknown + 1)]
    aim = Fraction(share.target.percent, 100)
    outcomes = {value >= aim for value in possible}
    expected = {Reach.REACHED: {True}, Reach.SHORT: {False}, Reach.DEPENDS: {True, False}}
    assert share.reach is not None
    assert outcomes == expected[share.reach]
    assert Fraction(share.met + share.missing, share.places) >= aim or share.missing == 0


@pytest.mark.parametrize(
    ("decision", "meeting", "expected"),
    [
        (None, None, Phase.TO_INVITE),
        (None, Meeting.INVITED, Phase.INVITED),
        (None, Meeting.MISSED, Phase.MISSED),
        (None, Meeting.CAME, Phase.TO_DECIDE),
        (Decision.WAITING, None, Phase.WAITING),
        (Decision.ADMITTED, Meeting.MISSED, Phase.ADMITTED),
    ],
)
def test_everybody_stands_in_one_stage(
    decision: Decision | None, meeting: Meeting | None, expected: Phase
) -> None:
    assert phase(decision, meeting) is expected


def test_what_a_file_lacks() -> None:
    noted = read_noted(GEN)
    empty = Facts(None, frozenset(), has_mark=False, has_contact=False, unknown=("RSA",))
    assert missing(empty, noted) == [
        "réunion d’information",
        "Motivation",
        "Aptitude à apprendre à coder",
        "test",
        "moyen de joindre la personne",
        "RSA, à demander",
    ]
    full = Facts(Meeting.CAME, frozenset(item.code for item in noted), True, True)
    assert missing(full, noted) == []


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("reason", DecisionReason)
def test_a_reason_belongs_to_its_decision(decision: Decision, reason: DecisionReason) -> None:
    is_allowed = reason in (*REASONS[decision], DecisionReason.FROM_FILE)
    if is_allowed:
        check_decision(decision, reason, "Des mots")
    else:
        with pytest.raises(RuleBroken):
            check_decision(decision, reason, "Des mots")


def test_a_decision_says_why() -> None:
    for reason, words in ((None, None), (DecisionReason.OTHER, None), (DecisionReason.OTHER, " ")):
        with pytest.raises(RuleBroken):
            check_decision(Decision.REFUSED, reason, words)
    with pytest.raises(RuleBroken, match="1000"):
        check_decision(Decision.REFUSED, DecisionReason.PROJECT, "a" * 1001)


def test_levels_and_marks_stay_on_their_scale() -> None:
    for level in (-1, 4):
        with pytest.raises(RuleBroken):
            check_grade(level)
    check_mark(Decimal("20"), Decimal(20))
    check_mark(Decimal("512"), None)
    for value, out_of in (("20.5", 20), ("-1", 20), ("1", 0), ("3", 2000)):
        with pytest.raises(RuleBroken):
            check_mark(Decimal(value), Decimal(out_of))


@given(st.lists(st.integers(1, 99), unique=True, min_size=1), st.data())
def test_moving_somebody_keeps_the_others_in_order(order: list[int], data: st.DataObject) -> None:
    who, to = data.draw(st.sampled_from(order)), data.draw(st.integers(-2, 120))
    found = moved(order, who, to)
    assert sorted(found) == sorted(order)
    assert [item for item in found if item != who] == [item for item in order if item != who]
    assert found.index(who) == min(max(to, 1), len(order)) - 1


def test_a_period_without_a_bound_does_not_close() -> None:
    day = date(2026, 11, 23)
    assert is_window_open(None, None, day)
    assert is_window_open(day, day, day)
    assert not is_window_open(date(2026, 11, 24), None, day)
    assert not is_window_open(None, date(2026, 11, 22), day)
    with pytest.raises(RuleBroken):
        check_window(day, date(2026, 11, 22), ends_on=FIRST_DAY)
    with pytest.raises(RuleBroken):
        check_window(None, date(2027, 2, 1), ends_on=FIRST_DAY)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("ADMIS", Decision.ADMITTED),
        ("Admis(e)", Decision.ADMITTED),
        ("retenue", Decision.ADMITTED),
        ("non retenu", Decision.REFUSED),
        ("Non admise", Decision.REFUSED),
        ("refusé(e)", Decision.REFUSED),
        ("liste d'attente", Decision.WAITING),
        ("Liste d’attente n° 3", Decision.WAITING),
        ("Désistement", Decision.WITHDREW),
        ("abandon avant entrée", Decision.WITHDREW),
        # Waiting for an answer is no decision, and neither is a word nobody knows.
        ("en attente", None),
        ("à revoir", None),
        ("", None),
    ],
)
def test_the_words_of_a_decision(text: str, decision: Decision | None) -> None:
    assert decision_of(text) is decision
