"""Titles and blocks: what juries decided, what counts toward a title, sheets that expire.

Source: domain notes §5.3. A block obtained alone is a partial qualification, kept apart from the
title; the number of the sheet is the key; when a sheet is replaced, its blocks count as those that
follow them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

# A certificate shows that somebody does it alone; « expert » is for whoever sees them do more.
CERTIFIED_LEVEL = 3
FURTHEST = timedelta(days=730)


class JuryOutcome(Word):
    """What became of a block or a title before a jury."""

    PRESENTED = "presented", "présenté"
    OBTAINED = "obtained", "obtenu"
    REFUSED = "refused", "non obtenu"


@dataclass(frozen=True, slots=True)
class Result:
    """A decision of a jury of its day; `block_id` None speaks of the whole title."""

    id: int
    certification_id: int
    block_id: int | None
    outcome: JuryOutcome
    jury_on: date


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a sheet; of the options of a sheet one is enough."""

    id: int
    code: str
    label: str
    certification_id: int
    is_option: bool = False


@dataclass(frozen=True, slots=True)
class BlockStanding:
    """Where somebody stands on a block; `through` is the old block that counts as this one."""

    block: Block
    result: Result | None = None
    through: Block | None = None

    @property
    def is_obtained(self) -> bool:
        """Whether a jury gave it, under this sheet or an older one."""
        return self.result is not None and self.result.outcome is JuryOutcome.OBTAINED

    @property
    def is_by_title(self) -> bool:
        """Whether it comes with the whole title."""
        return self.result is not None and self.result.block_id is None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on a sheet: its title on one side, its blocks on the other."""

    title: Result | None
    blocks: Sequence[BlockStanding]

    @property
    def is_titled(self) -> bool:
        """Whether the title itself was obtained: all its blocks never say so."""
        return self.title is not None and self.title.outcome is JuryOutcome.OBTAINED

    @property
    def obtained(self) -> int:
        """How many blocks are obtained."""
        return sum(item.is_obtained for item in self.blocks)

    @property
    def needed(self) -> int:
        """How many the title asks for: all of them, but one alone of the options."""
        options = sum(item.block.is_option for item in self.blocks)
        return len(self.blocks) - options + min(options, 1)

    @property
    def is_partial(self) -> bool:
        """A partial qualification: blocks, and no title."""
        return self.obtained > 0 and not self.is_titled

    @property
    def is_due(self) -> bool:
        """Every block needed is there: the title can be asked for, and was not given yet."""
        core = all(item.is_obtained for item in self.blocks if not item.block.is_option)
        options = [item.is_obtained for item in self.blocks if item.block.is_option]
        has_all = core and (not options or any(options))
        return bool(self.blocks) and has_all and not self.is_titled


def standing(
    certification_id: int,
    blocks: Mapping[int, Block],
    results: Iterable[Result],
    follows: Mapping[int, Iterable[int]],
) -> Standing:
    """Where the results leave somebody on a sheet.

    `blocks` are all those spoken of, old sheets’ included, in order; `follows` leads from a block
    to the old ones that count as it, from sheet to sheet.
    """
    told = list(results)
    titles = [item for item in told if item.block_id is None]
    own = [item for item in titles if item.certification_id == certification_id]
    rows = [
        _block_standing(block, blocks, told, follows)
        for block in blocks.values()
        if block.certification_id == certification_id
    ]
    return Standing(_best(own), rows)


def older(block_id: int, follows: Mapping[int, Iterable[int]]) -> list[int]:
    """The old blocks that count as this one, the nearest sheet first, each once.

    >>> older(3, {3: [2], 2: [1], 1: [3]})
    [2, 1]
    """
    found: list[int] = []
    ahead = [block_id]
    while ahead:
        for old in follows.get(ahead.pop(0), ()):
            if old != block_id and old not in found:
                found.append(old)
                ahead.append(old)
    return found


def check_result(outcome: JuryOutcome, jury_on: date, born_on: date, *, today: date) -> None:
    """Refuse a decision of a jury to come, or before the birth; being presented may be to come."""
    message = ""
    if outcome is not JuryOutcome.PRESENTED and jury_on > today:
        message = "Ce jury n’a pas encore eu lieu : notez « présenté »."
    elif jury_on > today + FURTHEST:
        message = "Ce jury est dans plus de deux ans : vérifiez l’année."
    elif jury_on <= born_on:
        message = "La personne n’était pas née."
    if message:
        raise RuleBroken(message, field="jury_on")


def expires_before(valid_until: date | None, ends_on: date) -> bool:
    """Whether a sheet expires before a cohort ends; one whose end is unknown is not said to."""
    return valid_until is not None and valid_until < ends_on


def _block_standing(
    block: Block,
    blocks: Mapping[int, Block],
    told: Sequence[Result],
    follows: Mapping[int, Iterable[int]],
) -> BlockStanding:
    own = _best(_about(block, told))
    if own is None or own.outcome is not JuryOutcome.OBTAINED:
        for number in older(block.id, follows):
            old = blocks.get(number)
            found = _best(_about(old, told)) if old else None
            if found is not None and found.outcome is JuryOutcome.OBTAINED:
                return BlockStanding(block, found, old)
    return BlockStanding(block, own)


def _about(block: Block, told: Iterable[Result]) -> list[Result]:
    """What was decided of a block: a title obtained gives its blocks, options apart."""
    return [
        item
        for item in told
        if item.block_id == block.id
        or (
            item.block_id is None
            and item.certification_id == block.certification_id
            and item.outcome is JuryOutcome.OBTAINED
            and not block.is_option
        )
    ]


def _best(results: Sequence[Result]) -> Result | None:
    """Obtained once is obtained, the first day it was; else the last decision."""
    obtained = [item for item in results if item.outcome is JuryOutcome.OBTAINED]
    if obtained:
        return min(obtained, key=lambda item: (item.block_id is None, item.jury_on, item.id))
    return max(results, key=lambda item: (item.jury_on, item.id), default=None)
