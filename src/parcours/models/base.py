"""What every table shares: constraint names, enums stored by value, instants and versions."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Enum, Select, Text, exists, literal_column
from sqlmodel import Field, SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """The current instant; columns that record when a row was written default to it."""
    return datetime.now(UTC)


def word_column(words: type[StrEnum], name: str, *, nullable: bool = False, **options: Any) -> Any:
    """A text column that stores the values (never the member names) of `words`, with a CHECK."""
    kind = Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )
    return Field(sa_column=Column(name, kind, nullable=nullable, **options))


def is_word(column: Any, word: StrEnum) -> ColumnElement[bool]:
    """Condition: the column holds this word, which a partial index speaks of.

    The word stands in the statement, bound it would be weighed at each run: SQLite plans the whole
    statement anew whenever a bound value may decide whether a partial index applies.
    """
    return cast(ColumnElement[bool], column == literal_column(f"'{word}'", column.type))


def looked_up(wanted: Select[Any]) -> ColumnElement[bool]:
    """Condition: EXISTS, asked row by row of the list that is walked, on both databases.

    SQLite knows no other way. PostgreSQL would rather join, reading all a large organisation sees
    for a list that ends at its hundredth row: an OFFSET keeps it from it.
    """
    return exists(wanted.with_statement_hint("OFFSET 0", "postgresql"))


def text_column(*, nullable: bool = True) -> Any:
    """A free text of no fixed length."""
    return Field(default=None, sa_column=Column(Text, nullable=nullable))
