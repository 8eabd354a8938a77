"""Signing one’s presence: the trainer shows a code, the group signs without an account.

The address alone shows nobody. On one’s own telephone one types the day one was born; a tablet
that goes round, opened with a longer code, shows the names of the group.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours.actions import signing
from parcours.actions.signing import CodeState, Room
from parcours.domain.calendar import HalfDay
from parcours.domain.dates import birth_day
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.signing import SigningWay
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Anonymous, AnonymousForm

router = APIRouter()
LABELS = {"code": "Code", "born_on": "Votre date de naissance", "name": "Vos prénom et nom"}
WRONG = {
    CodeState.UNKNOWN: "Ce code n’existe pas. Vérifiez les chiffres affichés dans la salle.",
    CodeState.OVER: "Ce code ne sert plus. Demandez-en un nouveau à la personne qui anime.",
}


@router.post("/promotions/{cohort_id}/emargement/{slug}/codes")
def make_code(deed: Acting, cohort_id: int, slug: str) -> Response:
    """A code to show in the room or to open a tablet with: said once, here."""
    slot = HalfDay.parse(slug)
    way = deed.form.word("way", SigningWay)
    if slot is None or way is None:
        raise NotFound
    here = f"/promotions/{cohort_id}/emargement/{slug}"
    made = signing.make_code(
        deed.session, deed.actor, cohort_id, slot, way, now=datetime.now(UTC), today=deed.today
    )
    cohort = visibility.cohort(deed.session, deed.actor, cohort_id)
    address = str(deed.request.url_for("signing_door"))
    context = {"made": made, "slot": slot, "cohort": cohort, "here": here, "address": address}
    return pages.page(deed, "attendance/code.html", context)


@router.get("/presence", name="signing_door")
def door(request: Request) -> Response:
    """Where one types the code of the room."""
    return _door(request, {})


@router.post("/presence")
def enter(visit: Anonymous) -> Response:
    """Who signs, for those who have the code."""
    room, refused = _room(visit)
    return _sign_page(visit, room) if room is not None else _door(visit.request, refused)


@router.post("/presence/signature")
def sign(visit: Anonymous) -> Response:
    """One signature."""
    room, refused = _room(visit)
    if room is None:
        return _door(visit.request, refused)
    try:
        _sign(visit, room)
    except RuleBroken as refusal:
        visit.session.rollback()
        return _again(visit, refusal)
    if room.way is SigningWay.TABLET:
        again, _ = _room(visit)
        return _sign_page(visit, again or room, is_done=True)
    context = {"slot": _slot(room), "is_done": True, "errors": {}}
    return pages.plain_page(visit.request, "attendance/door.html", context)


@dataclass(frozen=True, slots=True)
class _Name:
    """A button of the tablet."""

    enrolment_id: int
    name: str
    is_signed: bool


def _sign(visit: AnonymousForm, room: Room) -> None:
    if room.way is SigningWay.TABLET:
        enrolment_id = visit.form.integer("enrolment") or 0
        signing.sign(visit.session, room, enrolment_id, now=visit.now)
        return
    born_on = visit.form.day("born_on", near=visit.today)
    visit.form.check()
    if born_on is None:
        raise RuleBroken("Écrivez votre date de naissance.", field="born_on")
    name = visit.form.text("name", limit=120)
    visit.form.check()
    born_on = birth_day(born_on, today=visit.today)
    signing.sign_as(visit.session, room, born_on, name, now=visit.now)


def _again(visit: AnonymousForm, refusal: RuleBroken) -> Response:
    """What was typed comes back with what is wrong; a date that is nobody’s is counted."""
    room, refused = _room(visit)
    if room is None:
        return _door(visit.request, refused)
    if room.way is SigningWay.ROOM and "born_on" in refusal.errors:
        signing.count_failure(visit.session, visit.form.text("code", limit=20))
    return _sign_page(visit, room, errors=refusal.errors)


def _room(visit: AnonymousForm) -> tuple[Room | None, dict[str, str]]:
    address = visit.request.client.host if visit.request.client else ""
    code = visit.form.text("code", limit=20)
    try:
        state, room = signing.enter(visit.session, code, address=address, now=visit.now)
    except RuleBroken as refusal:
        return None, {"code": str(refusal)}
    return room, {} if room else {"code": WRONG[state]}


def _sign_page(
    visit: AnonymousForm,
    room: Room,
    *,
    errors: dict[str, str] | None = None,
    is_done: bool = False,
) -> Response:
    names = [_Name(key, name, key in room.signed) for key, name in room.names.items()]
    context: dict[str, Any] = {
        "slot": _slot(room),
        "code": visit.form.text("code"),
        "labels": LABELS,
        "values": {name: visit.form.text(name) for name in ("born_on", "name")},
        "names": names if room.way is SigningWay.TABLET else [],
        "errors": errors or {},
        "is_done": is_done,
    }
    status = 422 if errors else 200
    return pages.plain_page(visit.request, "attendance/signing.html", context, status=status)


def _slot(room: Room) -> HalfDay:
    return HalfDay(room.half_day.held_on, room.half_day.half)


def _door(request: Request, errors: dict[str, str]) -> Response:
    context = {"slot": None, "is_done": False, "errors": errors}
    status = 422 if errors else 200
    return pages.plain_page(request, "attendance/door.html", context, status=status)
