"""The territory on screen: figures, small cells, filters, and who may look."""

import re
from collections import Counter
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions.synthesis import build_synthetic
from parcours.actions.territory import Continuity, Flow, Pair
from parcours.domain.access import Role
from parcours.domain.territory import Place, RelayFigures, Standing
from parcours.domain.words import StepKind
from parcours.features.territory.drawing import drawn
from parcours.features.territory.secrecy import RelayTile, relay_tile, secret_of, secret_of_part
from parcours.features.territory.showing import flow_rows, pair_rows, pathways, total
from tests.features.conftest import PASSWORD, Be, Person

NAMES = {1: "Clic & Quartier", 2: "École", 3: "Fab lab <La Fruitière>"}
INITIATION, TRAINING = Place(1, StepKind.DIGITAL_INITIATION), Place(2, StepKind.TRAINING)
WORKSHOP = Place(3, StepKind.WORKSHOP)


@pytest.fixture
def coordinator(client: TestClient, session: Session, today: date) -> Person:
    """A coordinator of an invented territory."""
    build_synthetic(session, learners=300, seed=2, today=today, password=PASSWORD)
    session.commit()
    person = Person(client)
    person.submit(person.visit("/connexion"), "/connexion", email="s01@exemple.fr",
                  password=PASSWORD)  # fmt: skip
    return person


def test_the_page_tells_its_figures_and_how_they_are_counted(coordinator: Person) -> None:
    page = coordinator.visit("/territoire")
    for words in ("Part couverte", "Plus long trou", "Relais acceptés à temps", "En attente",
                  "Comment c’est compté"):  # fmt: skip
        assert words in page.text
    assert re.search(r"[\d\u202f]+ jours ouvrés tenus sur", page.text)
    assert '<svg class="flows"' in page.html
    table = page.html[page.html.index('id="attentes"') : page.html.index('id="flux"')]
    numbers = [int(cell) for cell in re.findall(r'<td class="num">(\d+)</td>', table)]
    assert numbers
    assert all(number == 0 or number >= 5 for number in numbers)


@pytest.mark.parametrize(
    "query",
    ["programme=1", "quartier=inside", "quartier=inconnu", "programme=aucun", "periode=2026-2",
     "programme=abc&quartier=lune&periode=hier", "programme=99999999999", "periode=6-mois"],
)  # fmt: skip
def test_filters_are_kept_and_unknown_ones_ask_for_nothing(coordinator: Person, query: str) -> None:
    page = coordinator.visit(f"/territoire?{query}")
    if "programme=1" in query:
        assert '<option value="1" selected>' in page.html


def test_a_programme_nobody_follows_says_so(coordinator: Person) -> None:
    page = coordinator.visit("/territoire?programme=aucun")
    assert "Trop peu de parcours" in page.text
    assert "à partir de 11 personnes" in page.text


def test_two_filters_are_not_crossed_and_each_alone_is_offered(coordinator: Person) -> None:
    page = coordinator.visit("/territoire?programme=1&quartier=outside")
    assert "Un seul filtre à la fois" in page.text
    assert 'href="/territoire?programme=1"' in page.html
    assert 'href="/territoire?quartier=outside"' in page.html
    assert "Part couverte" not in page.text
    assert '<option value="1" selected>' in page.html


def test_a_part_says_what_is_not_told_and_where_people_are_named(coordinator: Person) -> None:
    page = coordinator.visit("/territoire?programme=1")
    assert "Programme : " in page.text
    assert "ôté de l’ensemble, parlerait de quelques personnes" in page.text
    assert 'href="/ruptures"' in page.html
    assert "Part couverte" in page.text


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.TRAINER, Role.FUNDER])
def test_only_coordinators_look(be: Be, role: Role) -> None:
    person = be("CLIC", role)
    person.visit("/territoire", status=403)
    assert "/territoire" not in person.visit("/").html


def counted(flows: dict[Flow, int], stops: dict[tuple[Pair, Standing], int]) -> Continuity:
    """Figures whose pairs hold as many passages as the flows between them."""
    found = Continuity(flows=Counter(flows))
    for (origin, target), count in flows.items():
        if isinstance(target, Place) and origin.organisation_id != target.organisation_id:
            pair = found.pairs[Pair(origin.organisation_id, target.organisation_id)]
            pair.waits += range(count)
    for (between, how), count in stops.items():
        if how is Standing.WAITING:
            found.pairs[between].waiting = count
        else:
            found.pairs[between].lost = count
    found.pathways = found.waiting + found.lost + 100
    return found


