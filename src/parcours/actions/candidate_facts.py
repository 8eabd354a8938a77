"""What every act on candidates starts from and leaves: the rows as read, and a line of history."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.selection import CandidateAct
from parcours.models import Candidate, CandidateEvent, Relay, visibility


def locked(
    session: Session, actor: Actor, cohort_id: int, versions: Mapping[int, int]
) -> list[Candidate]:
    """Candidates of one cohort, kept from other writers, as they were read (EditConflict)."""
    visibility.cohort(session, actor, cohort_id)
    if not versions:
        raise RuleBroken("Cochez au moins une personne.", field="who")
    statement = (
        select(Candidate)
        .where(col(Candidate.cohort_id) == cohort_id, col(Candidate.id).in_(list(versions)))
        .order_by(col(Candidate.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    rows = list(session.execute(statement).scalars())
    if len(rows) != len(versions):
        raise NotFound
    check_versions(rows, versions)
    return rows


def check_versions(rows: list[Candidate], versions: Mapping[int, int]) -> None:
    """Raise EditConflict naming the candidates somebody wrote about since they were read."""
    theirs: dict[str, object] = {
        str(row.id): row.version for row in rows if row.version != versions[row.id or 0]
    }
    if theirs:
        raise EditConflict(theirs=theirs, mine={}, who="")


def tell(
    session: Session,
    actor: Actor,
    row: Candidate,
    act: CandidateAct,
    *,
    today: date,
    words: str | None = None,
) -> None:
    """Append a line to a candidate’s history, and to the journal without its words."""
    has_decision = act is CandidateAct.DECIDED
    session.add(
        CandidateEvent(
            candidate_id=row.id or 0,
            act=act,
            on=today,
            decision=row.decision if has_decision else None,
            reason=row.reason if has_decision else None,
            rank=row.rank,
            words=words,
            created_by_id=actor.account_id,
        )
    )
    audit.record(session, actor, act.value, "candidate", row.id, learner_id=row.learner_id)


def relay_of(session: Session, row: Candidate, today: date) -> Relay | None:
    """The relay of a candidate, while it still waits for an answer."""
    relay = session.get(Relay, row.relay_id) if row.relay_id is not None else None
    return relay if relay and relay.answer is None and relay.expires_on >= today else None
