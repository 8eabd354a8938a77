"""What matching reads of everybody, kept in memory so that one need meets all of them at once.

Source: matching notes §2.4 (exact integers) and issue « at scale ». People of whom the same fact is
true (a skill at a level, a contract accepted, being seen by an organisation) are one set; a need
reads only the sets it has to do with.
"""

from array import array
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from math import floor, nan
from typing import NamedTuple, Protocol

from parcours.domain.bit_planes import mask_of, positions_of
from parcours.domain.matching import Planned
from parcours.domain.matching_filters import Filter
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_rules import Evidence
from parcours.domain.taxonomy import Taxonomy

Ref = Hashable
# A set is kept as a list of positions (32 bits each) while that is lighter than a bit a person.
POSITION_BITS = 32
# Where people leave from is gathered in cells of this many degrees.
CELL = 0.02


class Fact(Protocol):
    """Something true of somebody; `topic` is where it is looked up."""

    @property
    def topic(self) -> Hashable: ...


class Held(NamedTuple):
    """What somebody holds, as the score reads it; `on` is kept only where it can matter.

    `is_planned` is a level that a module brings on that day.
    """

    skill: str
    level: int
    on: date | None = None
    valid_until: date | None = None
    is_planned: bool = False

    @property
    def topic(self) -> Hashable:
        """The skill."""
        return self.skill


class Seen(NamedTuple):
    """An organisation that sees somebody, from a day on, to another or for good."""

    organisation: int
    starts_on: date
    ends_on: date | None

    @property
    def topic(self) -> Hashable:
        """The organisation."""
        return self.organisation


class Marked(NamedTuple):
    """Something said of somebody by its name alone."""

    name: str

    @property
    def topic(self) -> Hashable:
        """The mark."""
        return "marked", self.name


class Told(NamedTuple):
    """The answer to one of the six questions."""

    filter: Filter
    value: Hashable

    @property
    def topic(self) -> Hashable:
        """The question."""
        return "told", self.filter.value


class Wished(NamedTuple):
    """What somebody says of a need, and how far it is from them when they know, in metres."""

    need: int
    wish: Wish
    metres: int | None

    @property
    def topic(self) -> Hashable:
        """The need."""
        return "wished", self.need


class Spot(NamedTuple):
    """Where somebody leaves from: its cell is a fact, the point is kept beside."""

    latitude: float
    longitude: float


