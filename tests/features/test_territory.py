"""The territory on screen: figures, small cells, filters, and who may look."""

import re
from collections import Counter
from datetime import date

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions.synthesis import build_synthetic
from parcours.actions.territory import Between, Continuity, Pair
from parcours.domain.access import Role
from parcours.domain.territory import Place, Standing
from parcours.domain.words import StepKind
from parcours.features.territory.drawing import drawn
from parcours.features.territory.showing import flow_rows, pair_rows
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


def test_small_counts_are_hidden_and_the_longest_wait_comes_first() -> None:
    pairs = {
        Pair(1, 2): Between(waits=[1, 2, 3, 4, 5, 6], waiting=7, lost=1),
        Pair(2, 3): Between(waits=[9], waiting=0, lost=0),
        Pair(1, None): Between(waiting=9, lost=20),
    }
    rows = pair_rows(pairs, NAMES)
    assert [row.target for row in rows] == ["Aucune suite connue", "École", NAMES[3]]
    assert [row.passages for row in rows] == [0, None, None]
    assert [row.median for row in rows] == [None, None, None]
    assert [row.waiting for row in rows] == [9, 7, 0]
    assert [row.lost for row in rows] == [None, None, 0]


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
    rows = flow_rows(found, NAMES)
    assert [row.count for row in rows] == [40, 12, None, None]
    drawing = str(drawn(rows))
    assert drawing.count("<path") == 2
    assert "&lt;La Fruitière&gt;" in drawing
    assert "<La" not in drawing
    assert "Sans suite" not in drawing
    assert drawn([]) is None
