"""What a table of exits says of the weeks and months after: what enters, and why the rest does not.

The follow-ups of an exit are those its programme asks for. A situation told at another delay is
still a fact, which definitions read by its day: it is kept as news. Nothing told is overwritten,
and nothing is left out in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from parcours.actions.follow_ups import delays
from parcours.actions.situations import SituationRecord, exit_type, facts_of
from parcours.domain.follow_ups import State, is_pointless
from parcours.domain.intake_outcomes import OutcomeRow, SaidLater
from parcours.models import ExitSituation, FollowUp

SILENT = frozenset({None, State.UNKNOWN, State.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Told:
    """An exit as it is known, or will be: what it asks for, and what was said since."""

    record: SituationRecord
    exited_on: date
    asked: Sequence[str]
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)
    since: Sequence[ExitSituation] = ()

    def due_on(self, said: SaidLater) -> date:
        """The day a cell tells of."""
        return delays()[said.delay].due_on(self.exited_on)

    def held(self, said: SaidLater) -> ExitSituation | None:
        """What is already told of that follow-up, or of that very day where none was asked."""
        row = self.follow_ups.get(said.delay)
        for item in self.since:
            if item.follow_up_id == row.id if row else item.observed_on == self.due_on(said):
                return item
        return None


@dataclass(slots=True)
class Later:
    """The answers of a line: those that enter, those kept as news, why others stay out."""

    answers: list[SaidLater] = field(default_factory=list)
    news: list[SaidLater] = field(default_factory=list)
    refused: list[tuple[SaidLater, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether something enters."""
        return bool(self.answers or self.news)


def sort_out(row: OutcomeRow, told: Told, today: date) -> Later:
    """What becomes of each cell of a line about the time after the exit."""
    found = Later()
    for said in row.later:
        if reason := _refusal(said, told, today):
            found.refused.append((said, reason))
        elif said.delay not in told.asked:
            if told.held(said) is None:
                found.news.append(said)
        elif _is_new(said, told.follow_ups.get(said.delay)):
            found.answers.append(said)
    return found


def notices_of(kept: Mapping[str, Sequence[int]]) -> list[str]:
    """In words, by delay, the lines whose answers are kept as news."""
    return [
        f"Suivi {_label(code)} : le programme ne le prévoit pas pour {_lines(kept[code])}. La "
        "situation est gardée parmi les nouvelles, au jour dit, et les définitions la lisent."
        for code in delays()
        if code in kept
    ]


def _refusal(said: SaidLater, told: Told, today: date) -> str | None:
    """Why a cell says nothing that can be noted; None when it can, or is noted already."""
    where, delay = _label(said.delay), delays()[said.delay]
    is_asked = said.delay in told.asked
    opens_on = delay.opens_on(told.exited_on) if is_asked else told.due_on(said)
    if opens_on > today:
        day = opens_on.strftime("%d/%m/%Y")
        return f"Trop tôt : le suivi {where} s’ouvre le {day}. Réimportez le fichier après ce jour."
    if is_pointless(facts_of(told.record)):
        return f"Le suivi {where} est sans objet : la sortie est un retrait."
    held = told.held(said)
    if held is not None and _differ(held, said):
        return (
            f"Une autre réponse est déjà notée {where} : corrigez-la dans la fiche si elle est "
            "fausse."
        )
    if not is_asked and said.situation is None:
        return f"Le programme ne prévoit pas de suivi {where} : il n’y a rien à noter."
    return None


def _is_new(said: SaidLater, row: FollowUp | None) -> bool:
    """Whether a cell tells of a follow-up what is not known: an answer even after silence."""
    if row is None:
        return True
    return row.outcome in SILENT if said.situation is not None else row.outcome is None


def _differ(held: ExitSituation, said: SaidLater) -> bool:
    """Whether two tell of different kinds of situation; « en emploi » and a contract do not."""
    known, new = exit_type(held.situation), exit_type(said.situation)
    return known is not None and new is not None and known.kind is not new.kind


def _label(code: str) -> str:
    label = delays()[code].label
    return label[0].lower() + label[1:]


def _lines(numbers: Sequence[int]) -> str:
    shown, more = numbers[:10], len(numbers) - 10
    listed = ", ".join(map(str, shown))
    return f"{'la ligne' if len(numbers) == 1 else 'les lignes'} {listed}" + (
        f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else ""
    )
