"""The continuity of a territory from rows: the same oracles as the rules, on both databases."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from sqlmodel import Session

from parcours.actions import accounts, pathways, relay_answers, relays, sharing
from parcours.actions.relay_facts import Speaker
from parcours.actions.synthesis import build_synthetic
from parcours.actions.territory import Pair, continuity_by, continuity_of
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotAllowed
from parcours.domain.pathway import StepDates
from parcours.domain.relays import DeclineReason
from parcours.domain.territory import Hole, Place, Standing, median
from parcours.domain.territory_parts import Dimension, half_years
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Learner, Pathway
from tests.actions.conftest import Cast, Meet

Hold = Callable[..., None]


def day(month: int, number: int) -> date:
    """A day of 2026."""
    return date(2026, month, number)


@pytest.fixture
def lise(cast: Cast) -> Actor:
    """A coordinator of the association that begins the pathways."""
    return cast("CLIC", Role.COORDINATOR, name="Lise Morel")


@pytest.fixture
def sophie(cast: Cast) -> Actor:
    """A coordinator of the training body."""
    return cast("ECOLE", Role.COORDINATOR, name="Sophie Garnier")


@pytest.fixture
def hold(session: Session) -> Hold:
    """Have an organisation hold a step of a pathway."""

    def add(
        actor: Actor,
        pathway: Pathway,
        starts_on: date,
        ends_on: date | None,
        kind: StepKind = StepKind.TRAINING,
    ) -> None:
        dates = StepDates(starts_on, ends_on)
        pathways.add_step(
            session, actor, pathway, pathways.StepFacts(kind, kind.label, dates), today=day(11, 23)
        )

    return add


def test_c1_covered_days_and_the_longest_hole(
    session: Session, lise: Actor, meet: Meet, hold: Hold
) -> None:
    _, pathway = meet(lise, opened_on=day(9, 1))
    hold(lise, pathway, day(9, 1), day(9, 30))
    hold(lise, pathway, day(10, 12), day(12, 18))
    found = continuity_of(session, lise, today=day(12, 18))
    assert (found.covered, found.total, found.longest) == (71, 78, Hole(7, day(10, 1)))
    assert found.share == Fraction(71, 78)


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ((day(9, 7), day(9, 11)), (day(9, 14), day(9, 18)), 10),
        ((day(9, 7), day(9, 18)), (day(9, 14), day(9, 25)), 15),
    ],
    ids=["c2", "c3"],
)
def test_c2_c3_a_weekend_and_an_overlap(
    session: Session, lise: Actor, meet: Meet, hold: Hold,
    first: tuple[date, date], second: tuple[date, date], covered: int,
) -> None:  # fmt: skip
    _, pathway = meet(lise, opened_on=day(9, 1))
    hold(lise, pathway, *second)
    hold(lise, pathway, *first)
    found = continuity_of(session, lise, today=second[1])
    assert (found.covered, found.total, found.longest) == (covered, covered, None)


@pytest.mark.parametrize(
    ("ended", "starts", "days"),
    [
        (day(9, 11), day(9, 14), 0),
        (day(9, 18), day(9, 14), 0),
        (day(11, 10), day(11, 12), 0),
        (day(11, 10), day(11, 13), 1),
        (day(11, 6), day(11, 16), 4),
        (day(6, 30), day(9, 7), 47),
    ],
)
def test_c5_waits_leave_holidays_out(
    session: Session, lise: Actor, sophie: Actor, meet: Meet, hold: Hold,
    ended: date, starts: date, days: int,
) -> None:  # fmt: skip
    learner, pathway = meet(lise, opened_on=day(6, 1))
    share(session, lise, learner, sophie)
    hold(lise, pathway, day(6, 1), ended)
    hold(sophie, pathway, starts, day(12, 18))
    found = continuity_of(session, lise, today=day(11, 23))
    between = found.pairs[Pair(lise.organisation_id, sophie.organisation_id)]
    assert between.waits == [days]
    assert median(between.waits) is None


def test_c7_waits_between_two_partners(
    session: Session, lise: Actor, sophie: Actor, meet: Meet, hold: Hold
) -> None:
    for number, starts_on in enumerate([day(9, 7)] * 3 + [day(7, 1)] * 2):
        learner, pathway = meet(lise, f"Traoré {number}", opened_on=day(6, 1))
        share(session, lise, learner, sophie)
        hold(lise, pathway, day(6, 1), day(6, 30), StepKind.DIGITAL_INITIATION)
        hold(sophie, pathway, starts_on, day(12, 18))
    found = continuity_of(session, lise, today=day(11, 23))
    between = found.pairs[Pair(lise.organisation_id, sophie.organisation_id)]
    assert sorted(between.waits) == [0, 0, 47, 47, 47]
    assert median(between.waits) == 47
    here, there = (
        Place(lise.organisation_id, StepKind.DIGITAL_INITIATION),
        Place(sophie.organisation_id, StepKind.TRAINING),
    )
    assert found.flows == {(here, there): 5}
    assert (found.waiting, found.lost) == (0, 0)


def test_c6_relays_on_time(session: Session, lise: Actor, sophie: Actor, meet: Meet) -> None:
    def send(number: int, on: date) -> int:
        learner, _ = meet(lise, f"Traoré {number}", opened_on=day(9, 1))
        return propose(session, lise, sophie, learner, on)

    def accept(number: int, on: date) -> None:
        relay_answers.accept(
            session, number, Speaker.of(sophie), starts_on=None, ends_on=None, words=None, today=on
        )

    accept(send(1, day(11, 2)), day(11, 9))
    accept(send(2, day(11, 2)), day(11, 10))
    send(3, day(11, 2))
    relay_answers.decline(
        session, send(4, day(11, 2)), Speaker.of(sophie), reason=DeclineReason.NO_PLACE,
        words=None, today=day(11, 5),
    )  # fmt: skip
    send(5, day(11, 16))
    send(6, day(11, 18))
    relays.take_back(session, lise, send(7, day(11, 2)), words="Une erreur", today=day(11, 3))
    found = continuity_of(session, lise, today=day(11, 23)).relays
    assert (found.due, found.on_time, found.declined, found.pending) == (4, 1, 1, 2)
    assert found.late + found.silent == 2
    assert found.rate == Fraction(1, 4)


def test_who_waits_is_told_with_who_was_asked(
    session: Session, lise: Actor, sophie: Actor, meet: Meet, hold: Hold
) -> None:
    asked, pathway = meet(lise, "Demandée", opened_on=day(9, 1))
    hold(lise, pathway, day(9, 1), day(11, 13))
    propose(session, lise, sophie, asked, day(11, 20))
    for name, ended in (("Attend", day(8, 25)), ("Perdue", day(8, 24))):
        _, pathway = meet(lise, name, opened_on=day(8, 3))
        hold(lise, pathway, day(8, 3), ended)
    found = continuity_of(session, lise, today=day(11, 23))
    here, there = lise.organisation_id, sophie.organisation_id
    assert (found.pairs[Pair(here, there)].waiting, found.pairs[Pair(here, there)].lost) == (1, 0)
    assert (found.pairs[Pair(here, None)].waiting, found.pairs[Pair(here, None)].lost) == (1, 1)
    assert found.flows[Place(here, StepKind.TRAINING), Standing.LOST] == 1


def test_each_sees_the_people_it_sees(
    session: Session, lise: Actor, sophie: Actor, cast: Cast, meet: Meet, hold: Hold
) -> None:
    learner, pathway = meet(lise, opened_on=day(9, 1))
    hold(lise, pathway, day(9, 1), day(9, 30))
    today = day(11, 23)
    assert continuity_of(session, sophie, today=today).pathways == 0
    share(session, lise, learner, sophie)
    assert continuity_of(session, sophie, today=today).pathways == 1
    for role in (Role.FUNDER, Role.COUNSELLOR, Role.TECHNICAL_ADMIN):
        with pytest.raises(NotAllowed):
            continuity_of(session, cast("AUTRE", role, role.value), today=today)


def test_each_dimension_parts_the_pathways(session: Session, today: date) -> None:
    """Over an invented territory: programmes, districts and half-years each add up to everybody."""
    build_synthetic(session, learners=200, seed=5, today=today, password="quatre-mots-pour-essayer")
    actor = accounts.actor_for(session, "s01@exemple.fr", today=today)
    whole = continuity_of(session, actor, today=today)
    assert whole.pathways > 20
    for dimension in Dimension:
        again, parts = continuity_by(session, actor, dimension, today=today)
        assert again == whole
        assert len(parts) > 1
        assert sum(found.pathways for found in parts.values()) == whole.pathways
        assert sum(found.covered for found in parts.values()) == whole.covered
        assert sum(found.relays.due for found in parts.values()) == whole.relays.due
        flows = sum((found.flows for found in parts.values()), start=type(whole.flows)())
        assert flows == whole.flows
    since = half_years(today)[0]
    recent, parts = continuity_by(session, actor, Dimension.PERIOD, since=since, today=today)
    assert 0 < recent.pathways < whole.pathways
    assert parts == {since: recent}


def test_who_leaves_a_place_arrives_or_stops(session: Session, today: date) -> None:
    """What the tables say twice is the same: passages by pair, who waits or is lost by place."""
    build_synthetic(session, learners=200, seed=6, today=today, password="quatre-mots-pour-essayer")
    actor = accounts.actor_for(session, "s01@exemple.fr", today=today)
    found = continuity_of(session, actor, today=today)
    passed = sum(len(pair.waits) for pair in found.pairs.values())
    between = sum(
        count
        for (origin, target), count in found.flows.items()
        if isinstance(target, Place) and origin.organisation_id != target.organisation_id
    )
    assert passed == between
    by_flow: Counter[tuple[int, Standing]] = Counter()
    for (origin, target), count in found.flows.items():
        if isinstance(target, Standing):
            by_flow[origin.organisation_id, target] += count
    by_pair: Counter[tuple[int, Standing]] = Counter()
    for pair, between in found.pairs.items():
        by_pair[pair.origin_id, Standing.WAITING] += between.waiting
        by_pair[pair.origin_id, Standing.LOST] += between.lost
    assert by_flow == by_pair
    assert found.waiting + found.lost == by_flow.total() > 0


def test_who_arrives_in_a_place_came_from_another_or_began_there(
    session: Session, lise: Actor, sophie: Actor, meet: Meet, hold: Hold
) -> None:
    """3 began at one’s, 2 went on, 1 waits: as many leave the place as were in it."""
    for number in range(3):
        learner, pathway = meet(lise, f"Traoré {number}", opened_on=day(6, 1))
        share(session, lise, learner, sophie)
        hold(lise, pathway, day(9, 1), day(9, 30))
        if number:
            hold(sophie, pathway, day(10, 12), day(12, 18))
    found = continuity_of(session, lise, today=day(11, 23))
    here = Place(lise.organisation_id, StepKind.TRAINING)
    there = Place(sophie.organisation_id, StepKind.TRAINING)
    assert found.flows == {(here, there): 2, (here, Standing.WAITING): 1}
    assert sum(count for (origin, _), count in found.flows.items() if origin == here) == 3


def share(session: Session, actor: Actor, learner: Learner, to: Actor) -> None:
    """The person agrees that a partner sees their file."""
    sharing.share_learner(
        session, actor, learner.id or 0, organisation_id=to.organisation_id,
        medium=SharingMedium.PAPER, purpose="La suite", starts_on=day(6, 1), ends_on=None,
        today=day(11, 23),
    )  # fmt: skip


def propose(session: Session, actor: Actor, to: Actor, learner: Learner, on: date) -> int:
    """Propose a training next year; the relay’s identifier."""
    dates = StepDates(date(2027, 1, 7), date(2027, 7, 31))
    facts = pathways.StepFacts(StepKind.TRAINING, "Promo GEN", dates)
    proposal = relays.Proposal(to.organisation_id, facts, "Prête.", SharingMedium.PAPER, None)
    return relays.propose(session, actor, learner.id or 0, proposal, today=on).id or 0
