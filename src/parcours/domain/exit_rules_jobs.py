"""Definitions that add up jobs over months: PLIE, and France Travail’s return to employment.

Source: domain notes §2.2. Sibling of exit_rules.py, which names both.
"""

from collections.abc import Iterable
from datetime import date

from parcours.domain.leavers import APART, Leaver, Parameters
from parcours.domain.outcomes import (
    ONE_DAY,
    ContractType,
    EmployerKind,
    ExitClass,
    Qualification,
    SituationFacts,
    SituationKind,
    add_months,
    lasts_months,
)


def classify_plie(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """PLIE: six continuous months of attested employment, a validated training, a creation.

    Contracts that follow one another are added up; a seasonal one counts over twelve months.
    """
    kind = leaver.first.kind
    if kind is SituationKind.WITHDRAWN:
        return ExitClass.WITHDRAWN
    months = parameters.integer("months")
    jobs = [item for item in leaver.situations if item.kind is SituationKind.EMPLOYMENT]
    attested = [item for item in jobs if _is_attested(item, parameters)]
    if _has_run(attested, months, as_of, parameters) or _is_seasonal(attested, as_of, parameters):
        return ExitClass.POSITIVE
    others = (item for item in leaver.situations if item not in jobs)
    if any(_is_plie_other(item, months, as_of) for item in others):
        return ExitClass.POSITIVE
    if _has_run((item for item in jobs if _may_count(item, parameters)), months, as_of, parameters):
        return ExitClass.UNCLASSIFIED
    if as_of < add_months(leaver.exited_on, months):
        return ExitClass.NOT_DUE
    return APART.get(kind, ExitClass.OTHER) if not jobs else _after_jobs(jobs, as_of)


def classify_france_travail(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """France Travail: a job of at least a month begun within six months, by those registered."""
    if leaver.is_registered is False:
        return ExitClass.NOT_CONCERNED
    if leaver.first.kind is SituationKind.WITHDRAWN:
        return ExitClass.WITHDRAWN
    if leaver.is_registered is None:
        return ExitClass.UNCLASSIFIED
    limit = add_months(leaver.exited_on, parameters.integer("months"))
    readings = [_is_access(item, leaver.exited_on, limit, parameters) for item in leaver.situations]
    if True in readings:
        return ExitClass.POSITIVE
    if as_of < limit:
        return ExitClass.NOT_DUE
    if None in readings:
        return ExitClass.UNCLASSIFIED
    told = [item for item in leaver.situations if item.kind not in APART]
    return ExitClass.OTHER if told else APART.get(leaver.first.kind, ExitClass.NOT_DOCUMENTED)


def _is_attested(facts: SituationFacts, parameters: Parameters) -> bool:
    if parameters.flag("needs_proof") and not facts.has_proof:
        return False
    return facts.weekly_hours is not None and _may_count(facts, parameters)


def _may_count(facts: SituationFacts, parameters: Parameters) -> bool:
    """Hours nobody said may be enough; those said to be below are not."""
    least = parameters.decimal("weekly_hours")
    return facts.weekly_hours is None or facts.weekly_hours >= least


def _has_run(
    jobs: Iterable[SituationFacts], months: int, as_of: date, parameters: Parameters
) -> bool:
    """Whether jobs touch one another over that many months, on what is past on `as_of`."""
    run: tuple[date, date] | None = None
    for start, end in _spells(jobs, as_of):
        follows = run is not None and start <= run[1] + ONE_DAY * (
            1 + parameters.integer("gap_days")
        )
        run = (run[0], max(run[1], end)) if run is not None and follows else (start, end)
        if lasts_months(*run, months):
            return True
    return False


def _is_seasonal(jobs: Iterable[SituationFacts], as_of: date, parameters: Parameters) -> bool:
    """Eight months of season within twelve."""
    months, window = parameters.integer("season_months"), parameters.integer("season_window")
    spells = list(_spells((item for item in jobs if _has_season(item.contract)), as_of))
    for first, _ in spells:
        until = add_months(first, window) - ONE_DAY
        days = sum(
            (min(end, until) - start).days + 1 for start, end in spells if first <= start <= until
        )
        if months and days >= (add_months(first, months) - first).days:
            return True
    return False


def _has_season(contract: ContractType | None) -> bool:
    return contract is not None and contract.is_seasonal


def _spells(jobs: Iterable[SituationFacts], as_of: date) -> list[tuple[date, date]]:
    """The days each job is known to have lasted: to its end if past, else to what was said last."""
    last: dict[tuple[date, date | None], date] = {}
    for item in jobs:
        if item.contract_starts_on is not None and item.contract_starts_on <= as_of:
            key = (item.contract_starts_on, item.contract_ends_on)
            last[key] = max(last.get(key, item.contract_starts_on), item.on)
    return sorted(
        (start, min(as_of, end if end is not None else max(start, said)))
        for (start, end), said in last.items()
    )


def _is_plie_other(facts: SituationFacts, months: int, as_of: date) -> bool:
    """A creation with its proof; a qualifying training validated, or followed for six months."""
    if facts.kind is SituationKind.CREATION:
        return facts.has_proof
    is_training = facts.situation is not None and facts.situation.is_qualifying
    if not is_training:
        return False
    if facts.qualification in {Qualification.FULL, Qualification.PARTIAL, Qualification.OTHER}:
        return True
    start, end = facts.contract_starts_on, facts.contract_ends_on
    return (
        start is not None
        and facts.has_proof
        and lasts_months(start, min(as_of, end or max(facts.on, start)), months)
    )


def _after_jobs(jobs: Iterable[SituationFacts], as_of: date) -> ExitClass:
    """Jobs too short are a no; one still open, or without a start, says nothing yet."""
    is_open = any(
        item.contract_starts_on is None
        or item.contract_ends_on is None
        or item.contract_ends_on > as_of
        for item in jobs
    )
    return ExitClass.UNCLASSIFIED if is_open else ExitClass.OTHER


def _is_access(
    facts: SituationFacts, exited_on: date, limit: date, parameters: Parameters
) -> bool | None:
    if not facts.is_job or facts.employer_kind in set(_excluded(parameters)):
        return False
    contract, start, end = facts.contract, facts.contract_starts_on, facts.contract_ends_on
    if contract is not None and contract.is_public and EmployerKind.PUBLIC in _excluded(parameters):
        return False
    if end is not None and end < exited_on:
        return False
    if start is None:
        return None
    if start > limit:
        return False
    is_free = facts.kind is SituationKind.CREATION or (
        contract is not None and (contract.is_subsidised or contract.is_open_ended)
    )
    if is_free:
        return True
    if end is None:
        return False if contract is not None and contract.is_temp else None
    return lasts_months(start, end, parameters.integer("least_months"))


def _excluded(parameters: Parameters) -> tuple[EmployerKind, ...]:
    return tuple(EmployerKind(name) for name in parameters.words("excluded"))
