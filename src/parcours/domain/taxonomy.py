"""How a skill somebody holds relates to the skill a need asks for.

Source: matching notes §2.2. A relation goes through one direct parent only, and between neighbours
only where that parent has few children: a wide family says nothing about what somebody can do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any

from parcours.domain.matching_rules import MatchRules, SkillEntry, scale_of


class Relation(IntEnum):
    """From the farthest to the nearest."""

    NEIGHBOUR = 1
    PARENT = 2
    CHILD = 3
    EXACT = 4

    def worth(self, rules: MatchRules) -> int:
        """What it is worth, in the relation parts of the scale."""
        scale = scale_of(rules)
        return (scale.neighbour, scale.parent, scale.child, scale.exact)[self - 1]


class Taxonomy:
    """The skills of a version of the reference list; `widths` says how many children a parent has.

    `widths` is counted from the entries unless given: a part of a list keeps the whole’s counts.
    """

    def __init__(
        self, entries: Iterable[SkillEntry], widths: Mapping[str, int] | None = None
    ) -> None:
        self.entries = {entry.code: entry for entry in entries}
        parents = (entry.parent for entry in self.entries.values() if entry.parent is not None)
        self.widths = dict(Counter(parents) if widths is None else widths)
        self._children: dict[str, list[str]] = {}
        self._related: dict[tuple[str, int], dict[str, Relation]] = {}
        for entry in self.entries.values():
            if entry.parent is not None:
                self._children.setdefault(entry.parent, []).append(entry.code)

    def __contains__(self, code: str) -> bool:
        """Whether the list knows this code."""
        return code in self.entries

    def label(self, code: str) -> str:
        """The words of a skill; its code when it has none."""
        entry = self.entries.get(code)
        return (entry.label if entry else "") or code

    def is_perishable(self, code: str) -> bool:
        """Whether a skill fades with time."""
        entry = self.entries.get(code)
        return entry is not None and entry.is_perishable

    def relation(self, asked: str, held: str, rules: MatchRules) -> Relation | None:
        """How `held` answers `asked`; None when it does not, or when either is unknown."""
        wanted, owned = self.entries.get(asked), self.entries.get(held)
        if wanted is None or owned is None:
            return None
        if asked == held:
            return Relation.EXACT
        if owned.parent == asked:
            return Relation.CHILD
        if wanted.parent == held:
            return Relation.PARENT
        is_same = wanted.parent is not None and wanted.parent == owned.parent
        if is_same and self.widths.get(wanted.parent or "", 0) <= rules.most_children:
            return Relation.NEIGHBOUR
        return None

    def related(self, asked: str, rules: MatchRules) -> dict[str, Relation]:
        """Every skill that answers `asked`, and how: nobody else can score on it."""
        # The rules matter by one number alone; many needs ask for the same skills.
        key = asked, rules.most_children
        if key not in self._related:
            found = {code: self.relation(asked, code, rules) for code in self._around(asked)}
            self._related[key] = {code: one for code, one in found.items() if one is not None}
        return self._related[key]

    def part(self, codes: Iterable[str]) -> "Taxonomy":
        """What is enough to relate these skills to one another, as the whole list would."""
        kept = sorted({code for code in codes if code in self.entries})
        entries = [self.entries[code] for code in kept]
        parents = {entry.parent for entry in entries if entry.parent is not None}
        return Taxonomy(entries, {code: self.widths.get(code, 0) for code in sorted(parents)})

    def as_facts(self) -> dict[str, Any]:
        """The list as it is kept in a snapshot."""
        return {
            "skills": [
                {
                    "code": entry.code,
                    "label": entry.label,
                    "parent": entry.parent,
                    "perishable": entry.is_perishable,
                }
                for _, entry in sorted(self.entries.items())
            ],
            "children": self.widths,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Taxonomy":
        """The list a snapshot kept."""
        entries = [
            SkillEntry(row["code"], row["parent"], row["perishable"], row["label"])
            for row in facts["skills"]
        ]
        return cls(entries, facts["children"])

    def _around(self, asked: str) -> Iterator[str]:
        entry = self.entries.get(asked)
        if entry is None:
            return
        yield asked
        yield from self._children.get(asked, ())
        if entry.parent is not None:
            yield entry.parent
            yield from self._children.get(entry.parent, ())
