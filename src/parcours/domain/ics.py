"""Writing an iCalendar feed (RFC 5545): folded lines, escaped texts, instants in UTC.

Everything here happens once: without recurrences, UTC says all that a time zone would.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

LINE_OCTETS = 75
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
PRODUCT = "-//Parcours//Agenda//FR"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `starts` and `ends` are both days or both instants in UTC, the end excluded.

    `stamp` is when what it says was last changed, so that the same facts give the same bytes.
    """

    uid: str
    stamp: datetime
    starts: date
    ends: date
    summary: str
    url: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The whole feed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A text as a property holds it; what is no character of a text is left out."""
    plain = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line and its CRLF, cut every 75 octets between two characters, the rest after a space."""
    pieces, piece, room = [], b"", LINE_OCTETS
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LINE_OCTETS - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"DTSTART{_value(event.starts)}"
    yield f"DTEND{_value(event.ends)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    # What fills a whole day is a reminder: it takes up nobody’s time.
    is_free = event.is_cancelled or not isinstance(event.starts, datetime)
    yield f"TRANSP:{'TRANSPARENT' if is_free else 'OPAQUE'}"
    yield "END:VEVENT"


def _value(when: date) -> str:
    if isinstance(when, datetime):
        return f":{_moment(when)}"
    return f";VALUE=DATE:{when:%Y%m%d}"


def _moment(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"
