"""What an import will do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from parcours.domain.intake_table import CellError, IgnoredRow
from parcours.domain.words import Word


class Verdict(Word):
    """What becomes of a row; with the blank ones these add up to the rows read."""

    CREATED = "created", "à créer"
    UPDATED = "updated", "à compléter"
    UNCHANGED = "unchanged", "déjà à jour"
    TO_DECIDE = "to_decide", "à décider"
    REJECTED = "rejected", "refusée"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the person of a row may be."""

    id: int
    name: str
    reason: str


@dataclass(slots=True)
class RowPlan:
    """A row’s fate; `payload` is what its kind needs to apply it."""

    row: int
    verdict: Verdict
    name: str = ""
    reason: str = ""
    candidates: Sequence[Candidate] = ()
    payload: Any = None


@dataclass(slots=True)
class Plan:
    """A whole file’s fate."""

    rows: list[RowPlan]
    errors: Sequence[CellError] = ()
    warnings: Sequence[CellError] = ()
    ignored: Sequence[IgnoredRow] = ()
    blank: int = 0
    notices: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Rows by verdict, blank ones, and their sum `read`; rows about nobody are apart."""
        tally = Counter(row.verdict for row in self.rows)
        counts = {verdict.value: tally[verdict] for verdict in Verdict}
        read = sum(counts.values()) + self.blank
        return {"read": read, **counts, "blank": self.blank, "ignored": len(self.ignored)}

    @property
    def is_empty(self) -> bool:
        """Whether no line of the sheet says anything."""
        return not self.rows

    def report(self) -> dict[str, Any]:
        """As `parcours import --json` prints it and as the import keeps it."""
        return {
            **self.counts(),
            "errors": [_plain(error) for error in self.errors],
            "decisions": [
                {
                    "row": row.row,
                    "name": row.name,
                    "reason": row.reason,
                    "candidates": [
                        {"id": item.id, "name": item.name, "reason": item.reason}
                        for item in row.candidates
                    ],
                }
                for row in self.rows
                if row.verdict is Verdict.TO_DECIDE
            ],
            "warnings": [_plain(warning) for warning in self.warnings],
            "ignored_rows": [{"row": row.row, "reason": row.reason} for row in self.ignored],
            "notices": list(self.notices),
            **self.extra,
        }


def rejected(numbers: Iterable[int]) -> list[RowPlan]:
    """Plans of rows that stay out; their errors say why."""
    return [RowPlan(number, Verdict.REJECTED) for number in numbers]


def _plain(error: CellError) -> dict[str, Any]:
    return {
        "sheet": error.sheet,
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "message": error.message,
    }
