"""The week, or the day, that the agenda’s address asks for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from parcours import audit
from parcours.domain.agenda import monday_of, read_week, week_of
from parcours.features.agenda.entries import SORTS, by_day, entries, read
from parcours.features.agenda.store import Period
from parcours.web.deps import Visit

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Of each sort; past it the page says so, and one sort or one day alone shows more of it.
MOST_OF_A_WEEK, MOST_OF_A_DAY = 60, 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of the agenda: `semaine=2026-W48` or `jour=2026-11-23`, `qui=tous`, `voir`."""

    semaine: str = ""
    jour: str = ""
    qui: str = ""
    voir: str = ""

    def day(self) -> date | None:
        """The one day asked for."""
        try:
            found = date.fromisoformat(self.jour) if len(self.jour) == 10 else None
        except ValueError:
            return None
        return found if found and 2000 <= found.year < 2200 else None

    def period(self, today: date) -> Period:
        """The days to show: one day, else a week, else this week."""
        day = self.day()
        if day is not None:
            return Period(day, day, today, MOST_OF_A_DAY)
        monday = read_week(self.semaine) or monday_of(today)
        return Period(monday, monday + WEEK - ONE_DAY, today, MOST_OF_A_WEEK)

    def kept(self) -> dict[str, str]:
        """What of the query other weeks go on with."""
        query = {"qui": "tous" if self.qui == "tous" else ""}
        return query | {"voir": self.voir if self.voir in SORTS else ""}


def agenda(visit: Visit, asked: Asked) -> dict[str, Any]:
    """What the page shows, the reading of the people it names recorded."""
    period, kept = asked.period(visit.today), asked.kept()
    mine = kept["qui"] != "tous"
    found = read(visit.session, visit.actor, period, mine=mine, only=kept["voir"])
    shown = entries(found, visit)
    named = sum(bool(entry.person) for entry in shown)
    audit.record_listing(visit.session, visit.actor, "agenda", named)
    days = [period.first + ONE_DAY * n for n in range((period.last - period.first).days + 1)]
    return {
        "is_day": asked.day() is not None,
        "first": period.first,
        "last": period.last,
        "week": week_of(period.first),
        "days": list(by_day(shown, days)),
        "count": len(shown),
        "is_cut": found.is_cut(period.most),
        "query": kept | {"semaine": "" if asked.day() else week_of(period.first)},
        "sorts": list(SORTS.items()),
        **_turns(asked, period, kept),
    }


def _turns(asked: Asked, period: Period, kept: dict[str, str]) -> dict[str, str]:
    """Where the links before, after, today and to the whole week lead."""
    week = {"week_url": address(kept | {"semaine": week_of(period.first)})}
    if asked.day() is not None:
        names = {"before_url": period.first - ONE_DAY, "after_url": period.first + ONE_DAY}
        turned = {name: address(kept | {"jour": day.isoformat()}) for name, day in names.items()}
        return week | turned | {"now_url": address(kept | {"jour": period.today.isoformat()})}
    names = {"before_url": period.first - WEEK, "after_url": period.first + WEEK}
    turned = {name: address(kept | {"semaine": week_of(day)}) for name, day in names.items()}
    return week | turned | {"now_url": address(kept)}


def address(query: dict[str, str]) -> str:
    """The agenda’s address with what of `query` says something."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"/agenda?{said}" if said else "/agenda"
