"""The directory on screen: found, added, confirmed, discussed; the map; the charter."""

from datetime import date, datetime

import pytest
from sqlalchemy import event, func, select
from sqlmodel import Session, col

from parcours.actions import accounts
from parcours.domain.access import Role
from parcours.models import CharterAcceptance, Discussion, Offer, OfferDate, Organisation
from parcours.web.words import PARIS, short_day
from tests.features.conftest import Be, Person

OFFER = {
    "title": "Atelier vélo",
    "kind": "workshop",
    "entry": "permanent",
    "city": "Viriat",
    "venue": "La Fruitière",
}


def number_of(session: Session, code: str) -> int:
    """The identifier of an organisation."""
    found = accounts.organisation_of_code(session, code)
    number = found.id if found else 0
    session.rollback()
    return number or 0


def count(session: Session, table: type) -> int:
    """How many rows there are."""
    session.rollback()
    found: int = session.execute(select(func.count()).select_from(table)).scalar_one()
    session.rollback()
    return found


def propose(who: Person, organisation_id: int, **typed: str):  # type: ignore[no-untyped-def]
    """Write down an action of an organisation."""
    form = who.visit(f"/partenaires/{organisation_id}/actions/nouvelle")
    return who.submit(form, f"/partenaires/{organisation_id}/actions", **{**OFFER, **typed})


def add(who: Person, name: str = "Le Bus", status: int = 200, **typed: str):  # type: ignore[no-untyped-def]
    """Add an organisation without an account."""
    form = who.visit("/partenaires/nouveau")
    values = {"name": name, "kind": "MEDIATION", **typed}
    return who.submit(form, "/partenaires", status=status, **values)


def test_a_partner_without_account_is_added_and_found(
    be: Be, session: Session, today: date
) -> None:
    nadia = be("MDE")
    page = add(nadia, city="Viriat", contact_email="bus@exemple.fr", postcode="1440")
    assert "Structure ajoutée à l’annuaire." in page.text
    assert "Sans compte" in page.text
    assert "bus@exemple.fr" in page.text
    assert "01440" in page.text
    since = short_day(datetime.now(PARIS).date(), today)  # the row says itself when it was written
    assert f"À confirmer depuis le {since}" in page.text
    for query, is_found in (
        ("?q=bus", True), ("?q=avion", False), ("?nature=MEDIATION", True), ("?nature=OF", False),
        ("?commune=Viriat", True), ("?commune=Lyon", False), ("?nature=n-importe", True),
        ("?action=workshop", False), ("?places=oui", False), ("?apres=x", True),
        ("?apres=999", False),
    ):  # fmt: skip
        assert ("Le Bus" in nadia.visit(f"/partenaires{query}").text) is is_found, query


def test_the_partner_added_receives_a_relay(be: Be, session: Session) -> None:
    nadia = be("MDE")
    add(nadia)
    values = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}
    nadia.submit(nadia.visit("/apprenants/nouveau"), "/apprenants", **values)
    assert "Le Bus" in nadia.visit("/apprenants/1/relais/nouveau").text


def test_a_look_alike_is_asked_about_and_what_was_typed_is_kept(be: Be, session: Session) -> None:
    nadia = be("MDE")
    add(nadia)
    page = add(nadia, "LE BUS", status=422, phone="04 74 00 00 00")
    assert "Ressemble à une structure de l’annuaire : Le Bus" in page.text
    assert page.form("/partenaires").fields["phone"] == "04 74 00 00 00"
    page = nadia.submit(page, "/partenaires", is_another="oui")
    assert "Doublon possible" in page.text
    for typed in ({"name": ""}, {"siret": "123"}, {"contact_email": "bus"}, {"postcode": "9"}):
        add(nadia, **{"name": "X", "status": 422, **typed})  # type: ignore[arg-type]
    assert count(session, Organisation) == 3


def test_a_form_sent_twice_adds_one(be: Be, session: Session) -> None:
    nadia = be("MDE")
    form = nadia.visit("/partenaires/nouveau")
    for _ in range(2):
        nadia.submit(form, "/partenaires", name="Le Bus", kind="MEDIATION")
    number = number_of(session, "MDE")
    form = nadia.visit(f"/partenaires/{number}/actions/nouvelle")
    for _ in range(2):
        nadia.submit(form, f"/partenaires/{number}/actions", **OFFER)
    assert (count(session, Organisation), count(session, Offer)) == (2, 1)


