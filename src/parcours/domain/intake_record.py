"""What a row of a partner’s list becomes once read."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from parcours.domain.intake_table import CellError
from parcours.domain.words import ContactPreference, DistrictStatus, Gender


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """What one row says of a person; everything but the names and the birth date may be missing.

    `same_as` is the number of an earlier row of the same person. `notes` are words found where a
    phone was expected. Codes are those of the reference lists.
    """

    number: int
    birth_name: str = ""
    first_names: str = ""
    born_on: date | None = None
    usage_name: str | None = None
    gender: Gender | None = None
    phone: str | None = None
    other_phone: str | None = None
    email: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    contact_preference: ContactPreference | None = None
    receives_rsa: bool | None = None
    education: str | None = None
    entry_status: str | None = None
    qpv_status: DistrictStatus | None = None
    qpv_code: str | None = None
    qpv_generation: int | None = None
    started_on: date | None = None
    ended_on: date | None = None
    hours: Decimal | None = None
    observations: str | None = None
    notes: tuple[str, ...] = ()
    same_as: int | None = None
    rejected: bool = False


@dataclass(slots=True)
class RowReading:
    """A row read, with what was wrong in it; `serials` counts dates converted from numbers."""

    row: LearnerRow
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    serials: int = 0