def test_the_pair_where_most_are_seen_to_wait_comes_first() -> None:
    waiting = {(Pair(1, 2), Standing.WAITING): 7, (Pair(1, None), Standing.WAITING): 29}
    found = counted({(INITIATION, TRAINING): 6, (INITIATION, Standing.WAITING): 36}, waiting)
    rows = pair_rows(found, secret_of(found), NAMES)
    assert [(row.target, row.passages, row.median, row.waiting, row.lost) for row in rows] == [
        ("Aucune suite connue", 0, None, 29, 0),
        ("École", 6, Decimal("2.5"), 7, 0),
    ]


def test_a_small_flow_is_not_the_passages_of_its_pair_less_the_others() -> None:
    """41 passages in the table of pairs, less 39 in the table of flows, would tell 2."""
    other = Place(2, StepKind.WORKSHOP)
    immersed = Place(2, StepKind.IMMERSION)
    flows: dict[Flow, int] = {
        (INITIATION, TRAINING): 9, (INITIATION, other): 2, (INITIATION, immersed): 30,
        (TRAINING, INITIATION): 3, (WORKSHOP, TRAINING): 8, (INITIATION, INITIATION): 2,
    }  # fmt: skip
    found = counted(flows, {})
    secret = secret_of(found)
    shown = {
        (row.origin_name, row.target_name): row.count for row in flow_rows(found, secret, NAMES)
    }
    assert sorted(count for count in shown.values() if count) == [8, 30]
    passages = {row.origin: row.passages for row in pair_rows(found, secret, NAMES)}
    assert passages == {"Clic & Quartier": 41, "École": None, NAMES[3]: 8}


def test_who_is_lost_is_not_the_total_less_the_others() -> None:
    """2 lost after workshops, in the tile and in both tables: the smallest other goes with them."""
    lost = {(Pair(1, None), Standing.LOST): 20, (Pair(2, None), Standing.LOST): 9,
            (Pair(3, None), Standing.LOST): 2}  # fmt: skip
    found = counted({(INITIATION, Standing.LOST): 20, (TRAINING, Standing.LOST): 9,
                     (WORKSHOP, Standing.LOST): 2}, lost)  # fmt: skip
    secret = secret_of(found)
    assert total(found, secret, Standing.LOST) == 31
    assert {row.origin: row.lost for row in pair_rows(found, secret, NAMES)} == {
        "Clic & Quartier": 20, "École": None, NAMES[3]: None,
    }  # fmt: skip
    assert [row.count for row in flow_rows(found, secret, NAMES)] == [20, None, None]


def test_the_total_is_not_shown_when_it_is_a_small_count() -> None:
    found = counted({(WORKSHOP, Standing.LOST): 2}, {(Pair(3, None), Standing.LOST): 2})
    secret = secret_of(found)
    assert total(found, secret, Standing.LOST) is None
    assert total(found, secret, Standing.WAITING) == 0


def test_what_is_hidden_stands_in_an_order_that_tells_nothing() -> None:
    flows: dict[Flow, int] = {(WORKSHOP, INITIATION): 4, (INITIATION, WORKSHOP): 1}
    for counts in (flows, dict(zip(flows, (1, 4), strict=True))):
        found = counted(counts, {})
        rows = flow_rows(found, secret_of(found), NAMES)
        assert [row.origin for row in rows] == [INITIATION, WORKSHOP]


def tile(relays: RelayFigures) -> RelayTile:
    """Relays as they are shown over everybody."""
    found = Continuity(pathways=100, relays=relays)
    return relay_tile(relays, secret_of(found))


def test_relays_hide_small_counts_and_the_rate_that_would_tell_them() -> None:
    whole = tile(RelayFigures(on_time=20, late=6, silent=5, declined=0, pending=3))
    assert (whole.rate, whole.due, whole.on_time) == (Fraction(20, 31), 31, 20)
    assert whole.pending is None
    two = tile(RelayFigures(on_time=20, late=2))
    assert (two.rate, two.due, two.on_time, two.late) == (None, 22, None, None)
    few = tile(RelayFigures(on_time=1, silent=2))
    assert (few.rate, few.due) == (None, None)


