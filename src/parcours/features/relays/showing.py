"""How a relay reads: its person, its step, where it stands."""

from dataclasses import dataclass
from datetime import date

from parcours.domain.identity import shown_name, veiled_name
from parcours.domain.relays import Deadlines, RelayState, state
from parcours.features.relays.store import RelayRow
from parcours.models import Message
from parcours.web.words import long_day, short_day


@dataclass(frozen=True, slots=True)
class ShownRelay:
    """A relay as pages write it."""

    row: RelayRow
    name: str
    dates: str
    state: RelayState
    told: str
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether an answer still counts."""
        return self.state in (RelayState.PENDING, RelayState.LATE)


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link just made, shown once; and the message that gives its address, if one does."""

    address: str
    code: str
    sent: Message | None = None


def shown(row: RelayRow, today: date) -> ShownRelay:
    """A row on `today`; the name is whole only for those who see the person’s file."""
    deadlines = Deadlines(row.due_on, row.escalates_on, row.expires_on)
    where = state(row.answer, deadlines, today)
    name = (
        shown_name(row.birth_name, row.first_names, row.usage_name)
        if row.is_known
        else veiled_name(row.birth_name, row.first_names)
    )
    told, tone = _told(row, where, today)
    return ShownRelay(row, name, dates(row.starts_on, row.ends_on), where, told, tone)


def dates(starts_on: date, ends_on: date | None) -> str:
    """« du 7 janvier 2027 au 31 juillet 2027 »."""
    if ends_on is None:
        return f"à partir du {long_day(starts_on)}"
    return f"du {long_day(starts_on)} au {long_day(ends_on)}"


def _told(row: RelayRow, where: RelayState, today: date) -> tuple[str, str]:
    answered = short_day(row.answered_on, today) if row.answered_on else ""
    if where is RelayState.PENDING:
        return f"Réponse attendue d’ici au {short_day(row.due_on, today)}", "neutral"
    if where is RelayState.LATE:
        days = (today - row.due_on).days
        return f"Réponse en retard de {days} j", "warning"
    if where is RelayState.EXPIRED:
        return f"Expiré le {short_day(row.expires_on, today)}, sans réponse", "danger"
    if where is RelayState.ACCEPTED:
        return f"Accepté le {answered}", "success"
    if where is RelayState.WITHDRAWN:
        return f"Retiré le {answered}", "neutral"
    return f"Décliné le {answered}", "danger"
