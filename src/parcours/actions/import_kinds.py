"""What each kind of file becomes: how its rows are planned, then written, and for which cohort."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from sqlmodel import Session

from parcours.actions import import_attendance, import_candidates
from parcours.actions.cohorts import lock
from parcours.actions.import_acts import apply_acts, plan_acts
from parcours.actions.import_assessments import plan_assessments
from parcours.actions.import_assessments_apply import apply_assessments
from parcours.actions.import_attendance import apply_attendance, plan_attendance
from parcours.actions.import_candidates import plan_candidates
from parcours.actions.import_candidates_apply import apply_candidates
from parcours.actions.import_learners import plan_learners
from parcours.actions.import_learners_apply import apply_learners
from parcours.actions.import_needs import plan_needs
from parcours.actions.import_needs_apply import apply_needs
from parcours.actions.import_outcomes import plan_outcomes
from parcours.actions.import_outcomes_apply import apply_outcomes
from parcours.actions.import_plans import Plan
from parcours.domain.access import Actor
from parcours.domain.intake_table import ColumnMap, Sheet
from parcours.models import Cohort, Import


class ForCohort(Enum):
    """Whether a file speaks of one cohort: it does not, it may, or it always does."""

    NO = auto()
    MAYBE = auto()
    GUESSED = auto()


@dataclass(frozen=True, slots=True)
class Received:
    """A file being imported: its row, the sheet and columns chosen, its cohort if it has one."""

    row: Import
    sheet: Sheet
    columns: ColumnMap
    today: date
    cohort: Cohort | None = None

    @property
    def group(self) -> Cohort:
        """The cohort of a file that always has one."""
        if self.cohort is None:
            raise LookupError("this kind of file is planned for a cohort")
        return self.cohort


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file: its name, and what it does in the caller’s transaction."""

    label: str
    plan: Callable[[Session, Actor, Received], Plan]
    apply: Callable[[Session, Actor, Received, Plan], None]
    for_cohort: ForCohort = ForCohort.NO
    guess: Callable[[Session, Actor, Received], Cohort] | None = None
    # The places the plan counts must still be there when it is applied.
    holds_places: bool = False


def hold(session: Session, kind: ImportKind, received: Received) -> None:
    """Keep a cohort’s places from moving between the plan and what it writes."""
    if kind.holds_places:
        lock(session, received.group.id or 0)


KINDS: dict[str, ImportKind] = {
    "learners": ImportKind(
        "Liste d’apprenants",
        lambda session, actor, it: plan_learners(
            session, actor, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_learners(session, actor, plan, today=it.today),
    ),
    "candidates": ImportKind(
        "Liste de candidats à une promotion",
        lambda session, actor, it: plan_candidates(
            session, actor, it.group, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_candidates(
            session, actor, it.group, plan, today=it.today
        ),
        ForCohort.GUESSED,
        lambda session, actor, it: import_candidates.guess_cohort(
            session, actor, it.row.file_name, today=it.today
        ),
        holds_places=True,
    ),
    "attendance": ImportKind(
        "Feuille d’émargement",
        lambda session, _actor, it: plan_attendance(
            session, it.group, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_attendance(
            session, actor, it.group, plan, today=it.today
        ),
        ForCohort.GUESSED,
        lambda session, actor, it: import_attendance.guess_cohort(
            session, actor, it.sheet, it.columns, today=it.today
        ),
    ),
    "assessments": ImportKind(
        "Résultats de positionnement",
        lambda session, actor, it: plan_assessments(
            session, actor, it.cohort, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_assessments(
            session, actor, plan, import_id=it.row.id or 0, today=it.today
        ),
        ForCohort.MAYBE,
    ),
    "acts": ImportKind(
        "Actes de médiation et d’initiation",
        lambda session, actor, it: plan_acts(
            session, actor, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_acts(session, actor, plan, today=it.today),
    ),
    "outcomes": ImportKind(
        "Tableau de sorties",
        lambda session, actor, it: plan_outcomes(
            session, actor, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_outcomes(session, actor, plan, today=it.today),
    ),
    "needs": ImportKind(
        "Besoins d’employeurs",
        lambda session, actor, it: plan_needs(
            session, actor, it.sheet, it.columns, it.row.decisions, today=it.today
        ),
        lambda session, actor, it, plan: apply_needs(session, actor, plan, today=it.today),
    ),
}
