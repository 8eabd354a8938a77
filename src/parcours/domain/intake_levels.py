"""A level as partners’ files write it: on four, on eight, on another scale, a share or a word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from parcours.domain.identity import fold
from parcours.domain.intake_table import Cell
from parcours.domain.skills import EIGHT, FOUR, four_levels, four_levels_of_share, stated

# Words of the four levels, of Pix and DigComp tiers (two levels of eight make one of four), and of
# sheets that only say whether a skill is there. What each is read as is said before confirming.
WORDS = {
    0: (
        "pas encore", "non acquis", "non acquise", "na", "non maitrise", "non maitrisee", "aucun",
        "aucune", "aucune notion", "jamais pratique", "ne sait pas faire", "insuffisant",
    ),
    1: (
        "notions", "notion", "debutant", "debutante", "novice", "base", "bases", "niveau de base",
        "initiation", "decouverte", "faible", "initie", "elementaire",
    ),
    2: (
        "avec aide", "aide", "intermediaire", "independant", "independante", "en cours",
        "en cours d acquisition", "eca", "partiellement acquis", "partiellement acquise",
        "partiel", "moyen", "pratique accompagnee", "a consolider", "en progres",
    ),
    3: (
        "autonome", "avance", "avancee", "acquis", "acquise", "confirme", "confirmee", "maitrise",
        "maitrisee", "bon", "a", "seul", "seule", "en autonomie", "satisfaisant",
    ),
    4: (
        "expert", "experte", "expertise", "hautement specialise", "hautement specialisee",
        "tres bon", "transmet", "excellent", "maitrise experte",
    ),
}  # fmt: skip
BY_WORD = {word: level for level, words in WORDS.items() for word in words}
NOT_SAID = {
    "", "ne", "n e", "non evalue", "non evaluee", "nr", "non renseigne", "nc", "abs", "absent",
    "absente", "non passe", "non passee", "sans objet", "so", "n a", "non positionne",
}  # fmt: skip
FRACTION = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)\s*(?:/|sur)\s*(\d{1,3})$")
PERCENT = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)\s*%$")
NUMBERED = re.compile(r"^(?:niveau|niv\.?|n|level|palier)\s*(\d{1,2})\b", re.IGNORECASE)
LED = re.compile(r"^(\d{1,2})\s*[:.)(–-]\s*(\D+)$")
SCALE_SAID = re.compile(r"(?:sur|/)\s*(100|20|10|[4-8])(?!\d)|(%)|pourcent")
LARGEST = 100


@dataclass(frozen=True, slots=True)
class Scale:
    """What the bare numbers of a column are out of; `shares` says 0 to 1, as Excel keeps « % »."""

    top: int
    shares: bool = False


@dataclass(frozen=True, slots=True)
class LevelRead:
    """A level of the four, how it was said when otherwise, or what prevents reading it.

    Neither level nor message: nothing was evaluated.
    """

    level: int | None = None
    stated: str | None = None
    kind: str | None = None
    message: str | None = None


def scale_of_column(heading: str, cells: Iterable[Cell], framework_scale: int) -> Scale:
    """What the numbers of a column are out of: said by its heading, shown by them, else usual.

    Percentages show by « % » or by half the numbers being over eight: a single number too large is
    a mistake and stays one.
    """
    said = SCALE_SAID.search(heading.casefold())
    if said:
        return Scale(int(said[1]) if said[1] else LARGEST)
    shown = [cell for cell in cells if not cell.is_blank]
    numbers = [number for cell in shown if (number := _number(cell)) is not None]
    has_percent = any(PERCENT.match(cell.text) for cell in shown)
    whole = all(number == int(number) for number in numbers)
    if numbers and not whole and max(numbers) <= 1:
        return Scale(1, shares=True)
    if numbers and has_percent:
        return Scale(1, shares=True) if max(numbers) <= 1 else Scale(LARGEST)
    if numbers and 2 * sum(number > EIGHT for number in numbers) > len(numbers):
        return Scale(LARGEST)
    return Scale(framework_scale)


def looks_like_levels(cells: Iterable[Cell]) -> bool:
    """Whether most of what a column holds reads as levels of some scale."""
    shown = [cell for cell in cells if not cell.is_blank]
    told = sum(read_level(cell, Scale(LARGEST)).level is not None for cell in shown)
    return told > 0 and 2 * told >= len(shown)


def read_level(cell: Cell, scale: Scale) -> LevelRead:
    """The level of a cell; a blank or « non évalué » gives neither level nor message."""
    if cell.problem:
        return LevelRead(kind="level_unreadable", message=cell.problem)
    if isinstance(cell.value, bool):
        return LevelRead(kind="level_unreadable", message=_unreadable(scale))
    text = " ".join(cell.text.split())
    words = fold(text)
    if words in NOT_SAID:
        return LevelRead()
    if words in BY_WORD:
        return LevelRead(BY_WORD[words], _short(text))
    if percent := PERCENT.match(text):
        return _share(_decimal(percent[1]), Decimal(LARGEST), text)
    if part := FRACTION.match(text):
        return _share(_decimal(part[1]), Decimal(int(part[2])), text)
    number = _number(cell)
    if number is None:
        return _with_words(text, scale)
    if scale.shares:
        return _share(number, Decimal(1), f"{number * 100:.0f} %")
    return _on_scale(number, scale, text)


def _with_words(text: str, scale: Scale) -> LevelRead:
    """« Niveau 3 », « 3 - Indépendant », « Avancé (5-6) »."""
    found = NUMBERED.match(text) or LED.match(text)
    if found:
        return _on_scale(Decimal(found[1]), scale, found[1])
    bare = fold(re.sub(r"\(.*?\)", " ", text))
    if bare in BY_WORD:
        return LevelRead(BY_WORD[bare], _short(text))
    return LevelRead(kind="level_unreadable", message=_unreadable(scale))


def _on_scale(number: Decimal, scale: Scale, text: str) -> LevelRead:
    if not 0 <= number <= scale.top:
        return LevelRead(kind="level_out_of_range", message=_out_of_range(scale))
    if scale.top in (FOUR, EIGHT):
        if number != int(number):
            return LevelRead(kind="level_unreadable", message=_unreadable(scale))
        whole = int(number)
        return LevelRead(four_levels(whole, scale.top), stated(whole, scale.top))
    words = f"{text} %" if scale.top == LARGEST else f"{text} sur {scale.top}"
    return _share(number, Decimal(scale.top), words)


def _share(number: Decimal | None, top: Decimal, text: str) -> LevelRead:
    if number is None or not top or not 0 <= number <= top:
        return LevelRead(kind="level_out_of_range", message="Une part va de 0 à 100 %.")
    return LevelRead(four_levels_of_share(Fraction(number) / Fraction(top)), _short(text))


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        return Decimal(str(cell.value))
    return _decimal(re.sub(r"\s", "", cell.text)) if re.match(r"^[+-]?\d", cell.text) else None


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _short(text: str) -> str:
    return text[:40]


def _out_of_range(scale: Scale) -> str:
    return f"Un niveau de cette échelle va de 0 à {scale.top} : corrigez-le, ou videz la cellule."


def _unreadable(scale: Scale) -> str:
    return (
        f"Niveau illisible : écrivez un nombre de 0 à {scale.top}, un pourcentage, ou notions, "
        "avec aide, autonome, expert ; laissez vide ce qui n’a pas été évalué."
    )
