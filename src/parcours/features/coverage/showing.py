"""What a study says on screen and in its workbook: names for codes, numbers as people read them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from parcours.actions.coverage import Study
from parcours.actions.coverage_runs import MOST_SHOWN, RunLine
from parcours.domain.canonical import read_ratio
from parcours.domain.coverage import Gain, Unreached
from parcours.domain.coverage_report import (
    IMAGINED,
    Counting,
    Details,
    Scope,
    Scoped,
    budget,
)
from parcours.domain.coverage_runs import RunKind
from parcours.domain.coverage_verdicts import Removal, SkillRow, Surplus, Verdict
from parcours.domain.skills import LEVELS

TONES = {
    Verdict.TAUGHT: "success",
    Verdict.TOO_LOW: "warning",
    Verdict.MISSING: "danger",
    Verdict.NOT_ASKED: "neutral",
    Verdict.FOUNDATION: "violet",
}
REMOVAL_TONES = {
    Removal.KEEP: "success",
    Removal.FOUNDATION: "violet",
    Removal.DISCUSS: "warning",
    Removal.TOO_LITTLE_KNOWN: "neutral",
}
UNKNOWN = "aucune demande connue"


@dataclass(frozen=True, slots=True)
class Addition:
    """A module, or a pair, that would help."""

    name: str
    is_imagined: bool
    points: str
    by_hour: str
    hours: int | None
    posts: str
    employers: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need nobody covers: its posts and the fewest skills that are missing."""

    id: int
    title: str
    employer: str
    posts: int
    missing: str


def number(value: Fraction | int) -> str:
    """« 3,42 », « 4 »: to the nearest hundredth, half up, no zero at the end.

    >>> number(Fraction(41, 12)), number(Fraction(7)), number(Fraction(1, 2))
    ('3,42', '7', '0,5')
    """
    hundredths = int(value * 100 + Fraction(1, 2))
    text = f"{hundredths // 100},{hundredths % 100:02d}"
    return text.rstrip("0").rstrip(",")


def points(value: Fraction) -> str:
    """« 15,5 points » of a share of one.

    >>> points(Fraction(13, 84))
    '15,48'
    """
    return number(value * 100)


def share(scoped: Scoped) -> str:
    """« 48,81 % », or that nobody is known to ask: never 0 % for want of a need."""
    return UNKNOWN if scoped.alignment is None else f"{points(scoped.alignment)} %"


def level(value: int) -> str:
    """« 3, autonome »; nothing for a skill that is not taught or not asked."""
    return f"{value}, {LEVELS[value]}" if value else "–"


def posts(value: Fraction | int) -> str:
    """« 3,42 postes », « 0,5 poste ».

    >>> posts(Fraction(41, 12)), posts(Fraction(1, 2))
    ('3,42 postes', '0,5 poste')
    """
    return f"{number(value)} {'poste' if value < 2 else 'postes'}"


def acquired(study: Study, row: SkillRow) -> str:
    """« 7 sur 12, 2 sans niveau noté », or why it is not said."""
    seen = row.acquired
    if seen is None:
        return "–"
    if seen.reached is None:
        return "masqué : moins de 5 personnes sorties"
    told = sum(row.skill in held for held in study.question.leavers)
    if not told:
        return f"aucun niveau noté ({seen.leavers} personnes sorties)"
    unseen = seen.leavers - told
    return f"{seen.reached} sur {seen.leavers}" + (f", {unseen} sans niveau noté" if unseen else "")


def verdict(row: SkillRow) -> str:
    """The verdict in words; more taught than anybody asks is said as well."""
    above = ", plus haut que demandé" if row.is_above else ""
    return f"{row.verdict.label}{above}"


def removal(study: Study, one: Surplus) -> str:
    """What may be said of a module nobody would lose."""
    if one.removal is Removal.DISCUSS:
        return "Son retrait peut se discuter : personne ne le demande, ce n’est pas dire inutile"
    if one.removal is Removal.TOO_LITTLE_KNOWN:
        return "Données insuffisantes pour en parler"
    return one.removal.label


