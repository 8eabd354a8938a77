"""Each funder’s reading of the same exits, as pure rules with their parameters.

Source: domain notes §2. What a definition says in words is in outcome_definitions.csv; what it
counts is here. None of them takes what nobody said for a no.
"""

from datetime import date

from parcours.domain.exit_rules_jobs import classify_france_travail, classify_plie
from parcours.domain.leavers import APART, GOOD, Leaver, Method, Parameters
from parcours.domain.outcomes import (
    EmployerKind,
    ExitClass,
    SituationFacts,
    SituationKind,
    add_months,
    in_force_on,
    lasts_months,
)


def classify_iae(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """IAE classes: durable (permanent, or 6 months and more), transition, positive, other.

    A contract decides, by its kind and dates, unless the situation says who employs. Too short a
    presence is withdrawn from the denominator.
    """
    del as_of
    if _is_too_short(leaver, parameters):
        return ExitClass.WITHDRAWN
    facts = leaver.first
    kind, situation = facts.kind, facts.situation
    if kind is SituationKind.NOT_DOCUMENTED:
        return ExitClass.NOT_DOCUMENTED
    is_told = situation is not None and situation.overrides_contract
    if kind is SituationKind.EMPLOYMENT and facts.contract is not None and not is_told:
        return _class_by_length(facts, facts.contract.iae_class, parameters)
    return _class_by_length(facts, situation.iae_class if situation else "", parameters)


def classify_gen(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """GEN: employment, creation or further training within 3 months after the end.

    It counts those who answered: somebody without news is apart, neither success nor failure.
    """
    limit = add_months(leaver.exited_on, parameters.integer("months"))
    facts = leaver.situations or (leaver.first,)
    readings = [_begins_in_time(item, leaver.exited_on, limit) for item in facts]
    if True in readings:
        return ExitClass.POSITIVE
    if leaver.first.kind is SituationKind.WITHDRAWN:
        return ExitClass.WITHDRAWN
    if None in readings:
        return ExitClass.UNCLASSIFIED
    if as_of < limit and leaver.first.kind is not SituationKind.NO_NEWS:
        return ExitClass.NOT_DUE
    answered = [item for item in facts if item.kind not in APART and item.on <= limit]
    return ExitClass.OTHER if answered else APART.get(leaver.first.kind, ExitClass.NOT_DOCUMENTED)


def classify_rncp(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """RNCP: employed some months after a full title; `in_target_job`: in the job it leads to."""
    if leaver.is_certified is None:
        return ExitClass.NOT_DOCUMENTED
    if not leaver.is_certified:
        return ExitClass.NOT_CONCERNED
    found = _standing(leaver, as_of, parameters)
    if isinstance(found, ExitClass):
        return found
    if found.is_job and parameters.flag("in_target_job"):
        related = {True: ExitClass.POSITIVE, False: ExitClass.OTHER, None: ExitClass.UNCLASSIFIED}
        return related[found.related_to_training]
    return ExitClass.POSITIVE if found.is_job else ExitClass.OTHER


def classify_inserjeunes(leaver: Leaver, as_of: date, parameters: Parameters) -> ExitClass:
    """InserJeunes: employed by somebody in France on the day, the public included."""
    found = _standing(leaver, as_of, parameters)
    if isinstance(found, ExitClass):
        return found
    if found.kind is not SituationKind.EMPLOYMENT or _is_self_employed(found):
        return ExitClass.OTHER
    is_out = found.employer_kind in {EmployerKind.ABROAD, EmployerKind.HOUSEHOLD}
    return ExitClass.OTHER if is_out else ExitClass.POSITIVE


METHODS: dict[str, Method] = {
    "iae": classify_iae,
    "gen": classify_gen,
    "plie": classify_plie,
    "france_travail": classify_france_travail,
    "rncp": classify_rncp,
    "inserjeunes": classify_inserjeunes,
}


def _is_too_short(leaver: Leaver, parameters: Parameters) -> bool:
    """Below the presence the scheme asks for; what nobody counted is not below."""
    months, hours = parameters.integer("presence_months"), parameters.decimal("presence_hours")
    if hours and leaver.hours is not None and leaver.hours < hours:
        return True
    if not months or leaver.entered_on is None or leaver.entered_on > leaver.exited_on:
        return False
    return not lasts_months(leaver.entered_on, leaver.exited_on, months)


def _class_by_length(facts: SituationFacts, iae_class: str, parameters: Parameters) -> ExitClass:
    if iae_class != "by_length":
        return ExitClass(iae_class) if iae_class else ExitClass.OTHER
    if facts.contract_starts_on is None or facts.contract_ends_on is None:
        return ExitClass.UNCLASSIFIED
    is_long = lasts_months(
        facts.contract_starts_on,
        facts.contract_ends_on,
        parameters.integer("durable_months"),
        inclusive=parameters.flag("durable_inclusive"),
    )
    return ExitClass.DURABLE if is_long else ExitClass.TRANSITION


def _begins_in_time(facts: SituationFacts, exited_on: date, limit: date) -> bool | None:
    """Whether a good situation began by the limit and lasted after the exit; None: no date."""
    if facts.kind not in GOOD:
        return False
    if facts.contract_ends_on is not None and facts.contract_ends_on < exited_on:
        return False
    if facts.contract_starts_on is not None:
        return facts.contract_starts_on <= limit
    if facts.kind is SituationKind.EMPLOYMENT and facts.on == exited_on:
        # At the exit, a job without a date may as well be a promise.
        return None
    return True if facts.on <= limit else None


def _standing(leaver: Leaver, as_of: date, parameters: Parameters) -> SituationFacts | ExitClass:
    """The situation some months after the exit, else the class that says why there is none."""
    if leaver.first.kind is SituationKind.WITHDRAWN:
        return ExitClass.WITHDRAWN
    day = add_months(leaver.exited_on, parameters.integer("months"))
    if as_of < day:
        return ExitClass.NOT_DUE
    found = in_force_on(leaver.situations, day, tolerance=parameters.integer("tolerance_days"))
    if found is None:
        return ExitClass.NOT_DOCUMENTED
    return APART.get(found.kind, found)


def _is_self_employed(facts: SituationFacts) -> bool:
    return facts.contract is not None and facts.contract.is_self_employed
