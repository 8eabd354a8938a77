"""Names and how people are told apart: folding, look-alikes, phones, and the NIR never kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

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
        "ʼ": "'",  # the apostrophe Unicode counts as a letter
        "ʻ": "'",
    }
)
# Zero-width, bidirectional and joining controls: invisible, and enough to make equal names differ.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
NIR_IN_TEXT = re.compile(
    r"(?<![\dA-Za-z])[1-478][ .\-\u00a0\u202f]?\d{2}[ .\-\u00a0\u202f]?\d{2}[ .\-\u00a0\u202f]?"
    r"(?:\d{2}|2[ABab])[ .\-\u00a0\u202f]?\d{3}[ .\-\u00a0\u202f]?\d{3}"
    r"(?:[ .\-/\u00a0\u202f]*\d{2})?(?!\d)"
)
NIR_REMOVED = "[numéro retiré]"
TYPO_LENGTH, LONG_NAME = 4, 9
SOUNDS = (
    (r"ph", "f"), (r"[ck]h|qu?|ck|c(?=[aour lnt]|$)|k+", "k"), (r"ç|ss|c(?=[eiy])|sc(?=[ei])", "s"),
    (r"aul?t$|auds?$|eaux?|aux?", "o"), (r"ai|ei|et$|er$|ez$", "e"), (r"y", "i"),
    (r"es(?=[qkt])", "e"), (r"gu(?=[ei])", "g"), (r"g(?=[ei])", "j"), (r"[mn](?=[bp])", "n"),
    (r"oe|eu", "e"), (r"th", "t"), (r"z", "s"), (r"w", "v"), (r"h", ""), (r"(.)\1+", r"\1"),
    (r"(?<=..)(es|[esxtd])$", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What look-alikes are recognised by; `birth_year` stands in for an unknown `born_on`."""

    birth_name: str
    first_names: str
    born_on: date | None
    usage_name: str | None = None
    phone: str | None = None
    birth_year: int | None = None

    @property
    def year(self) -> int | None:
        """The year of birth, however it is known."""
        return self.born_on.year if self.born_on else self.birth_year


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two people may be one; `rank` 0 is the surest."""

    rank: int
    reason: str


def clean_name(text: str) -> str:
    """A name as typed, without what cannot be seen; spaces made single."""
    visible = INVISIBLE.sub("", CONTROLS.sub("", unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text as comparisons read it: lower-case unaccented words, one space between them."""
    bare = INVISIBLE.sub("", CONTROLS.sub("", text))
    folded = _unaccented(_unaccented(bare.translate(LIGATURES)).casefold().translate(LIGATURES))
    if folded.isascii():
        return NOT_A_LETTER.sub(" ", folded).strip()
    # Names in other alphabets stay in theirs: folding must not erase them.
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def sounds(text: str) -> str:
    """A rough French phonetic key: « Thibault » and « Tibo » share it. Only ever suggests."""
    key = fold(text).replace(" ", "")
    for shape, sound in SOUNDS:
        key = re.sub(shape, sound, key)
    return key


def sort_key(birth_name: str, first_names: str, usage_name: str | None = None) -> str:
    """How lists sort and search a person: last name in use, first names, then the birth name."""
    names = (usage_name or birth_name, first_names, birth_name if usage_name else "")
    return " ".join(filter(None, (fold(name) for name in names)))


def shown_name(birth_name: str, first_names: str, usage_name: str | None = None) -> str:
    """« Amina TRAORÉ »: first names, then the name in use in capitals."""
    return f"{first_names} {(usage_name or birth_name).upper()}"


def veiled_name(birth_name: str, first_names: str) -> str:
    """« Amina T. »: all that a partner reads before the person’s agreement and its own answer."""
    first = first_names.split()[0] if first_names.split() else "?"
    return f"{first} {birth_name[:1].upper()}."


def same_person(one: Person, other: Person) -> bool:
    """Exact folded names and birth date: the only proof that merges without asking."""
    return (
        one.born_on is not None
        and one.born_on == other.born_on
        and fold(one.birth_name) == fold(other.birth_name)
        and fold(one.first_names) == fold(other.first_names)
    )


def likeness(one: Person, other: Person) -> Likeness | None:
    """Whether two people may be one, and why; None when nothing suggests it."""
    names, other_names = _names(one), _names(other)
    first, other_first = fold(one.first_names), fold(other.first_names)
    has_same_name, has_same_first = bool(names & other_names), first == other_first
    if has_same_name and has_same_first:
        return _same_names(one, other)
    if one.born_on is not None and one.born_on == other.born_on:
        return _on_same_day(names, other_names, first, other_first)
    if one.year is not None and one.year == other.year:
        found = _on_same_day(names, other_names, first, other_first)
        return _in_same_year(found)
    if one.phone and one.phone == other.phone and (has_same_name or has_same_first):
        return Likeness(4, "même téléphone et même nom ou prénom")
    return None


def looks_like_nir(text: str) -> bool:
    """Whether a text is a French social security number (13 or 15 characters, key checked)."""
    digits = re.sub(r"[\s.\-_/]", "", text).upper()
    if not re.fullmatch(r"[1-478]\d{4}(?:\d{2}|2[AB])\d{6}(?:\d{2})?", digits):
        return False
    month = int(digits[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return False
    if len(digits) == 13:
        return True
    number = int(digits[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(digits[13:])


def without_nir(text: str) -> tuple[str, bool]:
    """The text with every social security number blotted out, and whether there was one."""
    found = False

    def blot(match: re.Match[str]) -> str:
        nonlocal found
        if not looks_like_nir(match[0]):
            return match[0]
        found = True
        return NIR_REMOVED

    return NIR_IN_TEXT.sub(blot, text), found


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _same_names(one: Person, other: Person) -> Likeness | None:
    if one.born_on and other.born_on:
        if one.born_on == other.born_on:
            return Likeness(0, "mêmes nom, prénom et date de naissance")
        if _is_slip(one.born_on, other.born_on):
            return Likeness(1, "mêmes nom et prénom, dates de naissance proches")
    elif one.year is None or other.year is None:
        return Likeness(2, "mêmes nom et prénom, date de naissance inconnue")
    if one.year == other.year:
        return Likeness(1, "mêmes nom et prénom, même année de naissance")
    return None


def _in_same_year(found: Likeness | None) -> Likeness | None:
    if found is None or found.rank > 2:
        return None
    reason = found.reason.replace("même date de naissance", "même année de naissance")
    return Likeness(found.rank + 2, reason)


def _on_same_day(
    names: set[str], other_names: set[str], first: str, other_first: str
) -> Likeness | None:
    if first in other_names and other_first in names:
        return Likeness(1, "nom et prénom échangés, même date de naissance")
    pairs = [(a, b) for a in names for b in other_names]
    if any(_is_close(a, b) for a, b in pairs) and _is_close(first, other_first):
        return Likeness(2, "noms presque identiques, même date de naissance")
    shares_first = bool(set(first.split()) & set(other_first.split()))
    if names & other_names and shares_first:
        return Likeness(2, "même nom, un prénom commun, même date de naissance")
    if any(sounds(a) == sounds(b) for a, b in pairs) and sounds(first) == sounds(other_first):
        return Likeness(2, "noms qui se prononcent pareil, même date de naissance")
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
    shortest = min(len(one), len(other))
    allowed = 0 if shortest < TYPO_LENGTH else 1 if shortest < LONG_NAME else 2
    return abs(len(one) - len(other)) <= allowed and _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """Edits between two words, two letters swapped counting for one."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
