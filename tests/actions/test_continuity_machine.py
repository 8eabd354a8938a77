"""Whatever is done to steps, relays and dates, in any order, the stored gaps are the facts’.

Each check takes about a thousand random acts; `pytest --hypothesis-profile=thorough` ten thousand.
On PostgreSQL a quarter as many: there each act crosses to a server.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    continuity_check,
    learners,
    pathways,
    relay_answers,
    relay_daily,
    relays,
    sharing,
)
from parcours.actions.relay_facts import Speaker
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.relays import Answer, DeclineReason
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Account, Learner, Relay, Step
from tests import databases

START = date(2026, 3, 2)
EXAMPLES = {"thorough": 200}.get(settings.get_current_profile_name(), 20)
DAYS, LENGTHS = st.integers(-60, 200), st.one_of(st.none(), st.integers(0, 120))
KINDS, PEOPLE = st.sampled_from(list(StepKind)), st.integers(0, 2)
ANY = st.integers(0, 10_000)
STEP_ACTS = st.sampled_from(["start", "end", "cancel", "undo"])
OPENINGS: list[Callable[[], AbstractContextManager[Database]]] = []


class Continuity(RuleBasedStateMachine):
    """Three organisations, one person, everything that moves a pathway."""

    @initialize()
    def open_house(self) -> None:
        """A database that is empty, and stays so: nothing is ever committed; who acts in it."""
        self._opened = OPENINGS[0]()
        self.session = Session(self._opened.__enter__().engine)
        self.today = START
        self.actors = [self._actor(code) for code in ("A", "B", "C")]
        facts = learners.LearnerFacts("Traoré", "Amina", date(1990, 3, 12))
        learner = learners.create_learner(self.session, self.actors[0], facts, today=START)
        self.learner_id = learner.id or 0
        pathways.open_pathway(self.session, self.actors[0], learner, opened_on=START)

    @rule(who=PEOPLE, kind=KINDS, start=DAYS, length=LENGTHS)
    def add_step(self, who: int, kind: StepKind, start: int, length: int | None) -> None:
        """A step somebody holds from now on."""
        self._try(
            lambda: pathways.add_step(
                self.session,
                self.actors[who],
                self._pathway(),
                pathways.StepFacts(kind, "Étape", self._dates(start, length)),
                today=self.today,
            )
        )

    @rule(which=ANY, start=DAYS, length=LENGTHS)
    def move_step(self, which: int, start: int, length: int | None) -> None:
        """Other dates for a step."""
        if step := self._held(which):
            facts = pathways.StepFacts(step.kind, step.title, self._dates(start, length))
            self._try(
                lambda: pathways.edit_step(
                    self.session,
                    self._holder(step),
                    step.id or 0,
                    facts,
                    version=step.version,
                    today=self.today,
                )
            )

    @rule(
        which=ANY, back=st.integers(0, 30), act=st.sampled_from(["start", "end", "cancel", "undo"])
    )
    def tell_of_step(self, which: int, back: int, act: str) -> None:
        """A step began, ended, is cancelled, or that was a mistake."""
        step = self._held(which)
        if step is None:
            return
        who, key, day = self._holder(step), step.id or 0, self.today - timedelta(days=back)
        acts: dict[str, Callable[[], Any]] = {
            "start": lambda: pathways.confirm_start(
                self.session, who, key, started_on=day, today=self.today
            ),
            "end": lambda: pathways.end_step(
                self.session, who, key, ended_on=day, today=self.today
            ),
            "cancel": lambda: pathways.cancel_step(
                self.session, who, key, reason="Essai", today=self.today
            ),
            "undo": lambda: pathways.restore_step(self.session, who, key, today=self.today),
        }
        self._try(acts[act])

    @rule(who=PEOPLE, to=PEOPLE, kind=KINDS, start=DAYS, length=LENGTHS, agreed=st.booleans())
    def propose(
        self, who: int, to: int, kind: StepKind, start: int, length: int | None, agreed: bool
    ) -> None:
        """A relay."""
        proposal = relays.Proposal(
            self.actors[to].organisation_id,
            pathways.StepFacts(kind, "Relais", self._dates(start, length)),
            "Essai",
            SharingMedium.ORAL if agreed else None,
        )
        self._try(
            lambda: relays.propose(
                self.session, self.actors[who], self.learner_id, proposal, today=self.today
            )
        )

    @rule(which=ANY, answer=st.sampled_from(list(Answer)), start=st.one_of(st.none(), DAYS))
    def answer(self, which: int, answer: Answer, start: int | None) -> None:
        """An answer to a relay, at the dates proposed or at others."""
        relay = self._relay(which)
        if relay is None:
            return
        key, speaker = relay.id or 0, Speaker(relay.receiver_id, "Quelqu’un")
        starts_on = None if start is None else self.today + timedelta(days=start)
        sender = next(a for a in self.actors if a.organisation_id == relay.sender_id)
        acts: dict[Answer, Callable[[], Any]] = {
            Answer.ACCEPTED: lambda: relay_answers.accept(
                self.session,
                key,
                speaker,
                starts_on=starts_on,
                ends_on=None,
                words=None,
                today=self.today,
            ),
            Answer.DECLINED: lambda: relay_answers.decline(
                self.session,
                key,
                speaker,
                reason=DeclineReason.DATES,
                words=None,
                today=self.today,
            ),
            Answer.WITHDRAWN: lambda: relays.take_back(
                self.session, sender, key, words="Essai", today=self.today
            ),
        }
        self._try(acts[answer])

    @rule(to=st.integers(1, 2))
    def share(self, to: int) -> None:
        """A partner may see the file."""
        self._try(
            lambda: sharing.share_learner(
                self.session,
                self.actors[0],
                self.learner_id,
                organisation_id=self.actors[to].organisation_id,
                medium=SharingMedium.PAPER,
                purpose="Essai",
                starts_on=self.today,
                ends_on=None,
                today=self.today,
            )
        )

    @rule(days=st.integers(1, 25))
    def let_days_pass(self, days: int) -> None:
        """What each day brings, or what many bring at once."""
        self.today += timedelta(days=days)
        relay_daily.run(self.session, today=self.today)

    @rule(back=st.integers(0, 40), chance=st.integers(0, 5))
    def close_and_come_back(self, back: int, chance: int) -> None:
        """The pathway closes; the person comes back later."""
        if chance == 0:
            day = self.today - timedelta(days=back)
            key = self._pathway().id or 0
            self._try(
                lambda: pathways.close_pathway(
                    self.session, self.actors[0], key, closed_on=day, today=self.today
                )
            )
        learner = self.session.get_one(Learner, self.learner_id)
        self._try(
            lambda: pathways.open_pathway(
                self.session, self.actors[0], learner, opened_on=self.today
            )
        )

    @rule(back=st.integers(0, 40))
    def open_earlier(self, back: int) -> None:
        """An earlier fact becomes known."""
        pathway = self._pathway()
        day = pathway.opened_on - timedelta(days=back)
        self._try(
            lambda: pathways.move_opening(self.session, self.actors[0], pathway, opened_on=day)
        )

    @invariant()
    def stored_gaps_are_right(self) -> None:
        """`parcours continuity --check` finds nothing."""
        self.session.flush()
        assert continuity_check.differences(self.session) == []

    def teardown(self) -> None:
        """Leave nothing open."""
        self.session.rollback()
        self.session.close()
        self._opened.__exit__(None, None, None)

    def _try(self, act: Callable[[], Any]) -> None:
        # What a rule refuses leaves nothing behind, as on screen.
        point = self.session.begin_nested()
        try:
            act()
        except (RuleBroken, NotFound, NotAllowed):
            point.rollback()
        else:
            point.commit()

    def _actor(self, code: str) -> Actor:
        organisation = accounts.create_organisation(self.session, code=code, name=code, kind="OF")
        email = f"{code.lower()}@exemple.fr"
        account = Account(email=email, name=code, password_hash="not a hash")
        self.session.add(account)
        self.session.flush()
        accounts.join(self.session, account, organisation, Role.COORDINATOR, starts_on=START)
        return accounts.actor_for(self.session, email, today=START)

    def _dates(self, start: int, length: int | None) -> StepDates:
        first = self.today + timedelta(days=start)
        last = None if length is None else first + timedelta(days=length)
        return StepDates(first, last)

    def _pathway(self) -> Any:
        learner = self.session.get_one(Learner, self.learner_id)
        return pathways.current_pathway(self.session, learner)

    def _holder(self, step: Step) -> Actor:
        return next(a for a in self.actors if a.organisation_id == step.organisation_id)

    def _held(self, which: int) -> Step | None:
        held = select(Step).where(col(Step.accepted_at).is_not(None)).order_by(col(Step.id))
        rows = self.session.execute(held).scalars().all()
        return rows[which % len(rows)] if rows else None

    def _relay(self, which: int) -> Relay | None:
        """Mostly one that waits; the last ones may have had their answer."""
        waiting = select(Relay).order_by(col(Relay.answer).is_not(None), col(Relay.id).desc())
        rows = self.session.execute(waiting.limit(3)).scalars().all()
        return rows[which % len(rows)] if rows else None


def test_the_stored_gaps_follow_the_facts(
    template: bytes | str, request: pytest.FixtureRequest
) -> None:
    examples = EXAMPLES
    if isinstance(template, bytes):
        OPENINGS[:] = [lambda: databases.sqlite_in_memory(template)]
    else:
        database: Database = request.getfixturevalue("file_database")
        OPENINGS[:] = [lambda: nullcontext(database)]
        examples //= 4
    Continuity.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    Continuity.TestCase("runTest").runTest()
