"""The form of a half-day: `mark-41=present`, `late-41=15`, `why-41=SANTE`, and `was-41`."""

from parcours.domain.attendance import Asked, Status
from parcours.domain.errors import RuleBroken
from parcours.web.forms import Form

USUAL_LATENESS = 15


def read_marks(form: Form) -> dict[int, Asked]:
    """What is asked for each enrolment (RuleBroken on a value that is none)."""
    late, why = form.starting_with("late-"), form.starting_with("why-")
    asked: dict[int, Asked] = {}
    for key, value in form.starting_with("mark-").items():
        if not key.isdecimal() or value not in {status.value for status in Status}:
            raise RuleBroken("Cette feuille n’est pas lisible : rechargez la page.")
        status = Status(value)
        reason = why.get(key) or None
        asked[int(key)] = Asked(
            status,
            _minutes(late.get(key, ""), key, status),
            None if status.is_presence else reason,
        )
    if not asked:
        raise RuleBroken("Personne n’est inscrit à cette date : rien à enregistrer.")
    return asked


def expected_marks(form: Form) -> dict[int, Asked | None]:
    """What the page showed as recorded; None for those nobody had recorded."""
    shown: dict[int, Asked | None] = {}
    for key, value in form.starting_with("was-").items():
        status, minutes, reason = [*value.split(":", 2), "", ""][:3]
        if key.isdecimal() and status in {item.value for item in Status}:
            late = int(minutes) if minutes.isdecimal() else 0
            shown[int(key)] = Asked(Status(status), late, reason or None)
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
