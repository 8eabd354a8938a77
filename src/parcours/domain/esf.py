"""ESF+ common indicators, person by person: who counts, who does not, and who nobody can tell.

Source: domain notes §1 and Regulation (EU) 2021/1057, annex I; the words of each indicator are in
fixtures/reference/esf_indicators.csv, its figures in esf_rules.csv. What a person was at entry is
read at entry, what became of them at exit, four weeks and six months after.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.dates import age_on
from parcours.domain.esf_facts import Participation, Reading, lacks
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import (
    Improvement,
    Qualification,
    SituationFacts,
    SituationKind,
    add_months,
    between,
    in_force_on,
)
from parcours.domain.words import Gender

UNEMPLOYED, LONG_TERM, INACTIVE, EMPLOYED = "EECO02", "EECO03", "EECO04", "EECO05"
MAIN = (UNEMPLOYED, INACTIVE, EMPLOYED)
# What says whether somebody works; « sans nouvelle » or « abandon » does not.
ANSWERS = {
    SituationKind.EMPLOYMENT,
    SituationKind.CREATION,
    SituationKind.TRAINING,
    SituationKind.JOB_SEEKING,
    SituationKind.INACTIVE,
}


@dataclass(frozen=True, slots=True)
class IndicatorCount:
    """An indicator over people: the count by gender, and everybody it does not count by why."""

    code: str
    count: int
    by_gender: Mapping[Gender, int]
    readings: Mapping[Reading, int]

    @property
    def concerned(self) -> int:
        """Whom it is about: those it counts, does not count, or cannot tell."""
        return sum(self.readings[item] for item in (Reading.YES, Reading.NO, Reading.UNKNOWN))

    @property
    def unknown(self) -> int:
        """Whom it is about and cannot tell."""
        return self.readings[Reading.UNKNOWN]


Reader = Callable[[Participation, date, Parameters], Reading]


def read(code: str, participation: Participation, as_of: date, parameters: Parameters) -> Reading:
    """How an indicator reads somebody; an incomplete file is in none of them."""
    if lacks(participation, parameters):
        return Reading.INCOMPLETE
    return read_complete(code, participation, as_of, parameters)


def read_complete(
    code: str, participation: Participation, as_of: date, parameters: Parameters
) -> Reading:
    """How an indicator reads somebody whose file was found complete."""
    return READERS[code](participation, as_of, parameters)


def count(
    code: str, participants: Sequence[Participation], as_of: date, parameters: Parameters
) -> IndicatorCount:
    """An indicator of people over participants, each of them once."""
    readings = [(item, read(code, item, as_of, parameters)) for item in participants]
    counted = [item.entry.gender for item, reading in readings if reading is Reading.YES]
    return IndicatorCount(
        code,
        len(counted),
        {gender: counted.count(gender) for gender in Gender},
        {word: sum(reading is word for _, reading in readings) for word in Reading},
    )


def codes_of(participation: Participation, as_of: date, parameters: Parameters) -> tuple[str, ...]:
    """The indicators somebody counts in."""
    return tuple(
        code for code in READERS if read(code, participation, as_of, parameters) is Reading.YES
    )


def _yes(is_so: bool | None) -> Reading:
    if is_so is None:
        return Reading.UNKNOWN
    return Reading.YES if is_so else Reading.NO


def _total(participation: Participation, _as_of: date, _parameters: Parameters) -> Reading:
    return _yes(participation.entry.status in MAIN)


def _status(code: str) -> Reader:
    return lambda item, _as_of, _parameters: _yes(item.entry.status == code)


def _long_term(item: Participation, _as_of: date, parameters: Parameters) -> Reading:
    entry = item.entry
    if entry.status != UNEMPLOYED:
        return Reading.OUT
    if entry.unemployed_since is None:
        return _yes(entry.is_long_term)
    is_young = age_on(entry.born_on, item.entered_on) < parameters.integer("young_age")
    months = parameters.integer("young_months" if is_young else "long_months")
    return _yes(add_months(entry.unemployed_since, months) <= item.entered_on)


def _age(first: int, last: int) -> Reader:
    return lambda item, _as_of, _parameters: _yes(
        first <= age_on(item.entry.born_on, item.entered_on) <= last
    )


def _level(code: str) -> Reader:
    return lambda item, _as_of, _parameters: _yes(item.entry.level == code)


def _answer(name: str) -> Reader:
    return lambda item, _as_of, _parameters: _yes(getattr(item.entry, name))


def _at_exit(
    item: Participation,
    as_of: date,
    parameters: Parameters,
    test: Callable[[SituationFacts], bool],
) -> Reading:
    """Whether a situation met between the exit and the weeks after it passes a test."""
    if item.leaver is None:
        return Reading.NOT_DUE
    exited_on = item.leaver.exited_on
    last = exited_on + timedelta(weeks=parameters.integer("weeks"))
    met = between(item.leaver.situations, exited_on, last)
    if any(test(facts) for facts in met):
        return Reading.YES
    if any(facts.kind in ANSWERS for facts in met) or _starts_later(item.leaver, last):
        return Reading.NO
    return Reading.NOT_DUE if as_of <= last else Reading.UNKNOWN


def _starts_later(leaver: Leaver, last: date) -> bool:
    """A job or a training said at the exit that begins too late is an answer: not yet by then."""
    start = leaver.first.contract_starts_on
    return leaver.first.kind in ANSWERS and start is not None and start > last


def _job_search(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.entry.status != INACTIVE:
        return Reading.OUT
    return _at_exit(item, as_of, parameters, lambda facts: facts.kind is SituationKind.JOB_SEEKING)


def _training(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.entry.is_in_training:
        return Reading.OUT
    found = _at_exit(item, as_of, parameters, _is_training)
    return Reading.UNKNOWN if item.entry.is_in_training is None else found


def _is_training(facts: SituationFacts) -> bool:
    alternates = facts.contract is not None and facts.contract.is_work_study
    return alternates or facts.kind is SituationKind.TRAINING


def _qualification(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.leaver is None:
        return Reading.NOT_DUE
    last = item.leaver.exited_on + timedelta(weeks=parameters.integer("weeks"))
    said = [facts for facts in item.leaver.situations if facts.qualification is not None]
    obtained = [facts for facts in said if facts.qualification is not Qualification.NONE]
    if any((facts.qualified_on or facts.on) <= last for facts in obtained):
        return Reading.YES
    if said:
        return Reading.NO
    return Reading.NOT_DUE if as_of <= last else Reading.UNKNOWN


def _employment(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.entry.status not in {UNEMPLOYED, INACTIVE}:
        return Reading.OUT
    return _at_exit(item, as_of, parameters, lambda facts: facts.is_job)


def _later(item: Participation, as_of: date, parameters: Parameters) -> SituationFacts | Reading:
    """The situation six months after the exit, on that very day, else why there is none."""
    if item.leaver is None:
        return Reading.NOT_DUE
    day = add_months(item.leaver.exited_on, parameters.integer("months"))
    if as_of < day:
        return Reading.NOT_DUE
    tolerance = parameters.integer("tolerance_days")
    found = in_force_on(item.leaver.situations, day, tolerance=tolerance)
    return found if found is not None and found.kind in ANSWERS else Reading.UNKNOWN


def _employment_later(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.entry.status not in {UNEMPLOYED, INACTIVE}:
        return Reading.OUT
    found = _later(item, as_of, parameters)
    return found if isinstance(found, Reading) else _yes(found.is_job)


def _better_later(item: Participation, as_of: date, parameters: Parameters) -> Reading:
    if item.entry.status != EMPLOYED:
        return Reading.OUT
    found = _later(item, as_of, parameters)
    if isinstance(found, Reading):
        return found
    if not found.is_job:
        return Reading.NO
    return _yes(None if found.improvement is None else found.improvement is not Improvement.NONE)


READERS: dict[str, Reader] = {
    "EECO01": _total,
    "EECO02": _status(UNEMPLOYED),
    "EECO03": _long_term,
    "EECO04": _status(INACTIVE),
    "EECO05": _status(EMPLOYED),
    "EECO06": _age(0, 17),
    "EECO07": _age(18, 29),
    "EECO08": _age(55, 150),
    "EECO09": _level("EECO09"),
    "EECO10": _level("EECO10"),
    "EECO11": _level("EECO11"),
    "EECO12": _answer("is_disabled"),
    "EECO13": _answer("is_from_third_country"),
    "EECO14": _answer("has_foreign_background"),
    "EECO15": _answer("is_of_minority"),
    "EECO16": _answer("is_homeless"),
    "EECO17": _answer("is_rural"),
    "EECR01": _job_search,
    "EECR02": _training,
    "EECR03": _qualification,
    "EECR04": _employment,
    "EECR05": _employment_later,
    "EECR06": _better_later,
}
