"""Entering and correcting a learner’s file, sharing it, and who follows the person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain import identity
from parcours.domain.access import Actor, Capability, require
from parcours.domain.dates import age_on
from parcours.domain.district import generation_of
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.words import ContactPreference, DataSource, DistrictStatus, Gender
from parcours.models import (
    Account,
    FieldChange,
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


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A person already in sight who may be the one being entered, and why."""

    learner_id: int
    name: str
    born_on: date
    reason: str


class LookAlikes(RuleBroken):
    """The person may already be known: the caller must open one of them or say it is another."""

    def __init__(self, found: list[LookAlike]) -> None:
        self.found = found
        super().__init__("Cette personne est peut-être déjà connue : comparez avant de créer.")


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
    if not is_another and (found := look_alikes(session, actor, facts, today=today)):
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
        session.add(_change(learner, actor, name, before, after, source))
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


def look_alikes(
    session: Session, actor: Actor, facts: LearnerFacts, *, today: date
) -> list[LookAlike]:
    """People the actor sees who resemble `facts`, the nearest first; nobody else gives a hint."""
    wanted = identity.Person(
        facts.birth_name, facts.first_names, facts.born_on, facts.usage_name, facts.phone
    )
    rows = session.execute(
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.first_names),
            col(Learner.born_on),
            col(Learner.usage_name),
            col(Learner.phone),
        )
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
        .where(visibility.access_is_open(), _may_resemble(wanted)),
        visibility.scope(actor, today),
    )
    found = []
    for learner_id, *known in rows:
        likeness = identity.likeness(wanted, identity.Person(*known))
        if likeness is not None:
            name = identity.shown_name(known[0], known[1], known[3])
            found.append((likeness.rank, LookAlike(learner_id, name, known[2], likeness.reason)))
    return [row for _, row in sorted(found, key=lambda pair: (pair[0], pair[1].learner_id))][:10]


def take_up(session: Session, actor: Actor, learner_id: int, *, today: date) -> None:
    """« Je l’accompagne »: the actor becomes the person’s referent."""
    require(actor, Capability.WRITE_LEARNERS)
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    if learner.referent_id == actor.account_id:
        return
    learner.version += 1
    before = session.get(Account, learner.referent_id) if learner.referent_id else None
    session.add(
        _change(
            learner,
            actor,
            "referent",
            before.name if before else None,
            actor.name,
            DataSource.SCREEN,
        )
    )
    learner.referent_id = actor.account_id
    audit.record(session, actor, "take_up", "learner", learner.id, learner_id=learner.id)


def as_text(value: Any) -> str | None:
    """How the history writes a value: labels, French dates, oui / non; None stays None."""
    if value is None or value == frozenset():
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return str(getattr(value, "label", value))


def _may_resemble(wanted: identity.Person) -> Any:
    names = {identity.fold(name) for name in (wanted.birth_name, wanted.usage_name) if name}
    conditions = [col(LearnerAccess.sort_key).startswith(name, autoescape=True) for name in names]
    if wanted.phone:
        conditions.append(col(Learner.phone) == wanted.phone)
    return or_(col(Learner.born_on) == wanted.born_on, *conditions)


def _merge(
    session: Session, learner: Learner, stored: LearnerFacts, asked: LearnerFacts, version: int
) -> LearnerFacts:
    theirs = _changed_since(session, learner, version)
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


def _changed_since(
    session: Session, learner: Learner, version: int
) -> Mapping[str, tuple[str | None, str]]:
    rows = session.execute(
        select(col(FieldChange.field), col(FieldChange.before), col(Account.name))
        .join(Account, col(Account.id) == col(FieldChange.account_id))
        .where(
            col(FieldChange.learner_id) == learner.id,
            col(FieldChange.version) > version,
            col(FieldChange.field).in_(_names()),
        )
        .order_by(col(FieldChange.id).desc())
    )
    # The oldest change since `version` is met last: its « before » is what this person read.
    return {name: (before, who) for name, before, who in rows}


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
        .values(sort_key=learner.sort_key)
    )
    _set_criteria(session, learner, facts.criteria)
    session.flush()


def _set_criteria(session: Session, learner: Learner, criteria: frozenset[str]) -> None:
    session.execute(delete(LearnerCriterion).where(col(LearnerCriterion.learner_id) == learner.id))
    session.add_all(
        LearnerCriterion(learner_id=_id(learner), code=code) for code in sorted(criteria)
    )


def _change(
    learner: Learner,
    actor: Actor,
    name: str,
    before: str | None,
    after: str | None,
    source: DataSource,
) -> FieldChange:
    return FieldChange(
        learner_id=_id(learner),
        field=name,
        before=before,
        after=after,
        version=learner.version,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        source=source,
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
