"""The score as the notes write it, in fractions, and facts drawn at random to compare engines on.

Written from the formulas and not from the code it is compared with: one fraction at a time, every
pair of requirement and evidence looked at, nothing prepared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from parcours.domain.matching_rules import (
    DEFAULT,
    Band,
    Evidence,
    MatchRules,
    Requirement,
    SkillEntry,
    Source,
)
from parcours.domain.taxonomy import Taxonomy

AS_OF = date(2026, 11, 23)
FAMILIES = {
    "WEB": ("HTML", "CSS", "JS", "PHP"),
    "DATA": ("SQL", "TABLEUR"),
    "BIG": tuple(f"B{number:02}" for number in range(1, 14)),
    "PHP": ("SYMFONY", "LARAVEL"),
}
ALONE = ("EQUIPE", "CMS", "SST")
PERISHABLE = {"CMS", "SST", "PHP", "B01", "TABLEUR"}
PARENTS = {child: parent for parent, children in FAMILIES.items() for child in children}
CODES = sorted({*PARENTS, *FAMILIES, *ALONE})
TAXONOMY = Taxonomy(SkillEntry(code, PARENTS.get(code), code in PERISHABLE) for code in CODES)


@dataclass(frozen=True)
class Facts:
    """A need and a person, drawn at random."""

    requirements: tuple[Requirement, ...]
    evidence: tuple[Evidence, ...]
    start: date | None = None


@dataclass(frozen=True)
class Reference:
    """What the formulas give."""

    score: Fraction
    coverage: Fraction
    essential_coverage: Fraction
    band: Band
    by_skill: dict[str, Fraction]


def months(on: date, as_of: date) -> int:
    """Full months, counted one by one."""
    count = 0
    while _same_day(on, count + 1) <= (as_of.year, as_of.month, as_of.day):
        count += 1
    return count


def fresh(evidence: Evidence, rules: MatchRules) -> Fraction:
    """§2.3."""
    if evidence.skill not in PERISHABLE or evidence.on is None:
        return Fraction(1)
    m = months(evidence.on, AS_OF)
    if m <= rules.grace_months:
        return Fraction(1)
    if m >= rules.grace_months + rules.fading_months:
        return Fraction(rules.fading_floor)
    return 1 - (1 - rules.fading_floor) * Fraction(m - rules.grace_months, rules.fading_months)


def related(need: str, held: str, rules: MatchRules) -> Fraction:
    """§2.2."""
    if need not in CODES or held not in CODES:
        return Fraction(0)
    if need == held:
        return Fraction(1)
    if PARENTS.get(held) == need:
        return Fraction(rules.child)
    if PARENTS.get(need) == held:
        return Fraction(rules.parent)
    parent = PARENTS.get(need)
    if parent and parent == PARENTS.get(held) and len(FAMILIES[parent]) <= rules.most_children:
        return Fraction(rules.neighbour)
    return Fraction(0)


def reference(facts: Facts, rules: MatchRules = DEFAULT) -> Reference | None:
    """§2.4; None when nothing is asked."""
    asked: dict[str, tuple[int, int, bool]] = {}
    for one in facts.requirements:
        level, weight, essential = asked.get(one.skill, (0, 0, False))
        asked[one.skill] = (
            max(level, one.level),
            max(weight, one.weight),
            essential or one.is_essential,
        )
    if not asked:
        return None
    limit = max(AS_OF, facts.start or AS_OF)
    valid = [e for e in facts.evidence if e.valid_until is None or e.valid_until >= limit]
    cover, level_reached = {}, {}
    for skill, (level, _weight, _essential) in asked.items():
        plain = [related(skill, e.skill, rules) * min(1, Fraction(e.level, level)) for e in valid]
        faded = [part * fresh(e, rules) for part, e in zip(plain, valid, strict=True)]
        cover[skill] = max(faded, default=Fraction(0))
        level_reached[skill] = max(plain, default=Fraction(0)) == 1
    essentials = [skill for skill, (_l, _w, essential) in asked.items() if essential]
    c = mean((asked[skill][1], cover[skill]) for skill in asked)
    c_e = mean((asked[skill][1], cover[skill]) for skill in essentials)
    score = c * (1 - rules.essential_share * (1 - c_e))
    if score >= rules.ready_from and all(level_reached[skill] for skill in essentials):
        band = Band.READY
    elif score >= rules.with_support_from and all(cover[skill] > 0 for skill in essentials):
        band = Band.WITH_SUPPORT
    else:
        band = Band.TO_PREPARE if score >= rules.to_prepare_from else Band.FAR
    return Reference(score, c, c_e, band, cover)


def mean(parts: Iterable[tuple[int, Fraction]]) -> Fraction:
    """A mean by weight, 1 of nothing."""
    rows: Sequence[tuple[int, Fraction]] = list(parts)
    total = sum(weight for weight, _part in rows)
    return sum((w * part for w, part in rows), Fraction(0)) / total if total else Fraction(1)


def _same_day(on: date, later: int) -> tuple[int, int, int]:
    year, month = divmod(12 * on.year + on.month - 1 + later, 12)
    return year, month + 1, on.day


def days_around(before: int, after: int) -> st.SearchStrategy[date]:
    """A day not far from the day of computation."""
    return st.integers(-before, after).map(lambda days: AS_OF + timedelta(days=days))


any_skill = st.sampled_from([*CODES, "ZZZ"])
any_requirement = st.builds(
    Requirement, any_skill, st.integers(1, 4), st.integers(1, 5), st.booleans()
)
any_evidence = st.builds(
    Evidence,
    any_skill,
    st.integers(0, 4),
    st.sampled_from(Source),
    st.none() | days_around(1500, 30),
    st.none() | days_around(200, 200),
)
any_requirements = st.lists(any_requirement, min_size=1, max_size=7).map(tuple)
any_facts = st.builds(
    Facts,
    any_requirements,
    st.lists(any_evidence, max_size=12).map(tuple),
    st.none() | days_around(60, 180),
)
shares = st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(3, 5), Fraction(1)])
any_rules = st.builds(
    MatchRules,
    child=shares,
    parent=shares,
    neighbour=shares,
    most_children=st.sampled_from([0, 2, 4, 13]),
    essential_share=shares,
    grace_months=st.integers(0, 18),
    fading_months=st.integers(1, 30),
    fading_floor=shares,
)
