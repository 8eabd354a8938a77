"""« Listes officielles »: what is loaded, where it comes from, and what left it."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.domain.access import Capability, require
from parcours.domain.reference_lists import ReferenceList
from parcours.features.references import store
from parcours.features.references.store import Edition, Gone
from parcours.web import pages
from parcours.web.deps import Reading, Visit

router = APIRouter(prefix="/reglages/listes")
SOURCES = {
    ReferenceList.ROME: "France Travail, données ouvertes (Licence Ouverte)",
    ReferenceList.RNCP: "France compétences, données ouvertes (Licence Ouverte 2.0)",
    ReferenceList.QPV: "Agence nationale de la cohésion des territoires (Licence Ouverte)",
    ReferenceList.COMMUNES: "Insee, code officiel géographique",
}
USES = {
    ReferenceList.ROME: "métiers des besoins, métiers visés des cursus",
    ReferenceList.RNCP: "titres, fiches des cursus",
    ReferenceList.QPV: "quartier des personnes à l’entrée, des lieux de travail",
    ReferenceList.COMMUNES: "adresses",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as the page shows it; `shipped` codes come with the product until one is loaded."""

    kind: ReferenceList
    source: str
    uses: str
    shipped: int
    codes: int
    archived: int
    editions: list[Edition]
    gone: list[Gone]


@router.get("")
def official_lists(visit: Reading) -> Response:
    """Each list: its edition, when it was loaded, its codes, and codes in use that left it."""
    require(visit.actor, Capability.SEE_REFERENCES)
    context = {"lists": _shown(visit), "can_load": visit.actor.can(Capability.LOAD_REFERENCES)}
    return pages.page(visit, "references/lists.html", context)


def _shown(visit: Visit) -> list[Shown]:
    editions = store.editions(visit.session)
    counts = store.counts(visit.session)
    loaded = [kind for kind in ReferenceList if any(one.list is kind for one in editions)]
    gone = store.gone(visit.session, visit.actor, loaded)
    shipped = {
        ReferenceList.ROME: len(reference.occupations()),
        ReferenceList.RNCP: sum(code.startswith("RNCP") for code in reference.certifications()),
    }
    return [
        Shown(
            kind, SOURCES[kind], USES[kind], shipped.get(kind, 0), *counts[kind],
            [one for one in editions if one.list is kind],
            [one for one in gone if one.list is kind],
        )
        for kind in ReferenceList
    ]  # fmt: skip