def test_an_action_proposed_is_confirmed_by_its_partner(be: Be, session: Session) -> None:
    nadia, paul = be("MDE"), be("REVERMONT", Role.COORDINATOR, "Paul Martin")
    number = number_of(session, "REVERMONT")
    page = propose(nadia, number)
    assert "la structure doit la confirmer" in page.text
    assert "n’a pas encore confirmé" in page.text
    assert "/partenaires/actions/1/confirmation" not in page.html
    assert "1 action de votre structure à confirmer" in paul.visit("/partenaires").text
    own = paul.visit(f"/partenaires/{number}")
    assert "notée par Structure MDE" in own.text
    page = paul.submit(own, "/partenaires/actions/1/confirmation")
    assert "Action confirmée" in page.text
    assert "confirmé le 23 nov." in page.text
    assert "à confirmer" not in paul.visit("/partenaires").form("/partenaires").fields
    nadia.visit("/partenaires/actions/1/modifier", status=404)


def test_an_action_is_corrected_withdrawn_and_restored(be: Be, session: Session) -> None:
    nadia = be("MDE")
    propose(nadia, number_of(session, "MDE"))
    here = "/partenaires/actions/1"
    form = nadia.visit(f"{here}/modifier")
    assert form.form(f"{here}/modifier").fields["city"] == "Viriat"
    wrong = nadia.submit(form, f"{here}/modifier", status=422, **OFFER, places="-1", age_min="x")
    assert "x" in wrong.form(f"{here}/modifier").fields["age_min"]
    page = nadia.submit(form, f"{here}/modifier", **{**OFFER, "title": "Atelier bois"})
    assert "Atelier bois" in page.text
    conflict = nadia.submit(form, f"{here}/modifier", status=409, **OFFER)
    assert "Intitulé : Atelier bois" in conflict.text
    nadia.submit(conflict, f"{here}/modifier", **OFFER)
    page = nadia.submit(nadia.visit(here), f"{here}/retrait", status=422, reason="")
    page = nadia.submit(page, f"{here}/retrait", reason="C’est fini")
    assert "Retirée : C’est fini" in page.text
    assert "Atelier vélo" not in nadia.visit("/partenaires/carte").text
    nadia.submit(page, f"{here}/retablissement")
    assert "Atelier vélo" in nadia.visit("/partenaires/carte").text


def test_an_entry_is_corrected_and_confirmed(be: Be, session: Session) -> None:
    nadia = be("MDE")
    number = number_of(session, "MDE")
    here = f"/partenaires/{number}"
    form = nadia.visit(f"{here}/modifier")
    nadia.submit(form, f"{here}/modifier", status=422, name="")
    typed = {"name": "Maison", "kind": "MDE"}
    page = nadia.submit(form, f"{here}/modifier", **typed)
    assert "Confirmé le 23 nov." in page.text
    conflict = nadia.submit(form, f"{here}/modifier", status=409, name="Ma maison", kind="MDE")
    assert "Nom : Maison" in conflict.text
    assert "Fiche confirmée" in nadia.submit(page, f"{here}/confirmation").text


def test_a_mobile_venue_has_its_dates_on_the_map_and_in_the_list(be: Be, session: Session) -> None:
    nadia = be("MDE")
    propose(nadia, number_of(session, "MDE"), entry="dated", title="Le bus au marché")
    here = "/partenaires/actions/1"
    stand = {
        "starts_on": "28/11", "from_time": "9 h", "to_time": "12 h", "place": "Place du Marché",
        "city": "Ceyzériat", "latitude": "46,18", "longitude": "5,32", "places": "6",
    }  # fmt: skip
    page = nadia.visit(here)
    wrong = nadia.submit(page, f"{here}/dates", status=422, **{**stand, "to_time": "8 h"})
    assert wrong.form(f"{here}/dates").fields["place"] == "Place du Marché"
    for changed in ({"starts_on": "1/1/2020"}, {"longitude": ""}, {"from_time": "tôt"}):
        nadia.submit(page, f"{here}/dates", status=422, **{**stand, **changed})
    for _ in range(2):
        page = nadia.submit(wrong, f"{here}/dates", **stand)
    assert count(session, OfferDate) == 1
    page = nadia.submit(page, f"{here}/dates/1/places", status=422, **{"taken-1": "7"})
    assert "Il n’y a que 6 places" in page.text
    nadia.submit(page, f"{here}/dates/1/places", **{"taken-1": "4"})
    seen = nadia.visit("/partenaires/carte")
    assert "samedi 28 novembre 2026, 9 h – 12 h : Place du Marché, Ceyzériat" in seen.text.replace(
        "\u00a0", " "
    )
    assert "2 places libres" in seen.text
    assert 'data-latitude="46.18"' in seen.html
    assert "dès le 28 nov." in seen.text
    nadia.submit(nadia.visit(here), f"{here}/dates/1/annulation")
    seen = nadia.visit("/partenaires/carte")
    assert "Ceyzériat" not in seen.text
    assert 'id="carte"' not in seen.html
    nadia.submit(nadia.visit(here), f"{here}/dates/1/retablissement")
    assert "Ceyzériat" in nadia.visit("/partenaires/carte").text


