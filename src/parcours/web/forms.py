"""What a browser sends: read once, typed field by field, refused in French."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import UploadFile

from parcours.domain.agenda import read_hour
from parcours.domain.dates import read_date
from parcours.domain.errors import RuleBroken

MAX_FIELDS = 2000
WordType = TypeVar("WordType", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as received."""

    name: str
    content: bytes


@dataclass(slots=True)
class Form:
    """The fields of a posted form; readers note what they cannot read in `errors`."""

    values: dict[str, list[str]]
    files: dict[str, UploadedFile] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, limit: int | None = None) -> str:
        """The trimmed text of a field, "" when absent; longer than `limit` is an error."""
        value = self.values.get(name, [""])[0].strip()
        if limit is not None and len(value) > limit:
            self.errors[name] = f"Ce texte dépasse {limit} caractères."
        return value

    def optional(self, name: str, *, limit: int | None = None) -> str | None:
        """The trimmed text of a field, None when empty."""
        return self.text(name, limit=limit) or None

    def required(self, name: str, message: str, *, limit: int | None = None) -> str:
        """The text of a field that must be given; `message` says what to do."""
        value = self.text(name, limit=limit)
        if not value:
            self.errors[name] = message
        return value

    def all(self, name: str) -> list[str]:
        """Every value of a repeated field."""
        return [value.strip() for value in self.values.get(name, []) if value.strip()]

    def starting_with(self, prefix: str) -> dict[str, str]:
        """The fields `prefix…` without the prefix, as `mark-41=absent` gives {"41": "absent"}."""
        return {
            name.removeprefix(prefix): values[0].strip()
            for name, values in self.values.items()
            if name.startswith(prefix)
        }

    def day(self, name: str, *, near: date) -> date | None:
        """A date typed the French way; `12/3` takes the year nearest to `near`."""
        value = self.text(name)
        if not value:
            return None
        found = read_date(value, near=near)
        if found is None:
            self.errors[name] = f"« {value} » n’est pas une date. Écrivez par exemple 12/3/2026."
        return found

    def hour(self, name: str) -> time | None:
        """An hour of the clock, as people write it: « 9 h 30 »."""
        text = self.text(name)
        found = read_hour(text) if text else None
        if text and found is None:
            self.errors[name] = f"« {text} » n’est pas une heure. Écrivez par exemple 9 h 30."
        return found

    def word(self, name: str, words: type[WordType]) -> WordType | None:
        """One value of a closed list, None when empty."""
        value = self.text(name)
        if not value:
            return None
        try:
            return words(value)
        except ValueError:
            self.errors[name] = "Choisissez une valeur de la liste."
            return None

    def one_of(self, name: str, allowed: Iterable[str]) -> str | None:
        """One code among `allowed`, None when empty."""
        value = self.text(name)
        if value and value not in set(allowed):
            self.errors[name] = "Choisissez une valeur de la liste."
            return None
        return value or None

    def integer(self, name: str) -> int | None:
        """A whole number, None when empty."""
        value = self.text(name)
        if not value:
            return None
        if not value.lstrip("-").isdecimal() or len(value) > 9:
            self.errors[name] = f"« {value} » n’est pas un nombre entier."
            return None
        return int(value)

    def decimal(self, name: str) -> Decimal | None:
        """A number with a comma or a point, None when empty."""
        value = self.text(name).replace(",", ".").replace("\u202f", "").replace(" ", "")
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= 100_000:
            self.errors[name] = f"« {self.text(name)} » n’est pas un nombre."
            return None
        return number

    def yes_no(self, name: str) -> bool | None:
        """« oui », « non », or None when nobody knows: unknown is not no."""
        return {"oui": True, "non": False}.get(self.text(name))

    def check(self) -> None:
        """Raise RuleBroken when a field could not be read."""
        if self.errors:
            raise RuleBroken(errors=dict(self.errors))


async def posted(request: Request) -> Form:
    """The form of a request, read whole (files too: at most one, of limited size)."""
    values: dict[str, list[str]] = {}
    files: dict[str, UploadedFile] = {}
    async with request.form(max_files=1, max_fields=MAX_FIELDS) as received:
        for name, value in received.multi_items():
            if isinstance(value, UploadFile):
                files[name] = UploadedFile(value.filename or "", await value.read())
            else:
                values.setdefault(name, []).append(value.replace("\x00", ""))
    return Form(values, files)
