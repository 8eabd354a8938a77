"""A list of candidates: who is known, who already applies, what the list adds, what it decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours.actions.cohorts import places_left
from parcours.actions.import_learners import Payload, plan_learners
from parcours.actions.import_plans import Plan, RowPlan, Verdict
from parcours.domain.access import Actor, Capability
from parcours.domain.criteria import Noted, read_noted
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.intake_candidates import CandidateRow, ReadMark, mark_columns, read_candidate
from parcours.domain.intake_table import CellError, ColumnMap, Sheet
from parcours.domain.selection import Decision, is_window_open
from parcours.models import (
    Candidate,
    CandidateGrade,
    CandidateMark,
    Cohort,
    Curriculum,
    Enrolment,
    Programme,
)

CLOSED = "Candidature hors de la période de la promotion : changez la période, puis réimportez."
KEPT = "Décision déjà prise dans Parcours : « {decision} ». Elle est gardée."
NOT_YOURS = "Décision laissée de côté : elle revient à la coordination."
NO_PLACE = "Décision laissée de côté : la promotion n’a plus de place. Décidez à l’écran."
OVER = "Décision laissée de côté : la promotion est terminée."
IN_COHORT = "déjà inscrite dans la promotion"
LEFT_COHORT = "déjà inscrite dans la promotion, puis partie"
WHICH = "Dites pour quelle promotion sont ces candidatures."


@dataclass(slots=True)
class CandidatePayload:
    """What applying a row takes: the person, the candidacy when there is one, what it adds."""

    person: Payload
    read: CandidateRow
    stored: Candidate | None = None
    marks: list[ReadMark] = field(default_factory=list)
    grades: dict[str, int] = field(default_factory=dict)
    decision: Decision | None = None
    is_enrolled: bool = False
    is_past: bool = False


@dataclass(slots=True)
class _Known:
    """What is known of the candidates of a cohort, and the places the list may still give."""

    candidates: dict[int, Candidate]
    # Who has or had a place, with the day they left.
    left: dict[int, date | None]
    marks: dict[int, set[ReadMark]]
    grades: dict[int, dict[str, int]]
    noted: dict[str, Noted]
    places: int


def plan_candidates(
    session: Session,
    actor: Actor,
    cohort: Cohort,
    sheet: Sheet,
    column_map: ColumnMap,
    decisions: Mapping[str, str],
    *,
    today: date,
) -> Plan:
    """What the rows of a list will do to the candidates of a cohort; nothing is written."""
    plan = plan_learners(session, actor, sheet, column_map, decisions, today=today)
    known = _known(session, cohort)
    marks = mark_columns(sheet, column_map.header_row, column_map.columns)
    errors, warnings = list(plan.errors), list(plan.warnings)
    for fate in plan.rows:
        if fate.payload is None or fate.verdict in {Verdict.REJECTED, Verdict.TO_DECIDE}:
            continue
        row = sheet.row(fate.row)
        payload = CandidatePayload(
            fate.payload, read_candidate(sheet, row, column_map, marks, today)
        )
        warnings += payload.read.warnings
        tell = _Telling(sheet.title, fate.row, column_map, warnings)
        _plan_row(actor, cohort, fate, payload, known, tell, today)
        if _is_out(fate):
            errors.append(tell.at("applied_on", CLOSED, rejects=True))
    return replace(plan, errors=errors, warnings=sorted(warnings, key=lambda item: item.row))


def guess_cohort(session: Session, actor: Actor, file_name: str, *, today: date) -> Cohort:
    """The cohort a list speaks of, when nobody said: named by the file, else the one to come.

    Raises RuleBroken, naming the codes, when several could be meant, or none.
    """
    rows = session.execute(
        select(Cohort, col(Curriculum.code))
        .outerjoin(Curriculum, col(Curriculum.id) == col(Cohort.curriculum_id))
        .where(
            col(Cohort.organisation_id) == actor.organisation_id,
            col(Cohort.ends_on) >= today,
            or_(
                col(Cohort.applications_close_on).is_(None),
                col(Cohort.applications_close_on) >= today,
            ),
        )
        .order_by(col(Cohort.starts_on), col(Cohort.id))
    ).all()
    words = f" {fold(file_name)} "
    named = [row[0] for row in rows if any(f" {fold(code)} " in words for code in _codes(row))]
    coming = [row[0] for row in rows if row[0].starts_on > today]
    both = [cohort for cohort in named if cohort in coming]
    for found in (both, named, coming, [row[0] for row in rows]):
        if len(found) == 1:
            cohort: Cohort = found[0]
            return cohort
    codes = ", ".join(row[0].code for row in rows)
    raise RuleBroken(
        f"{WHICH} Codes possibles : {codes}." if codes else "Ouvrez d’abord une promotion.",
        field="cohort",
    )


def _codes(row: tuple[Cohort, str | None]) -> list[str]:
    return [row[0].code, *([row[1]] if row[1] else [])]


@dataclass(frozen=True, slots=True)
class _Telling:
    """Where a warning about a row goes."""

    sheet: str
    row: int
    column_map: ColumnMap
    warnings: list[CellError]

    def warn(self, message: str, value: str) -> None:
        self.warnings.append(self.at("decision", message, value=value))

    def at(self, code: str, message: str, *, value: str = "", rejects: bool = False) -> CellError:
        column = self.column_map.columns.get(code, "")
        place = (self.sheet, self.row, column, value)
        return CellError(*place, message, f"{code}_left", code, rejects)


def _known(session: Session, cohort: Cohort) -> _Known:
    rows = session.execute(select(Candidate).where(col(Candidate.cohort_id) == cohort.id))
    candidates = {row.learner_id: row for row in rows.scalars()}
    places = session.execute(
        select(col(Enrolment.learner_id), col(Enrolment.left_on))
        .where(col(Enrolment.cohort_id) == cohort.id)
        .order_by(col(Enrolment.enrolled_on))
    )
    left = {row[0]: row[1] for row in places}
    programme = session.get(Programme, cohort.programme_id) if cohort.programme_id else None
    noted = read_noted(programme.entry_criteria) if programme else ()
    ids = [row.id or 0 for row in candidates.values()]
    return _Known(
        candidates,
        left,
        _marks(session, ids),
        _grades(session, ids),
        {fold(item.label): item for item in noted},
        places_left(session, cohort),
    )


def _marks(session: Session, ids: list[int]) -> dict[int, set[ReadMark]]:
    found: dict[int, set[ReadMark]] = {}
    rows = session.execute(select(CandidateMark).where(col(CandidateMark.candidate_id).in_(ids)))
    for row in rows.scalars():
        mark = ReadMark(row.label, row.value, row.out_of)
        found.setdefault(row.candidate_id, set()).add(mark)
    return found


def _grades(session: Session, ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(CandidateGrade)
        .where(col(CandidateGrade.candidate_id).in_(ids))
        .order_by(col(CandidateGrade.id))
    )
    for row in rows.scalars():
        found.setdefault(row.candidate_id, {})[row.criterion] = row.level
    return found


def _is_out(fate: RowPlan) -> bool:
    return fate.verdict is Verdict.REJECTED


def _plan_row(
    actor: Actor,
    cohort: Cohort,
    fate: RowPlan,
    payload: CandidatePayload,
    known: _Known,
    tell: _Telling,
    today: date,
) -> None:
    person = payload.person.known
    learner_id = (person.learner.id or 0) if person else 0
    stored = payload.stored = known.candidates.get(learner_id)
    payload.is_enrolled = learner_id in known.left and known.left[learner_id] is None
    fate.payload = payload
    if stored is None and _is_told(payload, learner_id, known):
        payload.is_past = True
        fate.reason = IN_COHORT if payload.is_enrolled else LEFT_COHORT
        return
    _compare_notes(payload, known)
    payload.decision = _decision(actor, cohort, payload, known, tell, today)
    if stored is not None:
        adds = payload.marks or payload.grades or payload.decision
        gains_meeting = payload.read.meeting is not None and stored.meeting is None
        if fate.verdict is Verdict.UNCHANGED and (adds or gains_meeting):
            fate.verdict = Verdict.UPDATED
    elif payload.person.same_as is None:
        window = (cohort.applications_open_on, cohort.applications_close_on)
        is_open = is_window_open(*window, payload.read.applied_on or today)
        fate.verdict = Verdict.CREATED if is_open else Verdict.REJECTED


def _is_told(payload: CandidatePayload, learner_id: int, known: _Known) -> bool:
    """Whether their place tells already how the application ended.

    Somebody who left applies anew only when the list dates it after they left: the list of the
    first time, imported again, changes nothing.
    """
    if learner_id not in known.left:
        return False
    left_on, applied_on = known.left[learner_id], payload.read.applied_on
    return left_on is None or applied_on is None or applied_on <= left_on


def _compare_notes(payload: CandidatePayload, known: _Known) -> None:
    """A mark out of 3 of a criterion that people note is that note; any other stays a mark."""
    key = payload.stored.id or 0 if payload.stored else 0
    for mark in payload.read.marks:
        criterion = known.noted.get(fold(mark.label))
        if criterion and mark.out_of == 3 and mark.value == int(mark.value):
            level = int(mark.value)
            if known.grades.get(key, {}).get(criterion.code) != level:
                payload.grades[criterion.code] = level
        elif mark not in known.marks.get(key, set()):
            payload.marks.append(mark)


def _decision(
    actor: Actor,
    cohort: Cohort,
    payload: CandidatePayload,
    known: _Known,
    tell: _Telling,
    today: date,
) -> Decision | None:
    """The decision the list adds, None with a warning when it cannot be taken from it."""
    decision, stored = payload.read.decision, payload.stored
    if decision is None or (stored is not None and stored.decision is decision):
        return None
    refusal = ""
    if stored is not None and stored.decision is not None:
        refusal = KEPT.format(decision=stored.decision.label)
    elif not actor.can(Capability.MANAGE_COHORTS):
        refusal = NOT_YOURS
    elif decision is Decision.ADMITTED and not payload.is_enrolled:
        refusal = OVER if cohort.ends_on < today else "" if known.places > 0 else NO_PLACE
        known.places -= not refusal
    if refusal:
        tell.warn(refusal, decision.label)
    return None if refusal else decision