class Cell(NamedTuple):
    """A square of the territory."""

    north: int
    east: int

    @property
    def topic(self) -> Hashable:
        """All the squares together."""
        return ("places",)

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle, latitude and longitude."""
        return (self.north + 0.5) * CELL, (self.east + 0.5) * CELL


Item = Evidence | Planned | Held | Spot | Seen | Marked | Told | Wished
# A pathway is open: they may be proposed.
OPEN = Marked("open")


class Pool:
    """Everybody, under one reference list; `refs` gives who stands at each position."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.refs: list[Ref] = []
        self.latitudes, self.longitudes = array("d"), array("d")
        self._position: dict[Ref, int] = {}
        self._facts: list[tuple[Fact, ...]] = []
        self._same: dict[Fact, Fact] = {}
        self._sets: dict[Hashable, dict[Fact, int | array[int]]] = {}
        self._seen: dict[tuple[int, date], int] = {}

    def __len__(self) -> int:
        """How many people are known, with skills or without."""
        return len(self.refs)

    @classmethod
    def of(cls, taxonomy: Taxonomy, people: Iterable[tuple[Ref, Iterable[Item]]]) -> "Pool":
        """Everybody at once, each named once, which is far quicker than one by one."""
        pool = cls(taxonomy)
        gathered: dict[Fact, array[int]] = {}
        for ref, items in people:
            position = pool._place(ref)
            facts = pool._facts[position] = pool._read(position, items)
            for one in facts:
                if one not in gathered:
                    gathered[one] = array("I")
                gathered[one].append(position)
        for one, positions in gathered.items():
            pool._sets.setdefault(one.topic, {})[one] = pool._lightest(positions)
        return pool

    def put(self, ref: Ref, items: Iterable[Item]) -> None:
        """What is true of somebody from now on, in place of what was known."""
        position = self._position[ref] if ref in self._position else self._place(ref)
        facts, known = self._read(position, items), self._facts[position]
        if facts == known:
            return
        gone, come = set(known) - set(facts), set(facts) - set(known)
        for one in gone:
            self._take_out(one, position)
        for one in come:
            self._put_in(one, position)
        self._facts[position] = facts
        if any(isinstance(one, Seen) or one == OPEN for one in gone | come):
            self._seen.clear()

    def held_by(self, ref: Ref) -> tuple[Fact, ...]:
        """What is true of somebody."""
        return self._facts[self._position[ref]]

    def sets_of(self, topic: Hashable) -> Mapping[Fact, "int | array[int]"]:
        """The people of each fact about something, as a mask or as positions."""
        return self._sets.get(topic, {})

    def whole(self, one: Fact) -> int:
        """The people of one fact, as a mask."""
        people = self._sets.get(one.topic, {}).get(one, 0)
        return people if isinstance(people, int) else mask_of(people, len(self))

    def seen_by(self, organisation: int, today: date) -> int:
        """The people an organisation sees on a day, who may be proposed."""
        if (organisation, today) not in self._seen:
            found = Gathered(len(self))
            for one, people in self.sets_of(organisation).items():
                if isinstance(one, Seen) and one.starts_on <= today <= (one.ends_on or today):
                    found.add(people)
            # One day at a time: yesterday is asked for no more.
            self._seen = {key: mask for key, mask in self._seen.items() if key[1] == today}
            self._seen[organisation, today] = found.mask & self.whole(OPEN)
        return self._seen[organisation, today]

    def mask(self, refs: Iterable[Ref]) -> int:
        """The set of some people; those the pool does not know are left out."""
        known = (self._position[ref] for ref in refs if ref in self._position)
        return mask_of(known, len(self))

    def refs_of(self, people: int) -> list[Ref]:
        """Who a set is made of."""
        return [self.refs[position] for position in positions_of(people)]

    def _place(self, ref: Ref) -> int:
        position = self._position[ref] = len(self.refs)
        self.refs.append(ref)
        self._facts.append(())
        self.latitudes.append(nan)
        self.longitudes.append(nan)
        return position

    def _read(self, position: int, items: Iterable[Item]) -> tuple[Fact, ...]:
        """Each fact, once, sharing one object between all those it is true of."""
        read: dict[Fact, None] = {}
        for item in items:
            if isinstance(item, Spot):
                self.latitudes[position], self.longitudes[position] = item
            fact = self._fact(item)
            if fact is not None:
                read[self._same.setdefault(fact, fact)] = None
        return tuple(read)

    def _fact(self, item: Item) -> Fact | None:
        if isinstance(item, Evidence):
            on = item.on if self.taxonomy.is_perishable(item.skill) else None
            return Held(item.skill, item.level, on, item.valid_until) if item.level else None
        if isinstance(item, Planned):
            planned = Held(item.skill, item.level, item.ends_on, is_planned=True)
            return planned if item.level else None
        if isinstance(item, Spot):
            return Cell(floor(item.latitude / CELL), floor(item.longitude / CELL))
        return item

    def _lightest(self, positions: "array[int]") -> "int | array[int]":
        if len(positions) * POSITION_BITS > len(self):
            return mask_of(positions, len(self))
        return positions

    def _take_out(self, one: Fact, position: int) -> None:
        sets = self._sets[one.topic]
        people = sets[one]
        if isinstance(people, int):
            sets[one] = people = people & ~(1 << position)
        else:
            people.remove(position)
        if not people:
            del sets[one], self._same[one]

    def _put_in(self, one: Fact, position: int) -> None:
        sets = self._sets.setdefault(one.topic, {})
        people = sets.get(one, array("I"))
        if isinstance(people, int):
            sets[one] = people | 1 << position
            return
        people.append(position)
        sets[one] = self._lightest(people)


class Gathered:
    """People of several sets put together, those given by position in one go."""

    def __init__(self, size: int) -> None:
        self._mask, self._size = 0, size
        self._positions: array[int] = array("I")

    def add(self, people: "int | array[int]") -> None:
        """Put a set in."""
        if isinstance(people, int):
            self._mask |= people
        else:
            self._positions.extend(people)

    @property
    def mask(self) -> int:
        """All of them."""
        return self._mask | mask_of(self._positions, self._size)
