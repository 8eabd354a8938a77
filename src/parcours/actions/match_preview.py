"""What other parameters would change, before they are saved: who changes band, need by need."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions import match_facts
from parcours.actions.matching import Comparison, compare
from parcours.domain.access import Actor
from parcours.domain.matching_rules import MatchRules

# Enough to see; each need is compared twice with everybody.
MOST_NEEDS = 20


@dataclass(frozen=True, slots=True)
class Change:
    """For one need: how many people are compared, would show another number, another band."""

    need_id: int
    title: str
    people: int
    numbers: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The needs looked at, out of how many."""

    changes: list[Change]
    needs: int


def preview(session: Session, actor: Actor, rules: MatchRules, *, today: date) -> Preview:
    """The first open needs compared under the rules in force and under others."""
    asked = match_facts.open_needs(session, actor, today)
    changes = []
    for one in asked[:MOST_NEEDS]:
        before = _shown(compare(session, actor, one.need_id, today=today))
        after = _shown(compare(session, actor, one.need_id, today=today, rules=rules))
        bands = [(before[key][1], after[key][1]) for key in before.keys() & after.keys()]
        changes.append(
            Change(
                one.need_id,
                one.title,
                len(before.keys() | after.keys()),
                sum(before.get(key) != after.get(key) for key in before.keys() | after.keys()),
                sum(new < old for old, new in bands),
                sum(new > old for old, new in bands),
            )
        )
    return Preview(changes, len(asked))


def _shown(found: Comparison) -> dict[str, tuple[int, int]]:
    """The number and the place of the band of everybody, by person."""
    ranking = found.ranking
    ranked = (*ranking.proposable, *ranking.to_check, *ranking.blocked)
    candidates = [row.candidate for row in ranked] + list(ranking.refused)
    return {one.ref: (one.pct or 0, one.band.place if one.band else 0) for one in candidates}
