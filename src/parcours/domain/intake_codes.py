"""What attendance sheets write in a cell, and how they write a name."""

import re

from parcours.domain.attendance import Status
from parcours.domain.identity import clean_name, fold
from parcours.domain.intake_table import Cell

CODES = {
    Status.PRESENT: ("p", "x", "1", "present", "presente", "pres", "ok", "oui", "o", "vrai", "pp"),
    Status.UNJUSTIFIED: (
        "a", "abs", "absent", "absente", "absence", "0", "n", "non", "ai", "ani", "anj", "aa",
        "abs inj", "injustifie", "injustifiee", "absence injustifiee", "absent injustifie", "faux",
        "abs injustifiee", "abs non justifiee", "absence non justifiee",
    ),
    Status.JUSTIFIED: (
        "aj", "j", "justifie", "justifiee", "e", "exc", "excuse", "excusee", "abs j", "a j",
        "abs just", "absent justifie", "absence justifiee", "abs justifiee", "maladie", "mal",
        "arret maladie", "abs excusee",
    ),
    Status.LATE: ("r", "ret", "retard", "late", "en retard"),
    Status.REMOTE: (
        "d", "dist", "distanciel", "a distance", "foad", "visio", "teletravail", "remote", "tt",
    ),
    Status.IN_COMPANY: (
        "ent", "stage", "entreprise", "en entreprise", "immersion", "pmsmp", "alternance",
        "in company", "st", "en stage",
    ),
}  # fmt: skip
BY_CODE = {code: status for status, codes in CODES.items() for code in codes}
CLOSED = {
    "ferie", "jour ferie", "f", "ferme", "fermeture", "vacances", "conges", "pont", "vac", "jf",
    "centre ferme", "pas cours", "pas de cours", "holiday", "feriee",
}  # fmt: skip
LATE = re.compile(r"(?:r|ret|retard)(?: de)? ?(\d{1,3}) ?(?:m|mn|min|minutes?)?")
LATE_HOURS = re.compile(r"(?:r|ret|retard)(?: de)? ?(\d) ?h ?([0-5]\d)?")
EXCUSED = re.compile(r"(abs\w*|a) ?(just\w*|exc\w*)")
UNEXCUSED = re.compile(r"(abs\w*|a) ?(non|in|pas) ?(just\w*|exc\w*)")
TICKS = {"✓", "✔", "☑", "√"}
MOST_LATE = 240
UNKNOWN_CODE = (
    "Code « {value} » inconnu. Écrivez P (présent), A (absent), AJ (absence justifiée), "
    "R (retard), D (à distance), ENT (en entreprise), ou laissez vide."
)


def read_code(cell: Cell) -> tuple[Status | None, int, bool] | None:
    """(status, minutes late, closed?) of a code; None when it means nothing."""
    if isinstance(cell.value, bool):
        return (Status.PRESENT if cell.value else Status.UNJUSTIFIED), 0, False
    words = fold(cell.text)
    bare = fold(re.sub(r"\(.*?\)", " ", cell.text))
    if {words, bare} & CLOSED:
        return None, 0, True
    status = BY_CODE.get(words) or BY_CODE.get(bare) or _of_phrase(bare, cell.text)
    if status and not LATE.fullmatch(words):
        return status, 0, False
    late, hours = LATE.fullmatch(words), LATE_HOURS.fullmatch(words)
    minutes = int(late[1]) if late else 0
    if hours:
        minutes = int(hours[1]) * 60 + int(hours[2] or 0)
    if (late or hours) and minutes <= MOST_LATE:
        return Status.LATE, minutes, False
    return None


def name_guesses(text: str) -> tuple[tuple[str, str], ...]:
    """(last, first) readings: « BOUCHER, Noémie », « MÜLLER Karim », « Jérémy Marchand »."""
    name = clean_name(re.sub(r"\(.*?\)|^\d+[.)\- ]+", " ", text))
    last, comma, first = name.partition(",")
    if comma:
        return ((last.strip(), first.strip()),)
    words = [word for word in name.split() if fold(word) not in {"m", "mme", "mr", "monsieur"}]
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        others = [word for word in words if word not in capitals]
        return ((" ".join(capitals), " ".join(others)),)
    if len(words) < 2:
        return ((" ".join(words), ""),)
    return (
        (" ".join(words[1:]), words[0]),
        (words[0], " ".join(words[1:])),
        (words[-1], " ".join(words[:-1])),
    )[: 3 if len(words) > 2 else 2]


def _of_phrase(words: str, text: str) -> Status | None:
    if UNEXCUSED.fullmatch(words):
        return Status.UNJUSTIFIED
    if EXCUSED.fullmatch(words):
        return Status.JUSTIFIED
    return Status.PRESENT if text in TICKS else None
