"""Two agreements over some of the same cohorts: their releases, put together, give nobody away."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    agreements,
    cohorts,
    exits,
    exports,
    learners,
    pathways,
    release_neighbours,
    releases,
    situations,
)
from parcours.actions.release_facts import (
    AGE,
    COHORT,
    FUNDER,
    GENDER,
    NO_EXIT,
    POSITIVE,
)
from parcours.domain.access import Actor, Role
from parcours.domain.disclosure import Thresholds
from parcours.domain.disclosure_crosses import Cross
from parcours.domain.disclosure_outputs import TOTAL
from parcours.domain.errors import RuleBroken
from parcours.domain.words import Gender
from parcours.models import Agreement, Cohort, Release
from tests.actions.conftest import Cast

WOMAN, MAN = Gender.WOMAN.label, Gender.MAN.label
Sign = Callable[..., Agreement]
Enrol = Callable[..., None]
Freeze = Callable[..., Release]


@pytest.fixture
def sophie(cast: Cast) -> Actor:
    """Who signed both agreements."""
    return cast("REV", Role.COORDINATOR)


@pytest.fixture
def funders(cast: Cast) -> list[Actor]:
    """Who pays for each."""
    return [cast(code, Role.FUNDER, kind="OI_FSE") for code in ("FSE", "FONDS", "DEPT")]


@pytest.fixture
def sign(session: Session, sophie: Actor, funders: list[Actor], today: date) -> Sign:
    """Sign an agreement with the next funder over the cohorts of these codes."""
    ids: dict[str, int] = {}

    def signed(*codes: str) -> Agreement:
        for code in codes:
            if code not in ids:
                facts = cohorts.CohortFacts(
                    code, f"Promo {code}", today - timedelta(99), today + timedelta(99), 90
                )
                ids[code] = cohorts.create_cohort(session, sophie, facts).id or 0
        place = len(session.execute(select(col(Agreement.id))).all())
        return agreements.create_agreement(
            session, sophie, code=f"CONV-{place + 1}", title="Développeurs",
            funder_id=funders[place].organisation_id, starts_on=today - timedelta(99),
            ends_on=today + timedelta(99), cohort_ids=[ids[code] for code in codes],
        )  # fmt: skip

    return signed


@pytest.fixture
def enrol(session: Session, sophie: Actor, today: date) -> Enrol:
    """Enrol so many women and men in a cohort, some days ago; some of each gone to a job."""

    def add(code: str, women: int, men: int, *, days: int = 0, gone: int = 0) -> None:
        cohort = session.execute(select(Cohort).where(col(Cohort.code) == code)).scalar_one()
        day = today - timedelta(days)
        for place in range(women + men):
            known = learners.LearnerFacts(
                birth_name="Boucher", first_names=f"{code}-{days}-{place}",
                born_on=date(1990, 5, 17), gender=Gender.WOMAN if place < women else Gender.MAN,
            )  # fmt: skip
            person = learners.create_learner(session, sophie, known, today=day, is_another=True)
            cohorts.enrol(session, sophie, cohort.id or 0, person.id or 0, today=day)
            if place < gone or women <= place < women + gone:
                pathway = pathways.current_pathway(session, person)
                said = situations.SituationRecord(today, "CDI_NON_AIDE", "CDI")
                exits.record_exit(session, sophie, pathway.id or 0, said, today=today)

    return add


@pytest.fixture
def freeze(session: Session, sophie: Actor, today: date) -> Freeze:
    """Freeze the figures of an agreement, today or some days ago."""
    limits = Thresholds()
    return lambda agreement, days=0: releases.publish_release(
        session, sophie, agreement.id or 0, limits=limits, today=today - timedelta(days)
    )


def genders(release: Release) -> Mapping[str, int | None]:
    """The women, the men, all of them, as the funder is told."""
    told = releases.shown(release, FUNDER)[GENDER]
    return {name: told[name] for name in (WOMAN, MAN, TOTAL)}


def test_what_one_agreement_masks_the_other_masks(sign: Sign, enrol: Enrol, freeze: Freeze) -> None:
    """One cohort, two funders: 30 women and 2 men are told to neither, whoever asks first."""
    first, second = sign("P1"), sign("P1")
    enrol("P1", 30, 2)
    assert genders(freeze(first)) == {WOMAN: None, MAN: None, TOTAL: 32}
    assert genders(freeze(second)) == {WOMAN: None, MAN: None, TOTAL: 32}


def test_a_difference_of_a_few_people_is_masked(sign: Sign, enrol: Enrol, freeze: Freeze) -> None:
    """23 − 20 women would show the 3 women of the cohort that one agreement leaves out."""
    whole, part = sign("P1", "P2"), sign("P1")
    enrol("P1", 20, 12)
    enrol("P2", 3, 17)
    assert genders(freeze(whole)) == {WOMAN: 23, MAN: 29, TOTAL: 52}
    release = freeze(part)
    assert genders(release) == {WOMAN: None, MAN: None, TOTAL: 32}
    told = releases.shown(release, FUNDER)
    assert told[AGE]["30–54 ans"] == told[COHORT]["Promo P1"] == 32


def test_the_narrower_one_first_masks_the_wider(sign: Sign, enrol: Enrol, freeze: Freeze) -> None:
    whole, part = sign("P1", "P2"), sign("P1")
    enrol("P1", 20, 12)
    enrol("P2", 3, 17)
    assert genders(freeze(part)) == {WOMAN: 20, MAN: 12, TOTAL: 32}
    assert genders(freeze(whole)) == {WOMAN: None, MAN: None, TOTAL: 52}


def test_agreements_that_differ_enough_hide_nothing(
    sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    whole, part = sign("P1", "P2"), sign("P2", "P3")
    for code in ("P1", "P2", "P3"):
        enrol(code, 15, 9)
    for agreement in (whole, part):
        release = freeze(agreement)
        assert genders(release) == {WOMAN: 30, MAN: 18, TOTAL: 48}
        assert not any(release.hidden[FUNDER].values())


def test_agreements_that_differ_by_a_few_people_are_not_both_told(
    session: Session,
    sign: Sign,
    enrol: Enrol,
    funders: list[Actor],
    freeze: Freeze,
    today: date,
) -> None:
    """35 people then 32 would show 3; who signed is told beside what, a funder is not."""
    whole, part = sign("P1", "P2"), sign("P1")
    enrol("P1", 20, 12)
    enrol("P2", 2, 1)
    freeze(whole)
    with pytest.raises(RuleBroken, match=r"CONV-1.*au moins 5"):
        freeze(part)
    with pytest.raises(RuleBroken) as refused:
        exports.export_outcomes(
            session, funders[1], part.id or 0, as_of=today, today=today, code="gen"
        )
    assert "CONV-1" not in str(refused.value)
    assert len(session.execute(select(col(Release.id))).all()) == 1


def test_exits_by_group_are_told_of_the_same_people_once(
    sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    """Crosses of two agreements could be put together: the first told stand alone."""
    first, second = sign("P1", "P2"), sign("P2", "P3")
    for code in ("P1", "P2", "P3"):
        enrol(code, 15, 15, gone=7)
    assert {GENDER, COHORT} <= freeze(first).crosses.keys()
    assert not freeze(second).crosses


def test_exits_by_group_that_would_give_away_are_not_told(
    monkeypatch: pytest.MonkeyPatch, sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    """Beside the tables of others a new cross is left out."""
    first, second, third = sign("P1"), sign("P1", "P2"), sign("P2")
    enrol("P1", 15, 15)
    enrol("P2", 15, 15, gone=7)
    asked = []

    def judged(cross: Cross, *tables: object, width: int) -> bool:
        asked.append((cross, tables))
        return False

    monkeypatch.setattr(release_neighbours, "are_apart", judged)
    assert not freeze(first).crosses
    assert not asked
    assert not freeze(second).crosses
    (cross, (shared, (rows, columns))) = next(
        item for item in asked if set(item[0].rows) == {WOMAN, MAN}
    )
    assert cross.counts == {
        (WOMAN, POSITIVE): 7, (WOMAN, NO_EXIT): 23, (MAN, POSITIVE): 7, (MAN, NO_EXIT): 23,
    }  # fmt: skip
    assert shared == {(WOMAN, NO_EXIT): 15, (MAN, NO_EXIT): 15}
    assert (rows.counts[WOMAN], columns.counts[NO_EXIT]) == (15, 30)
    monkeypatch.undo()
    assert GENDER in freeze(third).crosses


def test_figures_beside_exits_by_group_they_would_give_away_are_refused(
    monkeypatch: pytest.MonkeyPatch, sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    first, second = sign("P1"), sign("P1")
    enrol("P1", 15, 15, gone=7)
    assert GENDER in freeze(first).crosses
    monkeypatch.setattr(release_neighbours, "are_apart", lambda *_, **__: False)
    with pytest.raises(RuleBroken, match="CONV-1"):
        freeze(second)


def test_a_cohort_renamed_is_the_same_cohort(
    session: Session, sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    """A cohort of 3 is masked with the smallest other; under its new name the other is not told."""
    first, second = sign("P1", "P2", "P3"), sign("P1", "P2")
    enrol("P1", 12, 8)
    enrol("P2", 1, 2)
    enrol("P3", 14, 9)
    assert releases.shown(freeze(first), FUNDER)[COHORT] == {
        "Promo P1": None, "Promo P2": None, "Promo P3": 23, TOTAL: 46,
    }  # fmt: skip
    for cohort in session.execute(select(Cohort)).scalars():
        cohort.name = f"Groupe {cohort.code}"
    session.flush()
    assert releases.shown(freeze(second), FUNDER)[COHORT] == {
        "Groupe P1": None, "Groupe P2": None, TOTAL: 23,
    }  # fmt: skip


def test_people_who_came_since_are_no_difference_of_scope(
    sign: Sign, enrol: Enrol, freeze: Freeze
) -> None:
    """One cohort for both; three came since: newcomers are expected to be few."""
    first, second = sign("P1"), sign("P1")
    enrol("P1", 12, 12, days=20)
    assert genders(freeze(first, 10)) == {WOMAN: 12, MAN: 12, TOTAL: 24}
    enrol("P1", 2, 1)
    assert genders(freeze(second)) == {WOMAN: 14, MAN: 13, TOTAL: 27}
