"""« Ce qui a changé depuis mars » : two exports compared, each change with the event behind it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from parcours.actions import frozen
from parcours.actions.outcome_columns import COLUMNS
from parcours.actions.outcome_entries import MEMBERS, told
from parcours.actions.pseudonyms import pseudonym
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import Audience
from parcours.domain.differences import Difference, compare
from parcours.domain.errors import RuleBroken
from parcours.models import (
    Account,
    Agreement,
    AgreementCohort,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Exit,
    ExitSituation,
    Export,
    FieldChange,
    JuryResult,
    visibility,
)
from parcours.models.outcomes import Moment

ENTRY, EXIT, PRESENCE, JURY = "entry", "exit", "presence", "jury"
FIELDS = {
    "gender": "Genre",
    "born_on": "Date de naissance",
    "education": "Niveau",
    "entry_status": "Situation à l’entrée",
    "receives_rsa": "RSA",
    "qpv_status": "Quartier prioritaire",
    "qpv_code": "Code du quartier",
}
# What may move a column, besides the columns ESF+ reads at entry (see `_moved_by`).
MOVED_BY: dict[str, set[str]] = {
    "gender": {"gender"},
    "age": {"born_on", ENTRY},
    "age_band": {"born_on", ENTRY},
    "young": {"born_on", ENTRY},
    "level": {"education"},
    "low_level": {"education"},
    "status": {"entry_status"},
    "account_type": {"entry_status"},
    "rsa": {"receives_rsa"},
    "district": {"qpv_status"},
    "district_code": {"qpv_code"},
    "complete": {"gender", "education", "entry_status"},
}
GROUPS = {
    "Entrée": {ENTRY},
    "Heures et certification": {PRESENCE, JURY},
    "Sortie": {EXIT},
    "Indicateurs FSE+": {"gender", "education", "entry_status", "born_on", ENTRY, EXIT},
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something done between two exports, or known since: what, when, by whom."""

    source: str
    text: str
    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two exports, what differs, the events of each person, and what changed for all."""

    before: Export
    after: Export
    headings: Mapping[str, str]
    difference: Difference
    events: Mapping[str, list[Event]]
    overall: list[str]

    def events_of(self, person: str, column: str = "") -> list[Event]:
        """The events that may move a column of somebody; without a column, that they came."""
        wanted = _moved_by(column) if column else {ENTRY}
        return [event for event in self.events.get(person, []) if event.source in wanted]


def compare_exports(session: Session, actor: Actor, before_id: int, after_id: int) -> Compared:
    """What changed from one export of an agreement to another the actor may see (RuleBroken)."""
    require(actor, Capability.EXPORT_OUTCOMES)
    before = visibility.export(session, actor, before_id)
    after = visibility.export(session, actor, after_id)
    if before.agreement_id != after.agreement_id:
        raise RuleBroken("Comparez deux classeurs de la même convention.", field="after")
    if before.audience is not after.audience:
        raise RuleBroken("Comparez deux classeurs de même nature.", field="after")
    agreement = visibility.agreement(session, actor, before.agreement_id)
    one, other = frozen.unpack(before), frozen.unpack(after)
    columns = [code for code in other.codes if code in one.codes]
    found = compare(one.by_person(), other.by_person(), columns)
    # Counts are nobody’s: no act stands behind one of them.
    people = found.people if after.audience is Audience.HOLDER else []
    events = _events(session, agreement, people, before, after)
    headings = dict(zip(other.codes, other.headings, strict=True))
    return Compared(before, after, headings, found, events, _overall(before, after, one, other))


def _overall(before: Export, after: Export, one: frozen.Frozen, other: frozen.Frozen) -> list[str]:
    found = []
    if before.as_of != after.as_of:
        days = [day.strftime("%d/%m/%Y") for day in (before.as_of, after.as_of)]
        found.append(f"La date d’arrêt passe du {days[0]} au {days[1]}.")
    if before.rules != after.rules:
        found.append(f"Les règles passent de {before.rules} à {after.rules}.")
    if set(one.codes) != set(other.codes):
        found.append("Les deux n’ont pas les mêmes colonnes : les communes sont comparées.")
    return found


def _moved_by(column: str) -> set[str]:
    item = COLUMNS.get(column)
    return MOVED_BY.get(column) or (GROUPS[item.group] if item else set())


def _events(
    session: Session, agreement: Agreement, people: Iterable[str], before: Export, after: Export
) -> dict[str, list[Event]]:
    wanted = set(people)
    if not wanted:
        return {}
    told_of = told(agreement, max(before.as_of, after.as_of))
    window = _Window(before, after)
    found: dict[str, list[Event]] = defaultdict(list)
    for source in (_fields, _entries, _exits, _presences, _juries):
        for learner_id, event in source(session, window, told_of):
            if (name := pseudonym(agreement, learner_id)) in wanted:
                found[name].append(event)
    return {name: sorted(events, key=lambda event: event.at) for name, events in found.items()}


@dataclass(frozen=True, slots=True)
class _Window:
    """What separates two exports: acts recorded since, and days that have come since."""

    before: Export
    after: Export

    def recorded(self, column: Any) -> Any:
        return and_(col(column) > self.before.created_at, col(column) <= self.after.created_at)

    def come(self, column: Any) -> Any:
        first, last = sorted((self.before.as_of, self.after.as_of))
        return and_(col(column) > first, col(column) <= last)


Found = Iterable[tuple[int, Event]]


def _fields(session: Session, window: _Window, told_of: Mapping[str, Any]) -> Found:
    rows = session.execute(
        select(FieldChange, col(Account.name))
        .join(Account, col(Account.id) == col(FieldChange.account_id))
        .where(
            col(FieldChange.learner_id).in_(MEMBERS),
            col(FieldChange.field).in_(FIELDS),
            window.recorded(FieldChange.at),
        ),
        told_of,
    )
    for row, author in rows:
        # Who works elsewhere is not named to those who read this agreement.
        if row.organisation_id != told_of["holder"]:
            author = "un partenaire"
        yield row.learner_id, Event(row.field, f"{FIELDS[row.field]} : modifié", row.at, author)


def _entries(session: Session, window: _Window, told_of: Mapping[str, Any]) -> Found:
    rows = session.execute(
        select(Enrolment, col(Cohort.name), col(Account.name))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Account, col(Account.id) == col(Enrolment.created_by_id))
        .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id))
        .where(
            col(AgreementCohort.agreement_id) == told_of["agreement"],
            or_(
                window.recorded(Enrolment.created_at),
                window.come(Enrolment.enrolled_on),
                window.come(Enrolment.left_on),
            ),
        )
    )
    for row, cohort, author in rows:
        text = f"Entrée dans {cohort} le {_day(row.enrolled_on)}"
        if row.left_on is not None:
            text = f"{text}, départ le {_day(row.left_on)}"
        yield row.learner_id, Event(ENTRY, text, row.created_at, author)


def _exits(session: Session, window: _Window, told_of: Mapping[str, Any]) -> Found:
    rows = session.execute(
        select(ExitSituation, col(Account.name))
        .join(Exit, col(Exit.id) == col(ExitSituation.exit_id))
        .join(Account, col(Account.id) == col(ExitSituation.created_by_id))
        .where(
            col(ExitSituation.learner_id).in_(MEMBERS),
            col(ExitSituation.organisation_id) == told_of["holder"],
            or_(window.recorded(ExitSituation.created_at), window.come(ExitSituation.observed_on)),
        ),
        told_of,
    )
    for row, author in rows:
        text = f"{_named(row)} au {_day(row.observed_on)}"
        yield row.learner_id, Event(EXIT, text, row.created_at, author)


def _presences(session: Session, window: _Window, told_of: Mapping[str, Any]) -> Found:
    rows = session.execute(
        select(
            col(Enrolment.learner_id),
            func.count(),
            func.max(col(AttendanceMark.recorded_at)),
            func.min(col(Account.name)),
        )
        .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id))
        .join(AttendanceMark, col(AttendanceMark.enrolment_id) == col(Enrolment.id))
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .join(Account, col(Account.id) == col(AttendanceMark.recorded_by_id))
        .where(
            col(AgreementCohort.agreement_id) == told_of["agreement"],
            or_(window.recorded(AttendanceMark.recorded_at), window.come(CohortHalfDay.held_on)),
        )
        .group_by(col(Enrolment.learner_id))
    )
    for learner_id, count, last, author in rows:
        yield learner_id, Event(PRESENCE, f"Émargement : {count} demi-journées", last, author)


def _juries(session: Session, window: _Window, told_of: Mapping[str, Any]) -> Found:
    rows = session.execute(
        select(JuryResult, col(Account.name))
        .join(Account, col(Account.id) == col(JuryResult.created_by_id))
        .where(
            col(JuryResult.learner_id).in_(MEMBERS),
            col(JuryResult.organisation_id) == told_of["holder"],
            or_(window.recorded(JuryResult.created_at), window.come(JuryResult.jury_on)),
        ),
        told_of,
    )
    for row, author in rows:
        text = f"Jury du {_day(row.jury_on)} : {row.outcome.label}"
        yield row.learner_id, Event(JURY, text, row.created_at, author)


def _named(row: ExitSituation) -> str:
    if row.moment is Moment.EXIT:
        return "Sortie corrigée" if row.replaces_id is not None else "Sortie notée"
    return "Réponse à un suivi" if row.follow_up_id is not None else "Situation signalée"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
