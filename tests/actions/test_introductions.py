"""Introductions through the actions: agreement first, posts, silence day by day, who sees what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, col

from parcours.actions import (
    employers,
    exits,
    introduction_answers,
    introduction_daily,
    introduction_links,
    introduction_lists,
    introductions,
    need_freshness,
    needs,
    sharing,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.employers import Contact
from parcours.actions.introduction_answers import Answer
from parcours.actions.introduction_links import LINKS
from parcours.actions.introductions import Agreement
from parcours.actions.need_history import By, current
from parcours.actions.personal_links import LinkState, enter, look
from parcours.domain.access import Actor, Role
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.introductions import Act, EmployerReason, PersonReason, State, Way
from parcours.domain.needs import NeedState, Requirement, Terms
from parcours.domain.tasks import TaskKind
from parcours.domain.words import SharingMedium
from parcours.models import (
    Employer,
    Introduction,
    IntroductionEvent,
    IntroductionLink,
    Learner,
    Message,
    Need,
    Skill,
    Task,
)
from tests.actions.conftest import Cast, Meet

DAY = timedelta(days=1)
PRESENTATION = "Sait monter une page web et travailler avec une équipe."


@pytest.fixture
def nadia(cast: Cast) -> Actor:
    """A counsellor."""
    return cast("MDE")


@pytest.fixture
def amina(meet: Meet, nadia: Actor) -> Learner:
    """Somebody she follows."""
    return meet(nadia)[0]


@pytest.fixture
def need(session: Session, nadia: Actor, today: date) -> Need:
    """A published need of two posts."""
    skill = Skill(code="html", label="HTML", framework="parcours")
    session.add(skill)
    session.flush()
    facts = PartnerFacts("Studio Revermont", employers.KIND, "Bourg", "rh@studio.fr")
    employer = employers.add_employer(session, nadia, facts, Contact(contact_name="Igor Bonnet"))
    made = needs.create_need(
        session, nadia, employer.id or 0, Terms("Intégratrice", 2, contracts=("CDI",)),
        [Requirement(skill.id or 0, 3, 4, True)], today=today,
    )  # fmt: skip
    return needs.publish(session, nadia, made.id or 0, version=1, today=today)


def agreed(session: Session, actor: Actor, need: Need, learner: Learner, on: date) -> Introduction:
    """Proposed, and agreed to."""
    row = introductions.propose(session, actor, need.id or 0, learner.id or 0, today=on)
    agreement = Agreement("Poste expliqué, elle dit oui.", on, PRESENTATION, Way.IN_PERSON)
    return introductions.agree(session, actor, row.id or 0, agreement, version=1, today=on)


def sent(
    session: Session, actor: Actor, need: Need, learner: Learner, on: date, way: Way = Way.PHONE
) -> Introduction:
    """The same, sent."""
    row = agreed(session, actor, need, learner, on)
    return introductions.send(session, actor, row.id or 0, way=way, version=2, today=on)


def answered(
    session: Session, actor: Actor, row: Introduction, said: Answer, on: date
) -> Introduction:
    """What the employer said, typed in."""
    return introduction_answers.answer(
        session, actor, row.id or 0, said, version=row.version, today=on
    )


def acts(session: Session, row: Introduction) -> list[str]:
    """The history, in order."""
    found = session.execute(
        select(col(IntroductionEvent.act))
        .where(col(IntroductionEvent.introduction_id) == row.id)
        .order_by(col(IntroductionEvent.id))
    )
    return [act.value for act in found.scalars()]


def given(session: Session) -> list[tuple[TaskKind, bool]]:
    """The tasks the rules gave, and whether they are over."""
    rows = session.execute(
        select(col(Task.kind), col(Task.done_at))
        .where(col(Task.introduction_id).is_not(None))
        .order_by(col(Task.id))
    )
    return [(kind, done is not None) for kind, done in rows]


def test_nothing_leaves_before_the_person_agreed(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = introductions.propose(session, nadia, need.id or 0, amina.id or 0, today=today)
    with pytest.raises(RuleBroken, match="sans l’accord de la personne"):
        introductions.send(session, nadia, row.id or 0, way=Way.PAPER, version=1, today=today)
    session.refresh(row)
    with pytest.raises(RuleBroken, match="n’est attendue"):
        introduction_links.make(session, nadia, row.id or 0, today=today)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE introduction SET state = 'sent', sent_on = '2026-11-23'"))
    agreement = Agreement("Dit oui.", today, PRESENTATION)
    introductions.agree(session, nadia, row.id or 0, agreement, version=1, today=today)
    introductions.send(session, nadia, row.id or 0, way=Way.PAPER, version=2, today=today)
    assert (row.agreed_by_id, row.said, row.sent_on) == (nadia.account_id, "Dit oui.", today)
    assert acts(session, row) == ["proposed", "agreed", "sent"]


def test_a_refusal_of_the_person_removes_the_proposal_and_it_reopens(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = introductions.propose(session, nadia, need.id or 0, amina.id or 0, today=today)
    number = need.id or 0
    assert introduction_lists.proposed(session, [number])[number].told == (
        "proposé à 1 personne pour 2 postes"
    )
    with pytest.raises(RuleBroken, match="Choisissez la raison"):
        introductions.refuse(session, nadia, row.id or 0, reason=None, version=1, today=today)
    introductions.refuse(
        session, nadia, row.id or 0, reason=PersonReason.TRAVEL, version=1, today=today
    )
    assert introduction_lists.proposed(session, [number])[number].people == 0
    assert acts(session, row)[-1] == "declined"
    with pytest.raises(RuleBroken, match="déjà mise en relation"):
        introductions.propose(session, nadia, number, amina.id or 0, today=today)
    introductions.reopen(session, nadia, row.id or 0, version=2, today=today + DAY)
    assert (row.state, row.version, row.proposed_on) == (State.PROPOSED, 3, today + DAY)
    with pytest.raises(EditConflict):
        introductions.reopen(session, nadia, row.id or 0, version=2, today=today)


def test_hirings_take_the_posts_until_the_need_is_filled(
    session: Session, nadia: Actor, need: Need, meet: Meet, amina: Learner, today: date
) -> None:
    first = sent(session, nadia, need, amina, today)
    second = sent(session, nadia, need, meet(nadia, "Diallo")[0], today)
    hired = Answer(Act.HIRED, today + 9 * DAY, way=Way.PAPER)
    answered(session, nadia, first, hired, today)
    assert (current(session, need)[0].posts, need.state) == (1, NeedState.PUBLISHED)
    answered(session, nadia, second, hired, today)
    assert need.state is NeedState.FILLED
    third = meet(nadia, "Ndiaye")[0]
    with pytest.raises(RuleBroken, match="pourvu"):
        introductions.propose(session, nadia, need.id or 0, third.id or 0, today=today)
    introductions.reopen(session, nadia, second.id or 0, version=second.version, today=today)
    assert (need.state, second.hired_on, second.agreed_on) == (NeedState.PUBLISHED, None, None)
    introductions.reopen(session, nadia, first.id or 0, version=first.version, today=today)
    assert current(session, need)[0].posts == 2


def test_a_hiring_drafts_the_exit_linked_to_the_need(
    session: Session, nadia: Actor, need: Need, meet: Meet, today: date
) -> None:
    learner, pathway = meet(nadia, "Diallo")
    row = sent(session, nadia, need, learner, today)
    answered(session, nadia, row, Answer(Act.HIRED, today, way=Way.PAPER), today)
    draft = introduction_answers.exit_draft(
        session, nadia, row.id or 0, learner.id or 0, today=today
    )
    assert (draft.employer, draft.contract_type, draft.contract_starts_on, draft.need_id) == (
        "Studio Revermont", "CDI", today, need.id,
    )  # fmt: skip
    made = exits.record_exit(session, nadia, pathway.id or 0, draft, today=today)
    told = exits.exits_of(session, [pathway.id or 0])[0].first
    assert (told.need_id, made.exited_on) == (need.id, today)
    other = meet(nadia, "Ndiaye")[0]
    with pytest.raises(NotFound):
        introduction_answers.exit_draft(session, nadia, row.id or 0, other.id or 0, today=today)


def test_silence_day_by_day(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    """Sent on Monday 23 November: chased on the 30th, closed on 15 December, each once."""
    row = sent(session, nadia, need, amina, today)
    assert (row.remind_on, row.closes_on) == (date(2026, 11, 30), date(2026, 12, 14))
    chased, closed = [], []
    for number in range(40):
        day = today + number * DAY
        for _ in range(2):
            done = introduction_daily.run(session, today=day)
            chased += [day] * done["reminded"]
            closed += [day] * done["closed"]
    assert (chased, closed) == ([date(2026, 11, 30)], [date(2026, 12, 15)])
    assert row.state is State.NO_ANSWER
    assert acts(session, row)[-2:] == ["reminded", "silent"]
    assert given(session) == [(TaskKind.EMPLOYER_SILENT, True),
                              (TaskKind.INTRODUCTION_CLOSED, False)]  # fmt: skip
    # A late answer still counts, and was never a refusal.
    late = Answer(Act.INTERESTED, way=Way.PHONE)
    assert answered(session, nadia, row, late, day).state is State.INTERVIEW
    assert row.closes_on is not None


def test_days_without_running_leave_nothing_out(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = sent(session, nadia, need, amina, today)
    done = introduction_daily.run(session, today=today + 60 * DAY)
    assert (done, row.state) == (
        {"reminded": 0, "written": 0, "closed": 1}, State.NO_ANSWER,
    )  # fmt: skip


def test_an_answer_ends_the_chase(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = sent(session, nadia, need, amina, today)
    introduction_daily.run(session, today=today + 8 * DAY)
    assert given(session) == [(TaskKind.EMPLOYER_SILENT, False)]
    said = Answer(Act.NOT_RETAINED, reason=EmployerReason.SCHEDULE, way=Way.PHONE)
    answered(session, nadia, row, said, today + 8 * DAY)
    assert given(session) == [(TaskKind.EMPLOYER_SILENT, True)]
    assert introduction_daily.run(session, today=today + 90 * DAY)["closed"] == 0


def test_a_link_answers_once_and_its_reminder_opens_with_the_same_code(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = sent(session, nadia, need, amina, today, Way.LINK)
    link = introduction_links.make(session, nadia, row.id or 0, today=today)
    assert link.code is not None
    body = link.message.subject + link.message.body
    assert not any(word in body for word in ("Amina", "Traoré", PRESENTATION))
    assert enter(session, LINKS, link.token, "000", today=today)[1] is None
    done = introduction_daily.run(session, today=today + 8 * DAY)
    assert done["written"] == 1
    assert look(session, LINKS, link.token, today=today) is LinkState.ENDED
    told = session.execute(select(Message).order_by(col(Message.id).desc())).scalars().first()
    assert told is not None
    token = (told.path or "").rpartition("/")[2]
    where, _, found = enter(session, LINKS, token, link.code, today=today + 8 * DAY)
    assert (where, found) == (LinkState.READY, row)
    introduction_answers.write(
        session, row, Answer(Act.NOT_RETAINED, is_filled=True), By(name="Igor"), today=today
    )
    assert (row.state, need.state) == (State.NOT_RETAINED, NeedState.FILLED)
    assert (TaskKind.EMPLOYER_ANSWERED, False) in given(session)
    assert look(session, LINKS, token, today=today) is LinkState.ENDED


def test_another_organisation_answers_a_need_with_its_own_people(
    session: Session, nadia: Actor, need: Need, cast: Cast, meet: Meet, today: date
) -> None:
    lise = cast("CLIC", name="Lise Morel")
    theirs = meet(lise, "Diallo")[0]
    row = sent(session, lise, need, theirs, today, Way.LINK)
    introduction_links.make(session, lise, row.id or 0, today=today)
    link = session.execute(select(IntroductionLink)).scalar_one()
    assert session.get_one(Employer, link.employer_id).organisation_id == lise.organisation_id
    seen = introduction_lists.of_need(session, nadia, need.id or 0, today=today)[0]
    assert (seen.knows, "Diallo" in seen.name, seen.state) == (False, False, State.SENT)
    with pytest.raises(NotFound):
        answered(session, nadia, row, Answer(Act.HIRED, today), today)
    sharing.share_learner(
        session, lise, theirs.id or 0, organisation_id=need.organisation_id, purpose="Emploi",
        medium=SharingMedium.PAPER, starts_on=today, ends_on=None, today=today,
    )  # fmt: skip
    assert introduction_lists.of_need(session, nadia, need.id or 0, today=today)[0].knows
    outsider = cast("AUTRE", Role.COORDINATOR, "Zoé Autre")
    assert introduction_lists.of_need(session, outsider, need.id or 0, today=today) == []
    assert introduction_lists.proposed(session, [need.id or 0])[need.id or 0].people == 1


def test_a_suspended_need_is_proposed_to_nobody(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    row = agreed(session, nadia, need, amina, today)
    late = today + 91 * DAY
    with pytest.raises(RuleBroken, match="suspendu"):
        introductions.send(session, nadia, row.id or 0, way=Way.PHONE, version=2, today=late)
    session.refresh(row)
    need_freshness.fill(session, need, By.account(nadia), today=late)
    introductions.refuse(
        session, nadia, row.id or 0, reason=PersonReason.NEED_OVER, version=2, today=late
    )
    assert acts(session, row)[-1] == "given_up"


def test_the_history_is_never_rewritten(
    session: Session, nadia: Actor, need: Need, amina: Learner, today: date
) -> None:
    introductions.propose(session, nadia, need.id or 0, amina.id or 0, today=today)
    session.flush()
    for statement in (
        "UPDATE introduction_event SET words = 'x'",
        "DELETE FROM introduction_event",
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(statement))
