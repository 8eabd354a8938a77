"""Outputs that can be subtracted from one another, as cells and balances for domain/disclosure.

Source: domain notes §8, points 3 and 5. An output tells a total and its parts. Outputs over scopes
that hold one another (cohort, district, city) or made later over the same people are nested: each
part is the former’s part and who came besides.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parcours.domain.disclosure import mask
from parcours.domain.disclosure_network import Balance, Cell, Key

TOTAL = "total"


class Output(NamedTuple):
    """A total by its parts, every output of a chain having the same ones in the same order."""

    parts: Mapping[str, Cell]
    least: int

    @property
    def total(self) -> Cell:
        """Everybody."""
        return Cell(sum(part.count for part in self.parts.values()), self.least)


class System(NamedTuple):
    """What a reader of several outputs may put together."""

    cells: dict[Key, Cell]
    balances: list[Balance]


class Former(NamedTuple):
    """An output handed over before, as it is frozen, and the parts it masks.

    Where it tells of another scope, `shared` says how many people stand in each part of both
    outputs, and `apart` whether its scope, then the new one’s, holds people the other does not:
    they are protected when few, if the output `protects` them, and a reader does not know in which
    parts none of them stands, unless this is public (a cohort is of an agreement or it is not).
    """

    output: Output
    masked: frozenset[str]
    shared: Mapping[str, int] | None = None
    apart: tuple[bool, bool] = (False, False)
    protects: bool = True
    is_public: bool = False


def nested(outputs: Sequence[Output], *, protects_differences: bool) -> System:
    """Outputs that hold one another, the narrowest first; ValueError when a part shrinks.

    Keys are (place of the output, name of the part). What one output has besides the one before is
    protected when small where scopes differ; between two dates, newcomers are expected to be few.
    """
    cells: dict[Key, Cell] = {}
    balances = [Balance([(0, TOTAL)], [(0, name) for name in outputs[0].parts])]
    for place, output in enumerate(outputs):
        for name, cell in {TOTAL: output.total, **output.parts}.items():
            cells[place, name] = cell
            if place:
                least = output.least if protects_differences else 0
                besides = cell.count - _cell(outputs[place - 1], name).count
                if besides < 0:
                    raise ValueError("outputs are not nested")
                cells[place, name, "besides"] = Cell(besides, least, is_shown=False)
                former = (place - 1, name), (place, name, "besides")
                balances.append(Balance([(place, name)], former))
        if place:
            new = [(place, name, "besides") for name in output.parts]
            balances.append(Balance([(place, TOTAL, "besides")], new))
    return System(cells, balances)


def later(earlier: Output, now: Output) -> System:
    """Two outputs over the same people at two dates, when some left and others came."""
    cells, balances = _each((earlier, now))
    for name in now.parts:
        counts = earlier.parts[name].count, now.parts[name].count
        stayed = min(counts)
        cells[0, name, "stayed"] = Cell(stayed, 0, is_shown=False)
        for place, count in enumerate(counts):
            # Nobody is known to have left where the count did not fall: a reader may assume it.
            if place or count > stayed:
                cells[place, name, "other"] = Cell(count - stayed, 0, is_shown=False)
        for place in (0, 1):
            keys = [key for key in ((0, name, "stayed"), (place, name, "other")) if key in cells]
            balances.append(Balance([(place, name)], keys))
    return System(cells, balances)


def overlapping(former: Former, now: Output, *, tells_totals: bool) -> System:
    """Two outputs over scopes that share people, as two agreements over one cohort.

    Keys add, by part, who stands there in both and who stands there in one alone. A reader is held
    to know how many people the scopes share, where both totals are told and these numbers are not
    small.
    """
    outputs, shared = (former.output, now), former.shared or {}
    cells, balances = _each(outputs)
    both = {
        name: min(shared.get(name, 0), *(output.parts[name].count for output in outputs))
        for name in now.parts
    }
    cells |= {(name, "both"): Cell(count, 0, is_shown=False) for name, count in both.items()}
    alone = [output.total.count - sum(both.values()) for output in outputs]
    sizes = (*alone, sum(both.values()))
    is_known = tells_totals and not any(0 < count < now.least for count in sizes)
    for place, output in enumerate(outputs):
        least = now.least if former.protects and former.apart[place] else 0
        knows_zeros = former.is_public or not former.apart[place]
        names = [(place, name, "alone") for name in output.parts]
        for key in names:
            count = output.parts[key[1]].count - both[key[1]]
            most = 0 if knows_zeros and not count else None
            cells[key] = Cell(count, least, is_shown=False, known_most=most)
            balances.append(Balance([key[:2]], [(key[1], "both"), key]))
        cells[place, TOTAL, "alone"] = Cell(alone[place], least, is_shown=is_known)
        balances.append(Balance([(place, TOTAL, "alone")], names))
    return System(cells, balances)


def _each(outputs: Sequence[Output]) -> System:
    """Outputs as they are told, each with its total."""
    cells: dict[Key, Cell] = {}
    balances = []
    for place, output in enumerate(outputs):
        cells |= {(place, name): cell for name, cell in output.parts.items()}
        cells[place, TOTAL] = output.total
        balances.append(Balance([(place, TOTAL)], [(place, name) for name in output.parts]))
    return System(cells, balances)


def masked_output(
    output: Output,
    earlier: Sequence[Former],
    *,
    width: int,
    already: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The parts of an output to mask (and its total), beside each frozen one and what it masks.

    `already` is masked for another reason. What a frozen output masks stays unknown too: the new
    one masks more where it would tell. Raises ValueError where masking is not enough: the scopes
    of two outputs differ by too few people.
    """
    cells: dict[Key, Cell] = dict(output.parts.items())
    cells[TOTAL] = output.total
    balance = Balance([TOTAL], list(output.parts))
    found = set(mask(cells, [balance], width=width, masked=already))
    size = -1
    while len(found) != size:
        size = len(found)
        for former in earlier:
            found |= _beside(output, found, former, width)
    return frozenset(str(name) for name in found)