def test_the_drawing_holds_the_shown_flows_and_no_other() -> None:
    found = Continuity(
        pathways=100,
        flows=Counter(
            {
                (INITIATION, TRAINING): 40,
                (INITIATION, WORKSHOP): 12,
                (TRAINING, Standing.LOST): 7,
                (WORKSHOP, Standing.WAITING): 2,
            }
        ),
    )
    found.pairs[Pair(2, None)].lost = 7
    found.pairs[Pair(3, None)].waiting = 2
    rows = flow_rows(found, secret_of(found), NAMES)
    assert [row.count for row in rows] == [40, 12, 7, None]
    drawing = str(drawn(rows))
    assert drawing.count("<path") == 3
    assert "&lt;La Fruitière&gt;" in drawing
    assert "<La" not in drawing
    assert "Sans suite" in drawing
    assert "En attente" not in drawing
    assert drawn([]) is None


def test_who_is_neither_waiting_nor_lost_is_not_the_pathways_less_the_others() -> None:
    """Forty pathways, thirty wait and nine are lost: the only one who goes on would be told."""
    found = counted(
        {(INITIATION, Standing.WAITING): 30, (INITIATION, Standing.LOST): 9},
        {(Pair(1, None), Standing.WAITING): 30, (Pair(1, None), Standing.LOST): 9},
    )
    found.pathways = 40
    secret = secret_of(found)
    assert pathways(found, secret) == 40
    assert total(found, secret, Standing.LOST) is None
    assert total(found, secret, Standing.WAITING) == 30


def parted(*counts: int) -> tuple[Continuity, dict[Hashable, Continuity]]:
    """Passages between two places, so many in each programme; everybody goes on."""
    parts: dict[Hashable, Continuity] = {
        number: counted({(INITIATION, TRAINING): count}, {}) for number, count in enumerate(counts)
    }
    whole = counted({(INITIATION, TRAINING): sum(counts)}, {})
    whole.pathways = 100 * len(counts)
    return whole, parts


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((40, 20, 30), [40, 20, 30]),
        # Everybody less the others would tell the three: the smallest other goes with them.
        ((40, 20, 3), [40, None, None]),
        ((40, 20, 0), [40, 20, 0]),
        # Two masks would leave each at most four wide: the line is told of no programme.
        ((4, 2), ["untold", "untold"]),
        # One masked over everybody is told of none.
        ((3, 0), ["untold", "untold"]),
    ],
)
def test_parts_are_the_columns_of_one_table(counts: tuple[int, ...], shown: list[object]) -> None:
    whole, parts = parted(*counts)
    found: list[object] = []
    for part, one in parts.items():
        secret = secret_of_part(part, whole, parts)
        assert secret
        rows = flow_rows(one, secret, NAMES)
        found.append(rows[0].count if rows else 0 if secret.untold == frozenset() else "untold")
    assert found == shown


def test_what_stopped_is_told_by_pair_in_a_part() -> None:
    stops = {(Pair(1, None), Standing.LOST): 20}
    one = counted({(INITIATION, Standing.LOST): 20}, stops)
    whole = counted({(INITIATION, Standing.LOST): 40}, {(Pair(1, None), Standing.LOST): 40})
    whole.pathways = 240
    parts: dict[Hashable, Continuity] = {1: one, 2: one}
    secret = secret_of_part(1, whole, parts)
    assert secret
    assert flow_rows(one, secret, NAMES) == []
    assert [row.lost for row in pair_rows(one, secret, NAMES)] == [20]


def test_a_part_of_few_is_not_told_nor_the_one_that_would_tell_it() -> None:
    whole = Continuity(pathways=110)
    parts: dict[Hashable, Continuity] = {
        name: Continuity(pathways=count) for name, count in (("a", 80), ("b", 21), ("c", 9))
    }
    told = {name: secret_of_part(name, whole, parts) is not None for name in [*parts, "d"]}
    assert told == {"a": True, "b": False, "c": False, "d": False}


def test_what_is_masked_over_everybody_is_told_of_no_part() -> None:
    """Nine are hidden over everybody beside the two: all nine in one programme, it says nothing."""
    places = {1: INITIATION, 2: TRAINING, 3: WORKSHOP}

    def lost(counts: dict[int, int]) -> Continuity:
        return counted(
            {(places[at], Standing.LOST): count for at, count in counts.items()},
            {(Pair(at, None), Standing.LOST): count for at, count in counts.items()},
        )

    whole = lost({1: 60, 2: 9, 3: 2})
    parts: dict[Hashable, Continuity] = {1: lost({1: 30, 2: 9, 3: 1}), 2: lost({1: 30, 3: 1})}
    whole.pathways = sum(one.pathways for one in parts.values())
    secret = secret_of_part(1, whole, parts)
    assert secret
    assert not secret_of(whole).shows((Standing.LOST, Pair(2, None)))
    assert (Standing.LOST, Pair(2, None)) in secret.untold
