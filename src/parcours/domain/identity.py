"""Names and how people are told apart: folding, look-alikes, phones, and the NIR never kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "Ø": "O",
        "Đ": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
    }
)
# Zero-width and bidirectional controls: invisible, and enough to make two equal names differ.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
CLOSE_ENOUGH = 1


@dataclass(frozen=True, slots=True)
class Person:
    """What look-alikes are recognised by."""

    birth_name: str
    first_names: str
    born_on: date
    usage_name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two people may be one; `rank` 0 is the surest."""

    rank: int
    reason: str


def clean_name(text: str) -> str:
    """A name as typed, without what cannot be seen; spaces made single."""
    visible = INVISIBLE.sub("", CONTROLS.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(visible.split())


def fold(text: str) -> str:
    """The text as comparisons read it: lower-case unaccented words, one space between them."""
    ascii_like = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).translate(LIGATURES))
    bare = "".join(letter for letter in ascii_like if not unicodedata.combining(letter))
    folded = bare.casefold()
    if folded.isascii():
        return NOT_A_LETTER.sub(" ", folded).strip()
    # Names in other alphabets stay in theirs: folding must not erase them.
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def sort_key(birth_name: str, first_names: str, usage_name: str | None = None) -> str:
    """How lists sort and search a person: last name in use, first names, then the birth name."""
    names = (usage_name or birth_name, first_names, birth_name if usage_name else "")
    return " ".join(filter(None, (fold(name) for name in names)))


def shown_name(birth_name: str, first_names: str, usage_name: str | None = None) -> str:
    """« Amina TRAORÉ »: first names, then the name in use in capitals."""
    return f"{first_names} {(usage_name or birth_name).upper()}"


def same_person(one: Person, other: Person) -> bool:
    """Exact folded names and birth date: the only proof that merges without asking."""
    return (
        one.born_on == other.born_on
        and fold(one.birth_name) == fold(other.birth_name)
        and fold(one.first_names) == fold(other.first_names)
    )


def likeness(one: Person, other: Person) -> Likeness | None:
    """Whether two people may be one, and why; None when nothing suggests it."""
    is_same_day = one.born_on == other.born_on
    names, other_names = _names(one), _names(other)
    first, other_first = fold(one.first_names), fold(other.first_names)
    has_same_name = bool(names & other_names)
    has_same_first = first == other_first
    if has_same_name and has_same_first:
        if is_same_day:
            return Likeness(0, "mêmes nom, prénom et date de naissance")
        if _is_slip(one.born_on, other.born_on):
            return Likeness(1, "mêmes nom et prénom, dates de naissance proches")
        return None
    if is_same_day:
        return _on_same_day(names, other_names, first, other_first)
    if one.phone and one.phone == other.phone and (has_same_name or has_same_first):
        return Likeness(4, "même téléphone et même nom ou prénom")
    return None


def looks_like_nir(text: str) -> bool:
    """Whether a text is a French social security number (13 or 15 characters, key checked)."""
    digits = re.sub(r"[\s.\-_]", "", text).upper()
    if not re.fullmatch(r"[1-478]\d{4}(?:\d{2}|2[AB])\d{6}(?:\d{2})?", digits):
        return False
    month = int(digits[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return False
    if len(digits) == 13:
        return True
    number = int(digits[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(digits[13:])


def _on_same_day(
    names: set[str], other_names: set[str], first: str, other_first: str
) -> Likeness | None:
    if first in other_names and other_first in names:
        return Likeness(1, "nom et prénom échangés, même date de naissance")
    is_close = any(_is_close(a, b) for a in names for b in other_names)
    if is_close and _is_close(first, other_first):
        return Likeness(2, "noms presque identiques, même date de naissance")
    shares_first = bool(set(first.split()) & set(other_first.split()))
    if names & other_names and shares_first:
        return Likeness(2, "même nom, un prénom commun, même date de naissance")
    if first == other_first:
        return Likeness(3, "même prénom et même date de naissance, nom différent")
    return None


def _names(person: Person) -> set[str]:
    return {fold(name) for name in (person.birth_name, person.usage_name) if name}


def _is_slip(one: date, other: date) -> bool:
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    return swapped or sum(a != b for a, b in parts) == 1


def _is_close(one: str, other: str) -> bool:
    one, other = one.replace(" ", ""), other.replace(" ", "")
    if one == other:
        return True
    if abs(len(one) - len(other)) > CLOSE_ENOUGH or min(len(one), len(other)) < 4:
        return False
    return _distance_at_most_one(one, other) or _is_swap(one, other)


def _distance_at_most_one(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    for index, letter in enumerate(one):
        if letter != other[index]:
            rest = one[index:] if len(one) < len(other) else one[index + 1 :]
            return rest == other[index + 1 :]
    return True


def _is_swap(one: str, other: str) -> bool:
    differing = [index for index, letter in enumerate(one) if letter != other[index : index + 1]]
    return (
        len(one) == len(other)
        and len(differing) == 2
        and differing[1] == differing[0] + 1
        and one[differing[0]] == other[differing[1]]
        and one[differing[1]] == other[differing[0]]
    )
