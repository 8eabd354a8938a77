"""Priority districts (QPV): two generations of codes, fixed at entry.

Source: decree 2014-1750 (QP + 6 digits, 2015–2023) and decree 2023-1314 (QNXXXYYZ, from 2024).
"""

import re

GENERATIONS = {
    2015: re.compile(r"^QP\d{6}$"),
    2024: re.compile(r"^QN[0-9A-B]{3}\d{2}[A-Z]$"),
}


def district_code(text: str) -> str:
    """The code as written in official lists: capitals, no space."""
    return re.sub(r"[\s.-]", "", text).upper()


def generation_of(code: str) -> int | None:
    """2015 or 2024, None when the text is no district code."""
    return next((year for year, shape in GENERATIONS.items() if shape.match(code)), None)
