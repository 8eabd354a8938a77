"""Large workbooks on screen: how far their making is, and what to do when it stops."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response

from parcours.actions import export_jobs
from parcours.actions.exports import Request
from parcours.actions.outputs import OUTPUTS
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.export_jobs import JobState, seconds_left, share, state
from parcours.models import ExportJob, visibility
from parcours.models.base import utc_now
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.exporter import Exporter

router = APIRouter(prefix="/exports/en-preparation")
TONES = {
    JobState.WAITING: "neutral",
    JobState.RUNNING: "neutral",
    JobState.INTERRUPTED: "warning",
    JobState.READY: "success",
    JobState.FAILED: "danger",
}
A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Where:
    """Where a making stands, as a page says it."""

    state: JobState
    share: int
    left: str

    @property
    def tone(self) -> str:
        """The colour of its word."""
        return TONES[self.state]

    @property
    def moves(self) -> bool:
        """Whether the page is worth reading again."""
        return self.state in {JobState.WAITING, JobState.RUNNING, JobState.INTERRUPTED}


@router.get("/{job_id}")
def progress(visit: Reading, job_id: int) -> Response:
    """How far a workbook is; its download when it is ready."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    return _page(visit, job_id)


@router.post("/{job_id}/reprise")
def again(deed: Acting, job_id: int) -> Response:
    """Begin again what was interrupted or failed."""
    require(deed.actor, Capability.EXPORT_OUTCOMES)
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        job = export_jobs.restart(deed.session, deed.actor, job_id, now=utc_now())
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, job_id, errors=refusal.errors)
    return _woken(deed, job, pages.done_once(deed, f"/exports/en-preparation/{job_id}"))


def ask(deed: Deed, asked: Request) -> Response:
    """Ask for a large workbook, and go to where it is followed."""
    job = export_jobs.ask(deed.session, deed.actor, asked, today=deed.today)
    return _woken(deed, job, pages.done_once(deed, f"/exports/en-preparation/{job.id}"))


def jobs(visit: Visit, agreement_id: int) -> list[tuple[ExportJob, Where]]:
    """What is being made of an agreement, or failed to be."""
    found = export_jobs.jobs_of(visit.session, visit.actor, agreement_id)
    return [(job, _where(job)) for job in found]


def _woken(deed: Deed, job: ExportJob, response: Response) -> Response:
    """The maker is told once the answer has left: what was asked for is stored by then."""
    exporter: Exporter = deed.request.app.state.exporter
    response.background = BackgroundTask(_wake, exporter, job.id or 0)
    return response


async def _wake(exporter: Exporter, job_id: int) -> None:
    exporter.wake(job_id)


def _page(visit: Visit, job_id: int, *, errors: dict[str, str] | None = None) -> Response:
    job = visibility.export_job(visit.session, visit.actor, job_id)
    context = {
        "job": job,
        "agreement": visibility.agreement(visit.session, visit.actor, job.agreement_id),
        "output": OUTPUTS[job.output].label,
        "where": _where(job),
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return pages.page(visit, "agreements/job.html", context, fragment="progres", status=status)


def _where(job: ExportJob) -> Where:
    facts, now = export_jobs.facts_of(job), utc_now()
    return Where(state(facts, now), share(facts), _left(seconds_left(facts, now)))


def _left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < A_MINUTE:
        return "moins d’une minute"
    minutes = -(-seconds // A_MINUTE)
    return f"environ {minutes} minute{'s' if minutes > 1 else ''}"
