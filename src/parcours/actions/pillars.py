"""The pillars of contrats de ville: what the releases of their agreements show, added up.

Nothing is counted here: a sum of counts already told tells no more (decision 0014). Where an
agreement masks a count, the sum is a least.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions.release_facts import DISTRICT, EXITS, FUNDER, GENDER, POSITIVE
from parcours.actions.releases import shown
from parcours.domain.access import Actor
from parcours.domain.agreements import Pillar
from parcours.domain.disclosure_outputs import TOTAL
from parcours.domain.words import Gender
from parcours.models import Agreement, Release, visibility

TOLD = {
    "Participants": (GENDER, TOTAL),
    "Femmes": (GENDER, Gender.WOMAN.label),
    "En quartier prioritaire": (DISTRICT, "Oui"),
    "Sorties positives": (EXITS, POSITIVE),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """A count added up over agreements; `is_least` where one of them masks it."""

    count: int
    is_least: bool


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar, how many of its agreements have frozen figures, and their sums."""

    pillar: Pillar
    agreements: int
    sums: list[Sum]


def pillars_of(session: Session, actor: Actor) -> list[PillarRow]:
    """The pillars of the agreements the actor sees, in their order; none without figures."""
    last = select(func.max(col(Release.id))).group_by(col(Release.agreement_id))
    rows = session.execute(
        select(col(Agreement.pillar), Release)
        .join(Release, col(Release.agreement_id) == col(Agreement.id))
        .where(
            visibility.sees_agreement(actor),
            col(Agreement.pillar).is_not(None),
            col(Release.id).in_(last),
        )
        .order_by(col(Release.id))
    ).all()
    found = {pillar: [row for kept, row in rows if kept is pillar] for pillar in Pillar}
    return [_row(pillar, kept) for pillar, kept in found.items() if kept]


def _row(pillar: Pillar, kept: list[Release]) -> PillarRow:
    told = [shown(release, FUNDER) for release in kept]
    sums = []
    for table, part in TOLD.values():
        counts = [tables[table][part] for tables in told]
        sums.append(Sum(sum(count or 0 for count in counts), None in counts))
    return PillarRow(pillar, len(kept), sums)
