"""The menu: what stays in sight, what is folded, and where one is."""

import pytest

from parcours.domain.access import Actor, Role
from parcours.web import nav


def actor(role: Role) -> Actor:
    """Somebody of that role."""
    return Actor(1, 1, 1, "MDE", "Maison de l’emploi", role, "Nadia", "nadia@mde.exemple.fr")


def menu(role: Role, path: str, counts: dict[str, int] | None = None) -> dict[str, nav.Group]:
    """The parts of the menu, by title."""
    return {group.title: group for group in nav.groups(actor(role), path, counts or {})}


@pytest.mark.parametrize("role", Role)
def test_nothing_is_listed_twice_and_the_day_comes_first(role: Role) -> None:
    groups = nav.groups(actor(role), "/", {})
    urls = [entry.url for group in groups for entry in group.entries]
    assert len(urls) == len(set(urls))
    assert urls[0] == "/"
    assert groups[0].title == ""
    assert groups[0].is_open
    assert all(group.entries for group in groups)
    assert [entry.url for group in groups for entry in group.entries if entry.current] == ["/"]


@pytest.mark.parametrize(
    ("path", "place", "title"),
    [
        ("/ruptures/debuts", "/ruptures", ""),
        ("/promotions/12/competences", "/promotions", nav.TRAINING),
        ("/candidats/sans-suite", "/promotions", nav.TRAINING),
        ("/certifications", "/programmes", nav.TRAINING),
        ("/definitions/iae-1", "/sorties", nav.WORK),
        ("/employeurs/3", "/employeurs", nav.WORK),
        ("/partenaires/carte", "/partenaires", nav.NETWORK),
        ("/reglages/relais", "/reglages/relais", nav.SETTINGS),
        ("/reglages/appariement", "/reglages/appariement", nav.SETTINGS),
        ("/reglages/listes", "/reglages/listes", nav.SETTINGS),
    ],
)
def test_the_group_one_is_in_is_open(path: str, place: str, title: str) -> None:
    groups = menu(Role.COORDINATOR, path)
    current = [
        (name, entry.url)
        for name, group in groups.items()
        for entry in group.entries
        if entry.current
    ]
    assert current == [(title, place)]
    assert groups[title].is_open


def test_each_role_has_its_own_trade_open() -> None:
    folded = {
        role: [title for title, group in menu(role, "/").items() if not group.is_open]
        for role in (Role.TRAINER, Role.COUNSELLOR)
    }
    assert folded[Role.TRAINER] == [nav.SUPPORT, nav.WORK, nav.NETWORK, nav.SETTINGS]
    assert folded[Role.COUNSELLOR] == [nav.TRAINING, nav.NETWORK, nav.SETTINGS]


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.TRAINER, ["/reglages/appariement"]),
        (Role.ORGANISATION_ADMIN,
         ["/reglages/appariement", "/reglages/equite", "/reglages/listes"]),
        (Role.TECHNICAL_ADMIN, ["/reglages/listes"]),
        (Role.FUNDER, []),
    ],
)  # fmt: skip
def test_rules_fairness_and_lists_are_where_roles_look(role: Role, sees: list[str]) -> None:
    wanted = {"/reglages/appariement", "/reglages/equite", "/reglages/listes"}
    entries = [entry.url for group in menu(role, "/").values() for entry in group.entries]
    assert [url for url in entries if url in wanted] == sees


def test_a_count_stands_beside_its_place_which_is_never_folded() -> None:
    counts = {"/ruptures": 6, "/relais": 2}
    entries = menu(Role.TRAINER, "/", counts)[""].entries
    found = {entry.url: (entry.count, entry.tone) for entry in entries if entry.count}
    assert found == {"/ruptures": (6, "danger"), "/relais": (2, "warning")}
