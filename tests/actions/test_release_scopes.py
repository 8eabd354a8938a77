"""Exits by scope beside earlier releases: what one without a cross masked is not told apart."""

from collections.abc import Mapping, Sequence
from datetime import date

from parcours.actions.release_facts import EXITS, GENDER, NO_EXIT, POSITIVE, SCOPES, Counted
from parcours.actions.release_scopes import crosses_of
from parcours.actions.stored_crosses import packed
from parcours.domain.disclosure import Thresholds
from parcours.domain.disclosure_crosses import REST
from parcours.domain.disclosure_outputs import FrozenTables, masked_tables
from parcours.models import Release

OTHER = "Autres sorties"
WOMAN, MAN = "Femme", "Homme"
LIMITS = Thresholds()
Exits = Mapping[str, int]


def _counted(women: Exits, men: Exits) -> Counted:
    """People by gender and exit, all alike in every other way."""
    both = {WOMAN: women, MAN: men}
    exits = {name: women[name] + men[name] for name in women}
    alike = {scope: {"Tous": sum(exits.values())} for scope in SCOPES}
    genders = {name: sum(counts.values()) for name, counts in both.items()}
    pairs = {scope: {("Tous", name): count for name, count in exits.items()} for scope in SCOPES}
    apart = {(who, name): count for who, counts in both.items() for name, count in counts.items()}
    return Counted(alike | {GENDER: genders, EXITS: exits}, pairs | {GENDER: apart}, {}, {})


def _release(found: Counted, before: Sequence[Release]) -> Release:
    earlier = [FrozenTables(row.counts, row.hidden["funder"]) for row in before]
    hidden = masked_tables(found.tables, earlier, least=LIMITS.aggregated, width=LIMITS.width)
    return Release(
        agreement_id=1, organisation_id=1, as_of=date(2026, 1, 1), rule="secret-1", sha256="",
        created_by_id=1, participants=sum(found.tables[GENDER].values()), counts=found.tables,
        hidden={"funder": hidden},
        pairs={scope: packed(pairs) for scope, pairs in found.pairs.items()},
        crosses=crosses_of(found, hidden, before, LIMITS),
    )  # fmt: skip


def test_exits_masked_when_no_cross_was_told_are_not_told_apart_later() -> None:
    """Nine men, then men and women: each exit of the nine was masked, and no cross told."""
    nobody = dict.fromkeys((POSITIVE, OTHER, NO_EXIT), 0)
    first = _release(_counted(nobody, {POSITIVE: 2, OTHER: 3, NO_EXIT: 4}), [])
    assert set(first.hidden["funder"][EXITS]) == {POSITIVE, OTHER, NO_EXIT}
    assert first.crosses == {}
    grown = _counted({POSITIVE: 12, OTHER: 13, NO_EXIT: 16}, {POSITIVE: 22, OTHER: 24, NO_EXIT: 27})
    # Alone these counts are all told; after the first, its exits are one group, so no cross.
    assert _release(grown, []).crosses[GENDER]["columns"] == [POSITIVE, OTHER, NO_EXIT]
    assert GENDER not in _release(grown, [first]).crosses


def test_exits_masked_in_part_stay_in_the_rest() -> None:
    nobody = dict.fromkeys((POSITIVE, OTHER, NO_EXIT), 0)
    first = _release(_counted(nobody, {POSITIVE: 2, OTHER: 7, NO_EXIT: 30}), [])
    masked = set(first.hidden["funder"][EXITS])
    assert masked == {POSITIVE, OTHER}
    assert first.crosses == {}
    grown = _counted({POSITIVE: 12, OTHER: 13, NO_EXIT: 16}, {POSITIVE: 22, OTHER: 24, NO_EXIT: 47})
    told = _release(grown, [first]).crosses[GENDER]
    assert told["columns"] == [NO_EXIT, REST]
