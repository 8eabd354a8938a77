"""Bar A2: whatever the second tenant sends with the first’s identifiers, it learns nothing."""

import pytest

from tests.tenancy.replays import Replay, World, replay_everything, replay_swapped

# Nothing on a signed-in page leads there, and nothing there is anybody’s.
NOT_LINKED = {
    "GET /connexion",
    "POST /connexion",
    # Said in words, never linked: who has the link and its code answers one relay, tested apart.
    "GET /reponse/{token}",
    "POST /reponse/{token}",
    "POST /reponse/{token}/acceptation",
    "POST /reponse/{token}/refus",
    "POST /reponse/{token}/question",
    "GET /reponse-mise-en-relation/{token}",
    "POST /reponse-mise-en-relation/{token}",
    "POST /reponse-mise-en-relation/{token}/reponse",
    "GET /reponse-besoin/{token}",
    "POST /reponse-besoin/{token}",
    "POST /reponse-besoin/{token}/reponse",
    # The same of the tutor of an immersion.
    "GET /bilan-immersion/{token}",
    "POST /bilan-immersion/{token}",
    "POST /bilan-immersion/{token}/reponses",
    # Offered when one’s password is old, tested apart.
    "POST /nominatifs/{export_id}/acces",
    # The same of who chooses a password.
    "GET /acces/{token}",
    "POST /acces/{token}",
    "POST /acces/{token}/mot-de-passe",
    # Written on a screen of the room: who has the code signs, tested apart.
    "GET /presence",
    "POST /presence",
    "POST /presence/signature",
    # Said in words once, never linked: who has the address reads an agenda, tested apart.
    "GET /agenda/flux/{token}.ics",
}
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
    # What a page refuses it refuses as a fragment too: tried once, for who may the most.
    replay = replay_everything(world, who, fragments=who == "coordinator")
    assert replay.problems == []
    assert replay.count > 100


SHARES = [("partner", 0, 1), ("funder", 0, 1), *(("coordinator", part, 8) for part in range(8))]


@pytest.mark.parametrize(("who", "part", "parts"), SHARES)
def test_identifiers_of_another_tenant_inside_one_s_own_forms(
    world: World, who: str, part: int, parts: int
) -> None:
    replay = replay_swapped(world, who, most=1, part=part, parts=parts)
    assert replay.problems == []
    assert replay.count > 0


def test_a_leak_would_be_seen(world: World) -> None:
    """The proof itself is tried: somebody of the first tenant is taken for one of the second."""
    requests = world.requests(world.tenants[0])
    with Replay(world, "coordinator") as replay:
        replay.browser = world.browser(replay.victim, "coordinator")
        for request in requests:
            if request.route in {"GET /apprenants/{learner_id}", "POST /conventions"}:
                replay.send(request)
    told = "\n".join(replay.problems)
    for kind in ("not refused", "leaks words", "agreement (3,) appeared", "audit_entry"):
        assert kind in told, kind
