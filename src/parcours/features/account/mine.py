"""Mon compte: who one is here, and one’s password."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import accounts, passwords
from parcours.domain.errors import RuleBroken
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/mon-compte")
LABELS = {
    "known": "Mot de passe actuel",
    "password": "Nouveau mot de passe",
    "again": "Nouveau mot de passe, une seconde fois",
}


@router.get("")
def my_account(visit: Reading) -> Response:
    """Name, address, roles, and the form of a new password."""
    return _page(visit)


@router.post("/mot-de-passe")
def change_password(deed: Acting) -> Response:
    """Change one’s password; other browsers are signed out."""
    known, chosen, again = (deed.form.values.get(name, [""])[0] for name in LABELS)
    if chosen != again:
        return _page(deed, {"again": "Les deux mots de passe ne sont pas les mêmes."})
    try:
        is_changed = _change(deed, known, chosen)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, refusal.errors)
    if not is_changed:
        return _page(deed, {"known": "Ce n’est pas votre mot de passe actuel."})
    return pages.done("/mon-compte", "Mot de passe changé. Vos autres connexions sont fermées.")


def _change(deed: Deed, known: str, chosen: str) -> bool:
    client = deed.request.client
    address, now = client.host if client else "", datetime.now(UTC)
    return passwords.change(deed.session, deed.signed_in, known, chosen, address=address, now=now)


def _page(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    context = {
        "memberships": accounts.memberships(visit.session, visit.actor, today=visit.today),
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "account/mine.html", context, status=422 if errors else 200)