def test_the_map_asks_nothing_of_anybody_else(be: Be, session: Session) -> None:
    nadia = be("MDE")
    propose(nadia, number_of(session, "MDE"), latitude="46,2", longitude="5,2")
    page = nadia.visit("/partenaires/carte")
    assert "leaflet" in page.html
    assert "http" not in page.html.replace("http-equiv", "")
    for query, is_found in (
        ("?q=velo viriat", True), ("?q=laser", False), ("?action=training", False),
        ("?places=oui", True), ("?commune=Viriat", True), ("?apres=1", False),
        ("?fraicheur=a-confirmer", False),
    ):  # fmt: skip
        assert ("Atelier vélo" in nadia.visit(f"/partenaires/carte{query}").text) is is_found, query


def test_a_duplicate_is_discussed_until_settled(be: Be, session: Session) -> None:
    nadia, paul = be("MDE"), be("REVERMONT", Role.COORDINATOR, "Paul Martin")
    outsider = be("AUTRE", name="Zoé Petit")
    number = number_of(session, "REVERMONT")
    propose(paul, number)
    propose(nadia, number)
    page = nadia.visit("/partenaires/actions/1")
    assert "Doublon possible" in page.text
    here = "/partenaires/actions/1/discussions"
    page = nadia.submit(page, here, status=422, kind="", text="Le même")
    page = nadia.submit(page, here, status=422, kind="duplicate", text="")
    for _ in range(2):
        thread = nadia.submit(page, here, kind="duplicate", text="C’est la même.", other="2")
    assert count(session, Discussion) == 1
    assert "Doublon : Atelier vélo" in paul.visit("/partenaires/discussions").text
    assert "C’est la même." not in outsider.visit("/partenaires/actions/1").text
    path = thread.response.url.path
    outsider.visit(path, status=404)
    page = paul.submit(paul.visit(path), f"{path}/reponse", text="Oui.")
    assert "Paul Martin, Structure REVERMONT" in page.text
    there = f"{path}/reglement"
    assert "Dites comment" in paul.submit(page, there, status=422, how="").text
    page = paul.submit(page, there, how="La copie est retirée.")
    assert "La copie est retirée." in page.text
    nadia.submit(thread, f"{path}/reponse", status=422, text="Trop tard")
    assert "Doublon" in nadia.visit("/partenaires/discussions?etat=reglees").text
    page = nadia.submit(nadia.visit(path), f"{path}/reouverture")
    assert "Elle était réglée ainsi : La copie est retirée." in page.text
    assert "ouverte" in nadia.visit(f"/partenaires/{number}").text


def test_a_thread_about_an_organisation(be: Be, session: Session) -> None:
    nadia, paul = be("MDE"), be("REVERMONT", Role.COORDINATOR, "Paul Martin")
    number = number_of(session, "REVERMONT")
    here = f"/partenaires/{number}/discussions"
    page = nadia.submit(
        nadia.visit(f"/partenaires/{number}"), here, status=422, kind="question", text=""
    )
    page = nadia.submit(page, here, kind="question", text="Avez-vous déménagé ?")
    assert "Question : Structure REVERMONT" in page.text
    assert "Avez-vous déménagé" in paul.visit(page.response.url.path).text


def test_the_charter_waits_until_accepted_and_blocks_nothing(be: Be, session: Session) -> None:
    nadia, admin = be("MDE"), be("MDE", Role.ORGANISATION_ADMIN, "Yves Martel")
    assert "La charte des professionnel·les attend votre accord." in nadia.visit("/").text
    page = nadia.visit("/charte")
    assert "attend votre accord" not in page.text
    nadia.submit(page, "/charte", status=422, version="2")
    for _ in range(2):
        nadia.submit(page, "/charte")
    assert count(session, CharterAcceptance) == 1
    assert "Vous l’avez acceptée le" in nadia.visit("/charte").text
    assert "attend votre accord" not in nadia.visit("/").text
    seen = admin.visit("/charte/acceptations")
    assert "Une personne n’a pas encore accepté la charte" in seen.text
    assert "Nadia Belkacem acceptée le" in seen.text
    nadia.visit("/charte/acceptations", status=403)


