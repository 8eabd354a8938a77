"""Signing in, and what a session is worth: tokens, cookies, headers, ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours.actions import sign_in
from parcours.models import Account, Membership, SignInSession
from tests.features.conftest import PASSWORD, Be, Page, Person

EMAIL = select(col(Account.email)).limit(1)
EVIL = (
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def test_the_cookie_is_secure_and_opaque(be: Be) -> None:
    person = be("CLIC")
    cookies = {cookie.name: cookie for cookie in person.client.cookies.jar}
    cookie = cookies["__Host-parcours"]
    assert cookie.secure
    assert cookie.path == "/"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert len(cookie.value or "") >= 40


@pytest.mark.parametrize("path", ["/", "/connexion", "/rien", "/static/app.css", "/apprenants/9"])
def test_every_answer_is_protected(be: Be, path: str) -> None:
    headers = be("CLIC").client.get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-store" if "static" not in path else
                                        "public, max-age=31536000, immutable")  # fmt: skip


@pytest.mark.parametrize("headers", EVIL)
def test_another_site_sends_nothing(be: Be, headers: dict[str, str]) -> None:
    person = be("CLIC")
    form = person.visit("/").form("/deconnexion").fields
    assert person.client.post("/deconnexion", data=form, headers=headers).status_code == 403
    assert person.client.get("/").url.path == "/"


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_form_without_its_token_is_refused(be: Be, token: str | None) -> None:
    person, other = be("CLIC"), be("CLIC", name="Pierre Lambert")
    value = other.visit("/").form("/deconnexion").fields["_csrf"] if token is None else token
    answer = person.client.post("/deconnexion", data={"_csrf": value})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in answer.text


def test_signing_out_ends_a_copy_of_the_cookie(be: Be, app: object) -> None:
    person = be("CLIC")
    copied = dict(person.client.cookies)
    answer = person.client.post(
        "/deconnexion", data=person.visit("/").form("/deconnexion").fields, follow_redirects=False
    )
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    person.client.cookies.update(copied)
    assert person.client.get("/").url.path == "/connexion"


@pytest.mark.parametrize(
    ("column", "age"),
    [("seen_at", timedelta(minutes=31)), ("created_at", timedelta(hours=10, minutes=1))],
)
def test_a_session_ends_idle_or_old(be: Be, session: Session, column: str, age: timedelta) -> None:
    person = be("CLIC")
    session.execute(update(SignInSession).values({column: datetime.now(UTC) - age}))
    session.commit()
    assert person.client.get("/").url.path == "/connexion"


def test_a_membership_ended_bites_at_the_next_request(be: Be, session: Session) -> None:
    person = be("CLIC")
    session.execute(update(Membership).values(ends_on=date(2026, 11, 22)))
    session.commit()
    assert person.client.get("/apprenants").url.path == "/connexion"


def test_a_disabled_account_bites_at_the_next_request(be: Be, session: Session) -> None:
    person = be("CLIC")
    session.execute(update(Account).values(disabled_at=datetime.now(UTC)))
    session.commit()
    assert person.client.get("/").url.path == "/connexion"


def test_ten_wrong_tries_close_the_door_for_five_minutes(be: Be, session: Session) -> None:
    person = be("CLIC")
    email = session.execute(EMAIL).scalar_one()
    session.rollback()
    for number in range(11):
        page = person.visit("/connexion")
        status = 422 if number < sign_in.THROTTLE_PER_KEY else 429
        page = person.submit(
            page, "/connexion", status=status, email=email, password=f"faux-{number}"
        )
    assert "Attendez cinq minutes" in page.text
    person.submit(page, "/connexion", status=429, email=email, password=PASSWORD)


def test_an_unknown_address_reads_like_a_wrong_password(be: Be, session: Session) -> None:
    person = be("CLIC")
    email = session.execute(EMAIL).scalar_one()
    session.rollback()
    answers = [
        person.submit(
            person.visit("/connexion"), "/connexion", status=422, email=typed, password="faux"
        )
        for typed in (email, "personne@exemple.fr")
    ]
    texts = [page.text.replace(email, "").replace("personne@exemple.fr", "") for page in answers]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", "/\t/evil"],
)
def test_a_sign_in_never_leads_elsewhere(app: object, be: Be, wanted: str) -> None:
    person = be("CLIC")
    page: Page = person.visit("/connexion")
    fields = page.form("/connexion").fields | {"suite": wanted}
    fields |= {"email": "nadia.counsellor@clic.exemple.fr", "password": PASSWORD}
    answer = person.client.post("/connexion", data=fields, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_page_asked_before_signing_in_comes_after(be: Be) -> None:
    person: Person = be("CLIC")
    person.client.cookies.clear()
    page = person.visit("/apprenants?q=am")
    assert page.response.url.path == "/connexion"
    after = person.submit(
        page, "/connexion", email="nadia.counsellor@clic.exemple.fr", password=PASSWORD
    )
    assert str(after.response.url).endswith("/apprenants?q=am")
