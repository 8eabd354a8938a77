"""The two tenants, signed in and crawled once; each test starts from a copy of them."""

from collections.abc import Iterator

import pytest

from tests.conftest import TODAY
from tests.tenancy.replays import World, built


@pytest.fixture(scope="session")
def world(template: bytes | str) -> Iterator[World]:
    """The application on the two tenants."""
    with built(template, TODAY, each=5) as opened:
        yield opened
