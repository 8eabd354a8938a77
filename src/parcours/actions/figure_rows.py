"""The figures of an agreement, today or as an export froze them, and the rows behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions import export_rows, frozen
from parcours.actions.counted_sheets import BY_TITLE
from parcours.actions.export_quality import untold
from parcours.actions.outcome_columns import COLUMNS, RULES, cells, needs_of
from parcours.actions.outcome_entries import MEMBERS, told
from parcours.actions.outcome_figures import exits
from parcours.actions.outcome_rows import gather
from parcours.actions.outputs import OUTPUTS, output
from parcours.actions.pseudonyms import pseudonym
from parcours.domain.errors import NotFound
from parcours.domain.esf_facts import Reading
from parcours.domain.figure_rows import Part, amount, keeps_unknown, names_of, parted, reason
from parcours.domain.indicators import PEOPLE, Figure, Measure, Row, Tallies, expanded
from parcours.domain.quality import Lack
from parcours.models import Agreement, AgreementCohort, Candidate, Export

ASKED = (
    select(col(Candidate.learner_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Candidate.cohort_id))
    .where(col(AgreementCohort.agreement_id) == bindparam("agreement"))
    .distinct()
)
INCOMPLETE_FILE = Reading.INCOMPLETE.label


@dataclass(frozen=True, slots=True)
class Line:
    """A row behind a figure: the pseudonym, why it is there, and what it adds where it does."""

    person: str
    why: str
    adds: Any = None


@dataclass(frozen=True, slots=True)
class Traced:
    """A figure with the rows behind it, in the order of the workbook."""

    figure: Figure
    headings: Mapping[str, str]
    columns: Sequence[str]
    rows: Sequence[Row]
    parts: Mapping[Part, Sequence[int]]

    @property
    def keeps_unknown(self) -> bool:
        """Whether the unknown are in the denominator."""
        return keeps_unknown(self.figure.measure)

    def lines(self, part: Part, start: int, most: int) -> list[Line]:
        """Some rows of a part."""
        measure = self.figure.measure
        found = []
        for number in self.parts[part][start : start + most]:
            row = dict(zip(self.columns, self.rows[number], strict=True))
            adds = row[measure.sums] if measure.sums and part is Part.COUNTED else None
            why = reason(measure, self.headings, row) + _lacking(row)
            found.append(Line(str(row["person"]), why, adds))
        return found


def trace_today(session: Session, agreement: Agreement, code: str, *, as_of: date) -> Traced:
    """A figure of an agreement and its rows as known on a day (NotFound).

    The caller may see the agreement and its people.
    """
    base = _measure(_measures(as_of), code)
    if base.sheet != PEOPLE:
        return _trace_beside(session, agreement, base, as_of)
    names = list(dict.fromkeys(["person", *names_of(base), "gender", "status", "level"]))
    people = gather(session, agreement, as_of=as_of, needs=needs_of(names))
    rows = [cells(item, tuple(names)) for item in people.participants]
    headings = {name: COLUMNS[name].column.heading for name in names}
    return _traced(base, code, names, headings, rows)


def trace_frozen(export: Export, code: str) -> Traced:
    """A figure of an export kept, over the rows it was handed over with (NotFound)."""
    kept = frozen.unpack(export)
    measures = _frozen_measures(export, kept)
    base = _measure(measures, code)
    if base.sheet != PEOPLE:
        raise NotFound
    headings = dict(zip(kept.codes, kept.headings, strict=True))
    return _traced(base, code, kept.codes, headings, _numbered(measures, kept))


def frozen_figures(export: Export) -> list[Figure]:
    """The figures of an export kept, counted again over its own rows; other sheets’ are not."""
    kept = frozen.unpack(export)
    measures = _frozen_measures(export, kept)
    tallies = Tallies(kept.codes, _numbered(measures, kept))
    return [tallies.figure(measure) for measure in measures if measure.sheet == PEOPLE]


def learners_by_pseudonym(
    session: Session, agreement: Agreement, *, as_of: date, asked: bool = False
) -> dict[str, int]:
    """Whom the names of an agreement’s workbooks stand for: for those who follow these people.

    `asked`: those who asked to enter instead of those who did.
    """
    if asked:
        ids = session.execute(ASKED, {"agreement": agreement.id}).scalars()
    else:
        ids = session.execute(MEMBERS.distinct(), told(agreement, as_of)).scalars()
    return {pseudonym(agreement, key): key for key in ids}


def _lacking(row: Mapping[str, Any]) -> str:
    """The answers without which ESF+ holds a file for incomplete, where the row shows them."""
    if INCOMPLETE_FILE not in row.values():
        return ""
    known = untold()
    lacks = [
        lack.label.lower()
        for lack in (Lack.GENDER, Lack.STATUS, Lack.LEVEL)
        if row.get(known[lack][0]) in known[lack][1]
    ]
    return f" (manque : {', '.join(lacks)})" if lacks else ""


def _frozen_measures(export: Export, kept: frozen.Frozen) -> list[Measure]:
    """What an export counts, by the versions of its day; not what was not yet told by then."""
    known = set(kept.codes)
    asked = [
        measure
        for measure in output(export.output).measures(export.as_of)
        if measure.sheet != PEOPLE or known.issuperset(names_of(measure))
    ]
    return expanded(asked, Tallies(kept.codes, kept.rows))


def _numbered(measures: Sequence[Measure], kept: frozen.Frozen) -> list[Row]:
    """The rows kept, what figures add up being numbers again."""
    added = {name for item in measures for name in (item.sums, item.among_sums) if name}
    places = {place for place, name in enumerate(kept.codes) if name in added}
    return (
        [
            [amount(cell) if place in places else cell for place, cell in enumerate(row)]
            for row in kept.rows
        ]
        if places
        else list(kept.rows)
    )


def _measures(as_of: date) -> list[Measure]:
    """Everything that may be counted on a day, each code once."""
    found: dict[str, Measure] = {}
    for item in OUTPUTS.values():
        for measure in item.measures(as_of):
            found.setdefault(measure.code, measure)
    for measure in exits(RULES, as_of):
        found.setdefault(measure.code, measure)
    return list(found.values())


def _measure(measures: Sequence[Measure], code: str) -> Measure:
    """A measure by its code; « QUARTIER:QN09301M » is one of those repeated by value."""
    for measure in measures:
        if measure.code == code:
            return measure
    for measure in measures:
        if measure.each and code.startswith(f"{measure.code}:"):
            return measure
    raise NotFound


def _trace_beside(session: Session, agreement: Agreement, base: Measure, as_of: date) -> Traced:
    """A figure counted on another sheet than people’s."""

    def genders() -> Mapping[str, str]:
        return export_rows.genders_of(gather(session, agreement, as_of=as_of).participants)

    sheet = BY_TITLE[base.sheet]
    headings = {name: column.heading for name, column in sheet.columns.items()}
    rows = list(sheet.rows(session, agreement, as_of, genders))
    return _traced(base, base.code, list(headings), headings, rows)


def _traced(
    base: Measure,
    code: str,
    columns: Sequence[str],
    headings: Mapping[str, str],
    rows: Sequence[Row],
) -> Traced:
    tallies = Tallies(columns, rows)
    for measure in [base] if base.code == code else expanded([base], tallies):
        if measure.code == code:
            figure = tallies.figure(measure)
            return Traced(figure, headings, columns, rows, parted(measure, columns, rows))
    raise NotFound
