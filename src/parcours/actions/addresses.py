"""Where somebody lives: the commune’s official name, and the district found by a point.

Source: domain notes §5.1. The point is used and not kept; a doubtful one says « à vérifier », never
« hors QPV ».
"""

from dataclasses import replace

from sqlmodel import Session

from parcours.actions.communes import commune_of
from parcours.actions.districts import locate
from parcours.actions.learners import LearnerFacts
from parcours.domain.errors import RuleBroken
from parcours.domain.reference_lists import Located

Point = tuple[float, float]


def placed(session: Session, facts: LearnerFacts, point: Point | None) -> LearnerFacts:
    """The facts with the commune as the list writes it, and the district the point lies in.

    What was answered about the district stays when the point says the same or nothing was asked of
    it; RuleBroken when they differ: a person decides.
    """
    commune = commune_of(session, facts.city, facts.postcode)
    if commune is not None:
        facts = replace(facts, city=commune.name)
    if point is None:
        return facts
    found = locate(session, *point)
    if facts.qpv_status is None and not facts.qpv_code:
        return replace(facts, qpv_status=found.status, qpv_code=found.code)
    if facts.qpv_status is found.status and facts.qpv_code in (None, found.code):
        return replace(facts, qpv_code=found.code)
    raise RuleBroken(
        f"Le point de l’adresse dit : {_words(found)}. Corrigez la réponse, ou effacez le point.",
        field="qpv_status",
    )


def _words(found: Located) -> str:
    """« à vérifier », « Oui, QN00101M »."""
    label = found.status.label.lower()
    return f"{label}, {found.code}" if found.code else label
