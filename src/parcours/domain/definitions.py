"""A written definition as data: its words, its source, its dates, and the rule it names.

A funder’s figure is counted by a version of a definition; the version stays as it was when the
text changes, so that last year’s figure can be counted again (product, idea 3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.errors import NotFound
from parcours.domain.exit_rules import METHODS
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import ExitClass
from parcours.domain.words import Word

CONFIRMED = "confirmé"
# What the exit of somebody is by a rule, when no fact says: neither a success nor a failure.
UNDOCUMENTED = frozenset({ExitClass.NOT_DOCUMENTED, ExitClass.UNCLASSIFIED, ExitClass.NO_ANSWER})
APART = frozenset({ExitClass.WITHDRAWN, ExitClass.NOT_DUE, ExitClass.NOT_CONCERNED})


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a definition of exits. `classify` is pure: facts in, class out."""

    code: str
    version: int
    valid_from: date
    valid_to: date | None
    label: str
    scheme: str
    text: str
    counted: str
    source: str
    reliability: str
    doubt: str
    method: str
    parameters: Parameters

    @property
    def name(self) -> str:
        """`iae-1`: what exports cite."""
        return f"{self.code}-{self.version}"

    @property
    def is_confirmed(self) -> bool:
        """Whether every part of it was read in a source; its page says so."""
        return self.reliability == CONFIRMED and not self.doubt

    @property
    def positives(self) -> frozenset[ExitClass]:
        """The classes its rate counts."""
        return frozenset(ExitClass(name) for name in self.parameters.words("positive"))

    def classify(self, leaver: Leaver, *, as_of: date) -> ExitClass:
        """What an exit is by this definition, on what is known and due on `as_of`."""
        return METHODS[self.method](leaver, as_of, self.parameters)


class Side(Word):
    """Where somebody who left stands in the rate of a definition."""

    COUNTED = "counted", "Comptent"
    OTHERS = "others", "Parmi, sans compter"
    UNDOCUMENTED = "undocumented", "Non documentées"
    NOT_DUE = "not_due", "Pas à terme"
    WITHDRAWN = "withdrawn", "Retirées"
    NOT_CONCERNED = "not_concerned", "Hors du champ"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, by which version, and what nobody knows.

    `undocumented` stand in the denominator or beside it, as the definition says. `minimum`: the
    rate is not published unless there are more leavers than that.
    """

    definition: str
    numerator: int
    denominator: int
    undocumented: int
    not_due: int
    withdrawn: int
    holds_unknown: bool = True
    minimum: int = 0

    @property
    def leavers(self) -> int:
        """Everybody the rate could be about; those withdrawn and not due are apart."""
        return self.denominator + (0 if self.holds_unknown else self.undocumented)

    @property
    def value(self) -> Fraction | None:
        """None when there is nobody to count, or too few to publish."""
        if not self.denominator or self.is_too_few:
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def is_too_few(self) -> bool:
        """Whether the definition keeps the rate to itself for want of leavers."""
        return bool(self.minimum) and self.leavers <= self.minimum

    @property
    def undocumented_share(self) -> Fraction | None:
        """The part of the leavers of whom nothing is known."""
        return Fraction(self.undocumented, self.leavers) if self.leavers else None


def definition_of(row: Mapping[str, str]) -> Definition:
    """A definition as its list writes it (fixtures/reference/outcome_definitions.csv)."""
    return Definition(
        code=row["definition"],
        version=int(row["version"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        label=row["label"],
        scheme=row["scheme"],
        text=row["text"],
        counted=row["counted"],
        source=row["source"],
        reliability=row["reliability"],
        doubt=row["doubt"],
        method=row["method"],
        parameters=Parameters.read(row["parameters"]),
    )


def in_force(definitions: Iterable[Definition], day: date) -> list[Definition]:
    """The version of each definition that counts on a day, in the order of the list."""
    found: dict[str, Definition] = {}
    for item in definitions:
        is_valid = item.valid_from <= day and (item.valid_to is None or day <= item.valid_to)
        known = found.get(item.code)
        if is_valid and (known is None or item.version > known.version):
            found[item.code] = item
    return list(found.values())


def one_in_force(definitions: Iterable[Definition], code: str, day: date) -> Definition:
    """The version of one definition that counts on a day, else NotFound."""
    for item in in_force(definitions, day):
        if item.code == code:
            return item
    raise NotFound(f"Aucune version de « {code} » n’est valable à cette date.")


def side_of(definition: Definition, found: ExitClass) -> Side:
    """Where a class stands: the rows behind `rate`, which counts them the same way."""
    if found in UNDOCUMENTED:
        return Side.UNDOCUMENTED
    if found in APART:
        return Side(found.value)
    return Side.COUNTED if found in definition.positives else Side.OTHERS


def rate(definition: Definition, classes: Iterable[ExitClass]) -> Rate:
    """The rate of a definition over the classes it gave; each person once."""
    found = list(classes)
    known = [item for item in found if item not in APART | UNDOCUMENTED]
    undocumented = sum(item in UNDOCUMENTED for item in found)
    holds_unknown = definition.parameters.flag("unknown_in_denominator")
    return Rate(
        definition=definition.name,
        numerator=sum(item in definition.positives for item in known),
        denominator=len(known) + (undocumented if holds_unknown else 0),
        undocumented=undocumented,
        not_due=sum(item is ExitClass.NOT_DUE for item in found),
        withdrawn=sum(item is ExitClass.WITHDRAWN for item in found),
        minimum=definition.parameters.integer("minimum_leavers"),
        holds_unknown=holds_unknown,
    )
