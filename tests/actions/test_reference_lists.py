"""Official lists in their published shapes: loaded twice safely, never deleting; points in them."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session

from parcours.actions import employers, reference_lists
from parcours.actions.directory import PartnerFacts
from parcours.actions.districts import locate
from parcours.actions.employers import Contact, SiteFacts
from parcours.actions.occupations import occupation
from parcours.actions.reference_lists import Loaded
from parcours.domain.access import Role
from parcours.domain.errors import NotAllowed, RuleBroken
from parcours.domain.reference_lists import TO_CHECK, ReferenceList, is_doubtful
from parcours.domain.words import DistrictStatus
from parcours.models import Commune, District, Occupation, ReferenceVersion, RncpSheet
from tests.actions.conftest import Cast

ROME = (
    '"code_rome","code_fiche_metier","code_ogr","libelle_rome","transition_eco","transition_num",'
    '"transition_demo","emploi_reglemente","emploi_cadre","code_rome_parent"\n'
    '"M1805","1","1","Développeur / Développeuse informatique","Emploi Blanc","O","N","N","O",'
    '"M1805"\n'
    '"M1855","2","2","Développeur / Développeuse web","Emploi Blanc","O","N","N","N","M1805"\n'
)
MAGICIAN = '"L1299","3","3","Magicien / Magicienne","Emploi Blanc","N","N","N","N","L1204"\n'
COMMUNES = (
    "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    "COM,01053,84,01,01D,012,0,BOURG EN BRESSE,Bourg-en-Bresse,Bourg-en-Bresse,0199,\n"
    "COMD,01015,,,,,1,ARBIGNIEU,Arbignieu,Arbignieu,,01015\n"
    "COM,2A004,94,2A,20R,2A1,1,AJACCIO,Ajaccio,Ajaccio,2A99,\n"
    "COM,97105,01,971,971,9711,0,BASSE TERRE,Basse-Terre,Basse-Terre,97199,\n"
    "ARM,69381,84,69,69M,691,0,LYON 1,Lyon 1,Lyon 1er Arrondissement,,69123\n"
)
RNCP_CSV = (
    "Id_Fiche;Numero_Fiche;Intitule;Abrege_Libelle;Nomenclature_Europe_Niveau;"
    "Date_Fin_Enregistrement;Actif\n"
    "1;RNCP37674;Développeur web et web mobile;TP;NIV5;01/09/2028;ACTIVE\n"
    "2;RNCP37681;Technicien d'assistance en informatique;TP;NIV4;01/09/2025;INACTIVE\n"
    "3;RS5893;Autre répertoire;;;;ACTIVE\n"
)
RNCP_XML = """<?xml version="1.0" encoding="UTF-8"?>
<FICHES><VERSION_FLUX>4.1</VERSION_FLUX><FICHE>
<ID_FICHE>1</ID_FICHE><NUMERO_FICHE>RNCP37674</NUMERO_FICHE>
<INTITULE>Développeur web et web mobile</INTITULE><ACTIF>Oui</ACTIF>
<NOMENCLATURE_EUROPE><NIVEAU>NIV5</NIVEAU></NOMENCLATURE_EUROPE>
<BLOCS_COMPETENCES><BLOC_COMPETENCES><CODE>RNCP37674BC01</CODE>
<LIBELLE>Développer la partie front-end</LIBELLE></BLOC_COMPETENCES></BLOCS_COMPETENCES>
<DATE_FIN_ENREGISTREMENT>01/09/2028</DATE_FIN_ENREGISTREMENT></FICHE></FICHES>"""
SQUARE = [[[5.20, 46.20], [5.22, 46.20], [5.22, 46.22], [5.20, 46.22], [5.20, 46.20]]]
HOLE = [[5.208, 46.208], [5.212, 46.208], [5.212, 46.212], [5.208, 46.212], [5.208, 46.208]]


def districts(*features: tuple[str, dict[str, Any]]) -> str:
    """A GeoJSON in the shape of the published one."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code_qp": code, "nom_qp": f"Quartier {code}",
                                           "commune_qp": "Bourg-en-Bresse"}, "geometry": outline}
        for code, outline in features]})  # fmt: skip


def polygon(coordinates: Any = SQUARE) -> dict[str, Any]:
    """An outline."""
    return {"type": "Polygon", "coordinates": coordinates}


def load(session: Session, kind: ReferenceList, text: str, today: date) -> Loaded:
    """Load at the machine itself."""
    return reference_lists.load(session, None, kind, text.encode(), version="essai", today=today)


def count(session: Session, table: Any) -> int:
    """How many rows a table holds."""
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_rome_as_published_then_its_next_edition(session: Session, today: date) -> None:
    shipped = occupation(session, "M1855")
    assert shipped is not None
    assert occupation(session, "L1299") is None
    assert load(session, ReferenceList.ROME, ROME + MAGICIAN, today) == Loaded("essai", 3, 3)
    magician = occupation(session, "L1299")
    assert magician is not None
    assert (magician.label, magician.parent) == ("Magicien / Magicienne", "L1204")
    # The next edition renames one and drops another: it stays, archived, and needs keep its name.
    later = today + timedelta(days=90)
    renamed = ROME.replace("Développeur / Développeuse web", "Développeuse / Développeur web")
    assert load(session, ReferenceList.ROME, renamed, later) == Loaded("essai", 2, 0, 1, 1)
    session.expire_all()
    assert session.get_one(Occupation, "L1299").archived_on == later
    assert occupation(session, "L1299") == magician
    assert load(session, ReferenceList.ROME, renamed, later).is_known
    # Back to the first: what was archived is in use again.
    again = load(session, ReferenceList.ROME, ROME + MAGICIAN, later)
    assert (again.created, again.updated, again.archived) == (1, 1, 0)
    session.expire_all()
    assert session.get_one(Occupation, "L1299").archived_on is None
    assert (count(session, Occupation), count(session, ReferenceVersion)) == (3, 2)


