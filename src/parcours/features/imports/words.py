"""How each kind of file reads: what a row speaks of, and where to go once it is in."""

from collections.abc import Mapping
from dataclasses import dataclass

from parcours import reference

HALF_DAYS = {
    "present": "présences",
    "late": "retards",
    "justified": "absences justifiées",
    "unjustified": "absences",
    "remote": "à distance",
    "in_company": "en entreprise",
}
NEW_PERSON = "C’est une autre personne : la créer"


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a row is, what « new » means when one has to be decided, and the place to see after.

    `is_new_alone`: « new » may be chosen even where nobody looks alike.
    """

    url: str
    told: str
    new: str = ""
    row: str = "Personne"
    is_new_alone: bool = False
    of_cohort: str = ""

    def place(self, cohort_id: int | None) -> str:
        """Where what the file brought is seen, in its cohort when it has a page there."""
        if self.of_cohort and cohort_id is not None:
            return f"/promotions/{cohort_id}{self.of_cohort}"
        return self.url

    def counted(self, counts: Mapping[str, int]) -> list[tuple[str, int]]:
        """What the lines of a file come to, in words; exits already say « CDD 3 mois »."""
        return [(_word(code), count) for code, count in counts.items()]


def _word(code: str) -> str:
    listed = (reference.exit_types(), reference.contract_types())
    known = next((codes[code].label for codes in listed if code in codes), code)
    return HALF_DAYS.get(code, known)


WORDS = {
    "learners": KindWords("/apprenants", "Voir les apprenants", NEW_PERSON),
    "candidates": KindWords(
        "/promotions", "Voir les candidats", NEW_PERSON, of_cohort="/candidats"
    ),
    "attendance": KindWords("/promotions", "Voir les promotions"),
    "needs": KindWords(
        "/besoins?etat=a-relier",
        "Relier et publier les besoins",
        "C’est un autre besoin : le noter aussi",
        row="Besoin",
        is_new_alone=True,
    ),
    "assessments": KindWords("/apprenants", "Voir les apprenants", NEW_PERSON),
    "outcomes": KindWords("/sorties", "Voir les sorties", NEW_PERSON),
    "acts": KindWords("/actes", "Voir les actes"),
}
