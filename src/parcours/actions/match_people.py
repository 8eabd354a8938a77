"""What matching reads of people: their levels; for a pool, sight and what they seek in one pass."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions.job_searches import search_of_row
from parcours.actions.match_facts import taxonomy_around
from parcours.domain.matching_pool import OPEN, Held, Item, Seen, Wished
from parcours.domain.matching_rules import Evidence, Source
from parcours.domain.matching_sorting import facts_of
from parcours.domain.taxonomy import Taxonomy
from parcours.models import (
    JobSearchRow,
    Learner,
    LearnerAccess,
    NeedWish,
    Pathway,
    Skill,
    SkillEvidence,
)
from parcours.models.visibility import stands

AT_ONCE = 5_000
Read = Iterator[tuple[int, list[Item]]]


class _Rows:
    """Rows in the order of people: those of one person at a time, each row read once."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def of(self, learner_id: int) -> Iterator[Any]:
        """The rows of somebody, who comes after all those asked for before."""
        while self._next is not None and self._next[0] <= learner_id:
            row, self._next = self._next, next(self._rows, None)
            if row[0] == learner_id:
                yield row


def everybody(session: Session) -> Read:
    """What is true of each person, one after the other."""
    return _read(session, taxonomy_around(session), lambda statement, _key: statement)


def people(session: Session, taxonomy: Taxonomy, learners: Sequence[int]) -> Read:
    """The same of some people, in order; nothing of who is no more."""
    found = dict(
        _read(session, taxonomy, lambda statement, key: statement.where(key.in_(learners)))
    )
    for learner_id in learners:
        yield learner_id, found.get(learner_id, [])


def levels_of(session: Session, learners: Collection[int]) -> dict[int, tuple[Evidence, ...]]:
    """The last word on every skill of each of these learners; a level of zero is no evidence.

    The caller may read them.
    """
    found: dict[int, dict[str, Evidence]] = {}
    for learner_id, code, level, source, on, until in session.execute(
        OF_LEARNERS, {"learners": list(learners)}
    ):
        item = Evidence(code, level, Source(source.value), on, until)
        found.setdefault(learner_id, {})[code] = item
    return {
        learner_id: tuple(item for item in by_skill.values() if item.level)
        for learner_id, by_skill in found.items()
    }


def _read(session: Session, taxonomy: Taxonomy, among: Any) -> Read:
    def rows(statement: Any, key: Any) -> Iterable[Any]:
        found: Iterable[Any] = session.execute(
            among(statement, key), execution_options={"yield_per": AT_ONCE}
        )
        return found

    codes = dict(tuple(row) for row in session.execute(CODES))
    levels = _Rows(rows(LEVELS, col(SkillEvidence.learner_id)))
    sights = _Rows(rows(SIGHTS, col(LearnerAccess.learner_id)))
    opened = _Rows(rows(OPENED, col(Pathway.learner_id)))
    searches = _Rows(rows(SEARCHES, col(JobSearchRow.learner_id)))
    wishes = _Rows(rows(WISHES, col(NeedWish.learner_id)))
    held = _Held(codes, taxonomy)
    for (learner_id,) in rows(PEOPLE, col(Learner.id)):
        items: list[Item] = held.of(levels.of(learner_id))
        items += [Seen(*row[1:]) for row in sights.of(learner_id)]
        items += [OPEN for _row in opened.of(learner_id)]
        for row in searches.of(learner_id):
            items += facts_of(search_of_row(row))
        items += [Wished(row[1], row[2], _metres(row[3])) for row in wishes.of(learner_id)]
        yield learner_id, items


def _metres(kilometres: int | None) -> int | None:
    return None if kilometres is None else 1000 * kilometres


class _Held:
    """The last word on each skill, as facts shared by all those of whom they are true."""

    def __init__(self, codes: dict[int, str], taxonomy: Taxonomy) -> None:
        self._codes = codes
        self._fading = {key for key, code in codes.items() if taxonomy.is_perishable(code)}
        self._same: dict[tuple[int, int, date | None, date | None], Held] = {}

    def of(self, rows: Iterable[Any]) -> list[Item]:
        """What somebody holds: `rows` from the oldest to the latest word on each skill."""
        last = {}
        for _learner, skill, level, on, until in rows:
            last[skill] = skill, level, on if skill in self._fading else None, until
        return [self._same.get(key) or self._fact(key) for key in last.values() if key[1]]

    def _fact(self, key: tuple[int, int, date | None, date | None]) -> Held:
        skill, level, on, until = key
        return self._same.setdefault(key, Held(self._codes[skill], level, on, until))


CODES = select(col(Skill.id), col(Skill.code))
PEOPLE = select(col(Learner.id)).order_by(col(Learner.id))
LEVELS = (
    select(
        col(SkillEvidence.learner_id),
        col(SkillEvidence.skill_id),
        col(SkillEvidence.level),
        col(SkillEvidence.assessed_on),
        col(SkillEvidence.valid_until),
    )
    .where(stands())
    .order_by(
        col(SkillEvidence.learner_id),
        col(SkillEvidence.skill_id),
        col(SkillEvidence.assessed_on),
        col(SkillEvidence.id),
    )
)
SIGHTS = select(
    col(LearnerAccess.learner_id),
    col(LearnerAccess.organisation_id),
    col(LearnerAccess.starts_on),
    col(LearnerAccess.ends_on),
).order_by(col(LearnerAccess.learner_id))
OPENED = (
    select(col(Pathway.learner_id))
    .where(col(Pathway.closed_on).is_(None))
    .order_by(col(Pathway.learner_id))
)
WISHES = select(
    col(NeedWish.learner_id), col(NeedWish.need_id), col(NeedWish.wish), col(NeedWish.distance_km)
).order_by(col(NeedWish.learner_id))
SEARCHES = select(*JobSearchRow.__table__.columns).order_by(  # type: ignore[attr-defined]
    col(JobSearchRow.learner_id)
)
OF_LEARNERS: Any = (
    select(
        col(SkillEvidence.learner_id),
        col(Skill.code),
        col(SkillEvidence.level),
        col(SkillEvidence.source),
        col(SkillEvidence.assessed_on),
        col(SkillEvidence.valid_until),
    )
    .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
    .where(col(SkillEvidence.learner_id).in_(bindparam("learners", expanding=True)), stands())
    .order_by(col(SkillEvidence.assessed_on), col(SkillEvidence.id))
)
