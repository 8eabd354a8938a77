"""Every page of a territory put together: no masked count is found by a reader who subtracts."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

import pytest

from parcours.actions.territory import Continuity, Pair
from parcours.domain.disclosure import Thresholds
from parcours.domain.territory import Place, RelayFigures, Standing
from parcours.domain.words import StepKind
from parcours.features.territory.secrecy import RELAYS, Secret, secret_of, secret_of_part
from tests.features.territory_reader import Reader

LIMITS = Thresholds()
PLACES = [Place(1, StepKind.TRAINING), Place(1, StepKind.WORKSHOP), Place(2, StepKind.TRAINING)]
ALL = "all"
Part = tuple[int, int]


@dataclass(frozen=True)
class Person:
    """Somebody’s pathway, and the parts it is in."""

    parts: tuple[int, int]
    passage: tuple[Place, Place] | None
    stop: tuple[Place, Standing, int | None] | None
    relay: str | None


def people(random: Random) -> list[Person]:
    """People most of whom are alike, and a few who are not."""
    skew, stops = random.random(), random.choice([0.4, 0.97])

    def place() -> Place:
        return random.choices(PLACES, [30, random.choice([2, 10]), 1])[0]

    def stop() -> tuple[Place, Standing, int | None]:
        how = random.choices(list(Standing), [6, 1])[0]
        return place(), how, random.choices([None, 3], [5, 1])[0]

    def one() -> Person:
        return Person(
            (0 if random.random() < skew else random.randint(1, 2), random.randint(0, 1)),
            (place(), place()) if random.random() < 0.7 else None,
            stop() if random.random() < stops else None,
            random.choices([None, *RELAYS], [5, 8, 3, 1, 1])[0],
        )

    return [one() for _ in range(random.randint(30, 150))]


def counted(inside: list[Person]) -> Continuity:
    """What is counted of them."""
    found = Continuity(pathways=len(inside), relays=RelayFigures())
    for person in inside:
        if person.passage:
            found.flows[person.passage] += 1
            pair = Pair(*(place.organisation_id for place in person.passage))
            if pair.origin_id != pair.target_id:
                found.pairs[pair].waits.append(1)
        if person.stop:
            place, how, target = person.stop
            found.flows[place, how] += 1
            between = found.pairs[Pair(place.organisation_id, target)]
            between.waiting += how is Standing.WAITING
            between.lost += how is Standing.LOST
        if person.relay:
            setattr(found.relays, person.relay, getattr(found.relays, person.relay) + 1)
    return found


def counts(found: Continuity) -> dict[Hashable, int]:
    """Each count, and those no page shows."""
    known: dict[Hashable, int] = {("flow", flow): n for flow, n in found.flows.items()}
    for pair, between in found.pairs.items():
        known["passages", pair] = len(between.waits)
        known[Standing.WAITING, pair], known[Standing.LOST, pair] = between.waiting, between.lost
    known |= {name: getattr(found.relays, name) for name in RELAYS}
    known["due"], known["pending"] = found.relays.due, found.relays.pending
    known[Standing.WAITING, "total"], known[Standing.LOST, "total"] = found.waiting, found.lost
    known["pathways"] = found.pathways
    known["elsewhere"] = found.pathways - found.waiting - found.lost
    return known


def sums(whole: Continuity) -> Iterator[tuple[Hashable, list[Hashable]]]:
    """What any page’s counts add up to."""
    yield "due", list(RELAYS)
    yield "pathways", [(Standing.WAITING, "total"), (Standing.LOST, "total"), "elsewhere"]
    for pair in whole.pairs:
        yield (
            ("passages", pair),
            [
                ("flow", flow)
                for flow in whole.flows
                if isinstance(flow[1], Place)
                and (flow[0].organisation_id, flow[1].organisation_id) == pair
            ],
        )
    for how in Standing:
        yield (how, "total"), [(how, pair) for pair in whole.pairs]
        for organisation in {pair.origin_id for pair in whole.pairs}:
            yield (
                ("from", how, organisation),
                [(how, pair) for pair in whole.pairs if pair.origin_id == organisation],
            )
            yield (
                ("from", how, organisation),
                [
                    ("flow", flow)
                    for flow in whole.flows
                    if flow[1] is how and flow[0].organisation_id == organisation
                ],
            )


@dataclass
class Pages:
    """Every page, as it counts and as it hides."""

    whole: Continuity
    parts: dict[Part, Continuity]
    secrets: dict[Hashable, Secret | None]

    @classmethod
    def of(cls, inside: list[Person]) -> "Pages":
        """The whole, and each part of both dimensions."""
        whole = counted(inside)
        parts: dict[Part, Continuity] = {}
        secrets: dict[Hashable, Secret | None] = {ALL: secret_of(whole)}
        for side in (0, 1):
            of_side: dict[Part, Continuity] = {
                (side, part): counted([one for one in inside if one.parts[side] == part])
                for part in {one.parts[side] for one in inside}
            }
            parts |= of_side
            secrets |= {part: secret_of_part(part, whole, of_side) for part in of_side}
        return cls(whole, parts, secrets)

    def reader(self) -> Reader:
        """Who has read them all."""
        reader, keys = Reader(), [*counts(self.whole)]
        for page, found in {ALL: self.whole, **self.parts}.items():
            known = counts(found)
            for key in keys:
                self._tell(reader, page, key, known.get(key, 0))
            for total, terms in sums(self.whole):
                reader.adds_up((page, total), [(page, term) for term in terms])
        for key, side in product(keys, (0, 1)):
            reader.adds_up((ALL, key), [(part, key) for part in self.parts if part[0] == side])
        reader.settle()
        return reader

    def _tell(self, reader: Reader, page: Hashable, key: Hashable, count: int) -> None:
        secret = self.secrets[page]
        if secret is None or key == "elsewhere":
            reader.told((page, key), None, floor=int(key == "pathways"))
        else:
            shown = count if secret.shows(key) else None
            reader.told((page, key), shown, floor=int(key not in secret.untold))

    def few(self) -> Iterator[tuple[Hashable, Hashable]]:
        """The counts of one to four people, and all that are masked."""
        for page, found in {ALL: self.whole, **self.parts}.items():
            secret = self.secrets[page]
            for key, count in counts(found).items():
                is_masked = secret is not None and key in secret.hidden
                if 0 < count < LIMITS.aggregated or is_masked:
                    yield page, key


@pytest.mark.parametrize("seed", range(30))
def test_no_masked_count_is_found_by_all_the_pages_together(seed: int) -> None:
    pages = Pages.of(people(Random(seed)))
    reader = pages.reader()
    for one in pages.few():
        low, high = reader.bounds[one]
        assert high - low >= LIMITS.width, one
    assert any(secret for page, secret in pages.secrets.items() if page != ALL)
