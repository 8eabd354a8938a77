"""Who left, as a definition reads them, and the figures a definition is counted with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from parcours.domain.outcomes import (
    ExitClass,
    Qualification,
    SituationFacts,
    SituationKind,
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The figures of a definition, as its list writes them: `months=6;inclusive=1`."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> "Parameters":
        """From `name=value;name=value`."""
        pairs = (part.partition("=") for part in text.split(";") if part)
        return cls({name.strip(): value.strip() for name, _, value in pairs})

    def integer(self, name: str) -> int:
        """A whole number, 0 when the definition does not use it."""
        return int(self.values.get(name, "0"))

    def decimal(self, name: str) -> Decimal:
        """A number, 0 when the definition does not use it."""
        return Decimal(self.values.get(name, "0"))

    def flag(self, name: str) -> bool:
        """Whether it holds 1."""
        return self.values.get(name) == "1"

    def words(self, name: str) -> tuple[str, ...]:
        """A list, its items parted by a comma."""
        return _parted(self.values.get(name, ""))


@cache
def _parted(text: str) -> tuple[str, ...]:
    # A few texts of the lists, asked for of everybody by each indicator.
    return tuple(part for part in text.split(",") if part)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left: the exit, what was said since, and the presence before. None: unknown.

    `situations` are in the order they were said, the exit’s own first. `hours` were followed.
    """

    exited_on: date
    situations: tuple[SituationFacts, ...] = ()
    entered_on: date | None = None
    hours: Decimal | None = None
    is_registered: bool | None = None

    @property
    def first(self) -> SituationFacts:
        """The situation at exit."""
        return self.situations[0] if self.situations else SituationFacts(self.exited_on)

    @property
    def is_certified(self) -> bool | None:
        """Whether a full title was obtained; None when nobody said."""
        said = [item.qualification for item in self.situations if item.qualification]
        return (Qualification.FULL in said) if said else None


Method = Callable[[Leaver, date, Parameters], ExitClass]
APART = {
    SituationKind.NOT_DOCUMENTED: ExitClass.NOT_DOCUMENTED,
    SituationKind.NO_NEWS: ExitClass.NO_ANSWER,
    SituationKind.WITHDRAWN: ExitClass.WITHDRAWN,
}
GOOD = {SituationKind.EMPLOYMENT, SituationKind.CREATION, SituationKind.TRAINING}
