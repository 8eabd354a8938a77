"""Entering and correcting a learner’s file, sharing it, and who follows the person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.history import as_text, changed_since, record_change
from parcours.actions.look_alikes import LookAlikes, look_alikes
from parcours.domain import identity
from parcours.domain.access import Actor, Capability, require
from parcours.domain.dates import age_on
from parcours.domain.district import generation_of
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.words import ContactPreference, DataSource, DistrictStatus, Gender
from parcours.models import (
    Learner,
    LearnerAccess,
    LearnerCriterion,
    visibility,
)
from parcours.models.base import utc_now

MINIMUM_AGE = 16
MAXIMUM_AGE = 110
# The organisation a file belongs to sees it since ever: entries may be dated before today.
ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """What is known of a person at entry. Unknown is None, never an empty text or a no."""

    birth_name: str
    first_names: str
    born_on: date
    usage_name: str | None = None
    gender: Gender | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    contact_preference: ContactPreference | None = None
    entry_status: str | None = None
    education: str | None = None
    receives_rsa: bool | None = None
    qpv_status: DistrictStatus | None = None
    qpv_code: str | None = None
    criteria: frozenset[str] = field(default_factory=frozenset)


_CODE_LISTS: dict[str, Callable[[], Mapping[str, Any]]] = {
    "entry_status": reference.entry_statuses,
    "education": reference.education_levels,
}
COLUMNS = tuple(item.name for item in fields(LearnerFacts) if item.name != "criteria")


def create_learner(
    session: Session,
    actor: Actor,
    facts: LearnerFacts,
    *,
    today: date,
    is_another: bool = False,
    source: DataSource = DataSource.SCREEN,
) -> Learner:
    """Enter a person in the actor’s organisation.

    Raises LookAlikes when somebody in sight resembles them, unless `is_another` says otherwise;
    RuleBroken for impossible facts.
    """
    require(actor, Capability.WRITE_LEARNERS)
    check_facts(facts, today=today)
    if not is_another and (found := look_alikes(session, actor, person_of(facts), today=today)):
        raise LookAlikes(found)
    learner = Learner(
        organisation_id=actor.organisation_id,
        **_columns(facts),
        sort_key=_sort_key(facts),
        qpv_generation=generation_of(facts.qpv_code) if facts.qpv_code else None,
        qpv_fixed_on=today if facts.qpv_status else None,
        referent_id=actor.account_id,
        source=source,
        created_by_id=actor.account_id,
    )
    session.add(learner)
    session.flush()
    _set_criteria(session, learner, facts.criteria)
    session.add(
        LearnerAccess(
            learner_id=_id(learner),
            organisation_id=actor.organisation_id,
            sort_key=learner.sort_key,
            qpv_status=learner.qpv_status,
            starts_on=ALWAYS,
        )
    )
    session.flush()
    audit.record(session, actor, "create", "learner", learner.id, learner_id=learner.id)
    return learner


def edit_learner(
    session: Session,
    actor: Actor,
    learner_id: int,
    facts: LearnerFacts,
    *,
    version: int,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> list[str]:
    """Correct a file read at `version`; returns the fields changed.

    What others changed since is kept where this person touched nothing; a field both changed
    raises EditConflict with both texts.
    """
    require(actor, Capability.WRITE_LEARNERS)
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    stored = facts_of(session, learner)
    asked = _merge(session, learner, stored, facts, version)
    check_facts(asked, today=today)
    changed = [name for name in _names() if getattr(stored, name) != getattr(asked, name)]
    if not changed:
        return []
    learner.version += 1
    learner.updated_at = utc_now()
    for name in changed:
        before, after = as_text(getattr(stored, name)), as_text(getattr(asked, name))
        record_change(session, actor, learner, name, before, after, source=source)
    _apply(session, learner, asked, today)
    audit.record(
        session, actor, "edit", "learner", learner.id, learner_id=learner.id, fields=changed
    )
    return changed


def facts_of(session: Session, learner: Learner) -> LearnerFacts:
    """The facts of a stored learner."""
    criteria = session.execute(
        select(col(LearnerCriterion.code)).where(col(LearnerCriterion.learner_id) == learner.id)
    ).scalars()
    values = {name: getattr(learner, name) for name in COLUMNS}
    return LearnerFacts(**values, criteria=frozenset(criteria))


def check_facts(facts: LearnerFacts, *, today: date) -> None:
    """Refuse impossible facts, one French message per field."""
    errors: dict[str, str] = {}
    if not facts.birth_name.strip():
        errors["birth_name"] = "Indiquez le nom de naissance."
    if not facts.first_names.strip():
        errors["first_names"] = "Indiquez le prénom."
    if message := birth_problem(facts.born_on, today=today):
        errors["born_on"] = message
    if facts.qpv_code and generation_of(facts.qpv_code) is None:
        errors["qpv_code"] = "Un code de quartier s’écrit QP093028 ou QN09301M."
    if facts.qpv_code and facts.qpv_status is not DistrictStatus.INSIDE:
        errors["qpv_status"] = "Un code de quartier est donné : répondez « Oui » ou effacez-le."
    for name, codes in _CODE_LISTS.items():
        value = getattr(facts, name)
        if value is not None and value not in codes():
            errors[name] = "Choisissez une valeur de la liste."
    if not facts.criteria <= set(reference.public_criteria()):
        errors["criteria"] = "Choisissez des critères de la liste."
    if errors:
        raise RuleBroken(errors=errors)


def birth_problem(born_on: date, *, today: date) -> str | None:
    """Why this birth date cannot be a learner’s, or None."""
    if born_on > today:
        return "Cette date de naissance est dans l’avenir."
    age = age_on(born_on, today)
    if age < MINIMUM_AGE:
        return f"Âge {age} ans : vérifiez la date de naissance ({MINIMUM_AGE} ans au moins)."
    if age > MAXIMUM_AGE:
        return f"Âge {age} ans : vérifiez la date de naissance."
    return None


def person_of(facts: LearnerFacts) -> identity.Person:
    """The facts that tell people apart."""
    return identity.Person(
        facts.birth_name, facts.first_names, facts.born_on, facts.usage_name, facts.phone
    )


def _merge(
    session: Session, learner: Learner, stored: LearnerFacts, asked: LearnerFacts, version: int
) -> LearnerFacts:
    theirs = changed_since(session, learner.id or 0, _names(), version)
    conflicts: dict[str, tuple[Any, Any]] = {}
    kept: dict[str, Any] = {}
    for name, (base, who) in theirs.items():
        mine, now = getattr(asked, name), getattr(stored, name)
        if as_text(mine) == base:
            kept[name] = now
        elif mine != now:
            conflicts[name] = (now, who)
    if conflicts:
        raise EditConflict(
            theirs={name: as_text(pair[0]) for name, pair in conflicts.items()},
            mine={name: as_text(getattr(asked, name)) for name in conflicts},
            who=next(iter(conflicts.values()))[1],
        )
    return replace(asked, **kept)


def _apply(session: Session, learner: Learner, facts: LearnerFacts, today: date) -> None:
    if learner.qpv_status != facts.qpv_status or learner.qpv_code != facts.qpv_code:
        learner.qpv_generation = generation_of(facts.qpv_code) if facts.qpv_code else None
        learner.qpv_fixed_on = learner.qpv_fixed_on or (today if facts.qpv_status else None)
    for name, value in _columns(facts).items():
        setattr(learner, name, value)
    learner.sort_key = _sort_key(facts)
    session.execute(
        update(LearnerAccess)
        .where(col(LearnerAccess.learner_id) == learner.id)
        .values(sort_key=learner.sort_key, qpv_status=learner.qpv_status)
    )
    _set_criteria(session, learner, facts.criteria)
    session.flush()


def _set_criteria(session: Session, learner: Learner, criteria: frozenset[str]) -> None:
    session.execute(delete(LearnerCriterion).where(col(LearnerCriterion.learner_id) == learner.id))
    session.add_all(
        LearnerCriterion(learner_id=_id(learner), code=code) for code in sorted(criteria)
    )


def _columns(facts: LearnerFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in COLUMNS}


def _names() -> tuple[str, ...]:
    return (*COLUMNS, "criteria")


def _sort_key(facts: LearnerFacts) -> str:
    return identity.sort_key(facts.birth_name, facts.first_names, facts.usage_name)


def _id(learner: Learner) -> int:
    if learner.id is None:
        raise LookupError("The learner was not stored yet.")
    return learner.id
