"""What is known of the people of an agreement on a day: facts, read once, nothing judged."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions.definitions import definition_on, esf_rules_on
from parcours.actions.entry_answers import asks, known_on
from parcours.actions.exits import ExitRow as Left
from parcours.actions.leavers import leavers_of, participation_of
from parcours.actions.outcome_aims import aims_of
from parcours.actions.outcome_entries import CHUNK, MANY, SOME, Entries, chunks, entries_of, told
from parcours.actions.outcome_hours import Hours, Weeks, hours_of, weeks_of
from parcours.actions.outcome_titles import juries_of
from parcours.actions.pseudonyms import pseudonym
from parcours.actions.situations import situations_of
from parcours.domain.entry_questions import Answers
from parcours.domain.esf import read_complete
from parcours.domain.esf_facts import Participation, Reading, is_participant, lacks
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import ExitClass
from parcours.domain.training_account import Aimed
from parcours.models import Agreement, Cohort, Enrolment, Exit, Learner

HOURS, WEEKS, JURIES, AIMS, ANSWERS = "hours", "weeks", "juries", "aims", "answers"

LAST_EXITS = (
    select(Exit)
    .where(
        col(Exit.learner_id).in_(SOME),
        # By person, not by holder: see SOME_ENTRIES.
        col(Exit.organisation_id) + 0 == bindparam("holder"),
        col(Exit.exited_on) >= bindparam("starts_on"),
        col(Exit.exited_on) <= bindparam("as_of"),
    )
    .order_by(col(Exit.exited_on), col(Exit.id))
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One person of an agreement: entries, exit, and what the output needs besides.

    `lacking`: the answers without which ESF+ holds the file for incomplete.
    """

    pseudonym: str
    learner: Learner
    entries: list[tuple[Enrolment, Cohort]]
    participation: Participation
    lacking: Sequence[str]
    rules: Parameters
    as_of: date
    left: Left | None = None
    leaver: Leaver | None = None
    hours: Hours = field(default_factory=Hours)
    weeks: Weeks | None = None
    title: str | None = None
    aimed: Aimed | None = None

    @property
    def first(self) -> tuple[Enrolment, Cohort]:
        """The first entry: what somebody was is read there."""
        return self.entries[0]

    def esf(self, code: str) -> Reading:
        """How an ESF+ indicator reads them."""
        if self.lacking:
            return Reading.INCOMPLETE
        return read_complete(code, self.participation, self.as_of, self.rules)

    def exit_class(self, code: str) -> ExitClass | None:
        """What the exit is by a definition; None when nobody left."""
        if self.leaver is None:
            return None
        return definition_on(code, self.as_of).classify(self.leaver, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class People:
    """The participants, and how many came for one day or less and are not participants."""

    participants: list[Facts]
    passing: int


def gather(
    session: Session, agreement: Agreement, *, as_of: date, needs: Collection[str] = ()
) -> People:
    """The people of an agreement as known on `as_of`, once each, by their first entry.

    The caller checked that the actor may see the agreement. `needs`: HOURS, WEEKS, JURIES,
    AIMS, read for the outputs that tell them.
    """
    found = list(gather_by_chunks(session, agreement, as_of=as_of, needs=needs, size=MANY))
    people = [item for chunk in found for item in chunk.participants]
    return People(people, sum(chunk.passing for chunk in found))


def gather_by_chunks(
    session: Session,
    agreement: Agreement,
    *,
    as_of: date,
    needs: Collection[str] = (),
    size: int = CHUNK,
) -> Iterator[People]:
    """The same people in the same order, `size` at a time: memory holds no more of them."""
    for chunk in chunks(session, agreement, as_of, size):
        everybody = list(_everybody(session, agreement, as_of, needs, chunk))
        found = [item for item in everybody if is_participant(item.participation, item.rules)]
        yield People(found, len(everybody) - len(found))


def _everybody(
    session: Session,
    agreement: Agreement,
    as_of: date,
    needs: Collection[str],
    chunk: Sequence[int],
) -> Iterator[Facts]:
    entries, learners = entries_of(session, agreement, as_of, chunk)
    asked = told(agreement, as_of, chunk)
    exits = _last_exits(session, asked)
    said = {item.exit.id or 0: item.situations for item in exits.values()}
    leavers = leavers_of(session, [item.exit for item in exits.values()], said=said)
    more = _more(session, asked, needs, entries)
    rules = esf_rules_on(as_of)[1]
    answered = _answered(session, agreement, as_of, needs, entries)
    for key in chunk:
        left = exits.get(key)
        leaver = leavers[left.exit.id or 0] if left else None
        participation = participation_of(
            learners[key],
            entered_on=entries[key][0][0].enrolled_on,
            left_on=_left_on(entries, key, as_of),
            leaver=leaver,
            answers=answered.get(entries[key][0][0].id or 0),
        )
        yield Facts(
            pseudonym(agreement, key),
            learners[key],
            entries[key],
            participation,
            lacks(participation, rules),
            rules,
            as_of,
            left,
            leaver,
            **{name: found[key] for name, found in more.items() if key in found},
        )


def _answered(
    session: Session, agreement: Agreement, as_of: date, needs: Collection[str], entries: Entries
) -> Mapping[int, Answers]:
    """By first entry, what was asked there; read for the agreements that ask it, and no other."""
    if ANSWERS not in needs or not asks(agreement):
        return {}
    return known_on(session, [found[0][0].id or 0 for found in entries.values()], as_of)


def _more(
    session: Session, asked: Mapping[str, Any], needs: Collection[str], entries: Entries
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if HOURS in needs:
        found["hours"] = hours_of(session, asked)
    if WEEKS in needs:
        found["weeks"] = weeks_of(session, asked)
    if JURIES in needs:
        found["title"] = juries_of(session, asked)
    if AIMS in needs:
        found["aimed"] = aims_of(session, entries, asked)
    return found


def _last_exits(session: Session, asked: Mapping[str, Any]) -> dict[int, Left]:
    rows = session.execute(LAST_EXITS, asked).scalars()
    last = {row.learner_id: row for row in rows}
    ids = [row.id or 0 for row in last.values()]
    said = situations_of(session, ids, as_of=asked["as_of"])
    # An exit whose own situation is dated later, by a correction, is not known yet.
    return {key: Left(row, said[row.id or 0]) for key, row in last.items() if row.id in said}


def _left_on(entries: Entries, key: int, as_of: date) -> date | None:
    enrolment, cohort = entries[key][-1]
    left_on = enrolment.left_on or cohort.ends_on
    return left_on if left_on <= as_of else None
