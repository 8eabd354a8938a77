"""How a comparison reads: cards with words before numbers, tabs that add up, levers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parcours.actions.match_teaching import Teaching, best_teaching
from parcours.actions.matching import Comparison, Paired
from parcours.domain.job_search import QUESTIONS
from parcours.domain.matching_explaining import Explanation, LineText, explain
from parcours.domain.matching_filters import (
    Answer,
    Filter,
    Lever,
    Pair,
    Status,
    levers,
)
from parcours.domain.matching_ranking import Ranked, Ranking, Wish
from parcours.domain.matching_rules import Band
from parcours.models import MatchDecision

PAGE_SIZE = 40
TONES = {
    Band.READY: "success",
    Band.WITH_SUPPORT: "violet",
    Band.TO_PREPARE: "warning",
    Band.FAR: "neutral",
}
TABS = {
    "proposables": "Proposables",
    "a-verifier": "À vérifier",
    "ecartes": "Écartés par une contrainte",
    "refus": "Ne souhaitent pas",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What would bring somebody nearer, and who teaches it next."""

    text: str
    missing: str
    teaching: Teaching | None


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody for a need, as the page shows them."""

    learner_id: int
    result_id: str
    name: str
    rank: int
    band: Band
    pct: int
    at_entry: int | None
    explanation: Explanation
    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]
    solid: int
    wish: Wish
    decision: MatchDecision | None

    @property
    def tone(self) -> str:
        """The colour that goes with the band’s word."""
        return TONES[self.band]

    @property
    def gist(self) -> str:
        """The first thing to know: what is missing most, or that nothing is."""
        return self.steps[0].missing if self.steps else "Tout est couvert."

    @property
    def questions(self) -> list[tuple[Answer, str]]:
        """What to ask, and why: each answer that is not known."""
        return [(one, question(one)) for one in self.answers if one.status is Status.CHECK]

    @property
    def blocks(self) -> list[Answer]:
        """What sets the pair aside, with the amount."""
        return [one for one in self.answers if one.status is Status.BLOCKED]


def question(answer: Answer) -> str:
    """What to ask the person; nothing where the employer has to say."""
    to_employer = "employeur" in answer.reason or "négocier" in answer.reason
    return "" if to_employer else QUESTIONS[answer.filter]


def group(ranking: Ranking, tab: str) -> Sequence[Ranked]:
    """The people of a tab, in order; those who refuse have no rank."""
    found: dict[str, Sequence[Ranked]] = {
        "proposables": ranking.proposable,
        "a-verifier": ranking.to_check,
        "ecartes": ranking.blocked,
        "refus": [Ranked(0, one) for one in ranking.refused],
    }
    return found[tab]


def tabs(ranking: Ranking, base: str, tab: str) -> list[tuple[str, str, bool]]:
    """Each tab with its count; the last one only when somebody is there."""
    return [
        (f"{label} {len(group(ranking, code))}", f"{base}?etat={code}", code == tab)
        for code, label in TABS.items()
        if code != "refus" or ranking.refused
    ]


def tab_of(text: str) -> str:
    """The tab of an address, the first one when it is none."""
    return text if text in TABS else "proposables"


def card(
    row: Ranked,
    paired: Paired,
    name: str,
    result_id: str,
    decision: MatchDecision | None,
    teachings: Sequence[Teaching],
) -> Card:
    """Somebody’s card."""
    today, entry = paired.result.today, paired.result.at_entry
    told = explain(today, paired.question.taxonomy)
    missing = {line.match.requirement.skill: line.text for line in told.lines}
    return Card(
        learner_id=paired.learner_id,
        result_id=result_id,
        name=name,
        rank=row.rank,
        band=today.band or Band.FAR,
        pct=today.pct or 0,
        at_entry=entry.pct if entry.pct != today.pct else None,
        explanation=told,
        steps=tuple(
            Step(gain.text, missing.get(gain.requirement.skill, gain.text),
                 best_teaching(teachings, gain.requirement.skill, gain.requirement.level))
            for gain in told.gains
        ),
        answers=paired.result.answers,
        solid=sum(is_solid(line) for line in told.lines),
        wish=row.candidate.wish,
        decision=decision,
    )  # fmt: skip


def is_solid(line: LineText) -> bool:
    """Whether somebody else than the person saw what covers a line."""
    item = line.match.evidence
    return item is not None and item.source.is_solid and bool(line.match.coverage)


def open_levers(found: Comparison) -> list[tuple[Filter, Lever]]:
    """What each constraint alone keeps closed, among people worth proposing."""
    about, posts = str(found.asked.need_id), found.asked.posts
    pairs = (
        Pair(one.ref, about, posts, one.band, found.answers[int(one.ref)])
        for _rank, one in found.ranking.blocked
    )
    return [(one, lever) for one, lever in levers(pairs).items() if lever.pairs]


def wanted_skills(paired: Mapping[int, Paired]) -> set[str]:
    """Every skill somebody of a page could still gain."""
    return {asked.skill for one in paired.values() for asked, _pct in one.result.today.gains}


def hard_reasons(answers: Sequence[Answer]) -> list[str]:
    """What is not settled between a person and a need, in words."""
    return [one.reason for one in answers if one.status is not Status.OK]
