"""Official lists on screen, and put to use: sheets of the RNCP, communes, districts."""

import json
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col

from parcours.actions import accounts, curricula, employers, needs, reference_lists
from parcours.actions.communes import commune_of
from parcours.actions.directory import PartnerFacts
from parcours.actions.districts import DOUBTFUL_METRES
from parcours.actions.rncp import search, sheet_code
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import Terms
from parcours.domain.reference_lists import ReferenceList
from parcours.domain.words import DistrictStatus
from parcours.models import EmployerSite, Learner
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

HERE = "/reglages/listes"
COMMUNES = "TYPECOM,COM,LIBELLE\nCOM,01053,Bourg-en-Bresse\nCOM,01451,Viriat\n"
TWINS = COMMUNES + "COM,39477,Saint-Claude\nCOM,97124,Saint-Claude\n"
RNCP = (
    "Numero_Fiche;Intitule;Nomenclature_Europe_Niveau;Actif;Date_Fin_Enregistrement\n"
    "RNCP99001;Développeuse web et façonnage;NIV5;ACTIVE;01/09/2028\n"
    "RNCP99002;Développement web, ancienne fiche;NIV5;INACTIVE;01/09/2020\n"
)
SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code_qp": "QN00199M", "nom_qp": "Essai", "commune_qp": "Bourg"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[5.20, 46.20], [5.24, 46.20], [5.24, 46.24], [5.20, 46.24],
                                 [5.20, 46.20]]],
            },
        }
    ],
}  # fmt: skip
AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}


