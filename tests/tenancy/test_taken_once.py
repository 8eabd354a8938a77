"""Bar C3: the same form sent several times at once has the effect of one."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import func, literal, select, union_all
from sqlmodel import col

from parcours.db import Database
from parcours.models import ImmersionLink, RelayLink
from parcours.models.base import metadata
from parcours.models.links import PersonalLink
from tests.tenancy.browsing import Browser, Request
from tests.tenancy.replays import NOT_REPLAYED, World
from tests.tenancy.territory import PASSWORD

AT_ONCE = 5
# The forms are shared between tests, that several processes may each take some.
PARTS = 8
LINKS: dict[str, type[PersonalLink]] = {
    "POST /relais/{relay_id}/lien": RelayLink,
    "POST /immersions/{step_id}/lien": ImmersionLink,
}
# Their answer is a secret said once: it cannot be asked for again, so each sending makes another
# that ends the one before.
SAID_ONCE = (
    *LINKS,
    "POST /promotions/{cohort_id}/emargement/{slug}/codes",
    "POST /besoins/{need_id}/lien",
    "POST /employeurs/{employer_id}/code",
    "POST /comptes/invitation",
    "POST /comptes/{account_id}/mot-de-passe",
    # Sent by link, and the link made again: the version of what was read lets one of them in.
    "POST /mises-en-relation/{introduction_id}/envoi",
    "POST /mises-en-relation/{introduction_id}/lien",
)
# Who manages accounts reads nobody’s file, and sends these forms alone.
ADMINISTRATION = {
    "POST /comptes/{account_id}/fermeture",
    "POST /comptes/liens/{link_id}/retrait",
}
# Their answer is a secret said once: sent again, they lead to the list.
THEN_LISTED = ("POST /agenda/liens", "POST /agenda/liens/{link_id}/renouvellement")
# Forms that hold what is in force: sent as they are, they change nothing and say so.
CHOSEN = "une péniche sous la neige"
CHANGED = {
    "POST /reglages/appariement": {"most_children": "10"},
    "POST /reglages/alertes": {"unjustified_limit": "5"},
    # Nobody’s curriculum aims at an occupation here: the posts are those of the territory.
    "POST /adequation/{curriculum_id}/repartitions": {"portee": "territoire", "mode": "places"},
    "POST /mon-compte/mot-de-passe": {"known": PASSWORD, "password": CHOSEN, "again": CHOSEN},
}
# They answer with what would change, and write nothing.
PREVIEWS = ("POST /reglages/appariement/apercu", "POST /reglages/alertes/apercu")
# Forms about what the candidates of a need were shown as.
SHOWN = "POST /appariements/"
# What makes something carries a key, or is the same however often it is said.
MADE = {
    "POST /apprenants": {"learner": 1, "learner_access": 1},
    "POST /promotions/{cohort_id}/inscriptions": {
        "enrolment": 1,
        "pathway": 1,
        "step": 1,
        "gap": 1,
    },
}
# They hold what passed, never what was made.
IGNORED = {"audit_entry", "match_change", "submission", "sign_in_session", "sign_in_attempt"}
# In one question, asked before and after every sending.
COUNTED = union_all(
    *(
        select(literal(table.name), func.count()).select_from(table)
        for table in metadata.sorted_tables
        if table.name not in IGNORED
    )
)


@pytest.fixture
def forms(world: World) -> dict[str, list[Request]]:
    """The forms the first tenant’s pages offer, by route."""
    found: dict[str, list[Request]] = {}
    for request in world.requests(world.tenants[0]):
        if request.method == "POST" and request.route not in NOT_REPLAYED:
            found.setdefault(request.route, []).append(request)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_forms_sent_several_times_at_once_are_taken_once(
    world: World, forms: dict[str, list[Request]], tmp_path: Path, part: int
) -> None:
    assert MADE.keys() <= forms.keys()
    routes = sorted(forms.keys() - {*SAID_ONCE, *THEN_LISTED, *PREVIEWS})
    with world.rewound() as (once_only, undo):
        for number, route in enumerate(routes[part::PARTS]):
            who = "organisation_admin" if route in ADMINISTRATION else "coordinator"
            browser = world.browser(world.tenants[0], who)
            form, once, place = _sent_once(world, browser, forms[route], once_only, undo)
            assert once == MADE.get(route, once), route
            with world.copy(tmp_path / str(number)) as database:
                _read_first(world, browser, route)
                before = _counts(database)
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    answers = list(pool.map(browser.send, [form] * AT_ONCE))
                answers.append(browser.send(form))
                assert _growth(before, _counts(database)) == once, route
            assert {answer.status_code for answer in answers} <= {303, 409, 422}, route
            if once and "_once" in dict(form.pairs):
                assert {_place(answer) for answer in answers} == {place}, route


@pytest.mark.parametrize("route", LINKS)
def test_links_asked_for_at_once_leave_one_that_answers(
    world: World, forms: dict[str, list[Request]], tmp_path: Path, route: str
) -> None:
    browser, table = world.browser(world.tenants[0], "coordinator"), LINKS[route]
    with world.copy(tmp_path / "links") as database, ThreadPoolExecutor(AT_ONCE) as pool:
        with database.reading() as session:
            before = set(session.execute(select(col(table.id))).scalars())
        answers = list(pool.map(browser.send, [forms[route][0]] * AT_ONCE))
        with database.reading() as session:
            new = select(col(table.ended_at)).where(col(table.id).not_in(before))
            ended = session.execute(new).scalars().all()
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert (len(ended), ended.count(None)) == (AT_ONCE, 1)


@pytest.mark.parametrize("route", THEN_LISTED)
def test_a_link_to_an_agenda_asked_for_at_once_is_made_once(
    world: World, forms: dict[str, list[Request]], tmp_path: Path, route: str
) -> None:
    browser = world.browser(world.tenants[0], "coordinator")
    form = _keyed(forms[route][0])
    with world.copy(tmp_path / "links") as database, ThreadPoolExecutor(AT_ONCE) as pool:
        before = _counts(database)
        answers = list(pool.map(browser.send, [form] * AT_ONCE))
        assert _growth(before, _counts(database)) == {"calendar_token": 1}
    assert sorted(answer.status_code for answer in answers) == [200] + [303] * (AT_ONCE - 1)
    assert {_place(answer) for answer in answers} == {"", "/agenda/liens"}


def test_many_who_write_at_once_each_get_their_turn(
    world: World, forms: dict[str, list[Request]], tmp_path: Path
) -> None:
    """Files given, people entered, pages read: more at once than there are threads to run them."""
    browser = world.browser(world.tenants[0], "coordinator")
    pages = [Request("GET", "/apprenants/1", ""), Request("GET", "/ruptures", "")]
    given, entered = forms["POST /imports"][0], forms["POST /apprenants"][0]
    another = replace(entered, pairs=(*entered.pairs, ("is_another", "oui")))
    with world.copy(tmp_path / "crowd"), ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(browser.send, [given, another, *pages] * 4))
    assert [answer.status_code for answer in answers] == [303, 303, 200, 200] * 4


def _sent_once(
    world: World,
    browser: Browser,
    offered: list[Request],
    database: Database,
    undo: Callable[[], None],
) -> tuple[Request, dict[str, int], str]:
    """The first of these forms that is accepted, the rows it makes, where it leads."""
    refusals = []
    for form in offered:
        form = _keyed(form)
        undo()
        _read_first(world, browser, form.route)
        before = _counts(database)
        answer = browser.send(form)
        if answer.status_code == 303:
            return form, _growth(before, _counts(database)), _place(answer)
        refusals.append((answer.status_code, form))
    raise AssertionError(f"say in FILLINGS how this form is filled: {refusals}")


def _read_first(world: World, browser: Browser, route: str) -> None:
    """What a page keeps because it showed it, the form below it speaks of: read the page first."""
    if route.startswith(SHOWN):
        for page in world.requests(world.tenants[0]):
            if page.route == "GET /besoins/{need_id}/candidats":
                browser.send(page)


def _keyed(form: Request) -> Request:
    """The form with a key of its own, as a page gives it, and something to change."""
    given = {"_once": secrets.token_urlsafe(16), **CHANGED.get(form.route, {})}
    pairs = tuple((name, given.get(name, value)) for name, value in form.pairs)
    return replace(form, pairs=pairs)


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(session.execute(COUNTED).all())


def _growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def _place(answer: Response) -> str:
    return answer.headers.get("location", "")
