"""« Proposer une répartition »: people and posts, as a suggestion decided pair by pair."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import allocations
from parcours.actions.allocations import Line, Proposed
from parcours.domain.access import Capability, require
from parcours.domain.allocation import Mode
from parcours.domain.coverage_report import Scope
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.match_acts import Choice
from parcours.domain.matching_rules import Band
from parcours.features.coverage import store
from parcours.features.coverage.calendar import SCOPES, calendar_page
from parcours.web import choices, pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter(prefix="/adequation/{curriculum_id}/repartitions")
TONES = {
    Band.READY: "success",
    Band.WITH_SUPPORT: "violet",
    Band.TO_PREPARE: "warning",
    Band.FAR: "neutral",
}


@router.post("")
def propose(deed: Acting, curriculum_id: int) -> Response:
    """Share out the people of a cohort, as asked."""
    try:
        run = _propose(deed, curriculum_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return calendar_page(deed, curriculum_id, deed.form.text("portee"), refusal.errors)
    url = f"/adequation/{curriculum_id}/repartitions/{run}"
    return pages.done(url, "Répartition proposée : rien n’est envoyé, chaque paire se décide.")


@router.get("/{run_id}")
def allocation(visit: RecordedReading, curriculum_id: int, run_id: str) -> Response:
    """The people, each with the need proposed for them, and who has none."""
    return _page(visit, curriculum_id, run_id)


@router.post("/{run_id}/personnes/{learner_id}")
def decide(deed: Acting, curriculum_id: int, run_id: str, learner_id: int) -> Response:
    """Keep a pair or not; a person decides, and says why."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        choice = _decide(deed, curriculum_id, run_id, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        refused = {learner_id: (refusal.errors, deed.form.text("motive"))}
        return _page(deed, curriculum_id, run_id, refused)
    url = f"/adequation/{curriculum_id}/repartitions/{run_id}#personne-{learner_id}"
    return pages.done_once(deed, url, f"Décision notée : {choice.label.lower()}.")


def _propose(deed: Deed, curriculum_id: int) -> str:
    cohort_id = deed.form.integer("promo")
    mode = deed.form.word("mode", Mode)
    wanted = SCOPES.get(deed.form.text("portee"), Scope.TERRITORY)
    if cohort_id is None:
        deed.form.errors.setdefault("promo", "Choisissez une promotion.")
    deed.form.check()
    run = allocations.propose(
        deed.session, deed.actor, curriculum_id, cohort_id or 0, mode, wanted, today=deed.today
    )
    return run.id


def _decide(deed: Deed, curriculum_id: int, run_id: str, learner_id: int) -> Choice:
    found = allocations.proposed(deed.session, deed.actor, curriculum_id, run_id, today=deed.today)
    kept = {line.learner_id: line.result_id for line in found.lines}
    result = kept.get(learner_id)
    if result is None:
        raise NotFound
    return choices.decide(deed, result)


def _page(
    visit: Visit,
    curriculum_id: int,
    run_id: str,
    refused: dict[int, tuple[dict[str, str], str]] | None = None,
) -> Response:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    session, actor = visit.session, visit.actor
    found = allocations.proposed(session, actor, curriculum_id, run_id, today=visit.today)
    audit.record_listing(session, actor, "allocation", len(found.lines))
    results = [line.result_id for line in found.lines if line.result_id]
    context = {
        "found": found,
        "curriculum_id": curriculum_id,
        "needs": store.needs(session, found.posts),
        "shown": store.shown(session, results),
        "decided": store.decided(session, actor, results),
        **_parts(found, store.names(session, [line.learner_id for line in found.lines])),
        "choices": [(one.value, one.label) for one in Choice],
        "tones": TONES,
        "can_decide": actor.can(Capability.WRITE_LEARNERS),
        "refused": refused or {},
    }
    status = 422 if refused else 200
    return pages.page(visit, "coverage/allocation.html", context, status=status)


def _parts(found: Proposed, names: dict[int, str]) -> dict[str, Any]:
    """The people by name, with a need or without; the places of each need that stay free."""
    lines = sorted(found.lines, key=lambda line: (names[line.learner_id], line.learner_id))
    taken: dict[int, int] = {}
    for line in lines:
        if line.need_id is not None:
            taken[line.need_id] = taken.get(line.need_id, 0) + 1
    return {
        "pairs": [(line, names[line.learner_id], _change(line)) for line in lines if line.need_id],
        "without": [(line, names[line.learner_id]) for line in lines if not line.need_id],
        "free": {need: posts - taken.get(need, 0) for need, posts in found.posts.items()
                 if posts > taken.get(need, 0)},
    }  # fmt: skip


def _change(line: Line) -> str:
    """What it changes for the person beside the best pair first, in words."""
    if line.points is None or line.other_need_id is None:
        return "" if line.points is None else "sans cette répartition, aucun poste"
    sign = "+" if line.points > 0 else "−" if line.points < 0 else "±"
    return f"{sign}{abs(line.points)} points"
