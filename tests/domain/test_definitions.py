"""Each funder’s reading of hand-made exits whose answer is known, at its edges, dates exact."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.definitions import (
    definition_named,
    definition_on,
    definitions,
    definitions_on,
)
from parcours.actions.situations import contract_type, exit_type
from parcours.domain.definitions import in_force, rate
from parcours.domain.errors import NotFound
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import (
    EmployerKind,
    ExitClass,
    Qualification,
    SituationFacts,
    in_force_on,
)

LEFT = date(2026, 1, 15)
LATER = date(2027, 3, 1)
NEXT = LEFT + timedelta(days=1)
POSITIVE, OTHER, UNCLASSIFIED = ExitClass.POSITIVE, ExitClass.OTHER, ExitClass.UNCLASSIFIED
NOT_DUE, UNKNOWN = ExitClass.NOT_DUE, ExitClass.NOT_DOCUMENTED


def told(situation: str | None = None, contract: str | None = None, **more: Any) -> SituationFacts:
    """Something said, on the day of the exit unless told."""
    known = {"on": LEFT, "situation": exit_type(situation), "contract": contract_type(contract)}
    starts, ends = more.pop("starts", None), more.pop("ends", None)
    return SituationFacts(
        **{**known, "contract_starts_on": starts, "contract_ends_on": ends, **more}
    )


def gone(*situations: SituationFacts, **more: Any) -> Leaver:
    return Leaver(LEFT, situations, **more)


def read(name: str, leaver: Leaver, as_of: date = LATER, **figures: str) -> ExitClass:
    rule = definition_named(name)
    rule = replace(rule, parameters=Parameters({**rule.parameters.values, **figures}))
    return rule.classify(leaver, as_of=as_of)


CDD6 = told("CDD_M6", "CDD", starts=date(2026, 2, 1), ends=date(2026, 7, 31))


def test_exactly_six_months_is_a_boundary_one_may_move() -> None:
    assert read("iae-1", gone(CDD6)) is ExitClass.DURABLE
    assert read("iae-1", gone(CDD6), durable_inclusive="0") is ExitClass.TRANSITION
    longer = replace(CDD6, contract_ends_on=date(2026, 8, 1))
    assert read("iae-1", gone(longer), durable_inclusive="0") is ExitClass.DURABLE
    shorter = replace(CDD6, contract_ends_on=date(2026, 7, 30))
    assert read("iae-1", gone(shorter)) is ExitClass.TRANSITION


@pytest.mark.parametrize(
    ("entered_on", "found"),
    [
        (date(2025, 10, 16), ExitClass.DURABLE),  # Three months to the day, both included.
        (date(2025, 10, 17), ExitClass.WITHDRAWN),
        (None, ExitClass.DURABLE),  # A presence nobody knows is not a short one.
    ],
)
def test_too_short_a_presence_leaves_the_denominator(
    entered_on: date | None, found: ExitClass
) -> None:
    assert read("iae-1", gone(CDD6, entered_on=entered_on)) is found


@pytest.mark.parametrize(
    ("hours", "found"),
    [("150", ExitClass.DURABLE), ("149.5", ExitClass.WITHDRAWN), (None, ExitClass.DURABLE)],
)
def test_presence_in_hours(hours: str | None, found: ExitClass) -> None:
    leaver = gone(CDD6, hours=Decimal(hours) if hours else None, entered_on=LEFT)
    assert read("iae-heures-1", leaver) is found


def cdi(**more: Any) -> SituationFacts:
    known: dict[str, Any] = {"starts": NEXT, "has_proof": True, "weekly_hours": Decimal(35)}
    return told("CDI_NON_AIDE", "CDI", **(known | more))


def temp(starts: date, ends: date, **more: Any) -> SituationFacts:
    known: dict[str, Any] = {"has_proof": True, "weekly_hours": Decimal(35)}
    return told("INTERIM_M6", "INTERIM", starts=starts, ends=ends, **(known | more))


HALF_YEAR = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("situations", "as_of", "found"),
    [
        # Signed at exit: six months are attested when somebody says so, not before.
        ([cdi()], LATER, UNCLASSIFIED),
        ([cdi()], date(2026, 5, 1), NOT_DUE),
        ([cdi(), cdi(on=HALF_YEAR)], LATER, POSITIVE),
        ([cdi(), cdi(on=HALF_YEAR - timedelta(days=1))], LATER, UNCLASSIFIED),
        ([cdi(), cdi(on=HALF_YEAR, has_proof=False)], LATER, UNCLASSIFIED),
        ([cdi(weekly_hours=None), cdi(on=HALF_YEAR, weekly_hours=None)], LATER, UNCLASSIFIED),
        ([cdi(weekly_hours=Decimal("17.5")), cdi(on=HALF_YEAR, weekly_hours=Decimal("17.5"))],
         LATER, POSITIVE),
        # A contract begun before the exit counts from its first day.
        ([cdi(starts=date(2025, 9, 1)), cdi(starts=date(2025, 9, 1), on=date(2026, 3, 1))],
         LATER, POSITIVE),
        # Temporary contracts that touch one another are added up; a day between breaks them.
        ([temp(NEXT, date(2026, 4, 15)), temp(date(2026, 4, 16), HALF_YEAR)], LATER, POSITIVE),
        ([temp(NEXT, date(2026, 4, 15)), temp(date(2026, 4, 17), HALF_YEAR)], LATER, OTHER),
        ([temp(NEXT, HALF_YEAR)], LATER, POSITIVE),
        ([temp(NEXT, HALF_YEAR)], date(2026, 7, 14), NOT_DUE),
        ([temp(NEXT, HALF_YEAR - timedelta(days=1))], LATER, OTHER),
        ([temp(NEXT, HALF_YEAR, weekly_hours=Decimal(17))], LATER, OTHER),
        ([told("CREATION", has_proof=True)], LATER, POSITIVE),
        ([told("CREATION")], LATER, OTHER),
        ([told("FORMATION_QUALIF", qualification=Qualification.FULL)], LATER, POSITIVE),
        ([told("FORMATION_QUALIF", starts=NEXT, ends=HALF_YEAR, has_proof=True)], LATER, POSITIVE),
        ([told("FORMATION_PREQUALIF", starts=NEXT, ends=HALF_YEAR, has_proof=True)], LATER, OTHER),
        ([told("CHOMAGE")], LATER, OTHER),
        ([told("SANS_NOUVELLE")], LATER, ExitClass.NO_ANSWER),
        ([told("DEMENAGEMENT")], LATER, ExitClass.WITHDRAWN),
        ([told()], LATER, UNKNOWN),
        ([], LATER, UNKNOWN),
    ],
)  # fmt: skip
def test_plie(situations: list[SituationFacts], as_of: date, found: ExitClass) -> None:
    assert read("plie-1", gone(*situations), as_of) is found


@pytest.mark.parametrize(("months", "found"), [(8, POSITIVE), (7, OTHER)])
def test_plie_seasons(months: int, found: ExitClass) -> None:
    def season(starts: date, ends: date) -> SituationFacts:
        known = {"has_proof": True, "weekly_hours": Decimal(35)}
        return told("CDD_M6", "CDD_SAISONNIER", starts=starts, ends=ends, **known)

    # Four months, two without, then the rest within twelve months of the first day.
    last = date(2026, 11, 30) if months == 8 else date(2026, 10, 31)
    seasons = season(date(2026, 2, 1), date(2026, 5, 31)), season(date(2026, 8, 1), last)
    assert read("plie-1", gone(*seasons)) is found


@pytest.mark.parametrize(
    ("situations", "as_of", "found"),
    [
        ([told("CHOMAGE"), cdi(on=date(2026, 5, 1), starts=date(2026, 4, 15))], LATER, POSITIVE),
        ([told("CHOMAGE"), cdi(on=date(2026, 5, 1), starts=date(2026, 4, 16))], LATER, OTHER),
        ([told("CHOMAGE")], date(2026, 4, 14), NOT_DUE),
        ([told("CHOMAGE")], date(2026, 4, 15), OTHER),
        # Begun before the exit: counts if it goes on after it.
        ([temp(date(2025, 12, 1), LEFT)], LATER, POSITIVE),
        ([temp(date(2025, 12, 1), LEFT - timedelta(days=1))], LATER, OTHER),
        ([told("SANS_NOUVELLE"), told("FORMATION_QUALIF", on=date(2026, 4, 1))], LATER, POSITIVE),
    ],
)
def test_gen_reads_what_was_said_since(
    situations: list[SituationFacts], as_of: date, found: ExitClass
) -> None:
    assert read("gen-1", gone(*situations), as_of) is found


@pytest.mark.parametrize(
    ("situation", "found"),
    [
        (told("CDD_M6", "CDD", starts=NEXT, ends=date(2026, 2, 15)), POSITIVE),  # A month.
        (told("CDD_M6", "CDD", starts=NEXT, ends=date(2026, 2, 14)), OTHER),
        (cdi(starts=HALF_YEAR), POSITIVE),
        (cdi(starts=HALF_YEAR + timedelta(days=1)), OTHER),
        (cdi(starts=None), UNCLASSIFIED),
        (told("CDI_NON_AIDE", starts=NEXT), UNCLASSIFIED),
        (cdi(employer_kind=EmployerKind.HOUSEHOLD), OTHER),
        (cdi(employer_kind=EmployerKind.PUBLIC), OTHER),
        (cdi(employer_kind=EmployerKind.ABROAD), OTHER),
        (told("FONCTION_PUBLIQUE", "FONCTION_PUBLIQUE", starts=NEXT), OTHER),
        (told("INTERIM_M6", "INTERIM", starts=NEXT), OTHER),  # Of unknown length.
        (told("CONTRAT_AIDE", "PEC", starts=NEXT), POSITIVE),
        (told("CREATION", "CREATION", starts=NEXT), POSITIVE),
        (told("FORMATION_QUALIF"), OTHER),
        (told("CHOMAGE"), OTHER),
        (told(), UNKNOWN),
    ],
)
def test_france_travail(situation: SituationFacts, found: ExitClass) -> None:
    assert read("ft-1", gone(situation, is_registered=True)) is found
    assert read("ft-1", gone(situation, is_registered=False)) is ExitClass.NOT_CONCERNED
    assert read("ft-1", gone(situation)) is UNCLASSIFIED


@pytest.mark.parametrize(("leavers", "is_published"), [(60, False), (61, True)])
def test_france_travail_is_published_beyond_sixty_leavers(leavers: int, is_published: bool) -> None:
    found = rate(definition_named("ft-1"), [POSITIVE] * 30 + [UNKNOWN] * (leavers - 30))
    assert found.leavers == leavers
    assert (found.value is not None) is is_published
    assert found.is_too_few is not is_published


CERTIFIED = {"qualification": Qualification.FULL}


@pytest.mark.parametrize(
    ("situations", "globally", "in_job"),
    [
        ([told("CHOMAGE", **CERTIFIED), cdi(on=HALF_YEAR, related_to_training=True)], POSITIVE,
         POSITIVE),
        ([told("CHOMAGE", **CERTIFIED), cdi(on=HALF_YEAR, related_to_training=False)], POSITIVE,
         OTHER),
        ([told("CHOMAGE", **CERTIFIED), cdi(on=HALF_YEAR)], POSITIVE, UNCLASSIFIED),
        ([told("CHOMAGE", **CERTIFIED), told("CHOMAGE", on=HALF_YEAR)], OTHER, OTHER),
        ([told("CHOMAGE", **CERTIFIED)], UNKNOWN, UNKNOWN),
        ([told("CHOMAGE", qualification=Qualification.PARTIAL), cdi(on=HALF_YEAR)],
         ExitClass.NOT_CONCERNED, ExitClass.NOT_CONCERNED),
        ([told("CHOMAGE"), cdi(on=HALF_YEAR)], UNKNOWN, UNKNOWN),
    ],
)  # fmt: skip
def test_rncp(situations: list[SituationFacts], globally: ExitClass, in_job: ExitClass) -> None:
    assert read("rncp-6-mois-1", gone(*situations)) is globally
    assert read("rncp-metier-6-mois-1", gone(*situations)) is in_job
    assert read("rncp-metier-2-ans-1", gone(told(**CERTIFIED)), LATER) is NOT_DUE


@pytest.mark.parametrize(
    ("situation", "found"),
    [
        (cdi(on=HALF_YEAR), POSITIVE),
        (told("FONCTION_PUBLIQUE", "FONCTION_PUBLIQUE", on=HALF_YEAR, starts=NEXT), POSITIVE),
        (told("CREATION", "CREATION", on=HALF_YEAR, starts=NEXT), OTHER),
        (cdi(on=HALF_YEAR, employer_kind=EmployerKind.ABROAD), OTHER),
        (cdi(on=HALF_YEAR, employer_kind=EmployerKind.HOUSEHOLD), OTHER),
        (told("CHOMAGE", on=HALF_YEAR), OTHER),
        (told("SANS_NOUVELLE", on=HALF_YEAR), ExitClass.NO_ANSWER),
    ],
)
def test_inserjeunes(situation: SituationFacts, found: ExitClass) -> None:
    assert read("inserjeunes-6-mois-2", gone(told("CHOMAGE"), situation)) is found
    assert read("inserjeunes-6-mois-2", gone(situation), HALF_YEAR - timedelta(days=1)) is NOT_DUE


@pytest.mark.parametrize(("months", "due"), [
    (12, date(2027, 1, 15)), (18, date(2027, 7, 15)), (24, date(2028, 1, 15)),
])  # fmt: skip
def test_inserjeunes_later(months: int, due: date) -> None:
    """Each date is read by itself: what was true at six months tells nothing of it."""
    name, last = f"inserjeunes-{months}-mois-2", due + timedelta(days=90)
    assert read(name, gone(told("CHOMAGE"), cdi(on=due)), last) is POSITIVE
    assert read(name, gone(told("CHOMAGE"), cdi(on=due - timedelta(days=90))), last) is POSITIVE
    assert read(name, gone(told("CHOMAGE"), cdi(on=due - timedelta(days=91))), last) is UNKNOWN
    assert read(name, gone(cdi(on=HALF_YEAR), told("CHOMAGE", on=due)), last) is OTHER
    assert read(name, gone(cdi(on=due)), due - timedelta(days=1)) is NOT_DUE


@pytest.mark.parametrize(
    ("said", "day", "index"),
    [
        # A contract with an end tells of its days; the news that contradicts it wins.
        ([temp(NEXT, date(2026, 12, 31))], date(2026, 6, 1), 0),
        ([temp(NEXT, date(2026, 12, 31)), told("CHOMAGE", on=date(2026, 6, 1))],
         date(2026, 6, 1), 1),
        # News after the end of a contract does not rewrite the days it lasted.
        ([temp(NEXT, date(2026, 6, 5)), told("CHOMAGE", on=date(2026, 6, 20))],
         date(2026, 6, 1), 0),
        # Without an end, it tells nothing of the days after it was last said.
        ([cdi()], date(2026, 6, 1), None),
        ([cdi(), cdi(on=date(2026, 8, 1))], date(2026, 6, 1), 1),
        ([told("CHOMAGE"), cdi(on=date(2026, 6, 10), starts=date(2026, 6, 5))],
         date(2026, 6, 1), None),
    ],
)  # fmt: skip
def test_the_situation_of_a_day(said: list[SituationFacts], day: date, index: int | None) -> None:
    found = in_force_on(said, day, tolerance=28)
    assert found == (None if index is None else said[index])


def test_a_version_counts_while_it_is_valid() -> None:
    first = definition_named("iae-1")
    second = replace(first, version=2, valid_from=date(2027, 1, 1))
    closed = replace(first, valid_to=date(2026, 12, 31))
    assert in_force([closed, second], date(2026, 12, 31)) == [closed]
    assert in_force([closed, second], date(2027, 1, 1)) == [second]
    assert in_force([first, second], date(2027, 1, 1)) == [second]
    assert in_force([first], date(2023, 12, 31)) == []
    with pytest.raises(NotFound):
        definition_on("iae", date(2023, 12, 31))
    with pytest.raises(NotFound):
        definition_named("iae-9")


def test_every_definition_says_what_it_is() -> None:
    for item in definitions():
        assert all((item.label, item.scheme, item.text, item.counted, item.source))
        assert item.positives
        assert item.is_confirmed is (item.reliability == "confirmé" and not item.doubt)
        assert item.is_confirmed or item.doubt, f"{item.name}: say what is not confirmed"
    assert len(definitions_on(LATER)) == len({item.code for item in definitions()})


situations = st.lists(
    st.builds(
        SituationFacts,
        on=st.dates(LEFT, LATER),
        situation=st.sampled_from(
            [None, *map(exit_type, ("CDI_NON_AIDE", "CDD_M6", "CREATION", "FORMATION_QUALIF",
                                    "CHOMAGE", "SANS_NOUVELLE", "ABANDON", "DECES"))]
        ),
        contract=st.sampled_from([None, *map(contract_type, ("CDI", "CDD", "INTERIM"))]),
        contract_starts_on=st.none() | st.dates(date(2025, 6, 1), LATER),
        contract_ends_on=st.none() | st.dates(date(2025, 6, 1), date(2028, 1, 1)),
        weekly_hours=st.none() | st.just(Decimal(35)),
        has_proof=st.booleans(),
        related_to_training=st.none() | st.booleans(),
        qualification=st.none() | st.sampled_from(Qualification),
        employer_kind=st.none() | st.sampled_from(EmployerKind),
    ),
    max_size=4,
)  # fmt: skip
leavers = st.builds(
    lambda told, registered: Leaver(LEFT, tuple(told), None, None, registered),
    situations,
    st.none() | st.booleans(),
)
POSITIVES = {ExitClass.POSITIVE, ExitClass.DURABLE, ExitClass.TRANSITION}


@given(leavers, st.dates(LEFT, LATER))
def test_nothing_said_is_never_a_no(leaver: Leaver, as_of: date) -> None:
    silent = replace(leaver, situations=())
    for item in definitions():
        assert item.classify(silent, as_of=as_of) not in {*POSITIVES, OTHER}, item.name


@given(st.lists(leavers, max_size=12), st.dates(LEFT, LATER))
def test_a_rate_adds_up(people: list[Leaver], as_of: date) -> None:
    for item in definitions():
        classes = [item.classify(who, as_of=as_of) for who in people]
        found = rate(item, classes)
        out = classes.count(ExitClass.NOT_CONCERNED)
        assert found.numerator <= found.denominator <= found.leavers
        assert found.leavers + found.not_due + found.withdrawn + out == len(people)
        assert found.value is None or 0 <= found.value <= 1
        assert found.undocumented_share is None or 0 <= found.undocumented_share <= 1


@given(leavers)
def test_time_alone_never_takes_a_success_away(leaver: Leaver) -> None:
    for item in definitions():
        if item.classify(leaver, as_of=date(2026, 9, 1)) in POSITIVES:
            assert item.classify(leaver, as_of=LATER) in POSITIVES, item.name


def test_a_rate_says_what_is_unknown_beside_what_is_known() -> None:
    classes = [POSITIVE, OTHER, UNKNOWN, ExitClass.NO_ANSWER, NOT_DUE, ExitClass.WITHDRAWN]
    beside = rate(definition_named("gen-1"), classes)
    assert (beside.numerator, beside.denominator, beside.undocumented) == (1, 2, 2)
    assert (beside.value, beside.undocumented_share) == (Fraction(1, 2), Fraction(1, 2))
    inside = rate(definition_named("plie-1"), classes)
    assert (inside.numerator, inside.denominator, inside.undocumented) == (1, 4, 2)
    assert (inside.value, inside.not_due, inside.withdrawn) == (Fraction(1, 4), 1, 1)
