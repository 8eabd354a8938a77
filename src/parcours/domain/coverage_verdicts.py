"""What is said of each skill taught or asked, in words, and what may be discussed.

Source: matching notes §3.1 and §7. No demand is not « useless »: taking a module away is only ever
proposed for discussion, and only when enough employers were asked twice. Taught is told apart from
acquired.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.coverage import Module, levels_of, losses
from parcours.domain.demand import FEWEST_EMPLOYERS, Demand, Levels, reached
from parcours.domain.small_cells import FEWEST
from parcours.domain.words import Word

FEWEST_ROUNDS = 2


class Verdict(Word):
    """What a skill is, of a curriculum and a demand."""

    TAUGHT = "taught", "Demandé, enseigné"
    TOO_LOW = "too_low", "Demandé, niveau trop bas"
    MISSING = "missing", "Demandé, non enseigné"
    NOT_ASKED = "not_asked", "Enseigné, non demandé (à discuter)"
    FOUNDATION = "foundation", "Socle"


class Removal(Word):
    """What may be said of a module that is perhaps one too many."""

    KEEP = "keep", "À garder"
    FOUNDATION = "foundation", "Socle"
    DISCUSS = "discuss", "À discuter"
    TOO_LITTLE_KNOWN = "too_little_known", "Données insuffisantes"


class Acquired(NamedTuple):
    """Of a taught skill, the leavers seen at the level taught; None under five leavers."""

    skill: str
    taught: int
    leavers: int
    reached: int | None

    @property
    def share(self) -> Fraction | None:
        """None when masked."""
        return None if self.reached is None else Fraction(self.reached, self.leavers)


class SkillRow(NamedTuple):
    """A row of the heat table; `posts` weighs the needs that ask, `uncovered` what is missing.

    `is_above` says that more is taught than anybody asks.
    """

    skill: str
    verdict: Verdict
    asked: int
    posts: Fraction
    employers: int
    uncovered: Fraction
    taught: int
    is_above: bool
    acquired: Acquired | None


class Surplus(NamedTuple):
    """What may be said of a module: what it teaches that nobody asks, and what losing it costs."""

    module: str
    removal: Removal
    loss: Fraction
    not_asked: tuple[str, ...]
    above: tuple[str, ...]


def skill_rows(
    modules: Sequence[Module],
    demand: Demand,
    leavers: Sequence[Levels] | None = None,
) -> list[SkillRow]:
    """Every skill asked or taught, the most posts first, with its verdict in words.

    `leavers` are the levels each person who left the training was seen at, None when not looked up.
    """
    taught = levels_of(modules)
    foundation = _foundation(modules)
    acquired = {} if leavers is None else {one.skill: one for one in acquisition(modules, leavers)}
    found = [
        _row(skill, taught.get(skill, 0), skill in foundation, demand, acquired.get(skill))
        for skill in taught.keys() | demand.asking.keys()
    ]
    return sorted(found, key=lambda row: (-row.posts, row.skill))


def acquisition(modules: Iterable[Module], leavers: Sequence[Levels]) -> list[Acquired]:
    """Of each taught skill, the leavers seen at its level or above; who was not seen is not."""
    count = len(leavers)
    return [
        Acquired(
            skill,
            level,
            count,
            None if count < FEWEST else sum(held.get(skill, 0) >= level for held in leavers),
        )
        for skill, level in sorted(levels_of(modules).items())
    ]


def surplus(modules: Sequence[Module], demand: Demand, *, rounds: int) -> list[Surplus]:
    """What may be said of each module; `rounds` is how many times employers were surveyed.

    A removal is discussed only if nothing would be lost, five employers or more were heard, and
    twice. A foundation is shown and never proposed.
    """
    taken = {lost.modules[0]: lost.points for lost in losses(modules, demand)}
    is_known = demand.employers >= FEWEST_EMPLOYERS and rounds >= FEWEST_ROUNDS
    return [
        Surplus(
            module.code,
            _removal(module, taken[module.code], is_known),
            taken[module.code],
            tuple(sorted(skill for skill in module.teaches if skill not in demand.asking)),
            tuple(sorted(skill for skill in module.teaches if _is_above(module, skill, demand))),
        )
        for module in modules
    ]


def _removal(module: Module, loss: Fraction, is_known: bool) -> Removal:
    if module.is_foundation:
        return Removal.FOUNDATION
    if loss:
        return Removal.KEEP
    return Removal.DISCUSS if is_known else Removal.TOO_LITTLE_KNOWN


def _is_above(module: Module, skill: str, demand: Demand) -> bool:
    return 0 < demand.highest(skill) < module.teaches[skill]


def _row(
    skill: str, taught: int, is_foundation: bool, demand: Demand, acquired: Acquired | None
) -> SkillRow:
    asking = demand.asking.get(skill, ())
    asked = demand.highest(skill)
    uncovered = sum(
        (
            one.weight * (1 - reached(taught, line))
            for one in asking
            for line in one.lines
            if line.skill == skill
        ),
        Fraction(0),
    )
    return SkillRow(
        skill=skill,
        verdict=_verdict(taught, bool(asking), uncovered, is_foundation),
        asked=asked,
        posts=sum((one.weight for one in asking), Fraction(0)),
        employers=len({one.need.employer for one in asking}),
        uncovered=uncovered,
        taught=taught,
        is_above=0 < asked < taught,
        acquired=acquired,
    )


def _verdict(taught: int, is_asked: bool, uncovered: Fraction, is_foundation: bool) -> Verdict:
    if not is_asked:
        return Verdict.FOUNDATION if is_foundation else Verdict.NOT_ASKED
    if not taught:
        return Verdict.MISSING
    return Verdict.TOO_LOW if uncovered else Verdict.TAUGHT


def _foundation(modules: Iterable[Module]) -> set[str]:
    return {skill for module in modules if module.is_foundation for skill in module.teaches}
