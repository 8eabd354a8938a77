"""Whose line is this? A name as a sheet writes it, against the people of the cohort."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from parcours.domain.identity import fold, sounds
from parcours.domain.intake_codes import name_guesses

RosterPerson = tuple[int, str, str | None, str]  # id, birth name, usage name, first names
TITLES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"}
WORDS_IN_COMMON = 1


@dataclass(frozen=True, slots=True)
class RosterMatch:
    """The one person a name surely is, else the people to choose from, nearest first."""

    person_id: int | None
    candidates: tuple[int, ...] = ()


def match_roster(name_text: str, roster: Iterable[RosterPerson]) -> RosterMatch:
    """Match on all the words of the name, in any order, birth or usage name.

    Only an exact match of one person alone is one; anything less is a choice for somebody.
    """
    people = list(roster)
    words = _words(name_text)
    exact = {person[0] for person in people if any(words == form for form in _forms(person))}
    if len(exact) == 1:
        return RosterMatch(next(iter(exact)))
    if exact:
        return RosterMatch(None, tuple(sorted(_in_order(name_text, exact, people))))
    near = [(_distance(words, person), person[0]) for person in people]
    return RosterMatch(None, tuple(number for rank, number in sorted(near) if rank < 9)[:5])


def _in_order(name_text: str, exact: set[int], people: list[RosterPerson]) -> set[int]:
    """Two people with the same words: « MARTIN Paul » may still tell the one from the other."""
    guesses = name_guesses(name_text)
    if len(guesses) != 1:
        return exact
    last, first = (fold(part) for part in guesses[0])
    kept = {
        person[0]
        for person in people
        if person[0] in exact
        and fold(person[3]) == first
        and last in {fold(person[1]), fold(person[2] or "")}
    }
    return kept or exact


def _words(text: str) -> Counter[str]:
    bare = re.sub(r"\(.*?\)|^\s*\d+[.)\- ]+", " ", text)
    return Counter(word for word in fold(bare).split() if word not in TITLES)


def _forms(person: RosterPerson) -> list[Counter[str]]:
    _, birth, usage, first = person
    given = fold(first).split()
    forms = []
    for last in filter(None, (birth, usage)):
        forms.append(Counter(fold(last).split() + given))
    if usage:
        forms.append(Counter((fold(birth) + " " + fold(usage)).split() + given))
    return forms


def _distance(words: Counter[str], person: RosterPerson) -> int:
    """0 the nearest; 9 nothing in common."""
    best = 9
    for form in _forms(person):
        small, large = sorted((words, form), key=lambda counter: counter.total())
        if small and not small - large:
            best = min(best, 1 if small.total() > 1 else 4)
        elif _sound(words) == _sound(form):
            best = min(best, 2)
        elif _is_initialed(words, form):
            best = min(best, 3)
        elif (words & form).total() >= WORDS_IN_COMMON:
            best = min(best, 5)
    return best


def _sound(words: Counter[str]) -> Counter[str]:
    return Counter(sounds(word) for word in words.elements())


def _is_initialed(words: Counter[str], form: Counter[str]) -> bool:
    """« DUPONT M. » for Marie Dupont."""
    left, asked = list((form - words).elements()), list((words - form).elements())
    return (
        bool(words & form)
        and len(asked) == 1
        and len(asked[0]) == 1
        and any(word.startswith(asked[0]) for word in left)
    )