def addition(study: Study, gain: Gain) -> Addition:
    """A gain, named."""
    by_hour = gain.points_per_100_hours
    return Addition(
        " + ".join(study.module_name(code) for code in gain.modules),
        any(code.startswith(IMAGINED) for code in gain.modules),
        points(gain.points),
        "heures inconnues" if by_hour is None else points(by_hour),
        gain.hours,
        posts(gain.posts),
        gain.employers,
    )


def spent(study: Study, scope: Scope, hours: int) -> dict[str, object]:
    """What a budget of hours would best buy, in both orders, once when they agree."""
    found = budget(study.question, study.scoped(scope), hours)
    if found is None:
        return {"hours": hours, "ways": []}
    ways = [("Par points gagnés", found.by_gain), ("Par points gagnés à l’heure", found.by_hour)]
    if set(found.by_gain.modules) == set(found.by_hour.modules):
        ways = [("Dans les deux ordres", found.by_gain)]
    return {"hours": hours, "ways": [(words, addition(study, one)) for words, one in ways]}


def kept(runs: Sequence[RunLine]) -> dict[str, object]:
    """What the page of kept runs shows."""
    compared = [run for run in runs if run.kind is RunKind.ALIGNMENT]
    return {
        "compared": [(run, kept_shares(run.result)) for run in compared],
        "allocations": [run for run in runs if run.kind is RunKind.ALLOCATION],
        "most": MOST_SHOWN,
        "is_cut": len(runs) == MOST_SHOWN,
    }


def kept_shares(result: str) -> list[str]:
    """The shares a kept comparison found: the occupations aimed at, then the territory."""
    found = json.loads(result)
    shares = (found[scope.value]["alignment"] for scope in Scope)
    return [UNKNOWN if text is None else f"{points(read_ratio(text))} %" for text in shares]


def unmet(study: Study, one: Unreached) -> Unmet:
    """A need nobody covers, named."""
    need = study.needs.by_code[one.need]
    missing = (
        "à compléter : aucune compétence dite"
        if one.missing is None
        else ", ".join(study.labels[skill] for skill in one.missing)
    )
    return Unmet(need.id, need.title, need.employer, one.posts, missing)


def counted_posts(scoped: Scoped) -> int:
    """The posts of the needs that count, whatever their certainty."""
    return sum(one.posts for one in scoped.tallies if one.counting is Counting.COUNTED)


def context(study: Study, scope: Scope) -> dict[str, object]:
    """What the page of a curriculum shows."""
    scoped = study.scoped(scope)
    found = study.details(scope)
    return {
        "study": study,
        "scope": scope,
        "cohorts": [(one.id, one.name) for one in study.curriculum.cohorts],
        "scopes": [(study.scoped(one), share(study.scoped(one))) for one in Scope],
        "scoped": scoped,
        "skills": [
            (row, TONES[row.verdict], verdict(row), acquired(study, row)) for row in found.skills
        ],
        "gains": [addition(study, one) for one in found.gains],
        "by_hour": [addition(study, one) for one in found.by_hour],
        "pairs": [addition(study, one) for one in found.pairs],
        "are_pairs_cut": found.are_pairs_cut,
        "modules": _modules(study, found),
        "uncovered": found.uncovered,
        "unreached": [unmet(study, one) for one in found.unreached],
        "labels": study.labels,
        "counted_posts": counted_posts(scoped),
        "number": number,
        "told_posts": posts,
        "level": level,
    }


def _modules(study: Study, found: Details) -> list[tuple[object, ...]]:
    lost = {one.modules[0]: one for one in found.losses}
    return [
        (
            study.module_name(one.module),
            lost[one.module].hours,
            points(one.loss),
            posts(lost[one.module].posts),
            REMOVAL_TONES[one.removal],
            removal(study, one),
            ", ".join(study.labels[skill] for skill in one.not_asked),
        )
        for one in found.modules
    ]
