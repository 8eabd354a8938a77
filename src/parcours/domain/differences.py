"""What changed between two exports of one agreement: people in, people out, cells that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

People = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of somebody that does not say the same any more."""

    person: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Who came in, who went out, and what changed for the others, in the order of the rows."""

    entered: tuple[str, ...]
    gone: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the two say the same of the same people."""
        return not (self.entered or self.gone or self.changes)

    @property
    def people(self) -> list[str]:
        """Everybody it names."""
        changed = (change.person for change in self.changes)
        return list(dict.fromkeys((*self.entered, *self.gone, *changed)))


def compare(before: People, after: People, columns: Sequence[str]) -> Difference:
    """Compare two exports by person, over the columns both hold."""
    return Difference(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        tuple(
            Change(name, column, before[name][column], cells[column])
            for name, cells in after.items()
            if name in before
            for column in columns
            if before[name][column] != cells[column]
        ),
    )
