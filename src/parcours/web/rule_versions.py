"""Pages of rules settled by versions: what is in force, tried, saved, and what each changed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from starlette.responses import Response

from parcours.actions.rule_versions import Rules, Version
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.web import pages
from parcours.web.deps import Deed

Change = tuple[str, str, str]


def save(
    deed: Deed,
    act: Callable[[], None],
    *,
    url: str,
    message: str,
    again: Callable[[dict[str, str], bool], Response],
) -> Response:
    """Add a version and go on to `url`; `again` shows what was typed, with what refuses it."""
    try:
        act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return again(refusal.errors, False)
    except EditConflict:
        pages.undo(deed)
        return again({}, True)
    return pages.done(url, message)


def history(
    versions: Sequence[Version[Rules]],
    shown: Callable[[Rules], Mapping[str, str]],
    labels: Mapping[str, str],
) -> list[tuple[Version[Rules], list[Change]]]:
    """Each version with what it changed: the label, before and after."""
    told: list[tuple[Version[Rules], list[Change]]] = []
    for row, former in pairwise(versions):
        old, new = shown(former.rules), shown(row.rules)
        told.append((row, [(label, old[name], new[name]) for name, label in labels.items()
                           if old[name] != new[name]]))  # fmt: skip
    return [*told, (versions[-1], [])]


def status(errors: Mapping[str, str] | None, *, is_conflict: bool) -> int:
    """The status of a page of rules."""
    return 409 if is_conflict else 422 if errors else 200
