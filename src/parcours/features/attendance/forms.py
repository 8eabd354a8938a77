"""The form of a half-day: `mark-41=present`, `late-41=15`, and what was shown: `was-41`."""

from parcours.domain.attendance import Asked, Status
from parcours.domain.errors import RuleBroken
from parcours.web.forms import Form

USUAL_LATENESS = 15


def read_marks(form: Form) -> dict[int, Asked]:
    """What is asked for each enrolment (RuleBroken on a value that is none)."""
    late = form.starting_with("late-")
    asked: dict[int, Asked] = {}
    for key, value in form.starting_with("mark-").items():
        if not key.isdecimal() or value not in {status.value for status in Status}:
            raise RuleBroken("Cette feuille n’est pas lisible : rechargez la page.")
        status = Status(value)
        asked[int(key)] = Asked(status, _minutes(late.get(key, ""), key, status))
    if not asked:
        raise RuleBroken("Personne n’est inscrit à cette date : rien à enregistrer.")
    return asked


def expected_marks(form: Form) -> dict[int, Asked | None]:
    """What the page showed as recorded; None for those nobody had recorded."""
    shown: dict[int, Asked | None] = {}
    for key, value in form.starting_with("was-").items():
        status, _, minutes = value.partition(":")
        if key.isdecimal() and status in {item.value for item in Status}:
            shown[int(key)] = Asked(Status(status), int(minutes) if minutes.isdecimal() else 0)
    return shown


def _minutes(text: str, key: str, status: Status) -> int:
    if status is not Status.LATE:
        return 0
    if not text:
        return USUAL_LATENESS
    if not text.isdecimal() or not 1 <= int(text) <= 240:
        raise RuleBroken(f"« {text} » : un retard se compte en minutes, de 1 à 240.",
                         field=f"late-{key}")  # fmt: skip
    return int(text)
