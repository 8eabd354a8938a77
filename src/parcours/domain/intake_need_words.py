"""What employers write in a cell: skills with their level, contracts, hours, a place."""

import re
from dataclasses import dataclass
from decimal import Decimal

from parcours.domain.identity import fold
from parcours.domain.needs import MOST_HOURS, SLOTS

HALF_TIME = Decimal("17.5")
CONTRACTS = (
    (r"\binterim|\bmission\b", ("INTERIM",)),
    (r"\balternance\b", ("APPRENTISSAGE", "PROFESSIONNALISATION")),
    (r"\bapprenti", ("APPRENTISSAGE",)),
    (r"\bprofessionnalisation\b|\bcontrat pro\b", ("PROFESSIONNALISATION",)),
    (r"\bcddi\b|\bcdd d insertion\b", ("CDDI",)),
    (r"\bcdd\b", ("CDD",)),
    (r"\bcdi\b", ("CDI",)),
    (r"\bpec\b|\bcui cae\b", ("PEC",)),
    (r"\bservice civique\b", ("SERVICE_CIVIQUE",)),
    (r"\bpmsmp\b|\bimmersion\b", ("PMSMP",)),
)
LEVELS = {
    "notions": 1, "notion": 1, "base": 1, "bases": 1, "debutant": 1, "initiation": 1,
    "avec aide": 2, "intermediaire": 2, "pratique": 2, "accompagne": 2,
    "autonome": 3, "autonomie": 3, "maitrise": 3, "confirme": 3,
    "expert": 4, "expertise": 4, "avance": 4,
}  # fmt: skip
REMOTE = re.compile(r"\b(teletravail|distanciel|a distance|remote)\b")
MORNINGS, AFTERNOONS = SLOTS[:10:2], SLOTS[1:10:2]
LAST_PARENTHESES = re.compile(r"^(?P<text>.*?)\s*[(\[](?P<level>[^()\[\]]*)[)\]]\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SkillAsked:
    """A skill in the employer’s words, its level where they said one."""

    text: str
    level: int | None
    is_essential: bool


def skills_of(text: str, *, is_essential: bool) -> tuple[SkillAsked, ...]:
    """The skills of a cell, one a line or parted by « ; », else by commas.

    >>> [(one.text, one.level) for one in skills_of("HTML/CSS (autonome); SQL", is_essential=True)]
    [('HTML/CSS', 3), ('SQL', None)]
    """
    parts = re.split(r"[;\n•]", text)
    if len([part for part in parts if part.strip()]) < 2:
        parts = re.split(r",(?![^(\[]*[)\]])", text)
    found = [skill_asked(part, is_essential=is_essential) for part in parts]
    return tuple(item for item in found if fold(item.text))


def level_of(text: str) -> int | None:
    """The level words or digits say: « autonome », « niveau 3 », « 3/4 »; None when none is said.

    >>> [level_of(text) for text in ("Autonome", "niv. 2", "4/4", "un jour")]
    [3, 2, 4, None]
    """
    words = fold(text)
    if words in LEVELS:
        return LEVELS[words]
    digits = re.fullmatch(r"(?:niveau |niv |n)?([1-4])(?: 4)?", words)
    return int(digits[1]) if digits else None


def contracts_of(text: str) -> tuple[str, ...]:
    """The contracts a cell names (codes of contract_types.csv), in the order of the list."""
    words, found = fold(text), list[str]()
    for pattern, codes in CONTRACTS:
        if re.search(pattern, words) and not ("CDDI" in found and codes == ("CDD",)):
            found += [code for code in codes if code not in found]
    return tuple(found)


def hours_of(text: str) -> Decimal | None:
    """Hours a week: « 35h journée », « mi-temps »; None when nobody can tell, as « 2x8 »."""
    words = fold(text)
    if re.search(r"\bmi temps\b", words):
        return HALF_TIME
    found = re.search(r"(\d{1,2})(?:[.,](\d))?\s*h(?:eures)?\b", text.lower())
    if found is None:
        return None
    number = Decimal(f"{found[1]}.{found[2] or 0}")
    return number if 0 < number <= MOST_HOURS else None


def slots_of(text: str) -> tuple[str, ...]:
    """The half-days of a working week a cell names: mornings or afternoons, none when both."""
    words = fold(text)
    has_am = re.search(r"\bmatins?\b|\bmatinees?\b", words) is not None
    has_pm = re.search(r"\bapres midis?\b", words) is not None
    if has_am == has_pm:
        return ()
    return MORNINGS if has_am else AFTERNOONS


def place_of(text: str) -> tuple[str | None, str | None, bool]:
    """Postcode, commune and whether all is remote: « télétravail partiel » is neither."""
    words = fold(text)
    if REMOTE.search(words):
        is_whole = re.search(r"\bpartiel|\bjours?\b|\bhybride\b", words) is None
        return None, None, is_whole
    postcode = re.search(r"\b(\d{5})\b", text)
    city = re.sub(r"[\d()]+", " ", text).strip(" ,-")
    return postcode[1] if postcode else None, " ".join(city.split())[:120] or None, False


def skill_asked(part: str, *, is_essential: bool) -> SkillAsked:
    """One skill, its level being what its last brackets say when they say one."""
    typed = " ".join(part.split()).strip(" -–•*.")
    found = LAST_PARENTHESES.match(typed)
    level = level_of(found["level"]) if found else None
    text = found["text"] if found and level is not None else typed
    return SkillAsked(text[:200].strip(), level, is_essential)
