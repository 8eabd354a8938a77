"""The territory on screen: figures, small cells, filters, and who may look."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions import accounts
from parcours.actions.synthesis import build_synthetic
from parcours.actions.territory import Continuity, Flow, Pair, continuities
from parcours.actions.territory_selection import Filters, beside
from parcours.domain.access import Role
from parcours.domain.territory import Place, RelayFigures, Standing
from parcours.domain.words import DistrictStatus, StepKind
from parcours.features.territory.drawing import drawn
from parcours.features.territory.secrecy import relay_tile, secret_of, tells_of_few
from parcours.features.territory.showing import flow_rows, pair_rows, total
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
    ["programme=1", "quartier=inside", "periode=6-mois", "periode=tout&programme=2",
     "programme=abc&quartier=lune&periode=hier", "programme=99999999999"],
)  # fmt: skip
def test_filters_are_kept_and_unknown_ones_ask_for_nothing(coordinator: Person, query: str) -> None:
    page = coordinator.visit(f"/territoire?{query}")
    if "programme=1" in query:
        assert '<option value="1" selected>' in page.html


def test_a_programme_nobody_follows_says_so(coordinator: Person) -> None:
    assert "Trop peu de parcours" in coordinator.visit("/territoire?programme=4").text


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


def test_relays_hide_small_counts_and_the_rate_that_would_tell_them() -> None:
    whole = relay_tile(RelayFigures(on_time=20, late=6, silent=5, declined=0, pending=3))
    assert (whole.rate, whole.due, whole.on_time) == (Fraction(20, 31), 31, 20)
    assert whole.pending is None
    two = relay_tile(RelayFigures(on_time=20, late=2))
    assert (two.rate, two.due, two.on_time, two.late) == (None, 22, None, None)
    few = relay_tile(RelayFigures(on_time=1, silent=2))
    assert (few.rate, few.due) == (None, None)


def test_the_drawing_holds_the_shown_flows_and_no_other() -> None:
    found = Continuity(
        flows=Counter(
            {
                (INITIATION, TRAINING): 40,
                (INITIATION, WORKSHOP): 12,
                (TRAINING, Standing.LOST): 7,
                (WORKSHOP, Standing.WAITING): 2,
            }
        )
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


def test_a_selection_less_a_narrower_one_tells_of_nobody() -> None:
    """Nine of a programme out of twelve, and three who are of none: twelve less nine would tell."""
    programme = counted({(INITIATION, TRAINING): 9, (INITIATION, WORKSHOP): 20}, {})
    everybody = counted({(INITIATION, TRAINING): 12, (INITIATION, WORKSHOP): 40}, {})
    shown = [row.count for row in flow_rows(programme, secret_of(programme, [everybody]), NAMES)]
    assert shown == [20, None]
    alone = [row.count for row in flow_rows(programme, secret_of(programme), NAMES)]
    assert alone == [20, 9]
    programme.pathways, everybody.pathways = 29, 32
    assert tells_of_few(programme, [everybody])
    everybody.pathways = 52
    assert not tells_of_few(programme, [everybody])
    assert relay_tile(RelayFigures(on_time=20), [RelayFigures(on_time=23)]).on_time is None
    assert relay_tile(RelayFigures(on_time=20), [RelayFigures(on_time=20)]).on_time == 20


def test_no_two_pages_leave_a_small_count_by_subtraction(
    client: TestClient, session: Session, today: date
) -> None:
    """Every selection of an invented territory beside every wider one, cell by cell."""
    build_synthetic(session, learners=300, seed=5, today=today, password=PASSWORD)
    actor = accounts.actor_for(session, "s01@exemple.fr", today=today)
    starts = [None, *(today - timedelta(days=days) for days in (730, 365, 183))]
    asked = [Filters(programme, district, start) for programme in (None, 1, 2)
             for district in (None, DistrictStatus.INSIDE, DistrictStatus.OUTSIDE)
             for start in starts]  # fmt: skip
    found = dict(zip(asked, continuities(session, actor, asked, today=today), strict=True))
    usual, pages = Filters(opened_from=starts[1]), {}
    for filters, one in found.items():
        others = [found[other] for other in beside(filters, starts, usual)]
        if one.pathways >= 5 and not tells_of_few(one, others):
            pages[filters] = flow_rows(one, secret_of(one, others), defaultdict(str))
    compared = 0
    for filters, rows in pages.items():
        for other in set(beside(filters, starts, usual)) & set(pages):
            counts = {(row.origin, row.target): row.count for row in pages[other]}
            for row in rows:
                if row.count and (more := counts.get((row.origin, row.target))) is not None:
                    compared += 1
                    assert abs(more - row.count) not in range(1, 5)
    assert compared > 5