def _beside(output: Output, found: set[Key], former: Former, width: int) -> set[Key]:
    already: set[Key] = {(0, name) for name in former.masked} | {(1, name) for name in found}
    frozen: set[Key] = {(0, TOTAL), *((0, name) for name in former.output.parts)}
    if former.shared is None:
        system = later(former.output, output)
    else:
        tells_totals = not already & {(0, TOTAL), (1, TOTAL)}
        system = overlapping(former, output, tells_totals=tells_totals)
        sizes: set[Key] = {(place, TOTAL, "alone") for place in (0, 1)}
        if all(system.cells[key].is_shown for key in sizes):
            frozen |= {(1, TOTAL), *sizes}
    more = mask(
        system.cells,
        system.balances,
        width=width,
        masked=already,
        frozen=frozen,
        spares_zeros=former.shared is None,
    )
    return {key[1] for key in more if isinstance(key, tuple) and key[0] == 1 and len(key) == 2}


def _cell(output: Output, name: str) -> Cell:
    return output.total if name == TOTAL else output.parts[name]


Tables = Mapping[str, Mapping[str, int]]
Masked = Mapping[str, Iterable[str]]


class FrozenTables(NamedTuple):
    """Tables handed over before and what they mask; of another scope, as `Former` by table.

    `unprotected` names those that part people as the scopes do not; `public` those whose empty
    parts anybody knows.
    """

    counts: Tables
    masked: Masked
    shared: Tables | None = None
    apart: tuple[bool, bool] = (False, False)
    unprotected: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()

    def former(self, name: str, parts: Mapping[str, int], least: int) -> Former:
        """A table of it, with every part there is now."""
        return Former(
            _output({**parts, **self.counts[name]}, least),
            frozenset(self.masked[name]),
            None if self.shared is None else self.shared.get(name, {}),
            self.apart,
            name not in self.unprotected,
            name in self.public,
        )


def masked_tables(
    tables: Tables,
    earlier: Sequence[FrozenTables],
    *,
    least: int,
    width: int,
    already: Masked | None = None,
) -> dict[str, list[str]]:
    """What to mask of tables that tell the same people in several ways, by table.

    Their one common count is the total: told, any set of tables may be true of the same people, so
    each is judged alone; masked, every table would tell something of it, so none is told. Raises
    ValueError as `masked_output`.
    """
    found = {name: frozenset(already[name] if already else ()) for name in tables}
    size = -1
    while (now := sum(map(len, found.values()))) != size:
        size = now
        is_total_masked = _hides_total(found)
        for name in tables:
            known = found[name] | ({TOTAL} if is_total_masked else set())
            parts = _every_part(name, tables, earlier)
            before = [other.former(name, parts, least) for other in earlier if name in other.counts]
            output = _output({**parts, **tables[name]}, least)
            found[name] = masked_output(output, before, width=width, already=known)
    if _hides_total(found):
        return withheld(tables)
    return {name: sorted(masked) for name, masked in found.items()}


def withheld(tables: Tables) -> dict[str, list[str]]:
    """Every part masked, zeros too: of so few people nothing is told."""
    return {name: sorted([*parts, TOTAL]) for name, parts in tables.items()}


def masked_beside(
    tables: Tables,
    earlier: Sequence[FrozenTables],
    others: Sequence[FrozenTables],
    *,
    least: int,
    width: int,
    already: Masked | None = None,
) -> dict[str, list[str]] | None:
    """What to mask beside the same scope’s earlier tables and beside those of `others`.

    None where it would take hiding even how many people there are: the scopes differ by too few.
    """
    found = masked_tables(tables, earlier, least=least, width=width, already=already)
    if not others:
        return found
    try:
        more = masked_tables(tables, [*earlier, *others], least=least, width=width, already=already)
    except ValueError:
        return None
    return None if _hides_total(more) and not _hides_total(found) else more


def _hides_total(masked: Masked) -> bool:
    return any(TOTAL in parts for parts in masked.values())


def moved(before: Tables, now: Tables) -> int:
    """The fewest people who came, left or changed between two dates, by any one table."""
    return max((_moved(before[name], now[name]) for name in now if name in before), default=0)


def _moved(before: Mapping[str, int], now: Mapping[str, int]) -> int:
    gaps = [now.get(part, 0) - before.get(part, 0) for part in {**before, **now}]
    return max(sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0))


def _every_part(name: str, tables: Tables, earlier: Sequence[FrozenTables]) -> dict[str, int]:
    """The parts of a table now or ever, in order: a cohort or a district comes and goes."""
    known = [tables, *(other.counts for other in earlier if name in other.counts)]
    return {part: 0 for other in known for part in other[name]}


def _output(parts: Mapping[str, int], least: int) -> Output:
    return Output({name: Cell(count, least) for name, count in parts.items()}, least)
