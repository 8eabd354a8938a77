"""Nobody is left alone: replacements by day, closings refused, entrusting, two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    departures,
    learners,
    pathways,
    referents,
    relay_answers,
    relays,
    replacements,
    sharing,
    task_list,
)
from parcours.actions.alert_facts import gather
from parcours.actions.breaks import BreakFilters, breaks
from parcours.actions.continuity import refresh_gaps
from parcours.actions.relay_facts import Speaker
from parcours.actions.relay_messages import announce
from parcours.actions.task_list import TaskFilters
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.alerts import Actor as Who
from parcours.domain.errors import NotAllowed, NotFound, ParcoursError, RuleBroken
from parcours.domain.messages import MessageKind
from parcours.domain.pathway import StepDates
from parcours.domain.relays import Answer, DeclineReason, RelayAct
from parcours.domain.tasks import TaskKind
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import (
    Account,
    FieldChange,
    Gap,
    Learner,
    Membership,
    Message,
    Organisation,
    Pathway,
    Relay,
    Replacement,
    SignInSession,
    Step,
)
from tests.actions.conftest import Cast, Meet

Act = Callable[[Session], object]


@pytest.fixture
def nadia(cast: Cast) -> Actor:
    """A counsellor who accompanies people."""
    return cast("CLIC")


@pytest.fixture
def thomas(cast: Cast) -> Actor:
    """Her colleague."""
    return cast("CLIC", Role.TRAINER, "Thomas Perrin")


@pytest.fixture
def lead(cast: Cast) -> Actor:
    """Their coordinator."""
    return cast("CLIC", Role.COORDINATOR, "Jeanne Roy")


@pytest.fixture
def admin(cast: Cast) -> Actor:
    """Who opens and closes accounts."""
    return cast("CLIC", Role.ORGANISATION_ADMIN, "Yves Martel")


def replace(
    session: Session, actor: Actor, by: Actor, starts_on: date, ends_on: date, today: date
) -> Replacement:
    """Let `by` stand for the actor."""
    return replacements.arrange(
        session,
        actor,
        replaced_id=actor.account_id,
        substitute_id=by.account_id,
        starts_on=starts_on,
        ends_on=ends_on,
        today=today,
    )


def mine(session: Session, actor: Actor, day: date) -> list[int]:
    """The people « mine » on the worklist of that day."""
    rows = breaks(session, actor, BreakFilters(mine=True), today=day)
    return [row.learner_id for row in rows]


def referent(session: Session, learner_id: int) -> int | None:
    """Who accompanies somebody, as stored."""
    session.expire_all()
    return session.get_one(Learner, learner_id).referent_id


def gap_owners(session: Session, pathway: Pathway) -> list[int]:
    """Who owns each gap of a pathway, in order."""
    found = select(col(Gap.owner_id)).where(col(Gap.pathway_id) == pathway.id)
    return list(session.execute(found.order_by(col(Gap.starts_on))).scalars())


def test_a_replacement_begins_and_ends_by_itself(
    session: Session, nadia: Actor, thomas: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    learner = meet(nadia)[0].id or 0
    first, last = today + timedelta(days=3), today + timedelta(days=10)
    row = replace(session, nadia, thomas, first, last, today)
    days = {
        first - timedelta(days=1): [],
        first: [learner],
        last: [learner],
        last + timedelta(days=1): [],
    }
    for day, expected in days.items():
        assert mine(session, thomas, day) == expected, day
        # Who is away keeps her list: the history and the people stay hers.
        assert mine(session, nadia, day) == [learner], day
    assert mine(session, cast("CLIC", name="Paul Martin"), first) == []
    assert mine(session, cast("AUTRE", name="Rose Blanc"), first) == []
    replacements.end(session, nadia, row.id or 0, today=first + timedelta(days=2))
    assert (row.ends_on, row.cancelled_at) == (first + timedelta(days=1), None)
    assert mine(session, thomas, first + timedelta(days=2)) == []
    assert referent(session, learner) == nadia.account_id


def test_messages_reach_who_stands_in_and_only_then(
    session: Session, nadia: Actor, thomas: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    partner = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    learner, pathway = meet(nadia)
    step = pathways.add_step(
        session,
        nadia,
        pathway,
        pathways.StepFacts(StepKind.WORKSHOP, "Atelier", StepDates(today, today)),
        today=today,
    )
    relay = Relay(
        step_id=step.id or 0, pathway_id=pathway.id or 0, learner_id=learner.id or 0,
        sender_id=nadia.organisation_id, receiver_id=partner.organisation_id, reason="Suite",
        sent_on=today, sent_by_id=nadia.account_id, due_on=today, escalates_on=today,
        expires_on=today,
    )  # fmt: skip
    session.add(relay)
    session.flush()
    replace(session, nadia, thomas, today, today, today)
    told: Callable[[], list[int | None]] = lambda: list(  # noqa: E731
        session.execute(select(col(Message.account_id)).order_by(col(Message.id))).scalars()
    )
    announce(session, relay, RelayAct.DECLINED, today=today + timedelta(days=1))
    assert told() == [nadia.account_id]
    announce(session, relay, RelayAct.ACCEPTED, today=today)
    assert sorted(told()[1:], key=str) == sorted([nadia.account_id, thomas.account_id], key=str)


def test_impossible_replacements_are_refused(
    session: Session, nadia: Actor, thomas: Actor, cast: Cast, today: date
) -> None:
    stranger = cast("AUTRE", name="Rose Blanc")
    later, past = today + timedelta(days=9), today - timedelta(days=1)
    for by, start, end, field in (
        (nadia, today, later, "substitute"),
        (stranger, today, later, "substitute"),
        (thomas, later, today, "ends_on"),
        (thomas, past, past, "ends_on"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            replace(session, nadia, by, start, end, today)
        assert list(refusal.value.errors) == [field]
    row = replace(session, nadia, thomas, today, later, today)
    with pytest.raises(RuleBroken, match="déjà prévu"):
        replace(session, nadia, thomas, later, later, today)
    with pytest.raises(NotFound):
        replacements.end(session, stranger, row.id or 0, today=today)
    with pytest.raises(NotAllowed):
        replacements.arrange(
            session, thomas, replaced_id=nadia.account_id, substitute_id=thomas.account_id,
            starts_on=today, ends_on=today, today=today,
        )  # fmt: skip
    # Cancelled before it began, it leaves the days free.
    replacements.end(session, nadia, row.id or 0, today=today)
    replace(session, nadia, thomas, later, later, today)


def test_nobody_who_is_away_stands_for_somebody(
    session: Session, nadia: Actor, thomas: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    third = cast("CLIC", name="Lise Morel")
    learner, _ = meet(nadia)
    referents.take_up(session, nadia, learner.id or 0, today=today)
    middle, later = today + timedelta(days=4), today + timedelta(days=9)
    replace(session, nadia, thomas, today, middle, today)
    for absent, by, field in ((thomas, third, "replaced"), (third, nadia, "substitute")):
        with pytest.raises(RuleBroken) as refusal:
            replace(session, absent, by, middle, later, today)
        assert list(refusal.value.errors) == [field]
    replace(session, thomas, third, middle + timedelta(days=1), later, today)
    for day in (today, middle):
        assert mine(session, thomas, day) == [learner.id]


def test_an_account_that_accompanies_somebody_closes_only_with_somebody_to_take_over(
    session: Session, nadia: Actor, thomas: Actor, admin: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    learner = meet(nadia)[0].id or 0
    with pytest.raises(RuleBroken, match="accompagne seule une personne"):
        departures.close_account(session, admin, nadia.account_id, to=None, today=today)
    stranger = cast("AUTRE", name="Rose Blanc")
    for wrong in (nadia, stranger, admin):
        with pytest.raises(RuleBroken, match="n’agit plus"):
            departures.close_account(
                session, admin, nadia.account_id, to=wrong.account_id, today=today
            )
    with pytest.raises(NotAllowed):
        departures.close_account(session, thomas, nadia.account_id, to=None, today=today)
    with pytest.raises(NotFound):
        departures.close_account(session, admin, stranger.account_id, to=None, today=today)
    with pytest.raises(RuleBroken, match="Votre propre compte"):
        departures.close_account(session, admin, admin.account_id, to=None, today=today)
    moved = departures.close_account(
        session, admin, nadia.account_id, to=thomas.account_id, today=today
    )
    assert moved == 1
    assert referent(session, learner) == thomas.account_id
    assert session.get_one(Account, nadia.account_id).disabled_at is not None
    changes = select(FieldChange).where(col(FieldChange.field) == "referent")
    change = session.execute(changes).scalar_one()
    assert (change.before, change.after) == ("Nadia Belkacem", "Thomas Perrin")
    with pytest.raises(ParcoursError):
        accounts.actor_for(session, nadia.email, today=today)


def test_the_answer_to_a_relay_of_somebody_who_left_is_read_by_those_who_stay(
    session: Session, nadia: Actor, lead: Actor, admin: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    partner = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    learner, _ = meet(nadia)
    facts = pathways.StepFacts(
        StepKind.TRAINING, "Promo", StepDates(today, today + timedelta(days=90))
    )
    proposal = relays.Proposal(partner.organisation_id, facts, "Elle est prête.")
    relay = relays.propose(session, nadia, learner.id or 0, proposal, today=today)
    departures.close_account(session, admin, nadia.account_id, to=lead.account_id, today=today)
    relay_answers.decline(
        session,
        relay.id or 0,
        Speaker.of(partner),
        reason=DeclineReason.NO_PLACE,
        words=None,
        today=today + timedelta(days=1),
    )
    seen = task_list.tasks(session, lead, TaskFilters(), today=today + timedelta(days=1))
    assert TaskKind.RELAY_DECLINED in [row.kind for row in seen]
    told = select(col(Message.account_id)).where(col(Message.kind) == MessageKind.RELAY_ANSWERED)
    assert list(session.execute(told).scalars()) == [lead.account_id]


def test_who_acts_elsewhere_too_leaves_one_organisation_only(
    session: Session, nadia: Actor, admin: Actor, cast: Cast, today: date
) -> None:
    other = cast("AUTRE", name="Rose Blanc")
    organisation = session.get_one(Organisation, other.organisation_id)
    account = session.get_one(Account, nadia.account_id)
    accounts.join(session, account, organisation, Role.TRAINER, starts_on=date(2025, 1, 1))
    session.add(
        SignInSession(
            token_hash="x", csrf_token="y", account_id=nadia.account_id,
            membership_id=nadia.membership_id,
        )
    )  # fmt: skip
    assert departures.close_account(session, admin, nadia.account_id, to=None, today=today) == 0
    session.expire_all()
    assert session.get_one(Account, nadia.account_id).disabled_at is None
    assert accounts.actor_for(session, nadia.email, today=today).organisation_code == "AUTRE"
    assert session.execute(select(col(SignInSession.ended_at))).scalar_one() is not None
    assert session.get_one(Membership, nadia.membership_id).ends_on == today - timedelta(days=1)


def test_people_nobody_accompanies_are_listed_and_entrusted_together(
    session: Session, nadia: Actor, thomas: Actor, lead: Actor, meet: Meet, today: date
) -> None:
    first, second, third = (meet(nadia, name)[0].id or 0 for name in ("Aba", "Bobo", "Caba"))
    pathway = meet(thomas, "Dado")[1]
    session.get_one(Learner, second).referent_id = None
    assert [row[0] for row in referents.without_referent(session, lead, today=today)] == [second]
    # Who left keeps nobody: their people are on the list, with their name.
    session.get_one(Membership, nadia.membership_id).ends_on = today - timedelta(days=1)
    session.flush()
    rows = referents.without_referent(session, lead, today=today)
    assert [(row[0], row[6]) for row in rows] == [
        (first, "Nadia Belkacem"), (second, None), (third, "Nadia Belkacem"),
    ]  # fmt: skip
    key = rows[0][5], rows[0][0]
    assert len(referents.without_referent(session, lead, today=today, after=key)) == 2
    assert referents.entrust(session, lead, [first, second], thomas.account_id, today=today) == 2
    assert [row[0] for row in referents.without_referent(session, lead, today=today)] == [third]
    listed = departures.accompanied_by(session, lead, thomas.account_id)
    assert [row[0] for row in listed] == [first, second, pathway.learner_id]
    with pytest.raises(RuleBroken, match="n’agit plus"):
        referents.entrust(session, lead, [third], nadia.account_id, today=today)


def test_an_organisation_closes_once_nobody_is_held_by_it_alone(
    session: Session, nadia: Actor, admin: Actor, lead: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    partner = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    learner, pathway = meet(nadia)
    with pytest.raises(RuleBroken, match="seule à tenir une personne"):
        departures.close_organisation(session, admin, today=today)
    assert [row[0] for row in departures.held_alone(session, lead, today=today)] == [learner.id]
    step = pathways.add_step(
        session,
        nadia,
        pathway,
        pathways.StepFacts(StepKind.WORKSHOP, "Atelier", StepDates(today, today)),
        today=today,
    )
    # Held by a partner from now on, as an accepted relay leaves it.
    step.organisation_id = partner.organisation_id
    session.flush()
    assert departures.count_held_alone(session, admin, today=today + timedelta(days=1)) == 1
    # A partner that closed holds nobody any more: the last of the two cannot close.
    holder = session.get_one(Organisation, partner.organisation_id)
    holder.closed_on = today
    session.flush()
    with pytest.raises(RuleBroken, match="seule à tenir une personne"):
        departures.close_organisation(session, admin, today=today)
    holder.closed_on = None
    session.flush()
    departures.close_organisation(session, admin, today=today)
    assert session.get_one(Organisation, admin.organisation_id).closed_on == today
    assert session.get_one(Account, nadia.account_id).disabled_at is not None


def test_an_organisation_that_closes_answers_what_waits_for_it_and_accepts_nobody(
    session: Session, nadia: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    closing = cast("ECOLE", Role.ORGANISATION_ADMIN, "Sophie Garnier")
    learner, pathway = meet(nadia)
    facts = pathways.StepFacts(
        StepKind.TRAINING, "Promo", StepDates(today, today + timedelta(days=90))
    )
    proposal = relays.Proposal(closing.organisation_id, facts, "Elle est prête.")
    relay = relays.propose(session, nadia, learner.id or 0, proposal, today=today)
    departures.close_organisation(session, closing, today=today)
    assert (relay.answer, relay.answered_on) == (Answer.DECLINED, today)
    kinds = [row.kind for row in task_list.tasks(session, nadia, TaskFilters(), today=today)]
    assert kinds == [TaskKind.RELAY_DECLINED]
    # One that was being proposed at that moment still waits: nobody may accept it there.
    relay.answer = relay.answered_on = relay.decline_reason = None
    session.flush()
    who = Speaker(organisation_id=closing.organisation_id, name="Jean Petit")
    with pytest.raises(RuleBroken, match="a fermé"):
        relay_answers.accept(
            session, relay.id or 0, who, starts_on=None, ends_on=None, words=None, today=today
        )
    assert gap_owners(session, pathway) == [nadia.organisation_id]


def test_of_a_closing_and_an_entrusting_at_once_nobody_is_left_alone(
    file_database: Database, today: date
) -> None:
    """Whoever comes second sees what the first did: nobody is entrusted to a closed account."""
    with file_database.writing() as session:
        people = _open(session, today)
    nadia, _thomas, lead, admin = people
    for number in range(6):
        with file_database.writing() as session:
            learner_id = _meet(session, nadia, f"Traoré {number}", today)
            leaving = _join(session, f"Paul {number}", Role.TRAINER, today)

        acts: list[Act] = [
            partial(_close, by=admin, account_id=leaving, to=None, today=today),
            partial(_entrust, by=lead, learner_id=learner_id, to=leaving, today=today),
        ]
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(partial(_tried, file_database), acts))
        assert sorted(done) == [False, True]
        with file_database.reading() as session:
            account = session.get_one(Account, leaving)
            held = session.get_one(Learner, learner_id).referent_id == leaving
            assert held == (account.disabled_at is None)


def test_two_who_entrust_each_other_s_people_and_leave_cannot_both(
    file_database: Database, today: date
) -> None:
    with file_database.writing() as session:
        nadia, thomas, _lead, admin = _open(session, today)
        for actor in (nadia, thomas):
            _meet(session, actor, f"De {actor.name}", today)

    pairs = [(nadia.account_id, thomas.account_id), (thomas.account_id, nadia.account_id)]
    acts: list[Act] = [
        partial(_close, by=admin, account_id=one, to=other, today=today) for one, other in pairs
    ]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(partial(_tried, file_database), acts)) == [False, True]
    with file_database.reading() as session:
        held = {row for (row,) in session.execute(select(col(Learner.referent_id)))}
        (referent_id,) = held
        assert session.get_one(Account, referent_id).disabled_at is None


def _open(session: Session, today: date) -> tuple[Actor, Actor, Actor, Actor]:
    accounts.create_organisation(session, code="CLIC", name="CLIC", kind="OF")
    roles = (
        ("Nadia", Role.COUNSELLOR), ("Thomas", Role.TRAINER), ("Jeanne", Role.COORDINATOR),
        ("Yves", Role.ORGANISATION_ADMIN),
    )  # fmt: skip
    for name, role in roles:
        _join(session, name, role, today)
    nadia, thomas, lead, admin = (
        accounts.actor_for(session, f"{name.lower()}@exemple.fr", today=today) for name, _ in roles
    )
    return nadia, thomas, lead, admin


def _join(session: Session, name: str, role: Role, today: date) -> int:
    email = f"{name.lower().replace(' ', '')}@exemple.fr"
    account = Account(email=email, name=name, password_hash="not a hash")
    session.add(account)
    session.flush()
    organisation = accounts.organisation_of_code(session, "CLIC")
    assert organisation is not None
    accounts.join(session, account, organisation, role, starts_on=date(2025, 1, 1))
    return account.id or 0


def _meet(session: Session, actor: Actor, name: str, today: date) -> int:
    facts = learners.LearnerFacts(birth_name=name, first_names="Amina", born_on=date(1990, 3, 12))
    learner = learners.create_learner(session, actor, facts, today=today, is_another=True)
    pathways.open_pathway(session, actor, learner, opened_on=date(2026, 2, 1))
    return learner.id or 0


def _close(session: Session, by: Actor, account_id: int, to: int | None, today: date) -> None:
    departures.close_account(session, by, account_id, to=to, today=today)


def _entrust(session: Session, by: Actor, learner_id: int, to: int, today: date) -> None:
    referents.entrust(session, by, [learner_id], to, today=today)


def _tried(database: Database, act: Act) -> bool:
    """Whether the act was taken; a refusal leaves nothing."""
    try:
        with database.writing() as session:
            act(session)
    except RuleBroken:
        return False
    return True


def test_what_an_organisation_that_closes_held_ends_and_its_gaps_show(
    session: Session, nadia: Actor, admin: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    partner = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    _, pathway = meet(nadia)

    def held(title: str, first: int, last: int) -> Step:
        dates = StepDates(today + timedelta(days=first), today + timedelta(days=last))
        facts = pathways.StepFacts(StepKind.TRAINING, title, dates)
        return pathways.add_step(session, nadia, pathway, facts, today=today)

    theirs, going_on, to_come = held("Promo", 0, 10), held("Suivi", 0, 90), held("Suite", 120, 150)
    theirs.organisation_id = partner.organisation_id
    session.flush()
    departures.close_organisation(session, admin, today=today)
    assert (going_on.started_on, going_on.ended_on) == (today, today)
    assert (to_come.cancel_reason, to_come.ended_on) == ("La structure ferme.", None)
    assert theirs.ended_on is None
    gaps = session.execute(select(Gap).where(col(Gap.pathway_id) == pathway.id)).scalars().all()
    last = [(gap.starts_on, gap.ends_on, gap.owner_id) for gap in gaps][-1]
    assert last == (today + timedelta(days=11), None, partner.organisation_id)


def test_the_gap_of_an_owner_that_sees_nobody_is_told_to_who_entered_the_person(
    session: Session, nadia: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    partner = cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    learner, pathway = meet(nadia)
    ended = StepDates(today - timedelta(days=20), today - timedelta(days=5))
    facts = pathways.StepFacts(StepKind.WORKSHOP, "Atelier", ended)
    step = pathways.add_step(session, nadia, pathway, facts, today=today)
    step.organisation_id = partner.organisation_id
    refresh_gaps(session, pathway)
    number = learner.id or 0

    def answering() -> int:
        found = gather(session, number, number, today=today)
        return found.parties[f"pathway:{pathway.id}"][Who.PATHWAY_REFERENT]

    assert gap_owners(session, pathway)[-1] == partner.organisation_id
    assert answering() == nadia.organisation_id
    sharing.share_learner(
        session, nadia, number, organisation_id=partner.organisation_id,
        medium=SharingMedium.ORAL, starts_on=today, ends_on=None, purpose="La suite", today=today,
    )  # fmt: skip
    assert answering() == partner.organisation_id
    session.get_one(Organisation, partner.organisation_id).closed_on = today
    session.flush()
    assert answering() == nadia.organisation_id
