"""The map of what partners offer, and the list that says the same in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from parcours.features.partners import showing, store
from parcours.features.partners.showing import Asked, Shown
from parcours.web import pages
from parcours.web.deps import Reading, Visit
from parcours.web.words import clock, week_day

router = APIRouter(prefix="/partenaires")
PAGE_SIZE = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map: its number in the list, what is there, the days it is there."""

    number: int
    latitude: float
    longitude: float
    title: str
    where: str
    when: str
    city: str
    url: str


@router.get("/carte")
def offer_map(visit: Reading, asked: Annotated[Asked, Depends()], apres: str = "") -> Response:
    """What one may join, on a map and in a list: the same filters, the same rows."""
    return pages.page(visit, "partners/map.html", _listing(visit, asked, apres))


def points(rows: Sequence[Shown]) -> Iterator[Point]:
    """Where each action is: its own place, and each place a mobile venue stands at."""
    for number, row in enumerate(rows, 1):
        offer = row.offer
        url = f"/partenaires/actions/{offer.id}"
        if offer.latitude is not None and offer.longitude is not None:
            where = ", ".join(filter(None, (offer.venue, offer.city)))
            yield Point(number, offer.latitude, offer.longitude, offer.title, where,
                        offer.schedule or "", offer.city or "", url)  # fmt: skip
        stands: dict[tuple[float, float], list[str]] = {}
        named: dict[tuple[float, float], tuple[str, str]] = {}
        for day in row.dates:
            if day.latitude is not None and day.longitude is not None:
                place = day.latitude, day.longitude
                stands.setdefault(place, []).append(_said(day.starts_on, day.from_time))
                named[place] = (day.place or "", day.city or "")
        for place, days in stands.items():
            venue, city = named[place]
            where = ", ".join(filter(None, (venue, city)))
            yield Point(number, *place, offer.title, where, " ; ".join(days), city, url)


def _listing(visit: Visit, asked: Asked, after: str) -> dict[str, Any]:
    found = store.listed(
        visit.session,
        asked.filters(),
        today=visit.today,
        after=showing.number(after),
        most=PAGE_SIZE,
    )
    rows = showing.shown(visit, found[:PAGE_SIZE])
    more = {"apres": str(rows[-1].offer.id)} if len(found) > PAGE_SIZE else {}
    return {
        "rows": rows,
        "points": list(points(rows)),
        "query": asked.query(),
        "may_publish": showing.may_publish(visit.actor),
        "is_filtered": any(asked.query().values()),
        "list_url": asked.url("/partenaires"),
        "next_url": asked.url("/partenaires/carte", **more) if more else "",
        **showing.choices(visit),
    }


def _said(day: date, hour: time | None) -> str:
    return f"{week_day(day)}, {clock(hour)}" if hour else week_day(day)
