"""Mediation acts: with one person or a group, how long, how autonomous, in which step they count.

Source: product (features 21 and 23, EPN and digital mediators, peer teaching) and domain notes
§1.2: an information meeting without individual follow-up makes no participant.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind, Word

LONGEST = 720
MOST_PEOPLE = 60
MOST_HEADS = 1000
UNIT_NEEDED_BELOW = 5
CLOCK = re.compile(r"(\d{1,2}) ?(?:h|heures?|:) ?(\d{1,2})?(?::00)?(?: ?(?:min|mn|minutes?))?")
DECIMAL_HOURS = re.compile(r"(\d{1,2})[.,](\d{1,2})(?: ?(?:h|heures?))?")
MINUTES = re.compile(r"(\d{1,3})(?: ?(min|mn|minutes?|'))?")
# The steps in which the hours of acts count, for somebody who learns and for one who teaches.
LEARNING = (StepKind.DIGITAL_INITIATION, StepKind.WORKSHOP, StepKind.REMOBILISATION)
TEACHING = (StepKind.PEER_TEACHING,)
COUNTING = LEARNING + TEACHING


class ActivityKind(Word):
    """What took place."""

    INDIVIDUAL = "individual", "Individuel"
    WORKSHOP = "workshop", "Atelier collectif"
    INFORMATION = "information", "Information collective"


class Autonomy(Word):
    """How the person did; what nobody observed is the absence of a value."""

    GUIDED = "guided", "Accompagné·e pas à pas"
    PARTLY = "partly", "En partie autonome"
    ALONE = "alone", "Autonome"


class Part(Word):
    """What somebody does in an activity: they learn, or they teach the others."""

    TAKES = "takes_part", "participe"
    LEADS = "leads", "transmet"


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What is said of an activity; `heads` are the people who came and left no name."""

    kind: ActivityKind
    theme: str
    held_on: date
    minutes: int
    place: str | None = None
    title: str | None = None
    heads: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """What is said of one person’s part in an activity."""

    part: Part = Part.TAKES
    autonomy: Autonomy | None = None


@dataclass(frozen=True, slots=True)
class ActDone:
    """An act of a person, as hours are counted."""

    organisation_id: int
    held_on: date
    minutes: int
    kind: ActivityKind
    part: Part = Part.TAKES


@dataclass(frozen=True, slots=True)
class StepSpan:
    """A step somebody holds, as acts find theirs."""

    id: int
    organisation_id: int
    kind: StepKind
    dates: StepDates

    def covers(self, day: date) -> bool:
        """Whether the day lies in the step, both ends included."""
        ends_on = self.dates.ends_on
        return self.dates.starts_on <= day and (ends_on is None or day <= ends_on)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Time spent learning and time spent teaching others; an information is neither."""

    learning: int = 0
    teaching: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.learning + self.teaching


def read_minutes(text: str) -> int | None:
    """« 45 », « 45 min », « 1 h 30 », « 1,5 h », « 1:30 » in minutes; None when it is not clear.

    A bare number under 5 may be hours as well as minutes: nothing is guessed.

    >>> [read_minutes(text) for text in ("45", "1 h 30", "1,5 h", "2", "2 h", "bientôt")]
    [45, 90, 90, None, 120, None]
    """
    words = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").lower().split())
    if found := CLOCK.fullmatch(words):
        rest = int(found[2] or 0)
        return int(found[1]) * 60 + rest if rest < 60 else None
    if found := DECIMAL_HOURS.fullmatch(words):
        return round(float(f"{found[1]}.{found[2]}") * 60)
    if found := MINUTES.fullmatch(words):
        count = int(found[1])
        return count if found[2] or count >= UNIT_NEEDED_BELOW else None
    return None


def check_activity(
    facts: ActivityFacts,
    people: Mapping[int, Taking],
    *,
    themes: Collection[str],
    today: date,
) -> None:
    """Refuse an activity that cannot have taken place so, one French message per field."""
    errors = _wrong_facts(facts, themes, today)
    if facts.kind is ActivityKind.INDIVIDUAL and (len(people) != 1 or facts.heads):
        errors["names"] = (
            "Un acte individuel concerne une personne et une seule : cochez-la, ou notez un "
            "atelier."
        )
    elif not people and facts.heads == 0:
        errors["names"] = "Cochez au moins une personne, ou comptez celles qui sont venues."
    elif len(people) > MOST_PEOPLE:
        errors["names"] = f"Pas plus de {MOST_PEOPLE} personnes à la fois."
    is_led = any(taking.part is Part.LEADS for taking in people.values())
    has_public = facts.heads > 0 or any(item.part is Part.TAKES for item in people.values())
    if is_led and facts.kind is not ActivityKind.WORKSHOP:
        errors["names"] = "On transmet à d’autres : notez un atelier collectif."
    elif is_led and not has_public:
        errors["names"] = "Personne ne suit cet atelier : cochez qui participe, ou comptez-les."
    if errors:
        raise RuleBroken(errors=errors)


def _wrong_facts(facts: ActivityFacts, themes: Collection[str], today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    if facts.theme not in themes:
        errors["theme"] = "Choisissez un thème de la liste."
    if facts.held_on > today:
        errors["held_on"] = "Ce jour n’est pas encore venu."
    if not 1 <= facts.minutes <= LONGEST:
        errors["minutes"] = "Une durée va de 1 minute à 12 heures."
    if not 0 <= facts.heads <= MOST_HEADS:
        errors["heads"] = f"Comptez de 0 à {MOST_HEADS} personnes."
    return errors


def step_of(act: ActDone, steps: Iterable[StepSpan]) -> int | None:
    """The step in which an act counts; None when its organisation holds none that day.

    Somebody who teaches counts in a step of peer teaching first; of several, the latest begun.
    An information counts in none: without individual follow-up it makes no participant.
    """
    if act.kind is ActivityKind.INFORMATION:
        return None
    first = TEACHING if act.part is Part.LEADS else LEARNING
    held = [
        (step.kind in first, step.dates.starts_on, step.id)
        for step in steps
        if step.organisation_id == act.organisation_id
        and step.kind in COUNTING
        and step.covers(act.held_on)
    ]
    return max(held)[2] if held else None


def hours_by_step(
    acts: Iterable[ActDone], steps: Collection[StepSpan]
) -> dict[int | None, Minutes]:
    """The minutes of acts in each step that has some; under None those that are in no step."""
    found: dict[int | None, Minutes] = {}
    for act in acts:
        if act.kind is ActivityKind.INFORMATION:
            continue
        key = step_of(act, steps)
        known = found.get(key, Minutes())
        if act.part is Part.LEADS:
            found[key] = Minutes(known.learning, known.teaching + act.minutes)
        else:
            found[key] = Minutes(known.learning + act.minutes, known.teaching)
    return found
