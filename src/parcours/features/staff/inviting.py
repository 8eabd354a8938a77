"""Inviting a colleague, and giving one the way to choose a new password."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import account_links
from parcours.actions.account_links import GIVEN_ROLES, Invited
from parcours.actions.personal_links import NewLink
from parcours.domain.access import Capability, Role, require
from parcours.domain.errors import RuleBroken
from parcours.domain.intake_contacts import read_email
from parcours.features.staff import store
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.forms import Form

router = APIRouter(prefix="/comptes")
LABELS = {"email": "Courriel professionnel", "name": "Prénom et nom", "role": "Rôle"}
NEEDED = {
    "email": "Indiquez l’adresse de la personne. Exemple : prenom.nom@exemple.fr",
    "name": "Indiquez le prénom et le nom de la personne.",
    "role": "Choisissez ce que la personne fera.",
}


@router.get("/invitation")
def invitation_form(visit: Reading) -> Response:
    """An empty form."""
    return _form(visit, dict.fromkeys(LABELS, ""))


@router.post("/invitation")
def invite(deed: Acting) -> Response:
    """Invite somebody: the link and its code are said once, here."""
    try:
        invited = _read(deed.form)
        made = account_links.invite(deed.session, deed.actor, invited, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        typed = {name: deed.form.text(name) for name in LABELS}
        return _form(deed, typed, errors=refusal.errors)
    return _made(deed, made, invited.name, invited.email)


@router.post("/{account_id}/mot-de-passe")
def open_again(deed: Acting, account_id: int) -> Response:
    """A link by which a colleague chooses a new password, said once, here."""
    made = account_links.open_again(deed.session, deed.actor, account_id, today=deed.today)
    row = store.member(deed.session, deed.actor, account_id, today=deed.today)
    return _made(deed, made, row.name, row.email)


@router.post("/liens/{link_id}/retrait")
def withdraw(deed: Acting, link_id: int) -> Response:
    """Withdraw an invitation."""
    account_links.withdraw(deed.session, deed.actor, link_id)
    return pages.done("/comptes", "Ce lien n’ouvre plus rien.")


def _read(form: Form) -> Invited:
    email = read_email(form.text("email"))
    if email.problem or not email.value:
        form.errors["email"] = email.problem or NEEDED["email"]
    name = form.required("name", NEEDED["name"], limit=120)
    role = form.word("role", Role)
    if role is None:
        form.errors["role"] = NEEDED["role"]
    form.check()
    return Invited(email.value or "", name, role or Role.TRAINER)


def _form(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.MANAGE_ACCOUNTS)
    context = {
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "roles": [(role.value, role.label) for role in GIVEN_ROLES],
    }
    return pages.page(visit, "staff/invitation.html", context, status=422 if errors else 200)


def _made(deed: Deed, made: NewLink, name: str, email: str) -> Response:
    context = {
        "address": str(deed.request.url_for("account_link_page", token=made.token)),
        "code": made.code,
        "name": name,
        "email": email,
        "days": account_links.LASTS.days,
    }
    return pages.page(deed, "staff/link.html", context)
