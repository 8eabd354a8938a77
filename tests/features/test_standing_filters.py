"""The list by where people stand: by the copies its rows keep, exactly what the gaps say."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions import accounts, breaks, sharing
from parcours.actions.breaks import BreakFilters, BreakRow, Coming
from parcours.actions.continuity import COUNT_LIMIT, HORIZON, gap_row
from parcours.actions.standings import forget_holders, refresh_standings, stale_standings
from parcours.actions.synthesis import build_synthetic
from parcours.domain.access import Actor
from parcours.domain.pathway import GapSpan
from parcours.domain.words import DistrictStatus, SharingMedium
from parcours.features.learners import store
from parcours.features.pathways.store import break_filters
from parcours.models import Gap, HolderSeen, Learner, LearnerAccess, Organisation, Pathway

TODAY = date(2026, 11, 23)
EVERYBODY = store.Filters()
EVERYWHERE = BreakFilters(everywhere=True)
FILTERS = (
    EVERYWHERE,
    replace(EVERYWHERE, coming=Coming.WITHIN_MONTH),
    replace(EVERYWHERE, programme=2),
    replace(EVERYWHERE, district=DistrictStatus.INSIDE),
    replace(EVERYWHERE, mine=True),
    replace(EVERYWHERE, mine=True, programme=1, district=DistrictStatus.OUTSIDE),
    BreakFilters(),
    BreakFilters(mine=True, district=DistrictStatus.INSIDE),
    BreakFilters(partner=2, programme=1),
)
RULES: dict[str, Callable[[GapSpan, date], bool]] = {
    "rupture": lambda gap, day: gap.breaks_on is not None and gap.breaks_on <= day,
    "risque": lambda gap, day: gap.breaks_on is not None and day < gap.breaks_on <= day + HORIZON,
    "attente": lambda gap, day: (
        gap.starts_on <= day and (gap.breaks_on is None or gap.breaks_on > day)
    ),
    "etape": lambda gap, day: gap.starts_on <= day,
}


@pytest.fixture
def hub(session: Session) -> Actor:
    """A counsellor who sees a third of a small territory, whose gaps are any gaps at all."""
    build_synthetic(session, learners=240, seed=3, today=TODAY, password="quatre-mots-pour-essayer")
    chance = random.Random(5)
    session.execute(delete(Gap))
    _give_second_pathways(session)
    pathways = session.execute(select(col(Pathway.id), col(Pathway.learner_id))).all()
    rows = [
        gap_row(pathway_id, learner_id, span)
        for pathway_id, learner_id in pathways
        for span in _any_gaps(chance)
    ]
    session.execute(insert(Gap), rows)
    refresh_standings(session, session.execute(select(col(Learner.id))).scalars().all())
    return accounts.actor_for(session, "s00@exemple.fr", today=TODAY)


@pytest.mark.parametrize("days", [-200, -20, 0, 1, 45, 300])
def test_a_filter_finds_those_whose_gaps_say_so(session: Session, hub: Actor, days: int) -> None:
    day = TODAY + timedelta(days=days)
    everybody, gaps = _found(session, hub, EVERYBODY, day), _live_gaps(session, day)
    still_open = select(col(Pathway.learner_id)).where(col(Pathway.closed_on).is_(None))
    on_their_way = everybody & set(session.execute(still_open).scalars())
    for standing, rule in RULES.items():
        expected = {one for one in everybody if any(rule(gap, day) for gap in gaps[one])}
        if standing == "etape":
            expected = on_their_way - expected
        assert _found(session, hub, store.Filters(standing=standing), day) == expected, standing


@pytest.mark.parametrize("status", DistrictStatus)
def test_a_district_is_the_one_of_the_file(
    session: Session, hub: Actor, status: DistrictStatus
) -> None:
    living_there = select(col(Learner.id)).where(col(Learner.qpv_status) == status)
    expected = _found(session, hub, EVERYBODY) & set(session.execute(living_there).scalars())
    assert _found(session, hub, store.Filters(district=status)) == expected


def test_a_partner_let_in_later_finds_the_same(session: Session, hub: Actor) -> None:
    owner = accounts.actor_for(session, "s01@exemple.fr", today=TODAY)
    partner = accounts.actor_for(session, "s02@exemple.fr", today=TODAY)
    for learner_id in _found(session, owner, EVERYBODY):
        sharing.share_learner(
            session,
            owner,
            learner_id,
            organisation_id=partner.organisation_id,
            medium=SharingMedium.PAPER,
            purpose="Préparer la suite",
            starts_on=TODAY,
            ends_on=None,
            today=TODAY,
        )
    assert stale_standings(session) == []
    for filters in (
        *(store.Filters(standing=standing) for standing in RULES),
        *(store.Filters(district=status) for status in DistrictStatus),
    ):
        assert _found(session, owner, filters) <= _found(session, partner, filters)


def test_a_stale_copy_is_found(session: Session, hub: Actor) -> None:
    row = session.execute(select(LearnerAccess).limit(1)).scalar_one()
    row.gap_breaks_on = date(1999, 1, 1)
    session.flush()
    assert stale_standings(session) == [row.learner_id]


@pytest.mark.parametrize("days", [-200, 0, 45])
def test_the_worklist_is_what_the_gaps_say(session: Session, hub: Actor, days: int) -> None:
    day = TODAY + timedelta(days=days)
    _close_some_sights(session, day)
    for email in ("s00@exemple.fr", "s02@exemple.fr"):
        actor = accounts.actor_for(session, email, today=TODAY)
        everything = _plain_breaks(session, actor, day)
        assert everything
        for filters in FILTERS:
            expected = [row[0] for row in everything if _keeps(filters, actor, day, *row)]
            rows = breaks.breaks(session, actor, filters, today=day, most=5000)
            assert [_as_told(row) for row in rows] == [_key(gap) for gap in expected], filters
            first = breaks.breaks(session, actor, filters, today=day, most=12)
            assert first == rows[:12]
            page, whole = breaks.page_of_breaks(session, actor, filters, today=day)
            assert (page, whole) == (rows[: breaks.PAGE_SIZE + 1], min(len(rows), COUNT_LIMIT))
            if len(rows) > breaks.PAGE_SIZE:
                last = page[-2].breaks_on, page[-2].pathway_id
                following = breaks.page_of_breaks(session, actor, filters, today=day, after=last)
                begins = breaks.PAGE_SIZE
                assert following == (rows[begins : 2 * begins + 1], whole)


def test_gaps_that_will_end_stand_among_the_open_ones(session: Session, hub: Actor) -> None:
    session.execute(delete(Gap))
    seen = select(col(LearnerAccess.learner_id)).where(
        col(LearnerAccess.organisation_id) == hub.organisation_id
    )
    pathways = session.execute(
        select(func.min(col(Pathway.id)), col(Pathway.learner_id))
        .where(col(Pathway.learner_id).in_(seen))
        .group_by(col(Pathway.learner_id))
        .limit(20)
    ).all()
    breaks_on = [TODAY + timedelta(days=number) for number in range(len(pathways))]
    spans = [
        GapSpan(day - timedelta(days=15), None if day.day % 2 else TODAY + HORIZON, day, 1)
        for day in breaks_on
    ]
    rows = [gap_row(*pathway, span) for pathway, span in zip(pathways, spans, strict=True)]
    session.execute(insert(Gap), rows)
    refresh_standings(session, session.execute(select(col(Learner.id))).scalars().all())
    for most in range(1, len(pathways) + 1):
        found = breaks.breaks(session, hub, EVERYWHERE, today=TODAY, most=most)
        assert [row.breaks_on for row in found] == breaks_on[:most]


def _close_some_sights(session: Session, day: date) -> None:
    """Of some people the sight ended, of some it is to come; some days of gaps are shared."""
    ended, to_come = day - timedelta(days=1), day + timedelta(days=1)
    learner_id = col(LearnerAccess.learner_id)
    long_ago = {"starts_on": date(2020, 1, 1)}
    session.execute(
        update(LearnerAccess).where(learner_id % 7 == 0).values(ends_on=day, **long_ago)
    )
    session.execute(
        update(LearnerAccess).where(learner_id % 7 == 1).values(ends_on=ended, **long_ago)
    )
    session.execute(
        update(LearnerAccess).where(learner_id % 7 == 2).values(starts_on=to_come, ends_on=None)
    )
    session.execute(update(Learner).where(col(Learner.id) % 3 == 0).values(referent_id=1))


def _plain_breaks(session: Session, actor: Actor, day: date) -> list[tuple[Gap, Learner, Pathway]]:
    """The gaps to avoid of everybody seen, by the plain statement."""
    rows = session.execute(
        select(Gap, Learner, Pathway)
        .join(Pathway, col(Pathway.id) == col(Gap.pathway_id))
        .join(Learner, col(Learner.id) == col(Gap.learner_id))
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Gap.learner_id))
        .where(
            col(LearnerAccess.organisation_id) == actor.organisation_id,
            col(LearnerAccess.starts_on) <= day,
            or_(col(LearnerAccess.ends_on).is_(None), col(LearnerAccess.ends_on) >= day),
            col(Gap.breaks_on) <= day + HORIZON,
            or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= day),
        )
        .order_by(col(Gap.breaks_on), col(Gap.pathway_id))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _keeps(
    filters: BreakFilters, actor: Actor, day: date, gap: Gap, learner: Learner, pathway: Pathway
) -> bool:
    owner = filters.partner or (None if filters.everywhere else actor.organisation_id)
    return (
        owner in (None, gap.owner_id)
        and (gap.breaks_on or day) > (day if filters.coming else date.min)
        and (not filters.mine or learner.referent_id == actor.account_id)
        and filters.programme in (None, pathway.programme_id)
        and filters.district in (None, learner.qpv_status)
    )


def _key(gap: Gap) -> tuple[int, int, date, date | None]:
    return gap.pathway_id, gap.learner_id, gap.starts_on, gap.breaks_on


def _as_told(row: BreakRow) -> tuple[int, int, date, date | None]:
    return row.pathway_id, row.learner_id, row.starts_on, row.breaks_on


def _to_filter_by(session: Session, actor: Actor) -> set[int]:
    """The organisations the worklist of an actor can be filtered by."""
    session.flush()
    return {number for number, _name in break_filters(session, actor, TODAY)["partners"]}


def _who_held(session: Session, actor: Actor, *, day: date) -> set[int]:
    """The owners of every gap that breaks and is not over, of every person the actor sees."""
    seen = select(col(LearnerAccess.learner_id)).where(
        col(LearnerAccess.organisation_id) == actor.organisation_id,
        or_(col(LearnerAccess.ends_on).is_(None), col(LearnerAccess.ends_on) >= day),
    )
    gaps = select(col(Gap.owner_id)).where(
        col(Gap.learner_id).in_(seen),
        col(Gap.breaks_on).is_not(None),
        or_(col(Gap.ends_on).is_(None), col(Gap.ends_on) >= day),
    )
    return set(session.execute(gaps).scalars())


def test_the_worklist_offers_who_held_somebody_one_sees_and_no_other(
    session: Session, hub: Actor
) -> None:
    everybody = set(session.execute(select(col(Organisation.id))).scalars())
    held = {}
    for number in range(1, 5):
        actor = accounts.actor_for(session, f"s{number:02d}@exemple.fr", today=TODAY)
        held[actor] = _who_held(session, actor, day=TODAY)
        assert held[actor] <= _to_filter_by(session, actor)
    forget_holders(session, today=TODAY)
    for actor, expected in held.items():
        assert _to_filter_by(session, actor) == expected
    assert any(expected < everybody for expected in held.values())
    assert stale_standings(session) == []
    assert forget_holders(session, today=TODAY) == 0


def test_who_held_is_known_as_soon_as_one_sees_and_forgotten_the_day_after(
    session: Session, hub: Actor
) -> None:
    owner = accounts.actor_for(session, "s01@exemple.fr", today=TODAY)
    stranger = accounts.create_organisation(session, code="NEUVE", name="Neuve", kind="OF")
    session.flush()
    watcher = replace(owner, organisation_id=stranger.id or 0)
    assert _to_filter_by(session, watcher) == set()
    own = select(col(Learner.id)).where(col(Learner.organisation_id) == owner.organisation_id)
    open_gap = select(Gap).where(col(Gap.learner_id).in_(own), col(Gap.ends_on).is_(None)).limit(1)
    gap = session.execute(open_gap).scalar_one()
    learner_id, holder = gap.learner_id, gap.owner_id
    row = sharing.share_learner(
        session,
        owner,
        learner_id,
        organisation_id=stranger.id or 0,
        medium=SharingMedium.PAPER,
        purpose="Préparer la suite",
        starts_on=TODAY,
        ends_on=None,
        today=TODAY,
    )
    assert holder in _to_filter_by(session, watcher)
    sharing.withdraw_sharing(session, owner, row.id or 0, today=TODAY)
    forget_holders(session, today=TODAY)
    assert _to_filter_by(session, watcher) == set()


def test_a_holder_left_out_is_found(session: Session, hub: Actor) -> None:
    session.execute(delete(HolderSeen))
    assert stale_standings(session)


def _give_second_pathways(session: Session) -> None:
    """Every fourth pathway is that of whoever has the one after it."""
    following = aliased(Pathway)
    learner_id = select(col(following.learner_id)).where(col(following.id) == col(Pathway.id) + 1)
    session.execute(
        update(Pathway)
        .where(col(Pathway.id) % 4 == 0, learner_id.exists())
        .values(learner_id=learner_id.scalar_subquery())
    )


def _any_gaps(chance: random.Random) -> Iterator[GapSpan]:
    """Up to four, over or not, open or not, in no order, many of a day: more than any pathway."""
    for starts in chance.sample(range(-400, 120, 8), chance.choice((0, 1, 1, 2, 3, 4))):
        starts_on = TODAY + timedelta(days=starts)
        ends_on = (
            starts_on + timedelta(days=chance.randrange(90)) if chance.random() < 0.7 else None
        )
        is_short = ends_on is not None and (ends_on - starts_on).days < 15
        breaks_on = None if is_short else starts_on + timedelta(days=15)
        yield GapSpan(starts_on, ends_on, breaks_on, owner_id=chance.choice((1, 1, 2, 3, 4)))


def _live_gaps(session: Session, day: date) -> dict[int, list[GapSpan]]:
    gaps: dict[int, list[GapSpan]] = defaultdict(list)
    for gap in session.execute(select(Gap)).scalars():
        if gap.ends_on is None or gap.ends_on >= day:
            span = GapSpan(gap.starts_on, gap.ends_on, gap.breaks_on, gap.owner_id)
            gaps[gap.learner_id].append(span)
    return gaps


def _found(session: Session, actor: Actor, filters: store.Filters, day: date = TODAY) -> set[int]:
    """Everybody a filter finds, page after page."""
    found: set[int] = set()
    page = store.learners(session, actor, filters, today=day)
    while True:
        found |= {row.learner_id for row in page.rows}
        if not page.has_more:
            return found
        last = page.rows[-1]
        after = (last.sort_key, last.learner_id)
        page = store.learners(session, actor, filters, today=day, after=after)
