"""The skills of everybody, kept in memory so that one need is compared with all of them at once.

Source: matching notes §2.4 (exact integers) and issue « at scale ». People who hold the same thing
(a skill at a level, with its dates where they matter) are one set; a need reads only the sets of
skills related to what it asks.
"""

from array import array
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from parcours.domain.bit_planes import mask_of
from parcours.domain.matching import Planned
from parcours.domain.matching_rules import Evidence
from parcours.domain.taxonomy import Taxonomy

Ref = Hashable
# A set is kept as a list of positions (32 bits each) while that is lighter than a bit a person.
POSITION_BITS = 32


class Held(NamedTuple):
    """What somebody holds, as the score reads it; `on` is kept only where it can matter.

    `is_planned` is a level that a module brings on that day.
    """

    skill: str
    level: int
    on: date | None = None
    valid_until: date | None = None
    is_planned: bool = False


class Pool:
    """Everybody’s skills under one reference list; `refs` gives who stands at each position."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.refs: list[Ref] = []
        self._position: dict[Ref, int] = {}
        self._held: list[tuple[Held, ...]] = []
        self._same: dict[Held, Held] = {}
        self._sets: dict[str, dict[Held, int | array[int]]] = {}

    def __len__(self) -> int:
        """How many people are known, with skills or without."""
        return len(self.refs)

    @classmethod
    def of(
        cls, taxonomy: Taxonomy, people: Iterable[tuple[Ref, Iterable[Evidence | Planned]]]
    ) -> "Pool":
        """Everybody at once, each named once, which is far quicker than one by one."""
        pool = cls(taxonomy)
        gathered: dict[Held, array[int]] = {}
        for position, (ref, items) in enumerate(people):
            pool.refs.append(ref)
            pool._position[ref] = position
            held = pool._read(items)
            pool._held.append(held)
            for one in held:
                if one not in gathered:
                    gathered[one] = array("I")
                gathered[one].append(position)
        for one, positions in gathered.items():
            pool._sets.setdefault(one.skill, {})[one] = pool._lightest(positions)
        return pool

    def put(self, ref: Ref, items: Iterable[Evidence | Planned]) -> None:
        """What somebody holds from now on, in place of what was known."""
        position = self._position.setdefault(ref, len(self.refs))
        if position == len(self.refs):
            self.refs.append(ref)
            self._held.append(())
        held, known = self._read(items), self._held[position]
        for one in set(known) - set(held):
            self._take_out(one, position)
        for one in set(held) - set(known):
            self._put_in(one, position)
        self._held[position] = held

    def held_by(self, ref: Ref) -> tuple[Held, ...]:
        """What somebody holds."""
        return self._held[self._position[ref]]

    def sets_of(self, skill: str) -> Mapping[Held, "int | array[int]"]:
        """The people of each level (and dates) of a skill, as a mask or as positions."""
        return self._sets.get(skill, {})

    def mask(self, refs: Iterable[Ref]) -> int:
        """The set of some people; those the pool does not know are left out."""
        known = (self._position[ref] for ref in refs if ref in self._position)
        return mask_of(known, len(self))

    def _read(self, items: Iterable[Evidence | Planned]) -> tuple[Held, ...]:
        """Each thing held, once, sharing one object between all who hold it."""
        read = {self._shared(one): None for one in items if one.level > 0}
        return tuple(read)

    def _shared(self, item: Evidence | Planned) -> Held:
        if isinstance(item, Planned):
            held = Held(item.skill, item.level, item.ends_on, is_planned=True)
        else:
            on = item.on if self.taxonomy.is_perishable(item.skill) else None
            held = Held(item.skill, item.level, on, item.valid_until)
        return self._same.setdefault(held, held)

    def _lightest(self, positions: "array[int]") -> "int | array[int]":
        if len(positions) * POSITION_BITS > len(self):
            return mask_of(positions, len(self))
        return positions

    def _take_out(self, one: Held, position: int) -> None:
        sets = self._sets[one.skill]
        people = sets[one]
        if isinstance(people, int):
            sets[one] = people & ~(1 << position)
        else:
            people.remove(position)

    def _put_in(self, one: Held, position: int) -> None:
        sets = self._sets.setdefault(one.skill, {})
        people = sets.get(one, 0)
        if isinstance(people, int):
            sets[one] = people | 1 << position
        else:
            people.append(position)
