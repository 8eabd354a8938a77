"""Bar A2: whatever the second tenant sends with the first’s identifiers, it learns nothing."""

import pytest

from tests.tenancy.replays import World, replay_everything, replay_swapped

# Nothing on a signed-in page leads there, and nothing there is anybody’s.
NOT_LINKED = {"GET /connexion", "POST /connexion"}
PEOPLE = (
    "coordinator",
    "counsellor",
    "trainer",
    "organisation_admin",
    "technical_admin",
    "partner",
    "funder",
)


def test_every_route_is_met(world: World) -> None:
    """A room added later is crawled, or this fails: give the tenants what its pages show."""
    met = {request.route for request in world.requests(world.tenants[0])}
    assert world.routes.all() - met == NOT_LINKED


@pytest.mark.parametrize("who", PEOPLE)
def test_requests_of_another_tenant_are_refused(world: World, who: str) -> None:
    replay = replay_everything(world, who)
    assert replay.problems == []
    assert replay.count > 200


@pytest.mark.parametrize("who", ["coordinator", "partner", "funder"])
def test_identifiers_of_another_tenant_inside_one_s_own_forms(world: World, who: str) -> None:
    replay = replay_swapped(world, who)
    assert replay.problems == []
    assert replay.count > 0
