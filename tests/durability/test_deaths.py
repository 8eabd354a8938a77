"""A process killed while it writes: nothing said to be saved is lost, nothing is half there."""

from datetime import date

import pytest

from parcours.db import Database
from tests.durability import deaths, people

KILLS = 5
SIZE = 40

pytestmark = pytest.mark.database


def test_killed_while_entering_people(
    file_database: Database, database_url: str, today: date
) -> None:
    """Bar D1 in small; `python benchmarks/durability.py kills` gives the whole figure."""
    actor = people.open_house(file_database, today)
    toll = deaths.kill_during(
        database_url, deaths.ENTERING, actor, kills=KILLS, size=SIZE, today=today
    )
    assert toll.is_clean, toll
    assert toll.kills == KILLS


def test_killed_while_confirming_an_import(
    file_database: Database, database_url: str, today: date
) -> None:
    actor = people.open_house(file_database, today)
    toll = deaths.kill_during(
        database_url, deaths.CONFIRMING, actor, kills=KILLS, size=SIZE, today=today
    )
    assert toll.is_clean, toll
    assert toll.kills == KILLS


def test_half_a_writing_would_be_seen(
    file_database: Database, database_url: str, today: date
) -> None:
    """The proof itself is tried: what is half there, or gone, is found."""
    actor, toll = people.open_house(file_database, today), deaths.Toll()
    with file_database.writing() as session:
        deaths.enter_people(session, actor, 1, 2, today)
    deaths.take_stock(file_database, database_url, toll, (actor, 1, 4, today))
    assert toll.halves == [1]
    assert deaths.is_missing(file_database, actor, 2)
    assert not deaths.is_missing(file_database, actor, 1)
