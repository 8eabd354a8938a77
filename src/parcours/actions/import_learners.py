"""A partner’s list of learners: who is already known, who is new, which step the row tells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.import_plans import Candidate, Plan, RowPlan, Verdict, rejected
from parcours.domain.access import Actor
from parcours.domain.identity import Person, likeness, same_person, shown_name
from parcours.domain.intake import read_learner_rows
from parcours.domain.intake_record import LearnerRow
from parcours.domain.intake_table import ColumnMap, Sheet
from parcours.domain.words import StepKind
from parcours.models import Learner, LearnerAccess, Pathway, Step
from parcours.models.visibility import access_is_open, scope

CHUNK = 400
TITLE = StepKind.DIGITAL_INITIATION.label
FILLED = (
    "usage_name",
    "gender",
    "phone",
    "email",
    "address",
    "postcode",
    "city",
    "contact_preference",
    "entry_status",
    "education",
    "receives_rsa",
    "qpv_status",
    "qpv_code",
)
NEW, SKIP = "new", "skip"


@dataclass(slots=True)
class Known:
    """A learner in sight, their pathways and the initiation steps one’s organisation holds."""

    learner: Learner
    pathways: list[Pathway]
    steps: list[Step]


@dataclass(slots=True)
class Payload:
    """What applying a row takes: the row, who it is, which earlier row is the same person."""

    row: LearnerRow
    known: Known | None = None
    same_as: int | None = None
    fills: dict[str, Any] | None = None
    step: Step | None = None


def plan_learners(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the rows of a list will do; nothing is written."""
    intake = read_learner_rows(sheet, column_map, today)
    known = known_people(session, actor, intake.accepted, today)
    fates: dict[int, RowPlan] = {}
    for row in intake.accepted:
        fates[row.number] = _plan_row(actor, row, known, fates, decisions)
    notices = [*intake.notices, *_similar_notices(intake.similar)]
    rows = [*fates.values(), *rejected(row.number for row in intake.rejected)]
    return Plan(
        sorted(rows, key=lambda plan: plan.row),
        intake.errors,
        intake.warnings,
        intake.ignored,
        intake.blank,
        notices,
    )


def known_people(
    session: Session, actor: Actor, rows: Sequence[LearnerRow], today: date
) -> dict[date, list[Known]]:
    """The people in sight born on the days the rows say, with their pathways, by birth date."""
    days = sorted({row.born_on for row in rows if row.born_on})
    found: list[Learner] = []
    for start in range(0, len(days), CHUNK):
        found += session.execute(
            select(Learner)
            .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
            .where(access_is_open(), col(Learner.born_on).in_(days[start : start + CHUNK])),
            scope(actor, today),
        ).scalars()
    paths = _by_learner(session, Pathway, [row.id or 0 for row in found])
    steps = _by_learner(session, Step, [row.id or 0 for row in found])
    by_day: dict[date, list[Known]] = defaultdict(list)
    for learner in found:
        own = [step for step in steps[learner.id or 0] if _is_ours(step, actor)]
        by_day[learner.born_on].append(Known(learner, paths[learner.id or 0], own))
    return by_day


