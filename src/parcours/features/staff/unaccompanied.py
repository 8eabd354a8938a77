"""« Sans référent »: whom nobody accompanies, and entrusting people to a colleague in bulk."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import departures, referents
from parcours.actions.people import place_after
from parcours.domain.access import Capability, require
from parcours.domain.dates import age_on
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import shown_name
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.words import plural

router = APIRouter(prefix="/sans-referent")
NOBODY, ALONE = "", "structure"


@router.get("")
def people(visit: RecordedReading, qui: str = "", apres: str = "") -> Response:
    """People without a referent; those of one account, or those only one’s organisation holds."""
    after = place_after(visit.session, visit.actor, apres, today=visit.today)
    return _page(visit, qui, after or ("", 0))


@router.post("")
def entrust(deed: Acting) -> Response:
    """Entrust the people ticked to a colleague."""
    if answer := pages.earlier_answer(deed):
        return answer
    qui = deed.form.text("qui")
    try:
        changed = _entrust(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, qui, ("", 0), errors=refusal.errors, to=deed.form.text("to"))
    told = plural(changed, "personne confiée", "personnes confiées")
    return pages.done_once(deed, f"/sans-referent?{urlencode({'qui': qui})}", f"{told}.")


def _entrust(deed: Deed) -> int:
    require(deed.actor, Capability.MANAGE_COHORTS)
    ids = {int(text) for text in deed.form.all("learner") if text.isdecimal() and len(text) < 10}
    to, errors = deed.form.integer("to"), deed.form.errors
    if to is None:
        errors.setdefault("to", "Choisissez à qui confier ces personnes.")
    if not ids:
        errors["learner"] = "Cochez au moins une personne."
    deed.form.check()
    return referents.entrust(deed.session, deed.actor, ids, to or 0, today=deed.today)


def _page(
    visit: Visit,
    qui: str,
    after: tuple[str, int],
    *,
    errors: dict[str, str] | None = None,
    to: str = "",
) -> Response:
    require(visit.actor, Capability.MANAGE_COHORTS)
    colleagues = referents.colleagues(visit.session, visit.actor, today=visit.today)
    known = {str(number) for number, _ in colleagues}
    wanted = qui if qui in known | {ALONE} else NOBODY
    rows = _rows(visit, wanted, after)
    shown, more = rows[: referents.PAGE_SIZE], rows[referents.PAGE_SIZE :]
    audit.record_listing(visit.session, visit.actor, "referent", len(shown))
    kept = {"qui": wanted} if wanted else {}
    following = kept | {"apres": str(shown[-1][0])} if more else {}
    context = {
        "rows": [_shown(row, visit) for row in shown],
        "colleagues": colleagues,
        "whose": [(ALONE, "Tenues par nous seuls"), *colleagues],
        "qui": wanted,
        "to": to,
        "errors": errors or {},
        "first_url": f"/sans-referent?{urlencode(kept)}",
        "is_first": after == ("", 0),
        "next_url": f"/sans-referent?{urlencode(following)}" if following else "",
    }
    return pages.page(visit, "staff/unaccompanied.html", context, status=422 if errors else 200)


def _rows(visit: Visit, wanted: str, after: tuple[str, int]) -> list[Any]:
    session, actor = visit.session, visit.actor
    if wanted == NOBODY:
        return [*referents.without_referent(session, actor, today=visit.today, after=after)]
    if wanted == ALONE:
        return [*departures.held_alone(session, actor, today=visit.today, after=after)]
    return [*departures.accompanied_by(session, actor, int(wanted), after=after)]


def _shown(row: Any, visit: Visit) -> dict[str, Any]:
    learner_id, birth, usage, first, born_on, _key, *left = row
    return {
        "id": learner_id,
        "name": shown_name(birth, first, usage),
        "age": age_on(born_on, visit.today),
        "left": left[0] if left else None,
    }
