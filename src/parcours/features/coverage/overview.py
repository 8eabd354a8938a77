"""The first page of Adéquation: a line a curriculum, and what nobody here teaches."""

from parcours.actions.coverage import Overview
from parcours.features.coverage.showing import number, share


def context(found: Overview) -> dict[str, object]:
    """What the page shows."""
    return {
        "lines": [
            (line.curriculum, line.cohort, share(line.aimed), share(line.territory), line)
            for line in found.lines
        ],
        "uncovered": [(found.needs.labels[one.skill], one) for one in found.uncovered],
        "needs": len(found.needs.by_code),
        "posts": sum(one.asked.posts for one in found.needs.by_code.values()),
        "number": number,
    }
