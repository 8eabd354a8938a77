"""Learners on screen: entering, the duplicate guard, two editors, what an outsider finds."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.access import Role
from parcours.models import AuditEntry, FieldChange, Learner, LearnerAccess, Pathway
from tests.features.conftest import Be, Page, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}


def enter(person: Person, **typed: str) -> Page:
    """Enter a learner; the page of the file."""
    return person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **(AMINA | typed))


def count(session: Session) -> int:
    """How many learners are stored."""
    session.rollback()
    found = session.execute(select(func.count()).select_from(Learner)).scalar_one()
    session.rollback()  # the browser’s requests use the same connection
    return found


def test_entering_somebody_leads_to_the_file_and_is_recorded(be: Be, session: Session) -> None:
    page = enter(be("CLIC"))
    assert page.response.url.path == "/apprenants/1"
    assert "Amina TRAORÉ" in page.text
    session.rollback()
    acts = session.execute(select(col(AuditEntry.act)).where(col(AuditEntry.learner_id) == 1))
    assert list(acts.scalars()) == ["create", "read"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"birth_name": ""}, "Indiquez le nom de naissance."),
        ({"born_on": "31/2/1990"}, "n’est pas une date"),
        ({"born_on": "1/1/2031"}, "dans l’avenir"),
        ({"born_on": "1/1/2015"}, "ans au moins"),
        ({"email": "amina"}, "Ce courriel n’est pas complet"),
        ({"usage_name": "2 90 03 01 053 012 20"}, "sécurité sociale"),
        ({"qpv_code": "QP1", "qpv_status": "inside"}, "QP093028"),
        ({"education": "99"}, "Choisissez une valeur de la liste."),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    be: Be, session: Session, typed: dict[str, str], message: str
) -> None:
    person = be("CLIC")
    form = person.visit("/apprenants/nouveau")
    page = person.submit(form, "/apprenants", status=422, **(AMINA | {"city": "Viriat"} | typed))
    assert message in page.text
    assert page.form("/apprenants").fields["city"] == "Viriat"
    assert count(session) == 0


def test_a_look_alike_is_shown_before_anything_is_created(be: Be, session: Session) -> None:
    person = be("CLIC")
    enter(person, first_names="Jean-Pierre", birth_name="Léveque")
    twin = AMINA | {"first_names": "jean pierre", "birth_name": "LEVEQUE"}
    page = person.submit(person.visit("/apprenants/nouveau"), "/apprenants", status=422, **twin)
    assert "Jean-Pierre LÉVEQUE" in page.text
    assert count(session) == 1
    person.submit(page, "/apprenants", **twin, is_another="oui")
    assert count(session) == 2


def test_somebody_known_elsewhere_gives_no_hint(be: Be, session: Session) -> None:
    enter(be("CLIC"))
    page = enter(be("AUTRE", name="Paul Martin"))
    assert page.response.status_code == 200
    assert count(session) == 2


def test_the_same_form_sent_twice_makes_one_file(be: Be, session: Session) -> None:
    person = be("CLIC")
    form = person.visit("/apprenants/nouveau")
    first = person.submit(form, "/apprenants", **AMINA)
    again = person.submit(form, "/apprenants", **AMINA)
    assert first.response.url.path == again.response.url.path
    assert count(session) == 1


def test_two_editors_of_different_fields_both_win(be: Be, session: Session) -> None:
    nadia, pierre = be("CLIC"), be("CLIC", name="Pierre Lambert")
    enter(nadia)
    edit = "/apprenants/1/modifier"
    hers, his = nadia.visit(edit), pierre.visit(edit)
    nadia.submit(hers, edit, city="Viriat")
    pierre.submit(his, edit, phone="0639010203")
    session.rollback()
    learner = session.get_one(Learner, 1)
    assert (learner.city, learner.phone) == ("Viriat", "0639010203")
    changes = session.execute(select(col(FieldChange.field), col(FieldChange.after)))
    assert [tuple(row) for row in changes] == [("city", "Viriat"), ("phone", "0639010203")]


def test_two_editors_of_one_field_see_both_versions(be: Be, session: Session) -> None:
    nadia, pierre = be("CLIC"), be("CLIC", name="Pierre Lambert")
    enter(nadia)
    edit = "/apprenants/1/modifier"
    hers, his = nadia.visit(edit), pierre.visit(edit)
    nadia.submit(hers, edit, city="Viriat")
    page = pierre.submit(his, edit, status=409, city="Péronnas")
    assert "Nadia Belkacem a modifié cette fiche" in page.text
    assert "Viriat" in page.text
    assert page.form(edit).fields["city"] == "Péronnas"
    session.rollback()
    assert session.get_one(Learner, 1).city == "Viriat"
    session.rollback()
    pierre.submit(page, edit)
    assert session.get_one(Learner, 1).city == "Péronnas"


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.COORDINATOR, Role.TRAINER])
def test_an_outsider_finds_nothing(be: Be, role: Role) -> None:
    enter(be("CLIC"))
    outsider = be("AUTRE", role, name="Paul Martin")
    for path in ("", "/modifier", "/presences", "/emploi", "/partages", "/etapes/nouvelle"):
        outsider.visit(f"/apprenants/1{path}", status=404)
    assert "TRAORÉ" not in outsider.visit("/apprenants").html
    form = outsider.visit("/apprenants/nouveau").form("/apprenants").fields
    answer = outsider.client.post("/apprenants/1/modifier", data=form | AMINA)
    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN])
def test_those_who_follow_nobody_see_nobody(be: Be, role: Role) -> None:
    enter(be("CLIC"))
    other = be("CLIC", role, name="Yves Martel")
    other.visit("/apprenants", status=403)
    assert other.client.get("/apprenants/1").status_code in {403, 404}


def test_search_ignores_accents_hyphens_and_case(be: Be) -> None:
    person = be("CLIC")
    enter(person, first_names="Jean-Pierre", birth_name="Léveque", usage_name="Dûpont")
    for words in ("LEVEQUE", "jean pierre", "dupont", "jean-p"):
        assert "Jean-Pierre DÛPONT" in person.visit(f"/apprenants?q={words}").text, words
    assert "Personne ne correspond" in person.visit("/apprenants?q=ierre").text


@pytest.mark.parametrize("listed", ["/apprenants", "/sans-referent"])
def test_the_address_of_the_next_page_names_nobody(be: Be, session: Session, listed: str) -> None:
    person = be("CLIC", Role.COORDINATOR)
    enter(person, first_names="N00")
    session.rollback()
    first = session.execute(select(Learner)).scalar_one()
    owner, author = first.organisation_id, first.created_by_id
    first.referent_id = None
    for number in range(32):
        row = first
        if number:
            row = Learner(
                organisation_id=owner, birth_name="Traoré", first_names=f"N{number:02}",
                sort_key=f"traore n{number:02}", born_on=first.born_on, created_by_id=author,
                source=first.source,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(
                LearnerAccess(
                    learner_id=row.id, organisation_id=owner, sort_key=row.sort_key,
                    starts_on=date(2026, 1, 5),
                )
            )  # fmt: skip
        session.add(
            Pathway(
                learner_id=row.id, organisation_id=owner, opened_on=date(2026, 1, 5),
                tolerance_days=15, created_by_id=author,
            )
        )  # fmt: skip
    session.commit()
    page = person.visit(listed)
    place = page.html.partition("apres=")[2].partition('"')[0]
    assert place.isdecimal()
    following = person.visit(f"{listed}?apres={place}")
    found = [set(re.findall(r"N\d\d(?= TRAORÉ)", shown.text)) for shown in (page, following)]
    assert (len(found[0]), len(found[1]), found[0] & found[1]) == (30, 2, set())
    # A place that is nobody’s begins the list.
    for nobody in ("99999", "traore~1"):
        assert "N00 TRAORÉ" in person.visit(f"{listed}?apres={nobody}").text


def test_a_block_alone_is_sent_to_htmx(be: Be) -> None:
    person = be("CLIC")
    enter(person)
    part = person.client.get("/apprenants?q=amina", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section id="results"')
    assert part.headers["vary"] == "HX-Request"
