"""What a person could enter next: the territory’s cohorts, and whatever else a source tells of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions.continuity import RibbonFacts
from parcours.actions.files import LearnerFile
from parcours.actions.finder_cohorts import COHORTS
from parcours.actions.finder_needs import immersions_at_employers
from parcours.actions.finder_offers import offers_open_to_entry
from parcours.domain import finder
from parcours.domain.access import Actor
from parcours.domain.entry import Known, read_conditions
from parcours.domain.finder import Candidate, Fit, HeldDays
from parcours.domain.pathway import Cover, GapSpan
from parcours.domain.relays import overlap as share_a_day
from parcours.domain.selection import Decision
from parcours.domain.words import StepKind
from parcours.models import Learner, Organisation, Pathway, Relay, Step

# After that, a group works together and its organisation is no longer asked to open it.
LATE_ENTRY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """A relay of this pathway that waits for an answer."""

    relay_id: int
    cohort_id: int | None
    receiver: str
    title: str
    expires_on: date
    receiver_id: int
    kind: StepKind
    starts_on: date
    ends_on: date | None

    def is_about(self, candidate: Candidate) -> bool:
        """Whether a relay for `candidate`, which is no cohort, would be the same as this one."""
        asked = self.receiver_id, self.kind
        return asked == (candidate.organisation_id, candidate.kind) and share_a_day(
            self.starts_on, self.ends_on, candidate.starts_on, candidate.ends_on
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom and for when candidates are looked for."""

    learner_id: int
    actor: Actor
    today: date
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What could follow: the gap to fill, the candidates in order, the relays already sent."""

    gap: GapSpan | None
    fits: list[Fit]
    asked: tuple[Asked, ...]

    @property
    def best(self) -> Fit | None:
        """The one to propose."""
        return finder.best(self.fits)


Source = Callable[[Session, Wanted], list[Candidate]]


def find_next_steps(session: Session, actor: Actor, opened: LearnerFile, *, today: date) -> Found:
    """The next steps a person whose file the caller opened could enter, the best first.

    Two queries, and one or two a source, whatever the number of candidates. Nothing about anybody
    else leaves: a cohort gives its name, dates and number of places.
    """
    pathway, facts, learner = opened.pathway, opened.facts, opened.learner
    if pathway is None or facts is None or pathway.closed_on is not None:
        return Found(None, [], ())
    held = held_days(pathway, facts)
    gap = finder.gap_to_fill(held, today=today)
    asked = _asked(session, pathway, today)
    if gap is None:
        return Found(None, [], asked)
    wanted = Wanted(learner.id or 0, actor, today, asked)
    candidates = [candidate for source in SOURCES for candidate in source(session, wanted)]
    fits = finder.rank(candidates, held, known(learner), today=today)
    days = finder.bridge(gap, finder.best(fits), today=today)
    if days is not None:
        search = accompanied_search(actor, *days)
        fits = finder.in_order([*fits, *finder.rank([search], held, known(learner), today=today)])
    return Found(gap, fits, asked)


def accompanied_search(actor: Actor, first: date, last: date) -> Candidate:
    """What one’s own organisation can always hold: the search for a job, until what follows."""
    return Candidate(
        source="search",
        id=0,
        kind=StepKind.JOB_SEARCH,
        organisation_id=actor.organisation_id,
        organisation=actor.organisation_name,
        title="Accompagner la recherche d’emploi",
        starts_on=first,
        ends_on=last,
        is_bridge=True,
    )


def held_days(pathway: Pathway, facts: RibbonFacts) -> HeldDays:
    """The days of a pathway that held steps cover."""
    covers = (
        Cover(step.starts_on, step.ends_on, 0)
        for step in facts.steps
        if step.state == "held" and step.kind.covers
    )
    return HeldDays(pathway.opened_on, tuple(covers), pathway.tolerance_days)


def known(learner: Learner) -> Known:
    """The few facts entry rules may read."""
    return Known(
        learner.born_on,
        learner.entry_status,
        learner.education,
        learner.receives_rsa,
        learner.qpv_status,
    )


def cohorts_open_to_entry(session: Session, wanted: Wanted) -> list[Candidate]:
    """The cohorts of every organisation one may still enter, this person not being in them."""
    parameters = {
        "today": wanted.today,
        "since": wanted.today - LATE_ENTRY,
        "learner": wanted.learner_id,
        "org": wanted.actor.organisation_id,
    }
    relays = {row.cohort_id: row.relay_id for row in wanted.asked if row.cohort_id}
    rows = session.connection().execute(COHORTS, parameters)
    return [_cohort(row, relays.get(row.id), wanted.today) for row in rows]


def actions_of_partners(session: Session, wanted: Wanted) -> list[Candidate]:
    """What the directory says one may start."""
    found = offers_open_to_entry(session, wanted.actor, today=wanted.today)
    return [_told_asked(candidate, wanted.asked) for candidate in found]


def needs_of_employers(session: Session, wanted: Wanted) -> list[Candidate]:
    """The employers who take somebody in for an immersion before hiring."""
    found = immersions_at_employers(session, wanted.actor, today=wanted.today)
    return [_told_asked(candidate, wanted.asked) for candidate in found]


def _told_asked(candidate: Candidate, asked: tuple[Asked, ...]) -> Candidate:
    # Asked a second time, it would be refused.
    relay = next((relay for relay in asked if relay.is_about(candidate)), None)
    return replace(candidate, relay_id=relay.relay_id) if relay else candidate


# Each gives candidates in one or two queries; another one is another function here.
SOURCES: tuple[Source, ...] = (cohorts_open_to_entry, actions_of_partners, needs_of_employers)


def _asked(session: Session, pathway: Pathway, today: date) -> tuple[Asked, ...]:
    rows = session.connection().execute(ASKED, {"pathway": pathway.id, "today": today})
    return tuple(Asked(*row) for row in rows)


def _cohort(row: Any, relay_id: int | None, today: date) -> Candidate:
    # The place this person’s own relay keeps is theirs.
    places = row.capacity - row.enrolled - row.asked + (relay_id is not None)
    doubts = []
    if row.starts_on < today:
        days = (today - row.starts_on).days
        many = "s" if days > 1 else ""
        doubts.append(f"Commencée depuis {days} jour{many} : demandez si l’on peut encore entrer")
    if row.candidacy_id is not None:
        stands = Decision(row.decision).label.lower() if row.decision else "sans décision encore"
        doubts.append(f"Déjà candidat·e : {stands}")
    return Candidate(
        source="cohort",
        id=row.id,
        kind=row.kind,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        places=max(places, 0),
        city=row.city or "",
        conditions=read_conditions(row.entry_criteria or ()),
        doubts=tuple(doubts),
        relay_id=relay_id,
        candidacy_id=row.candidacy_id,
    )


def _asked_rows() -> Any:
    return (
        select(
            col(Relay.id),
            col(Relay.cohort_id),
            col(Organisation.name),
            col(Step.title),
            col(Relay.expires_on),
            col(Relay.receiver_id),
            col(Step.kind),
            col(Step.planned_start_on),
            col(Step.planned_end_on),
        )
        .join(Organisation, col(Organisation.id) == col(Relay.receiver_id))
        .join(Step, col(Step.id) == col(Relay.step_id))
        .where(
            col(Relay.pathway_id) == bindparam("pathway"),
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= bindparam("today"),
        )
        .order_by(col(Relay.expires_on), col(Relay.id))
    )


ASKED = _asked_rows()
