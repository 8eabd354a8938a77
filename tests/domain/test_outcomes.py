"""Exits: facts that contradict one another are refused, missing ones are never turned into zero."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.definitions import definition_named, definitions
from parcours.domain.errors import RuleBroken
from parcours.domain.exit_checks import check_exit, is_siret, missing
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import (
    ContractType,
    ExitClass,
    ExitType,
    SituationFacts,
    SituationKind,
    lasts_months,
)

TODAY = date(2026, 11, 23)
OPENED = date(2025, 9, 1)
LEFT = date(2026, 6, 30)
ONE_DAY = timedelta(days=1)
MUCH_LATER = date(2040, 1, 1)

CDI = ContractType("CDI", True, False, "durable")
CDI_INCLUSION = ContractType("CDI_INCLUSION", True, False, "positive")
CDD = ContractType("CDD", True, True, "by_length")
CDDI = ContractType("CDDI", True, True, "positive")
INTERIM = ContractType("INTERIM", True, True, "by_length")
APPRENTICESHIP = ContractType("APPRENTISSAGE", True, False, "by_length")
PEC = ContractType("PEC", True, True, "transition")
PMSMP = ContractType("PMSMP", False, False, "")
CONTRACTS = (CDI, CDI_INCLUSION, CDD, CDDI, INTERIM, APPRENTICESHIP, PEC, PMSMP)

HIRED = ExitType("CDI_NON_AIDE", SituationKind.EMPLOYMENT, "durable")
LONG_CDD = ExitType("CDD_6P", SituationKind.EMPLOYMENT, "durable")
SHORT_CDD = ExitType("CDD_M6", SituationKind.EMPLOYMENT, "transition")
ALTERNATING = ExitType("ALTERNANCE_6P", SituationKind.EMPLOYMENT, "by_length")
SUBSIDISED = ExitType("CONTRAT_AIDE", SituationKind.EMPLOYMENT, "transition", True)
OTHER_SIAE = ExitType("EMBAUCHE_SIAE", SituationKind.EMPLOYMENT, "positive", True)
CREATED = ExitType("CREATION", SituationKind.CREATION, "durable")
TRAINED = ExitType("FORMATION_QUALIF", SituationKind.TRAINING, "positive")
SEEKING = ExitType("CHOMAGE", SituationKind.JOB_SEEKING, "other")
INACTIVE = ExitType("INACTIF", SituationKind.INACTIVE, "other")
SILENT = ExitType("SANS_NOUVELLE", SituationKind.NO_NEWS, "other")
GAVE_UP = ExitType("ABANDON", SituationKind.LEFT, "other")
DEAD = ExitType("DECES", SituationKind.WITHDRAWN, "withdrawn")
UNDOCUMENTED = ExitType("NON_DOCUMENTEE", SituationKind.NOT_DOCUMENTED, "other")
SITUATIONS = (
    HIRED, LONG_CDD, SHORT_CDD, ALTERNATING, SUBSIDISED, OTHER_SIAE, CREATED, TRAINED, SEEKING,
    INACTIVE, SILENT, GAVE_UP, DEAD, UNDOCUMENTED,
)  # fmt: skip

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
any_facts = st.builds(
    SituationFacts,
    on=days,
    situation=st.none() | st.sampled_from(SITUATIONS),
    contract=st.none() | st.sampled_from(CONTRACTS),
    contract_starts_on=st.none() | days,
    contract_ends_on=st.none() | days,
    employer=st.none() | st.just("Mairie"),
    has_proof=st.booleans(),
)


def left(
    situation: ExitType | None = None,
    contract: ContractType | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> SituationFacts:
    return SituationFacts(LEFT, situation, contract, starts, ends)


def iae(facts: SituationFacts, **figures: int) -> ExitClass:
    """The class of an exit alone by iae-1, some of its figures changed."""
    rule = definition_named("iae-1")
    texts = {name: str(value) for name, value in figures.items()}
    rule = replace(rule, parameters=Parameters({**rule.parameters.values, **texts}))
    return rule.classify(Leaver(facts.on, (facts,)), as_of=MUCH_LATER)


def gen(facts: SituationFacts) -> ExitClass:
    """The class of an exit alone by gen-1, long after."""
    return definition_named("gen-1").classify(Leaver(facts.on, (facts,)), as_of=MUCH_LATER)


def refused(facts: SituationFacts) -> dict[str, str]:
    """The fields to mend; {} when the facts are taken."""
    try:
        check_exit(facts, opened_on=OPENED, today=TODAY)
    except RuleBroken as refusal:
        return refusal.errors
    return {}


# Six whole months, both days included; where a month is too short, to its end.
@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 3, 1), date(2026, 8, 31)),
        (date(2026, 7, 15), date(2027, 1, 14)),
        (date(2026, 9, 1), date(2027, 2, 28)),
        (date(2027, 9, 1), date(2028, 2, 29)),
        (date(2026, 8, 28), date(2027, 2, 27)),
        (date(2026, 8, 29), date(2027, 2, 28)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 10, 31), date(2027, 4, 30)),
        (date(2028, 2, 29), date(2028, 8, 28)),
    ],
)
def test_exactly_six_months(starts_on: date, last_day: date) -> None:
    assert lasts_months(starts_on, last_day, 6)
    assert not lasts_months(starts_on, last_day - ONE_DAY, 6)
    assert iae(left(SHORT_CDD, CDD, starts_on, last_day)) is ExitClass.DURABLE
    shorter = left(LONG_CDD, CDD, starts_on, last_day - ONE_DAY)
    assert iae(shorter) is ExitClass.TRANSITION


@given(days, st.integers(0, 800), st.integers(1, 24))
def test_a_longer_contract_never_lasts_less(start: date, length: int, months: int) -> None:
    end = start + timedelta(days=length)
    if lasts_months(start, end, months):
        assert lasts_months(start, end + ONE_DAY, months)
        assert lasts_months(start - ONE_DAY, end, months)
        assert lasts_months(start, end, months - 1)
        assert length + 1 >= 28 * months


@given(days, st.integers(1, 24))
def test_whole_calendar_months_are_months(day: date, months: int) -> None:
    first = day.replace(day=1)
    after = first
    for _ in range(months):
        after = (after + timedelta(days=31)).replace(day=1)
    assert lasts_months(first, after - ONE_DAY, months)
    assert not lasts_months(first, after - 2 * ONE_DAY, months)


START, LONG, SHORT = date(2026, 7, 1), date(2027, 6, 30), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("facts", "exit_class"),
    [
        (left(HIRED, CDI, START), ExitClass.DURABLE),
        (left(HIRED, CDI), ExitClass.DURABLE),
        (left(HIRED), ExitClass.DURABLE),
        (left(HIRED, CDI_INCLUSION, START), ExitClass.POSITIVE),
        (left(LONG_CDD, CDDI, START, LONG), ExitClass.POSITIVE),
        (left(LONG_CDD, INTERIM, START, LONG), ExitClass.DURABLE),
        (left(LONG_CDD, INTERIM, START, SHORT), ExitClass.TRANSITION),
        (left(ALTERNATING, APPRENTICESHIP, START, LONG), ExitClass.DURABLE),
        (left(ALTERNATING, APPRENTICESHIP, START, SHORT), ExitClass.TRANSITION),
        (left(SHORT_CDD, PEC, START, LONG), ExitClass.TRANSITION),
        # A date the rule needs is missing: not classed, and never a zero.
        (left(LONG_CDD, CDD), ExitClass.UNCLASSIFIED),
        (left(LONG_CDD, CDD, START), ExitClass.UNCLASSIFIED),
        (left(LONG_CDD, CDD, None, LONG), ExitClass.UNCLASSIFIED),
        (left(ALTERNATING), ExitClass.UNCLASSIFIED),
        # The situation says who employs: the length of the contract does not change that.
        (left(SUBSIDISED, CDD, START, LONG), ExitClass.TRANSITION),
        (left(SUBSIDISED, CDD), ExitClass.TRANSITION),
        (left(OTHER_SIAE, CDD, START, LONG), ExitClass.POSITIVE),
        (left(OTHER_SIAE, CDD, START, SHORT), ExitClass.POSITIVE),
        # Outside employment the situation decides alone.
        (left(CREATED), ExitClass.DURABLE),
        (left(TRAINED), ExitClass.POSITIVE),
        (left(TRAINED, APPRENTICESHIP, START, SHORT), ExitClass.POSITIVE),
        (left(SEEKING), ExitClass.OTHER),
        (left(INACTIVE), ExitClass.OTHER),
        (left(SILENT), ExitClass.OTHER),
        (left(GAVE_UP), ExitClass.OTHER),
        (left(DEAD), ExitClass.WITHDRAWN),
        (left(UNDOCUMENTED), ExitClass.NOT_DOCUMENTED),
        (left(), ExitClass.NOT_DOCUMENTED),
        # A contract known tells the situation nobody noted; a period in a company does not.
        (left(None, CDI, START), ExitClass.DURABLE),
        (left(UNDOCUMENTED, CDD, START, SHORT), ExitClass.TRANSITION),
        (left(None, CDD, START), ExitClass.UNCLASSIFIED),
        (left(None, PMSMP, START), ExitClass.NOT_DOCUMENTED),
    ],
)
def test_classes_of_iae(facts: SituationFacts, exit_class: ExitClass) -> None:
    assert iae(facts) is exit_class


def test_the_limit_of_a_durable_contract_is_a_parameter() -> None:
    seven_months = left(LONG_CDD, CDD, START, date(2027, 1, 31))
    assert iae(seven_months, durable_months=7) is ExitClass.DURABLE
    assert iae(seven_months, durable_months=8) is ExitClass.TRANSITION


@pytest.mark.parametrize(
    ("facts", "exit_class"),
    [
        (left(HIRED, CDI, START), ExitClass.POSITIVE),
        (left(HIRED, CDI, date(2026, 9, 30)), ExitClass.POSITIVE),
        (left(HIRED, CDI, date(2026, 10, 1)), ExitClass.OTHER),
        (left(HIRED, CDI, LEFT - ONE_DAY), ExitClass.POSITIVE),
        (left(SHORT_CDD, CDD, START, SHORT), ExitClass.POSITIVE),
        (left(ALTERNATING, APPRENTICESHIP, START), ExitClass.POSITIVE),
        (left(HIRED, CDI), ExitClass.UNCLASSIFIED),
        (left(HIRED), ExitClass.UNCLASSIFIED),
        (left(None, CDI, START), ExitClass.POSITIVE),
        (left(CREATED), ExitClass.POSITIVE),
        (left(TRAINED), ExitClass.POSITIVE),
        (left(SEEKING), ExitClass.OTHER),
        (left(INACTIVE), ExitClass.OTHER),
        (left(GAVE_UP), ExitClass.OTHER),
        (left(DEAD), ExitClass.WITHDRAWN),
        # It counts those who answered: silence is not a failure, nor a gap in the file.
        (left(SILENT), ExitClass.NO_ANSWER),
        (left(), ExitClass.NOT_DOCUMENTED),
        (left(UNDOCUMENTED), ExitClass.NOT_DOCUMENTED),
    ],
)
def test_classes_of_gen(facts: SituationFacts, exit_class: ExitClass) -> None:
    assert gen(facts) is exit_class


def test_three_months_from_the_end_of_november_end_with_february() -> None:
    facts = replace(left(HIRED, CDI, date(2027, 2, 28)), on=date(2026, 11, 30))
    assert gen(facts) is ExitClass.POSITIVE
    late = replace(facts, contract_starts_on=date(2027, 3, 1))
    assert gen(late) is ExitClass.OTHER


@given(any_facts)
def test_every_exit_has_a_class_by_every_rule(facts: SituationFacts) -> None:
    for rule in definitions():
        assert isinstance(rule.classify(Leaver(facts.on, (facts,)), as_of=TODAY), ExitClass)


@given(any_facts)
def test_unknown_is_never_counted_as_a_failure(facts: SituationFacts) -> None:
    if facts.situation is None and facts.contract is None:
        assert iae(facts) is ExitClass.NOT_DOCUMENTED
        assert gen(facts) is ExitClass.NOT_DOCUMENTED


@given(any_facts)
def test_proof_and_employer_change_no_class(facts: SituationFacts) -> None:
    other = replace(facts, has_proof=not facts.has_proof, employer=None)
    assert iae(other) is iae(facts)
    assert gen(other) is gen(facts)


@given(any_facts)
def test_what_was_checked_is_coherent(facts: SituationFacts) -> None:
    if refused(facts):
        return
    assert OPENED <= facts.on <= TODAY
    start, end = facts.contract_starts_on, facts.contract_ends_on
    assert not (start and end) or start <= end
    is_training = facts.kind is SituationKind.TRAINING
    assert facts.contract is not None or is_training or (start is None and end is None)
    needs_end = facts.contract is not None and facts.contract.needs_end
    assert not (needs_end and start and not end)


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        (left(), set()),
        (left(HIRED, CDI, START), set()),
        (left(LONG_CDD, CDD, START, LONG), set()),
        (left(LONG_CDD, CDD, START, START), set()),
        (left(LONG_CDD, CDD), set()),  # Unknown dates stay unknown.
        (left(HIRED, CDI, START, LONG), set()),  # A permanent contract may have ended since.
        (left(HIRED, CDI, date(2004, 5, 1)), set()),  # Somebody who kept the job they had.
        (left(LONG_CDD, CDD, LONG, START), {"contract_ends_on"}),
        (left(LONG_CDD, CDD, START), {"contract_ends_on"}),
        (left(LONG_CDD, CDD, None, LONG), {"contract_starts_on"}),
        (left(LONG_CDD, None, START, LONG), {"contract_type"}),
        (left(HIRED, PMSMP, START, LONG), {"contract_type"}),
        (left(TRAINED, PMSMP, START, SHORT), set()),
        (left(HIRED, CDI, date(2206, 7, 1)), {"contract_starts_on"}),
        (left(HIRED, CDI, date(9999, 12, 31)), {"contract_starts_on"}),
        (left(HIRED, CDI, date(206, 7, 1)), {"contract_starts_on"}),
        (left(LONG_CDD, CDD, START, date(9999, 12, 31)), {"contract_ends_on"}),
        (replace(left(), on=TODAY), set()),
        (replace(left(), on=OPENED), set()),
        (replace(left(), on=TODAY + ONE_DAY), {"exited_on"}),
        (replace(left(), on=OPENED - ONE_DAY), {"exited_on"}),
        (replace(left(HIRED, PMSMP, LONG, START), on=TODAY + ONE_DAY),
         {"exited_on", "contract_type", "contract_ends_on"}),
    ],
)  # fmt: skip
def test_check_exit(facts: SituationFacts, fields: set[str]) -> None:
    errors = refused(facts)
    assert errors.keys() == fields
    assert all(message.endswith((".", "-la.")) for message in errors.values())


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (left(), ["situation"]),
        (left(UNDOCUMENTED), ["situation", "justificatif"]),
        (left(HIRED), ["contrat", "début du contrat", "justificatif"]),
        (left(HIRED, CDI, START), ["justificatif"]),
        (replace(left(HIRED, CDI, START), has_proof=True), []),
        (left(SEEKING), ["justificatif"]),
        (replace(left(TRAINED), has_proof=True), []),
    ],
)
def test_missing(facts: SituationFacts, lacks: list[str]) -> None:
    assert missing(facts) == lacks


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("7328293200007", False),
        ("732829320000744", False),
        ("7328293200007A", False),
        ("35600000000048", True),  # La Poste’s own seat holds the usual check too.
        ("35600000049837", True),  # One of its offices holds only the sum of its digits.
        ("", False),
    ],
)
def test_a_siret_holds_its_own_check(number: str, is_right: bool) -> None:
    assert is_siret(number) is is_right
