"""Which skill a heading speaks of: by its words first, by its number where the framework is known.

Nothing is invented: a heading that names no skill of a framework is reported as such.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parcours.domain.identity import fold

NUMBER = re.compile(
    r"^\s*(?:comp(?:étence|etence|\.)?|c)?\s*((?:RNCP\d+)?BC\d{1,2}(?:[:.]\d+)?|\d{1,2}(?:\.\d{1,2})?)"
    r"(?=$|[\s.:)–-])[\s.:)–-]*",
    re.IGNORECASE,
)
FRAMEWORK = re.compile(
    r"^\s*(?:niveau\s+)?(?:pix|digcomp(?:\s*2\.\d)?|cl[ée]a(?: num[ée]rique)?)\b\s*[:.–-]?\s*",
    re.IGNORECASE,
)
LEAST_WORDS = 2
LEAST_LETTERS = 9
SCALE_WORDS = re.compile(
    r"\(?\s*(?:niveau|niv\.?|score)?\s*(?:sur|/)\s*(?:100|20|10|[4-8])\s*\)?|%"
)


@dataclass(frozen=True, slots=True)
class KnownSkill:
    """A skill a file may speak of."""

    code: str
    label: str
    framework: str

    @property
    def number(self) -> str:
        """Its number inside the framework: « 1.1 », « BC01:2 »."""
        tail = self.code.removeprefix(self.framework)
        return tail.lstrip(":").casefold()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Frameworks a file may speak of, the likeliest first, with their names and scales."""

    skills: Sequence[KnownSkill]
    names: Mapping[str, str]
    scales: Mapping[str, int]

    def of(self, framework: str) -> list[KnownSkill]:
        """The skills of a framework."""
        return [item for item in self.skills if item.framework == framework]


@dataclass(frozen=True, slots=True)
class Matched:
    """The skill of each heading that names one, and the headings that name none."""

    skills: Mapping[str, KnownSkill]
    unknown: Sequence[str]


def match_skills(headings: Iterable[str], catalogue: Catalogue, hint: str = "") -> Matched:
    """The skill each heading speaks of; `hint` is text around that may name the framework.

    The framework is the one whose labels most headings bear, else the one `hint` names: numbers
    alone mean nothing, DigComp and Pix both have a 1.1.
    """
    texts = list(dict.fromkeys(text for text in headings if fold(text)))
    tally: Counter[str] = Counter()
    for text in texts:
        for framework in {item.framework for item in _by_words(text, catalogue.skills)}:
            tally[framework] += 1
    order = {code: place for place, code in enumerate(catalogue.names)}
    ranked = sorted(tally, key=lambda code: (-tally[code], order[code]))
    named = _named(hint + " " + " ".join(texts), catalogue)
    main = ranked[0] if ranked else named
    skills: dict[str, KnownSkill] = {}
    for text in texts:
        found = _one(text, catalogue, [main, *ranked] if main else ranked, main)
        if found is not None:
            skills[text] = found
    return Matched(skills, [text for text in texts if text not in skills])


def is_numbered(heading: str) -> bool:
    """Whether a heading begins as a numbered skill does: « 1.1 Mener… », « BC01 », « C2.3 »."""
    number = _parts(heading)[0]
    return "." in number or "bc" in number


def _one(
    text: str, catalogue: Catalogue, frameworks: Sequence[str], main: str | None
) -> KnownSkill | None:
    for framework in dict.fromkeys(frameworks):
        found = _by_words(text, catalogue.of(framework))
        if found:
            return _nearest(text, found)
    number, words = _parts(text)
    if main is None or not number:
        return None
    same = [item for item in catalogue.of(main) if _same_number(item, number)]
    if len(same) != 1 or (words and not _share_words(words, fold(same[0].label))):
        return None
    return same[0]


def _by_words(text: str, skills: Iterable[KnownSkill]) -> list[KnownSkill]:
    """Skills whose label is the heading’s, or begins as it does (files cut long headings)."""
    words = _parts(text)[1]
    if not words:
        return []
    exact, begun = [], []
    for item in skills:
        label = fold(item.label)
        if label == words:
            exact.append(item)
        elif _is_begun(words, label):
            begun.append(item)
    return exact or (begun if len({item.label for item in begun}) == 1 else [])


def _is_begun(words: str, label: str) -> bool:
    is_long = len(words.split()) >= LEAST_WORDS and len(words) >= LEAST_LETTERS
    return is_long and (label.startswith(words) or words.startswith(label + " "))


def _nearest(text: str, found: Sequence[KnownSkill]) -> KnownSkill:
    """Two skills of one label: the number beside it tells which."""
    number = _parts(text)[0]
    return next((item for item in found if _same_number(item, number)), found[0])


def _same_number(item: KnownSkill, number: str) -> bool:
    return bool(number) and number in {item.number, item.code.casefold()}


def _share_words(words: str, label: str) -> bool:
    """At least half of the longer words of a heading are the label’s."""
    long = [word for word in words.split() if len(word) > 3]
    return bool(long) and 2 * sum(word in label.split() for word in long) >= len(long)


def _parts(text: str) -> tuple[str, str]:
    """(number, folded words) of « 1.1 Mener une recherche (sur 8) »."""
    bare = FRAMEWORK.sub("", SCALE_WORDS.sub(" ", text))
    found = NUMBER.match(bare)
    if found is None:
        return "", fold(bare)
    return found[1].casefold(), fold(bare[found.end() :])


def _named(text: str, catalogue: Catalogue) -> str | None:
    """The framework a text names by its code or the first word of its name; None for several."""
    padded = f" {fold(text)} "
    found = [
        code
        for code, label in catalogue.names.items()
        if f" {fold(code)} " in padded or f" {fold(label)} " in padded
        or (code in {"pix", "digcomp-2.2"} and f" {code.partition('-')[0]} " in padded)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None
