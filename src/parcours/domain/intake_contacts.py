"""Phones, e-mails and postcodes as partners type them, mended when only one reading is possible."""

import re
from dataclasses import dataclass

from parcours.domain.identity import fold

NO_CONTACT = {
    "pas de mail", "pas de telephone", "pas de tel", "sans", "aucun", "aucune", "neant", "non",
    "nc", "n a", "na", "nr", "non communique", "non renseigne", "inconnu", "sans mail",
    "pas d email", "pas d adresse mail", "pas de portable", "sans telephone",
}  # fmt: skip
SCIENTIFIC = re.compile(r"^\d+[.,]?\d*[eE]\+?\d+$")
EMAIL = re.compile(r"^[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@.<>()\[\],;:\"\\]{2,}$")
PHONE_PART = re.compile(r"(?:\+|00)?\d[\d\s.\-_()\u00a0\u202f]{6,}\d")


@dataclass(frozen=True, slots=True)
class Phones:
    """Up to two numbers in international form, the words beside them, and what to check."""

    numbers: tuple[str, ...] = ()
    note: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """A text put in its usual form, or what prevents it; `problem` never rejects a person."""

    value: str | None = None
    problem: str | None = None


def read_phone(text: str) -> Phones:
    """French numbers as +33…, foreign ones as typed after +; anything else softly refused."""
    typed = " ".join(text.split())
    if not typed or fold(typed) in NO_CONTACT:
        return Phones()
    if SCIENTIFIC.match(typed.replace(" ", "")):
        return Phones(
            problem="Nombre arrondi par Excel, chiffres perdus : ressaisissez le numéro en texte."
        )
    numbers, left = [], typed
    for part in PHONE_PART.findall(typed):
        for number in _numbers_of(part):
            numbers.append(number)
        if _numbers_of(part):
            left = left.replace(part, " ")
    note = _words_left(left)
    if not numbers:
        return Phones(note=typed, problem="Ce n’est pas un numéro de téléphone : gardé en note.")
    return Phones(tuple(dict.fromkeys(numbers))[:2], note)


def read_email(text: str) -> Mended:
    """The address in lower case without spaces; a doubtful one is left out, not the person."""
    typed = "".join(text.split()).strip(";,<>").removeprefix("mailto:")
    if not typed or fold(text) in NO_CONTACT:
        return Mended()
    if not EMAIL.match(typed) or len(typed) > 254:
        return Mended(problem="Ce courriel n’est pas complet. Exemple : prenom.nom@exemple.fr")
    return Mended(typed.lower())


def read_postcode(text: str) -> Mended:
    """Five digits; the zero Excel drops is put back (1000 → 01000)."""
    digits = re.sub(r"\s", "", text)
    digits = digits.removesuffix(".0").removesuffix(",0").upper().removeprefix("F-")
    if not digits:
        return Mended()
    if re.fullmatch(r"\d{4}", digits):
        digits = "0" + digits
    if re.fullmatch(r"(?!00|99)\d{5}", digits):
        return Mended(digits)
    return Mended(problem="Un code postal a cinq chiffres. Exemple : 01000")


def _numbers_of(part: str) -> list[str]:
    digits = re.sub(r"[^\d+]", "", part.replace("(0)", ""))
    if len(digits) == 20 and digits[0] == "0" and digits[10] == "0":
        halves = [_normal(digits[:10]), _normal(digits[10:])]
        return [number for number in halves if number]
    number = _normal(digits)
    return [number] if number else []


def _normal(digits: str) -> str | None:
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+33"):
        rest = digits[3:].removeprefix("0")
        return "+33" + rest if re.fullmatch(r"[1-9]\d{8}", rest) else None
    if digits.startswith("+"):
        return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else None
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return "+33" + digits[1:]
    if re.fullmatch(r"[1-9]\d{8}", digits):
        return "+33" + digits
    if re.fullmatch(r"33[1-9]\d{8}", digits):
        return "+" + digits
    return None


def _words_left(text: str) -> str | None:
    words = " ".join(text.split()).strip(" /;,-–:()")
    return words if re.search(r"\w", words) else None
