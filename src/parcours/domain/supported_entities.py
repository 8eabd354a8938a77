"""What FSE+ counts on the operation: public services and small firms it supported.

Source: Regulation (EU) 2021/1057, annex I (EECO18 and EECO19). They are entities, not people: a
number declared with its proof, or not concerned; undeclared is unknown, never zero.
"""

from dataclasses import dataclass
from datetime import date

from parcours.domain.words import Word

MOST = 99_999
NOT_BOTH = "Non concerné : retirez le nombre et le justificatif, ou déclarez-les."


class Entity(Word):
    """An indicator that counts entities."""

    ADMINISTRATION = "EECO18", "Administrations et services publics soutenus"
    FIRM = "EECO19", "Micro-entreprises et PME soutenues"


class Declared(Word):
    """What an agreement says of an indicator."""

    COUNTED = "counted", "Nombre déclaré"
    NOT_CONCERNED = "not_concerned", "Non concerné"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A number and what proves it on a day, or « non concerné » and neither."""

    state: Declared
    declared_on: date
    number: int | None = None
    proof: str | None = None


def check_declaration(declaration: Declaration, *, name: str, today: date) -> dict[str, str]:
    """What is wrong with a declaration, by field: `name`_state, _number, _proof, _on."""
    number, proof = declaration.number, declaration.proof
    errors = {}
    if declaration.declared_on > today:
        errors[f"{name}_on"] = "Une déclaration ne peut pas être datée dans l’avenir."
    if declaration.state is Declared.NOT_CONCERNED:
        if number is not None or proof:
            errors[f"{name}_state"] = NOT_BOTH
        return errors
    if number is None or not 0 <= number <= MOST:
        errors[f"{name}_number"] = f"Déclarez un nombre, de 0 à {MOST}."
    if number and not proof:
        errors[f"{name}_proof"] = "Dites ce qui prouve ce nombre : liste, attestations, contrats."
    return errors