def load(session: Session, kind: ReferenceList, text: str, version: str = "essai") -> None:
    """An edition."""
    reference_lists.load(session, None, kind, text.encode(), version=version, today=TODAY)
    session.commit()


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def lead(sophie: Person, session: Session) -> Actor:
    """The same, to prepare what a test needs."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    session.rollback()  # the browser’s requests use the same connection
    return found


def test_lists_say_their_edition_and_what_left_them(
    sophie: Person, lead: Actor, session: Session, be: Be
) -> None:
    page = sophie.visit(HERE)
    assert page.text.count("aucune édition chargée") == 4
    modules = [curricula.ModuleFacts("M", 7, (("html", "HTML", 2),))]  # type: ignore[arg-type]
    curricula.create_curriculum(session, lead, code="K", name="K", modules=modules,
                                rncp_code="RNCP99002")  # fmt: skip
    session.commit()
    load(session, ReferenceList.RNCP, RNCP, "registre du 1er novembre")
    assert "registre du 1er novembre" in sophie.visit(HERE).text
    assert "2 codes." in sophie.visit(HERE).text
    shorter = "\n".join(RNCP.splitlines()[:2]) + "\n"
    load(session, ReferenceList.RNCP, shorter, "registre du 1er décembre")
    page = sophie.visit(HERE)
    assert "1 code, 1 archivé." in page.text
    assert "RNCP99002 Développement web, ancienne fiche 1 usage, archivé" in page.text
    # Another organisation has no such code in use; whoever loads the lists reads how often it is.
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    assert "RNCP99002" not in other.visit(HERE).text
    support = be("SUPPORT", Role.TECHNICAL_ADMIN, "Marc Lenoir")
    assert "RNCP99002" in support.visit(HERE).text
    assert "parcours reference load" in support.visit(HERE).text
    be("ECOLE", Role.TRAINER, "Thomas Perrin").visit(HERE, 403)
    be("FSE", Role.FUNDER, "Claire Vidal").visit(HERE, 403)


def test_a_need_and_a_place_use_codes_too(sophie: Person, lead: Actor, session: Session) -> None:
    facts = PartnerFacts("Studio", employers.KIND)
    employer = employers.add_employer(session, lead, facts, employers.Contact())
    needs.create_need(session, lead, employer.id or 0, Terms("Poste", rome_code="M1805"), (),
                      today=TODAY)  # fmt: skip
    site = employers.SiteFacts("Siège", commune_code="01999")
    employers.add_site(session, lead, employer.id or 0, site)
    session.commit()
    load(session, ReferenceList.COMMUNES, COMMUNES)
    header = "code_rome;code_fiche_metier;code_ogr;libelle_rome;code_rome_parent;transition_num\n"
    load(session, ReferenceList.ROME, header + "A1101;1;1;Conduite;A1101;N\n")
    page = sophie.visit(HERE)
    assert "01999" in page.text
    assert "M1805" in page.text
    assert page.text.count("inconnu de la liste chargée") == 2


def test_the_page_asks_as_much_for_many_editions(
    sophie: Person, session: Session, database: Database
) -> None:
    load(session, ReferenceList.COMMUNES, COMMUNES)
    load(session, ReferenceList.RNCP, RNCP)
    load(session, ReferenceList.QPV, json.dumps(SQUARE))
    asked: list[str] = []

    def tally(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(database.engine, "before_cursor_execute", tally)
    sophie.visit(HERE)
    few = sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in asked)
    for place in range(5):
        load(session, ReferenceList.COMMUNES, COMMUNES + f"COM,0100{place},Ville {place}\n")
    asked.clear()
    sophie.visit(HERE)
    assert sum(not sql.startswith(("BEGIN", "PRAGMA")) for sql in asked) == few <= 8


@pytest.mark.parametrize(
    ("typed", "code"),
    [("rncp 37674", "RNCP37674"), ("37674", "RNCP37674"), ("RS5678", "RS5678"), ("", None),
     (None, None)],
)  # fmt: skip
def test_a_number_of_the_register(typed: str | None, code: str | None) -> None:
    assert sheet_code(typed) == code


def test_a_sheet_is_found_by_words_or_number_and_taken_over(
    sophie: Person, session: Session
) -> None:
    load(session, ReferenceList.RNCP, RNCP)
    assert [one.code for one in search(session, "developpeuse facon")] == ["RNCP99001"]
    assert [one.code for one in search(session, "rncp99002")] == ["RNCP99002"]
    assert search(session, "zzz introuvable") == []
    assert search(session, "à") == []
    session.rollback()
    page = sophie.visit("/certifications?q=ancienne%20fiche")
    assert "RNCP99002, niveau 5, échue" in page.text
    page = sophie.visit("/certifications?fiche=RNCP99001")
    fields = page.form("/certifications").fields
    assert (fields["code"], fields["grade"], fields["valid_until"]) == (
        "RNCP99001", "5", "01/09/2028",
    )  # fmt: skip
    done = sophie.submit(page, "/certifications", blocks="BC01 ; Développer")
    assert "Titre enregistré" in done.text
    assert sophie.visit("/certifications?fiche=RNCP00000")
    # A sheet that ships with the product is found while no register is loaded with it.
    assert "RNCP37674" in sophie.visit("/certifications?q=37674").text


def test_a_curriculum_says_the_title_of_its_sheet(
    sophie: Person, lead: Actor, session: Session
) -> None:
    load(session, ReferenceList.RNCP, RNCP)
    form = sophie.visit("/cursus/nouveau")
    page = sophie.submit(form, "/cursus", code="K", name="Web", rncp_code="rncp 99002",
                         modules="Web ; 7")  # fmt: skip
    assert "RNCP99002 Développement web, ancienne fiche fiche échue" in page.text


def test_communes_are_written_as_the_list_does(
    sophie: Person, lead: Actor, session: Session
) -> None:
    assert commune_of(session, "viriat", "01440") is None
    load(session, ReferenceList.COMMUNES, TWINS)
    found = commune_of(session, "bourg en bresse", "01000")
    assert found is not None
    assert (found.code, found.name) == ("01053", "Bourg-en-Bresse")
    assert commune_of(session, "Saint-Claude", None) is None
    assert commune_of(session, "saint claude", "97120") is not None
    assert commune_of(session, " ", "01000") is None
    facts = PartnerFacts("Studio", employers.KIND)
    employer = employers.add_employer(session, lead, facts, employers.Contact())
    here = employers.SiteFacts("Siège", postcode="01000", city="bourg en bresse")
    site = employers.add_site(session, lead, employer.id or 0, here)
    assert (site.commune_code, site.city) == ("01053", "Bourg-en-Bresse")
    with pytest.raises(RuleBroken, match="liste des communes"):
        employers.add_site(session, lead, employer.id or 0,
                           employers.SiteFacts("Siège", commune_code="99999"))  # fmt: skip
    session.rollback()
    sophie.submit(sophie.visit("/apprenants/nouveau"), "/apprenants",
                  **(AMINA | {"city": "VIRIAT", "postcode": "01440"}))  # fmt: skip
    assert session.execute(select(col(Learner.city))).scalar_one() == "Viriat"
    assert session.execute(select(EmployerSite)).first() is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "status", "code"),
    [
        ("46,22", "5,22", DistrictStatus.INSIDE, "QN00199M"),
        ("46,30", "5,22", DistrictStatus.OUTSIDE, None),
        # Thirty metres from the edge, on either side.
        ("46,2003", "5,22", DistrictStatus.TO_CHECK, None),
        ("46,1997", "5,22", DistrictStatus.TO_CHECK, None),
    ],
)
def test_the_point_of_an_address_says_the_district(
    sophie: Person,
    session: Session,
    latitude: str,
    longitude: str,
    status: DistrictStatus,
    code: str | None,
) -> None:
    assert DOUBTFUL_METRES == 50
    load(session, ReferenceList.QPV, json.dumps(SQUARE))
    sophie.submit(sophie.visit("/apprenants/nouveau"), "/apprenants",
                  **(AMINA | {"latitude": latitude, "longitude": longitude}))  # fmt: skip
    row = session.execute(select(Learner)).scalar_one()
    assert (row.qpv_status, row.qpv_code, row.qpv_fixed_on) == (status, code, TODAY)
    assert row.qpv_generation == (2024 if code else None)


def test_without_a_district_loaded_nobody_is_outside(sophie: Person, session: Session) -> None:
    sophie.submit(sophie.visit("/apprenants/nouveau"), "/apprenants",
                  **(AMINA | {"latitude": "46,30", "longitude": "5,22"}))  # fmt: skip
    row = session.execute(select(Learner)).scalar_one()
    assert row.qpv_status is DistrictStatus.TO_CHECK


def test_a_point_that_says_otherwise_is_for_a_person_to_settle(
    sophie: Person, session: Session
) -> None:
    load(session, ReferenceList.QPV, json.dumps(SQUARE))
    form = sophie.visit("/apprenants/nouveau")

    def refused(**typed: str) -> Page:
        return sophie.submit(form, "/apprenants", 422, **(AMINA | typed))

    edge = {"latitude": "46,2003", "longitude": "5,22"}
    page = refused(qpv_status="outside", **edge)
    assert "Le point de l’adresse dit : à vérifier." in page.text
    assert page.form("/apprenants").fields["latitude"] == "46,2003"
    assert (
        "Le point de l’adresse dit : oui, QN00199M."
        in refused(qpv_status="outside", latitude="46,22", longitude="5,22").text
    )
    assert "Donnez la latitude et la longitude" in refused(latitude="46,22").text
    assert "La latitude va de -90 à 90." in refused(latitude="95", longitude="5").text
    # The same answer as the point’s is no disagreement; the code is filled in.
    sophie.submit(form, "/apprenants", **(AMINA | {"qpv_status": "inside", "latitude": "46,22",
                                                   "longitude": "5,22"}))  # fmt: skip
    row = session.execute(select(Learner)).scalar_one()
    assert (row.qpv_code, row.born_on) == ("QN00199M", date(1990, 3, 12))
