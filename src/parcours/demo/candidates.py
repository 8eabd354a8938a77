"""What people of the demonstration look for, and what was decided about the needs they fit."""

from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import job_searches, match_runs, matching, needs, skills
from parcours.actions.match_facts import open_needs
from parcours.actions.matching import everybody
from parcours.demo.cohorts import SOPHIE, Cohorts
from parcours.domain.access import Actor
from parcours.domain.job_search import JobSearch, SaidBy
from parcours.domain.match_acts import Choice, ContestReason
from parcours.domain.matching_ranking import Wish
from parcours.domain.skills import EvidenceSource
from parcours.features.skills import store

WEEK = tuple(f"{day}-{half}" for day in range(5) for half in ("am", "pm"))
SHOWN = ("html", "css", "js", "git")
HOURS = Decimal(20), Decimal(39)


def look_for_work(session: Session, actors: dict[str, Actor], opened: Cohorts, today: date) -> None:
    """Some answered everything, some a part, some nothing; a wish, a decision, a contest."""
    sophie = actors[SOPHIE]
    _show_skills(session, sophie, opened, today)
    for need_id in _open_needs(session, sophie, today):
        found = matching.compare(session, sophie, need_id, today=today)
        people = list(everybody(found.ranking))
        if not people:
            continue
        for place, learner_id in enumerate(people[:12]):
            _answer(session, sophie, learner_id, place, today)
        _decide(session, sophie, need_id, people, today)


def _show_skills(session: Session, actor: Actor, opened: Cohorts, today: date) -> None:
    """What the group under way was seen doing in its workshops, more or less far."""
    codes = needs.skills_by_code(session)
    for place, person in enumerate(store.people(session, opened.current.id or 0)):
        for number, code in enumerate(SHOWN):
            level = (place + 2 * number) % 5
            if level and (place + number) % 3:
                source = EvidenceSource.OBSERVED if place % 2 else EvidenceSource.DECLARED
                said = skills.Said(today - timedelta(days=6 + number), source)
                skills.record_level(
                    session, actor, person.learner_id, codes[code], level, said, today=today
                )


def _open_needs(session: Session, actor: Actor, today: date) -> list[int]:
    return [one.need_id for one in open_needs(session, actor, today)]


def _answer(session: Session, actor: Actor, learner_id: int, place: int, today: date) -> None:
    _known, version = job_searches.search_of(session, learner_id)
    if version or place % 4 == 3:
        return
    search = JobSearch(
        today + timedelta(days=20 + 15 * (place % 3)),
        ("CDI", "CDD") if place % 2 == 0 else ("CDD",),
        {"transit": 15, "bike": 6} if place % 3 else {"car": 30},
        False,
        ("B",) if place % 3 == 0 else (),
        WEEK if place % 5 else WEEK[:6],
        HOURS if place % 4 else None,
        (46.205, 5.227),
    )
    said_by = SaidBy.PERSON if place % 2 == 0 else SaidBy.ADVISER
    job_searches.set_search(
        session, actor, learner_id, search, said_by=said_by, version=0, today=today
    )


def _decide(session: Session, actor: Actor, need_id: int, people: list[int], today: date) -> None:
    wishes = dict(zip(people[:3], (Wish.PRIORITY, Wish.ACCEPTS, Wish.REFUSES), strict=False))
    for learner_id, wish in wishes.items():
        job_searches.set_wish(
            session, actor, learner_id, need_id, wish, said_by=SaidBy.PERSON, version=0, today=today
        )
    found = matching.compare(session, actor, need_id, today=today)
    paired = matching.pairs(session, actor, found.asking, people[:2])
    kept = match_runs.keep(session, actor, found.asking, paired.values())
    match_runs.decide(
        session, actor, kept[people[0]], Choice.PROPOSE, motive="D’accord avec elle", today=today
    )
    if len(people) > 1:
        gains = paired[people[1]].result.today.gains
        skill = gains[0][0].skill if gains else found.asking.asked.requirements[0].skill
        match_runs.contest(
            session, actor, kept[people[1]], skill, ContestReason.MISSING,
            words="Six mois de pratique en entreprise, à noter.", said_by=SaidBy.PERSON,
            today=today,
        )  # fmt: skip
