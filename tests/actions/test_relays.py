"""Relays: who holds the person, day by day, whatever is answered, or not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import (
    cohorts,
    continuity_check,
    pathways,
    relay_answers,
    relay_daily,
    relays,
    sharing,
)
from parcours.actions.relay_facts import Speaker
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.relays import Answer, DeclineReason, RelayAct
from parcours.domain.tasks import TaskKind
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import (
    Gap,
    Learner,
    Organisation,
    OrganisationClosure,
    Pathway,
    Relay,
    RelayEvent,
    Step,
    Task,
    visibility,
)
from tests.actions.conftest import Cast, Meet

SENT = date(2026, 11, 6)


@pytest.fixture
def lise(cast: Cast) -> Actor:
    """A counsellor of the association that begins the pathway."""
    return cast("CLIC", name="Lise Morel")


@pytest.fixture
def sophie(cast: Cast) -> Actor:
    """A coordinator of the training body."""
    return cast("ECOLE", Role.COORDINATOR, name="Sophie Garnier")


def offer(
    to: Actor,
    starts_on: date = date(2027, 1, 7),
    ends_on: date | None = date(2027, 7, 31),
    *,
    kind: StepKind = StepKind.TRAINING,
    medium: SharingMedium | None = SharingMedium.PAPER,
    cohort_id: int | None = None,
) -> relays.Proposal:
    """A proposal that could be accepted."""
    facts = pathways.StepFacts(kind, "Promo GEN", StepDates(starts_on, ends_on))
    return relays.Proposal(to.organisation_id, facts, "Elle est prête.", medium, cohort_id)


def accept(session: Session, actor: Actor, relay: Relay, today: date = SENT) -> Relay:
    """Take the person on, at the dates proposed."""
    return relay_answers.accept(
        session,
        relay.id or 0,
        Speaker.of(actor),
        starts_on=None,
        ends_on=None,
        words=None,
        today=today,
    )


def decline(session: Session, actor: Actor, relay: Relay, today: date = SENT) -> Relay:
    """Not take the person on."""
    return relay_answers.decline(
        session,
        relay.id or 0,
        Speaker.of(actor),
        reason=DeclineReason.NO_PLACE,
        words=None,
        today=today,
    )


def gaps(session: Session) -> list[tuple[date, date | None, date | None, int]]:
    """The stored gaps, checked against the facts."""
    session.flush()
    assert continuity_check.differences(session) == []
    rows = session.execute(select(Gap).order_by(col(Gap.starts_on))).scalars()
    return [(gap.starts_on, gap.ends_on, gap.breaks_on, gap.owner_id) for gap in rows]


def acts(session: Session, relay: Relay) -> list[RelayAct]:
    """The history of a relay."""
    session.flush()
    found = select(col(RelayEvent.act)).where(col(RelayEvent.relay_id) == relay.id)
    return list(session.execute(found.order_by(col(RelayEvent.id))).scalars())


def todo(session: Session, organisation_id: int) -> list[TaskKind]:
    """The tasks an organisation has still to do."""
    session.flush()
    found = select(col(Task.kind)).where(
        col(Task.organisation_id) == organisation_id, col(Task.done_at).is_(None)
    )
    return list(session.execute(found.order_by(col(Task.id))).scalars())


def initiation(session: Session, lise: Actor, pathway: Pathway) -> None:
    """The worked case of the product: the initiation from 10 February to 20 March."""
    facts = pathways.StepFacts(
        StepKind.DIGITAL_INITIATION,
        "Initiation",
        StepDates(date(2026, 2, 10), None, date(2026, 2, 10), date(2026, 3, 20)),
    )
    pathways.add_step(session, lise, pathway, facts, today=SENT)


def test_a_pending_relay_changes_nothing_and_an_accepted_one_does(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    """The worked case of the product, §2: opened 1 Feb, training 1 June to 30 November."""
    learner, pathway = meet(lise)
    initiation(session, lise, pathway)
    proposal = offer(sophie, date(2026, 6, 1), date(2026, 11, 30))
    clic, ecole = lise.organisation_id, sophie.organisation_id
    alone = [
        (date(2026, 2, 1), date(2026, 2, 9), None, clic),
        (date(2026, 3, 21), None, date(2026, 4, 5), clic),
    ]
    relay = relays.propose(session, lise, learner.id or 0, proposal, today=SENT)
    assert gaps(session) == alone
    accept(session, sophie, relay)
    assert gaps(session) == [
        alone[0],
        (date(2026, 3, 21), date(2026, 5, 31), date(2026, 4, 5), clic),
        (date(2026, 12, 1), None, date(2026, 12, 16), ecole),
    ]
    assert acts(session, relay) == [RelayAct.PROPOSED, RelayAct.ACCEPTED]


def test_a_refused_relay_leaves_the_person_with_the_sender_who_has_a_task(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, pathway = meet(lise)
    initiation(session, lise, pathway)
    before = gaps(session)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    decline(session, sophie, relay)
    assert gaps(session) == before
    step = session.get_one(Step, relay.step_id)
    assert step.cancelled_at is not None
    assert step.cancel_reason == "Relais décliné : Plus de place"
    assert todo(session, lise.organisation_id) == [TaskKind.RELAY_DECLINED]
    with pytest.raises(RuleBroken, match="déjà été décliné"):
        accept(session, sophie, relay)


def test_the_receiver_sees_the_file_only_after_its_own_yes_and_the_person_s(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    key = learner.id or 0
    relay = relays.propose(session, lise, key, offer(sophie, medium=None), today=SENT)
    with pytest.raises(NotFound):
        visibility.learner(session, sophie, key, today=SENT)
    accept(session, sophie, relay)
    with pytest.raises(NotFound):
        visibility.learner(session, sophie, key, today=SENT)
    other, _ = meet(lise, name="Kaya")
    agreed = relays.propose(session, lise, other.id or 0, offer(sophie), today=SENT)
    with pytest.raises(NotFound):
        visibility.learner(session, sophie, other.id or 0, today=SENT)
    accept(session, sophie, agreed)
    assert visibility.learner(session, sophie, other.id or 0, today=SENT).id == other.id


def test_a_former_partner_keeps_the_file_thirty_days_after_the_hand_over(
    session: Session, cast: Cast, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    nadia = cast("MDE")
    learner, _ = meet(lise)
    key = learner.id or 0
    sharing.share_learner(
        session,
        lise,
        key,
        organisation_id=nadia.organisation_id,
        medium=SharingMedium.PAPER,
        purpose="Préparer la suite",
        starts_on=SENT,
        ends_on=None,
        today=SENT,
    )
    starts_on = date(2027, 1, 7)
    relay = relays.propose(session, nadia, key, offer(sophie, starts_on), today=SENT)
    accept(session, sophie, relay)
    last = starts_on + timedelta(days=30)
    assert visibility.learner(session, nadia, key, today=last).id == key
    with pytest.raises(NotFound):
        visibility.learner(session, nadia, key, today=last + timedelta(days=1))
    # The association that entered the person keeps its own file.
    assert visibility.learner(session, lise, key, today=last + timedelta(days=1)).id == key


def test_one_of_two_partners_asked_wins(
    session: Session, cast: Cast, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    hugo = cast("FABLAB", Role.COORDINATOR, name="Hugo Blanc")
    learner, _ = meet(lise)
    first, second = (
        relays.propose(session, lise, learner.id or 0, offer(actor), today=SENT)
        for actor in (sophie, hugo)
    )
    parallel = offer(hugo, kind=StepKind.JOB_SEARCH)
    third = relays.propose(
        session, lise, learner.id or 0, offer(cast("MDE"), kind=parallel.facts.kind), today=SENT
    )
    accept(session, sophie, first)
    assert second.answer is Answer.WITHDRAWN
    assert third.answer is None
    with pytest.raises(RuleBroken, match="retiré"):
        accept(session, hugo, second)


def test_a_relay_to_a_cohort_gives_a_place_and_no_more_than_there_are(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    facts = cohorts.CohortFacts("GEN-3", "Promo GEN", date(2027, 1, 7), date(2027, 7, 31), 1)
    cohort = cohorts.create_cohort(session, sophie, facts)
    proposal = offer(sophie, cohort_id=cohort.id)
    (one, _), (two, _) = meet(lise), meet(lise, name="Kaya")
    first = relays.propose(session, lise, one.id or 0, proposal, today=SENT)
    second = relays.propose(session, lise, two.id or 0, proposal, today=SENT)
    accept(session, sophie, first)
    assert cohorts.places_left(session, cohort) == 0
    assert session.get_one(Step, first.step_id).enrolment_id is not None
    with pytest.raises(RuleBroken, match="complète"):
        accept(session, sophie, second)


def test_a_question_and_its_reply_leave_the_deadlines_running(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    due = relay.due_on
    relays.ask(session, relay, Speaker.of(sophie), words="A-t-elle un ordinateur ?", today=SENT)
    assert todo(session, lise.organisation_id) == [TaskKind.RELAY_QUESTION]
    with pytest.raises(NotAllowed):
        relays.reply(session, sophie, relay.id or 0, words="Oui.", today=SENT)
    relays.reply(session, lise, relay.id or 0, words="Oui.", today=SENT)
    assert todo(session, lise.organisation_id) == []
    assert relay.due_on == due
    assert acts(session, relay) == [RelayAct.PROPOSED, RelayAct.QUESTION, RelayAct.REPLY]


def test_closing_a_pathway_takes_back_what_waits(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, pathway = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    pathways.close_pathway(session, lise, pathway.id or 0, closed_on=SENT, today=SENT)
    assert relay.answer is Answer.WITHDRAWN
    with pytest.raises(RuleBroken):
        relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "self"}, "receiver"),
        ({"reason": "  "}, "reason"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 5, 1)}, "planned_end_on"),
        ({"ends_on": date(2027, 1, 1)}, "planned_end_on"),
    ],
)
def test_what_cannot_be_proposed_says_why(
    session: Session,
    lise: Actor,
    sophie: Actor,
    meet: Meet,
    change: dict[str, object],
    field: str,
) -> None:
    learner, _ = meet(lise)
    dates = {name: value for name, value in change.items() if name.endswith("_on")}
    proposal = offer(lise if "to" in change else sophie, **dates)  # type: ignore[arg-type]
    if "reason" in change:
        proposal = relays.Proposal(sophie.organisation_id, proposal.facts, "  ")
    with pytest.raises(RuleBroken) as refusal:
        relays.propose(session, lise, learner.id or 0, proposal, today=SENT)
    assert field in refusal.value.errors


def test_the_same_days_are_not_proposed_twice_to_one_partner(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    with pytest.raises(RuleBroken, match="attend déjà"):
        relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)


def test_an_outsider_neither_sees_nor_proposes(
    session: Session, cast: Cast, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    outsider = cast("AUTRE", name="Paul Martin")
    with pytest.raises(NotFound):
        visibility.relay(session, outsider, relay.id or 0, today=SENT)
    with pytest.raises(NotFound):
        relays.propose(session, outsider, learner.id or 0, offer(sophie), today=SENT)
    with pytest.raises(NotFound):
        relays.take_back(session, outsider, relay.id or 0, words="Non", today=SENT)


def test_closures_of_the_receiver_are_no_working_days(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    session.add(
        OrganisationClosure(
            organisation_id=sophie.organisation_id,
            starts_on=date(2026, 11, 9),
            ends_on=date(2026, 11, 10),
            label="Déménagement",
        )
    )
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    assert relay.due_on == date(2026, 11, 18)


def test_each_day_of_three_months_brings_each_thing_once(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    silent = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    other, _ = meet(lise, name="Kaya")
    answered = relays.propose(session, lise, other.id or 0, offer(sophie), today=SENT)
    happened: list[tuple[date, RelayAct]] = []
    for number in range(92):
        day = SENT + timedelta(days=number)
        if day == date(2026, 11, 18):
            accept(session, sophie, answered, today=day)
        for _ in range(3):
            before = len(acts(session, silent))
            relay_daily.run(session, today=day)
            happened += [(day, act) for act in acts(session, silent)[before:]]
    assert happened == [
        (date(2026, 11, 16), RelayAct.REMINDED),
        (date(2026, 11, 23), RelayAct.ESCALATED),
        (date(2026, 12, 8), RelayAct.EXPIRED),
    ]
    assert acts(session, answered) == [RelayAct.PROPOSED, RelayAct.REMINDED, RelayAct.ACCEPTED]
    assert todo(session, lise.organisation_id) == [TaskKind.RELAY_EXPIRED]
    assert todo(session, sophie.organisation_id) == []
    assert session.get_one(Step, silent.step_id).cancelled_at is not None


def test_weeks_without_running_lose_nothing_and_repeat_nothing(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    late = date(2027, 2, 1)
    assert relay_daily.run(session, today=late) == {"reminded": 1, "escalated": 1, "expired": 1}
    assert relay_daily.run(session, today=late) == {"reminded": 0, "escalated": 0, "expired": 0}
    assert acts(session, relay)[1:] == [RelayAct.REMINDED, RelayAct.ESCALATED, RelayAct.EXPIRED]
    with pytest.raises(RuleBroken, match="expiré"):
        accept(session, sophie, relay, today=late)


def test_both_managers_are_told(session: Session, lise: Actor, sophie: Actor, meet: Meet) -> None:
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    relay_daily.run(session, today=relay.escalates_on)
    rows = session.execute(select(Task).where(col(Task.kind) == TaskKind.RELAY_ESCALATION))
    told = {(row.organisation_id, row.for_role, row.learner_id) for row in rows.scalars()}
    # The receiver’s task names nobody: it does not see the person yet.
    assert told == {
        (lise.organisation_id, Role.COORDINATOR, learner.id),
        (sophie.organisation_id, Role.COORDINATOR, None),
    }


def test_an_organisation_sets_its_own_delays(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    clic = session.get_one(Organisation, lise.organisation_id)
    clic.relay_reminder_days, clic.relay_escalation_days, clic.relay_expiry_days = 2, 3, 4
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    assert (relay.due_on, relay.escalates_on, relay.expires_on) == (
        date(2026, 11, 10),
        date(2026, 11, 12),
        date(2026, 11, 13),
    )


def test_an_edited_proposal_is_not_the_receiver_s_to_change(
    session: Session, lise: Actor, sophie: Actor, meet: Meet
) -> None:
    learner, _ = meet(lise)
    sharing.share_learner(
        session,
        lise,
        learner.id or 0,
        organisation_id=sophie.organisation_id,
        medium=SharingMedium.ORAL,
        purpose="Se connaître",
        starts_on=SENT,
        ends_on=None,
        today=SENT,
    )
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    with pytest.raises(NotFound):
        visibility.held_step(session, sophie, relay.step_id, today=SENT)
    accept(session, sophie, relay)
    assert visibility.held_step(session, sophie, relay.step_id, today=SENT).id == relay.step_id


def test_nobody_is_counted_twice(session: Session, lise: Actor, sophie: Actor, meet: Meet) -> None:
    learner, _ = meet(lise)
    relay = relays.propose(session, lise, learner.id or 0, offer(sophie), today=SENT)
    accept(session, sophie, relay)
    assert session.execute(select(func.count()).select_from(Learner)).scalar_one() == 1
    assert session.execute(select(func.count()).select_from(Step)).scalar_one() == 1
