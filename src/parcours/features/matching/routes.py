"""Candidats d’un besoin: who fits, why, what is missing; what is decided about them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import match_runs, match_teaching
from parcours.actions.match_lists import Shortlist, shortlist
from parcours.actions.matching import pairs
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.match_acts import Choice
from parcours.features.matching import showing
from parcours.models import visibility
from parcours.web import choices, pages
from parcours.web.deps import Acting, RecordedReading, Visit

router = APIRouter()


@router.get("/besoins/{need_id}/candidats")
def candidates(visit: RecordedReading, need_id: int, etat: str = "", debut: str = "") -> Response:
    """The people a need may be proposed, in order, each explained."""
    return candidates_page(visit, need_id, etat, debut)


@router.post("/appariements/{result_id}/decision")
def decide(deed: Acting, result_id: str) -> Response:
    """Propose somebody, not, or later; a person decides, and says why."""
    if answer := pages.earlier_answer(deed):
        return answer
    found, run = visibility.match_result(deed.session, deed.actor, result_id, today=deed.today)
    need_id, learner_id, tab = run.need_id, found.learner_id, deed.form.text("etat")
    try:
        choice = choices.decide(deed, result_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        refused = {learner_id: (refusal.errors, deed.form.text("motive"))}
        return candidates_page(deed, need_id, tab, deed.form.text("debut"), refused=refused)
    url = f"/besoins/{need_id}/candidats?etat={showing.tab_of(tab)}#personne-{learner_id}"
    return pages.done_once(deed, url, f"Décision notée : {choice.label.lower()}.")


def candidates_page(
    visit: Visit,
    need_id: int,
    etat: str,
    debut: str,
    *,
    refused: dict[int, tuple[dict[str, str], str]] | None = None,
) -> Response:
    """The page, with the form of a decision that was refused as it was typed."""
    require(visit.actor, Capability.READ_LEARNERS)
    tab = showing.tab_of(etat)
    start = int(debut) if debut.isascii() and debut.isdecimal() and len(debut) < 9 else 0
    found = shortlist(
        visit.session, visit.actor, need_id, showing.TABS[tab], start=start,
        size=showing.PAGE_SIZE, today=visit.today,
    )  # fmt: skip
    base = f"/besoins/{need_id}/candidats"
    total, ends = found.counts[showing.TABS[tab]], found.start + showing.PAGE_SIZE
    context: dict[str, Any] = _around(visit, found) | {
        "tabs": showing.tabs(found.counts, base, tab),
        "tab": tab,
        "cards": _cards(visit, found),
        "start": found.start,
        "total": total,
        "next_url": f"{base}?etat={tab}&debut={ends}" if ends < total else "",
        "refused": refused or {},
    }
    status = 422 if refused else 200
    return pages.page(visit, "matching/candidates.html", context, status=status)


def _around(visit: Visit, found: Shortlist) -> dict[str, Any]:
    asking = found.asking
    return {
        "asking": asking,
        "asked": asking.asked,
        "is_own": asking.organisation_id == visit.actor.organisation_id,
        "taxonomy": asking.taxonomy,
        "people": found.people,
        "unrelated": found.unrelated,
        "levers": found.levers,
        "run": asking.run,
        "choices": [(one.value, one.label) for one in Choice],
        "can_decide": visit.actor.can(Capability.WRITE_LEARNERS),
    }


def _cards(visit: Visit, found: Shortlist) -> list[showing.Card]:
    ids = [int(row.candidate.ref) for row in found.rows]
    audit.record_listing(visit.session, visit.actor, "candidates", len(ids))
    if not ids:
        return []
    session, actor, asking = visit.session, visit.actor, found.asking
    paired = pairs(session, actor, asking, ids)
    kept = match_runs.keep(session, actor, asking, paired.values())
    teachings = match_teaching.next_teachings(session, asking.asked.skill_ids, visit.today)
    return [
        showing.card(row, paired[one], file, kept[one], teachings)
        for row, one in zip(found.rows, ids, strict=True)
        if (file := paired[one].file)
    ]
