"""Outputs that name people: asking for one’s copy, taking it, and who took one before."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from parcours.actions import nominative
from parcours.actions import sign_in as sessions
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.nominative import Purpose, is_fresh
from parcours.features.agreements import store
from parcours.features.agreements.taking import workbook
from parcours.models import NominativeExport, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.words import typed_day

router = APIRouter()
LABELS = {
    "output": "Sortie",
    "as_of": "Date d’arrêt",
    "ground": "Motif",
    "because": "Précision",
    "password": "Mot de passe",
}
WRONG = "Ce n’est pas votre mot de passe."


@router.get("/conventions/{agreement_id}/nominatif")
def names(visit: RecordedReading, agreement_id: int) -> Response:
    """What may be taken with names, by whom it was, and the form."""
    require(visit.actor, Capability.EXPORT_NAMES)
    return _page(visit, agreement_id, _blank(visit))


@router.post("/conventions/{agreement_id}/nominatif")
def hand_over(deed: Acting, agreement_id: int) -> Response:
    """Make one’s copy; a wrong password is counted and the rest kept typed."""
    require(deed.actor, Capability.EXPORT_NAMES)
    values = {name: deed.form.text(name) for name in LABELS if name != "password"}
    if (refused := _password(deed)) is not None:
        return _page(deed, agreement_id, values, refused)
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        made = _hand_over(deed, agreement_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        # The password was right: it is not asked again for what else is to be corrected.
        _password(deed)
        return _page(deed, agreement_id, values, refusal.errors)
    message = f"Fichier prêt : {made.participants} personnes. Il est à votre nom ; sa trace reste."
    return pages.done_once(deed, f"/conventions/{agreement_id}/nominatif", message)


@router.get("/nominatifs/{export_id}/fichier")
def download(visit: RecordedReading, export_id: int) -> Response:
    """One’s own copy; the password is asked again when it is old."""
    now = datetime.now(UTC)
    given_at = sessions.authenticated_at(visit.session, visit.signed_in)
    row = visibility.nominative_export(visit.session, visit.actor, export_id)
    if not is_fresh(given_at, now):
        return _confirm_page(visit, export_id)
    try:
        _, content = nominative.read_copy(
            visit.session, visit.actor, export_id, given_at=given_at, now=now
        )
    except RuleBroken as refusal:
        return _page(visit, row.agreement_id, _blank(visit), refusal.errors, status=410)
    return workbook(content, row.file_name)


@router.post("/nominatifs/{export_id}/acces")
def confirm(deed: Acting, export_id: int) -> Response:
    """Give one’s password again, then take the copy."""
    visibility.nominative_export(deed.session, deed.actor, export_id)
    if (refused := _password(deed)) is not None:
        return _confirm_page(deed, export_id, refused)
    return RedirectResponse(f"/nominatifs/{export_id}/fichier", status_code=303)


def _password(deed: Deed) -> dict[str, str] | None:
    """What is wrong with the password typed; None when right, or not asked."""
    password = deed.form.values.get("password", [""])[0]
    if not password:
        return None
    client = deed.request.client
    try:
        is_right = sessions.confirm_password(
            deed.session,
            deed.signed_in,
            password,
            address=client.host if client else "",
            now=datetime.now(UTC),
        )
    except RuleBroken as refusal:
        return refusal.errors
    return None if is_right else {"password": WRONG}


def _hand_over(deed: Deed, agreement_id: int) -> NominativeExport:
    form = deed.form
    as_of = form.day("as_of", near=deed.today) or deed.today
    purpose = form.word("ground", Purpose)
    form.check()
    return nominative.hand_over(
        deed.session,
        deed.actor,
        agreement_id,
        nominative.Asked(form.text("output"), as_of, purpose, form.text("because")),
        given_at=sessions.authenticated_at(deed.session, deed.signed_in),
        now=datetime.now(UTC),
        today=deed.today,
        days=deed.request.app.state.settings.nominative_days,
    )


def _blank(visit: Visit) -> dict[str, str]:
    return {"output": "", "as_of": typed_day(visit.today), "ground": "", "because": ""}


def _page(
    visit: Visit,
    agreement_id: int,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    *,
    status: int = 422,
) -> Response:
    agreement = visibility.agreement(visit.session, visit.actor, agreement_id)
    now = datetime.now(UTC)
    context = {
        "agreement": agreement,
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "outputs": [
            (item.code, item.label) for item in nominative.outputs_of(visit.actor, agreement)
        ],
        "purposes": [(word.value, word.label) for word in Purpose],
        "copies": store.copies(visit.session, visit.actor, agreement_id, now),
        "asks_password": not is_fresh(
            sessions.authenticated_at(visit.session, visit.signed_in), now
        ),
        "days": visit.request.app.state.settings.nominative_days,
    }
    return pages.page(visit, "agreements/names.html", context, status=status if errors else 200)


def _confirm_page(visit: Visit, export_id: int, errors: dict[str, str] | None = None) -> Response:
    row = visibility.nominative_export(visit.session, visit.actor, export_id)
    context = {"row": row, "errors": errors or {}, "labels": LABELS}
    return pages.page(visit, "agreements/confirm.html", context, status=422 if errors else 200)
