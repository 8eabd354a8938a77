"""Whose pathways one asks for: everybody’s, or those of one part of one dimension."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from parcours.domain.territory_parts import Dimension, half_years
from parcours.domain.words import DistrictStatus


class Option(NamedTuple):
    """A part one may ask for: its word in an address, its name, what the count calls it."""

    value: str
    label: str
    part: Hashable


@dataclass(frozen=True, slots=True)
class Filter:
    """A dimension, as a field of the page."""

    name: str
    label: str
    blank: str
    dimension: Dimension
    options: Sequence[Option]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the field lists."""
        return [(option.value, option.label) for option in self.options]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for; several at once are `links` to each alone, and no figure."""

    dimension: Dimension | None = None
    part: Hashable = None
    label: str = ""
    links: Sequence[tuple[str, str]] = ()

    @property
    def is_crossed(self) -> bool:
        """Whether several parts were asked for at once."""
        return bool(self.links)


def options(programmes: Sequence[tuple[int, str]], today: date) -> list[Filter]:
    """What one may ask for; each filter’s parts are all there are."""
    by_programme = [Option(str(number), name, number) for number, name in programmes]
    by_district = [Option(status.value, status.label, status) for status in DistrictStatus]
    by_period = [
        Option(f"{day.year}-{1 if day.month == 1 else 2}", _half_year(day), day)
        for day in half_years(today)
    ]
    return [
        Filter("programme", "Programme", "Tous", Dimension.PROGRAMME,
               [*by_programme, Option("aucun", "Sans programme", None)]),
        Filter("quartier", "Quartier prioritaire à l’entrée", "Tous", Dimension.DISTRICT,
               [*by_district, Option("inconnu", "Non renseigné", None)]),
        Filter("periode", "Parcours ouverts", f"Depuis le {_first(half_years(today)[-1])}",
               Dimension.PERIOD, by_period),
    ]  # fmt: skip


def choice_of(query: Mapping[str, str], filters: Sequence[Filter]) -> Choice:
    """What an address asks for; words it does not know ask for nothing."""
    found = [
        (one, option)
        for one in filters
        for option in one.options
        if query[one.name] == option.value
    ]
    labels = [f"{one.label} : {option.label}" for one, option in found]
    if len(found) > 1:
        links = [f"/territoire?{one.name}={option.value}" for one, option in found]
        return Choice(links=list(zip(labels, links, strict=True)))
    return Choice(found[0][0].dimension, found[0][1].part, labels[0]) if found else Choice()


def _half_year(day: date) -> str:
    return f"{'1er' if day.month == 1 else '2e'} semestre {day.year}"


def _first(day: date) -> str:
    return f"1er {'janvier' if day.month == 1 else 'juillet'} {day.year}"
