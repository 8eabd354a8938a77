"""Invented people of a synthetic territory: what their files say."""

import random
from datetime import date, timedelta
from typing import Any

from parcours.domain.identity import sort_key
from parcours.domain.words import DataSource, DistrictStatus

FIRST_NAMES = ("Amina", "Kévin", "Fatoumata", "Jean-Pierre", "Inès", "Loïc", "Zoé", "Samir", "Léa")
STEMS = ("Ber", "Cha", "Dur", "Fon", "Gar", "Lef", "Mar", "Per", "Rou", "Tra", "Vid", "Ol")
MIDDLES = ("", "", "an", "el", "in", "o")
TAILS = ("nard", "pentier", "and", "taine", "nier", "èvre", "chand", "rin", "sseau", "oré", "al")


def invented_file(number: int, chance: random.Random, today: date) -> dict[str, Any]:
    """The columns of somebody’s file, whoever holds it."""
    birth = f"{chance.choice(STEMS)}{chance.choice(MIDDLES)}{chance.choice(TAILS)}"
    first = chance.choice(FIRST_NAMES)
    (district,) = chance.choices(list(DistrictStatus), (30, 62, 8))
    return {
        "birth_name": birth,
        "first_names": first,
        "sort_key": sort_key(birth, first),
        "born_on": today - timedelta(days=chance.randrange(6_200, 21_000)),
        "city": f"Ville {number % 17}",
        "receives_rsa": chance.random() < 0.6,
        "qpv_status": district,
        "source": DataSource.IMPORT,
    }
