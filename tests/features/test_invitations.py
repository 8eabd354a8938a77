"""Joining an organisation and coming back: the person alone chooses the password."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import account_links, accounts
from parcours.actions.personal_links import MOST_FAILURES
from parcours.domain.access import Role
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import Account, AccountLink, Membership, Organisation
from tests.conftest import TODAY
from tests.features.conftest import PASSWORD, Be, Page, Person

CHOSEN = "une péniche sous la neige"
INVITED = {"name": "Lise Morel", "email": "Lise.Morel@clic.exemple.fr", "role": "counsellor"}


@pytest.fixture
def admin(be: Be) -> Person:
    """Who administers the accounts of an organisation."""
    return be("CLIC", Role.ORGANISATION_ADMIN, "Yves Martel")


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[Person]:
    """Somebody who is not signed in."""
    with TestClient(app, base_url="https://testserver") as client:
        yield Person(client)


def told(page: Page) -> tuple[str, str]:
    """The path and the code a page says once."""
    path = re.search(r'as-typed">https?://[^/]+(/acces/[^<]+)<', page.html)
    code = re.search(r'aria-label="Code : (\d{6})"', page.html)
    assert path
    assert code
    return path[1], code[1]


def invited(admin: Person, **typed: str) -> tuple[str, str]:
    """Invite somebody, and what is to be told them."""
    page = admin.visit("/comptes/invitation")
    return told(admin.submit(page, "/comptes/invitation", **(INVITED | typed)))


def choose(visitor: Person, path: str, code: str, status: int = 200, **typed: str) -> Page:
    """Open a link with its code, and answer."""
    page = visitor.submit(visitor.visit(path), path, code=code)
    answer = {"password": CHOSEN, "again": CHOSEN} | typed
    return visitor.submit(page, f"{path}/mot-de-passe", status, **answer)


def test_somebody_joins_with_a_password_of_their_own(
    admin: Person, visitor: Person, session: Session
) -> None:
    path, code = invited(admin)
    waiting = admin.visit("/comptes").text
    assert "Lise Morel lise.morel@clic.exemple.fr, Conseiller·ère, jusqu’au" in waiting
    door = visitor.visit(path)
    assert "Lise" not in door.html
    assert "CLIC" not in door.html
    wrong = visitor.submit(door, path, 422, code="000000" if code != "000000" else "111111")
    assert "Ce code n’est pas le bon" in wrong.text
    short = choose(visitor, path, code, 422, password="court", again="court")
    assert "au moins 14 caractères" in short.text
    other = choose(visitor, path, code, 422, again="autre chose")
    assert "ne sont pas les mêmes" in other.text
    ready = choose(visitor, path, code)
    assert "Votre compte est prêt" in ready.text
    welcome = visitor.submit(
        visitor.visit("/connexion"), "/connexion", email=INVITED["email"], password=CHOSEN
    )
    assert "Bonjour Lise" in welcome.text
    assert "Ce lien a déjà servi" in visitor.visit(path, 410).text
    assert "Liens en attente" not in admin.visit("/comptes").text
    kept = session.execute(select(AccountLink)).scalar_one()
    assert path.rsplit("/", 1)[1] not in repr(kept.model_dump())


def test_a_refused_invitation_keeps_what_was_typed(admin: Person) -> None:
    page = admin.visit("/comptes/invitation")
    refused = admin.submit(page, "/comptes/invitation", 422, name="Lise Morel", email="lise@")
    assert 'value="Lise Morel"' in refused.html
    assert "n’est pas complet" in refused.text
    assert "Choisissez ce que la personne fera" in refused.text
    mine = {**INVITED, "email": "yves.organisation_admin@clic.exemple.fr"}
    refused = admin.submit(page, "/comptes/invitation", 422, **mine)
    assert "a déjà un compte dans votre structure" in refused.text
    above = admin.submit(page, "/comptes/invitation", 422, **INVITED | {"role": "technical_admin"})
    assert "Choisissez un rôle de la liste" in above.text


def test_a_new_invitation_ends_the_one_before_and_one_is_withdrawn(
    admin: Person, visitor: Person, session: Session
) -> None:
    first, _ = invited(admin)
    second, code = invited(admin)
    assert "remplacé ou annulé" in visitor.visit(first, 410).text
    page = admin.visit("/comptes")
    number = session.execute(
        select(col(AccountLink.id)).where(col(AccountLink.ended_at).is_(None))
    ).scalar_one()
    session.rollback()
    withdrawn = admin.submit(page, f"/comptes/liens/{number}/retrait")
    assert "Ce lien n’ouvre plus rien" in withdrawn.text
    assert visitor.client.post(second, data={"code": code}).status_code in {403, 410}
    visitor.visit(second, 410)


def test_wrong_codes_lock_the_link(admin: Person, visitor: Person) -> None:
    path, code = invited(admin)
    door, wrong = visitor.visit(path), str((int(code) + 1) % 10**6).zfill(6)
    for _try in range(MOST_FAILURES - 1):
        visitor.submit(door, path, 422, code=wrong)
    assert "Ce lien est bloqué" in visitor.submit(door, path, 410, code=wrong).text
    assert "Ce lien est bloqué" in visitor.submit(door, path, 410, code=code).text


def test_who_has_an_account_elsewhere_keeps_their_password(
    admin: Person, be: Be, visitor: Person
) -> None:
    be("AUTRE", Role.TRAINER, "Paule Roy")
    email = "paule.trainer@autre.exemple.fr"
    page = admin.visit("/comptes/invitation")
    # Nothing tells who invites that the address is known elsewhere.
    made = admin.submit(page, "/comptes/invitation", **INVITED | {"email": email})
    plain = admin.submit(page, "/comptes/invitation", **INVITED)
    shape = [re.sub(r"/acces/[^<\"%]+|\d{3} ?\d{3}|[\w.]+@\w+|csrf\S+|value=\S+", "", one.html)
             for one in (made, plain)]  # fmt: skip
    assert shape[0] == shape[1]
    path, code = told(made)
    shown = visitor.submit(visitor.visit(path), path, code=code)
    assert "gardez votre mot de passe habituel" in shown.text
    assert 'type="password"' not in shown.html
    visitor.submit(shown, f"{path}/mot-de-passe")
    paule = visitor.submit(
        visitor.visit("/connexion"), "/connexion", email=email, password=PASSWORD
    )
    assert "Changer de structure" in paule.text


def test_a_colleague_chooses_a_new_password(admin: Person, be: Be, visitor: Person) -> None:
    nadia = be("CLIC")
    email = "nadia.counsellor@clic.exemple.fr"
    action = re.search(
        r'/comptes/\d+/mot-de-passe(?=".*?pour Nadia)', admin.visit("/comptes").html, re.S
    )
    assert action
    path, code = told(admin.submit(admin.visit("/comptes"), action[0]))
    # Until they choose, nothing changes for them.
    nadia.visit("/apprenants")
    assert "Choisir un nouveau mot de passe" in visitor.submit(
        visitor.visit(path), path, code=code
    ).text  # fmt: skip
    choose(visitor, path, code)
    assert nadia.client.get("/apprenants", follow_redirects=False).status_code == 303
    visitor.submit(visitor.visit("/connexion"), "/connexion", 422, email=email, password=PASSWORD)
    visitor.submit(visitor.visit("/connexion"), "/connexion", email=email, password=CHOSEN)


def test_who_acts_elsewhere_too_is_not_taken_over(be: Be, admin: Person, session: Session) -> None:
    """The administration of one structure never opens an account that acts for another."""
    be("AUTRE", Role.TRAINER, "Paule Roy")
    paule = session.execute(select(Account).where(col(Account.name) == "Paule Roy")).scalar_one()
    clic = accounts.organisation_of_code(session, "CLIC")
    assert clic is not None
    accounts.join(session, paule, clic, Role.TRAINER, starts_on=TODAY)
    session.commit()
    actor = accounts.actor_for(session, "yves.organisation_admin@clic.exemple.fr", today=TODAY)
    with pytest.raises(RuleBroken, match="agit aussi pour une autre structure"):
        account_links.open_again(session, actor, paule.id or 0, today=TODAY)
    session.rollback()
    with pytest.raises(RuleBroken, match="Mon compte"):
        account_links.open_again(session, actor, actor.account_id, today=TODAY)
    with pytest.raises(NotFound):
        account_links.open_again(session, actor, 9999, today=TODAY)


def test_somebody_who_left_comes_back(admin: Person, be: Be, visitor: Person,
                                      session: Session) -> None:  # fmt: skip
    be("CLIC")
    nadia = session.execute(
        select(col(Account.id)).where(col(Account.name) == "Nadia Belkacem")
    ).scalar_one()
    session.rollback()
    closing = f"/comptes/{nadia}/fermeture"
    admin.submit(admin.visit(closing), closing)
    email = "nadia.counsellor@clic.exemple.fr"
    path, code = invited(admin, email=email, name="Nadia Belkacem")
    choose(visitor, path, code)
    visitor.submit(visitor.visit("/connexion"), "/connexion", 422, email=email, password=PASSWORD)
    back = visitor.submit(visitor.visit("/connexion"), "/connexion", email=email, password=CHOSEN)
    assert "Bonjour Nadia" in back.text
    counted = select(func.count(col(Membership.id))).where(col(Membership.account_id) == nadia)
    assert session.execute(counted).scalar_one() == 2


def test_links_of_a_closed_organisation_and_of_a_past_week_open_nothing(
    admin: Person, visitor: Person, session: Session
) -> None:
    path, _ = invited(admin)
    organisation = session.execute(
        select(Organisation).where(col(Organisation.code) == "CLIC")
    ).scalar_one()
    organisation.closed_on = TODAY
    session.commit()
    assert "a expiré" in visitor.visit(path, 410).text
    organisation.closed_on = None
    link = session.execute(select(AccountLink)).scalar_one()
    link.expires_on = TODAY - timedelta(days=1)
    session.commit()
    assert "a expiré" in visitor.visit(path, 410).text
    assert "n’existe pas" in visitor.visit("/acces/faux", 404).text


def test_only_the_administration_invites_and_only_for_its_own(
    admin: Person, be: Be, session: Session
) -> None:
    invited(admin)
    number = session.execute(select(col(AccountLink.id))).scalar_one()
    session.rollback()
    nadia, other = be("CLIC"), be("AUTRE", Role.ORGANISATION_ADMIN, "Paule Roy")
    nadia.visit("/comptes/invitation", 403)
    token = other.visit("/comptes/invitation").form("/comptes/invitation").fields["_csrf"]
    for action in (f"/comptes/liens/{number}/retrait", "/comptes/1/mot-de-passe"):
        assert other.client.post(action, data={"_csrf": token}).status_code == 404
    assert "Lise" not in other.visit("/comptes").html


def test_ones_own_password_is_changed_by_who_knows_it(be: Be, app: FastAPI) -> None:
    here = be("CLIC")
    email = "nadia.counsellor@clic.exemple.fr"
    with TestClient(app, base_url="https://testserver") as client:
        elsewhere = Person(client)
        elsewhere.submit(
            elsewhere.visit("/connexion"), "/connexion", email=email, password=PASSWORD
        )
        page, action = here.visit("/mon-compte"), "/mon-compte/mot-de-passe"
        wrong = here.submit(page, action, 422, known="faux", password=CHOSEN, again=CHOSEN)
        assert "pas votre mot de passe actuel" in wrong.text
        easy = here.submit(page, action, 422, known=PASSWORD, password="a" * 20, again="a" * 20)
        assert "trop facile à deviner" in easy.text
        twice = here.submit(page, action, 422, known=PASSWORD, password=CHOSEN, again="autre")
        assert "ne sont pas les mêmes" in twice.text
        elsewhere.visit("/apprenants")
        done = here.submit(page, action, known=PASSWORD, password=CHOSEN, again=CHOSEN)
        assert "Mot de passe changé" in done.text
        here.visit("/apprenants")
        assert elsewhere.client.get("/apprenants", follow_redirects=False).status_code == 303


def test_guessing_ones_own_password_is_slowed_down(be: Be) -> None:
    here = be("CLIC")
    page, action = here.visit("/mon-compte"), "/mon-compte/mot-de-passe"
    for _try in range(10):
        here.submit(page, action, 422, known="faux", password=CHOSEN, again=CHOSEN)
    slowed = here.submit(page, action, 422, known=PASSWORD, password=CHOSEN, again=CHOSEN)
    assert "Trop d’essais" in slowed.text
