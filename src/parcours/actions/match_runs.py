"""The traces of matching: what was shown, what was decided, what was contested, and replaying it.

Source: matching notes §9. Only what somebody was shown is kept, with the facts it came from and
never a name; computing it again must give the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import introduction_lists
from parcours.actions.match_facts import Asked
from parcours.actions.matching import Paired, compare, pairs
from parcours.db import insert_once
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import digest
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.job_search import SaidBy
from parcours.domain.match_acts import (
    Choice,
    ContestReason,
    check_answer,
    check_contest,
    check_decision,
)
from parcours.domain.matching_replay import ENGINE, replay, result_bytes, snapshot
from parcours.domain.matching_rules import MatchRules
from parcours.models import (
    MatchContest,
    MatchDecision,
    MatchResult,
    MatchRun,
    Skill,
    visibility,
)
from parcours.models.base import utc_now

AGAIN = "Ce calcul n’est plus celui d’aujourd’hui : rouvrez la liste des candidats du besoin."


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run computed again: how many results, and those whose bytes differ."""

    run: str
    results: int
    different: tuple[str, ...]


class Compared(Protocol):
    """What results are attached to: a version of a need, on a day, under some rules."""

    @property
    def run(self) -> str: ...
    @property
    def asked(self) -> Asked: ...
    @property
    def rules(self) -> MatchRules: ...
    @property
    def as_of(self) -> date: ...


def keep(
    session: Session, actor: Actor, found: Compared, paired: Iterable[Paired]
) -> dict[int, str]:
    """Keep results as they are shown, each once; their ids by learner."""
    rows = {one.learner_id: _row(found.run, one) for one in paired}
    ids = {learner_id: row["id"] for learner_id, row in rows.items()}
    if not rows:
        return {}
    known = set(
        session.execute(
            select(col(MatchResult.id)).where(col(MatchResult.id).in_(list(ids.values())))
        ).scalars()
    )
    if not known:
        insert_once(session, MatchRun, _run_row(actor, found), unique="id")
    for row in rows.values():
        if row["id"] not in known:
            insert_once(session, MatchResult, row, unique="id")
    return ids


def decide(
    session: Session,
    actor: Actor,
    result_id: str,
    choice: Choice | None,
    *,
    motive: str | None,
    today: date,
) -> MatchDecision:
    """Decide about somebody for a need, on a result shown (NotFound, RuleBroken)."""
    require(actor, Capability.WRITE_LEARNERS)
    result, run = visibility.match_result(session, actor, result_id, today=today)
    check_decision(choice, motive)
    row = MatchDecision(
        result_id=result.id,
        need_id=run.need_id,
        learner_id=result.learner_id,
        choice=choice or Choice.LATER,
        motive=motive,
        on=today,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, f"match_{row.choice.value}", "learner", row.learner_id,
                 learner_id=row.learner_id, need=row.need_id)  # fmt: skip
    return row


def contest(
    session: Session,
    actor: Actor,
    result_id: str,
    skill: str,
    reason: ContestReason | None,
    *,
    words: str,
    said_by: SaidBy,
    today: date,
) -> MatchContest:
    """Say that a line of a result is wrong (NotFound, RuleBroken)."""
    require(actor, Capability.WRITE_LEARNERS)
    result, run = visibility.match_result(session, actor, result_id, today=today)
    skill_id = session.execute(
        select(col(Skill.id)).where(col(Skill.code) == skill)
    ).scalar_one_or_none()
    if skill_id is None:
        raise NotFound
    check_contest(reason, words)
    row = MatchContest(
        result_id=result.id,
        need_id=run.need_id,
        learner_id=result.learner_id,
        skill_id=skill_id,
        reason=reason or ContestReason.LEVEL,
        words=words.strip(),
        said_by=said_by,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "contest", "learner", row.learner_id, learner_id=row.learner_id,
                 need=row.need_id)  # fmt: skip
    return row


def answer_contest(
    session: Session, actor: Actor, contest_id: int, *, answer: str, today: date
) -> MatchContest:
    """Answer a contest, and score the pair again with the facts as they are now."""
    require(actor, Capability.WRITE_LEARNERS)
    row = visibility.match_contest(session, actor, contest_id, today=today, lock=True)
    if row.answered_at is not None:
        raise RuleBroken("Une réponse a déjà été donnée.", field="answer")
    check_answer(answer)
    row.rescored_id = score_again(session, actor, row.need_id, row.learner_id, today=today)
    row.answer, row.answered_at, row.answered_by_id = answer.strip(), utc_now(), actor.account_id
    session.flush()
    audit.record(session, actor, "answer_contest", "learner", row.learner_id,
                 learner_id=row.learner_id, need=row.need_id)  # fmt: skip
    return row


def score_again(
    session: Session, actor: Actor, need_id: int, learner_id: int, *, today: date
) -> str:
    """Score a pair as things are now and keep it; the id of the result."""
    visibility.learner(session, actor, learner_id, today=today)
    found = compare(session, actor, need_id, today=today)
    paired = pairs(session, actor, found, [learner_id])
    return keep(session, actor, found, paired.values())[learner_id]


def last_decisions(session: Session, actor: Actor, need_id: int) -> dict[int, MatchDecision]:
    """What one’s organisation last decided of each person for a need."""
    last = (
        select(func.max(col(MatchDecision.id)))
        .where(
            col(MatchDecision.need_id) == need_id,
            col(MatchDecision.organisation_id) == actor.organisation_id,
        )
        .group_by(col(MatchDecision.learner_id))
    )
    rows = session.execute(select(MatchDecision).where(col(MatchDecision.id).in_(last))).scalars()
    return {row.learner_id: row for row in rows}


def count_proposed(session: Session, need_id: int) -> int:
    """How many people are in play for a need, everybody’s: a count, no name."""
    return introduction_lists.proposed(session, [need_id])[need_id].people


def replay_run(session: Session, run_id: str) -> Replayed:
    """Compute every kept result of a run again and compare the bytes (NotFound)."""
    if session.get(MatchRun, run_id) is None:
        raise NotFound
    rows = session.execute(
        select(MatchResult).where(col(MatchResult.run_id) == run_id).order_by(col(MatchResult.id))
    ).scalars()
    kept = list(rows)
    different = tuple(row.id for row in kept if not _is_same(row))
    return Replayed(run_id, len(kept), different)


def _is_same(row: MatchResult) -> bool:
    again = replay(row.input_snapshot.encode()).decode()
    hashes = digest_of(row.input_snapshot), digest_of(row.result)
    return again == row.result and hashes == (row.input_sha256, row.result_sha256)


def digest_of(text: str) -> str:
    """The sha256 of a kept text."""
    return sha256(text.encode()).hexdigest()


def _row(run: str, one: Paired) -> dict[str, Any]:
    facts = snapshot(one.question).decode()
    result = result_bytes(one.result, one.question.taxonomy).decode()
    name = digest_of(facts)
    return {
        "id": digest([run, one.learner_id, name])[:32],
        "run_id": run,
        "learner_id": one.learner_id,
        "input_snapshot": facts,
        "input_sha256": name,
        "result": result,
        "result_sha256": digest_of(result),
        "at": utc_now(),
    }


def _run_row(actor: Actor, found: Compared) -> dict[str, Any]:
    return {
        "id": found.run,
        "organisation_id": actor.organisation_id,
        "need_id": found.asked.need_id,
        "need_version": found.asked.version,
        "as_of": found.as_of,
        "rules_sha256": found.rules.sha256,
        "engine": ENGINE,
        "at": utc_now(),
        "account_id": actor.account_id,
    }
