"""How levels and progress read: a grid, a history, a picture beside its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from parcours.domain.skills import LEVELS, Evidence, Moment, Progress, latest, positioning, progress
from parcours.features.skills import store

WIDTH, HEIGHT, TOP = 240, 22, 4


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """Somebody’s way from entry to exit, with its picture."""

    name: str
    learner_id: int
    found: Progress | None
    picture: Markup


def grid(session: Any, cohort_id: int, framework: str) -> dict[str, Any]:
    """The people and skills of a grid, and the cells in order; three statements."""
    people = store.people(session, cohort_id)
    skills = store.skills(session, framework)
    levels = store.latest_levels(session, cohort_id, framework)
    return {
        "skills": skills,
        "rows": [
            (person, [levels.get((person.learner_id, skill.id)) for skill in skills])
            for person in people
        ],
        "known": len(levels),
        "levels": LEVELS,
    }


def progresses(session: Any, cohort_id: int, framework: str) -> list[ShownProgress]:
    """Each person of a cohort, by name, with how far they came: unknown until seen twice."""
    told = store.positionings(session, cohort_id, framework)
    shown = []
    for person in store.people(session, cohort_id):
        found = way(told.get(person.learner_id, []))
        shown.append(ShownProgress(person.name, person.learner_id, found, picture(found)))
    return shown


def way(evidence: list[Evidence]) -> Progress | None:
    """From the entry to the exit, to the middle while there is no exit."""
    entry = positioning(evidence, Moment.ENTRY)
    later = positioning(evidence, Moment.EXIT) or positioning(evidence, Moment.MIDDLE)
    return progress(entry, later)


def average(shown: Iterable[ShownProgress]) -> tuple[Fraction, int] | None:
    """The mean change of those positioned twice, and how many they are."""
    changes = [item.found.change for item in shown if item.found]
    return (sum(changes, Fraction(0)) / len(changes), len(changes)) if changes else None


def picture(found: Progress | None) -> Markup:
    """Two dots on a line of four levels, and the way between; its figures are in the table."""
    if found is None:
        return Markup("")
    first, last = _place(found.first), _place(found.last)
    middle = HEIGHT // 2
    ticks = "".join(
        f'<line class="pg-tick" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - TOP}"/>'
        for x in (6 + (WIDTH - 12) * number // 4 for number in range(5))
    )
    return Markup(  # noqa: S704  numbers of our own
        f'<svg class="pg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-hidden="true">{ticks}<line class="pg-way" x1="{first}" x2="{last}" y1="{middle}" '
        f'y2="{middle}"/><circle class="pg-first" cx="{first}" cy="{middle}" r="4"/>'
        f'<circle class="pg-last" cx="{last}" cy="{middle}" r="5"/></svg>'
    )


def _place(level: Fraction) -> int:
    return round(float(level) / 4 * (WIDTH - 12)) + 6


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """A skill of a person: its last level, what was said before, what was taken back."""

    skill: store.SkillRow
    last: store.Told
    history: list[store.Told]

    @property
    def said(self) -> int:
        """How many levels were said of it, shown or not."""
        return self.last.said


def of_learner(told: list[store.Told]) -> list[dict[str, Any]]:
    """By framework: the last level of each skill with its history, and the progress."""
    shown = []
    for code in dict.fromkeys(item.framework for item in told):
        mine = [item for item in told if item.framework == code]
        found = way([item.evidence for item in mine if item.withdrawn is None])
        shown.append(
            {
                "label": mine[0].framework_label or "Compétences des cursus",
                "skills": _skills(mine),
                "progress": found,
                "picture": picture(found),
            }
        )
    return [group for group in shown if group["skills"]]


def taken_back(told: list[store.Told]) -> list[store.Told]:
    """What was said by mistake, the latest first."""
    gone = [item for item in told if item.withdrawn is not None]
    return sorted(gone, key=lambda item: item.evidence.on, reverse=True)


def _skills(told: list[store.Told]) -> list[ShownSkill]:
    standing = [item for item in told if item.withdrawn is None]
    last = {key: item.rank for key, item in latest(item.evidence for item in standing).items()}
    shown = []
    for key in dict.fromkeys(item.skill.id for item in standing):
        history = [item for item in standing if item.skill.id == key]
        final = next(item for item in history if item.evidence.rank == last[key])
        shown.append(ShownSkill(final.skill, final, history))
    return shown
