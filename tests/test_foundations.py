"""The ground tests stand on: databases of their own, pages over https, no network."""

import re
import socket
from datetime import date

import pytest
from sqlalchemy import inspect
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions import accounts
from parcours.db import Database
from parcours.models import Organisation
from tests.conftest import NetworkBlocked


@pytest.mark.parametrize("turn", range(2))
def test_each_test_has_a_database_of_its_own(session: Session, turn: int) -> None:
    session.add(Organisation(code="seule", name="Seule", name_key="seule", kind="training_body"))
    session.commit()
    assert session.get(Organisation, 1) is not None


def test_the_database_is_at_the_newest_revision(database: Database) -> None:
    assert "learner" in inspect(database.engine).get_table_names()


def test_several_connections_share_a_file_database(file_database: Database) -> None:
    with file_database.engine.connect() as one, file_database.engine.connect() as other:
        assert (
            one.exec_driver_sql("select 1").scalar() == other.exec_driver_sql("select 1").scalar()
        )


def test_a_visitor_is_asked_to_sign_in(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert response.url.path == "/connexion"


def test_the_day_is_fixed(today: date) -> None:
    assert today.weekday() == 0


def test_outside_the_tests_a_password_is_costly_to_guess() -> None:
    """What an unknown account is compared to was hashed before the tests made hashing cheap."""
    found = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", accounts._DECOY)
    assert found
    memory, passes = map(int, found.groups())
    assert memory >= 19 * 1024, "KiB, the least OWASP recommends with two passes"
    assert passes >= 2
    assert ",t=1," in accounts.hash_password("quatre-mots-pour-essayer")


def test_the_network_is_out_of_reach() -> None:
    with socket.socket() as probe, pytest.raises(NetworkBlocked):
        probe.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.org", 443)
