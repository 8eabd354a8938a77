"""The next step: what would leave the fewest days without one, and whether the person may enter.

Source: product, §2 and feature 14. Who the person is orders nothing: only the entry rules of a
scheme read facts about them, and what is unknown never closes a door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from parcours.domain.dates import age_on
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS, Cover, GapSpan, find_gaps
from parcours.domain.words import DistrictStatus, StepKind, Word

Ages = tuple[int | None, int | None]
WITHOUT_WORK = frozenset({"DE_LT12", "DELD", "DETLD", "SANS_EMPLOI_NON_INSCRIT", "INACTIF"})
REGISTERED = frozenset({"DE_LT12", "DELD", "DETLD"})
UP_TO_BAC = frozenset({"1", "2", "3", "4"})
ABOVE_BAC = frozenset({"5", "6", "7", "8"})


class Eligibility(Word):
    """Whether a person may enter, as far as the file tells."""

    YES = "yes", "Peut entrer"
    CHECK = "check", "À vérifier"
    NO = "no", "Conditions non remplies"


class EntryRule(Word):
    """The entry rules a scheme may choose from, which the file of a person can answer."""

    FREE = "free", "Gratuit pour la personne"
    OUT_OF_WORK = "out_of_work", "Ni en emploi, ni en formation"
    REGISTERED = "registered", "Inscription comme demandeur·euse d’emploi"
    RSA = "rsa", "Bénéficiaire du RSA"
    DISTRICT = "district", "Habiter un quartier prioritaire (QPV)"
    UP_TO_BAC = "up_to_bac", "Niveau bac au plus"
    UNDER_26 = "under_26", "Moins de 26 ans au premier jour"
    ADULT = "adult", "18 ans au premier jour"


AGES: dict[EntryRule, Ages] = {EntryRule.UNDER_26: (None, 25), EntryRule.ADULT: (18, None)}
# The file tells them as they were at entry: a « no » of then is a question to ask today.
MAY_HAVE_CHANGED = frozenset({EntryRule.OUT_OF_WORK, EntryRule.REGISTERED, EntryRule.RSA})


@dataclass(frozen=True, slots=True)
class Known:
    """What entry rules may read of a person, and nothing else; None is unknown."""

    born_on: date
    entry_status: str | None = None
    education: str | None = None
    receives_rsa: bool | None = None
    district: DistrictStatus | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """An entry condition: a rule the file can answer, or words to go through with the person.

    `ages`: the youngest and the oldest one may be on the first day, both included.
    """

    label: str
    rule: EntryRule | None = None
    ages: Ages | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one condition, in a sentence."""

    verdict: Eligibility
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A next step somebody offers: a cohort, a partner’s action…

    `starts_on` is its next start (today where one enters all the year round); `places` None is
    unknown; `doubts` are questions its organisation alone can answer; `relay_id` is the relay by
    which it was already asked for this person.
    """

    source: str
    id: int
    kind: StepKind
    organisation_id: int
    organisation: str
    title: str
    starts_on: date
    ends_on: date | None = None
    places: int | None = None
    city: str = ""
    conditions: tuple[Condition, ...] = ()
    doubts: tuple[str, ...] = ()
    relay_id: int | None = None

    @property
    def is_full(self) -> bool:
        """No place left, for sure."""
        return self.places is not None and self.places < 1


@dataclass(frozen=True, slots=True)
class HeldDays:
    """An open pathway as the finder reads it: its opening and the days organisations hold."""

    opened_on: date
    covers: tuple[Cover, ...]
    tolerance_days: int = DEFAULT_TOLERANCE_DAYS


@dataclass(frozen=True, slots=True)
class Fit:
    """A candidate measured on one pathway.

    `days`: from the person’s first uncovered day on, the days without a step that it would leave,
    of which `days_ahead` are still to come. What follows the last step held has no known length and
    is not counted: `then_from` is its first day, None when nothing is left open.
    """

    candidate: Candidate
    starts_on: date
    checks: tuple[Check, ...]
    gaps: tuple[GapSpan, ...]
    days: int
    days_ahead: int
    then_from: date | None

    @property
    def eligibility(self) -> Eligibility:
        """The worst of its conditions."""
        verdicts = {check.verdict for check in self.checks}
        order = (Eligibility.NO, Eligibility.CHECK)
        return next((word for word in order if word in verdicts), Eligibility.YES)

    @property
    def can_be_proposed(self) -> bool:
        """There may be a place, no condition says no, and nobody was asked yet."""
        is_open = not self.candidate.is_full and self.candidate.relay_id is None
        return is_open and self.eligibility is not Eligibility.NO


def read_conditions(criteria: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions among a scheme’s criteria: a target is about a whole group, not a person."""
    rules = {rule.value: rule for rule in EntryRule}
    return tuple(
        Condition(str(criterion["label"]), rules.get(str(criterion.get("code"))))
        for criterion in criteria
        if "target" not in criterion
    )


def gap_to_fill(pathway: HeldDays, *, today: date) -> GapSpan | None:
    """The gap running today, else the next one; None when somebody holds the person for good."""
    return next(iter(_gaps_from(pathway, today)), None)


