"""The invented names, organisations and cohorts of the demonstration, as shipped."""

import csv
from functools import cache

from parcours.resources import resource_dir


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of fixtures/demo/`name`.csv."""
    path = resource_dir("fixtures") / "demo" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