@pytest.mark.parametrize("role", [Role.FUNDER, Role.TECHNICAL_ADMIN])
def test_who_only_reads_the_directory_writes_nothing(be: Be, session: Session, role: Role) -> None:
    nadia, reader = be("MDE"), be("DEPT", role, "Anne Petit")
    number = number_of(session, "MDE")
    propose(nadia, number)
    for path in ("", "/carte", f"/{number}", "/actions/1"):
        page = reader.visit(f"/partenaires{path}")
        assert not [
            form for form in page.forms if form.method == "post" and "partenaires" in form.action
        ]
    for path in ("nouveau", f"{number}/actions/nouvelle", "discussions"):
        reader.visit(f"/partenaires/{path}", status=403)
    token = {"_csrf": next(f.fields["_csrf"] for f in page.forms if "_csrf" in f.fields)}
    post = reader.client.post
    typed = {"name": "X", "kind": "OF", "text": "x", **OFFER, "reason": "x", "version": "1"}
    for path in (
        "", f"/{number}/actions", "/actions/1/confirmation", "/actions/1/retrait",
        "/actions/1/retablissement", f"/{number}/confirmation", f"/{number}/modifier",
    ):  # fmt: skip
        answer = post(f"/partenaires{path}", data={**token, **typed}, follow_redirects=False)
        assert answer.status_code in (403, 404), path
    question = {**token, "kind": "question", "text": "x"}
    assert post(f"/partenaires/{number}/discussions", data=question).status_code == 403


def test_an_outsider_reads_but_does_not_write_what_is_another_s(be: Be, session: Session) -> None:
    nadia, outsider = be("MDE"), be("AUTRE", name="Zoé Petit")
    number = number_of(session, "MDE")
    propose(nadia, number)
    page = outsider.visit("/partenaires/actions/1")
    token = {"_csrf": page.forms[0].fields["_csrf"], "version": "1"}
    for path in (
        f"{number}/modifier", f"{number}/confirmation", "actions/1/modifier",
        "actions/1/confirmation", "actions/1/retrait", "actions/1/retablissement",
        "actions/1/dates", "actions/1/dates/1/places", "actions/1/dates/1/annulation",
        "actions/1/dates/1/retablissement",
    ):  # fmt: skip
        typed = {**token, **OFFER, "name": "X", "kind": "OF", "reason": "x", "starts_on": "28/11"}
        typed["kind"] = "workshop" if "actions" in path else "OF"
        answer = outsider.client.post(f"/partenaires/{path}", data=typed)
        assert answer.status_code == 404, path
    for path in ("99", "99/modifier", "actions/99", f"{number}/modifier", "99/actions/nouvelle"):
        outsider.visit(f"/partenaires/{path}", status=404)


def test_long_lists_have_a_next_page_at_the_same_cost(
    be: Be, session: Session, today: date
) -> None:
    nadia = be("MDE")
    number = number_of(session, "MDE")
    propose(nadia, number)
    paths = (
        "/partenaires",
        "/partenaires/carte",
        f"/partenaires/{number}",
        "/partenaires/actions/1",
    )
    few = [statements(nadia, session, path) for path in paths]
    me = session.execute(select(col(Offer.created_by_id))).scalar_one()
    for index in range(65):
        accounts.create_organisation(
            session, code=f"S{index}", name=f"Structure {index:03}", kind="OF"
        )
        session.add(
            Offer(
                organisation_id=number, entered_by_organisation_id=number, created_by_id=me,
                kind="workshop", title=f"Atelier {index:03}", entry="permanent",
                sort_key=f"atelier {index:03}", likeness_key=f"w|{index}|", search_text="x",
            )
        )  # fmt: skip
    session.commit()
    assert [statements(nadia, session, path) for path in paths] == few
    assert max(few) <= 8
    seen = set()
    url = "/partenaires"
    for _ in range(3):
        page = nadia.visit(url)
        names = {f"Structure {index:03}" for index in range(65)}
        seen |= {name for name in names if name in page.text}
        url = page.html.partition('class="btn" href="/partenaires?apres=')[2].partition('"')[0]
        url = f"/partenaires?apres={url}"
    assert len(seen) == 65
    assert "Actions suivantes" in nadia.visit("/partenaires/carte").text


def statements(who: Person, session: Session, path: str) -> int:
    """How many statements a page takes."""
    counted: list[str] = []
    engine = session.get_bind()

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE")):
            counted.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        who.visit(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(counted)
