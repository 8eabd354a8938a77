"""Official lists as published: ROME and Insee CSV, RNCP CSV or XML, districts’ GeoJSON."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from parcours.domain.district import district_code, generation_of
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import ROME
from parcours.domain.reference_lists import (
    CertificationRow,
    CommuneRow,
    DistrictRow,
    OccupationRow,
)
from parcours.sheets.delimited import read_delimited

RNCP = re.compile(r"^RNCP\d{1,7}$")
COMMUNE = re.compile(r"^(\d{2}|2[AB])\d{3}$")
OTHER_PLACES = {"COMA", "COMD"}
Row = TypeVar("Row")
LEVEL = re.compile(r"^NIV([1-8])$")


def read_rome(content: bytes) -> list[OccupationRow]:
    """Occupations of `unix_referentiel_code_rome_*_utf8.csv` (RuleBroken: not that file)."""
    rows = _rows(content, "code_rome", "libelle_rome")
    found = [
        OccupationRow(
            row["code_rome"],
            row["libelle_rome"][:200],
            row.get("code_rome_parent") or row["code_rome"],
            row.get("transition_num") == "O",
        )
        for row in rows
        if ROME.match(row["code_rome"])
    ]
    return _some(found)


def read_communes(content: bytes) -> list[CommuneRow]:
    """Communes of `v_commune_*.csv`; delegated and associated ones are no communes any more."""
    rows = _rows(content, "com", "libelle")
    found = [
        CommuneRow(row["com"], row["libelle"][:120], _department(row["com"]))
        for row in rows
        if COMMUNE.match(row["com"]) and row.get("typecom", "COM") not in OTHER_PLACES
    ]
    return _some(found)


def read_rncp(content: bytes) -> list[CertificationRow]:
    """Fiches of the CSV « Standard » or of the XML flow of France compétences."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    found = _rncp_xml(content) if start.startswith(b"<") else _rncp_csv(content)
    return _some(found)


def read_districts(content: bytes) -> list[DistrictRow]:
    """Districts of a GeoJSON in degrees, with `code_qp`, `nom_qp`, `commune_qp`."""
    try:
        document = json.loads(content)
        features = [feature for feature in document["features"] if feature["geometry"]]
        found = [row for row in map(_district, features) if row is not None]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused("un GeoJSON des quartiers, avec code_qp et nom_qp") from error
    return _some(found)


def _rows(content: bytes, *needed: str) -> Iterator[dict[str, str]]:
    records = read_delimited(content).records
    heads = [head.strip().lower() for head in records[0]] if records else []
    if not set(needed) <= set(heads):
        raise _refused(f"les colonnes {', '.join(needed)}")
    for record in records[1:]:
        values = [value.strip() for value in record]
        yield dict(zip(heads, values + [""] * len(heads), strict=False))


def _department(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _rncp_csv(content: bytes) -> list[CertificationRow]:
    return [
        CertificationRow(
            row["numero_fiche"],
            row["intitule"][:400],
            _level(row.get("nomenclature_europe_niveau", "")),
            row.get("actif", "ACTIVE").upper() in {"ACTIVE", "OUI"},
            _french_day(row.get("date_fin_enregistrement", "")),
        )
        for row in _rows(content, "numero_fiche", "intitule")
        if RNCP.match(row["numero_fiche"])
    ]


def _rncp_xml(content: bytes) -> list[CertificationRow]:
    found = []
    try:
        for _event, element in iterparse(io.BytesIO(content)):
            if element.tag == "FICHE":
                if RNCP.match(_text(element, "NUMERO_FICHE")):
                    found.append(_fiche(element))
                element.clear()
    except (ParseError, DefusedXmlException) as error:
        raise _refused("le XML des fiches RNCP") from error
    return found


def _fiche(element: Element) -> CertificationRow:
    blocks = element.findall("BLOCS_COMPETENCES/BLOC_COMPETENCES")
    return CertificationRow(
        _text(element, "NUMERO_FICHE"),
        _text(element, "INTITULE")[:400],
        _level(_text(element, "NOMENCLATURE_EUROPE/NIVEAU")),
        _text(element, "ACTIF").upper() in {"OUI", "ACTIVE", ""},
        _french_day(_text(element, "DATE_FIN_ENREGISTREMENT")),
        tuple((_text(block, "CODE"), _text(block, "LIBELLE")) for block in blocks),
    )


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _level(text: str) -> str | None:
    found = LEVEL.match(text)
    return found[1] if found else None


def _french_day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a day, not an instant
    except ValueError:
        return None


def _district(feature: dict[str, Any]) -> DistrictRow | None:
    said, outline = feature["properties"], feature["geometry"]
    code = district_code(str(said["code_qp"]))
    generation = generation_of(code)
    if generation is None or outline["type"] not in {"Polygon", "MultiPolygon"}:
        return None
    names = (str(said.get(name) or "") for name in ("nom_qp", "commune_qp"))
    name, commune = names
    return DistrictRow(code, name[:200], commune[:400], generation, outline)


def _some(found: list[Row]) -> list[Row]:
    if not found:
        raise _refused("au moins une ligne dont le code ait la bonne forme")
    return found


def _refused(expected: str) -> RuleBroken:
    return RuleBroken(f"Ce fichier n’est pas celui attendu : il y faut {expected}.", field="file")
