"""Names as a list writes them: in one column or two, birth and usage names told apart."""

import re
from dataclasses import dataclass
from itertools import pairwise

from parcours.domain.identity import clean_name, fold

MARRIED = re.compile(
    r"^(?P<birth>.*?)[\s,(]*\b(?:ép|ep|epse|épse|épouse|epouse|épx|veuve|vve|vv)\b\.?\s*(?P<usage>[^)]*)\)?$",
    re.IGNORECASE,
)
BORN = re.compile(r"^(?P<usage>.*?)[\s,(]*\bn[ée]e?\b\.?\s+(?P<birth>[^)]+)\)?$", re.IGNORECASE)
TITLE = re.compile(r"^(m|mr|mme|mlle|monsieur|madame|mademoiselle)\.?\s+", re.IGNORECASE)
PARTICLES = {"de", "du", "des", "la", "le", "el", "al", "ben", "bel", "van", "von", "da", "d", "di",
             "dos", "ait", "ould", "abou", "abu", "mc", "st", "saint"}  # fmt: skip
MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


@dataclass(frozen=True, slots=True)
class Names:
    """Last name, usage name when it differs, first names; `is_sure` False asks to be checked."""

    birth_name: str
    first_names: str
    usage_name: str | None = None
    is_sure: bool = True


def read_names(last: str, first: str, usage: str) -> Names:
    """Two or three columns: « DUPONT ép. MARTIN », « MARTIN née DUPONT », « VEUVE MARTIN »."""
    birth_name, married = split_married(TITLE.sub("", clean_name(last)))
    said, _ = split_married(clean_name(usage))
    usage_name = said or married or None
    _, only_usage = split_married(clean_name(usage))
    usage_name = only_usage or usage_name
    if not birth_name and usage_name:
        birth_name, usage_name = usage_name, None
    if usage_name and fold(usage_name) == fold(birth_name):
        usage_name = None
    return Names(birth_name, clean_name(first), usage_name)


def read_full_name(text: str, *, first_comes_first: bool) -> Names:
    """One column: a comma, capitals or particles tell the last name; else the heading’s order."""
    name = TITLE.sub("", clean_name(text))
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return read_names(last, first, "")
    words = name.split()
    capitals = [word for word in words if _is_capital(word)]
    others = [word for word in words if not _is_capital(word)]
    if capitals and others and not _is_mixed(words):
        return read_names(" ".join(capitals), " ".join(others), "")
    if len(words) < 2:
        return Names(name, "")
    return _in_order(words, first_comes_first)


def split_married(text: str) -> tuple[str, str]:
    """(birth name, usage name) of a text that may hold both; the second "" when it does not."""
    for shape in (MARRIED, BORN):
        found = shape.match(text)
        if found and found["usage"].strip():
            return found["birth"].strip(" ,(-"), found["usage"].strip(" ,()-")
    return text.strip(), ""


def mended_encoding(text: str) -> str | None:
    """« LefÃ¨vre » → « Lefèvre », to propose and never apply unasked; None when it is sound."""
    if not MOJIBAKE.search(text):
        return None
    try:
        mended = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != text else None


def lost_letter(text: str) -> bool:
    """Whether a « ? » stands where an export lost a letter, as in « Nguy?n »."""
    return bool(re.search(r"\w\?\w|\?\w|\w\?$", text))


def _is_capital(word: str) -> bool:
    return word.isupper() and len(word.strip(".-’'")) > 1


def _is_mixed(words: list[str]) -> bool:
    """Capitals on both sides of the others: no order can be read from them."""
    shape = [_is_capital(word) for word in words]
    changes = sum(a != b for a, b in pairwise(shape))
    return changes > 1


def _in_order(words: list[str], first_comes_first: bool) -> Names:
    if first_comes_first:
        return Names(" ".join(words[1:]), words[0], is_sure=len(words) == 2)
    cut = 1
    while cut < len(words) - 1 and fold(words[cut - 1]) in PARTICLES:
        cut += 1
    return Names(" ".join(words[:cut]), " ".join(words[cut:]), is_sure=len(words) == cut + 1)
