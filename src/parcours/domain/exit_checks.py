"""What is said of a situation, checked: contradictions are refused, what lacks is named."""

from datetime import date

from parcours.domain.errors import RuleBroken
from parcours.domain.outcomes import (
    ContractType,
    Qualification,
    SituationFacts,
    SituationKind,
    add_months,
)

# Beyond these a date is a slip of the keyboard (9999, 2206), not a contract.
EARLIEST_CONTRACT = date(1950, 1, 1)
LATEST_START_MONTHS = 24
LATEST_END_MONTHS = 120
MOST_WEEKLY_HOURS = 60
SIRET_DIGITS = 14
# La Poste has more establishments than its number can check the usual way.
LA_POSTE = "356000000"


def check_exit(facts: SituationFacts, *, opened_on: date, today: date) -> None:
    """Refuse facts of an exit that contradict one another, one French message per field."""
    errors: dict[str, str] = {}
    if facts.on > today:
        errors["exited_on"] = "La sortie ne peut pas être dans l’avenir."
    elif facts.on < opened_on:
        errors["exited_on"] = "La sortie est avant l’ouverture du parcours."
    errors |= _situation_errors(facts, today)
    if errors:
        raise RuleBroken(errors=errors)


def check_news(facts: SituationFacts, *, exited_on: date, today: date) -> None:
    """Refuse what is said of a later day when it contradicts itself or says nothing."""
    errors: dict[str, str] = {}
    if facts.on > today:
        errors["on"] = "Cette situation ne peut pas être dans l’avenir."
    elif facts.on < exited_on:
        errors["on"] = "Cette situation est avant la sortie."
    if facts.situation is None and facts.contract is None and facts.qualification is None:
        errors["situation"] = "Dites dans quelle situation est la personne."
    errors |= _situation_errors(facts, today)
    if errors:
        raise RuleBroken(errors=errors)


def missing(facts: SituationFacts) -> list[str]:
    """What an exit still lacks, in French; empty when it is complete."""
    lacks = []
    if facts.situation is None or facts.situation.kind is SituationKind.NOT_DOCUMENTED:
        lacks.append("situation")
    elif facts.situation.kind is SituationKind.EMPLOYMENT:
        if facts.contract is None:
            lacks.append("contrat")
        if facts.contract_starts_on is None:
            lacks.append("début du contrat")
    if not facts.has_proof and facts.situation is not None:
        lacks.append("justificatif")
    return lacks


def is_siret(text: str) -> bool:
    """Whether a number of 14 digits holds its own check (Luhn; La Poste’s sum to a multiple of 5).

    >>> is_siret("73282932000074"), is_siret("73282932000075")
    (True, False)
    """
    if len(text) != SIRET_DIGITS or not text.isdecimal():
        return False
    if text.startswith(LA_POSTE) and sum(map(int, text)) % 5 == 0:
        return True
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(text)]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _situation_errors(facts: SituationFacts, today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    start, end = facts.contract_starts_on, facts.contract_ends_on
    if start and end and end < start:
        errors["contract_ends_on"] = "La fin est avant le début."
    if end and not start:
        errors["contract_starts_on"] = "Indiquez aussi le début."
    if facts.contract is not None:
        errors |= _contract_errors(facts, facts.contract)
    elif (start or end) and facts.kind is not SituationKind.TRAINING:
        errors["contract_type"] = "Indiquez la nature du contrat."
    if facts.siret and not is_siret(facts.siret):
        errors["siret"] = "Ce numéro n’est pas un SIRET : il a 14 chiffres, vérifiez-les."
    return errors | _qualification_errors(facts, today) | _implausible_years(facts, today)


def _contract_errors(facts: SituationFacts, contract: ContractType) -> dict[str, str]:
    errors: dict[str, str] = {}
    is_employment = facts.situation is not None and facts.situation.kind is SituationKind.EMPLOYMENT
    if is_employment and not contract.is_employment:
        errors["contract_type"] = "Cette situation n’est pas un contrat de travail."
    if contract.needs_end and facts.contract_starts_on and facts.contract_ends_on is None:
        errors["contract_ends_on"] = "Ce contrat a toujours une fin : indiquez-la."
    return errors


def _qualification_errors(facts: SituationFacts, today: date) -> dict[str, str]:
    if facts.qualified_on is None:
        return {}
    if facts.qualified_on > today:
        return {"qualified_on": "Ce jour n’est pas encore venu."}
    if facts.qualification in {None, Qualification.NONE}:
        return {"qualification": "Dites quelle certification la personne a obtenue."}
    return {}


def _implausible_years(facts: SituationFacts, today: date) -> dict[str, str]:
    limits = {
        "contract_starts_on": (facts.contract_starts_on, LATEST_START_MONTHS),
        "contract_ends_on": (facts.contract_ends_on, LATEST_END_MONTHS),
    }
    return {
        field: "Vérifiez l’année de cette date."
        for field, (day, months) in limits.items()
        if day and not EARLIEST_CONTRACT <= day <= add_months(today, months)
    }
