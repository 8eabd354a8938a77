"""Needs of employers: noting one, changing it, publishing it. Every change is another version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.need_history import (
    By,
    current,
    search_text,
    stand_confirmed,
    tell,
    write_version,
)
from parcours.actions.occupations import occupation
from parcours.actions.skills import common_skill
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.needs import (
    NeedAct,
    NeedState,
    Requirement,
    Terms,
    check_publishable,
    check_requirements,
    check_terms,
    merged,
    word_key,
)
from parcours.models import Need, NeedWord, Skill, visibility

OVER = "Ce besoin est pourvu ou fermé : rouvrez-le pour le modifier."


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A skill as the employer says it, not mapped yet; no level when none was said."""

    text: str
    level: int | None = None
    is_essential: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """The row of a spreadsheet a need came from: what it is about, and what it said."""

    key: str
    sha256: str


def create_need(
    session: Session,
    actor: Actor,
    employer_id: int,
    terms: Terms,
    requirements: Sequence[Requirement] = (),
    *,
    words: Sequence[AskedWord] = (),
    is_shared: bool = True,
    source: Source | None = None,
    today: date,
) -> Need:
    """Note a need of an employer one’s organisation knows, as a draft (NotFound, RuleBroken)."""
    require(actor, Capability.FOLLOW_NEEDS)
    employer = visibility.employer(session, actor, employer_id)
    asked = _checked(session, actor, terms, requirements, employer_id)
    terms = _with_occupation(session, terms)
    need = Need(
        organisation_id=actor.organisation_id,
        employer_id=employer.id or 0,
        state=NeedState.DRAFT,
        is_shared=is_shared,
        search_text="",
        source_key=source.key if source else None,
        source_sha256=source.sha256 if source else None,
        created_by_id=actor.account_id,
    )
    session.add(need)
    need.search_text = search_text(session, need, terms)
    session.flush()
    write_version(session, need, terms, asked, By.account(actor))
    add_words(session, need, words)
    tell(session, need, NeedAct.CREATED, By.account(actor), today=today)
    return need


def edit_need(
    session: Session,
    actor: Actor,
    need_id: int,
    terms: Terms,
    requirements: Sequence[Requirement],
    *,
    is_shared: bool,
    version: int,
    today: date,
) -> Need:
    """Change a need; published, it stays so with the new version (EditConflict, RuleBroken)."""
    require(actor, Capability.FOLLOW_NEEDS)
    need = visibility.own_need(session, actor, need_id, lock=True)
    check_live(need)
    before = current(session, need)
    if need.version != version:
        raise EditConflict(theirs={"version": need.version}, mine={"version": version}, who="")
    asked = _checked(session, actor, terms, requirements, need.employer_id)
    need.is_shared = is_shared
    terms = _with_occupation(session, terms)
    if (terms, asked) != before:
        change(session, need, terms, asked, By.account(actor), today=today)
    session.flush()
    return need


def publish(session: Session, actor: Actor, need_id: int, *, version: int, today: date) -> Need:
    """Show a need to those who look for posts (RuleBroken without a skill, EditConflict)."""
    require(actor, Capability.FOLLOW_NEEDS)
    need = visibility.own_need(session, actor, need_id, lock=True)
    check_live(need)
    if need.version != version:
        raise RuleBroken("Quelqu’un vient de modifier ce besoin : relisez-le avant de le publier.")
    if need.state is NeedState.PUBLISHED:
        return need
    check_publishable(current(session, need)[1])
    stand_confirmed(session, need, today=today)
    need.state = NeedState.PUBLISHED
    session.flush()
    tell(session, need, NeedAct.PUBLISHED, By.account(actor), today=today)
    return need


def change(
    session: Session,
    need: Need,
    terms: Terms,
    requirements: Sequence[Requirement],
    by: By,
    *,
    today: date,
) -> None:
    """Write another version of a need whose row is locked; a published one keeps a skill."""
    if need.state is NeedState.PUBLISHED:
        check_publishable(requirements)
    need.version += 1
    need.search_text = search_text(session, need, terms)
    write_version(session, need, terms, requirements, by)
    tell(session, need, NeedAct.CHANGED, by, today=today)


def change_posts(session: Session, need: Need, posts: int, by: By, *, today: date) -> None:
    """Say that there are more or fewer posts; the same number writes nothing."""
    terms, requirements = current(session, need)
    if posts == terms.posts:
        return
    terms = replace(terms, posts=posts)
    check_terms(terms, reference.contract_types())
    change(session, need, terms, requirements, by, today=today)


def add_words(session: Session, need: Need, words: Sequence[AskedWord]) -> None:
    """Keep the employer’s own words to map; those kept already stay as they are."""
    known = set(
        session.execute(select(col(NeedWord.key)).where(col(NeedWord.need_id) == need.id)).scalars()
    )
    for word in words:
        key = word_key(word.text)
        if key and key not in known:
            known.add(key)
            session.add(
                NeedWord(
                    need_id=need.id or 0,
                    text=word.text[:200],
                    key=key,
                    level=word.level,
                    is_essential=word.is_essential,
                )
            )
    session.flush()


def skills_by_code(session: Session) -> dict[str, int]:
    """The skills in use, by their code."""
    rows = session.execute(
        select(col(Skill.code), col(Skill.id)).where(col(Skill.archived_on).is_(None))
    )
    return {row[0]: row[1] or 0 for row in rows}


def check_live(need: Need) -> None:
    """Raise RuleBroken when a need is over."""
    if need.state in {NeedState.FILLED, NeedState.CLOSED}:
        raise RuleBroken(OVER)


def _checked(
    session: Session,
    actor: Actor,
    terms: Terms,
    requirements: Sequence[Requirement],
    employer_id: int,
) -> tuple[Requirement, ...]:
    """The requirements, one a skill, everything having been found possible."""
    check_terms(terms, reference.contract_types())
    check_requirements(requirements)
    for item in requirements:
        common_skill(session, actor, item.skill_id)
    if terms.site_id is not None:
        visibility.employer_site(session, actor, employer_id, terms.site_id)
    return merged(requirements)


def _with_occupation(session: Session, terms: Terms) -> Terms:
    """The label and family of the occupation as the list in use says them on this day."""
    found = occupation(session, terms.rome_code) if terms.rome_code else None
    return replace(
        terms,
        rome_label=found.label if found else None,
        rome_parent=found.parent if found else terms.rome_code,
    )