def test_communes_as_the_insee_publishes_them(session: Session, today: date) -> None:
    assert load(session, ReferenceList.COMMUNES, COMMUNES, today).codes == 4
    rows = session.execute(select(Commune)).scalars().all()
    assert {row.code: row.department for row in rows} == {
        "01053": "01", "2A004": "2A", "97105": "971", "69381": "69"}  # fmt: skip


def test_rncp_in_both_its_shapes(session: Session, today: date) -> None:
    assert load(session, ReferenceList.RNCP, RNCP_CSV, today).codes == 2
    old = session.get_one(RncpSheet, "RNCP37681")
    assert (old.level, old.is_active, old.ends_on) == ("4", False, date(2025, 9, 1))
    assert load(session, ReferenceList.RNCP, RNCP_XML, today) == Loaded("essai", 1, 0, 1, 1)
    session.expire_all()
    row = session.get_one(RncpSheet, "RNCP37674")
    assert row.blocks == [{"code": "RNCP37674BC01", "label": "Développer la partie front-end"}]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ReferenceList.ROME, COMMUNES),
        (ReferenceList.ROME, ROME.splitlines()[0] + "\n"),
        (ReferenceList.COMMUNES, ROME),
        (ReferenceList.RNCP, "<FICHES><FICHE></FICHES>"),
        (ReferenceList.RNCP, "<FICHES/>"),
        (ReferenceList.RNCP, '<!DOCTYPE x [<!ENTITY a "b">]><FICHES>&a;</FICHES>'),
        (ReferenceList.QPV, "{}"),
        (ReferenceList.QPV, "pas du json"),
        (ReferenceList.QPV, districts(("MAUVAIS", polygon()))),
        (ReferenceList.QPV, districts(("QN00101M", polygon([[[870000, 6570000], [870100, 6570000],
                                       [870100, 6570100], [870000, 6570000]]])))),
        (ReferenceList.QPV, districts(("QN00101M", polygon([["x"]])))),
    ],
)  # fmt: skip
def test_another_file_is_refused_and_writes_nothing(
    session: Session, today: date, kind: ReferenceList, text: str
) -> None:
    with pytest.raises(RuleBroken):
        load(session, kind, text, today)
    session.rollback()
    assert count(session, ReferenceVersion) == 0


def test_the_district_of_a_point(session: Session, today: date) -> None:
    assert locate(session, 46.21, 5.21) == TO_CHECK
    holed = polygon([*SQUARE, HOLE])
    multi = {"type": "MultiPolygon", "coordinates": [
        [[[5.30, 46.20], [5.32, 46.20], [5.32, 46.22], [5.30, 46.22], [5.30, 46.20]]]]}  # fmt: skip
    text = districts(("QP001001", polygon()), ("QN00101M", holed), ("QN00102N", multi))
    load(session, ReferenceList.QPV, text, today)
    assert count(session, District) == 3
    found = locate(session, 46.205, 5.205)
    # The latest generation answers, even where the older one lies.
    assert (found.status, found.code, found.generation) == (
        DistrictStatus.INSIDE, "QN00101M", 2024)  # fmt: skip
    assert locate(session, 46.21, 5.31).code == "QN00102N"
    assert locate(session, 46.21, 5.21).status is DistrictStatus.OUTSIDE
    assert locate(session, 46.21, 5.25).status is DistrictStatus.OUTSIDE
    # Some twenty metres from the edge, on either side; an unsure address; no address.
    for longitude in (5.2203, 5.2197):
        assert locate(session, 46.21, longitude) == TO_CHECK
    assert locate(session, 46.205, 5.205, score=0.6) == TO_CHECK
    assert locate(session, 46.205, 5.205, score=0.95) == found
    assert locate(session, None, 5.2) == locate(session, 46.2, None) == TO_CHECK


@given(st.floats(-90, 90) | st.none(), st.floats(-180, 180) | st.none(), st.floats(0, 1))
def test_a_missing_or_unsure_point_is_always_doubtful(
    latitude: float | None, longitude: float | None, score: float
) -> None:
    expected = latitude is None or longitude is None or score < 0.8
    assert is_doubtful(latitude, longitude, score) == expected


def test_a_place_of_work_takes_its_district(session: Session, cast: Cast, today: date) -> None:
    nadia = cast("MDE")
    load(session, ReferenceList.QPV, districts(("QN00101M", polygon())), today)
    facts = PartnerFacts("Studio", employers.KIND)
    number = employers.add_employer(session, nadia, facts, Contact()).id or 0
    site = employers.add_site(session, nadia, number, SiteFacts("Siège"))
    assert (site.district_status, site.district_code) == (DistrictStatus.TO_CHECK, None)
    placed = SiteFacts("Siège", latitude=46.21, longitude=5.21)
    employers.edit_site(session, nadia, number, site.id or 0, placed)
    assert (site.district_status, site.district_code, site.district_generation) == (
        DistrictStatus.INSIDE, "QN00101M", 2024)  # fmt: skip


def test_only_the_technical_administrator_loads(session: Session, cast: Cast, today: date) -> None:
    content = ROME.encode()
    refused, allowed = cast("MDE"), cast("MDE", Role.TECHNICAL_ADMIN, "Équipe technique")
    with pytest.raises(NotAllowed):
        reference_lists.load(
            session, refused, ReferenceList.ROME, content, version="v", today=today
        )
    done = reference_lists.load(
        session, allowed, ReferenceList.ROME, content, version="v", today=today
    )
    assert done.codes == 2
