"""Correcting an agreement: title, reference, days, programme, cohorts and contacts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import agreement_edits
from parcours.actions.agreement_edits import AgreementFacts, Contact
from parcours.domain.access import Capability, require
from parcours.domain.agreements import MOST_CONTACTS
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.agreements import store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import long_day, meanwhile, typed_day

router = APIRouter(prefix="/conventions/{agreement_id}/modifier")
LABELS = {
    "title": "Intitulé",
    "code": "Référence",
    "programme": "Programme",
    "starts_on": "Début",
    "ends_on": "Fin",
    "cohorts": "Promotions",
}
CONTACT = ("name", "duty", "email", "phone")
RANKS = range(1, MOST_CONTACTS + 1)


@router.get("")
def edit(visit: Reading, agreement_id: int) -> Response:
    """The form as the agreement stands."""
    require(visit.actor, Capability.MANAGE_AGREEMENTS)
    row = visibility.agreement(visit.session, visit.actor, agreement_id)
    values = _values(agreement_edits.facts_of(visit.session, row)) | {"version": row.version}
    return _page(visit, agreement_id, values)


@router.post("")
def save(deed: Acting, agreement_id: int) -> Response:
    """Write it; a second editor sees what the first wrote, beside what they typed."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = _typed(deed)
    try:
        _save(deed, agreement_id)
    except EditConflict as conflict:
        pages.undo(deed)
        return _conflicting(deed, agreement_id, values, conflict)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, agreement_id, values, refusal.errors)
    return pages.done_once(deed, f"/conventions/{agreement_id}", "Convention enregistrée.")


def _save(deed: Deed, agreement_id: int) -> None:
    form = deed.form
    days = {name: form.day(name, near=deed.today) for name in ("starts_on", "ends_on")}
    for name, day in days.items():
        if day is None:
            form.errors.setdefault(name, "Indiquez ce jour.")
    facts = AgreementFacts(
        code=form.required("code", "Donnez la référence de la convention.", limit=40),
        title=form.required("title", "Donnez un intitulé.", limit=200),
        starts_on=days["starts_on"] or deed.today,
        ends_on=days["ends_on"] or deed.today,
        cohort_ids=_cohorts(deed),
        programme_id=form.integer("programme"),
        contacts=_contacts(deed),
    )
    version = form.integer("version") or 0
    form.check()
    agreement_edits.edit_agreement(
        deed.session, deed.actor, agreement_id, facts, version=version, now=datetime.now(UTC)
    )


def _contacts(deed: Deed) -> list[Contact]:
    """The contacts of which something was typed, in order."""
    limits = {"name": 120, "duty": 120, "email": 254, "phone": 40}
    found = []
    for rank in RANKS:
        typed = {
            name: deed.form.text(f"{name}_{rank}", limit=limits[name]) or None for name in CONTACT
        }
        if any(typed.values()):
            rest = {name: text for name, text in typed.items() if name != "name"}
            found.append(Contact(typed["name"] or "", **rest))
    return found


def _cohorts(deed: Deed) -> list[int]:
    return [int(text) for text in deed.form.all("cohorts") if text.isdecimal()]


def _typed(deed: Deed) -> dict[str, Any]:
    names = (*LABELS, "version", *(f"{name}_{rank}" for rank in RANKS for name in CONTACT))
    return {name: deed.form.text(name) for name in names} | {"cohorts": _cohorts(deed)}


def _values(facts: AgreementFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": facts.title,
        "code": facts.code,
        "programme": facts.programme_id or "",
        "starts_on": typed_day(facts.starts_on),
        "ends_on": typed_day(facts.ends_on),
        "cohorts": list(facts.cohort_ids),
    }
    for rank in RANKS:
        known = facts.contacts[rank - 1] if rank <= len(facts.contacts) else None
        for name in CONTACT:
            values[f"{name}_{rank}"] = (getattr(known, name) or "") if known else ""
    return values


def _conflicting(
    deed: Deed, agreement_id: int, values: dict[str, Any], conflict: EditConflict
) -> Response:
    row = visibility.agreement(deed.session, deed.actor, agreement_id)
    now = agreement_edits.facts_of(deed.session, row)
    kept = {
        "title": ("Intitulé", now.title),
        "code": ("Référence", now.code),
        "starts_on": ("Début", long_day(now.starts_on)),
        "ends_on": ("Fin", long_day(now.ends_on)),
        "programme_id": ("Programme", store.names(deed.session, row)["programme"] or "Aucun"),
        "cohort_ids": ("Promotions", " · ".join(store.cohorts(deed.session, agreement_id))),
        "contacts": ("Contacts", " · ".join(contact.name for contact in now.contacts) or "Aucun"),
    }
    theirs = [kept[name] for name in conflict.theirs]
    return _page(
        deed,
        agreement_id,
        values | {"version": row.version},
        {"": meanwhile(conflict.who, "a changé cette convention")},
        theirs=theirs,
        status=409,
    )


def _page(
    visit: Visit,
    agreement_id: int,
    values: Mapping[str, Any],
    errors: dict[str, str] | None = None,
    *,
    theirs: list[tuple[str, str]] | None = None,
    status: int = 422,
) -> Response:
    context = {
        "agreement": visibility.agreement(visit.session, visit.actor, agreement_id),
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "theirs": theirs or [],
        "ranks": list(RANKS),
        "choices": store.choices(visit.session, visit.actor),
    }
    return pages.page(visit, "agreements/edit.html", context, status=status if errors else 200)
