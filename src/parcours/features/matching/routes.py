"""Candidats d’un besoin: who fits, why, what is missing; what is decided about them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import match_runs, match_teaching
from parcours.actions.matching import Comparison, compare, pairs
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.match_acts import Choice
from parcours.features.matching import showing, store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

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
        choice = _decide(deed, result_id)
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
    found = compare(visit.session, visit.actor, need_id, today=visit.today)
    tab = showing.tab_of(etat)
    rows = showing.group(found.ranking, tab)
    start = int(debut) if debut.isascii() and debut.isdecimal() and len(debut) < 9 else 0
    start = min(start, max(0, len(rows) - 1))
    base = f"/besoins/{need_id}/candidats"
    ends = start + showing.PAGE_SIZE
    context: dict[str, Any] = _around(visit, found) | {
        "tabs": showing.tabs(found.ranking, base, tab),
        "tab": tab,
        "cards": _cards(visit, found, rows[start:ends]),
        "start": start,
        "total": len(rows),
        "next_url": f"{base}?etat={tab}&debut={ends}" if ends < len(rows) else "",
        "refused": refused or {},
        "levers": showing.open_levers(found) if tab == "ecartes" else [],
    }
    status = 422 if refused else 200
    return pages.page(visit, "matching/candidates.html", context, status=status)


def _around(visit: Visit, found: Comparison) -> dict[str, Any]:
    need_id = found.asked.need_id
    need = visibility.need(visit.session, visit.actor, need_id)
    counted = len(found.answers)
    return {
        "head": store.heads(visit.session, [need_id])[need_id],
        "is_own": need.organisation_id == visit.actor.organisation_id,
        "asked": found.asked,
        "taxonomy": found.taxonomy,
        "people": found.people,
        "unrelated": found.people - counted,
        "proposed": match_runs.count_proposed(visit.session, need_id),
        "run": found.run,
        "choices": [(one.value, one.label) for one in Choice],
        "can_decide": visit.actor.can(Capability.WRITE_LEARNERS),
    }


def _cards(visit: Visit, found: Comparison, rows: Any) -> list[showing.Card]:
    ids = [int(row.candidate.ref) for row in rows]
    audit.record_listing(visit.session, visit.actor, "candidates", len(ids))
    if not ids:
        return []
    session, actor = visit.session, visit.actor
    paired = pairs(session, actor, found, ids)
    kept = match_runs.keep(session, actor, found, paired.values())
    names = store.names(session, ids)
    decided = match_runs.last_decisions(session, actor, found.asked.need_id)
    teachings = match_teaching.next_teachings(session, showing.wanted_skills(paired), visit.today)
    return [
        showing.card(row, paired[one], names[one], kept[one], decided.get(one), teachings)
        for row, one in zip(rows, ids, strict=True)
    ]


def _decide(deed: Deed, result_id: str) -> Choice:
    choice = deed.form.word("choice", Choice)
    motive = deed.form.optional("motive", limit=300)
    deed.form.check()
    row = match_runs.decide(
        deed.session, deed.actor, result_id, choice, motive=motive, today=deed.today
    )
    return row.choice
