"""Where a page of a list by day begins: after the last row shown, written in the address."""

from datetime import date


def after_day(text: str) -> tuple[date, int] | None:
    """« 2026-11-23~12 »: a day and an identifier; None when it is neither, and the list begins."""
    day, _, number = text.partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if len(number) < 10 else None
    except ValueError:
        return None


def written(place: tuple[date, int]) -> str:
    """A place as addresses write it."""
    return f"{place[0].isoformat()}~{place[1]}"