def rank(
    candidates: Iterable[Candidate], pathway: HeldDays, known: Known, *, today: date
) -> list[Fit]:
    """The candidates that would hold the person on at least one uncovered day, the best first.

    Those they may enter, then those to check, then the full ones, then those whose conditions say
    no; inside each, fewest days without a step, then the earliest start, then the longest.
    """
    wanted = _gaps_from(pathway, today)
    fits = (_fit(candidate, pathway, wanted, known, today) for candidate in candidates)
    return sorted((fit for fit in fits if fit is not None), key=_order)


def best(fits: Iterable[Fit]) -> Fit | None:
    """The one to propose, among fits in order; never a full one."""
    return next((fit for fit in fits if fit.can_be_proposed), None)


def check(condition: Condition, known: Known, *, starts_on: date) -> Check:
    """What the file says of a condition on the first day of a step."""
    ages = condition.ages or (AGES.get(condition.rule) if condition.rule else None)
    if ages is not None:
        answer: bool | None = _is_between(age_on(known.born_on, starts_on), ages)
    elif condition.rule is not None:
        answer = _answer(condition.rule, known)
    else:
        return Check(Eligibility.CHECK, f"{condition.label} : à voir avec la personne")
    if answer is None:
        return Check(Eligibility.CHECK, f"{condition.label} : la fiche ne le dit pas")
    if answer:
        return Check(Eligibility.YES, condition.label)
    if condition.rule in MAY_HAVE_CHANGED:
        return Check(
            Eligibility.CHECK,
            f"{condition.label} : ce n’était pas le cas à l’entrée, demandez ce qu’il en est",
        )
    return Check(Eligibility.NO, f"{condition.label} : la fiche dit le contraire")


def _answer(rule: EntryRule, known: Known) -> bool | None:
    """Whether the rule is met; None when the file does not tell."""
    status, level = known.entry_status, known.education
    if rule is EntryRule.OUT_OF_WORK:
        return None if status is None else status in WITHOUT_WORK
    if rule is EntryRule.REGISTERED:
        return None if status is None else status in REGISTERED
    if rule is EntryRule.RSA:
        return known.receives_rsa
    if rule is EntryRule.DISTRICT:
        is_told = known.district in (DistrictStatus.INSIDE, DistrictStatus.OUTSIDE)
        return known.district is DistrictStatus.INSIDE if is_told else None
    if rule is EntryRule.UP_TO_BAC:
        return level in UP_TO_BAC if level in UP_TO_BAC | ABOVE_BAC else None
    return True


def _is_between(age: int, ages: Ages) -> bool:
    youngest, oldest = ages
    return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)


def _fit(
    candidate: Candidate,
    pathway: HeldDays,
    wanted: Sequence[GapSpan],
    known: Known,
    today: date,
) -> Fit | None:
    starts_on, ends_on = max(candidate.starts_on, today), candidate.ends_on
    if not any(_meet(gap, starts_on, ends_on) for gap in wanted):
        return None
    cover = Cover(starts_on, ends_on, candidate.organisation_id)
    gaps = _gaps(replace(pathway, covers=(*pathway.covers, cover)))
    left = [gap for gap in gaps if gap.starts_on >= wanted[0].starts_on]
    checks = tuple(check(item, known, starts_on=starts_on) for item in candidate.conditions)
    checks += tuple(Check(Eligibility.CHECK, doubt) for doubt in candidate.doubts)
    return Fit(
        candidate=candidate,
        starts_on=starts_on,
        checks=checks,
        gaps=tuple(gaps),
        days=sum(gap.days or 0 for gap in left),
        days_ahead=sum(_days_from(gap, today) for gap in left),
        then_from=next((gap.starts_on for gap in left if gap.ends_on is None), None),
    )


def _gaps(pathway: HeldDays) -> list[GapSpan]:
    # Whose they are is not asked here.
    return find_gaps(
        opened_on=pathway.opened_on,
        closed_on=None,
        covers=pathway.covers,
        tolerance_days=pathway.tolerance_days,
        opened_by=0,
    )


def _gaps_from(pathway: HeldDays, today: date) -> list[GapSpan]:
    return [gap for gap in _gaps(pathway) if gap.ends_on is None or gap.ends_on >= today]


def _meet(gap: GapSpan, starts_on: date, ends_on: date | None) -> bool:
    if ends_on is not None and (ends_on < starts_on or ends_on < gap.starts_on):
        return False
    return gap.ends_on is None or starts_on <= gap.ends_on


def _days_from(gap: GapSpan, today: date) -> int:
    return 0 if gap.ends_on is None else (gap.ends_on - max(gap.starts_on, today)).days + 1


def _order(fit: Fit) -> tuple[Any, ...]:
    candidate, words = fit.candidate, list(Eligibility)
    is_refused = fit.eligibility is Eligibility.NO
    end = candidate.ends_on or date.max
    return (
        is_refused,
        candidate.is_full,
        words.index(fit.eligibility),
        fit.days,
        fit.starts_on,
        -end.toordinal(),
        candidate.organisation,
        candidate.title,
        candidate.source,
        candidate.id,
    )
