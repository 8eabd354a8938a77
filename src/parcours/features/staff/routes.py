"""The accounts of one’s organisation, and closing one without leaving anybody alone."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import departures, referents
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.staff import store
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit
from parcours.web.words import plural

router = APIRouter(prefix="/comptes")


@router.get("")
def account_list(visit: Reading) -> Response:
    """Who acts for the organisation, and how many people each accompanies."""
    require(visit.actor, Capability.MANAGE_ACCOUNTS)
    rows = store.members(visit.session, visit.actor)
    waiting = store.waiting_links(visit.session, visit.actor, today=visit.today)
    context = {"rows": rows, "me": visit.actor.account_id, "waiting": waiting}
    return pages.page(visit, "staff/accounts.html", context)


@router.get("/{account_id}/fermeture")
def closing_form(visit: Reading, account_id: int) -> Response:
    """What closing the account would do, and to whom its people would be entrusted."""
    return _closing(visit, account_id)


@router.post("/{account_id}/fermeture")
def close(deed: Acting, account_id: int) -> Response:
    """Close the account, its people entrusted to a colleague."""
    to = deed.form.integer("to")
    try:
        deed.form.check()
        moved = departures.close_account(
            deed.session, deed.actor, account_id, to=to, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _closing(deed, account_id, to=deed.form.text("to"), errors=refusal.errors)
    told = f" {plural(moved, 'personne confiée', 'personnes confiées')}." if moved else ""
    return pages.done("/comptes", f"Compte fermé.{told}")


def _closing(
    visit: Visit, account_id: int, *, to: str = "", errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.MANAGE_ACCOUNTS)
    row = store.member(visit.session, visit.actor, account_id, today=visit.today)
    colleagues = referents.colleagues(visit.session, visit.actor, today=visit.today)
    context = {
        "row": row,
        "colleagues": [pair for pair in colleagues if pair[0] != account_id],
        "is_me": account_id == visit.actor.account_id,
        "to": to,
        "errors": errors or {},
    }
    return pages.page(visit, "staff/closing.html", context, status=422 if errors else 200)
