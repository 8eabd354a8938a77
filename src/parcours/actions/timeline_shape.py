"""The one shape in which every fact of a timeline is read."""

from typing import Any

from sqlalchemy import Date, Integer, Select, Text, cast, func, literal, null, select


def shaped(
    rank: int,
    sort: str,
    on: Any,
    key: Any,
    organisation_id: Any,
    author_id: Any,
    *,
    code: Any = None,
    title: Any = None,
    extra: Any = None,
    link_id: Any = None,
    by_name: Any = None,
) -> Select[Any]:
    """A table’s facts as rows of that shape; what it does not have is empty."""
    texts = {"code": code, "title": title, "extra": extra, "by_name": by_name}
    return select(
        on.label("on"),
        literal(rank).label("rank"),
        key.label("key"),
        literal(sort, Text).label("sort"),
        *(
            cast(null() if value is None else value, Text).label(name)
            for name, value in texts.items()
        ),
        cast(null() if link_id is None else link_id, Integer).label("link_id"),
        organisation_id.label("organisation_id"),
        cast(null() if author_id is None else author_id, Integer).label("author_id"),
    )


def day_of(instant: Any) -> Any:
    """The day of an instant, as both databases write it."""
    return func.date(instant, type_=Date)
