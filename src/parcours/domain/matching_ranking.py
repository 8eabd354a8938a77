"""The order candidates are shown in, which says no more than the score does.

Source: matching notes §2.6. Equal numbers shown are equal ranks; inside a tie the order comes from
a digest of the run, never from a name, a number or a date of entry.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from parcours.domain.matching_filters import Status
from parcours.domain.matching_rules import Band
from parcours.domain.words import Word


class Wish(Word):
    """What the learner says of a need: a column and a filter, never points."""

    PRIORITY = "priority", "Prioritaire"
    ACCEPTS = "accepts", "Accepte"
    UNSAID = "unsaid", "Non exprimé"
    REFUSES = "refuses", "Refuse"


class Pile(Word):
    """Where somebody goes once compared, as the page has its tabs."""

    PROPOSABLE = "proposable", "Proposables"
    TO_CHECK = "to_check", "À vérifier"
    BLOCKED = "blocked", "Écartés par une contrainte"
    REFUSED = "refused", "Ne souhaitent pas"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for a need (or, the other way round, a need for somebody), by a reference.

    `pct` and `band` are None together: such a need is not evaluable and has no rank.
    """

    ref: str
    pct: int | None
    band: Band | None
    status: Status = Status.OK
    wish: Wish = Wish.UNSAID


class Ranked(NamedTuple):
    """A candidate at its rank among those of the same status; equals share it."""

    rank: int
    candidate: Candidate


class Ranking(NamedTuple):
    """Everybody, each in exactly one list: nothing is cut without being counted."""

    proposable: tuple[Ranked, ...]
    to_check: tuple[Ranked, ...]
    blocked: tuple[Ranked, ...]
    not_evaluable: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]

    def pile(self, which: Pile) -> tuple[Ranked, ...]:
        """The people of a pile, in order; those who refuse have no rank."""
        return {
            Pile.PROPOSABLE: self.proposable,
            Pile.TO_CHECK: self.to_check,
            Pile.BLOCKED: self.blocked,
            Pile.REFUSED: tuple(Ranked(0, one) for one in self.refused),
        }[which]


def rank(candidates: Iterable[Candidate], *, run: str, about: str) -> Ranking:
    """Order candidates by status, band and number shown; `about` is what they are compared for.

    A refusal by the learner takes the proposal away. The order read changes nothing, and taking
    somebody away never reverses two others.
    """
    order = sorted(candidates, key=lambda one: tie(run, about, one.ref))
    willing = [one for one in order if one.wish is not Wish.REFUSES]
    by_status = {
        status: _dense([one for one in willing if one.status is status and one.band is not None])
        for status in Status
    }
    return Ranking(
        proposable=by_status[Status.OK],
        to_check=by_status[Status.CHECK],
        blocked=by_status[Status.BLOCKED],
        not_evaluable=tuple(one for one in willing if one.band is None),
        refused=tuple(one for one in order if one.wish is Wish.REFUSES),
    )


def tie(run: str, need: str, learner: str) -> str:
    """The order inside a tie: fixed for a run, and owing nothing to who people are."""
    return hashlib.sha256(f"{run}|{need}|{learner}".encode()).hexdigest()


def _dense(candidates: Sequence[Candidate]) -> tuple[Ranked, ...]:
    order = sorted(candidates, key=_shown)
    return tuple(
        Ranked(number, one)
        for number, (_shown_alike, alike) in enumerate(groupby(order, key=_shown), 1)
        for one in alike
    )


def _shown(candidate: Candidate) -> tuple[int, int]:
    """What people see of a score: its band, then its number."""
    return candidate.band.place if candidate.band else len(Band), -(candidate.pct or 0)