def _by_learner(session: Session, model: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        statement = select(model).where(model.learner_id.in_(chunk)).order_by(model.id)
        for row in session.execute(statement).scalars():
            rows[row.learner_id].append(row)
    return rows


def _is_ours(step: Step, actor: Actor) -> bool:
    return (
        step.organisation_id == actor.organisation_id
        and step.kind is StepKind.DIGITAL_INITIATION
        and step.cancelled_at is None
    )


def _plan_row(
    actor: Actor,
    row: LearnerRow,
    known: Mapping[date, list[Known]],
    fates: Mapping[int, RowPlan],
    decisions: Mapping[str, str],
) -> RowPlan:
    name = shown_name(row.birth_name, row.first_names, row.usage_name)
    if row.same_as is not None:
        return _plan_double(row, name, fates[row.same_as])
    others = known.get(row.born_on, []) if row.born_on else []
    exact = [item for item in others if is_same(row, item)]
    decided = decisions.get(str(row.number), "")
    chosen = next((item for item in others if str(item.learner.id) == decided), None)
    if decided == SKIP:
        return RowPlan(row.number, Verdict.TO_DECIDE, name, "laissée de côté")
    if chosen is not None or len(exact) == 1:
        return _plan_known(actor, row, name, chosen or exact[0])
    near = exact or near_people(row, others)
    if near and decided != NEW:
        return to_decide(row, name, near)
    return RowPlan(row.number, Verdict.CREATED, name, payload=Payload(row))


def _plan_double(row: LearnerRow, name: str, first: RowPlan) -> RowPlan:
    payload = Payload(row, same_as=first.row)
    earlier: Payload | None = first.payload
    has_other_step = (
        earlier is not None
        and row.started_on is not None
        and row.started_on != earlier.row.started_on
    )
    verdict = Verdict.UPDATED if has_other_step else Verdict.UNCHANGED
    if first.verdict is Verdict.TO_DECIDE:
        verdict = Verdict.TO_DECIDE
    return RowPlan(
        row.number, verdict, name, f"même personne que la ligne {first.row}", (), payload
    )


def _plan_known(actor: Actor, row: LearnerRow, name: str, known: Known) -> RowPlan:
    is_own = known.learner.organisation_id == actor.organisation_id
    fills = _missing(row, known.learner) if is_own else {}
    step = next((item for item in known.steps if _same_start(item, row)), None)
    payload = Payload(row, known, None, fills, step)
    if row.started_on and step is None and (reason := _closed_then(row, known)):
        return RowPlan(row.number, Verdict.TO_DECIDE, name, reason)
    is_new_step = row.started_on is not None and step is None
    changes = bool(fills) or is_new_step or (step is not None and _completes(row, step))
    verdict = Verdict.UPDATED if changes else Verdict.UNCHANGED
    return RowPlan(row.number, verdict, name, "", (), payload)


def to_decide(row: LearnerRow, name: str, near: Iterable[Known]) -> RowPlan:
    """A row whose person may be one of several: somebody chooses."""
    candidates = []
    for item in near:
        found = likeness(person_of_row(row), person_of(item.learner))
        learner = item.learner
        shown = shown_name(learner.birth_name, learner.first_names, learner.usage_name)
        reason = found.reason if found else "même date de naissance"
        candidates.append(Candidate(learner.id or 0, shown, reason))
    reason = "Une ou plusieurs personnes connues lui ressemblent."
    return RowPlan(row.number, Verdict.TO_DECIDE, name, reason, candidates)


def is_same(row: LearnerRow, known: Known) -> bool:
    """Whether a row names exactly somebody known: folded names and birth date."""
    return same_person(person_of_row(row), person_of(known.learner))


def near_people(row: LearnerRow, others: Iterable[Known]) -> list[Known]:
    """Those of the same birth date that look like the person of a row."""
    found = [(likeness(person_of_row(row), person_of(item.learner)), item) for item in others]
    return [item for like, item in found if like is not None and like.rank < 3]


def _missing(row: LearnerRow, learner: Learner) -> dict[str, Any]:
    """What the row knows and the file does not; nothing known is ever overwritten."""
    return {
        name: getattr(row, name)
        for name in FILLED
        if getattr(row, name) is not None and getattr(learner, name) is None
    }


def _same_start(step: Step, row: LearnerRow) -> bool:
    return row.started_on in {step.started_on, step.planned_start_on}


def _completes(row: LearnerRow, step: Step) -> bool:
    has_end = row.ended_on is not None and step.ended_on is None and step.planned_end_on is None
    return has_end or (row.hours is not None and step.hours is None)


def _closed_then(row: LearnerRow, known: Known) -> str:
    """Why a step cannot enter: its day lies in a pathway already closed."""
    for pathway in known.pathways:
        if pathway.closed_on and row.started_on and row.started_on < pathway.closed_on:
            return (
                "Le parcours de cette personne à cette date est clos : ajoutez l’étape à la main."
            )
    return ""


def _similar_notices(similar: Iterable[Any]) -> list[str]:
    return [
        f"Les lignes {item.other} et {item.row} se ressemblent ({item.reason}) : vérifiez que ce "
        "sont deux personnes."
        for item in similar
    ]


def person_of_row(row: LearnerRow) -> Person:
    """A row as identities are compared."""
    return Person(row.birth_name, row.first_names, row.born_on, row.usage_name, row.phone)


def person_of(learner: Learner) -> Person:
    """A stored person as identities are compared."""
    return Person(
        learner.birth_name, learner.first_names, learner.born_on, learner.usage_name, learner.phone
    )
